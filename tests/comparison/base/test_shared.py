"""What base takes from head's checkout since git does not have it: `data.shared`, and data elsewhere."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from report.comparison.base.shared import find_shared, has_all
from report.comparison.base.worktree import worktree
from report.config.schema import DataConfig


@pytest.fixture
def folder(repository):
    """The work tree of a repository with a commit, in which data/ is ignored but for two files."""
    (repository.folder / "data").mkdir()
    put(repository.folder, ".gitignore", "/data/*\n!/data/*.dvc\n!/data/kept.csv\n")
    for name in ("data/d.csv.dvc", "data/kept.csv"):
        put(repository.folder, name, "of base")
    repository.commit()
    return repository.folder


def put(folder: Path, name: str, text: str = "x") -> Path:
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    return file


def data(source="data/d.csv", **more) -> DataConfig:
    return DataConfig(source=source, target="y", **more)


def shared(root: Path, *paths: str, base: DataConfig | None = None):
    return find_shared(root, "HEAD", base, paths)


def told(found) -> str:
    return " ".join(notice.message for notice in found.notices)


def copied(root: Path, found) -> dict[str, str]:
    """What base's worktree has after the copy, beside the files of its commit."""
    with worktree(root, "HEAD") as place:
        before = files(place)
        found.copy_into(place)
        return {name: (place / name).read_text() for name in files(place) - before}


def files(place: Path) -> set[str]:
    return {file.relative_to(place).as_posix() for file in place.rglob("*") if file.is_file()}


def test_a_folder_brings_what_git_has_not(folder):
    put(folder, "data/d.csv", "1")
    put(folder, "data/deep/er/é ü.csv", "2")
    put(folder, "data/kept.csv", "changed in head")
    found = shared(folder, "data/")
    assert copied(folder, found) == {"data/d.csv": "1", "data/deep/er/é ü.csv": "2"}
    assert "(2 files)" in told(found)


def test_a_file_that_head_adds_to_git_is_no_file_of_base(folder, repository):
    base = repository.git("rev-parse", "HEAD")
    put(folder, "parts/2024.csv")
    repository.commit()
    put(folder, "parts/pulled.csv")
    assert find_shared(folder, base, None, ["parts"]).files == ("parts/pulled.csv",)


@pytest.mark.parametrize("path", ["data/kept.csv", "data/d.csv.dvc"])
def test_what_git_has_is_left_to_each_side_and_told(folder, path):
    put(folder, path, "of head")
    found = shared(folder, path)
    assert found.files == ()
    assert f"`data.shared`: {path} brings nothing" in told(found)
    assert "each side has its own" in found.notices[0].hint


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("data/nothing", "is not in head's checkout"),
        ("nothing/*.csv", "is not in head's checkout"),
        (".", "cannot be shared"),
        ("data/..", "cannot be shared"),
        (".git/config", "cannot be shared"),
        ("../elsewhere", "is outside of the repository"),
        ("data/../../elsewhere", "is outside of the repository"),
    ],
)
def test_paths_that_bring_nothing_are_told(folder, path, said):
    put(folder.parent, "elsewhere/secret.csv")
    found = shared(folder, path)
    assert (found.files, said in told(found)) == ((), True)


@pytest.mark.parametrize("path", ["data/*.csv", "data\\d.csv", "./data//d.csv", "data/**/d.csv"])
def test_forms_of_a_path(folder, path):
    put(folder, "data/d.csv")
    assert shared(folder, path).files == ("data/d.csv",)


def test_paths_start_where_the_configuration_does(folder, repository):
    put(folder, "project/ml-report.yml")
    repository.commit()
    put(folder, "project/raw/d.csv")
    put(folder, "data/d.csv")
    assert shared(folder / "project", "raw", "../data/d.csv").files == ("data/d.csv", "project/raw/d.csv")


def test_both_configurations_name_paths(folder):
    put(folder, "data/d.csv")
    put(folder, "raw/e.csv")
    assert shared(folder, "raw", base=data(shared="data")).files == ("data/d.csv", "raw/e.csv")


@pytest.mark.skipif(os.name == "nt", reason="links need rights on Windows")
def test_links_are_followed_once_and_what_has_no_content_is_passed_over(folder):
    store = put(folder.parent, "store/d.csv", "linked").parent
    (folder / "data" / "store").symlink_to(store)
    (folder / "data" / "again").symlink_to(folder / "data")
    (folder / "data" / "nowhere").symlink_to(folder / "nothing")
    os.mkfifo(folder / "data" / "pipe")
    assert copied(folder, shared(folder, "data")) == {"data/store/d.csv": "linked"}


@pytest.mark.skipif(os.name == "nt", reason="links need rights on Windows")
def test_nothing_is_written_through_a_link_of_base(folder, repository):
    """Base has a link out of the repository, where head has a folder."""
    outside = put(folder.parent, "outside/kept.csv").parent
    (folder / "raw").symlink_to(outside)
    base = repository.commit()
    repository.git("rm", "--quiet", "raw")
    repository.commit()
    put(folder, "raw/d.csv")
    found = find_shared(folder, base, None, ["raw"])
    with worktree(folder, base) as place:
        found.copy_into(place)
    assert [file.name for file in outside.iterdir()] == ["kept.csv"]


def test_a_file_where_base_has_a_folder_or_the_other_way_round(folder, repository):
    put(folder, "a/b", "of base")
    put(folder, "c", "of base")
    base = repository.commit()
    repository.git("rm", "--quiet", "-r", "a", "c")
    repository.commit()
    put(folder, "a", "of head")
    put(folder, "c/d", "of head")
    found = find_shared(folder, base, None, ["a", "c"])
    with worktree(folder, base) as place:
        found.copy_into(place)
        assert ((place / "a" / "b").read_text(), (place / "c").read_text()) == ("of base", "of base")


def test_a_copy_can_be_written_and_removed_whatever_the_original_allows(folder):
    file = put(folder, "data/locked/d.csv")
    file.chmod(0o444)
    file.parent.chmod(0o555)
    with worktree(folder, "HEAD") as place:
        shared(folder, "data").copy_into(place)
        copy = place / "data" / "locked" / "d.csv"
        assert copy.stat().st_mode & 0o200
        assert copy.parent.stat().st_mode & 0o200
        copy.write_text("of base")
    file.parent.chmod(0o755)
    assert file.read_text() == "x"
    assert not place.exists()


def test_files_below_a_submodule(folder, repository, tmp_path):
    module = type(repository)(tmp_path / "module")
    module.commit(known="of the module")
    repository.git("submodule", "--quiet", "add", module.folder.as_uri(), "vendor")
    repository.commit()
    put(folder, "vendor/pulled.csv", "1")
    found = shared(folder, "vendor")
    assert copied(folder, found) == {"vendor/pulled.csv": "1"}


def test_the_digest_tells_names_and_contents_apart(folder):
    def digest() -> str:
        return shared(folder, "data", base=data("../out.csv")).digest

    put(folder.parent, "out.csv", "1")
    digests = [digest()]
    for name, text in (("data/d.csv", "1"), ("data/d.csv", "2"), ("data/e.csv", "2"), ("../out.csv", "2")):
        put(folder, name, text)
        digests.append(digest())
    assert len(set(digests)) == len(digests)
    assert digest() == digests[-1]


def test_data_that_git_does_not_have_are_in_the_digest_shared_or_not(folder):
    put(folder, "data/d.csv", "1")
    before = shared(folder, base=data()).digest
    put(folder, "data/d.csv", "2")
    assert before != shared(folder, base=data()).digest != ""
    assert shared(folder, base=data("data/kept.csv")).digest == ""


def test_many_files(folder):
    (folder / "data" / "many").mkdir()
    for number in range(1000):
        (folder / "data" / "many" / f"{number}.txt").touch()
    found = shared(folder, "data")
    assert len(found.files) == 1000
    assert len(told(found)) < 200


@pytest.mark.parametrize(
    ("source", "known"),
    [
        ("data/kept.csv", True),
        ("data/k*.csv", True),
        ("data/d.csv", False),
        ("data/*.csv", False),
        ("../out.csv", False),
        ("sklearn:iris", True),
    ],
)
def test_whether_git_has_all_data(folder, source, known):
    put(folder, "data/d.csv")
    put(folder.parent, "out.csv")
    assert has_all(folder, data(source)) is known


def test_outside_of_git_nothing_is_known(tmp_path):
    put(tmp_path, "d.csv")
    assert not has_all(tmp_path, data("d.csv"))
    assert find_shared(tmp_path, "HEAD", None, []).digest == ""
