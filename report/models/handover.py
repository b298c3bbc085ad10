"""Values handed from process to process by files: arrays are memory-mapped, so that all readers share one copy."""

from __future__ import annotations

import mmap
import os
import pickle
from pathlib import Path
from typing import Any

_ALIGNMENT = 64  # what Arrow and vector instructions like


class NotWrittenError(OSError):
    """A value could not be handed over, as on a full disk."""


def dump(value: Any, path: Path) -> None:
    """Write a value: two files, its structure at `path` and its arrays beside it; whole or not at all.

    Raises NotWrittenError.
    """
    try:
        _dump(value, path)
    except OSError as error:
        raise NotWrittenError(error.errno, error.strerror or str(error)) from error


def _dump(value: Any, path: Path) -> None:
    buffers: list[pickle.PickleBuffer] = []
    structure = pickle.dumps(value, protocol=5, buffer_callback=buffers.append)
    extents = []
    with _arrays(path).open("wb") as file:
        for buffer in buffers:
            raw = buffer.raw()
            file.write(b"\0" * (-file.tell() % _ALIGNMENT))
            extents.append((file.tell(), raw.nbytes))
            file.write(raw)
    unfinished = path.with_suffix(".part")
    unfinished.write_bytes(pickle.dumps((structure, extents), protocol=5))
    unfinished.replace(path)


def load(path: Path, *, mapped: bool = True) -> Any:
    """Read what `dump` wrote; written by this program only. Arrays may be written to: the file does not change.

    mapped : leave arrays in the file until they are touched; the file must stay as long as the value.
    """
    structure, extents = pickle.loads(path.read_bytes())  # noqa: S301 — our own file, in a folder that only we can write
    with _arrays(path).open("rb") as file:
        size = os.fstat(file.fileno()).st_size
        whole = memoryview(
            mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_COPY) if mapped and size else bytearray(file.read())
        )
    return pickle.loads(structure, buffers=[whole[start : start + length] for start, length in extents])  # noqa: S301 — as above


def _arrays(path: Path) -> Path:
    return path.with_suffix(".arrays")
