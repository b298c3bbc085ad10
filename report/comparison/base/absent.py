"""Why a file is not in base's worktree although head's checkout has it, and what to do about it."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from ...core.errors import DataError, Place, Problem, ReportError
from ...core.lfs import POINTER
from ...core.values import Notice
from .git import answer
from .places import found, inside, is_own, sources
from .worktree import submodules

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ...config.schema import DataConfig
    from .places import Places

_LONGEST = 80  # characters of a path in a message
_NAMED = re.compile(r"'([^'\n]{1,300})'|\"([^\"\n]{1,300})\"|([^\s'\"`(),:;=\[\]{}<>]*[./\\][^\s'\"`(),:;=\[\]{}<>]+)")
_LACKS = re.compile(r"no such file|not found|n[o']t exist|cannot (find|open|access)|no module", re.IGNORECASE)
_MOST_NAMES = 400  # in a message, that are looked for


def check_files(data: DataConfig, places: Places) -> None:
    """Raise DataError with every file of base's configuration that head's checkout has and base's worktree lacks."""
    found_problems = [_problem(key, entry, places) for key, entry in sources(data)]
    if problems := tuple(problem for problem in found_problems if problem is not None):
        raise DataError.of(problems)


def parts_apart(data: DataConfig, places: Places) -> tuple[Notice, ...]:
    """A notice of files that a pattern finds in head's checkout, and not in base's worktree, since git has them not."""
    told = []
    for _, entry in sources(data):
        here = places.seen(entry)
        if here != entry or found(entry, places.base) == [entry]:
            continue
        base = set(found(entry, places.base))
        apart = [name for name in found(entry, places.head) if name not in base]
        apart = [name for name in apart if not _is_tracked(places.head / name)]
        if apart:
            more = f" and {len(apart) - 1:,} more" if len(apart) > 1 else ""
            lacking = f"base lacks {_short(apart[0])}{more}, which head reads and git does not track"
            hint = f"`data: {{shared: {_folder(apart[0])}}}` lets both sides read head's"
            told.append(Notice(f"of '{_short(entry)}' {lacking}", hint))
    return tuple(told)


def explained(error: ReportError, places: Places) -> ReportError:
    """The error; of one that names a file that base lacks and head has, that stands in place of its rest."""
    problems = tuple(_with_hint(problem, places) for problem in error.problems)
    return type(error).of(problems)


def told_of_named(text: str | None, places: Places, subject: str | None = None) -> tuple[Notice, ...]:
    """A notice where a text says that something is missing, and names a file that base lacks."""
    why = None if text is None else _of_named(text, places)
    return () if why is None else (Notice(*why, subject=subject),)


def _with_hint(problem: Problem, places: Places) -> Problem:
    why = _of_named(problem.message, places)
    if why is None:
        return problem
    return Problem(f"{problem.message.splitlines()[0].rstrip(':')}: {why[0]}", problem.place, why[1])


def _of_named(text: str, places: Places) -> tuple[str, str] | None:
    if not _LACKS.search(text):
        return None
    names = {next(filter(None, match.groups())) for match in _NAMED.finditer(text)}
    for name in sorted(names, key=len, reverse=True)[:_MOST_NAMES]:
        for own in _of_base(name, places):
            if _is_there(places.head / own) and not _is_there(places.base / own):
                what, hint = _state(own, places)
                return f"base's worktree has no {_short(own)}: {what}", hint
    return None


def _is_there(file: Path) -> bool:
    return os.path.exists(file)  # noqa: PTH110 - a Path raises for a name that is too long


def _of_base(name: str, places: Places) -> Iterator[str]:
    """A name in a message as paths from the root, of a module too; none where it is not the repository's."""
    path = Path(name)
    if path.is_absolute():
        name = path.relative_to(places.base).as_posix() if path.is_relative_to(places.base) else ""
    if name and is_own(name, places.head, places.head_top):
        if re.search(r"[./\\]", name):  # else it may be a column, or any word
            yield name
        if name.replace(".", "").isidentifier():
            yield f"{name.replace('.', '/')}.py"


def _problem(key: str, entry: str, places: Places) -> Problem | None:
    here = places.seen(entry)
    there = [name for name in found(here, places.base) if (places.base / name).exists()]  # a link may lead nowhere
    if there:
        pointer = next((name for name in there if _is_pointer(places.base / name)), None)
        return None if pointer is None else _of_pointer(key, _shown(pointer, places))
    module = _empty_module(entry, places)
    if module is not None:
        message = f"{_short(entry)} is in base's submodule {_short(module)}, which is not checked out here"
        return Problem(message, Place(key=key), "give the checkout `submodules: true`")
    named = found(entry, places.head)
    if not named:
        return None
    what, hint = _state(named[0], places)
    return Problem(f"base's commit has no file {_short(entry)}: {what}", Place(key=key), hint)


def _state(name: str, places: Places) -> tuple[str, str]:
    """What git and DVC make of a path of head's checkout that base's worktree lacks, and what works."""
    file = places.head / name
    share = f"`data: {{shared: {_short(name)}}}` lets both sides read head's"
    if _is_of_dvc(name, places):
        return "DVC tracks it", f"`prepare: dvc pull` in base's own configuration gets base's; {share}"
    if _is_tracked(file):
        return "head has added it", "base is read by its own configuration and code, which name it"
    ignored = answer(file.parent, "check-ignore", "--quiet", "--", file.name) is not None
    if ignored:
        return "git ignores it", f"{share}; or a command in `prepare`, which base runs too, makes it"
    return "git does not track it", f"commit it; or {share}"


def _is_tracked(file: Path) -> bool:
    return bool(answer(file.parent, "--literal-pathspecs", "ls-files", "--", file.name))


def _is_of_dvc(name: str, places: Places) -> bool:
    """Whether DVC keeps a path, by itself, as part of a folder, or as the output of a stage."""
    parts = Path(name).parts
    above = [Path(*parts[:end]) for end in range(len(parts), 0, -1) if parts[end - 1] != ".."]
    for root in (places.base, places.head):
        if any((root / path.parent / f"{path.name}.dvc").is_file() for path in above):
            return True
        if any(_names(root / path.parent / "dvc.lock", Path(name).relative_to(path.parent)) for path in above):
            return True
    return False


def _names(lock: Path, name: Path) -> bool:
    """Whether a dvc.lock has a path among its outputs, or a folder that it is in."""
    try:
        text = lock.read_text("utf-8", "replace")
    except OSError:
        return False
    return any(re.search(rf"path: {re.escape(part.as_posix())}$", text, re.MULTILINE) for part in (name, *name.parents))


def _empty_module(entry: str, places: Places) -> str | None:
    """The submodule of base's commit that a path is in, where it has no files here."""
    own = inside(str(places.head / entry), places.head_top)
    if own is None:
        return None
    modules = (path for path, _ in submodules(places.base_top, "HEAD") if f"{own}/".startswith(f"{path}/"))
    return next((path for path in modules if not _has_files(places.base_top / path)), None)


def _has_files(folder: Path) -> bool:
    return folder.is_dir() and any(folder.iterdir())


def _is_pointer(file: Path) -> bool:
    try:
        with file.open("rb") as opened:
            return opened.read(len(POINTER)) == POINTER
    except OSError:
        return False


def _of_pointer(key: str, name: str) -> Problem:
    message = f"{_short(name)} is a Git LFS pointer, not the data, in base's worktree"
    if shutil.which("git-lfs") is None:
        return Problem(message, Place(key=key), "git-lfs is not installed here: install it in a step before")
    hint = "Git LFS has not got base's version: give the checkout `lfs: true`, and a remote that can be read"
    return Problem(message, Place(key=key), hint)


def _shown(name: str, places: Places) -> str:
    path = Path(name)
    return path.relative_to(places.base).as_posix() if path.is_relative_to(places.base) else name


def _folder(name: str) -> str:
    folder = Path(name).parent.as_posix()
    return _short(name if folder == "." else f"{folder}/")


def _short(name: str) -> str:
    return name if len(name) <= _LONGEST else f"…{name[1 - _LONGEST :]}"
