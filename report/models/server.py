"""The process that worker processes come from: it has loaded scikit-learn already, and light imports only here."""

from __future__ import annotations

import multiprocessing
import os
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator
    from multiprocessing.context import ForkServerContext, SpawnContext

_ROOT = (__package__ or "").rpartition(".")[0]
_PRELOADED = (
    "__main__",
    "sklearn.ensemble",
    "sklearn.linear_model",
    "sklearn.model_selection",
    "pandas",
    "threadpoolctl",
    f"{_ROOT}.config.schema",
    f"{_ROOT}.models.worker",
    f"{_ROOT}.models.warm",
)
_VECTORIZER = "skrub"  # loads for a second: only where columns need it
_LONGEST_FOLDER = 70  # characters; the path of a socket in it, which takes 32 more, may have 107
_SHORT_FOLDERS = ("/tmp", "/var/tmp")  # noqa: S108 — a folder of our own is made in it, readable by nobody else


def prepare_workers() -> None:
    """Start loading scikit-learn for the worker processes, so that it happens while this process reads data.

    Call it first thing. On Windows and macOS, where each worker loads for itself, this does nothing.
    """
    _run_server(_PRELOADED)


def prepare_for_vectorizing() -> None:
    """Load what prepares columns too, once instead of in every worker; to be called while no worker runs."""
    if sys.platform == "linux":
        from multiprocessing import forkserver

        forkserver._forkserver._stop()  # type: ignore[attr-defined]  # noqa: SLF001 — preloads are fixed at its start
    _run_server((*_PRELOADED, _VECTORIZER))


def _run_server(preloaded: tuple[str, ...]) -> None:
    if sys.platform != "linux":
        return
    from multiprocessing import forkserver

    worker_context().set_forkserver_preload(list(preloaded))
    with _current_folder_not_searched(), _main_module_told(), _short_socket_path():
        forkserver.ensure_running()


def worker_context() -> ForkServerContext | SpawnContext:
    """How worker processes are made: never by forking this process, which has threads."""
    if sys.platform == "linux":
        return multiprocessing.get_context("forkserver")
    return multiprocessing.get_context("spawn")


@contextmanager
def _current_folder_not_searched() -> Iterator[None]:
    """A repository may have a `queue.py`: the server must not find it in place of Python's."""
    before, folder = os.environ.get("PYTHONSAFEPATH"), Path.cwd()
    os.environ["PYTHONSAFEPATH"] = "1"
    os.chdir(os.sep)  # Python 3.10 does not know the variable
    try:
        yield
    finally:
        os.chdir(folder)
        if before is None:
            del os.environ["PYTHONSAFEPATH"]
        else:
            os.environ["PYTHONSAFEPATH"] = before


@contextmanager
def _main_module_told() -> Iterator[None]:
    """Our modules can be preloaded only behind the main one, whose path Python loses before 3.12.8 and 3.13.1.

    https://github.com/python/cpython/issues/126631
    """
    from multiprocessing import spawn

    original = spawn.get_preparation_data

    def with_main_path(name: str) -> dict[str, Any]:
        data = original(name)
        path = data.get("init_main_from_path")
        return data if path is None else {**data, "main_path": path}

    spawn.get_preparation_data = with_main_path
    try:
        yield
    finally:
        spawn.get_preparation_data = original


@contextmanager
def _short_socket_path() -> Iterator[None]:
    """The server listens at a socket in the folder for temporary files, whose path may be too long for one."""
    before, folder = tempfile.tempdir, tempfile.gettempdir()
    if len(os.fsencode(folder)) > _LONGEST_FOLDER:
        folder = next((short for short in _SHORT_FOLDERS if os.access(short, os.W_OK | os.X_OK)), folder)
    tempfile.tempdir = folder
    try:
        yield
    finally:
        tempfile.tempdir = before
