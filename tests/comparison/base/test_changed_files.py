"""Which files of the repository differ, by what the report did with them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from report.comparison.base.changed_files import Used, changed_files, told_of_pointers, told_of_unrun
from report.core.comparison import ChangedFile, ChangedFiles

MODEL = "def model():\n    return 1\n"
USED = Used("ml-report.yml", data=["data/*.csv"], code=["own.py", "pkg/deep.py"])
FILES = ("own.py", "pkg/deep.py", "train.py", "tests/test_own.py", "data/d.csv", "prompt.txt", "README.md", "é ü.ipynb")


@pytest.fixture
def told(repository):
    """What is told of a repository whose files were changed: kind → (names with what happened to them)."""
    for name in FILES:
        put(repository, name, MODEL)
    put(repository, "ml-report.yml", "a")
    base = repository.commit()

    def tell(used: Used = USED, root: str = ".", /, **changed: str | None):
        for name, text in changed.items():
            put(repository, name.replace("__", "/").replace("_DOT_", "."), text)
        groups = changed_files(repository.folder / root, base, used)
        return {group.kind: [(file.name, file.what, file.before) for file in group.files] for group in groups}

    return tell


def put(repository, name: str, text: str | None) -> None:
    file = repository.folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.unlink() if text is None else file.write_text(text)


def change(repository, *names: str, text: str | None = "x = 2\n") -> None:
    for name in names:
        put(repository, name, text)


def test_nothing_changed(told):
    assert told() == {}


def test_kinds(told, repository):
    change(repository, *FILES, "ml-report.yml")
    assert told() == {
        "code": [("own.py", "changed", None), ("pkg/deep.py", "changed", None)],
        "data": [("data/d.csv", "changed", None)],
        "not run": [
            ("tests/test_own.py", "changed", None),
            ("train.py", "changed", None),
            ("é ü.ipynb", "changed", None),
        ],
        "other": [("prompt.txt", "changed", None)],
    }


def test_added_deleted_and_renamed_files(told, repository):
    change(repository, "new.py", "notebooks/new.ipynb")
    change(repository, "train.py", text=None)
    repository.git("mv", "own.py", "mine.py")
    assert told(replace(USED, code=["own.py", "mine.py"]))["code"] == [("mine.py", "renamed", "own.py")]
    assert told()["not run"] == [
        ("new.py", "added", None),
        ("notebooks/new.ipynb", "added", None),
        ("train.py", "deleted", None),
    ]


def test_comments_alone(told, repository):
    change(repository, "own.py", text=f"# a comment\n{MODEL}")
    assert told() == {"code": [("own.py", "comments", None)]}


@pytest.mark.parametrize(
    ("command", "kind"),
    [
        ("dvc pull", "not run"),
        ("pip install -r requirements.txt", "not run"),
        ("python train.py --fast", "code"),
        ("python -m train", "code"),
        ("dvc pull && python src/train.py", "code"),
        ("make data", "other"),
        ("dvc pull; make data", "other"),
        ("python retrain.py", "other"),
    ],
)
def test_what_commands_run_is_not_said_to_be_unused(told, repository, command, kind):
    change(repository, "train.py")
    assert list(told(replace(USED, commands=[command]))) == [kind]


def test_a_file_that_used_code_names_is_not_said_to_be_unused(told, repository):
    change(repository, "train.py")
    change(repository, "own.py", text="import runpy\nrunpy.run_path('train.py')\n")
    assert [*told()] == ["code", "other"]


def test_where_it_is_not_known_what_was_loaded_nothing_is_said_to_be_unused(told, repository):
    change(repository, "train.py", "own.py")
    assert told(replace(USED, code=None)) == {"other": [("own.py", "changed", None), ("train.py", "changed", None)]}


def test_a_file_that_was_installed_is_not_said_to_be_unused(told, repository, tmp_path, monkeypatch):
    """`pip install .` in a step before: what runs is the copy of the package."""
    packages = tmp_path / "site-packages"
    (packages / "mine").mkdir(parents=True)
    (packages / "mine" / "model.py").touch()
    monkeypatch.syspath_prepend(str(packages))
    change(repository, "src/mine/model.py", "src/mine/train.py")
    assert told() == {
        "not run": [("src/mine/train.py", "added", None)],
        "other": [("src/mine/model.py", "added", None)],
    }


def test_scripts_of_github_are_no_code_of_models(told, repository):
    change(repository, ".github/scripts/release.py")
    assert told() == {}


def test_files_of_a_subfolder_are_told_from_there_and_those_beside_it_only_when_used(told, repository):
    change(repository, "project/train.py", "project/data/d.csv", "train.py", "prompt.txt", "own.py")
    repository.git("add", "--all")
    assert told(USED, "project") == {
        "code": [("own.py", "changed", None)],
        "data": [("data/d.csv", "added", None)],
        "not run": [("train.py", "added", None)],
    }


def test_many_files_are_told_in_short(told, repository):
    change(repository, *(f"many/{number}.py" for number in range(500)))
    groups = changed_files(repository.folder, "HEAD", USED)
    assert [(group.kind, len(group.files), group.n_files) for group in groups] == [("not run", 20, 500)]
    assert told_of_unrun(groups) == ["`many/0.py` and 499 more changed, but this report does not run them"]


@pytest.mark.parametrize(
    ("names", "said"),
    [
        (["train.py"], ["`train.py` changed, but this report does not run it"]),
        (["a/train.ipynb", "b.py"], ["`a/train.ipynb` and 1 more changed, but this report does not run them"]),
        (["tests/train.py", "pkg/test_a.py", "docs/conf.py", "conftest.py"], []),
        (["tests/train.py", "train.py"], ["`train.py` changed, but this report does not run it"]),
    ],
)
def test_a_change_that_the_report_does_not_run_at_all(names, said):
    group = ChangedFiles("not run", tuple(ChangedFile(name, "changed") for name in names), len(names))
    assert told_of_unrun([group]) == said
    assert told_of_unrun([replace(group, kind="code"), group]) == []
    assert told_of_unrun([]) == []


def test_a_submodule_whose_code_was_run(repository, tmp_path):
    module = type(repository)(tmp_path / "module")
    module.commit(a__py="1")
    repository.git("submodule", "--quiet", "add", module.folder.as_uri(), "vendor")
    base = repository.commit()
    module.commit(a__py="2")
    repository.git("-C", "vendor", "pull", "--quiet")
    used = replace(USED, code=["vendor/a.py"])
    assert [group.kind for group in changed_files(repository.folder, base, used)] == ["code"]
    assert [group.kind for group in changed_files(repository.folder, base, USED)] == ["other"]


def test_a_shallow_checkout_and_no_checkout(repository, shallow, tmp_path):
    base = repository.commit(train__py="1")
    folder = shallow(repository.commit(train__py="2"))
    assert changed_files(folder, base, USED) == (), "base's commit is not there"
    assert changed_files(tmp_path, base, USED) == ()


def test_a_pointer_to_shared_data_that_changed_is_told():
    files = (ChangedFiles("data", (ChangedFile("data/d.csv.dvc", "changed"),), 1),)
    assert told_of_pointers(files, ("data/",)) == [
        "the data changed (`data/d.csv.dvc`), and both sides read those of head: that change is not judged"
    ]
    assert told_of_pointers(files, ()) == []
    assert told_of_pointers((ChangedFiles("data", (ChangedFile("data/d.csv", "changed"),), 1),), ("data/",)) == []


@pytest.mark.parametrize("source", ["../data/d.csv", "{top}/data/d.csv"])
def test_data_above_the_folder_of_the_configuration_are_data(source, repository):
    for name in ("data/d.csv", "sub/ml-report.yml"):
        put(repository, name, "a")
    base = repository.commit()
    put(repository, "data/d.csv", "b")
    used = Used("ml-report.yml", data=[source.format(top=repository.folder)], code=[])
    groups = changed_files(repository.folder / "sub", base, used)
    assert [(group.kind, group.n_files) for group in groups] == [("data", 1)]
