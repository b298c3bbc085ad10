"""Wall time and peak memory of a whole process tree."""

from __future__ import annotations

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
    """Run a command to its end; raises CalledProcessError when it fails."""
    begun = time.perf_counter()
    process = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    peak = _Peak(process.pid)
    peak.start()
    _, errors = process.communicate()
    seconds = time.perf_counter() - begun
    peak.stop()
    if process.returncode:
        sys.stderr.write(errors.decode(errors="replace"))
        raise subprocess.CalledProcessError(process.returncode, command)
    return Measurement(seconds, peak.bytes / 2**20)


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
