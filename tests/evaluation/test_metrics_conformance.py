"""What every metric promises, whichever it is."""

from __future__ import annotations

import math
import pickle
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from report.core.values import Task
from report.evaluation.metrics import DEFAULTS, METRICS
from report.evaluation.metrics.base import CountMetric, Metric, RunMetric, measure
from report.evaluation.metrics.counts import ClassCounts, class_counts, confusion_counts
from report.evaluation.metrics.regression import d2_pinball_metric, pinball_metric
from tests.evaluation.builders import make_target, perfect_rows, random_rows

OF_ROWS = (
    *(metric for metric in METRICS if not isinstance(metric, RunMetric)),
    pinball_metric(0.9, "pinball_0.9"),
    d2_pinball_metric(0.1, "d2_pinball_0.1"),
)
CASES = [
    pytest.param(metric, task, id=f"{metric.info.name}-{task.name}") for metric in OF_ROWS for task in metric.tasks
]


def _reads_floats(metric: Metric, task: Task) -> bool:
    """Class codes cannot be NaN."""
    return not task.is_classification or metric.needs != "labels" or metric.info.name == "loss"


every_case = pytest.mark.parametrize(("metric", "task"), CASES)


def value_of(metric: Metric, rows, task: Task) -> float:
    measured = measure(metric, rows, make_target(task))
    assert measured.status == "ok", measured.reason
    return measured.value


@every_case
def test_perfect_predictions_score_best(metric, task):
    rows = perfect_rows(task)
    if metric.info.name.endswith("_samples"):  # a row without a label counts as 0, as in scikit-learn
        rows = rows.take(rows.y_true.any(axis=1))
    if metric.info.best is None:  # a ratio by the mistakes
        assert measure(metric, rows, make_target(task)).status == "not applicable"
        return
    assert value_of(metric, rows, task) == pytest.approx(metric.info.best, abs=1e-12)


@every_case
def test_worse_predictions_score_worse(metric, task):
    """From perfect to good to bad, in the direction that the metric states."""
    good, bad = random_rows(task), random_rows(task)
    if task.is_classification:
        bad = replace(bad, y_pred=np.roll(bad.y_pred, 1, axis=0), y_score=np.roll(bad.y_score, 1, axis=0))
    else:
        rng = np.random.default_rng(1)
        bad = replace(bad, y_pred=bad.y_true * rng.uniform(1.5, 4.0, bad.y_true.shape))
    best = () if metric.info.best is None else (perfect_rows(task),)
    values = [value_of(metric, rows, task) for rows in (*best, good, bad)]
    assert values == sorted(values, reverse=metric.info.greater_is_better)
    if metric.info.name == "top_k_accuracy":
        assert values[1] > values[2] or task is Task.BINARY
    else:
        assert len(set(values)) == len(values)


@every_case
def test_weights_of_one_change_nothing(metric, task):
    rows = random_rows(task)
    weighted = replace(rows, weight=np.ones(len(rows.y_true)))
    assert value_of(metric, weighted, task) == pytest.approx(value_of(metric, rows, task), rel=1e-12)


@every_case
def test_whole_weights_are_repeated_rows(metric, task):
    rows = random_rows(task)
    weight = np.random.default_rng(3).integers(1, 4, len(rows.y_true))
    repeated = rows.take(np.repeat(np.arange(len(weight)), weight))
    weighted = replace(rows, weight=weight.astype(float))
    assert value_of(metric, weighted, task) == pytest.approx(value_of(metric, repeated, task), rel=1e-9)


@every_case
def test_rows_of_weight_zero_are_not_there(metric, task):
    rows = random_rows(task, weighted=True)
    kept = np.arange(len(rows.y_true)) % 3 > 0
    silenced = replace(rows, weight=np.where(kept, rows.weight, 0.0))
    assert value_of(metric, silenced, task) == value_of(metric, rows.take(kept), task)


@every_case
def test_the_order_of_rows_does_not_matter(metric, task):
    rows = random_rows(task, weighted=True)
    shuffled = rows.take(np.random.default_rng(4).permutation(len(rows.y_true)))
    assert value_of(metric, shuffled, task) == pytest.approx(value_of(metric, rows, task), rel=1e-12)


@every_case
def test_one_class_or_constant_target_has_a_value_or_a_reason(metric, task):
    rows = random_rows(task)
    one = replace(rows, y_true=np.zeros_like(rows.y_true) if task.is_classification else np.full_like(rows.y_true, 2.5))
    measured = measure(metric, one, make_target(task))
    assert measured.status in ("ok", "not applicable")
    assert (measured.value is None) == (measured.status == "not applicable") == bool(measured.reason)
    assert measured.value is None or math.isfinite(measured.value)


@every_case
def test_a_class_without_rows_leaves_a_value(metric, task):
    rows = random_rows(task).take(np.arange(20))
    if task is Task.MULTICLASS:
        rows = replace(rows, y_true=rows.y_true % 2)
    if task is Task.MULTILABEL:
        rows = replace(rows, y_true=rows.y_true * np.array([1, 1, 0]))
    if metric.info.best is None:  # it needs mistakes
        rows = replace(rows, y_pred=1 - rows.y_pred)
    assert math.isfinite(value_of(metric, rows, task))


@every_case
def test_no_rows_no_labels_and_no_weight_are_reasons(metric, task):
    rows, target = random_rows(task), make_target(task)
    nothing = measure(metric, rows.take(np.arange(0)), target)
    unlabelled = measure(metric, replace(rows, y_true=None), target)
    weightless = measure(metric, replace(rows, weight=np.zeros(len(rows.y_true))), target)
    assert [m.status for m in (nothing, unlabelled, weightless)] == ["not applicable"] * 3
    assert (nothing.reason, unlabelled.reason) == ("no rows", "these rows have no labels")
    assert weightless.reason == "all weights are zero"
    assert measure(metric, None, target).reason == "these rows have no labels"


@every_case
def test_one_row_never_crashes(metric, task):
    measured = measure(metric, random_rows(task).take(np.arange(1)), make_target(task))
    assert measured.status in ("ok", "not applicable")


@pytest.mark.parametrize(("metric", "task"), [case for case in CASES if _reads_floats(*case.values)])
def test_nan_in_the_predictions_is_a_failure_with_its_reason(metric, task):
    rows = random_rows(task)
    spoilt = (rows.y_score if task.is_classification else rows.y_pred).copy()
    spoilt[3] = np.nan
    rows = replace(rows, y_score=spoilt) if task.is_classification else replace(rows, y_pred=spoilt)
    measured = measure(metric, rows, make_target(task))
    assert (measured.status, measured.reason) == ("failed", "the predictions hold NaN or infinite values")


@every_case
def test_scores_that_a_model_does_not_give_are_named(metric, task):
    rows, target = random_rows(task), make_target(task)
    if metric.needs == "labels":
        assert measure(metric, replace(rows, y_score=None, score_kind=None), target).status == "ok"
        return
    labels = measure(metric, replace(rows, y_score=None, score_kind=None), target, who="Perceptron")
    assert labels.status == "not applicable"
    assert labels.reason.endswith("; Perceptron gives only labels")
    decision = measure(metric, replace(rows, score_kind="decision"), target, who="LinearSVC")
    if metric.needs == "probability":
        assert decision.reason == "needs probabilities; LinearSVC gives only a decision function"
    else:
        assert decision.status == "ok"


@every_case
def test_metrics_travel_to_worker_processes(metric, task):
    rows = random_rows(task)
    arrived = pickle.loads(pickle.dumps(metric))  # noqa: S301 -- our own bytes
    assert value_of(arrived, rows, task) == value_of(metric, rows, task)


@every_case
def test_arguments_are_left_as_they_were(metric, task):
    rows = random_rows(task, weighted=True)
    arrays = [a for a in (rows.y_true, rows.y_pred, rows.y_score, rows.weight) if a is not None]
    for array in arrays:
        array.setflags(write=False)
    assert value_of(metric, rows, task) is not None


@pytest.mark.parametrize(
    ("metric", "task"),
    [case for case in CASES if isinstance(case.values[0], CountMetric) and not case.values[1].is_multi],
)
def test_many_confusion_matrices_at_a_time_give_the_values_of_each(metric, task):
    """What resampling of the counts builds on."""
    target = make_target(task)
    samples = [random_rows(task, 30, seed=seed) for seed in range(4)]
    stacked = np.stack([confusion_counts(s.y_true, s.y_pred, len(target.classes)) for s in samples])
    values = metric.of_counts(ClassCounts.of(stacked), target)
    assert values.tolist() == [value_of(metric, sample, task) for sample in samples]


@given(codes=st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=1, max_size=40))
@settings(max_examples=50, deadline=None)
def test_counts_add_up(codes):
    y_true, y_pred = np.array(codes).T
    matrix = confusion_counts(y_true, y_pred, 4)
    counts = ClassCounts.of(matrix)
    assert matrix.dtype == np.int64
    assert counts.total == len(codes) == counts.actual.sum() == counts.predicted.sum()
    assert counts.hits.sum() == np.count_nonzero(y_true == y_pred)


def test_weighted_counts_of_multilabel_outputs():
    rows = replace(random_rows(Task.MULTILABEL), weight=np.full(60, 2.0))
    counts = class_counts(rows, make_target(Task.MULTILABEL))
    assert counts.actual.tolist() == (2 * rows.y_true.sum(axis=0)).tolist()
    assert counts.total == 120


def test_names_titles_and_descriptions_are_there_once():
    names = [name for metric in METRICS for name in (metric.info.name, *metric.aliases)]
    assert len(names) == len(set(names))
    assert len({metric.info.title for metric in METRICS}) == len(METRICS)
    assert all(metric.info.description.endswith(".") for metric in METRICS)


@pytest.mark.parametrize("task", list(Task))
def test_default_metrics_are_defined_for_their_task(task):
    by_name = {metric.info.name: metric for metric in METRICS}
    assert all(task in by_name[name].tasks for name in DEFAULTS[task])
