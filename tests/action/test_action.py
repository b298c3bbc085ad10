"""The action in a real workflow: one comment, the right exit status, and no token where the training can look."""

from __future__ import annotations

import io
import json
import os
import re
import shutil
import subprocess
import sys
from base64 import b64encode
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
import requests
from PIL import Image

from report.publishing.png import reencode
from tests.rendering.rendered import Page

from .conftest import CANARY, HEAD, PULL_REQUEST, REPOSITORY, bash_of_github
from .github_faults import Fault

if TYPE_CHECKING:
    from .conftest import Act, ActRun

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="the model looks into /proc, and act runs on this host"),
]

THIS_PYTHON = {"python": sys.executable}  # has all packages: saves the installation where it is not what is tested


REPORT_ID = "wine-report-ml-report"  # of the workflow, its job, and the configuration


def watermark(title: str = REPORT_ID) -> bytes:
    return f'\n\n![](https://cml.dev/watermark.png#{HEAD} "CML watermark {title}")'.encode()


def test_two_runs_leave_one_comment_that_is_the_file(act: Act) -> None:
    first = act()
    second = act(THIS_PYTHON | {"title": "Wine, again"})
    assert (first.exit_code, second.exit_code) == (0, 0)
    [comment] = act.server.comments
    assert comment["issue"] == PULL_REQUEST
    assert comment["body"].encode() == (second.report / "comment.md").read_bytes() + watermark()
    assert (first.report / "comment.md").read_bytes() != (second.report / "comment.md").read_bytes()
    assert second.outputs["comment-url"] == comment["html_url"]
    assert_outputs_and_artifacts(act, second)


def assert_outputs_and_artifacts(act: Act, run: ActRun) -> None:
    assert run.outputs["passed"] == "true"
    assert run.outputs["best-model"] == "threshold"
    metrics = json.loads(run.outputs["metrics"])
    assert 0.5 <= metrics["threshold"]["accuracy"]["validation"] <= 1
    assert (run.workspace / run.outputs["report"]).is_file()
    assert json.loads((run.workspace / run.outputs["report-json"]).read_text("utf-8"))["title"] == "Wine, again"
    assert {path.name for path in run.artifacts.iterdir()} == {f"{REPORT_ID}.html", REPORT_ID}
    page = f"{act.server.url}/{REPOSITORY}/actions/runs/1/artifacts/{REPORT_ID}.html"
    assert page in (run.report / "comment.md").read_text("utf-8")
    assert page in run.log, "the job summary"


def test_the_comment_shows_the_plots_of_the_report(act: Act) -> None:
    run = act(THIS_PYTHON)
    [comment] = act.server.comments
    shown = [attributes for tag, attributes in Page(comment["body"]).elements if tag == "img" and "width" in attributes]
    assert {Path(urlsplit(each["src"]).path).name for each in shown} == {
        path.name for path in (run.report / "plots").iterdir()
    }
    for each in shown:
        answer = requests.get(each["src"], verify=str(act.server.certificate), timeout=30)
        file = run.report / "plots" / Path(urlsplit(each["src"]).path).name
        assert answer.content == reencode(file.read_bytes())
        assert pixels(answer.content) == pixels(file.read_bytes())
    [(ref, commit)] = act.server.git.refs().items()
    assert re.fullmatch(rf"refs/ml-report/[a-z0-9-]*ml-report/pr-{PULL_REQUEST}", ref)
    assert all(f"/{REPOSITORY}/blob/{commit}/" in each["src"] for each in shown)


def pixels(data: bytes) -> bytes:
    return Image.open(io.BytesIO(data)).convert("RGBA").tobytes()


def test_without_the_permission_for_plots_the_comment_is_in_text(act: Act) -> None:
    act.server.faults.append(Fault("POST", "/git/", 403, "Resource not accessible by integration"))
    run = act(THIS_PYTHON)
    assert run.exit_code == 0
    [comment] = act.server.comments
    assert "<img" not in comment["body"]
    assert run.log.count("No pictures in the comment") == 1
    assert "contents: write" in run.log
    assert act.server.git.refs() == {}


def test_the_training_sees_no_token_and_leaves_none(act: Act) -> None:
    run = act(THIS_PYTHON, env={"GITHUB_TOKEN": "${{ secrets.GITHUB_TOKEN }}", "DATA_PASSWORD": "is-passed-on"})
    assert run.exit_code == 0
    seen = (run.workspace / "seen.txt").read_text("utf-8")
    assert "is-passed-on" in seen, "the model did look"
    assert CANARY not in seen
    assert re.findall(r"\b(?:INPUT_|ACTIONS_|GITHUB_(?:TOKEN|ENV|OUTPUT|PATH|STEP_SUMMARY)\b)", seen) == []
    assert run.files_with_token == []
    assert len(act.server.comments) == 1, "the token was there, for the comment"


NEW_SHAPE = f"ghs_123456_eyJhbGciOiJSUzI1NiJ9.{'eyJpc3MiOiIxMjM0NTYifQ' * 20}.k3-Vb_0sXo"


def test_steps_see_no_inputs_here_as_on_github(tmp_path: Path) -> None:
    """What act adds to the environment would show us the token, which GitHub's runner does not."""
    bash = bash_of_github(tmp_path / "shell") / "bash"
    given = os.environ | {"INPUT_GITHUB-TOKEN": CANARY, "INPUT_SET": "a b", "KEPT": "a  b"}
    ended = subprocess.run([bash, "-c", 'env; echo "$1"', "-", "c  d"], env=given, capture_output=True, check=True)
    said = ended.stdout.decode()
    assert "INPUT_" not in said
    assert "\nKEPT=a  b\n" in said
    assert said.endswith("\nc  d\n")


@pytest.mark.parametrize("has_input", [False, True])
def test_a_token_in_a_variable_of_an_innocent_name_is_not_seen(act: Act, has_input: bool) -> None:
    """That of the job has no shape of GitHub's here: its fingerprint is known, whichever token the action is given."""
    mirror, basic = f"https://me:{CANARY}@example.org", b64encode(f"x-access-token:{CANARY}".encode()).decode()
    env = {"MIRROR": mirror, "EXTRA": f"AUTHORIZATION: basic {basic}", "COLOUR": NEW_SHAPE, "SHADE": "is-passed-on"}
    token = {"github-token": NEW_SHAPE[::-1]} if has_input else {}
    run = act(THIS_PYTHON | token, env=env | {"HUE": NEW_SHAPE[::-1]})
    assert run.exit_code == 0
    seen = (run.workspace / "seen.txt").read_text("utf-8")
    assert "is-passed-on" in seen
    assert [value for value in (CANARY, basic, NEW_SHAPE) if value in seen] == []
    assert (NEW_SHAPE[::-1] in seen) == (not has_input), "it is nobody's token, but where the action is given it"
    dropped = "COLOUR, EXTRA, HUE, MIRROR" if has_input else "COLOUR, EXTRA, MIRROR"
    assert f"Kept from the training, as they hold a token of GitHub: {dropped}\n" in run.log


def test_a_failed_gate_fails_the_job_after_the_comment(act: Act) -> None:
    run = act(THIS_PYTHON | {"gates": "[{metric: accuracy, min: 1.5}]"})
    assert run.exit_code != 0
    assert run.outputs["passed"] == "false"
    assert len(act.server.comments) == 1
    assert "Failure - Main Decide" in run.log
    assert "Gate failed" in run.log


def test_a_wrong_configuration_is_told_in_an_annotation(act: Act) -> None:
    run = act(THIS_PYTHON | {"set": "models.threshold.estimatr=sklearn.svm.SVC"})
    assert run.exit_code != 0
    assert "exit status 2" in run.log
    assert "estimatr" in run.log
    assert "Traceback" not in run.log
    assert act.server.comments == []
    assert run.outputs["passed"] == "false"


def test_an_older_pin_of_the_repository_holds(act: Act) -> None:
    (act.repository / "requirements.txt").write_text("scikit-learn==1.6.1\n", "utf-8")
    run = act({"requirements": "requirements.txt"})
    assert run.exit_code == 0
    report = json.loads((run.report / "report.json").read_text("utf-8"))
    assert report["run"]["packages"]["scikit-learn"] == "1.6.1"


def test_a_comment_that_is_refused_is_a_warning_that_names_the_permission(act: Act) -> None:
    act.server.refuse = 403
    run = act(THIS_PYTHON)
    assert run.exit_code == 0
    assert act.server.comments == []
    assert "pull-requests: write" in run.log
    assert run.outputs["comment-url"] == ""
    asked_for = act(THIS_PYTHON | {"fail-on-comment-error": "true"})
    assert asked_for.exit_code != 0
    assert "Failure - Main Decide" in asked_for.log
    assert "the comment could not be posted, and fail-on-comment-error is true" in asked_for.log


@pytest.mark.parametrize("fault", ["cannot be installed", "crashes"])
def test_without_cml_the_comment_arrives_all_the_same(act: Act, fault: str) -> None:
    if fault == "crashes":
        (act.cml / "cml").write_text("#!/bin/sh\nexit 1\n", "utf-8")
    else:
        shutil.rmtree(act.cml)
    run = act(THIS_PYTHON, with_cml=fault == "crashes")
    assert run.exit_code == 0
    [comment] = act.server.comments
    assert comment["body"].encode() == (run.report / "comment.md").read_bytes() + watermark()


def test_cml_is_set_up_where_it_is_not_there(act: Act) -> None:
    run = act(THIS_PYTHON | {"report-id": "Wine!"}, with_cml=False)
    assert run.exit_code == 0
    [comment] = act.server.comments
    assert comment["body"].encode().endswith(watermark("wine"))


@pytest.mark.parametrize("there", [True, False], ids=["with a pull request", "without"])
def test_a_push_comments_on_the_pull_request_of_its_commit(act: Act, there: bool) -> None:
    commit = subprocess.run(["git", "-C", act.repository, "rev-parse", "HEAD"], capture_output=True, check=True)
    act.server.pulls[PULL_REQUEST]["head"]["sha"] = commit.stdout.decode().strip() if there else "0" * 40
    run = act(THIS_PYTHON, event="push")
    assert run.exit_code == 0
    assert run.outputs["passed"] == "true"
    assert [comment["issue"] for comment in act.server.comments] == ([PULL_REQUEST] if there else [])
    assert len(act.server.requests) == 1 or there, "the question"


def test_a_fork_is_not_trained_with_the_rights_of_the_repository(act: Act) -> None:
    payload = act.payload("pull_request_target")
    payload["pull_request"]["head"]["repo"] = {"full_name": "somebody/wine"}
    run = act(THIS_PYTHON, event="pull_request_target", payload=payload)
    assert run.exit_code != 0
    assert not (run.workspace / "seen.txt").exists()
    assert act.server.requests == []
