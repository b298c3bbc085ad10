"""A run that is cancelled or killed leaves neither processes nor files behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="these are POSIX signals")

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = """
import sys
import numpy as np
from tests.models.builders import classes_target, fitted, make_dataset

if __name__ == "__main__":
    dataset = make_dataset(np.arange(60.0).reshape(20, 3), classes_target(["a", "b"] * 10))
    fitted({"m": {"estimator": "misbehaving.NeverEnds", "params": {"pid_file": sys.argv[1]}}}, dataset)
"""


@pytest.fixture
def running(tmp_path):
    """A run whose model has begun and does not end: its process, the model's, and its folder for temporary files."""
    script, pids, scratch = tmp_path / "script.py", tmp_path / "pids", tmp_path / "scratch"
    script.write_text(SCRIPT)
    scratch.mkdir()
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "TMPDIR": str(scratch)}
    with subprocess.Popen([sys.executable, script, pids], env=environment, stderr=subprocess.PIPE) as process:
        deadline = time.monotonic() + 120
        while not (pids.exists() and pids.read_text()):
            assert process.poll() is None, process.stderr.read()
            assert time.monotonic() < deadline
            time.sleep(0.05)
        workers = [psutil.Process(int(pid)) for pid in pids.read_text().split()]
        family = {*workers, *psutil.Process(process.pid).children(recursive=True)}
        yield process, family, scratch
        for member in family:
            if member.is_running():
                member.kill()
        process.kill()


@pytest.mark.parametrize(("number", "status"), [(signal.SIGTERM, 143), (signal.SIGINT, -signal.SIGINT)])
def test_a_cancelled_run_cleans_up(running, number, status):
    process, family, scratch = running
    process.send_signal(number)
    assert process.wait(30) == status
    _, alive = psutil.wait_procs(family, timeout=10)
    assert alive == []
    assert list(scratch.iterdir()) == []


def test_a_killed_run_takes_its_models_along(running):
    process, family, _ = running
    process.kill()
    process.wait(30)
    _, alive = psutil.wait_procs(family, timeout=10)
    assert alive == []
