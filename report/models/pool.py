"""Worker processes: a few at a time, each with a time limit, all gone when this ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing import connection
from typing import TYPE_CHECKING, Any, NamedTuple

from .server import worker_context
from .worker import LOG, work

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator
    from pathlib import Path

_TICK = 0.5  # seconds between looks at the logs
_LARGEST_LOG = 32 * 2**20  # bytes; a model that prints without end is read from here on anew


class Task(NamedTuple):
    """A job that was written into its folder, and the name that progress calls it by."""

    name: str
    folder: Path


@dataclass(frozen=True)
class Ending:
    """How a worker ended. exit_code : None when it was ended for its time."""

    exit_code: int | None
    seconds: float

    @property
    def timed_out(self) -> bool:
        return self.exit_code is None


@dataclass(eq=False)
class _Running:
    task: Task
    process: Any
    begun: float


def run_tasks(
    tasks: Iterator[Task], *, parallel: int, data: Path, root: Path, limit: float
) -> Generator[tuple[Task, Ending | None]]:
    """Run tasks in the order in which they come, each in a process of its own; (task, None) tells that one began.

    tasks : asked for the next one only when there is room for it. parallel : how many at a time. limit : seconds each.
    All processes are ended when the iterator is closed, or when the waiting is interrupted.
    """
    running: list[_Running] = []
    waiting = True
    try:
        while True:
            while waiting and len(running) < parallel:
                task = next(tasks, None)
                waiting = task is not None
                if task is not None:
                    running.append(_start(task, data, root, limit))
                    yield task, None
            if not running:
                return
            for ended in _wait(running, limit):
                ending = _end(ended)
                running.remove(ended)
                yield ended.task, ending
    finally:
        for left in running:
            with suppress(ValueError):  # an interruption came between its end and its removal
                _kill(left.process)


def _start(task: Task, data: Path, root: Path, limit: float) -> _Running:
    process = worker_context().Process(
        target=work, args=(str(task.folder), str(data), str(root), limit), name=task.name
    )
    process.start()
    return _Running(task, process, time.monotonic())


def _wait(running: list[_Running], limit: float) -> list[_Running]:
    """Those that have ended or whose time is up, as soon as there is one."""
    while True:
        first = min(worker.begun for worker in running) + limit
        connection.wait(
            [worker.process.sentinel for worker in running], timeout=min(max(first - time.monotonic(), 0.0), _TICK)
        )
        now = time.monotonic()
        over = [worker for worker in running if worker.process.exitcode is not None or now >= worker.begun + limit]
        if over:
            return over
        for worker in running:
            _cut(worker.task.folder / LOG)


def _cut(log: Path) -> None:
    with suppress(OSError):
        if log.stat().st_size > _LARGEST_LOG:
            os.truncate(log, 0)


def _end(worker: _Running) -> Ending:
    ending = Ending(worker.process.exitcode, time.monotonic() - worker.begun)
    _kill(worker.process)
    return ending


def _kill(process: Any) -> None:
    """End a worker and the processes that it has left behind. Those that clean up after it are asked, not forced."""
    if process.exitcode is None and sys.platform == "win32":
        subprocess.run(["taskkill", "/T", "/F", "/PID", str(process.pid)], capture_output=True, check=False)
    elif sys.platform != "win32":
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL if process.exitcode is None else signal.SIGTERM)
    process.kill()
    process.join()
    process.close()
