"""A gate passes when the value is there and on the right side, in full precision; else it says why not."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from report.comparison.gates import check_gates, gated_metrics
from report.config.schema import Gate
from report.core.numbers import format_exact
from report.core.results import Evaluation, MetricInfo, ModelEvaluation, Score, SplitSummary
from report.core.values import DataDescription, Task

ACCURACY = MetricInfo("accuracy", "Accuracy", greater_is_better=True)
LOSS = MetricInfo("loss", "Loss", greater_is_better=False)


def model(name: str, *scores: Score, **given: Any) -> ModelEvaluation:
    known = {"status": "ok", "reason": None, "output": None, "estimator": "a.B", "params": {}, "preprocessing": ""}
    return ModelEvaluation(name=name, scores=scores, **{**known, **given})


def score(value: float | None, metric: str = "accuracy", split: Any = "validation", **given: Any) -> Score:
    return Score("m", metric, split, value, **given)


def evaluation(*models: ModelEvaluation) -> Evaluation:
    return Evaluation(
        task=Task.BINARY,
        target=("y",),
        classes=("a", "b"),
        positive="b",
        metrics=(ACCURACY, LOSS),
        models=models,
        data=DataDescription("a.csv", "0", 10, ()),
        split=SplitSummary("hash", "", 8, 2),
    )


def check(gate: Gate, *models: ModelEvaluation) -> list[tuple[str, bool, str | None]]:
    return [(result.model, result.passed, result.reason) for result in check_gates((gate,), evaluation(*models))]


def test_a_gate_without_models_holds_for_every_one() -> None:
    good, bad = model("good", score(0.9)), model("bad", score(0.8))
    gate = Gate(metric="accuracy", min=0.85)
    assert check(gate, good, bad) == [("good", True, None), ("bad", False, "0.0500 too low")]
    assert check(gate.model_copy(update={"models": ("good",)}), good, bad) == [("good", True, None)]


def test_the_greatest_value_that_passes() -> None:
    gate = Gate(metric="loss", max=0.5)
    low, high = model("low", score(0.5, "loss")), model("high", score(0.75, "loss"))
    assert check(gate, low, high) == [("low", True, None), ("high", False, "0.2500 too high")]


def test_values_are_compared_in_full_precision() -> None:
    gate = Gate(metric="accuracy", min=0.85)
    just_below = 0.85 - 1e-9  # shown as 0.8500
    assert check(gate, model("m", score(just_below))) == [("m", False, "1.00e−09 too low")]
    assert check(gate, model("m", score(0.85))) == [("m", True, None)]


@given(st.floats(allow_nan=False, allow_infinity=False), st.floats(allow_nan=False, allow_infinity=False))
def test_min_and_max_are_two_sides_of_one_threshold(value: float, threshold: float) -> None:
    ((_, at_least, _),) = check(Gate(metric="accuracy", min=threshold), model("m", score(value)))
    ((_, at_most, _),) = check(Gate(metric="accuracy", max=threshold), model("m", score(value)))
    assert (at_least, at_most) == (value >= threshold, value <= threshold)


def test_the_split_that_is_asked_for() -> None:
    both = model("m", score(0.99, split="train"), score(0.8))
    assert check(Gate(metric="accuracy", min=0.9, split="train"), both) == [("m", True, None)]
    assert check(Gate(metric="accuracy", min=0.9), both) == [("m", False, "0.1000 too low")]
    assert check(Gate(metric="accuracy", min=0.9, split="train"), model("m", score(0.8))) == [
        ("m", False, "accuracy was not computed on training data")
    ]


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        (
            {"status": "failed", "reason": "ValueError: C must be positive"},
            "the model failed: ValueError: C must be positive",
        ),
        ({"status": "failed"}, "the model failed"),
        ({"status": "timed out", "reason": "longer than 30 min"}, "the model ran out of time: longer than 30 min"),
    ],
)
def test_a_model_that_failed_passes_no_gate(given: dict[str, Any], reason: str) -> None:
    slow = model("m", score(0.9), fit_seconds=5.0, **given)
    assert check(Gate(metric="accuracy", min=0.0), slow) == [("m", False, reason)]
    assert check(Gate(metric="fit_time", max=60), slow) == [("m", False, reason)]


@pytest.mark.parametrize(
    ("found", "reason"),
    [
        (score(None, status="not applicable", reason="one class only"), "accuracy is not applicable: one class only"),
        (score(None, status="failed", reason="ZeroDivisionError"), "accuracy could not be computed: ZeroDivisionError"),
        (score(float("nan")), "accuracy is no number"),
    ],
)
def test_a_value_that_is_not_there_passes_no_gate(found: Score, reason: str) -> None:
    (result,) = check_gates((Gate(metric="accuracy", max=1.0),), evaluation(model("m", found)))
    assert (result.passed, result.value, result.reason) == (False, None, reason)


def test_a_metric_that_is_not_in_the_report() -> None:
    one = model("m", score(0.9))
    known = "accuracy, loss, fit_time, predict_time, model_size"
    prefix = "is not among the metrics of this report:"
    assert check(Gate(metric="acuracy", min=0), one) == [("m", False, f"acuracy {prefix} did you mean 'accuracy'?")]
    assert check(Gate(metric="r2", min=0), one) == [
        ("m", False, f"r2 {prefix} add it to 'metrics', or use one of {known}"),
    ]


def test_metrics_that_gates_ask_for_are_measured_and_what_is_known_of_every_model_is_not() -> None:
    gates = tuple(Gate(metric=name, min=0) for name in ("fit_time", "r2", "loss", "accuracy", "r2"))
    assert gated_metrics(gates) == {"r2": "gates[1].metric", "accuracy": "gates[3].metric"}


def test_a_model_that_is_not_there() -> None:
    assert check(Gate(metric="accuracy", min=0, models=("x",))) == [("x", False, "there is no such model")]


@pytest.mark.parametrize("split", ["train", "validation"])
def test_time_and_size_need_not_be_among_the_metrics(split: Any) -> None:
    timed = model("m", fit_seconds=70.0, predict_seconds=0.5, size_bytes=2_000)
    assert check(Gate(metric="fit_time", max=60, split=split), timed) == [("m", False, "10.0000 s too high")]
    assert check(Gate(metric="predict_time", max=1, split=split), timed) == [("m", True, None)]
    assert check(Gate(metric="model_size", max=2_000, split=split), timed) == [("m", True, None)]
    unknown = replace(timed, size_bytes=None)
    assert not check(Gate(metric="model_size", max=2_000), unknown)[0][1]


@pytest.mark.parametrize(
    ("gate", "rule"),
    [
        (Gate(metric="accuracy", min=0.85), "accuracy ≥ 0.85"),
        (Gate(metric="accuracy", min=1e-3), "accuracy ≥ 0.001"),
        (Gate(metric="r2", min=-0.5), "r2 ≥ −0.5"),
        (Gate(metric="loss", max=1, split="train"), "loss ≤ 1 on training data"),
        (Gate(metric="fit_time", max=120.0), "fit_time ≤ 120 s"),
        (Gate(metric="model_size", max=1e6), "model_size ≤ 1,000,000 bytes"),
    ],
)
def test_the_rule_in_words(gate: Gate, rule: str) -> None:
    (result,) = check_gates((gate,), evaluation(model("m")))
    assert result.rule == rule


def test_results_keep_the_order_and_the_severity_of_the_gates() -> None:
    gates = (Gate(metric="loss", max=0, severity="warn"), Gate(metric="accuracy", min=0))
    results = check_gates(gates, evaluation(model("a"), model("b")))
    assert [(result.metric, result.model, result.severity) for result in results] == [
        ("loss", "a", "warn"),
        ("loss", "b", "warn"),
        ("accuracy", "a", "fail"),
        ("accuracy", "b", "fail"),
    ]


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_thresholds_keep_all_of_their_digits(value: float) -> None:
    assert float(format_exact(value).replace("−", "-").replace(",", "")) == value
