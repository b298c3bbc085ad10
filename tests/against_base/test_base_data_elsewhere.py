"""Base where its commit does not have the data: pulled, ignored, beside the repository, at an absolute path."""

from __future__ import annotations

import shutil
from pathlib import Path

import pandas as pd
import pytest

from tests.against_base.project import CONFIG, Project, notices, rows

pytestmark = pytest.mark.slow

IN_FOLDER = CONFIG.replace("data.csv", "data/d.csv")
SHARED = IN_FOLDER.replace("label}", "label, shared: data/}")


def without_data(project: Project, config: str, table: pd.DataFrame | None = None) -> None:
    """Base and head of one configuration, with data/d.csv ignored by git."""
    (project.folder / "data").mkdir()
    (project.folder / "data.csv").unlink()
    project.put(".gitignore", "ml-report/\n__pycache__/\n/data/\n")
    project.start(config)
    (rows(120) if table is None else table).to_csv(project.folder / "data" / "d.csv", index=False)


def test_ignored_data_are_named_with_what_works(project):
    without_data(project, IN_FOLDER)
    base = project.run()
    assert base["status"] == "failed"
    assert base["reason"] == (
        "data.source: base's commit has no file data/d.csv: git ignores it\n"
        "  → `data: {shared: data/d.csv}` lets both sides read head's; "
        "or a command in `prepare`, which base runs too, makes it"
    )


def test_shared_data_are_heads_on_both_sides_and_the_cache_knows_them(project):
    """The pull request adds the key: base's own configuration has none."""
    without_data(project, IN_FOLDER)
    project.write(SHARED)
    base = project.run()
    assert base["status"] == "compared", base["reason"]
    assert base["data"]["n_added"] == base["data"]["n_removed"] == 0
    assert "`data.shared`: base reads data/ of head's checkout (1 file)" in notices(base)
    assert "its content is head's on both sides: a change of it is not seen" in notices(base)
    assert project.run()["cached"] is not None
    table = pd.read_csv(project.folder / "data" / "d.csv")
    table.assign(c=table.c.to_numpy()[::-1]).to_csv(project.folder / "data" / "d.csv", index=False)
    again = project.run()
    assert (again["status"], again["cached"]) == ("compared", None), "pulled data are others: base is trained anew"


WRITES = """\
import pathlib
import pandas as pd

def load():
    file = pathlib.Path("data/d.csv")
    table = pd.read_csv(file)
    file.write_text(file.read_text().splitlines()[0])
    pathlib.Path("data/more.txt").write_text("made")
    return table
"""


def test_what_base_writes_into_shared_data_changes_nothing_of_heads(project):
    config = SHARED.replace("data/d.csv", "python:loading:load")
    without_data(project, config)
    project.start(loading__py=WRITES)
    project.put("loading.py", WRITES.split("    file.write_text", maxsplit=1)[0] + "    return table\n")
    base = project.run()
    assert base["status"] == "compared", base["reason"]
    assert len(pd.read_csv(project.folder / "data" / "d.csv")) == 120
    assert not (project.folder / "data" / "more.txt").exists()


def test_what_a_function_reads_is_named_where_base_lacks_it(project):
    without_data(project, IN_FOLDER.replace("data/d.csv", "python:loading:load"))
    project.start(loading__py="import pandas as pd\n\ndef load():\n    return pd.read_csv('data/d.csv')\n")
    base = project.run()
    assert base["status"] == "failed"
    assert "base's worktree has no data/d.csv: git ignores it" in base["reason"]
    assert "`data: {shared: data/d.csv}`" in base["reason"]


@pytest.fixture
def beside(tmp_path, monkeypatch) -> Project:
    """A repository with a folder beside it."""
    repository = tmp_path / "a [b] é"
    repository.mkdir()
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
    monkeypatch.chdir(repository)
    (tmp_path / "shared").mkdir()
    rows(100).to_csv(tmp_path / "shared" / "one.csv", index=False)
    rows(50, seed=1).to_csv(tmp_path / "shared" / "two.csv", index=False)
    return Project(repository)


@pytest.mark.parametrize("form", ["../shared/one.csv", "../shared/*.csv", "{above}/shared/one.csv", "linked/one.csv"])
def test_a_place_outside_of_the_repository_is_the_same_one_on_both_sides(beside, form):
    above = beside.folder.parent
    (beside.folder / "linked").symlink_to("../shared")
    beside.start(CONFIG.replace("data.csv", f'"{form.format(above=above)}"'))
    beside.write((beside.folder / "ml-report.yml").read_text().replace("max_depth: 2", "max_depth: 4"))
    base = beside.run()
    assert base["status"] == "compared", base["reason"]
    assert base["data"]["n_base"] == (150 if "*" in form else 100)
    assert f"{form[-15:]}, which is not in the repository, as it is now: a change of it is not seen" in notices(base)
    rows(100, seed=3).to_csv(above / "shared" / "one.csv", index=False)
    assert beside.run()["cached"] is None


def test_what_a_function_reads_beside_the_repository_is_the_same(beside):
    code = "import pandas as pd\n\ndef load():\n    return pd.read_csv('../shared/one.csv')\n"
    beside.start(CONFIG.replace("data.csv", "python:loading_beside:load"), loading_beside__py=code)
    base = beside.run()
    assert (base["status"], base["data"]["n_base"]) == ("compared", 100), base["reason"]


def test_validation_and_labels_outside_of_the_repository(beside):
    above = beside.folder.parent / "shared"
    rows(40, seed=5).drop(columns="label").to_csv(above / "v.csv", index=False)
    rows(40, seed=5)[["label"]].to_csv(above / "l.csv", index=False)
    validation = "validation: {source: ../shared/v.csv, target: {source: ../shared/l.csv}}, new: ../shared/v.csv"
    beside.start(CONFIG.replace("label}", f"label, {validation}}}"))
    base = beside.run()
    assert (base["status"], base["n_paired"]) == ("compared", 40), base["reason"]


@pytest.mark.parametrize("is_absolute", [False, True])
def test_a_path_from_a_subfolder_into_the_repository_is_bases_own(beside, monkeypatch, is_absolute):
    folder = beside.folder / "models"
    folder.mkdir()
    source = f"{beside.folder}/data.csv" if is_absolute else "../data.csv"
    (folder / "ml-report.yml").write_text(CONFIG.replace("data.csv", f'"{source}"'))
    beside.base = beside.commit()
    beside.save(beside.table.iloc[:100])
    monkeypatch.chdir(folder)
    inner = Project.__new__(Project)
    inner.folder, inner.base = folder, beside.base
    base = inner.run()
    assert base["status"] == "compared", base["reason"]
    assert (base["data"]["n_base"], base["data"]["n_head"]) == (120, 100)


def test_a_part_that_git_does_not_track_is_told(project):
    (project.folder / "parts").mkdir()
    for number in range(2):
        rows(80, seed=number).to_csv(project.folder / "parts" / f"{number}.csv", index=False)
    project.start(CONFIG.replace("data.csv", "parts/*.csv"))
    rows(40, seed=7).to_csv(project.folder / "parts" / "new one.csv", index=False)
    base = project.run()
    assert base["data"]["n_added"] == 40
    said = "of 'parts/*.csv' base lacks parts/new one.csv, which head reads and git does not track"
    assert said in notices(base)


def test_a_model_of_base_that_reads_what_git_ignores(project):
    code = (
        "from pathlib import Path\nfrom sklearn.tree import DecisionTreeClassifier\n\n"
        "class Own(DecisionTreeClassifier):\n    def fit(self, X, y):\n"
        "        Path('data/words.txt').read_text()\n        return super().fit(X, y)\n"
    )
    config = CONFIG.replace("sklearn.tree.DecisionTreeClassifier", "own.Own").replace(", params: {max_depth: 2}", "")
    project.put(".gitignore", "ml-report/\n__pycache__/\n/data/\n")
    project.start(config, own__py=code)
    (project.folder / "data").mkdir()
    project.put("data/words.txt", "a b c")
    base = project.run()
    assert base["pairs"][0]["status"] == "failed"
    assert "base's worktree has no data/words.txt: git ignores it" in notices(base)
    shutil.rmtree(project.folder / "__pycache__", ignore_errors=True)
    project.write(config.replace("label}", "label, shared: data}"))
    assert project.run()["pairs"][0]["status"] == "paired"


def test_a_worktree_with_shared_data_is_gone_after_the_run(project, tmp_path_factory, monkeypatch):
    scratch = tmp_path_factory.mktemp("scratch")
    monkeypatch.setenv("TMPDIR", str(scratch))
    monkeypatch.setattr("tempfile.tempdir", None)
    without_data(project, SHARED)
    (project.folder / "data" / "d.csv").chmod(0o444)
    assert project.run()["status"] == "compared"
    assert not list(Path(scratch).glob("ml-report-base-*"))
