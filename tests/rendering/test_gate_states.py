"""Each state of a gate, as the page, its first lines, the console and the outputs show it."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from report.core.comparison import Comparison
from report.core.results import GateResult
from report.publishing.result import _result
from report.rendering.build import build_document
from report.rendering.console import console_summary
from report.rendering.document import text_of
from report.rendering.json_report import render_json
from tests.rendering.test_sections import section, words

PASSED = GateResult("accuracy ≥ 0.1", "forest", "accuracy", 0.9, True, "fail")
FAILED = replace(PASSED, rule="accuracy ≥ 0.95", passed=False, reason="0.05 too low")
WARNED = replace(FAILED, severity="warn")
UNCOMPARED = replace(
    PASSED, rule="accuracy not worse", passed=False, checked=False, reason="not compared: base failed: no data"
)
UNCHECKED = replace(UNCOMPARED, applies=False, reason="not checked: there is no base")
HELD = replace(PASSED, held=True)
REMOVED = replace(UNCHECKED, model="old", value=None, held=True, reason="not checked: the model was removed")

STATES = {"passed": PASSED, "failed": FAILED, "warned": WARNED, "not compared": UNCOMPARED, "not checked": UNCHECKED}
HOLD = "This change removes or weakens gates of base, which hold until it is merged: accuracy ≥ 0.1."
GONE = "Gates of base are not checked, since their models were removed: accuracy not worse (old)."


def report(binary: Comparison, *gates: GateResult) -> Comparison:
    return replace(binary, gates=gates)


@pytest.mark.parametrize("state", STATES)
def test_the_table_shows_each_state_in_its_own_words(binary: Comparison, state: str):
    text = words(section(build_document(report(binary, STATES[state])), "gates").blocks).replace("\u00a0", " ")
    mark = {"passed": "✅", "failed": "❌", "warned": "⚠️"}.get(state, "➖")
    assert f"{mark} {state}" in text
    assert "(base's)" not in text


@pytest.mark.parametrize(
    ("gates", "title", "folded"),
    [
        ((PASSED,), "✅ The gate passed", True),
        ((PASSED, PASSED), "✅ All 2 gates passed", True),
        ((PASSED, UNCHECKED), "✅ 1 gate passed, 1 gate not checked", True),
        ((UNCHECKED,), "➖ 1 gate not checked", True),
        ((PASSED, UNCOMPARED), "Gates", False),
        ((PASSED, FAILED), "Gates", False),
        ((PASSED, WARNED), "Gates", False),
    ],
)
def test_only_what_passed_or_cannot_apply_is_folded(binary: Comparison, gates, title: str, folded: bool):
    shown = section(build_document(report(binary, *gates)), "gates")
    assert (shown.title.replace("\u00a0", " "), shown.folded) == (title, folded)


def test_what_failed_comes_first_and_what_passed_last(binary: Comparison):
    shown = section(build_document(report(binary, PASSED, UNCHECKED, UNCOMPARED, FAILED)), "gates")
    first = [text_of(row[0]).replace("\u00a0", " ")[2:] for row in shown.blocks[0].rows]
    assert first == ["failed", "not compared", "not checked", "passed"]


@pytest.mark.parametrize(
    ("gate", "told"),
    [
        (PASSED, None),
        (UNCHECKED, None),
        (FAILED, "1 of 1 gate failed: accuracy ≥ 0.95 (forest)."),
        (WARNED, "1 of 1 gate warned: accuracy ≥ 0.95 (forest)."),
        (UNCOMPARED, "1 of 1 gate not compared: accuracy not worse (forest): base failed: no data."),
    ],
)
def test_the_first_lines_and_the_console_name_what_did_not_pass(binary: Comparison, gate: GateResult, told: str | None):
    given = report(binary, gate)
    for text in (words(section(build_document(given), "summary").blocks), console_summary(given)):
        shown = " ".join(text.replace("\u00a0", " ").split())
        assert (told in shown) if told else "1 of 1 gate" not in shown


def test_gates_of_base_that_hold_are_marked_and_named_first(binary: Comparison):
    document = build_document(report(replace(binary, base=None), HELD, REMOVED))
    table = words(section(document, "gates").blocks).replace("\u00a0", " ")
    assert "accuracy ≥ 0.1 (base's)" in table
    first = words(section(document, "summary").blocks).replace("\u00a0", " ")
    assert HOLD in first
    assert GONE in first
    alone = words(section(build_document(report(binary, HELD)), "summary").blocks)
    assert "are not checked, since" not in alone


@pytest.mark.parametrize(
    ("gate", "passed", "failed", "warned"),
    [
        (PASSED, True, 0, 0),
        (FAILED, False, 1, 0),
        (WARNED, True, 0, 1),
        (UNCOMPARED, True, 0, 1),
        (UNCHECKED, True, 0, 0),
        (HELD, True, 0, 1),
        (replace(FAILED, held=True), False, 1, 1),
    ],
)
def test_the_outputs_and_annotations_know_each_state(binary: Comparison, gate: GateResult, passed, failed, warned):
    result = _result(json.loads(render_json(report(binary, gate))))
    before = _result(json.loads(render_json(report(binary))))
    assert (result.passed, len(result.failed)) == (passed, failed)
    assert len(result.warned) - len(before.warned) == warned
