"""What is said of a file that base's worktree lacks."""

from __future__ import annotations

import shutil

import pytest

from report.comparison.base.absent import check_files, explained, told_of_named
from report.comparison.base.places import Places
from report.comparison.base.worktree import worktree
from report.config.schema import DataConfig
from report.core.errors import DataError


@pytest.fixture
def said(repository):
    """What is told of a source, where head's checkout has files beside those of the commit."""

    def tell(source: str, files: dict[str, str], **committed: str) -> str:
        base = repository.commit(**committed)
        for name, text in files.items():
            (repository.folder / name).parent.mkdir(parents=True, exist_ok=True)
            (repository.folder / name).write_text(text)
        with worktree(repository.folder, base) as place, pytest.raises(DataError) as raised:
            check_files(DataConfig(source=source, target="y"), Places.of(repository.folder, place))
        return str(raised.value)

    return tell


@pytest.mark.parametrize("kept", ["d__csv__dvc", "dvc__lock"])
def test_a_file_of_dvc(said, kept):
    told = said("d.csv", {"d.csv": "1"}, **{kept: "stages:\n  get:\n    outs:\n    - path: d.csv\n      md5: 1\n"})
    assert told == (
        "data.source: base's commit has no file d.csv: DVC tracks it\n  → `prepare: dvc pull` in base's own "
        "configuration gets base's; `data: {shared: d.csv}` lets both sides read head's"
    )


def test_a_file_in_a_folder_of_dvc(said):
    assert "DVC tracks it" in said("raw/deep/d.csv", {"raw/deep/d.csv": "1"}, raw__dvc="outs:\n- path: raw\n")


def test_a_file_of_another_name_in_dvc_is_not_taken_for_it(said):
    assert "DVC" not in said("d.csv", {"d.csv": "1"}, dvc__lock="outs:\n- path: old.d.csv\n- path: d.csv.gz\n")


@pytest.mark.parametrize("name", ["data/d.csv", "data/a b é.csv", "data/*.csv"])
def test_a_file_that_git_ignores_or_does_not_track(said, name):
    file = name.replace("*", "d")
    assert f"base's commit has no file {name}: git does not track it\n  → commit it" in said(name, {file: "1"})
    told = said(name, {}, __gitignore="data/\n")
    assert f"has no file {name}: git ignores it\n  → `data: {{shared: {file}}}` lets both sides" in told


def test_a_file_that_head_adds(said, repository):
    base = repository.commit()
    repository.commit(d__csv="1")
    with worktree(repository.folder, base) as place, pytest.raises(DataError, match="head has added it"):
        check_files(DataConfig(source="d.csv", target="y"), Places.of(repository.folder, place))


@pytest.mark.parametrize("installed", [None, "/usr/bin/git-lfs"])
def test_a_pointer_of_git_lfs(said, monkeypatch, installed):
    monkeypatch.setattr(shutil, "which", lambda _: installed)
    told = said("d.csv", {}, d__csv="version https://git-lfs.github.com/spec/v1\noid sha256:1\nsize 1\n")
    assert "d.csv is a Git LFS pointer, not the data, in base's worktree" in told
    assert ("is not installed here" in told) is (installed is None)


def test_a_file_of_a_submodule_that_is_not_here(repository, tmp_path):
    module = type(repository)(tmp_path / "module")
    module.commit(data="first")
    repository.git("submodule", "--quiet", "add", module.folder.as_uri(), "shared")
    base = repository.commit()
    repository.git("rm", "--quiet", "shared")
    with worktree(repository.folder, base) as place, pytest.raises(DataError, match="base's submodule shared, which"):
        check_files(DataConfig(source="shared/data", target="y"), Places.of(repository.folder, place))


def test_all_of_them_are_told_together(repository):
    base = repository.commit(a="1")
    for name in ("v.csv", "l.csv"):
        (repository.folder / name).write_text("1")
    data = DataConfig(source="a", target="y", validation={"source": "v.csv", "target": {"source": "l.csv"}})
    with worktree(repository.folder, base) as place, pytest.raises(DataError) as raised:
        check_files(data, Places.of(repository.folder, place))
    assert [problem.place.key for problem in raised.value.problems] == [
        "data.validation.source",
        "data.validation.target.source",
    ]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("FileNotFoundError: [Errno 2] No such file or directory: 'raw/a b.csv'", "raw/a b.csv"),
        ("cat: raw/c.csv: No such file or directory", "raw/c.csv"),
        ("ERROR: file '{base}/raw/c.csv' does not exist", "raw/c.csv"),
        ("cannot import 'made.words.x': there is no module 'made.words'", "made/words.py"),
        ("no such file: 'kept.csv'", None),
        ("column not found: 'raw'", None),
        ("no such file: '" + 290 * "x" + "'", None),
        ("no such file: 'raw/\0.csv'", None),
        ("no such file: 'raw.csv', while giving the data", None),
        ("ValueError: raw/c.csv has 3 columns", None),
        ("no such file: '{head}/raw/c.csv'", None),
        ("no such file: '../x.csv'", None),
    ],
)
def test_a_file_that_a_message_names(repository, text, name):
    base = repository.commit(kept__csv="1")
    (repository.folder.parent / "x.csv").touch()
    for folder in ("raw", "data", "made"):
        (repository.folder / folder).mkdir()
    for file in ("raw/a b.csv", "raw/c.csv", "kept.csv", "made/words.py"):
        (repository.folder / file).write_text("1")
    with worktree(repository.folder, base) as place:
        places = Places.of(repository.folder, place)
        text = text.format(base=places.base, head=places.head)
        notices = told_of_named(text, places, "forest")
        error = explained(DataError(f"it failed:\n  File …\n{text}", hint="mend it"), places)
    if name is None:
        assert notices == ()
        assert str(error) == f"it failed:\n  File …\n{text}\n  → mend it"
    else:
        assert notices[0].message == f"base's worktree has no {name}: git does not track it"
        assert str(error).startswith(f"it failed: {notices[0].message}\n  → commit it; or")
        assert f"`data: {{shared: {name}}}`" in str(error)


def test_a_long_name_is_cut(said):
    name = f"{'d' * 60}/{'e' * 200}.csv"
    assert max(map(len, said(name, {name: "1"}).splitlines())) < 300


def test_what_neither_side_has_is_told_by_the_reader(repository):
    base = repository.commit()
    with worktree(repository.folder, base) as place:
        check_files(DataConfig(source="d.csv", target="y"), Places.of(repository.folder, place))
