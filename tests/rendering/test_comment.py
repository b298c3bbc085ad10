"""A comment has a limit: whole sections are left out, last first, and the reader is told."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from report.core.values import Notice
from report.rendering import console_summary
from report.rendering.build import build_document
from report.rendering.comment import COMMENT_LIMIT, render_comment
from report.rendering.document import with_pictures
from report.rendering.markdown import render_markdown

if TYPE_CHECKING:
    from report.core.comparison import Comparison


def test_what_fits_is_whole(comparison: Comparison) -> None:
    document = build_document(comparison)
    assert render_comment(document) == render_markdown(with_pictures(document, {}))
    assert len(render_comment(document)) < COMMENT_LIMIT


@pytest.mark.parametrize("limit", range(600, 12_000, 400))
def test_sections_are_left_out_from_the_end(binary: Comparison, limit: int) -> None:
    document = build_document(binary)
    text = render_comment(document, limit=limit)
    assert len(text) <= limit
    titles = [part.title for part in (*document.sections, *document.details)]
    kept = [title for title in titles if f"### {title}\n" in text or f"<summary>{title}</summary>" in text]
    assert text.startswith("## Tumours")
    if "Left out" in text:
        told = text[text.index("Left out") :]
        assert [title for title in titles if title and title not in kept and title not in told] == []


def test_a_comment_of_a_large_report_is_short_and_says_so(binary: Comparison) -> None:
    notices = tuple(Notice(f"{n} " + "long " * 400, severity="note") for n in range(500))
    head = replace(binary.head, notices=notices)
    wide = replace(binary.head.samples[0], rows=("r" * 30,) * 100, cells=(("x" * 30,) * 3,) * 100)
    predictions = {f"model {n}": (wide.predictions["forest"] * 34)[:100] for n in range(60)}
    head = replace(head, samples=(replace(wide, predictions=predictions),))
    text = render_comment(build_document(replace(binary, head=head)))
    assert len(text) <= COMMENT_LIMIT
    assert "Left out for want of room" in text
    assert "**logistic** is best" in text


def test_a_title_without_end_still_fits(binary: Comparison) -> None:
    assert len(render_comment(build_document(replace(binary, title="x" * 100_000)))) <= COMMENT_LIMIT


def test_the_terminal_gets_the_verdict(binary: Comparison) -> None:
    lines = console_summary(binary).splitlines()
    assert lines[0] == "logistic is best: accuracy 0.9737 on validation (0.9868 on training)."
    assert any(line.startswith("2 of 5 gates failed: accuracy ≥ 0.96 (forest, svm)") for line in lines)
    assert any(line.startswith("svm failed: InvalidParameterError") for line in lines)
    assert lines[-1] == "⚠️ 2 warnings, see the report"


def test_the_terminal_obeys_no_data(binary: Comparison) -> None:
    forest, *others = binary.head.models
    failed = replace(forest, status="failed", reason="\x1b[2Jgone\nnext", name="a\x07b")
    text = console_summary(replace(binary, head=replace(binary.head, models=(failed, *others))))
    assert "\x1b" not in text
    assert "\x07" not in text
    assert "gone next" in text
