"""Every fault of docs/faults.md: how often GitHub is asked, how many comments there are after it, what is told."""

from __future__ import annotations

import re
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from requests.utils import DEFAULT_CA_BUNDLE_PATH

from report.publishing import comment, rest

from ..action import github_forms as forms
from ..action.github_faults import Fault
from .github import HEAD, PULL_REQUEST, REPOSITORY, TOKEN

if TYPE_CHECKING:
    from report.publishing import Published

    from .github import Step

ISSUE = f"issues/{PULL_REQUEST}/comments$"
LINES = "permissions:\n      contents: read\n      pull-requests: write"
SECONDARY = "You have exceeded a secondary rate limit. Please wait a few minutes before you try again."
PRIMARY = "API rate limit exceeded for installation ID 1."


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rest, "BACKOFF", 0.0)
    monkeypatch.setattr(rest, "TIMEOUT", 1)
    monkeypatch.setattr(comment, "LOOKS", (0.0, 0.1, 0.2))


@pytest.fixture
def rest_only(step: Step) -> Step:
    step.without_cml()
    return step


def test_a_fault_leaves_the_report_in_the_summary_and_the_result_to_the_gates(
    rest_only: Step, capsys: pytest.CaptureFixture[str]
) -> None:
    rest_only.server.refuse = 403
    published = rest_only("# Wine\n\naccuracy 0.81\n")
    assert not published.result.passed, "the gate's"
    assert "accuracy 0.81" in rest_only.summary
    assert "could not be posted" in rest_only.summary
    assert rest_only.bodies() == []
    [warning] = [line for line in capsys.readouterr().out.splitlines() if "No comment on the pull request" in line]
    assert LINES.replace("\n", "%0A") in warning
    output = (rest_only.temporary / "output").read_text("utf-8")
    assert re.search(r"comment-error<<(\S+)\ntrue\n\1\n", output)
    assert re.search(r"comment-url<<(\S+)\n\n\1\n", output)


REFUSED = [
    (Fault(status=401, message="Bad credentials"), "github-token", 0),
    (Fault("POST", ISSUE, 403, "Resource not accessible by integration"), LINES, 1),
    (Fault("GET", "pulls", 403, "Resource not accessible by integration"), LINES, 0),
    (Fault("POST", ISSUE, 403, SECONDARY, {"Retry-After": "120"}), "run the job again in 120 s", 1),
    (Fault("POST", ISSUE, 403, SECONDARY), "run the job again later", 1),
    (
        Fault("POST", ISSUE, 403, PRIMARY, {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "1999999980"}),
        "run the job again after 03:33 UTC",
        1,
    ),
    (Fault("POST", ISSUE, 404, "Not Found"), LINES, 1),
    (Fault("POST", ISSUE, 409, "Conflict"), "at the same time", 1),
    (Fault("POST", ISSUE, 410, "Gone"), "deleted", 1),
    (Fault("POST", ISSUE, 422, "Validation Failed"), "too long", 1),
    (Fault("POST", ISSUE, 429, "Too many requests"), "run the job again later", 1),
    (Fault("POST", ISSUE, 429, "Too many requests", {"Retry-After": "3600"}), "run the job again in 3600 s", 1),
]


@pytest.mark.parametrize(("fault", "says", "posts"), REFUSED, ids=lambda value: getattr(value, "message", None))
def test_a_refusal_is_told_at_once_with_what_to_do(rest_only: Step, fault: Fault, says: str, posts: int) -> None:
    rest_only.server.faults.append(replace(fault))
    published = rest_only()
    assert says in str(published.problem)
    assert str(fault.status) in str(published.problem)
    assert rest_only.server.count("POST", "/comments") == posts
    assert rest_only.server.comments == []


def test_a_short_wait_that_github_asks_for_is_waited(rest_only: Step) -> None:
    rest_only.server.faults.append(Fault("POST", ISSUE, 403, SECONDARY, {"Retry-After": "1"}, times=1))
    assert rest_only().problem is None
    assert rest_only.server.count("POST", "/comments") == 2
    assert len(rest_only.server.comments) == 1


FAULTS_OF_THE_SERVER = [500, 502, 503, 504, None]


@pytest.mark.parametrize("status", FAULTS_OF_THE_SERVER)
@pytest.mark.parametrize("path", ["pulls", "comments"])
def test_reading_is_tried_again(rest_only: Step, status: int | None, path: str) -> None:
    rest_only.server.faults.append(Fault("GET", path, status, times=rest.ATTEMPTS - 1))
    assert rest_only().problem is None
    assert len(rest_only.server.comments) == 1
    assert rest_only.server.count("POST", "/comments") == 1


@pytest.mark.parametrize("status", FAULTS_OF_THE_SERVER)
def test_reading_is_given_up(rest_only: Step, status: int | None) -> None:
    rest_only.server.faults.append(Fault("GET", "pulls", status))
    published = rest_only()
    assert "when GitHub is well again" in str(published.problem)
    assert rest_only.server.requests == [f"GET /api/v3/repos/{REPOSITORY}/pulls/{PULL_REQUEST}"] * rest.ATTEMPTS


@pytest.mark.parametrize("status", FAULTS_OF_THE_SERVER)
def test_posting_is_tried_once_more_when_nothing_arrived(rest_only: Step, status: int | None) -> None:
    rest_only.server.faults.append(Fault("POST", ISSUE, status, times=1))
    assert rest_only().problem is None
    assert rest_only.server.count("POST", "/comments") == 2
    assert len(rest_only.server.comments) == 1


@pytest.mark.parametrize("status", FAULTS_OF_THE_SERVER)
@pytest.mark.parametrize("mode", ["update", "new"])
def test_what_arrived_in_spite_of_a_fault_is_not_posted_again(rest_only: Step, status: int | None, mode: str) -> None:
    rest_only.server.faults.append(Fault("POST", ISSUE, status, after=True, times=1))
    published = rest_only(mode=mode)
    assert published.problem is None
    assert published.comment_url == rest_only.server.comments[0]["html_url"]
    assert rest_only.server.count("POST", "/comments") == 1
    assert len(rest_only.server.comments) == 1


@pytest.mark.parametrize("status", FAULTS_OF_THE_SERVER)
def test_posting_is_given_up(rest_only: Step, status: int | None) -> None:
    rest_only.server.faults.append(Fault("POST", ISSUE, status))
    assert "when GitHub is well again" in str(rest_only().problem)
    assert rest_only.server.count("POST", "/comments") == 2
    assert rest_only.server.comments == []


@pytest.mark.parametrize("status", FAULTS_OF_THE_SERVER)
def test_updating_is_tried_again(rest_only: Step, status: int | None) -> None:
    rest_only("one")
    rest_only.server.faults.append(Fault("PATCH", status=status, times=rest.ATTEMPTS - 1))
    assert rest_only("two").problem is None
    assert [body.split("\n")[0] for body in rest_only.bodies()] == ["two"]
    assert rest_only.server.count("PATCH") == rest.ATTEMPTS


def test_a_post_without_an_answer_is_not_repeated(rest_only: Step) -> None:
    """It may arrive at any time."""
    rest_only.server.faults.append(Fault("POST", ISSUE, hang=3))
    published = rest_only()
    assert "no answer within 1 s" in str(published.problem)
    assert rest_only.server.count("POST", "/comments") == 1


def test_a_post_whose_answer_is_late_is_found(rest_only: Step, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(comment, "LOOKS", (0.0, 2.0, 2.0))
    rest_only.server.faults.append(Fault("POST", ISSUE, passes=True, hang=2))
    published = rest_only()
    assert published.problem is None
    assert rest_only.server.count("POST", "/comments") == 1
    assert len(rest_only.server.comments) == 1


def test_an_answer_that_comes_byte_by_byte_ends_with_the_time(rest_only: Step, monkeypatch: Any) -> None:
    monkeypatch.setattr(rest, "TIMEOUT", 5)
    rest_only.server.faults.append(Fault("GET", status=200, drip=True))
    begun = time.perf_counter()
    assert "too slow" in str(rest_only(time_limit=2).problem)
    assert time.perf_counter() - begun < 20
    assert rest_only.server.comments == []


PAGE = {"content": b"<html>Sign in</html>", "headers": {"Content-Type": "text/html"}}
NOT_OF_GITHUB = {
    "another form": {},
    "page": PAGE,
    "empty": {"content": b""},
    "broken off": {"content": b'[{"id": 1, "body": "wi'},
    "list of numbers": {"content": b"[1, 2]"},
    **{f"redirect {status}": {"status": status, "content": b""} for status in (302, 307)},
    "to another server": {"status": 301, "headers": {"Location": "https://127.0.0.1:9/api/v3/"}},
}


@pytest.mark.parametrize("form", NOT_OF_GITHUB)
@pytest.mark.parametrize(("method", "path"), [("GET", "pulls"), ("GET", ISSUE), ("POST", ISSUE), ("PATCH", "comments")])
def test_an_answer_that_is_not_one_of_github(
    rest_only: Step, capsys: pytest.CaptureFixture[str], form: str, method: str, path: str
) -> None:
    """A page of a proxy, a redirect: it is neither an empty conversation, nor a comment that was written."""
    if method == "PATCH":
        rest_only("before")
    before, posts = list(rest_only.server.comments), rest_only.server.count("POST", "/comments")
    rest_only.server.faults.append(Fault(method, path, **{"status": 200, **NOT_OF_GITHUB[form]}))
    assert "not one of GitHub" in str(rest_only().problem)
    assert rest_only.server.comments == before
    assert rest_only.server.count("POST", "/comments") - posts == (method == "POST"), "not repeated"
    assert "Traceback" not in capsys.readouterr().err


@pytest.mark.parametrize("form", ["page", "broken off", "empty"])
def test_what_arrived_is_found_where_the_answer_is_not_one_of_github(rest_only: Step, form: str) -> None:
    rest_only.server.faults.append(Fault("POST", ISSUE, **{"status": 200, "after": True, **NOT_OF_GITHUB[form]}))
    published = rest_only()
    assert published.problem is None
    assert published.comment_url == rest_only.server.comments[0]["html_url"]
    assert rest_only.server.count("POST", "/comments") == 1


def test_a_server_that_is_not_there(rest_only: Step) -> None:
    rest_only.variables |= {"GITHUB_SERVER_URL": "https://localhost:9", "GITHUB_API_URL": "https://localhost:9/api/v3"}
    assert "the connection was refused or broke" in str(rest_only().problem)


def test_a_certificate_that_nobody_trusts(rest_only: Step) -> None:
    rest_only.variables["NODE_EXTRA_CA_CERTS"] = ""
    assert "certificate" in str(rest_only().problem)


def test_certificates_of_requests_and_of_node_are_both_trusted(rest_only: Step) -> None:
    rest_only.variables["REQUESTS_CA_BUNDLE"] = DEFAULT_CA_BUNDLE_PATH
    assert rest_only().problem is None


def test_certificates_that_are_not_there(rest_only: Step) -> None:
    rest_only.variables["NODE_EXTRA_CA_CERTS"] = "/nowhere/ca.pem"
    assert "NODE_EXTRA_CA_CERTS" in str(rest_only().problem)


@pytest.mark.parametrize("token", [f"{TOKEN}\n", f" {TOKEN}"])
def test_a_secret_that_was_stored_with_a_line_break_is_a_token(rest_only: Step, token: str) -> None:
    rest_only.variables["ML_REPORT_TOKEN"] = token
    assert rest_only().problem is None


def test_no_token(rest_only: Step) -> None:
    rest_only.variables["ML_REPORT_TOKEN"] = ""
    assert "github-token" in str(rest_only().problem)
    assert rest_only.server.requests == []


def test_a_fault_after_the_comment_is_posted_does_not_take_it_back(rest_only: Step) -> None:
    """The last look, for what two runs at once have left, may fail."""
    rest_only.server.faults += [Fault("GET", ISSUE, passes=True, times=1), Fault("GET", ISSUE, 403, SECONDARY)]
    published = rest_only()
    assert published.problem is None
    assert published.comment_url == rest_only.server.comments[0]["html_url"]


def pull(step: Step, **changes: Any) -> None:
    step.server.pulls[PULL_REQUEST] = forms.pull(step.server.api, REPOSITORY, PULL_REQUEST, sha=HEAD, **changes)


def test_a_closed_pull_request_still_gets_its_report(step: Step) -> None:
    pull(step, state="closed")
    assert step().problem is None
    assert len(step.bodies()) == 1


def test_a_locked_pull_request(step: Step) -> None:
    pull(step, locked=True)
    assert "unlock it" in str(step().problem)
    assert step.bodies() == []


def test_a_pull_request_that_is_gone(step: Step) -> None:
    step.server.pulls.clear()
    assert "404" in str(step().problem)
    assert step.server.comments == []
    assert step.server.count("POST") == 0


CML_FAILS = {
    "exit 1": "exit 1",
    "a crash": "kill -9 $$",
    "no address": "exit 0",
    "hangs": "sleep 60",
    "not a program": "#",
}
CML_FAILS_AFTER = {
    "exit 1": '"$CML" "$@" > /dev/null; exit 1',
    "a crash": '"$CML" "$@" > /dev/null; kill -9 $$',
    "no address": '"$CML" "$@" > /dev/null',
    "hangs": '"$CML" "$@"; sleep 60',
}


@pytest.mark.parametrize("mode", ["update", "new"])
@pytest.mark.parametrize("script", CML_FAILS.values(), ids=CML_FAILS)
def test_without_cml_the_comment_is_posted_by_rest(step: Step, script: str, mode: str) -> None:
    step.cml(script)
    published = step(mode=mode, cml_time_limit=1)
    assert published.problem is None
    assert len(step.bodies()) == 1
    assert step.server.count("POST", "/comments") == 1


@pytest.mark.parametrize("script", CML_FAILS_AFTER.values(), ids=CML_FAILS_AFTER)
@pytest.mark.parametrize("mode", ["update", "new"])
def test_what_cml_posted_before_it_failed_is_not_posted_again(step: Step, script: str, mode: str) -> None:
    step.cml(script)
    published = step(mode=mode, cml_time_limit=5)
    assert published.problem is None
    assert published.comment_url == step.server.comments[0]["html_url"]
    assert step.server.count("POST", "/comments") == 1
    assert len(step.server.comments) == 1


@pytest.mark.parametrize("script", CML_FAILS.values(), ids=CML_FAILS)
def test_an_update_that_cml_failed_at_is_made_by_rest(step: Step, script: str) -> None:
    step("one")
    step.cml(script)
    assert step("two", cml_time_limit=1).problem is None
    assert [body.split("\n")[0] for body in step.bodies()] == ["two"]
    assert step.server.count("PATCH") == 1


@pytest.mark.parametrize("status", [401, 404, 422, 500, 502, 503, None])
def test_what_github_refuses_to_cml_is_tried_without_it(step: Step, status: int | None) -> None:
    step.server.faults.append(Fault("POST", ISSUE, status, times=1))
    assert step().problem is None
    assert step.server.count("POST", "/comments") == 2
    assert len(step.server.comments) == 1


@pytest.mark.parametrize(
    "headers", [{"Retry-After": "60"}, {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "1999999999"}]
)
def test_cml_may_not_wait_for_minutes(step: Step, headers: dict[str, str]) -> None:
    message = PRIMARY if "X-RateLimit-Reset" in headers else SECONDARY
    step.server.faults.append(Fault("POST", ISSUE, 403, message, headers))
    begun = time.perf_counter()
    assert "run the job again" in str(step(cml_time_limit=5).problem)
    assert time.perf_counter() - begun < 30
    assert step.server.count("POST", "/comments") <= 2
    assert step.server.comments == []


def test_a_bug_of_ours_is_a_warning(
    step: Step, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(*_: object, **__: object) -> Published:
        raise ZeroDivisionError("in here")

    monkeypatch.setattr(comment, "post_comment", broken)
    problem = str(step().problem)
    assert problem.startswith("an error in ml-report-action: ZeroDivisionError: in here")
    assert "please report it" in problem
    assert "Traceback" in capsys.readouterr().err
    assert step.summary
