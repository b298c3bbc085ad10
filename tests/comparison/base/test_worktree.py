"""A worktree holds the base commit, and nothing of it stays behind."""

from __future__ import annotations

import os

import pytest

from report.comparison.base.git import GitError
from report.comparison.base.worktree import worktree


def test_holds_the_files_of_its_commit(repository):
    base = repository.commit(a="old")
    repository.commit(a="new")
    with worktree(repository.folder, base) as folder:
        assert (folder / "a").read_text() == "old"
    assert (repository.folder / "a").read_text() == "new"


@pytest.mark.parametrize("ending", [None, RuntimeError, KeyboardInterrupt])
def test_is_removed_however_it_ends(repository, ending):
    base = repository.commit(a="old")
    try:
        with worktree(repository.folder, base) as folder:
            (folder / "made by training").write_text("…")
            if ending:
                raise ending
    except (RuntimeError, KeyboardInterrupt):
        pass
    assert not folder.exists()
    assert not folder.parent.exists()
    assert repository.git("worktree", "list").count("\n") == 0


def test_answers_to_a_folder_below_the_top(repository):
    (repository.folder / "project").mkdir()
    (repository.folder / "project" / "a").write_text("old")
    base = repository.commit()
    with worktree(repository.folder / "project", base) as folder:
        assert (folder / "a").read_text() == "old"


def test_dirty_work_tree_is_left_alone(repository):
    base = repository.commit(a="old")
    (repository.folder / "a").write_text("not committed")
    with worktree(repository.folder, base) as folder:
        assert (folder / "a").read_text() == "old"
    assert (repository.folder / "a").read_text() == "not committed"


def test_submodules_have_their_files_of_that_commit(repository, tmp_path):
    module = type(repository)(tmp_path / "module")
    module.commit(data="first")
    repository.git("submodule", "--quiet", "add", module.folder.as_uri(), "shared")
    base = repository.commit()
    newer = module.commit(data="second")
    repository.git("-C", "shared", "pull", "--quiet")
    repository.commit()
    assert repository.git("-C", "shared", "rev-parse", "HEAD") == newer
    with worktree(repository.folder, base) as folder:
        assert (folder / "shared" / "data").read_text() == "first"


def test_hooks_of_the_repository_do_not_run(repository, tmp_path):
    base = repository.commit(a="old")
    hook = repository.folder / ".git" / "hooks" / "post-checkout"
    hook.write_text(f"#!/bin/sh\ntouch {tmp_path / 'ran'}\n")
    hook.chmod(0o755)
    with worktree(repository.folder, base):
        pass
    assert not (tmp_path / "ran").exists()


def test_a_commit_that_is_not_there(repository):
    repository.commit(a="old")
    with pytest.raises(GitError), worktree(repository.folder, "1" * 40):
        pass
    assert repository.git("worktree", "list").count("\n") == 0


@pytest.mark.skipif(os.name == "nt", reason="links need rights on Windows")
def test_what_is_beside_the_checkout_is_beside_the_worktree(repository):
    base = repository.commit(a="old")
    repository.commit(a="new")
    beside = repository.folder.parent / "shared"
    beside.mkdir()
    (beside / "d.csv").write_text("1")
    with worktree(repository.folder, base) as folder:
        assert (folder / ".." / "shared" / "d.csv").read_text() == "1"
        assert (folder / ".." / repository.folder.name / "a").read_text() == "old"
    assert not folder.parent.exists()
    assert (beside / "d.csv").read_text() == "1", "links go, and not what they lead to"


@pytest.mark.skipif(os.name == "nt", reason="links need rights on Windows")
def test_a_link_that_leaves_the_repository_leads_to_the_same_place(repository):
    (repository.folder.parent / "store").mkdir()
    (repository.folder.parent / "store" / "d.csv").write_text("1")
    (repository.folder / "data").mkdir()
    (repository.folder / "data" / "out").symlink_to("../../store")
    (repository.folder / "data" / "in").symlink_to("../a")
    base = repository.commit(a="old")
    repository.commit(a="new")
    with worktree(repository.folder, base) as folder:
        assert (folder / "data" / "out" / "d.csv").read_text() == "1"
        assert (folder / "data" / "in").read_text() == "old"
