"""A pull request from a fork, with both workflows as the README has them: one trains, the other one comments."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from report.publishing.artifacts import PREFIX

from . import github_forms as forms
from .conftest import CANARY, HEAD, REPOSITORY, ROOT
from .github_artifacts import Stored, packed_folder

if TYPE_CHECKING:
    from .conftest import Act, ActRun

FORK, BRANCH, NUMBER = "stranger/wine", "better-model", 12
REPORT_ID = "model-report-report-ml-report"  # of workflow, job and configuration


def workflows() -> dict[str, str]:
    """Those of the README's part on forks, by the events that they run on."""
    part = (ROOT / "README.md").read_text("utf-8").partition("## Pull requests from forks\n")[2].partition("\n## ")[0]
    texts = re.findall(r"```yaml\n(.*?)```", part, re.DOTALL)
    return {"workflow_run" if "workflow_run" in text else "pull_request": text for text in texts}


def payload(act: Act) -> dict[str, Any]:
    """The event of a pull request from a fork."""
    event = act.payload("pull_request")
    event["number"] = event["pull_request"]["number"] = NUMBER
    event["pull_request"]["head"] |= {"ref": BRANCH, "repo": {"full_name": FORK}}
    return event


def finished(act: Act, run: int) -> dict[str, Any]:
    """The event that GitHub makes when the first workflow ends."""
    workflow_run = {
        "id": run,
        "run_attempt": 1,
        "event": "pull_request",
        "conclusion": "success",
        "head_sha": HEAD,
        "head_branch": BRANCH,
        "head_repository": {"full_name": FORK},
        "pull_requests": [],
    }
    return {"action": "completed", "workflow_run": workflow_run, "repository": act.payload("push")["repository"]}


def keep_artifacts(act: Act, trained: ActRun, run: int) -> None:
    """What was uploaded is what the API serves then."""
    for path in sorted(trained.artifacts.iterdir()):
        archive = packed_folder(path) if path.is_dir() else path.read_bytes()
        act.server.artifacts.append(Stored(len(act.server.artifacts) + 1, run, path.name, archive))


def test_the_readme_has_both() -> None:
    assert set(workflows()) == {"pull_request", "workflow_run"}


def test_zizmor_finds_nothing_in_them(tmp_path: Path) -> None:
    """Actions are pinned by version there, as people do: that finding is left out."""
    folder = tmp_path / ".github" / "workflows"
    folder.mkdir(parents=True)
    for event, text in workflows().items():
        (folder / f"{event}.yml").write_text(text, "utf-8")
    settings = tmp_path / "zizmor.yml"
    settings.write_text("rules: {unpinned-uses: {disable: true}}\n", "utf-8")
    zizmor = Path(sys.executable).with_name("zizmor")
    ended = subprocess.run(
        [zizmor, "--offline", "--quiet", "--config", settings, folder], capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr


def test_the_comment_comes_from_the_second_workflow_only() -> None:
    """The first one may only read, the second one checks nothing out."""
    first, second = (yaml.safe_load(workflows()[event]) for event in ("pull_request", "workflow_run"))
    assert first["permissions"] == {"contents": "read"}
    assert second["permissions"] == {"actions": "read", "pull-requests": "write"}
    assert second[True]["workflow_run"]["workflows"] == [first["name"]]
    assert [step["uses"] for step in second["jobs"]["comment"]["steps"]] == ["org/ml-report-action/comment@v1"]


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="act runs on this host")
def test_a_forks_pull_request_gets_one_comment(act: Act) -> None:
    pull = forms.pull(act.server.api, REPOSITORY, NUMBER, sha=HEAD)
    pull["head"] |= {"ref": BRANCH, "repo": forms.repository(act.server.api, FORK)}
    act.server.pulls[NUMBER] = pull
    trained = act(event="pull_request", payload=payload(act), workflow=workflows()["pull_request"])
    assert trained.exit_code == 0
    assert [line for line in act.server.requests if "/api/" in line] == [], "the fork's run posts and asks nothing"
    names = {path.name for path in trained.artifacts.iterdir()}
    assert names == {REPORT_ID, f"{REPORT_ID}.html", f"{PREFIX}{REPORT_ID}"}
    assert_comment_after(act, trained, run=1)
    assert_comment_after(act, trained, run=2)
    assert [entry["issue"] for entry in act.server.comments] == [NUMBER], "updated, not posted again"


def assert_comment_after(act: Act, trained: ActRun, run: int) -> None:
    """The second workflow posts what the first one found out: the same text, rendered afresh, with its plots."""
    keep_artifacts(act, trained, run)
    second = act(event="workflow_run", payload=finished(act, run), workflow=workflows()["workflow_run"], with_cml=False)
    assert second.exit_code == 0
    [entry] = act.server.comments
    written = (trained.artifacts / REPORT_ID / "comment-with-plots.md").read_text("utf-8")
    hosted = re.escape(f"{act.server.url}/{REPOSITORY}/blob/") + r"[0-9a-f]{40}/(\w+\.png)\?raw=true"
    posted, addresses = re.subn(hosted, r"plots/\1", entry["body"].partition("\n[The whole report")[0])
    assert posted.rstrip() == written.rstrip()
    assert addresses > 0, "its plots are shown"
    assert f" run={run}.1 " in entry["body"]
    assert CANARY not in second.log
