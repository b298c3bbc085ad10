"""Temporary folders that go with the process that made them, however it ends."""

from __future__ import annotations

import os
import shutil
import tempfile
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_LOCK = "lock"


@contextmanager
def scratch_folder(prefix: str) -> Iterator[Path]:
    """A temporary folder for this context. Where the process is killed before its end, `abandoned` finds the folder."""
    folder = Path(tempfile.mkdtemp(prefix=prefix))
    try:
        with (folder / "unlocked").open("wb") as lock:
            _try_lock(lock)
            if os.name != "nt":  # there, an open file cannot be renamed
                (folder / "unlocked").rename(folder / _LOCK)
            yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def abandoned(prefix: str) -> list[Path]:
    """The folders of processes that are gone: their lock went with them."""
    return [folder for folder in Path(tempfile.gettempdir()).glob(f"{prefix}*") if is_abandoned(folder)]


def is_abandoned(folder: Path) -> bool:
    """Whether nobody holds a scratch folder any more. One that is not ours, or not there, is nobody's to take away."""
    with suppress(OSError), (folder / _LOCK).open("r+b") as lock:
        return _try_lock(lock)
    return False


def _try_lock(file: IO[bytes]) -> bool:
    """Take a lock that ends with this process; False when another process holds it."""
    try:
        import fcntl
    except ImportError:  # Windows: no lock, and nothing is ever taken for abandoned
        return False
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
