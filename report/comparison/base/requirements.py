"""Whether base asks for other packages than head, and what to do about it."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ...core.values import Notice
from .git import answer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from .request import BaseRequest

Read = Callable[[str], "str | None"]
FILES = ("requirements.txt", "pyproject.toml")
_INCLUDED = re.compile(r"(?:-r|-c|--requirement|--constraint)[ =]*(\S+)")
_COMMENT = re.compile(r"(^|\s)#.*")


@dataclass(frozen=True)
class Environment:
    """What base is trained with. requirements : the file that an environment of its own is made of, else None."""

    requirements: str | None = None
    notices: tuple[Notice, ...] = ()


def choose_environment(request: BaseRequest, sha: str, *, may_be_own: bool) -> Environment:
    """An environment of base's own where its requirements differ from head's, and where one can be made.

    may_be_own : whether the configuration allows it.
    """
    named = request.requirements
    differing = [file for file in ([named] if named else FILES) if _differs(request.root, file, sha)]
    if not differing:
        return Environment()
    file = differing[0]
    if may_be_own and named and request.uv is not None and _at(request.root, sha)(file) is not None:
        return Environment(file)
    hint = None if named else "in the action, the input `requirements` gives base an environment of its own"
    message = f"{file} differs between base and head: base was trained with head's packages"
    return Environment(notices=(Notice(message, hint, severity="note"),))


def required(read: Read, file: str) -> tuple[str, ...] | None:
    """The lines that decide which packages are installed, those of included files too; None without the file."""
    text = read(file)
    if text is None:
        return None
    if file.endswith(".toml"):
        return _of_project(text)
    return tuple(_lines(text, read, file, seen={file}))


def _differs(root: Path, file: str, sha: str) -> bool:
    return (required(_here(root), file) or ()) != (required(_at(root, sha), file) or ())


def _here(root: Path) -> Read:
    def read(file: str) -> str | None:
        try:
            return (root / file).read_text("utf-8", "replace")
        except OSError:
            return None

    return read


def _at(root: Path, sha: str) -> Read:
    return lambda file: answer(root, "cat-file", "blob", f"{sha}:./{file}")


def _lines(text: str, read: Read, file: str, seen: set[str]) -> Iterator[str]:
    for line in text.splitlines():
        asked = " ".join(_COMMENT.sub("", line).split())
        included = _INCLUDED.fullmatch(asked)
        if included is None:
            yield from [asked] if asked else ()
            continue
        path = posixpath.normpath(posixpath.join(posixpath.dirname(file), included[1]))
        inner = None if path in seen else read(path)
        seen.add(path)
        yield from [asked] if inner is None else _lines(inner, read, path, seen)


def _of_project(text: str) -> tuple[str, ...]:
    """What a pyproject.toml depends on; all of its lines where that cannot be told."""
    try:
        import tomllib

        project = tomllib.loads(text).get("project", {})
        told = "dependencies" not in project.get("dynamic", ())
    except (ImportError, ValueError, AttributeError):  # Python 3.10, or no TOML
        told = False
    return tuple(map(str, project.get("dependencies", ()))) if told else tuple(text.splitlines())
