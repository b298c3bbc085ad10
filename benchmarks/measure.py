"""Wall time and peak memory of a whole process tree."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from typing import TYPE_CHECKING, NamedTuple

import psutil

if TYPE_CHECKING:
    from pathlib import Path

INTERVAL = 0.05  # seconds between two looks at the memory


class Measurement(NamedTuple):
    """seconds : wall time. mebibytes : the greatest sum of proportional set sizes over the process and its children."""

    seconds: float
    mebibytes: float


def measure(command: list[str], folder: Path) -> Measurement:
    """Run a command to its end twice, for its time and for its memory: looking at the memory keeps a core half busy.

    Raises CalledProcessError when the command fails.
    """
    begun = time.perf_counter()
    _finish(_start(command, folder))
    seconds = time.perf_counter() - begun
    process = _start(command, folder)
    peak = _Peak(process.pid)
    peak.start()
    _finish(process)
    peak.stop()
    return Measurement(seconds, peak.bytes / 2**20)


def _start(command: list[str], folder: Path) -> subprocess.Popen[bytes]:
    """Python keeps compiled modules, as it does by default: those of the libraries are compiled when installed."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return subprocess.Popen(command, cwd=folder, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)


def _finish(process: subprocess.Popen[bytes]) -> None:
    _, errors = process.communicate()
    if process.returncode:
        sys.stderr.write(errors.decode(errors="replace"))
        raise subprocess.CalledProcessError(process.returncode, process.args)


class _Peak(threading.Thread):
    """Looks at the memory of a process tree until it is stopped. Pages shared by several processes count once."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self.bytes = 0
        self._pid = pid
        self._stopped = threading.Event()

    def run(self) -> None:
        while not self._stopped.wait(INTERVAL):
            self.bytes = max(self.bytes, _tree_bytes(self._pid))

    def stop(self) -> None:
        self._stopped.set()
        self.join()


def _tree_bytes(pid: int) -> int:
    try:
        process = psutil.Process(pid)
        members = [process, *process.children(recursive=True)]
    except psutil.NoSuchProcess:
        return 0
    return sum(map(_bytes, members))


def _bytes(process: psutil.Process) -> int:
    try:
        return int(process.memory_full_info().pss)
    except (psutil.NoSuchProcess, psutil.AccessDenied, ProcessLookupError):
        return 0
