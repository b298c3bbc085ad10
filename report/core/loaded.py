"""Which files of a repository a process has loaded as modules."""

from __future__ import annotations

import json
import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_FILE = "loaded.json"


def loaded_files(root: Path) -> tuple[str, ...]:
    """The files of all modules that are the repository's own, by name from its top, sorted.

    root : a folder of the repository, not always its top. Packages that are installed below it are not its own.
    """
    top = _top_of(root.resolve())
    start = str(top) + os.sep
    files = {os.path.normpath(file) for module in list(sys.modules.values()) if (file := _file(module))}
    own = (Path(file).relative_to(top) for file in files if file.startswith(start))
    return tuple(sorted(name.as_posix() for name in own if not {"site-packages", "dist-packages"} & set(name.parts)))


def write_loaded(root: Path, folder: Path) -> None:
    """Leave in a folder what this process has loaded; where there is no room for it, nothing."""
    with suppress(OSError):
        (folder / _FILE).write_text(json.dumps(loaded_files(root)), "utf-8")


def read_loaded(folder: Path) -> tuple[str, ...] | None:
    """What `write_loaded` left; None where the process ended before."""
    try:
        return tuple(map(str, json.loads((folder / _FILE).read_text("utf-8"))))
    except (OSError, ValueError, TypeError):
        return None


def together(*files: Iterable[str] | None) -> tuple[str, ...] | None:
    """All of these files, each once; None where one of them is not known."""
    known = [some for some in files if some is not None]
    return tuple(sorted({file for some in known for file in some})) if len(known) == len(files) else None


def _file(module: object) -> str | None:
    file = getattr(module, "__file__", None)
    return file if isinstance(file, str) else None


def _top_of(root: Path) -> Path:
    return next((folder for folder in (root, *root.parents) if (folder / ".git").exists()), root)
