"""Programs that we start: whatever they print or leave behind, they are waited for no longer than they run."""

from __future__ import annotations

import os
import signal
import sys
import threading
from contextlib import suppress
from pathlib import Path

import pytest

from report.core.processes import WatchedProcess

LEAVES_A_DAEMON = """\
import subprocess, sys
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"], start_new_session=True)
print(child.pid, flush=True)
"""
ONE_LONG_LINE = """\
import sys
for _ in range(50):
    sys.stdout.write("x" * 10_000)
print("end")
"""


def run(program: str, folder: Path) -> tuple[str | None, list[str]]:
    """How a program ended, and what it was heard to say."""
    said: list[str] = []
    with WatchedProcess([sys.executable, "-c", program], folder, limit=120.0, say=said.append) as process:
        return process.wait(), said


@pytest.mark.skipif(os.name == "nt", reason="sessions of POSIX")
def test_a_process_that_left_the_session_is_not_waited_for(tmp_path):
    """It holds the pipe that the program's output comes by, and may run for ever."""
    said: list[str] = []

    def start() -> None:
        with WatchedProcess([sys.executable, "-c", LEAVES_A_DAEMON], tmp_path, limit=120.0, say=said.append) as process:
            process.wait()

    waiting = threading.Thread(target=start, daemon=True)
    waiting.start()
    waiting.join(timeout=60)
    is_waiting = waiting.is_alive()
    with suppress(ProcessLookupError):
        os.kill(int(said[0]), signal.SIGKILL)
    assert not is_waiting


def test_output_without_an_end_of_line_is_heard_in_pieces(tmp_path):
    failure, said = run(ONE_LONG_LINE, tmp_path)
    assert failure is None
    assert max(map(len, said)) <= 10_000
    assert "".join(said) == "x" * 500_000 + "end"


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
def test_a_process_that_was_ended_for_its_time_is_reported_so_however_it_left(tmp_path):
    """The repository's code may take the exit that it is asked for as an error of its own, and end well."""
    leaves_well = "import signal, sys, time\nsignal.signal(signal.SIGTERM, lambda *_: sys.exit(0))\ntime.sleep(600)"
    with WatchedProcess([sys.executable, "-c", leaves_well], tmp_path, limit=1.0, say=lambda _: None) as process:
        assert [process.wait(), process.wait()] == ["took longer than 1.0 s, and was ended"] * 2
