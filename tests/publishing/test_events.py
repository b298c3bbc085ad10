"""For each kind of event: is there a comment, on which pull request, and what is asked of GitHub to know."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest

from report.publishing import publish_report
from report.publishing.github import api_of, from_environment

from ..action import github_forms as forms
from ..action.github_faults import Fault
from .github import HEAD, PULL_REQUEST, REPOSITORY

if TYPE_CHECKING:
    from pathlib import Path

    from .github import Step

OTHER = "fedcba9876" * 4
QUESTION = f"GET /api/v3/repos/{REPOSITORY}/commits/{HEAD}/pulls"


@pytest.fixture(autouse=True)
def no_cml(step: Step) -> None:
    step.without_cml()


def pull(step: Step, number: int, **changes: Any) -> None:
    step.server.pulls[number] = forms.pull(step.server.api, REPOSITORY, number, **{"sha": HEAD} | changes)


@pytest.mark.parametrize("event", ["pull_request", "pull_request_target"])
def test_the_pull_request_of_the_event(step: Step, event: str) -> None:
    assert step(event=event).comment_url is not None
    assert [entry["issue"] for entry in step.server.comments] == [PULL_REQUEST]
    assert QUESTION not in step.server.requests


@pytest.mark.parametrize("event", ["push", "workflow_dispatch"])
def test_the_open_pull_request_of_the_commit(step: Step, event: str) -> None:
    pull(step, 5, state="closed")
    pull(step, 9)
    assert step(event=event).comment_url is not None
    assert [entry["issue"] for entry in step.server.comments] == [PULL_REQUEST], "the first one that is open"
    assert step.server.requests[0] == QUESTION
    [body] = step.bodies()
    assert f"watermark.png#{HEAD} " in body


@pytest.mark.parametrize("event", ["push", "workflow_dispatch"])
@pytest.mark.parametrize("there", ["none", "closed", "moved on", "in another repository"])
def test_no_open_pull_request_has_that_head(step: Step, event: str, there: str) -> None:
    step.server.pulls.clear()
    if there == "closed":
        pull(step, PULL_REQUEST, state="closed")
    if there == "in another repository":
        pull(step, PULL_REQUEST)
        step.server.pulls[PULL_REQUEST]["base"]["repo"]["full_name"] = "somebody/wine"
    if there == "moved on":
        pull(step, PULL_REQUEST, sha=OTHER)
        step.server.commits[HEAD] = [PULL_REQUEST]
    published = step(event=event)
    assert (published.comment_url, published.problem) == (None, None)
    assert step.server.requests == [QUESTION]
    assert step.summary


@pytest.mark.parametrize("event", ["schedule", "merge_group", "workflow_run", "issue_comment", "release"])
def test_other_events_ask_nothing(step: Step, event: str) -> None:
    published = step(event=event)
    assert (published.comment_url, published.problem) == (None, None)
    assert step.server.requests == []
    assert step.summary
    assert (step.temporary / "output").exists()


@pytest.mark.parametrize("event", ["pull_request", "pull_request_target"])
@pytest.mark.parametrize(
    "text", [None, "", "{", "[]", '{"pull_request": []}', '{"pull_request": {"number": "7", "head": "x"}}']
)
def test_an_event_that_names_no_pull_request_is_a_warning(
    step: Step, folder: Path, event: str, text: str | None
) -> None:
    """The report is in the job summary and the outputs all the same."""
    environment = step.environment(event, HEAD, 1, 1)
    file = step.temporary / "event-1.json"
    file.unlink() if text is None else file.write_text(text, "utf-8")
    assert "the event file names no pull request" in str(publish_report(folder, environment).problem)
    assert "accuracy 0.81" in step.summary
    assert "comment-error<<" in (step.temporary / "output").read_text("utf-8")
    assert step.server.requests == []


def test_a_push_and_the_event_of_its_pull_request_share_a_comment(step: Step) -> None:
    step("one", event="push")
    step("two", event="pull_request")
    assert [body.split("\n")[0] for body in step.bodies()] == ["two"]


def test_a_question_that_is_refused_names_the_permission(step: Step) -> None:
    step.server.faults.append(Fault("GET", "commits", 403, "Resource not accessible by integration"))
    problem = step(event="push").problem
    assert "the question for the commit's pull request" in str(problem)
    assert "pull-requests: write" in str(problem)


@pytest.mark.parametrize("content", [b"", b"{}", b"<html>", b"[1]", b'[{"'])
def test_a_question_without_an_answer_is_a_warning(step: Step, content: bytes) -> None:
    """It is no news that the commit has no pull request."""
    step.server.faults.append(Fault("GET", "commits", 200, content=content))
    assert "not one of GitHub" in str(step(event="push").problem)


def test_a_push_without_a_token_is_no_problem(step: Step) -> None:
    step.variables["ML_REPORT_TOKEN"] = ""
    assert step(event="push").problem is None


def test_a_fork_is_told_why(step: Step, folder: Path) -> None:
    step.server.refuse = 403
    environment = step.environment("pull_request", HEAD, 1, 1) | step.variables
    head = {"sha": HEAD, "repo": {"full_name": "somebody/wine"}}
    (step.temporary / "event-1.json").write_text(
        json.dumps({"pull_request": {"number": PULL_REQUEST, "head": head}}), "utf-8"
    )
    problem = publish_report(folder, environment).problem
    assert "fork, whose token may only read" in str(problem)


@pytest.mark.parametrize(
    ("server", "given", "api"),
    [
        ("https://github.com", "", "https://api.github.com"),
        ("https://github.com", "https://api.github.com", "https://api.github.com"),
        ("https://git.example.com", "", "https://git.example.com/api/v3"),
        ("https://git.example.com/", "https://git.example.com/api/v3/", "https://git.example.com/api/v3"),
        ("https://team.ghe.com", "https://api.team.ghe.com", "https://api.team.ghe.com"),
    ],
)
def test_the_address_of_the_api(server: str, given: str, api: str) -> None:
    variables = {"GITHUB_SERVER_URL": server, "GITHUB_API_URL": given}
    github = from_environment({"GITHUB_ACTIONS": "true", "GITHUB_REPOSITORY": REPOSITORY} | variables)
    assert github is not None
    assert github.api_url == api


def test_cml_is_left_out_where_it_would_ask_another_server(step: Step) -> None:
    """It knows the addresses of github.com and of GitHub Enterprise Server only."""
    step.variables.pop("PATH")
    step.cml('touch "$(dirname "$CML")/called"; exec "$CML" "$@"')
    step.variables["GITHUB_SERVER_URL"] = "https://team.ghe.com"
    assert step().problem is None
    assert not (step.temporary / "bin" / "called").exists()
    assert len(step.bodies()) == 1
    assert api_of("https://team.ghe.com") != step.server.api


def test_the_run_stands_in_the_mark(step: Step) -> None:
    step(run=123456789012, attempt=3)
    assert re.search(rf"<!-- ml-report wine sha={HEAD} run=123456789012\.3 ", step.bodies()[0])
