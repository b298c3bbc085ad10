"""Charts as text: where the pictures cannot be shown, and nowhere else; no name in them means anything to mermaid."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from report.rendering.build import build_document
from report.rendering.comment import render_comment, render_summary
from report.rendering.document import Chart, without_charts
from report.rendering.html import render_html
from report.rendering.markdown import render_markdown
from report.rendering.mermaid import LONGEST, render_chart
from tests.rendering import base_sides
from tests.rendering.test_sections import section

if TYPE_CHECKING:
    from pathlib import Path

    from report.core.comparison import Comparison

# The grammar of a chart in which nothing but words and numbers is free: https://mermaid.js.org/syntax/xyChart.html
_WORD = r'"[^"`&#;<>{}%\[\]\\$|@\n]+"'
_NUMBER = r"-?\d+(\.\d+)?"
_CHART = re.compile(
    rf"```mermaid\n%%{{init: {{[^\n]+}}}}%%\nxychart-beta( horizontal)?\n    title {_WORD}\n"
    rf"    x-axis (\[{_WORD}(, {_WORD})*\]|{_WORD} {_NUMBER} --> {_NUMBER})\n"
    rf"    y-axis {_WORD} {_NUMBER} --> {_NUMBER}\n"
    rf"(    (bar|line) \[{_NUMBER}(, {_NUMBER})*\]\n)+```"
)


def charts(comparison: Comparison) -> dict[str, Chart]:
    blocks = [block for part in build_document(comparison).sections for block in part.blocks]
    return {block.id: block for block in blocks if isinstance(block, Chart)}


def test_the_comment_has_the_comparison_and_the_best_models_loss() -> None:
    found = charts(base_sides.improved())
    assert found["metrics"].labels == (
        "forest: base 0.9545", "forest: head 0.9561", "logistic: base 0.9364", "logistic: head 0.9737",
    )  # fmt: skip
    assert found["metrics"].series == ((0.9545, 0.9561, 0.9364, 0.9737),)
    assert found["metrics"].limits[0] == 0, "a bar begins at zero"
    assert (found["loss"].title, found["loss"].x) == ("logistic: log loss", "training rows")
    assert found["loss"].caption == "Blue: validation, orange: training, grey: validation in base."


def test_without_base_there_is_a_bar_a_model(binary: Comparison) -> None:
    found = charts(binary)
    assert found["metrics"].labels == ("forest 0.9561", "logistic 0.9737")
    assert found["loss"].caption == "Blue: validation, orange: training."


def test_a_line_ends_at_the_last_value_of_the_curve(binary: Comparison) -> None:
    curve = next(model.curve for model in binary.head.models if model.name == "logistic")
    validation, train = charts(binary)["loss"].series
    assert (validation[-1], train[-1]) == (pytest.approx(curve.validation[-1]), pytest.approx(curve.train[-1]))
    assert validation[0] == pytest.approx(curve.validation[0])


def test_a_chart_is_shown_where_its_picture_is_not(comparison: Comparison, tmp_path: Path) -> None:
    document = build_document(comparison)
    for text in (render_comment(document), render_summary(document)):
        assert text.count("```mermaid") == len(charts(comparison))
    hosted = render_comment(document, pictures={"loss": "https://example.org/loss.png"})
    assert "xychart-beta\n" not in hosted
    assert "```mermaid" not in render_markdown(without_charts(document))
    assert "xychart" not in render_html(document, tmp_path)


def test_a_curve_with_gaps_has_no_chart(binary: Comparison) -> None:
    models = tuple(
        replace(model, curve=model.curve and replace(model.curve, train=np.full(len(model.curve.x), np.nan)))
        for model in binary.head.models
    )
    report = replace(binary, head=replace(binary.head, models=models))
    assert "loss" not in charts(report)
    assert section(build_document(report), "curves")


@given(st.lists(st.text(max_size=60), min_size=1, max_size=6), st.floats(-1e12, 1e12))
def test_no_text_is_more_than_a_word(names: list[str], value: float) -> None:
    bars = Chart("m", names[0], names[-1], (0.0, abs(value)), ((value,) * len(names),), labels=tuple(names))
    lines = Chart("l", names[0], names[-1], (0.0, abs(value)), ((value, 1.0),), x=names[0], x_limits=(0.0, 9.0))
    for chart in (bars, lines):
        assert _CHART.fullmatch(render_chart(chart))
    words = re.findall(r'"([^"]*)"', render_chart(bars).split("x-axis")[1].split("y-axis")[0])
    assert len(set(words)) == len(names), "bars of one name would lie on each other"
    assert all(len(word) <= LONGEST for word in words)
