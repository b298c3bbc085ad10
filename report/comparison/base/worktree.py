"""A worktree of the base commit beside the repository, always taken away again."""

from __future__ import annotations

import os
import shutil
import sys
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from ...core.scratch import abandoned, scratch_folder
from .git import GitError, answer, git

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

PREFIX = "ml-report-base-"
_NAME = "base"
_MOST_NEIGHBOURS = 1000
_LINK, _MODULE = "120000 ", "160000 "  # modes of git


@contextmanager
def worktree(root: Path, sha: str) -> Iterator[Path]:
    """The folder that answers to `root` in a worktree of a commit; the worktree is removed with the context.

    root : a folder of the repository, not always its top. Hooks do not run; submodules and files of Git LFS are filled
    from what the repository has of them. Raises GitError when the commit, or a submodule's, cannot be checked out.
    """
    top = Path(git(root, "rev-parse", "--show-toplevel"))
    with scratch_folder(PREFIX) as holder:
        place = holder / _NAME
        try:
            _check_out(top, sha, place)
            _link_neighbours(top, place)
            yield place / root.resolve().relative_to(top.resolve())
        finally:
            answer(top, "worktree", "remove", "--force", str(place))


def remove_abandoned(root: Path) -> None:
    """Take away the worktrees of this repository, and their folders, whose process was killed before it could."""
    for folder in abandoned(PREFIX):
        shutil.rmtree(folder, ignore_errors=True)
    for line in (answer(root, "worktree", "list", "--porcelain") or "").splitlines():
        place = Path(line.removeprefix("worktree "))
        if place.name == _NAME and place.parent.name.startswith(PREFIX) and not place.exists():
            answer(root, "worktree", "remove", "--force", str(place))


def _check_out(top: Path, sha: str, place: Path) -> None:
    no_download = {**os.environ, "GIT_LFS_SKIP_SMUDGE": "1"}  # one file that cannot be had must not end the checkout
    add = ["-c", f"core.hooksPath={os.devnull}", "worktree", "add", "--quiet", "--detach", "--force", str(place), sha]
    git(top, *add, environment=no_download)
    if answer(place, "ls-files", ":(attr:filter=lfs)"):
        answer(place, "lfs", "pull")  # without it pointers stay, and whoever reads one says so
    _fill_submodules(top, sha, place)
    _lead_out(top, sha, place)


def _lead_out(top: Path, sha: str, place: Path) -> None:
    """A relative link that leaves the repository leads to the same place as that of the checkout."""
    for path in _entries(top, sha, _LINK):
        link = place / path
        target = os.path.normpath(Path(path).parent / link.readlink()) if link.is_symlink() else ""
        if target.startswith(os.pardir):
            link.unlink()
            link.symlink_to(os.path.normpath(top / target))


def _link_neighbours(top: Path, place: Path) -> None:
    """What code finds beside the checkout by `../`, it finds beside the worktree; by the checkout's name, the worktree.

    Without the right to make links, or beside very many, there are none.
    """
    with suppress(OSError):
        neighbours = sorted(top.parent.iterdir())
        for other in neighbours if len(neighbours) <= _MOST_NEIGHBOURS else ():
            link = place.parent / other.name
            if other.name != ".git" and not os.path.lexists(link):
                link.symlink_to(place if other.name == top.name else other)


def _fill_submodules(top: Path, sha: str, place: Path) -> None:
    """Fill those that the repository has; the others are empty on both sides."""
    for path, commit in submodules(top, sha):
        if (top / path / ".git").exists():
            _unpack(top / path, commit, place / path)
            _fill_submodules(top / path, commit, place / path)


def submodules(top: Path, sha: str) -> list[tuple[str, str]]:
    """The path and the commit of each submodule of a commit."""
    return list(_entries(top, sha, _MODULE).items())


def _entries(top: Path, sha: str, mode: str) -> dict[str, str]:
    """The paths of a commit that have a mode, each with its object."""
    entries = (line.split("\t", 1) for line in git(top, "ls-tree", "-r", "-z", sha).split("\0") if line)
    return {path: facts.split()[2] for facts, path in entries if facts.startswith(mode)}


def _unpack(module: Path, commit: str, place: Path) -> None:
    index = {**os.environ, "GIT_INDEX_FILE": str(place.with_name(f".{place.name}.index"))}
    try:
        git(module, "read-tree", commit, environment=index)
    except GitError as error:
        raise GitError(f"the submodule '{module.name}' does not have its commit {commit[:10]}: {error}") from None
    git(module, "checkout-index", "--all", "--force", f"--prefix={place}/", environment=index)
    Path(index["GIT_INDEX_FILE"]).unlink(missing_ok=True)


def search_path(head: Path, base: Path, variables: Mapping[str, str]) -> str:
    """PYTHONPATH for base: what head finds in its repository (by `pip install -e .`, say), base finds in its own.

    head, base : their folders in the repository and in the worktree.
    """
    top = Path(git(head, "rev-parse", "--show-toplevel")).resolve()
    place, environment = Path(git(base, "rev-parse", "--show-toplevel")), Path(sys.prefix).resolve()
    entries = [Path(entry).resolve() for entry in sys.path if entry]
    own = [entry for entry in entries if entry.is_relative_to(top) and not entry.is_relative_to(environment)]
    given = [entry for entry in variables.get("PYTHONPATH", "").split(os.pathsep) if entry]
    others = [entry for entry in given if not Path(entry).resolve().is_relative_to(top)]
    return os.pathsep.join([*(str(place / entry.relative_to(top)) for entry in own), *others])
