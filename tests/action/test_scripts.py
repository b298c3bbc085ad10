"""What the steps run before the package: a clean environment, the report's id, and the installation's messages."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from .scripts import run, script


@pytest.mark.parametrize(
    ("given", "config", "folder", "expected"),
    [
        ("", "ml-report.yml", ".", "ml-report"),
        ("", "ml-report.yml", "examples/tabular", "examples-tabular-ml-report"),
        ("", "config/My Models_v2.yaml", ".", "config-my-models-v2"),
        ("Wine quality: {run}", "ml-report.yml", ".", "wine-quality-run"),
        ("🍷", "ml-report.yml", ".", "ml-report-05231639"),
    ],
)
def test_the_id_is_safe_as_a_watermark_and_differs_by_configuration(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, given: str, config: str, folder: str, expected: str
) -> None:
    (tmp_path / folder).mkdir(parents=True, exist_ok=True)
    monkeypatch.chdir(tmp_path / folder)
    monkeypatch.setenv("GITHUB_WORKSPACE", str(tmp_path))
    assert script("train").report_id({"ML_REPORT_ID": given, "ML_REPORT_CONFIG": config}) == expected


@pytest.mark.parametrize(
    ("workflow", "job", "expected"),
    [
        ("Model report", "train", "model-report-train-ml-report"),
        (".github/workflows/report.yml", "train_2", "github-workflows-report-yml-train-2-ml-report"),
        ("", "", "ml-report"),
    ],
)
def test_workflow_and_job_tell_reports_apart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, workflow: str, job: str, expected: str
) -> None:
    assert identify(tmp_path, monkeypatch, workflow, job) == expected


def test_names_that_differ_in_what_an_id_cannot_hold_are_told_apart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = {identify(tmp_path, monkeypatch, name, "train") for name in ("评估", "训练", "x" * 200, "x" * 201)}
    assert len(ids) == 4
    assert all(re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", each) and len(each) < 100 for each in ids)


def test_given_ids_are_told_apart_whatever_their_length(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """They become names of files, in which 255 bytes have room."""
    monkeypatch.chdir(tmp_path)
    given = [{"ML_REPORT_ID": each, "ML_REPORT_CONFIG": "c.yml"} for each in ("x" * 300, "x" * 301, "评估", "训练")]
    train = script("train")
    for ids in ([train.report_id(each) for each in given], [train.config_name(each) for each in given]):
        assert len(set(ids)) == 4
        assert all(re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", each) and len(each) < 100 for each in ids)


def identify(folder: Path, monkeypatch: pytest.MonkeyPatch, workflow: str, job: str) -> str:
    monkeypatch.chdir(folder)
    monkeypatch.setenv("GITHUB_WORKSPACE", str(folder))
    given = {"ML_REPORT_CONFIG": "ml-report.yml", "GITHUB_WORKFLOW": workflow, "GITHUB_JOB": job}
    return str(script("train").report_id(given))


@pytest.mark.parametrize(
    ("variables", "says"),
    [
        ({"ML_REPORT_REQUIREMENTS": "nowhere.txt"}, "::requirements: there is no file 'nowhere.txt'"),
        ({"ML_REPORT_PYTHON": "nowhere"}, "::python: 'nowhere' is not an interpreter of Python ≥ 3.10"),
    ],
)
def test_a_wrong_input_of_the_installation_is_one_annotation(
    tmp_path: Path, variables: dict[str, str], says: str
) -> None:
    ended, output = run("install", tmp_path, **variables)
    assert ended.returncode == 2
    assert [says in line for line in ended.stdout.splitlines()] == [True]
    assert "Traceback" not in ended.stderr
    assert output == ""


@pytest.mark.slow
def test_requirements_that_cannot_be_met_name_the_package(tmp_path: Path) -> None:
    (tmp_path / "requirements.txt").write_text("scikit-learn==1.5.2\n", "utf-8")
    ended, _ = run("install", tmp_path, ML_REPORT_REQUIREMENTS="requirements.txt")
    assert ended.returncode == 2
    assert "scikit-learn==1.5.2" in ended.stdout
    assert "loosen the versions" in ended.stdout


def test_a_report_of_an_earlier_run_is_not_taken_for_this_ones(tmp_path: Path) -> None:
    (tmp_path / "ml-report").mkdir()
    (tmp_path / "ml-report" / "report.json").write_text("{}", "utf-8")
    ended, output = run("train", tmp_path, ML_REPORT_CONFIG="nowhere.yml", ML_REPORT_OUTPUT="ml-report")
    assert ended.returncode == 0, "the last step decides"
    assert "\n2\n" in output
    assert "folder" not in output


SHOUTS = """\
import atexit, os, subprocess, sys
atexit.register(print, "::error::at exit")
os.write(1, b"::error::by descriptor\\n")
os.write(2, b"::error::by the other descriptor\\n")

def share(y_true, y_pred):
    print("::error::printed")
    subprocess.run(["echo", "::add-mask::by another program"])
    subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"], start_new_session=True)
    return float((y_true == y_pred).mean())
"""
OF_SHOUTS = """\
data: {source: "sklearn:iris", target: target}
models: {tree: sklearn.tree.DecisionTreeClassifier}
metrics: [{function: "shouts:share", greater_is_better: true}]
"""


@pytest.mark.skipif(os.name == "nt", reason="only the standard streams can be handed on there")
def test_what_the_repository_prints_is_text_and_holds_up_nothing(tmp_path: Path) -> None:
    (tmp_path / "shouts.py").write_text(SHOUTS, "utf-8")
    (tmp_path / "ml-report.yml").write_text(OF_SHOUTS, "utf-8")
    given = {"ML_REPORT_CONFIG": "ml-report.yml", "ML_REPORT_OUTPUT": "ml-report", "GITHUB_ACTIONS": "true"}
    ended, output = run("train", tmp_path, **given)
    lines = [line for stream in (ended.stdout, ended.stderr) for line in stream.splitlines()]
    commands = {line.split("::")[1] for line in lines if line.startswith("::")}
    assert commands == {"group", "endgroup"}
    for heard in ("at exit", "by descriptor", "by the other descriptor", "printed", "by another program"):
        assert any(heard in line for line in lines), heard
    assert "folder" in output


def test_an_error_is_still_an_annotation(tmp_path: Path) -> None:
    (tmp_path / "ml-report.yml").write_text("models: {tree: 3}", "utf-8")
    given = {"ML_REPORT_CONFIG": "ml-report.yml", "ML_REPORT_OUTPUT": "ml-report", "GITHUB_ACTIONS": "true"}
    ended, _ = run("train", tmp_path, **given)
    assert "\n::error title=ml-report,file=ml-report.yml,line=1::" in f"\n{ended.stdout}"
