"""Where a path leads on each side: base is read in a worktree of its commit, elsewhere than head's checkout.

A path inside the repository is base's own file. One that leaves it, or is absolute, means the same place on both sides.
"""

from __future__ import annotations

import glob
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...config.schema import LabelFile, ValidationFile
from .git import answer

if TYPE_CHECKING:
    from ...config.schema import DataConfig

_NO_FILES = ("sklearn:", "python:")


@dataclass(frozen=True)
class Places:
    """The folder that paths start from and the top of the repository, in head's checkout and in base's worktree."""

    head: Path
    head_top: Path
    base: Path
    base_top: Path

    @classmethod
    def of(cls, head: Path, base: Path) -> Places:
        """Those of two folders, each in its repository."""
        return cls(head.resolve(), top_of(head), base.resolve(), top_of(base))

    def seen(self, entry: str) -> str:
        """A path or pattern of base's configuration, as base's process finds it in its worktree."""
        if is_no_file(entry):
            return entry
        if is_own(entry, self.head, self.head_top):
            return entry
        place = _spelt(entry, self.head)
        own = inside(place, self.head_top)
        there = None if own is None else str(self.base_top / own)
        return there if there is not None and found(there) else place

    def data(self, data: DataConfig) -> DataConfig:
        """The data of base's configuration, with each path as base's process finds it."""
        return _mapped(data, self.seen)


def top_of(root: Path) -> Path:
    """The top of the repository that a folder belongs to; the folder itself outside of git."""
    top = answer(root, "rev-parse", "--show-toplevel")
    return (root if top is None else Path(top)).resolve()


def is_own(entry: str, root: Path, top: Path) -> bool:
    """Whether a path is relative and stays in the repository: then each side has its own."""
    return not Path(entry).is_absolute() and Path(os.path.normpath(root / entry)).is_relative_to(top)


def is_no_file(entry: str) -> bool:
    """Whether a source is no path: bundled data, a function, an address."""
    return entry.startswith(_NO_FILES) or "://" in entry


def inside(place: str, top: Path) -> str | None:
    """The name of a place from the top of a repository, with slashes; None outside of it."""
    for form in (os.path.normpath(place), os.path.realpath(place)):
        try:
            name = Path(form).relative_to(top)
        except ValueError:
            continue
        return name.as_posix()
    return None


def found(pattern: str, root: Path | None = None) -> list[str]:
    """What a path or pattern names, from `root` where it is relative: itself where it is there, else what matches."""
    if os.path.lexists(pattern if root is None else root / pattern):
        return [pattern]
    return sorted(glob.iglob(pattern, root_dir=root, recursive=True)) if glob.has_magic(pattern) else []  # noqa: PTH207 - a Path refuses absolute patterns


def sources(data: DataConfig) -> Iterator[tuple[str, str]]:
    """The key and the path or pattern of every file of rows and labels."""
    parts: list[tuple[str, Any]] = [("data.source", data.source)]
    if isinstance(data.target, LabelFile):
        parts.append(("data.target.source", data.target.source))
    if isinstance(data.validation, ValidationFile):
        parts.append(("data.validation.source", data.validation.source))
        if data.validation.target is not None:
            parts.append(("data.validation.target.source", data.validation.target.source))
    parts.append(("data.new", data.new or ()))
    for key, given in parts:
        yield from ((key, entry) for entry in ((given,) if isinstance(given, str) else given) if not is_no_file(entry))


def _mapped(data: DataConfig, change: Callable[[str], str]) -> DataConfig:
    def of(part: Any) -> Any:
        return change(part) if isinstance(part, str) else tuple(map(change, part))

    known: dict[str, Any] = {"source": of(data.source)}
    if isinstance(data.target, LabelFile):
        known["target"] = data.target.model_copy(update={"source": of(data.target.source)})
    if isinstance(data.validation, ValidationFile):
        inner: dict[str, Any] = {"source": of(data.validation.source)}
        if data.validation.target is not None:
            label = data.validation.target
            inner["target"] = label.model_copy(update={"source": of(label.source)})
        known["validation"] = data.validation.model_copy(update=inner)
    if data.new is not None:
        known["new"] = of(data.new)
    return data.model_copy(update=known)


def _spelt(entry: str, root: Path) -> str:
    """An absolute path or pattern, with the signs of a pattern only where the entry itself has them."""
    place = os.path.normpath(root / entry)
    if Path(entry).is_absolute() or not glob.has_magic(entry) or os.path.lexists(place):
        return place
    return os.path.normpath(glob.escape(str(root)) + os.sep + entry)
