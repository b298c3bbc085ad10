"""`prepare`: commands that make the data, for head and for base."""

from __future__ import annotations

import os
import sys

import psutil
import pytest

from report.cli import main
from report.core.errors import DataError
from report.data import run_commands
from tests.against_base.project import CONFIG

MAKE = """\
import shutil, sys
shutil.copyfile(sys.argv[1], "made.csv")
print("::error::made")
"""


@pytest.fixture
def prepared(project):
    """Data that are not in the repository: a script makes them of what is."""
    (project.folder / "make.py").write_text(MAKE)
    (project.folder / ".gitignore").write_text("ml-report/\nmade.csv\n__pycache__/\n")
    config = CONFIG.replace("source: data.csv", "source: made.csv")
    project.write(f"prepare: {sys.executable} make.py data.csv\n{config}")
    project.base = project.commit()
    return project


@pytest.mark.slow
def test_data_are_made_on_both_sides_by_their_own_commands(prepared, capfd):
    (prepared.folder / "other.csv").write_text((prepared.folder / "data.csv").read_text())
    config = (prepared.folder / "ml-report.yml").read_text()
    prepared.write(config.replace("make.py data.csv", "make.py other.csv").replace("max_depth: 2", "max_depth: 4"))
    base = prepared.run()
    assert (base["status"], base["n_left_out"]) == ("compared", 0)
    assert [change["name"] for change in base["config"]] == ["prepare"]
    log = capfd.readouterr().err
    assert f"$ {sys.executable} make.py other.csv" in log
    assert f"$ {sys.executable} make.py data.csv" in log
    assert "::error::made" not in log, "what commands print is text"


@pytest.mark.slow
def test_base_is_cached_by_the_data_that_were_made(prepared):
    config = (prepared.folder / "ml-report.yml").read_text()
    prepared.write(config.replace("max_depth: 2", "max_depth: 4"))
    assert prepared.run()["cached"] is None
    assert prepared.run()["cached"] is not None
    lines = (prepared.folder / "data.csv").read_text().splitlines()
    (prepared.folder / "data.csv").write_text("\n".join(lines[:-1]) + "\n")
    assert prepared.run()["cached"] is None


@pytest.mark.slow
def test_a_command_that_fails_in_base_is_the_reason(prepared):
    (prepared.folder / "make.py").write_text("raise SystemExit('no such bucket')")
    prepared.base = prepared.commit()
    (prepared.folder / "make.py").write_text(MAKE)
    base = prepared.run()
    assert base["status"] == "failed"
    assert "ended with status 1" in base["reason"]
    assert "no such bucket" in base["reason"]


def test_a_command_that_fails_in_head_is_one_clear_error(prepared, capsys):
    (prepared.folder / "make.py").write_text("raise SystemExit('no such bucket')")
    assert main(["run"], dict(os.environ)) == 2
    error = capsys.readouterr().err
    assert "error: ml-report.yml:1: prepare: " in error
    assert "no such bucket" in error
    assert "Traceback" not in error
    assert not (prepared.folder / "ml-report" / "report.json").exists()


@pytest.mark.skipif(os.name == "nt", reason="the syntax of bash")
def test_commands_are_those_of_a_shell_and_stop_at_the_first_failure(tmp_path):
    said = []
    run_commands(["echo one > a && cat a", "for i in 1 2; do\n  echo $i\ndone"], tmp_path, limit=60, say=said.append)
    assert [line for line in said if not line.startswith(("$", " ", "done"))] == ["one", "1", "2"]
    with pytest.raises(DataError, match="ended with status 1"):
        run_commands(["false\necho never", "echo never"], tmp_path, limit=60, say=said.append)
    with pytest.raises(DataError, match="ended with status 1"):
        run_commands(["false | cat"], tmp_path, limit=60, say=said.append)
    assert "never" not in said


@pytest.mark.skipif(os.name == "nt", reason="the syntax of bash")
def test_a_command_that_takes_too_long_is_ended_with_all_that_it_started(tmp_path):
    with pytest.raises(DataError, match="took longer than"):
        run_commands(["sleep 300 & echo $! > child; wait"], tmp_path, limit=1, say=lambda _: None)
    child = int((tmp_path / "child").read_text())
    assert not is_running(child)


def is_running(process: int) -> bool:
    return psutil.pid_exists(process) and psutil.Process(process).status() != psutil.STATUS_ZOMBIE


def test_python_of_a_command_is_the_one_that_trains(tmp_path, monkeypatch):
    """So a script has the packages of the models, and programs of the same requirements are found."""
    monkeypatch.setenv("PATH", os.defpath)
    said: list[str] = []
    run_commands(['python -c "import pandas, sys; print(sys.prefix)"'], tmp_path, limit=60, say=said.append)
    assert said[-1] == sys.prefix
