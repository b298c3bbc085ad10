"""Files that both sides take from head's checkout, since git does not have them: `data.shared`, and data elsewhere.

They are copied into base's worktree: what base writes into them changes nothing of head's.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from ...core.values import Notice
from .git import answer
from .places import found, inside, is_own, sources, top_of

if TYPE_CHECKING:
    from ...config.schema import DataConfig

_BLOCK = 1 << 20  # bytes that are read at a time
_AT_MOST = 3  # paths that a notice names


@dataclass(frozen=True)
class Shared:
    """What base has of head's checkout beside its commit.

    top : of head's repository. files : names from there, of what is copied. read : files that base reads where they
    are, outside of its worktree, or that its configuration names and git does not have.
    """

    top: Path
    files: tuple[str, ...] = ()
    read: tuple[str, ...] = ()
    notices: tuple[Notice, ...] = ()

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the names and the contents; "" of nothing."""
        if not (self.files or self.read):
            return ""
        digest = hashlib.sha256()
        names = [(name, name) for name in self.files] + [(Path(name).name, name) for name in self.read]
        for known, name in names:
            digest.update(f"{known}\0{_digest(self.top / name)}\n".encode("utf-8", "surrogateescape"))
        return digest.hexdigest()

    def copy_into(self, place: Path) -> None:
        """Put the files into the top folder of base's worktree. Raises OSError where they cannot be copied."""
        real = Path(os.path.realpath(place))
        for name in self.files:
            target = place / name
            if os.path.lexists(target) or not _is_free(target, real):
                continue
            try:
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(self.top / name, target)  # without its mode: what is read-only could not be removed
            except OSError as error:
                raise OSError(f"`data.shared`: {name} cannot be copied for base: {error.strerror or error}") from error


def find_shared(root: Path, sha: str, base: DataConfig | None, shared: Sequence[str]) -> Shared:
    """What base takes from head's checkout.

    base : the data of its configuration; None where that cannot be read. shared : the paths that head's names.
    """
    top = top_of(root)
    paths = tuple(dict.fromkeys((*shared, *(() if base is None else base.shared))))
    named = () if base is None else tuple(entry for _, entry in sources(base))
    if not (paths or named):
        return Shared(top)
    tracked = _Tracked.of(top, sha)
    files: dict[str, None] = {}
    notices: list[Notice] = []
    for path in paths:
        own, told = _files(path, root, top, tracked)
        files |= dict.fromkeys(own)
        notices += told
    read, told = _read(named, root, top, tracked)
    return Shared(top, tuple(sorted(files)), read, (*notices, *told))


def has_all(root: Path, data: DataConfig) -> bool:
    """Whether git has every file of rows and labels that is named, as a file of the repository."""
    top, entries = top_of(root), [entry for _, entry in sources(data)]
    tracked = _Tracked.of(top, "HEAD")
    names = [inside(os.path.normpath(root / name), top) for entry in entries for name in found(entry, root)]
    return all(is_own(entry, root, top) for entry in entries) and all(name in tracked.head for name in names)


@dataclass(frozen=True)
class _Tracked:
    """The names, from the top, that git has in head's index and in base's commit."""

    head: frozenset[str]
    base: frozenset[str]

    @classmethod
    def of(cls, top: Path, sha: str) -> _Tracked:
        head = answer(top, "ls-files", "-z", "--recurse-submodules") or answer(top, "ls-files", "-z")
        base = answer(top, "ls-tree", "-r", "-z", "--name-only", sha)
        return cls(*(frozenset((names or "").split("\0")) for names in (head, base)))

    def has(self, name: str) -> bool:
        return name in self.head or name in self.base


def _files(path: str, root: Path, top: Path, tracked: _Tracked) -> tuple[list[str], list[Notice]]:
    """The files that a path of `data.shared` brings, and what to know of them."""
    path = path if os.path.lexists(root / path) else path.replace("\\", "/")
    place = Path(os.path.normpath(root / path))
    if not place.is_relative_to(top):
        return [], [_notice(path, "is outside of the repository", "as data it is the same place on both sides already")]
    if place == top or ".git" in place.relative_to(top).parts:
        return [], [_notice(path, "cannot be shared", "name the files or folders that hold the data")]
    named = found(path, root)
    if not named:
        return [], [_notice(path, "is not in head's checkout", "is it spelt as it is there?")]
    every = [name for one in named for name in _below(Path(os.path.normpath(root / one)), top, tracked.head)]
    own = [name for name in every if name not in tracked.base]
    if not own:
        return [], [_notice(path, "brings nothing", "git has it: each side has its own")]
    some = f"{len(own):,} files" if len(own) > 1 else "1 file"
    said = f"`data.shared`: base reads {_shown([path])} of head's checkout ({some})"
    unseen = "its content is head's on both sides: a change of it is not seen"
    return own, [Notice(f"{said}; {unseen}", severity="note")]


def _notice(path: str, what: str, hint: str) -> Notice:
    return Notice(f"`data.shared`: {_shown([path])} {what}", hint)


def _below(place: Path, top: Path, tracked: Collection[str], above: tuple[str, ...] = ()) -> Iterator[str]:
    """The files that git does not have at or below a place, by name from the top; links are followed once."""
    name = place.relative_to(top).as_posix()
    if name in tracked or place.name == ".git":
        return
    if place.is_file():
        yield name
        return
    real = os.path.realpath(place)
    if not place.is_dir() or real in above:
        return  # a pipe, a link that leads nowhere or back to where it is
    for entry in sorted(place.iterdir()):
        yield from _below(entry, top, tracked, (*above, real))


def _read(named: Sequence[str], root: Path, top: Path, tracked: _Tracked) -> tuple[tuple[str, ...], list[Notice]]:
    """The files of base's configuration that its commit does not have; a notice of those that it reads elsewhere."""
    read: list[str] = []
    elsewhere: list[str] = []
    for entry in named:
        names = [os.path.normpath(root / name) for name in found(entry, root)]
        unknown = [name for name in names if (own := inside(name, top)) is None or not tracked.has(own)]
        read += [name for name in unknown if Path(name).is_file()]
        if unknown and not (is_own(entry, root, top) and all(_is_own(name, top, tracked) for name in unknown)):
            elsewhere.append(entry)
    if not elsewhere:
        return tuple(read), []
    said = f"base reads {_shown(elsewhere)}, which is not in the repository, as it is now: a change of it is not seen"
    return tuple(read), [Notice(said, severity="note")]


def _is_own(name: str, top: Path, tracked: _Tracked) -> bool:
    """Whether no link of base's commit leads a path out of the repository."""
    parents = [folder.relative_to(top).as_posix() for folder in Path(name).parents if folder.is_relative_to(top)]
    return inside(os.path.realpath(name), top) is not None or not any(folder in tracked.base for folder in parents)


def _is_free(target: Path, place: Path) -> bool:
    """Whether a file can be put there: within the worktree, whatever links base has on the way, in a folder."""
    above = next(folder for folder in target.parents if os.path.lexists(folder))
    return above.is_dir() and Path(os.path.realpath(above)).is_relative_to(place)


def _digest(file: Path) -> str:
    digest = hashlib.sha256()
    try:
        with file.open("rb") as opened:
            while block := opened.read(_BLOCK):
                digest.update(block)
    except OSError:
        return "?"
    return digest.hexdigest()


def _shown(paths: Sequence[str]) -> str:
    shown = ", ".join(path if len(path) <= 60 else f"…{path[-59:]}" for path in paths[:_AT_MOST])
    return shown if len(paths) <= _AT_MOST else f"{shown} and {len(paths) - _AT_MOST:,} more"
