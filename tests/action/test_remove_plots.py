"""The documented workflow that removes the plots of a closed pull request, with a real repository of git."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import yaml

from .conftest import CANARY
from .github_git import GitStore

if TYPE_CHECKING:
    from collections.abc import Callable

    from .conftest import Act

HOW_TO = Path(__file__).resolve().parents[2] / "docs" / "how-to.md"
REMOTE = "https://x-access-token:canary@github.example/team/wine"

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the workflow runs on Linux")


@pytest.fixture
def store(tmp_path: Path) -> GitStore:
    store = GitStore.make(tmp_path / "hosted.git", "https://github.example/api/v3/repos/team/wine")
    fill(store)
    return store


def fill(store: GitStore) -> None:
    """A branch, and the plots of several pull requests and reports."""
    tree = store.create_tree({"tree": []})[1]["sha"]
    commit = store.create_commit({"message": "Plots", "tree": tree, "parents": []})[1]["sha"]
    names = ("heads/main", "heads/ml-report/pr-7", "tags/pr-7", *(f"ml-report/wine/pr-{n}" for n in (6, 7, 17, 70, 77)))
    for name in (*names, "ml-report/beer/pr-7"):
        store.create_ref({"ref": f"refs/{name}", "sha": commit})


def workflow() -> str:
    """The one of the page."""
    texts = re.findall(r"^```yaml\n(.*?)^```$", HOW_TO.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    [found] = [text for text in texts if "ls-remote" in text]
    return found


@pytest.fixture
def remove(tmp_path: Path, store: GitStore) -> Callable[[int], subprocess.CompletedProcess[str]]:
    """Run the script of the workflow as a runner does; its server is the repository beside."""
    [script] = [step["run"] for step in yaml.safe_load(workflow())["jobs"]["remove"]["steps"]]

    def run(number: int) -> subprocess.CompletedProcess[str]:
        workspace = tmp_path / "workspace"
        shutil.rmtree(workspace, ignore_errors=True)
        workspace.mkdir()
        config = {
            "GIT_CONFIG_COUNT": "1",
            "GIT_CONFIG_KEY_0": f"url.{store.folder.as_uri()}.insteadOf",
            "GIT_CONFIG_VALUE_0": REMOTE,
        }
        job = {"TOKEN": "canary", "NUMBER": str(number), "GITHUB_REPOSITORY": "team/wine"}
        server = {"GITHUB_SERVER_URL": "https://github.example"}
        return subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script],
            cwd=workspace,
            env=os.environ | config | job | server,
            capture_output=True,
            text=True,
            check=False,
        )

    return run


def test_the_refs_of_one_pull_request_go_and_no_other(store: GitStore, remove: Callable) -> None:
    before = set(store.refs())
    assert remove(7).returncode == 0
    assert before - set(store.refs()) == {"refs/ml-report/wine/pr-7", "refs/ml-report/beer/pr-7"}


def test_a_pull_request_without_plots_is_fine(store: GitStore, remove: Callable) -> None:
    before = store.refs()
    assert remove(5).returncode == 0
    assert store.refs() == before


def test_a_server_that_does_not_answer_fails_the_job(store: GitStore, remove: Callable) -> None:
    store.folder.rename(store.folder.with_name("gone.git"))
    assert remove(7).returncode != 0


@pytest.mark.slow
def test_the_workflow_removes_them_with_the_token_of_its_job(act: Act) -> None:
    """Over HTTPS, as a runner does when a pull request is closed."""
    store = act.server.git
    fill(store)
    act.server.cloned = store.folder
    before = set(store.refs())
    ran = act(payload=act.payload("pull_request") | {"action": "closed"}, workflow=workflow())
    assert ran.exit_code == 0
    assert before - set(store.refs()) == {"refs/ml-report/wine/pr-7", "refs/ml-report/beer/pr-7"}
    assert CANARY not in ran.log
