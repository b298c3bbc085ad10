"""Progress: lines with times in a log, groups in GitHub Actions, live on a terminal, never somebody's escape codes."""

from __future__ import annotations

import contextlib
import io
import os
import re
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from report.publishing.console import LogProgress, TerminalProgress, choose_progress

if TYPE_CHECKING:
    from report.core.progress import Progress

EVIL = "forest\n::add-mask::x\x1b[2J[red]"


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def drive(progress: Progress) -> None:
    with progress.stage("Models"):
        progress.started(EVIL)
        progress.say("a line\nthat says ::error::")
        progress.finished(EVIL, "failed")


def test_a_log_has_groups_and_times_in_actions() -> None:
    stream = io.StringIO()
    with choose_progress({"GITHUB_ACTIONS": "true"}, stream) as progress:
        drive(progress)
    lines = stream.getvalue().splitlines()
    assert lines[0] == "::group::Models"
    assert lines[-1] == "::endgroup::"
    assert sum(line.lstrip().startswith("::") for line in lines) == 2
    assert all(re.match(r"\[ +\d+\.\d s\] ", line) for line in lines[1:-1])
    assert re.search(r"\[red\]: .+ (ms|s), failed$", lines[-3])
    assert "\x1b" not in stream.getvalue()


def test_a_log_elsewhere_has_no_commands() -> None:
    stream = io.StringIO()
    with choose_progress({}, stream) as progress:
        drive(progress)
    assert "::" not in stream.getvalue()
    assert stream.getvalue().startswith("Models\n")


def test_a_stage_that_fails_closes_its_group() -> None:
    stream = io.StringIO()
    progress = LogProgress(stream, groups=True)
    with pytest.raises(ValueError, match="no"), progress.stage("Data"):
        raise ValueError("no")
    assert stream.getvalue().endswith("::endgroup::\n")


def test_steps_that_overlap_keep_their_own_times() -> None:
    stream = io.StringIO()
    progress = LogProgress(stream, groups=False)
    for call, step in (("started", "a"), ("started", "b"), ("finished", "a"), ("finished", "b"), ("finished", "c")):
        getattr(progress, call)(step)
    ended = [line.partition("] ")[2] for line in stream.getvalue().splitlines()]
    assert [text.partition(":")[0] for text in ended] == ["a …", "b …", "a", "b", "c"]


@pytest.mark.parametrize(
    ("environment", "kind"),
    [
        ({}, TerminalProgress),
        ({"TERM": "dumb"}, LogProgress),
        ({"CI": "true"}, LogProgress),
        ({"GITHUB_ACTIONS": "true"}, LogProgress),
    ],
)
def test_live_lines_are_for_people(environment: dict[str, str], kind: type) -> None:
    assert type(choose_progress(environment, Terminal())) is kind


def read_all(terminal: int) -> str:
    """What is shown until the program closes its side."""
    shown = b""
    with contextlib.suppress(OSError), os.fdopen(terminal, "rb", buffering=0) as stream:
        while part := stream.read(4096):
            shown += part
    return shown.decode()


@pytest.mark.skipif(os.name == "nt", reason="needs a pseudo-terminal")
def test_a_terminal_shows_stages_and_fits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "100")
    ours, theirs = os.openpty()
    with ThreadPoolExecutor() as pool:
        reading = pool.submit(read_all, ours)
        with os.fdopen(theirs, "w") as stream, TerminalProgress(stream) as progress:
            drive(progress)
        shown = reading.result()
    assert "✓ Models" in shown
    assert re.search(r"· .*\[red\]: .+s, failed", shown), "a name is not markup"
    assert "\x1b[2J" not in shown, "a name cannot clear the screen"
    assert "a line" in shown
