"""A full disk: one clear message, exit code 2, nothing half-written, wherever it is that there is no room."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

ROOT = Path(__file__).resolve().parent.parent
CONFIG = """\
data: {source: data.parquet, target: label}
models: {bayes: sklearn.naive_bayes.GaussianNB}
"""
N_ROWS = 20_000  # of 8 columns: about 1,600 kB for the workers, and 600 kB of what they answer


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Callable[[int], Path]]:
    """Makes a disk of so many kB, where this user may mount one."""
    place = tmp_path / "disk"
    place.mkdir()

    def mounted(kilobytes: int) -> Path:
        try:
            command = ["mount", "-t", "tmpfs", "-o", f"size={kilobytes}k", "tmpfs", str(place)]
            subprocess.run(command, check=True, capture_output=True)
        except (OSError, subprocess.CalledProcessError):
            pytest.skip("no disk can be mounted here")
        return place

    yield mounted
    if place.is_mount():
        subprocess.run(["umount", str(place)], check=True)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    folder = tmp_path / "repository"
    folder.mkdir()
    random = np.random.default_rng(0)
    table = pd.DataFrame(random.normal(size=(N_ROWS, 8)), columns=[f"x{i}" for i in range(8)])
    table["label"] = np.where(table["x0"] + random.normal(size=N_ROWS) > 0, "yes", "no")
    table.to_parquet(folder / "data.parquet")
    (folder / "ml-report.yml").write_text(CONFIG)
    return folder


def start(folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(ROOT / "entrypoint.py"), *arguments],
        cwd=folder,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def fails(ended: subprocess.CompletedProcess[str]) -> str:
    assert ended.returncode == 2, ended.stderr
    assert "Traceback" not in ended.stderr
    [message] = [line for line in ended.stderr.splitlines() if line.startswith("error: ")]
    assert f"{message}\n  → " in ended.stderr
    return message


def commit(folder: Path) -> None:
    identity = ["-c", "user.name=a", "-c", "user.email=a@b"]
    for arguments in (["init", "-q"], ["add", "."], [*identity, "commit", "-qm", "first"]):
        subprocess.run(["git", *arguments], cwd=folder, check=True, capture_output=True)


@pytest.mark.parametrize("kilobytes", [40, 300])
def test_no_room_for_the_report(kilobytes, disk, repository):
    output = disk(kilobytes) / "report"
    message = fails(start(repository, "run", "--output", str(output)))
    assert message.startswith(f"error: cannot write the report to '{output}': ")
    assert "No space left" in message
    assert not output.exists()


def test_an_older_report_stays_when_there_is_no_room_for_a_new_one(disk, repository):
    output = disk(60)
    (output / "report.md").write_text("of yesterday")
    fails(start(repository, "run", "--output", str(output)))
    assert [file.name for file in output.iterdir()] == ["report.md"]
    assert (output / "report.md").read_text() == "of yesterday"


@pytest.mark.parametrize(
    ("kilobytes", "what"), [(400, "No space left"), (1_800, "no room for the result of bayes")], ids=["rows", "answers"]
)
def test_no_room_for_what_processes_hand_each_other(kilobytes, what, disk, repository):
    scratch = disk(kilobytes)
    assert what in fails(start(repository, "run", TMPDIR=str(scratch)))
    assert list(scratch.iterdir()) == []
    assert not (repository / "ml-report").exists()


def test_no_room_to_keep_the_result_of_base_keeps_none(disk, repository):
    commit(repository)
    cache = disk(20)
    ended = start(repository, "run", "--base=HEAD", ML_REPORT_CACHE=str(cache))
    assert ended.returncode == 0, ended.stderr
    base = json.loads((repository / "ml-report" / "report.json").read_text())["base"]
    assert (base["status"], base["reason"]) == ("compared", None)
    assert list(cache.iterdir()) == []


def test_no_room_for_a_first_configuration(disk, repository):
    folder = disk(4)
    (folder / "filler").write_bytes(b"x" * 4096)
    message = fails(start(folder, "init", str(repository / "data.parquet"), "--target", "label"))
    assert message == "error: cannot write ml-report.yml: No space left on device"
    assert [file.name for file in folder.iterdir()] == ["filler"]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_no_room_for_what_is_printed(tmp_path):
    with Path("/dev/full").open("w") as full:
        command = [sys.executable, str(ROOT / "entrypoint.py"), "schema"]
        ended = subprocess.run(command, cwd=tmp_path, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert ended.returncode == 2
    assert ended.stderr.startswith("error: the disk is full: ")
