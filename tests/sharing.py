"""What takes long to make, and is only read, is made by one process of the tests for all."""

from __future__ import annotations

import os
import pickle
import time
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import pytest

Made = TypeVar("Made")
_SECONDS = 600  # that the others wait
_FAILED = "failed"


def made_once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], Made]) -> Made:
    """The value that `make` gives for a new folder, in whichever process is the first to ask."""
    own = factory.getbasetemp()
    place = (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / name
    value, unfinished = place / "value.pickle", place / "unfinished.pickle"
    try:
        place.mkdir()
    except FileExistsError:
        return _waited_for(value)
    try:
        unfinished.write_bytes(pickle.dumps(make(place / "made")))
    except BaseException:
        (place / _FAILED).touch()
        raise
    unfinished.replace(value)
    return _waited_for(value)


def _waited_for(file: Path) -> Made:
    end = time.monotonic() + _SECONDS
    while not file.is_file():
        if (file.parent / _FAILED).exists() or time.monotonic() > end:
            raise TimeoutError(f"{file.parent.name} was not made: see the test that was the first to ask for it")
        time.sleep(0.2)
    return pickle.loads(file.read_bytes())  # noqa: S301 - of a process of these tests
