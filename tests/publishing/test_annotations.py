"""Text from data and configuration never becomes a workflow command, and a command says exactly what it was given."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from report.core.errors import Place, Problem
from report.publishing.annotations import AT_MOST, annotate, annotate_error, annotation, log_text


def runner_reads(line: str) -> tuple[str, dict[str, str], str] | None:
    """A workflow command as GitHub's runner reads a line of a log: command, properties, message."""
    line = line.lstrip()
    if not line.startswith("::"):
        return None
    head, _, data = line[2:].partition("::")
    command, _, pairs = head.partition(" ")
    properties = dict(pair.split("=", 1) for pair in pairs.split(",") if pair)
    unescaped = {key: value.replace("%3A", ":").replace("%2C", ",") for key, value in properties.items()}
    return command, {key: _data(value) for key, value in unescaped.items()}, _data(data)


def _data(text: str) -> str:
    return text.replace("%0D", "\r").replace("%0A", "\n").replace("%25", "%")


SEEN = st.characters(exclude_categories=["Cc", "Cf", "Cs", "Zl", "Zp"], exclude_characters="/") | st.sampled_from(
    "\r\n%:,"
)


@given(st.text(SEEN, min_size=1), st.text(SEEN, min_size=1), st.text(SEEN, min_size=1))
def test_a_command_survives_the_runner(message: str, title: str, file: str) -> None:
    place = Place(file=f"x{file}", line=3)
    line = annotation("error", message, title=title, place=place)
    assert "\n" not in line
    assert "\r" not in line
    assert runner_reads(line) == ("error", {"title": title, "file": f"x{file}", "line": "3"}, message)


@given(
    st.text()
    | st.lists(st.sampled_from(["::", ":", "##[", "#", "[", "\n", "\r", " ", "add-mask", "\x1b[31m"])).map("".join)
)
def test_no_line_of_log_text_is_a_command(text: str) -> None:
    shown = log_text(text)
    assert "::" not in shown
    assert "##[" not in shown
    assert all(character in "\n\t" or character >= " " for character in shown)
    assert [runner_reads(line) for line in re.split(r"[\r\n]", shown)] == [None] * (1 + shown.count("\n"))


@pytest.mark.parametrize("character", ["\x1b", "\x9b", "\u202e", "\u2066", "\u200f", "\u2028", "\ufeff", "\U000e0041"])
def test_what_acts_unseen_is_shown_in_logs_and_annotations(character: str) -> None:
    assert log_text(f"a{character}b") == "a\ufffdb"
    assert annotation("error", f"a{character}b", title=character) == "::error title=\ufffd::a\ufffdb"


def test_log_text_leaves_other_text_alone() -> None:
    assert log_text("accuracy 0.9: fine, 100 %\n\tnext → line") == "accuracy 0.9: fine, 100 %\n\tnext → line"


def test_an_error_is_shown_at_its_line_of_the_repository(capsys: pytest.CaptureFixture[str]) -> None:
    annotate_error(
        Problem("unknown key", Place("ml-report.yml", 4, "data.sorce"), "did you mean 'source'?"), folder="wine"
    )
    command, properties, message = runner_reads(capsys.readouterr().out) or pytest.fail("no command")
    assert command == "error"
    assert (properties["file"], properties["line"]) == ("wine/ml-report.yml", "4")
    assert message == "data.sorce: unknown key\n→ did you mean 'source'?\n"


def test_what_is_over_the_limit_of_github_is_counted(capsys: pytest.CaptureFixture[str]) -> None:
    annotate("warning", [f"number {index}" for index in range(25)], title="Data")
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == AT_MOST
    assert "and 16 more" in lines[-1]
    assert [f"number {index}" in line for index, line in enumerate(lines[:-1])] == [True] * 9
