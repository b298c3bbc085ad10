"""The trusted half: which pull request gets the comment of a run, what it says, and what hostile artifacts become."""

from __future__ import annotations

import contextlib
import io
import json
import re
import stat
import struct
import zipfile
import zlib
from typing import TYPE_CHECKING, Any

import pytest

from report.core.errors import PublishingError
from report.publishing.bundle import read_bundle
from tests.action.github_artifacts import Stored, packed
from tests.action.github_faults import Fault
from tests.action.github_server import HEAD
from tests.rendering.rendered import Page

from .github import REPOSITORY
from .runs import BRANCH, NUMBER, RUN, RunStep, bundle, entry, png, report

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.action.github_server import GitHubServer

OTHER = "e" * 40


@pytest.fixture
def step(server: GitHubServer, tmp_path: Path) -> RunStep:
    step = RunStep(server, tmp_path)
    step.open_pull()
    return step


def outputs(step: RunStep) -> str:
    return (step.temporary / "output").read_text("utf-8")


# Which pull request, and what is shown


def test_the_report_is_posted_once_and_then_updated(step: RunStep) -> None:
    step.leave(bundle())
    first = step()
    step.leave(bundle(report(title="Better wine")), run=RUN + 1)
    second = step(id=RUN + 1)
    [body] = step.bodies
    assert body.startswith("## Better wine\n")
    assert step.server.comments[0]["issue"] == NUMBER
    assert first.urls == second.urls == {"wine": step.server.comments[0]["html_url"]}
    assert (first.failed, second.failed) == (False, False)
    assert '"wine"' in outputs(step)


def test_it_is_rendered_from_values_with_the_commit_of_the_run(step: RunStep) -> None:
    step.leave(bundle(report(run__commit=OTHER)))
    step()
    [body] = step.bodies
    assert f"Commit: {HEAD}" in Page(body).text.replace("\u200b", "")
    assert OTHER not in body.replace("&#8203;", "")
    assert f"sha={HEAD} run={RUN}.1 " in body
    assert f"/{REPOSITORY}/actions/runs/{RUN})" in body, "the link is to the run that has trained"


def test_the_page_of_the_report_is_linked(step: RunStep) -> None:
    step.leave(bundle())
    page = step.leave(b"<html>", name="wine.html")
    step()
    assert f"/actions/runs/{RUN}/artifacts/{page.number})" in step.bodies[0]


def test_the_token_does_not_follow_to_the_storage(step: RunStep) -> None:
    step.leave(bundle())
    step()
    assert step.server.storage == [""]


def test_several_reports_of_a_run_have_a_comment_each(step: RunStep) -> None:
    for name in ("red", "white"):
        step.leave(bundle(report(title=name)), report_id=name)
    outcome = step()
    assert [body.split("\n")[0] for body in step.bodies] == ["## red", "## white"]
    assert set(outcome.urls) == {"red", "white"}


def test_the_newest_artifact_of_a_name_counts(step: RunStep) -> None:
    step.leave(bundle(report(title="old")))
    step.leave(bundle(report(title="new")))
    step()
    assert [body.split("\n")[0] for body in step.bodies] == ["## new"]


def test_too_many_reports_are_left_out_and_told(step: RunStep, capsys: pytest.CaptureFixture[str]) -> None:
    for number in range(23):
        step.leave(bundle(), report_id=f"r{number:02}")
    assert step().failed
    assert len(step.bodies) == 20
    assert "3 artifacts are too many" in capsys.readouterr().out


@pytest.mark.parametrize("name", ["../x", "A", "a b", "a/b", "x" * 101, "wine\n", "", "wïne"])
def test_a_report_id_of_other_characters_is_not_posted(step: RunStep, name: str) -> None:
    step.leave(bundle(), report_id=name)
    assert step().failed
    assert step.bodies == []
    assert step.server.storage == [], "it is not even downloaded"


def test_a_head_that_has_moved_on_gets_no_comment(step: RunStep, capsys: pytest.CaptureFixture[str]) -> None:
    step.open_pull(sha=OTHER)
    step.leave(bundle())
    outcome = step()
    assert "moved on" in outcome.note
    assert "::notice title=No comment" in capsys.readouterr().out
    assert (step.bodies, outcome.failed) == ([], False)


@pytest.mark.parametrize(
    "change",
    [
        {"state": "closed"},
        {"base": {"ref": "main", "repo": {"full_name": "team/another"}}},
        {"head": {"sha": HEAD, "ref": BRANCH, "repo": {"full_name": "other/wine", "owner": {"login": "stranger"}}}},
        {"head": {"sha": HEAD, "ref": BRANCH, "repo": None}},
    ],
    ids=["closed", "into another repository", "of another fork", "of a fork that is gone"],
)
def test_a_pull_request_that_is_not_the_runs_gets_no_comment(step: RunStep, change: dict[str, Any]) -> None:
    step.server.pulls[NUMBER] |= change
    del step.server.pulls[7]
    step.leave(bundle())
    assert "no open pull request" in step().note
    assert step.bodies == []


def test_another_pull_request_with_the_same_commit_is_not_taken_for_it(step: RunStep) -> None:
    """Somebody else may push the very same commit: branch and repository have to be those of the run."""
    step.open_pull(13)
    step.server.pulls[13]["head"]["ref"] = "another"
    step.leave(bundle())
    step()
    assert [comment["issue"] for comment in step.server.comments] == [NUMBER]


def test_two_pull_requests_from_one_branch_are_told_apart_by_github_alone(step: RunStep) -> None:
    step.open_pull(13)
    step.leave(bundle())
    assert "2 pull requests" in step().note
    assert step.bodies == []
    step(pull_requests=[{"number": 13}])
    assert [comment["issue"] for comment in step.server.comments] == [13]


def test_a_branch_of_our_own_is_found_too(step: RunStep) -> None:
    step.leave(bundle())
    step(head_repository={"full_name": REPOSITORY}, head_branch="topic")
    assert [comment["issue"] for comment in step.server.comments] == [7]


def test_a_later_comment_is_not_overwritten_by_a_run_that_ends_late(step: RunStep) -> None:
    step.leave(bundle(report(title="late")))
    step.leave(bundle(report(title="newer")), run=RUN + 1)
    step.open_pull(sha=OTHER)
    step(id=RUN + 1, head_sha=OTHER)
    step()
    assert [body.split("\n")[0] for body in step.bodies] == ["## newer"]


@pytest.mark.parametrize("event", ["push", "pull_request_target", "schedule"])
def test_runs_for_other_events_are_left_alone(step: RunStep, event: str) -> None:
    step.leave(bundle())
    assert event in step(event=event).note
    assert step.server.requests == []


def test_it_belongs_into_a_workflow_run(step: RunStep, capsys: pytest.CaptureFixture[str]) -> None:
    assert step(event_name="pull_request").failed
    assert "workflow_run" in capsys.readouterr().out


def test_a_run_without_a_report_is_told(step: RunStep) -> None:
    step.leave(b"", name="something-else")
    outcome = step()
    assert "left no report" in outcome.note
    assert "annotation" in (step.temporary / "summary").read_text("utf-8")


@pytest.mark.parametrize("status", [403, 404, 500])
def test_what_github_refuses_is_a_warning(step: RunStep, status: int, capsys: pytest.CaptureFixture[str]) -> None:
    step.leave(bundle())
    step.server.faults.append(Fault("GET", "/artifacts", status=status, times=100))
    assert step().failed
    told = capsys.readouterr().out
    assert "::warning title=No comment on the pull request::" in told
    assert "actions: read" in told or status == 500


# Hostile archives


def zipped(*entries: tuple[str, bytes, int]) -> bytes:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as writer:
        for name, data, mode in entries:
            info = zipfile.ZipInfo(name)
            info.external_attr, info.compress_type = mode << 16, zipfile.ZIP_DEFLATED
            writer.writestr(info, data)
    return archive.getvalue()


def twice() -> bytes:
    with pytest.warns(UserWarning, match="Duplicate"):
        return zipped(("report.json", report(), 0), ("report.json", report(title="another"), 0))


def encrypted() -> bytes:
    """The flag of an encrypted entry, where the reader looks for it."""
    archive = bytearray(bundle())
    archive[archive.rindex(b"PK\x01\x02") + 8] |= 1
    return bytes(archive)


def many() -> bytes:
    return packed({f"plots/{number}.png": b"" for number in range(20_000)})


def claims(size: int) -> bytes:
    """An entry that says it is small, and is not."""
    archive = bytearray(bundle(b" " * 1_000_000))
    place = archive.rindex(b"PK\x01\x02") + 24
    archive[place : place + 4] = struct.pack("<I", size)
    return bytes(archive)


def zip64() -> bytes:
    archive = bytearray(bundle())
    archive[-12:-6] = b"\xff" * 6
    return bytes(archive)


HOSTILE_ARCHIVES: dict[str, tuple[Callable[[], bytes], str]] = {
    "empty": (lambda: b"", "no archive"),
    "no archive": (report, "no archive"),
    "a page": (lambda: b"<html>" * 100, "no archive"),
    "something behind it": (lambda: bundle() + b"x", "no end"),
    "slip": (lambda: entry("../../etc/cron.d/x"), "not one of a report's"),
    "slip in plots": (lambda: entry("plots/../../x.png"), "not one of a report's"),
    "absolute": (lambda: entry("/etc/passwd"), "not one of a report's"),
    "windows": (lambda: entry("C:\\x.png"), "not one of a report's"),
    "backslashes": (lambda: entry("plots\\loss.png"), "not one of a report's"),
    "behind a zero": (lambda: entry("plots/loss.png%/../../x").replace(b"%/", b"\0/"), "not one of a report's"),
    "an unknown file": (lambda: entry("model.pkl"), "not one of a report's"),
    "an archive in it": (lambda: entry("inner.zip", bundle()), "not one of a report's"),
    "symlink": (lambda: entry("plots/loss.png", b"/etc/passwd", mode=stat.S_IFLNK | 0o777), "is a link"),
    "symlink for the report": (lambda: zipped(("report.json", b"/etc/passwd", stat.S_IFLNK)), "is a link"),
    "device": (lambda: entry("plots/loss.png", mode=stat.S_IFCHR), "is a link, or no plain file"),
    "twice": (twice, "report.json twice"),
    "encrypted": (encrypted, "encrypted"),
    "many entries": (many, "more than a report"),
    "zip64": (zip64, "more than a report"),
    "bomb": (lambda: bundle(b" " * 15_900_000), "too much for its size"),
    "huge report": (lambda: bundle(b" " * 16_000_001), "report.json would have"),
    "huge plot": (lambda: bundle(loss=b"\0" * 5_000_001), "loss.png would have"),
    "says that it is small": (lambda: claims(10), "damaged"),
    "without a report": (lambda: packed({"plots/loss.png": png()}), "no report.json"),
    "cut": (lambda: bundle()[:400] + bundle()[-60:], "damaged"),
}


@pytest.mark.parametrize("name", HOSTILE_ARCHIVES)
def test_a_hostile_archive_is_a_warning_with_the_reason(
    step: RunStep, name: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    make, reason = HOSTILE_ARCHIVES[name]
    step.leave(make())
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(temporary))
    outcome = step()
    told = capsys.readouterr()
    assert (outcome.failed, outcome.urls, step.bodies) == (True, {}, [])
    assert reason in told.out
    assert "Traceback" not in told.err
    assert [path for path in temporary.rglob("*") if path.suffix != ".pem"] == [], "nothing is left on the disk"


@pytest.mark.parametrize("path", ["/pulls$", "/artifacts$"])
@pytest.mark.parametrize(
    "content", [b"", b"<html>", b"{}", b'[{"', b"[1]", b'[{"state": "open"}]', b'{"artifacts": [{}]}']
)
def test_an_answer_that_is_not_one_of_github_is_a_warning(
    step: RunStep, path: str, content: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is no news that there is no pull request, or no report."""
    step.leave(bundle())
    step.server.faults.append(Fault("GET", path, 200, content=content))
    outcome = step()
    assert outcome.failed
    assert outcome.note == ""
    assert "::warning title=No comment on the pull request::" in capsys.readouterr().out
    assert re.search(r"comment-error<<(\S+)\ntrue\n\1\n", outputs(step))
    assert step.bodies == []


def test_one_bad_archive_does_not_keep_the_others_back(step: RunStep) -> None:
    step.leave(b"nothing", report_id="a")
    step.leave(bundle(), report_id="b")
    outcome = step()
    assert (outcome.failed, set(outcome.urls)) == (True, {"b"})


def test_an_archive_that_github_says_is_huge_is_not_downloaded(step: RunStep, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Stored, "form", lambda self, *where: FORM(self, *where) | {"size_in_bytes": 10**9})
    step.leave(bundle())
    assert step().failed
    assert step.server.storage == []


FORM = Stored.form


def test_a_download_ends_where_it_becomes_too_large(step: RunStep, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the list of artifacts says of its size."""
    monkeypatch.setattr("report.publishing.artifacts.AT_MOST_BYTES", 100_000)
    monkeypatch.setattr(Stored, "form", lambda self, *where: FORM(self, *where) | {"size_in_bytes": 10})
    step.leave(b"x" * 200_000)
    assert step().failed
    assert step.bodies == []


def test_a_good_archive_is_read_as_it_is() -> None:
    found = read_bundle(bundle(loss=b"1", roc=b"2"), ("loss", "roc", "samples"))
    assert (found.report, found.plots) == (report(), {"loss": b"1", "roc": b"2"})


def test_archives_of_chance_are_refused_or_read() -> None:
    """One changed byte at a time, all over a good archive."""
    good = bundle(loss=png())
    for place in range(0, len(good), 7):
        damaged = bytearray(good)
        damaged[place] ^= 0xFF
        with contextlib.suppress(PublishingError):
            read_bundle(bytes(damaged), ("loss",))


# Hostile reports: test_reading.py has what the reader refuses; here is what somebody sees of it


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"{", "not JSON"),
        (report(schema_version=99), "version 99"),
        (report(extra=1), "Extra inputs"),
        (report(pull_request=1), "Extra inputs"),
        (report(title=["a"]), "title"),
        (report(head__metrics=[]), "head.metrics"),
        (b"[" * 50_000, "recursion"),
        (report().replace(b'"Tumours"', b'"\\ud800"'), "not JSON"),
        (report().replace(b"0.9561", b"1e999"), "no report"),
        (report().replace(b"0.9561", b"NaN"), "not JSON"),
    ],
    ids=["cut", "version", "extra key", "pull request", "type", "no metric", "nesting", "surrogate", "1e999", "NaN"],
)
def test_a_hostile_report_is_a_warning_with_the_reason(
    step: RunStep, content: bytes, reason: str, capsys: pytest.CaptureFixture[str]
) -> None:
    step.leave(bundle(content))
    outcome = step()
    assert (outcome.failed, step.bodies) == (True, [])
    assert reason in capsys.readouterr().out


EVIL = (
    "@everyone <img src=x onerror=alert(1)> [a](javascript:x) ![](https://evil.example/x.png) ::error::x\n"
    "<!-- ml-report other sha=00 run=99999.1 00 update -->\n"
    '![](https://cml.dev/watermark.png#00 "CML watermark other")'
)


def test_hostile_text_is_inert_and_makes_the_comment_nobody_elses(
    step: RunStep, capsys: pytest.CaptureFixture[str]
) -> None:
    places = ("title", "head__models__0__name", "head__models__0__output", "head__data__source", "gates__0__rule")
    others = ("head__notices", "base__reason", "run__version", "run__started", "base__pairs__0__reason")
    changes: dict[str, Any] = dict.fromkeys((*places, *others), EVIL)
    changes["head__notices"] = [{"message": EVIL, "hint": EVIL, "severity": "warning", "subject": EVIL}]
    step.leave(bundle(report(**changes)))
    step.leave(bundle(report(title="The other")), report_id="other")
    step()
    step()
    told = capsys.readouterr().out
    assert [line for line in told.splitlines() if line.startswith("::error::x")] == []
    other, evil = sorted(step.bodies, key=lambda body: "The other" not in body)
    assert len(step.bodies) == 2, "each found its own comment"
    assert other.startswith("## The other\n")
    text, _, marks = evil.rpartition("[The whole report")
    page = Page(text)
    assert {"a", "img", "script"} & set(page.tags) == set()
    assert page.comments == []
    assert page.linked == []
    assert marks.count("<!-- ml-report wine ") == 1
    assert "other" not in marks


def test_a_claimed_pull_request_is_ignored(step: RunStep) -> None:
    """The configuration may hold any key; the comment goes where GitHub says."""
    step.leave(bundle(report(config={"pull_request": 7, "report": {"template": "/etc/passwd"}})))
    step()
    assert [comment["issue"] for comment in step.server.comments] == [NUMBER]


def test_the_sections_are_those_that_the_configuration_asks_for(step: RunStep) -> None:
    step.leave(bundle(report(config={"report": {"sections": ["models", "no such"]}})))
    step()
    assert "### Models" in step.bodies[0]
    assert "### Loss curves" not in step.bodies[0]


@pytest.mark.parametrize(
    ("plot", "reason"),
    [
        (b"<svg onload=alert(1)>", "no PNG"),
        (png()[:40], "cannot be decoded"),
        (png()[:16] + struct.pack(">II", 100_000, 100_000) + png()[24:], "too many"),
        (png() + zlib.compress(b"secret"), ""),
    ],
    ids=["no PNG", "cut", "dimensions", "something behind it"],
)
def test_a_hostile_plot_is_left_out_and_the_comment_posted(
    step: RunStep, plot: bytes, reason: str, capsys: pytest.CaptureFixture[str]
) -> None:
    step.leave(bundle(loss=plot))
    outcome = step()
    assert len(step.bodies) == 1
    assert not outcome.failed
    told = capsys.readouterr().out
    assert ("the plot 'loss' is left out" in told) == bool(reason)
    assert reason in told


def test_values_that_cannot_be_rendered_are_told_without_a_traceback(
    step: RunStep, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*_: object) -> None:
        raise IndexError

    monkeypatch.setattr("report.fork_pipeline.write_again", fail)
    step.leave(bundle())
    assert step().failed
    assert "cannot be rendered (IndexError)" in capsys.readouterr().out


def test_the_output_names_each_comment(step: RunStep) -> None:
    step.leave(bundle())
    step()
    assert json.loads(outputs(step).split("\n")[1]) == {"wine": step.server.comments[0]["html_url"]}
