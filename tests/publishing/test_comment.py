"""One comment of ours for each report, whatever else is on the pull request, through CML and without."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from report.core.errors import PublishingError
from report.publishing.marks import LINE, watermark

from ..action.github_faults import Fault
from .github import HEAD, MARK, PULL_REQUEST

if TYPE_CHECKING:
    from .github import Step

TOKEN_OF_ANOTHER = "another-canary-77"  # noqa: S105 - nobody's
OLDER, OTHER = "0123456789" * 4, "fedcba9876" * 4


@pytest.fixture(params=["with CML", "without CML"])
def step(step: Step, request: pytest.FixtureRequest) -> Step:
    if request.param == "without CML":
        step.without_cml()
    return step


def test_the_comment_is_the_file_and_the_watermark_of_cml(step: Step) -> None:
    text = "# Wine 🍷\n\n> [!WARNING]\n> a\\|b $x$ [link](ml-report.yml) ![](plots/x.png)\n\n- [ ] task\n\n&lt;b&gt;\n"
    step("an older text")
    first = step(text).comment_url
    [body] = step.bodies()
    assert body.encode() == step.posted + ("\n\n" + MARK.format(HEAD, "wine")).encode()
    assert body.startswith(text)
    assert first == f"{step.server.url}/team/wine/pull/{PULL_REQUEST}#issuecomment-100"


def test_a_comment_of_cml_is_found_without_it_and_the_other_way_round(step: Step) -> None:
    """Somebody whose CML was not installable once has one comment all the same."""
    path = step.variables.pop("PATH", None)
    step("one")
    step.without_cml()
    step("two")
    step.variables.pop("PATH")
    step("three")
    assert len(step.bodies()) == 1
    assert step.bodies()[0].startswith("three")
    assert step.server.count("POST", "/comments") == 1
    assert path is None or path.endswith("no-cml")


def test_two_reports_have_a_comment_each(step: Step) -> None:
    for text in ("one", "two"):
        for report in ("wine", "wine-2", "beer"):
            assert step(f"{text} {report}", report=report).problem is None
    assert [step.bodies(report)[0].split("\n")[0] for report in ("wine", "wine-2", "beer")] == [
        "two wine",
        "two wine-2",
        "two beer",
    ]
    assert len(step.server.comments) == 3


@pytest.mark.parametrize("before", [0, 29, 30, 99, 100, 130])
def test_a_hundred_other_comments_hide_nothing(step: Step, before: int) -> None:
    for index in range(before):
        step.server.say(f"a remark, number {index}")
    for text in ("one", "two", "three"):
        assert step(text).problem is None
        for _ in range(100 - before):
            step.server.say("another remark")
    assert [body.split("\n")[0] for body in step.bodies()] == ["three"]


@pytest.mark.parametrize("before", [True, False])
def test_a_comment_of_somebody_else_is_not_touched(step: Step, before: bool) -> None:
    """It carries our marks, as a copy or an answer may."""
    if not before:
        step("one")
    theirs = f"look:\n\n> <!-- ml-report wine sha={HEAD} run=9.1 00 update -->\n\n{MARK.format(HEAD, 'wine')}"
    step.server.say(theirs)
    for text in ("two", "three"):
        assert step(text).problem is None
    assert [entry["body"] for entry in step.server.comments if entry["user"]["login"] == "somebody"] == [theirs]
    ours = [entry["body"] for entry in step.server.comments if entry["user"]["login"] != "somebody"]
    assert [body.split("\n")[0] for body in ours] == ["three"]


def test_a_text_with_the_watermark_of_another_report_is_not_its_comment(step: Step) -> None:
    step(f"`{MARK.format(HEAD, 'beer')}` in a class label", report="wine")
    step("beer", report="beer")
    step("beer again", report="beer")
    assert [entry["body"].split("\n")[0] for entry in step.server.comments] == [
        f"`{MARK.format(HEAD, 'beer')}` in a class label",
        "beer again",
    ]


def test_a_comment_of_cml_alone_is_taken_over(step: Step) -> None:
    """Of an earlier version, or by hand: there was no mark of a run in it."""
    for text in ("oldest", "older"):
        step.server.say(text + watermark("wine", OLDER), login="github-actions[bot]")
    step("new")
    step("newer")
    assert [body.split("\n")[0] for body in step.bodies()] == ["oldest", "newer"]


def test_a_new_comment_at_each_run_when_that_is_wanted(step: Step) -> None:
    urls = {step(text, mode="new").comment_url for text in ("one", "two")}
    assert len(urls) == 2
    step("three")
    step("four")
    assert [body.split("\n")[0] for body in step.bodies()] == ["one", "two", "four"]


def test_off_asks_github_nothing(step: Step) -> None:
    assert step(mode="off").problem is None
    assert step.server.requests == []


def test_an_older_commit_does_not_replace_the_comment_of_the_newer_one(step: Step) -> None:
    step("of the head", run=5)
    published = step("of an older commit", head=OLDER, run=6)
    assert published.withheld is not None
    assert published.problem is None
    assert published.comment_url is not None, "of the comment that is there"
    assert OLDER[:7] in step.summary
    assert HEAD[:7] in step.summary
    assert [body.split("\n")[0] for body in step.bodies()] == ["of the head"]


def test_a_late_run_does_not_replace_that_of_a_later_one(step: Step) -> None:
    """The head has moved on twice, and the second run is done before the first one."""
    step("later", head=OTHER, run=6)
    assert step("late", head=OLDER, run=5).withheld is not None
    assert step("the head's", run=7).withheld is None
    assert [body.split("\n")[0] for body in step.bodies()] == ["the head's"]


def test_a_run_for_an_older_commit_comments_where_there_is_nothing_newer(step: Step) -> None:
    assert step("of an older commit", head=OLDER, run=1).withheld is None
    assert step("its second attempt", head=OLDER, run=1, attempt=2).withheld is None
    assert [body.split("\n")[0] for body in step.bodies()] == ["its second attempt"]


def test_a_run_that_is_started_again_for_the_head_is_shown(step: Step) -> None:
    step("run 1", run=1)
    step("run 2", run=2)
    assert step("run 1 again", run=1, attempt=2).withheld is None
    assert [body.split("\n")[0] for body in step.bodies()] == ["run 1 again"]


def test_two_runs_at_once_leave_one_comment(step: Step) -> None:
    """Both see none at first: the second one posts while the first one does."""
    late: list[object] = []

    def other_run() -> None:
        step.server.faults.clear()
        late.append(step("run 2", run=2))

    step.server.faults.append(Fault("POST", "/comments$", passes=True, do=other_run, times=1))
    published = step("run 1", run=1)
    assert late
    assert published.problem is None
    assert len(step.bodies()) == 1
    assert step.bodies()[0].startswith("run 2"), "the later run's"


@pytest.mark.parametrize("heads", [(HEAD, HEAD), (OLDER, HEAD), (HEAD, OLDER)])
def test_threads_of_runs_leave_one_comment(step: Step, tmp_path, heads) -> None:
    together = Fault("POST", "/comments$", passes=True, hang=0.3)
    step.server.faults.append(together)
    steps = []
    for index, _ in enumerate(heads):
        folder = tmp_path / f"report-{index}"
        folder.mkdir()
        (folder / "report.json").write_bytes((step.folder / "report.json").read_bytes())
        steps.append(type(step)(step.server, folder, step.temporary, variables=step.variables))
    with ThreadPoolExecutor(2) as pool:
        calls = [
            pool.submit(each, f"run {index}", run=index + 1, head=head)
            for index, (each, head) in enumerate(zip(steps, heads, strict=True))
        ]
    assert [call.result().problem for call in calls] == [None, None]
    [body] = step.bodies()
    assert HEAD in body, "the comment of the head stays"


def test_what_two_runs_left_is_cleaned_up_by_the_next(step: Step) -> None:
    step("one")
    second = step.server.comments[0]["body"].replace("one", "its double", 1).replace("run=1.1", "run=1.2")
    step.server.say(second, login="github-actions[bot]")
    step("two")
    assert [body.split("\n")[0] for body in step.bodies()] == ["two"]


def test_a_comment_that_was_deleted_is_made_again(step: Step) -> None:
    step("one")
    step.server.comments.clear()
    step("two")
    assert [body.split("\n")[0] for body in step.bodies()] == ["two"]


def test_a_comment_that_somebody_edited_is_updated(step: Step) -> None:
    """In GitHub's editor, whose lines end with CR and LF."""
    step("one")
    [entry] = step.server.comments
    entry["body"] = "Note: " + entry["body"].replace("one", "won").replace("\n", "\r\n")
    step("two")
    assert [body.split("\n")[0] for body in step.bodies()] == ["two"]
    assert len(step.server.comments) == 1


@pytest.mark.parametrize("edit", ["{}\r\n\r\nNot to be merged", "Not to be merged"])
def test_words_of_somebody_behind_our_comment_stay(step: Step, edit: str) -> None:
    step("one")
    [entry] = step.server.comments
    entry["body"] = edited = edit.format(entry["body"])
    step("two")
    step("three")
    assert entry["body"] == edited
    assert [body.split("\n")[0] for body in step.bodies()] == ["three"]
    assert len(step.server.comments) == 2


@pytest.mark.parametrize("login", ["robot", "wine-app[bot]"])
def test_a_token_of_another_account_finds_its_own_comment(step: Step, login: str) -> None:
    step.server.logins[TOKEN_OF_ANOTHER] = login
    step.variables["ML_REPORT_TOKEN"] = TOKEN_OF_ANOTHER
    step("one")
    step("two")
    assert [entry["user"]["login"] for entry in step.server.comments] == [login]


@pytest.mark.parametrize("login", ["robot", "github-actions[bot]"])
def test_a_server_without_graphql_does(step: Step, login: str) -> None:
    step.server.logins[TOKEN_OF_ANOTHER] = login
    step.variables["ML_REPORT_TOKEN"] = TOKEN_OF_ANOTHER
    step.server.faults.append(Fault(path="graphql", status=404))
    step("one")
    step("two")
    assert [entry["user"]["login"] for entry in step.server.comments] == [login]


def test_the_outputs_say_where_the_comment_is(step: Step) -> None:
    url = step().comment_url
    output = (step.temporary / "output").read_text("utf-8")
    assert f"\n{url}\n" in output
    assert step().comment_url == url


def test_the_file_has_its_link_and_its_mark_once(step: Step) -> None:
    step("text")
    text = step.posted.decode()
    step(text)
    again = step.posted.decode()
    assert [line for line in again.splitlines() if line.startswith("[The whole report")] == [
        f"[The whole report, with its plots]({step.server.url}/team/wine/actions/runs/2)"
    ]
    assert again.count("<!-- ml-report wine") == 1
    assert again.splitlines()[-1].startswith(f"<!-- ml-report wine sha={HEAD} run=2.1")


def test_a_report_must_be_there(step: Step) -> None:
    (step.folder / "report.json").write_text(json.dumps([]), "utf-8")
    with pytest.raises(PublishingError):
        step()


def test_a_mark_is_no_longer_than_the_room_that_is_left_for_it() -> None:
    assert LINE.startswith("<!-- ml-report ")
