"""A worktree of the base commit beside the repository, always taken away again."""

from __future__ import annotations

import io
import shutil
import subprocess
import tarfile
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from .git import answer, git

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def worktree(root: Path, sha: str) -> Iterator[Path]:
    """The folder that answers to `root` in a worktree of a commit; the worktree is removed with the context.

    root : a folder of the repository, not always its top. Hooks do not run; submodules are filled from what the
    repository has of them. Raises GitError when the commit cannot be checked out.
    """
    top = Path(git(root, "rev-parse", "--show-toplevel"))
    holder = Path(tempfile.mkdtemp(prefix="ml-report-base-"))
    place = holder / "base"
    try:
        git(top, "-c", "core.hooksPath=/dev/null", "worktree", "add", "--quiet", "--detach", "--force", str(place), sha)
        _fill_submodules(top, place, sha)
        yield place / root.resolve().relative_to(top.resolve())
    finally:
        answer(top, "worktree", "remove", "--force", str(place))
        shutil.rmtree(holder, ignore_errors=True)
        answer(top, "worktree", "prune")


def _fill_submodules(top: Path, place: Path, sha: str) -> None:
    for line in git(top, "ls-tree", "-r", sha).splitlines():
        mode, kind, rest = line.split(" ", 2)
        commit, path = rest.split("\t", 1)
        if mode == "160000" and kind == "commit" and (top / path / ".git").exists():
            _unpack(top / path, commit, place / path)


def _unpack(module: Path, commit: str, place: Path) -> None:
    """The files of a submodule's commit; one that is not here leaves the folder empty, as a plain checkout does."""
    archive = subprocess.run(
        ["git", "-C", str(module), "archive", "--format=tar", commit], capture_output=True, check=False
    )
    if archive.returncode:
        return
    with tarfile.open(fileobj=io.BytesIO(archive.stdout)) as files:
        files.extractall(place, filter="data")
