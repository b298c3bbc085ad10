"""Files of the repository that differ between base and head: code that was run, data, and Python that was not run."""

from __future__ import annotations

import re
import sys
from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import Literal, TypeAlias, get_args

from ...core.comparison import ChangedFile, ChangedFiles
from .code import OF_GIT, file_change, is_one_of
from .git import answer

Kind: TypeAlias = Literal["code", "data", "not run", "other"]
_AT_MOST = 20  # files of a kind that are told by name
_PYTHON = (".py", ".ipynb")
_STATES: dict[str, Literal["changed", "added", "deleted", "renamed"]] = {"A": "added", "D": "deleted", "R": "renamed"}
_FETCHING = re.compile(r"\s*(dvc\s+(pull|fetch|checkout)|git\s+lfs\s+pull|pip\s+install|uv\s+(pip|sync))\b[^;&|\n]*")
_LARGEST = 1_000_000  # bytes of a file of code that is looked into
_OF_TESTS = re.compile(r"(^|/)(tests?|docs?)/|(^|/)(test_[^/]*|[^/]*_test|conftest|setup|noxfile)\.py$")


@dataclass(frozen=True)
class Used:
    """What both sides have used of the repository.

    config : the path of head's configuration from the root. data : paths and patterns of the data of both sides.
    code : files that were loaded, by name from the top; None where that is not known. commands : of `prepare`, of both
    sides.
    """

    config: str
    data: Collection[str] = ()
    code: Collection[str] | None = ()
    commands: Sequence[str] = ()


def changed_files(root: Path, sha: str, used: Used) -> tuple[ChangedFiles, ...]:
    """How the work tree differs from a commit, by kinds; nothing where git does not tell.

    root : the folder that paths of the configuration start from. Files that no model can notice are left out, and
    those beside the root that nobody has used.
    """
    top_text = answer(root, "rev-parse", "--show-toplevel")
    found = None if top_text is None else _changes(Path(top_text), sha)
    if top_text is None or found is None:
        return ()
    look = _Look(root.resolve(), Path(top_text).resolve(), sha, used)
    kinds: dict[Kind, list[ChangedFile]] = {kind: [] for kind in get_args(Kind)}
    for file in found:
        if (kind := look.kind(file)) is not None:
            kinds[kind].append(file)
    told = ((kind, files[:_AT_MOST], len(files)) for kind, files in kinds.items() if files)
    return tuple(ChangedFiles(kind, tuple(map(look.told, files)), count) for kind, files, count in told)


def told_of_unrun(files: Sequence[ChangedFiles]) -> list[str]:
    """That nothing but Python files that this report does not run has changed, tests and documentation aside."""
    if not files or any(group.kind != "not run" for group in files):
        return []
    names = [file.name for group in files for file in group.files if not _OF_TESTS.search(file.name)]
    if not names:
        return []
    n_more = len(names) - 1 + sum(group.n_files - len(group.files) for group in files)
    more = f" and {n_more:,} more" if n_more else ""
    return [f"`{names[0]}`{more} changed, but this report does not run {'them' if n_more else 'it'}"]


def told_of_pointers(files: Sequence[ChangedFiles], shared: Sequence[str]) -> list[str]:
    """That data changed which both sides take from head. shared : the paths of `data.shared`."""
    names = [file.name for group in files for file in group.files if file.name.endswith((".dvc", "dvc.lock"))]
    if not names or not shared:
        return []
    return [f"the data changed (`{names[0]}`), and both sides read those of head: that change is not judged"]


@dataclass(frozen=True)
class _Look:
    """What tells the kinds of files apart."""

    root: Path
    top: Path
    sha: str
    used: Used

    def kind(self, file: ChangedFile) -> Kind | None:
        """The kind of a file by its names from the top; None of what is told elsewhere, or that no model notices."""
        names = [name for name in (file.name, file.before) if name is not None]
        if any(is_one_of(self.top / name, self.root, {self.used.config}) for name in names):
            return None
        if any(map(self._is_code, names)):
            return "code"
        if any(is_one_of(self.top / name, self.root, self.used.data) for name in names):
            return "data"
        is_below = any((self.top / name).is_relative_to(self.root) for name in names)
        if not is_below or file.name.split("/", maxsplit=1)[0] in OF_GIT:
            return None
        if file.name.endswith(_PYTHON):
            return "other" if any(map(self._may_be_run, names)) else "not run"
        return None if file_change(self.top, self.sha, file.name) == "none" else "other"

    def told(self, file: ChangedFile) -> ChangedFile:
        """The file by its name from the root, with a word on a change of comments alone."""
        what = file.what
        if what == "changed" and file.name.endswith(".py") and file_change(self.top, self.sha, file.name) == "none":
            what = "comments"
        before = None if file.before is None else self._shown(file.before)
        return ChangedFile(self._shown(file.name), what, before)

    def _is_code(self, name: str) -> bool:
        """Whether a file was loaded, or is named by a command; of a submodule, any file in it."""
        code = self.used.code or ()
        if name in code or any(file.startswith(f"{name}/") for file in code):
            return True
        return name.endswith((*_PYTHON, ".sh")) and any(_names(command, name) for command in self.used.commands)

    def _may_be_run(self, name: str) -> bool:
        """Whether code that names a file, or a command that may run anything, may run it unseen."""
        if self.used.code is None or any(not _FETCHING.fullmatch(command) for command in self.used.commands):
            return True
        return _is_installed(name) or _names(self._text, name)

    @cached_property
    def _text(self) -> str:
        """All code that was loaded, as far as head has it."""
        texts = []
        for name in self.used.code or ():
            file = self.top / name
            with suppress(OSError):
                texts += [file.read_text("utf-8", "replace")] if file.stat().st_size < _LARGEST else []
        return "\n".join(texts)

    def _shown(self, name: str) -> str:
        file = self.top / name
        return file.relative_to(self.root).as_posix() if file.is_relative_to(self.root) else name


def _changes(top: Path, sha: str) -> list[ChangedFile] | None:
    """All files that differ, by name from the top, in the order of their names; None where git does not tell."""
    told = answer(top, "diff", "--name-status", "--find-renames", "--ignore-submodules=dirty", "-z", sha)
    new = answer(top, "ls-files", "--others", "--exclude-standard", "-z", "--", "*.py", "*.ipynb")
    if told is None:
        return None
    parts = iter(told.split("\0"))
    files = []
    for state in parts:
        if not state:
            continue
        name = next(parts, "")
        before, name = (name, next(parts, "")) if state[0] == "R" else (None, name)
        files.append(ChangedFile(name, _STATES.get(state[0], "changed"), before))
    files += [ChangedFile(name, "added") for name in (new or "").split("\0") if name]
    return sorted(files, key=lambda file: file.name)


def _is_installed(name: str) -> bool:
    """Whether a package has a file of that name: it may have been installed from the repository."""
    parts = PurePosixPath(name).parts
    folders = [Path(entry) for entry in sys.path if entry.endswith(("site-packages", "dist-packages"))]
    return any(folder.joinpath(*parts[start:]).is_file() for folder in folders for start in range(len(parts)))


def _names(text: str, name: str) -> bool:
    """Whether a text names a file, as a path or as a module with `-m`."""
    path = PurePosixPath(name)
    as_path = rf"(?<![\w.-]){re.escape(path.name)}(?![\w-])"
    as_module = rf"-m\s+([\w.]+\.)?{re.escape(path.stem)}(?![\w.])"
    return (path.name in text and bool(re.search(as_path, text))) or bool(re.search(as_module, text))
