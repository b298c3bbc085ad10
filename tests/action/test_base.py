"""Base in a real workflow: its commit is fetched alone with the token, and its result waits in the cache."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import certifi
import pytest

from .conftest import CANARY, Act, ActRun, real_cache

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="the model looks into /proc, and act runs on this host"),
]

THIS_PYTHON = {"python": sys.executable}


class PullRequest:
    """A pull request on main, which has moved on: base, head and GitHub's merge of both; checkouts of one commit."""

    def __init__(self, act: Act) -> None:
        self.act, self.folder = act, act.repository
        self.git("config", "uploadpack.allowAnySHA1InWant", "true")
        self.root = self.git("rev-parse", "HEAD")
        self.git("checkout", "-q", "-b", "topic")
        config = self.folder / "ml-report.yml"
        config.write_text(config.read_text("utf-8").replace("metrics: [accuracy]", "metrics: [accuracy, f1]"), "utf-8")
        self.head = self.commit()
        self.git("checkout", "-q", "main")
        (self.folder / "notes.md").write_text("…", "utf-8")
        self.tip = self.commit()
        self.git("checkout", "-q", "--detach", "main")
        self.git("merge", "-q", "--no-ff", "-m", "merge", "topic")
        self.merge = self.git("rev-parse", "HEAD")
        act.server.cloned = self.folder / ".git"

    def git(self, *arguments: str, folder: Path | None = None) -> str:
        identity = ["-c", "user.name=somebody", "-c", "user.email=somebody@example.com"]
        command = ["git", "-C", str(folder or self.folder), *identity, *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()

    def commit(self) -> str:
        self.git("add", "-A")
        self.git("commit", "-q", "-m", "change")
        return self.git("rev-parse", "HEAD")

    def checkout(self, sha: str) -> Act:
        """act, where the checkout has fetched this commit alone and left no credentials."""
        folder = self.act.folder / f"checkout-{sha}"
        folder.mkdir()
        self.git("init", "-q", folder=folder)
        self.git("fetch", "-q", "--depth=1", self.folder.as_uri(), sha, folder=folder)
        self.git("checkout", "-q", "-B", "main", "FETCH_HEAD", folder=folder)
        self.git("remote", "add", "origin", f"{self.act.server.url}/team/wine", folder=folder)
        return replace(self.act, repository=folder)

    def run(self, sha: str, event: str = "pull_request", **changes: str) -> ActRun:
        """The workflow in a checkout of this commit alone."""
        act = self.checkout(sha)
        payload = act.payload(event)
        if event == "push":
            payload |= {"before": self.root, "after": sha}
        else:
            payload["pull_request"]["head"]["sha"] = self.head
            payload["pull_request"]["base"]["sha"] = self.tip
        bundle = self.act.folder / "bundle.pem"
        own = self.act.server.certificate.read_text("utf-8")
        bundle.write_text(Path(certifi.where()).read_text("utf-8") + own, "utf-8")
        return act(THIS_PYTHON | changes, event=event, payload=payload, env={"SSL_CERT_FILE": str(bundle)})


@pytest.fixture
def pull_request(act: Act) -> PullRequest:
    return PullRequest(act)


def base_of(run: ActRun) -> dict:
    return json.loads((run.report / "report.json").read_text("utf-8"))["base"]


def fetches(act: Act) -> set[str]:
    return {request for request in act.server.requests if request.startswith("fetch")}


def test_the_base_of_the_merge_commit_is_fetched_with_the_token_which_training_does_not_see(
    act: Act, pull_request: PullRequest
) -> None:
    run = pull_request.run(pull_request.merge)
    assert run.exit_code == 0
    base = base_of(run)
    assert (base["status"], base["commit"]) == ("compared", pull_request.tip)
    assert base["how"] == "the first parent of the merge commit"
    assert fetches(act) == {"fetch with the token"}
    assert f"Base: {pull_request.tip[:10]}, the first parent of the merge commit, fetched" in run.log
    seen = (run.workspace / "seen.txt").read_text("utf-8")
    assert CANARY not in seen
    assert run.files_with_token == []


def test_the_base_of_the_head_commit_is_the_merge_base_by_the_api(act: Act, pull_request: PullRequest) -> None:
    base = base_of(pull_request.run(pull_request.head))
    assert (base["status"], base["commit"], base["how"]) == ("compared", pull_request.root, "the merge base with main")
    assert act.server.count("GET", "/compare/") == 1


def test_a_branch_that_the_checkout_does_not_have_is_asked_for(act: Act, pull_request: PullRequest) -> None:
    pull_request.git("branch", "release", pull_request.root)
    run = pull_request.run(pull_request.merge, baseline="{against: release}")
    base = base_of(run)
    assert (base["commit"], base["how"]) == (pull_request.root, "the merge base with release")


def test_a_token_that_may_not_read_fails_nothing(act: Act, pull_request: PullRequest) -> None:
    run = pull_request.run(pull_request.merge, **{"github-token": "another-one-1234"})
    assert run.exit_code == 0
    base = base_of(run)
    assert base["status"] == "failed"
    assert "contents: read" in base["reason"]


def test_the_run_on_main_is_in_the_cache_for_a_pull_request(act: Act, pull_request: PullRequest) -> None:
    """What main found out is the base of a pull request that changes no rows; the pull request itself keeps nothing."""
    pull_request.git("checkout", "-q", "topic")
    config = pull_request.folder / "ml-report.yml"
    main = pull_request.git("show", "main:ml-report.yml")
    config.write_text(main.replace("preprocess: none", "preprocess: auto") + "\n", "utf-8")
    pull_request.head = pull_request.commit()
    pull_request.git("checkout", "-q", "--detach", "main")
    pull_request.git("merge", "-q", "--no-ff", "-m", "merge", "topic")
    pushed = pull_request.run(pull_request.tip, "push")
    assert pushed.exit_code == 0
    assert base_of(pushed)["cached"] is None
    run = pull_request.run(pull_request.git("rev-parse", "HEAD"))
    [saved] = set(re.findall(r"Cache saved with key: ([\w.-]+)", pushed.log))
    assert "Cache saved with key" not in run.log
    base = base_of(run)
    assert (base["status"], base["commit"]) == ("compared", pull_request.tip)
    if real_cache():  # act gives each run another temporary folder, and the real one finds by folder and key
        assert f"Cache not found for input keys: {saved}," in run.log
    else:
        assert f"Cache restored from key: {saved}" in run.log
        assert base["cached"] is not None
