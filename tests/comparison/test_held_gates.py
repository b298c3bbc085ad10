"""Gates of base's configuration hold beside head's own, where these are less strict."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from report.comparison.change_gates import with_adjusted
from report.comparison.gates import check_gates
from report.comparison.held_gates import is_as_strict
from report.config.schema import Gate
from report.core.comparison import BaseSide, Comparison, ModelPair
from report.core.results import RunInfo
from tests.comparison.test_change_gates import change, evaluation, side


def gate(**given: Any) -> Gate:
    return Gate.model_validate({"metric": "accuracy", **given})


NOT_WORSE = gate(**{"not": "worse"})
AT_LEAST = gate(min=0.85)


@pytest.mark.parametrize(
    ("head", "base", "strict"),
    [
        (gate(min=0.85), AT_LEAST, True),
        (gate(min=0.86), AT_LEAST, True),
        (gate(min=0.84), AT_LEAST, False),
        (gate(min=0.9, severity="warn"), AT_LEAST, False),
        (gate(min=0.9, split="train"), AT_LEAST, False),
        (gate(min=0.9, metric="f1"), AT_LEAST, False),
        (AT_LEAST, gate(min=0.85, severity="warn"), True),
        (gate(min=0.9, severity="warn"), gate(min=0.85, severity="warn"), True),
        (gate(max=0.3), gate(max=0.3), True),
        (gate(max=0.2), gate(max=0.3), True),
        (gate(max=0.4), gate(max=0.3), False),
        (AT_LEAST, gate(max=0.3), False),
        (AT_LEAST, NOT_WORSE, False),
        (NOT_WORSE, AT_LEAST, False),
        (gate(**{"not": ["worse"]}), NOT_WORSE, True),
        (gate(**{"not": ["not compared", "worse"]}), NOT_WORSE, True),
        (NOT_WORSE, gate(**{"not": ["worse", "not compared"]}), False),
        (gate(**{"not": "unclear"}), NOT_WORSE, False),
        (gate(**{"not": "worse"}, margin=0.01), NOT_WORSE, False),
        (gate(**{"not": "worse"}, margin=0.01), gate(**{"not": "worse"}, margin=0.02), True),
        (gate(**{"not": "worse"}, margin=0.02), gate(**{"not": "worse"}, margin=0.01), False),
        (gate(**{"not": "worse"}, margin="1%"), gate(**{"not": "worse"}, margin=0.02), False),
        (gate(**{"not": "worse"}, margin=0.02), gate(**{"not": "worse"}, margin="1%"), False),
        (gate(**{"not": "worse"}, margin="1%"), gate(**{"not": "worse"}, margin="2%"), True),
        (gate(**{"not": "worse"}, margin="1.0%"), gate(**{"not": "worse"}, margin="1%"), True),
    ],
)
def test_a_gate_is_as_strict_as_another_where_whatever_breaks_that_breaks_it(head, base, strict):
    assert is_as_strict(head, base) is strict


def test_a_gate_without_a_margin_has_that_of_the_baseline():
    assert is_as_strict(NOT_WORSE, gate(**{"not": "worse"}, margin=0.05), 0.05)
    assert not is_as_strict(NOT_WORSE, gate(**{"not": "worse"}, margin=0.01), 0.05)


def states(head: tuple[Gate, ...], base: tuple[Gate, ...], compared: BaseSide | None, *names: str) -> list[tuple]:
    judged = evaluation(*(names or ("m",)))
    adjusted = None if compared is None else with_adjusted(compared, head, judged, base)
    results = check_gates(head, judged, adjusted, held=base)
    return [(result.rule, result.model, result.state, result.held) for result in results]


def test_a_gate_that_head_removes_holds():
    assert states((), (AT_LEAST,), None) == [("accuracy ≥ 0.85", "m", "failed", True)]
    assert states((), (NOT_WORSE,), side(m=change(-0.03, -0.01))) == [
        ("accuracy not worse against base", "m", "failed", True)
    ]


def test_a_gate_that_head_weakens_holds_beside_its_own():
    assert states((gate(min=0.7),), (AT_LEAST,), None) == [
        ("accuracy ≥ 0.7", "m", "passed", False),
        ("accuracy ≥ 0.85", "m", "failed", True),
    ]
    narrowed = gate(min=0.85, models=("a",))
    assert states((narrowed,), (AT_LEAST,), None, "a", "b") == [
        ("accuracy ≥ 0.85", "a", "failed", False),
        ("accuracy ≥ 0.85", "b", "failed", True),
    ]


def test_a_gate_that_is_equal_or_stricter_in_head_is_not_doubled():
    assert states((AT_LEAST,), (AT_LEAST,), None) == [("accuracy ≥ 0.85", "m", "failed", False)]
    assert states((gate(min=0.9),), (AT_LEAST,), None) == [("accuracy ≥ 0.9", "m", "failed", False)]


def test_a_gate_on_a_renamed_model_holds_under_its_new_name():
    renamed = BaseSide("compared", pairs=(ModelPair("n", "m", "renamed", changes=(change(-0.03, -0.01),)),))
    named = gate(**{"not": "worse"}, models=("m",))
    assert states((), (named,), renamed, "n") == [("accuracy not worse against base", "n", "failed", True)]


def test_a_gate_on_a_removed_model_is_not_checked():
    removed = BaseSide("compared", pairs=(ModelPair("a", "a", "paired"), ModelPair(None, "m", "removed")))
    named = gate(min=0.85, models=("m",), severity="warn")
    (result,) = check_gates((), evaluation("a"), removed, held=(named,))
    assert (result.model, result.state, result.failed, result.severity) == ("m", "not checked", False, "warn")
    assert result.reason == "not checked: the model was removed"
    every = check_gates((), evaluation("a"), removed, held=(gate(min=0.5),))
    assert [(result.model, result.state) for result in every] == [("a", "passed"), ("m", "not checked")]


def test_a_bound_of_base_is_not_compared_where_head_defines_the_metric_in_another_way():
    """What is broken all the same fails; a gate that only head has is one on head's own definition."""
    unlike = ModelPair("m", "m", "paired", not_compared={"accuracy": "base defines it in another way"})
    base = BaseSide("compared", pairs=(unlike,))
    passing, broken = gate(min=0.5), gate(min=0.99)
    (result,) = check_gates((passing,), evaluation("m"), base, held=(passing,))
    assert (result.state, result.failed) == ("not compared", False)
    assert result.reason == "not compared: base defines it in another way"
    assert check_gates((), evaluation("m"), base, held=(passing,))[0].state == "not compared"
    assert check_gates((broken,), evaluation("m"), base, held=(passing,))[0].state == "failed"
    assert check_gates((passing,), evaluation("m"), base, held=(NOT_WORSE,))[0].state == "passed"
    assert check_gates((passing,), evaluation("m"), base)[0].state == "passed"
    alike = replace(base, pairs=(replace(unlike, not_compared={}),))
    assert check_gates((passing,), evaluation("m"), alike, held=(passing,))[0].state == "passed"


def test_gates_that_head_adds_do_not_soften_those_of_base():
    """p = 0.04 is worse as the only comparison of base's gates, and would be 0.08 as one of two."""
    two = side(a=change(-0.03, -0.001, 0.04), b=change(-0.01, 0.01, 0.5))
    older = gate(**{"not": "worse"}, models=("a",))
    newer = gate(**{"not": "worse"}, models=("a", "b"))
    assert states((newer,), (older,), two, "a", "b") == [
        ("accuracy not worse against base", "a", "failed", False),
        ("accuracy not worse against base", "b", "passed", False),
    ]
    assert states((newer,), (), two, "a", "b")[0][2] == "passed"


def gated(*names: str) -> Gate:
    return gate(**{"not": "worse"}, models=names)


def test_gates_of_base_are_adjusted_over_those_of_base_and_gates_that_head_adds_over_all():
    """0.02 is 0.04 as one of two comparisons, and 0.06 as one of three."""
    lucky, harmless = change(-0.03, -0.001, 0.02), change(-0.01, 0.01, 0.5)
    of_base = states((gated("c"),), (gated("a", "b"),), side(a=lucky, b=harmless, c=harmless), "a", "b", "c")
    assert [state for _, _, state, _ in of_base] == ["passed", "failed", "passed"]
    of_head = states((gated("c"),), (gated("a", "b"),), side(a=harmless, b=harmless, c=lucky), "a", "b", "c")
    assert [state for _, _, state, _ in of_head] == ["passed", "passed", "passed"]


def test_the_only_comparison_of_base_is_judged_by_its_interval_and_one_that_head_adds_as_one_of_two():
    """By no change at all p is 0.06, or 0.03."""
    unsure = side(a=change(-0.03, -0.001, 0.06), b=change(-0.01, 0.01, 0.5))
    assert states((gated("a", "b"),), (gated("a"),), unsure, "a", "b")[0][2] == "failed"
    added = side(a=change(-0.01, 0.01, 0.5), b=change(-0.03, -0.001, 0.03))
    assert states((gated("b"),), (gated("a"),), added, "a", "b")[0][2] == "passed"


def test_a_gate_of_base_with_a_smaller_margin_than_that_of_the_baseline_holds():
    compared, smaller = side(m=change(-0.03, -0.02)), gate(**{"not": "worse"}, margin=0.01)
    results = check_gates((NOT_WORSE,), evaluation("m"), compared, held=(smaller,), margin=0.05)
    assert [(result.held, result.passed) for result in results] == [(False, False), (True, False)]


@pytest.mark.parametrize(("status", "passed"), [("ok", True), ("timed out", False)])
def test_a_report_without_a_model_has_not_passed(status: Any, passed: bool):
    judged = evaluation("m")
    head = replace(judged, models=tuple(replace(model, status=status) for model in judged.models))
    run = RunInfo("", {}, "", "", 1, {}, "")
    assert Comparison("", head, (), run, {}).passed is passed
