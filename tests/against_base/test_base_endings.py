"""However a run ends, nothing of base is left: no process, no worktree, no folder."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil
import pytest

from report.comparison.base.worktree import remove_abandoned, worktree
from tests.against_base.project import CONFIG

pytestmark = [pytest.mark.slow, pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")]

ENTRYPOINT = Path(__file__).resolve().parents[2] / "entrypoint.py"
INTERRUPTIBLE = """\
import os, signal, sys
signal.signal(signal.SIGINT, signal.SIG_DFL)  # it is ignored where the tests run in the background
os.execv(sys.executable, [sys.executable, *sys.argv[1:]])
"""
SLOW = """\
import os, time
from pathlib import Path

def load():
    Path(os.environ["MARKS"], f"{Path.cwd().name}-{os.getpid()}").touch()
    time.sleep(600 if Path.cwd().name == "base" else 0)
    import pandas as pd
    return pd.read_csv("data.csv")
"""


@pytest.fixture
def started(project, tmp_path_factory, monkeypatch):
    """A run whose base is busy; gives its process, that of base, and the folder for temporary files."""
    temporary, marks = tmp_path_factory.mktemp("temporary"), tmp_path_factory.mktemp("marks")
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    (project.folder / "slow.py").write_text(SLOW)
    project.write(CONFIG.replace("source: data.csv", "source: python:slow:load"))
    base = project.commit()
    run = subprocess.Popen(
        [sys.executable, "-c", INTERRUPTIBLE, ENTRYPOINT, "run", f"--base={base}"],
        cwd=project.folder,
        env=os.environ | {"TMPDIR": str(temporary), "MARKS": str(marks)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        yield run, int(wait_for(lambda: next(marks.glob("base-*"), None)).name.partition("-")[2]), temporary
    finally:
        run.kill()
        run.wait()


def wait_for(found, seconds: float = 120.0):
    """What `found` gives, as soon as it gives something."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if value := found():
            return value
        time.sleep(0.05)
    raise AssertionError("it did not happen")


def is_gone(process: int) -> bool:
    try:
        return psutil.Process(process).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def left(folder: Path) -> list[str]:
    return [path.name for path in folder.glob("ml-report-*")]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_cancelled_run_takes_base_with_it(project, started, number):
    run, base, temporary = started
    run.send_signal(number)
    assert run.wait(timeout=120) == {signal.SIGINT: 130, signal.SIGTERM: 143}[number]
    assert is_gone(base)
    assert left(temporary) == []
    assert project.git("worktree", "list").count("\n") == 0


def test_base_ends_when_head_is_killed_and_the_next_run_clears_up(project, started):
    run, base, temporary = started
    run.kill()
    run.wait()
    wait_for(lambda: is_gone(base))
    assert len(left(temporary)) >= 2, "a worktree and an exchange, which nobody could remove"
    project.write(CONFIG)
    project.base = project.commit()
    assert project.run()["status"] == "compared"
    assert [name for name in left(temporary) if name.startswith(("ml-report-base-", "ml-report-exchange-"))] == []
    assert project.git("worktree", "list").count("\n") == 0


def test_a_worktree_that_is_in_use_is_left_alone(project):
    """Another run of the same repository clears up while this one trains."""
    other = [sys.executable, "-c", CLEAR_UP, str(project.folder)]
    with worktree(project.folder, project.base) as folder:
        subprocess.run(other, check=True, cwd=ENTRYPOINT.parent)
        assert (folder / "data.csv").exists()
    assert not folder.exists()


CLEAR_UP = """\
import sys
from pathlib import Path
from report.comparison.base.worktree import remove_abandoned
remove_abandoned(Path(sys.argv[1]))
"""


def test_other_worktrees_of_the_user_stay(project, tmp_path_factory):
    own = tmp_path_factory.mktemp("own") / "base"
    project.git("worktree", "add", "--quiet", "--detach", str(own))
    own.rename(own.with_name("elsewhere"))
    remove_abandoned(project.folder)
    assert str(own) in project.git("worktree", "list")
