"""Gates on the verdict against base: with their own margin, and Holm's p-values over all of a run."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from report.comparison.change_gates import with_adjusted
from report.comparison.gates import check_gates
from report.config.schema import Gate
from report.core.comparison import BaseSide, MetricChange, ModelPair
from report.core.results import Evaluation, GateResult, Interval, MetricInfo, ModelEvaluation, Score, SplitSummary
from report.core.values import DataDescription, Task

ACCURACY = MetricInfo("accuracy", "Accuracy", greater_is_better=True)


def gate(wanted: Any = "worse", **given: Any) -> Gate:
    return Gate.model_validate({"metric": "accuracy", "not": wanted, **given})


def evaluation(*names: str) -> Evaluation:
    models = tuple(
        ModelEvaluation(name, "a.B", {}, "", "ok", None, None, (Score(name, "accuracy", "validation", 0.8),))
        for name in names
    )
    data, split = DataDescription("a.csv", "0", 10, ()), SplitSummary("hash", "", 8, 2)
    return Evaluation(Task.BINARY, ("y",), ("a", "b"), "b", (ACCURACY,), models, data, split)


def change(low: float, high: float, p_value: float = 0.01, margin: float = 0.0) -> MetricChange:
    middle = (low + high) / 2
    return MetricChange(
        "accuracy", 0.8 - middle, 0.8, middle, Interval(low, high), "unclear", margin, 100, "", p_value=p_value
    )


def side(**changes: MetricChange) -> BaseSide:
    pairs = tuple(ModelPair(name, name, "paired", changes=(change,)) for name, change in changes.items())
    return BaseSide("compared", pairs=pairs)


def withheld_side(verdict: Any, why: str) -> BaseSide:
    """A change from which a verdict was withheld."""
    return side(m=replace(change(-0.03, -0.01), verdict=verdict, why=why, interval=None, p_value=None))


def results(wanted: Gate, base: BaseSide | None) -> tuple[GateResult, ...]:
    return check_gates((wanted,), evaluation("m"), base)


def check(wanted: Gate, base: BaseSide | None, *names: str) -> list[tuple[bool, str | None]]:
    head = evaluation(*(names or ("m",)))
    adjusted = None if base is None else with_adjusted(base, (wanted,), head)
    return [(result.passed, result.reason) for result in check_gates((wanted,), head, adjusted)]


def test_a_worse_model_does_not_pass():
    assert check(gate(), side(m=change(-0.03, -0.01))) == [
        (False, "worse: −0.0200, 95% interval −0.0300 to −0.0100"),
    ]
    assert check(gate(), side(m=change(-0.03, 0.01))) == [(True, None)]


def test_the_stricter_gate_wants_to_be_sure():
    strict = gate(["worse", "unclear"])
    assert not check(strict, side(m=change(-0.03, 0.01)))[0][0]
    assert check(strict, side(m=change(0.01, 0.02))) == [(True, None)]
    assert check(gate(["worse", "unclear"], margin=0.05), side(m=change(-0.03, 0.01))) == [(True, None)]


def test_a_bound_shows_the_change_of_validation_that_was_compared_without_a_p_value_that_it_does_not_use():
    bound = Gate.model_validate({"metric": "accuracy", "min": 0.5})
    compared = with_adjusted(side(m=change(-0.03, -0.01)), (gate(),), evaluation("m"))
    result, of_change = check_gates((bound, gate()), evaluation("m"), compared)
    assert (result.base, result.difference, result.p_adjusted) == pytest.approx((0.82, -0.02, None))
    assert of_change.p_adjusted == 0.01
    for wanted, base in (
        (bound.model_copy(update={"split": "train"}), compared),
        (bound, withheld_side("not comparable", "other rows")),
    ):
        (result,) = results(wanted, base)
        assert (result.base, result.difference) == (None, None)


@pytest.mark.parametrize(("margin", "passed"), [(0.005, False), (0.02, True), ("1.2%", False), ("1.24%", True)])
def test_the_margin_is_the_gates_own(margin, passed):
    """One in percent is of base's 0.82, so that 1.2 % are less than 0.01 and 1.24 % are more."""
    assert check(gate(margin=margin), side(m=change(-0.03, -0.01)))[0][0] is passed


def test_the_reason_names_the_margin_by_which_a_worse_model_may_be_unclear():
    reason = check(gate(["worse", "unclear"], margin=0.02), side(m=change(-0.03, -0.01)))[0][1]
    assert reason == "unclear: −0.0200, 95% interval −0.0300 to −0.0100, margin 0.0200"


def test_without_a_margin_only_an_improvement_is_neither_worse_nor_unclear():
    wanted = gate(["worse", "unclear"])
    assert check(wanted, side(m=change(0.0, 0.0)))[0][0] is False
    assert check(wanted, side(m=change(0.01, 0.03)))[0][0] is True


def test_without_its_own_margin_that_of_the_baseline_holds():
    assert check(gate(), side(m=change(-0.03, -0.01, margin=0.02))) == [(True, None)]


def test_several_comparisons_are_adjusted_by_holm():
    several = side(a=change(-0.03, -0.001, 0.04), b=change(-0.01, 0.01, 0.5), c=change(-0.03, -0.02, 1e-4))
    lucky, harmless, worse = check(gate(), several, "a", "b", "c")
    assert lucky == (True, "worse on its own, unclear as one of 3 gated comparisons (adjusted p 0.0800)")
    assert harmless == (True, None)
    assert not worse[0]
    adjusted = with_adjusted(several, (gate(),), evaluation("a", "b", "c"))
    assert [pair.changes[0].p_adjusted for pair in adjusted.pairs] == pytest.approx([0.08, 0.5, 3e-4])
    assert check(gate(["worse", "unclear"]), several, "a", "b", "c")[0] == (False, lucky[1])


@pytest.mark.parametrize(("p_value", "passed"), [(0.0249, False), (0.025, True)])
def test_one_of_several_is_worse_while_its_adjusted_p_is_below_one_in_twenty(p_value, passed):
    two = side(a=change(-0.03, -0.001, p_value), b=change(-0.01, 0.01, 0.5))
    assert check(gate(), two, "a", "b")[0][0] is passed


def test_the_only_comparison_is_judged_by_its_interval_alone():
    assert not check(gate(), side(m=change(-0.03, -0.001, 0.06)))[0][0]


def test_no_difference_is_not_worse_though_a_resampled_interval_leaves_out_zero():
    assert check(gate(), side(m=replace(change(-0.03, -0.001), difference=0.0))) == [(True, None)]


def test_of_a_loss_more_is_worse():
    other = replace(ACCURACY, name="other")
    head = replace(evaluation("m"), metrics=(other, replace(ACCURACY, greater_is_better=False)))
    passed = [check_gates((gate(),), head, side(m=change(*ends)))[0].passed for ends in ((0.01, 0.03), (-0.03, -0.01))]
    assert passed == [False, True]


def test_bounds_and_withheld_changes_are_no_gated_comparisons():
    several = side(a=change(-0.03, -0.01, 0.04), b=change(-0.03, -0.01, 0.04), c=change(-0.03, -0.01, 0.04))
    bound = Gate.model_validate({"metric": "accuracy", "min": 0.5, "models": ("b",)})
    withheld = replace(several.pairs[2].changes[0], verdict="luck", p_value=None)
    several = replace(several, pairs=(*several.pairs[:2], replace(several.pairs[2], changes=(withheld,))))
    adjusted = with_adjusted(several, (gate(models=("a", "c")), bound), evaluation("a", "b", "c"))
    assert [pair.changes[0].p_adjusted for pair in adjusted.pairs] == [0.04, None, None]


def test_a_renamed_model_is_adjusted_under_its_new_name():
    renamed = BaseSide("compared", pairs=(ModelPair("n", "m", "renamed", changes=(change(-0.03, -0.01, 0.04),)),))
    adjusted = with_adjusted(renamed, (gate(),), evaluation("n"))
    assert adjusted.pairs[0].changes[0].p_adjusted == 0.04


def test_only_what_is_gated_is_adjusted():
    several = side(a=change(-0.03, -0.01, 0.04), b=change(-0.03, -0.01, 0.04))
    only = gate(models=("a",))
    adjusted = with_adjusted(several, (only,), evaluation("a", "b"))
    assert [pair.changes[0].p_adjusted for pair in adjusted.pairs] == [0.04, None]
    assert not check(only, several, "a", "b")[0][0]


@pytest.mark.parametrize(
    ("base", "reason"),
    [
        (BaseSide("failed", "ImportError"), "not compared: base failed: ImportError"),
        (BaseSide("not comparable", "other classes"), "not compared: other classes"),
        (
            BaseSide("compared", pairs=(ModelPair("m", None, "added"), ModelPair(None, "n", "removed"))),
            "not compared: base has no such model, and this change removes n: it may be one of them",
        ),
        (
            BaseSide("compared", pairs=(ModelPair("m", "m", "failed", "ValueError"),)),
            "not compared: the model of base failed: ValueError",
        ),
        (
            BaseSide("compared", pairs=(ModelPair("m", "m", "paired"),)),
            "not compared: accuracy has no value on both sides",
        ),
        (
            BaseSide("compared", pairs=(ModelPair("m", "m", "paired", not_compared={"accuracy": "other definition"}),)),
            "not compared: other definition",
        ),
        (
            BaseSide("compared", pairs=(ModelPair("m", "m", "paired", reason="no rows are left"),)),
            "not compared: no rows are left",
        ),
        (withheld_side("not comparable", "other rows"), "not compared: other rows"),
    ],
)
def test_what_could_have_been_compared_fails_the_gates_that_name_it(base, reason):
    (lenient,) = results(gate(["worse", "unclear"]), base)
    assert (lenient.passed, lenient.failed, lenient.state, lenient.reason) == (False, False, "not compared", reason)
    (strict,) = results(gate(["worse", "not compared"]), base)
    assert (strict.passed, strict.failed, strict.state, strict.reason) == (False, True, "failed", reason)


@pytest.mark.parametrize(
    ("base", "reason"),
    [
        (None, "not checked: there is no base"),
        (BaseSide("none", "first commit"), "not checked: there is no base: first commit"),
        (BaseSide("compared"), "not checked: base has no such model"),
        (BaseSide("compared", pairs=(ModelPair("m", None, "added"),)), "not checked: base has no such model"),
        (
            BaseSide("compared", pairs=(ModelPair("m", None, "added"), ModelPair("n", "n", "paired"))),
            "not checked: base has no such model",
        ),
    ],
)
def test_what_cannot_be_compared_by_nature_fails_no_gate(base, reason):
    (result,) = results(gate(["worse", "unclear", "not compared"]), base)
    assert (result.passed, result.failed, result.state, result.reason) == (False, False, "not checked", reason)


def test_a_model_that_failed_fails_a_gate_on_its_change():
    head = evaluation("m")
    head = replace(head, models=(replace(head.models[0], status="failed", reason="ValueError", scores=()),))
    (result,) = check_gates((gate(),), head, BaseSide("compared", pairs=(ModelPair("m", "m", "paired"),)))
    assert (result.state, result.reason) == ("failed", "the model failed: ValueError")


@pytest.mark.parametrize("wanted", ["worse", ["worse", "unclear"], "not compared"])
@pytest.mark.parametrize(
    "base",
    [
        withheld_side("not comparable", "an error in ml-report-action: KeyError: 'a'"),
        BaseSide("failed", "an error in ml-report-action: KeyError: 'a'"),
    ],
    ids=["in a statistic", "in base's process"],
)
def test_an_error_of_ours_fails_every_gate_that_needed_the_change(wanted, base):
    (result,) = results(gate(wanted), base)
    assert (result.passed, result.checked) == (False, True)
    assert "an error in ml-report-action: KeyError" in result.reason


@pytest.mark.parametrize(
    ("wanted", "passed"), [("worse", True), ("unclear", False), ("not compared", True), (["worse", "unclear"], False)]
)
def test_luck_was_compared_and_counts_as_unclear(wanted, passed):
    (result,) = results(gate(wanted), withheld_side("luck", "another seed"))
    assert (result.passed, result.checked, result.reason) == (passed, True, "luck: another seed")
    assert results(gate(wanted), withheld_side("luck", ""))[0].reason == "luck"


@pytest.mark.parametrize(
    ("wanted", "rule"),
    [
        (gate(), "accuracy not worse against base"),
        (gate(["worse", "unclear"], margin=0.01), "accuracy neither worse nor unclear against base, margin 0.01"),
        (gate(margin="1%"), "accuracy not worse against base, margin 1%"),
        (gate(["worse", "not compared"]), "accuracy not worse against base, and compared"),
        (gate("not compared"), "accuracy compared against base"),
    ],
)
def test_the_rule_in_words(wanted, rule):
    (result,) = check_gates((wanted,), evaluation("m"))
    assert (result.rule, result.value) == (rule, 0.8)
