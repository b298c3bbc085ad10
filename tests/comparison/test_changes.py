"""The change of every built-in metric, estimated by its kind, equals the difference of its values."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from report.comparison.changes import estimate_change
from report.core.values import Predictions, Target, Task
from report.evaluation.metrics import METRICS

N_ROWS = 240


def target_of(task: Task) -> Target:
    classes = {Task.BINARY: ("no", "yes"), Task.MULTICLASS: ("a", "b", "c"), Task.MULTILABEL: ("x", "y")}.get(task, ())
    empty = np.empty(0)
    return Target(task, ("target",), empty, empty, classes, 1 if task is Task.BINARY else None)


def sides(task: Task, *, weighted: bool = False, grouped: bool = False) -> tuple[Predictions, Predictions]:
    generator = np.random.default_rng(5)
    truth = truth_of(task, generator)
    weight = generator.uniform(0.5, 2, N_ROWS) if weighted else None
    group = np.arange(N_ROWS) // 3 if grouped else None
    return tuple(answers(task, truth, noise, generator, weight, group) for noise in (1.2, 0.9))


def truth_of(task: Task, generator: np.random.Generator) -> np.ndarray:
    if task.is_classification:
        shape = (N_ROWS, 2) if task is Task.MULTILABEL else N_ROWS
        return generator.integers(0, 3 if task is Task.MULTICLASS else 2, shape)
    return generator.exponential(size=(N_ROWS, 2) if task is Task.MULTIOUTPUT else N_ROWS) + 2.0


def answers(task, truth, noise, generator, weight, group) -> Predictions:
    positions = np.arange(N_ROWS)
    if not task.is_classification:
        y_pred = truth + generator.uniform(-noise / 2, noise / 2, size=truth.shape)
        return Predictions(y_pred, positions, truth, weight=weight, group=group)
    if task is Task.MULTILABEL:
        score = 1 / (1 + np.exp(-(truth - 0.5 + generator.normal(scale=noise, size=truth.shape))))
        return Predictions((score > 0.5).astype(int), positions, truth, score, "probability", weight, group)
    logits = np.eye(3 if task is Task.MULTICLASS else 2)[truth]
    logits = logits + generator.normal(scale=noise, size=logits.shape)
    score = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    return Predictions(score.argmax(axis=1), positions, truth, score, "probability", weight, group)


CASES = [(metric, task) for metric in METRICS for task in metric.tasks if metric.pairing(target_of(task)) is not None]


@pytest.mark.parametrize(("metric", "task"), CASES, ids=lambda value: getattr(value, "name", None) or value.info.name)
@pytest.mark.parametrize("kind", [{}, {"weighted": True}, {"grouped": True}], ids=["plain", "weighted", "grouped"])
def test_difference_and_interval(metric, task, kind):
    target = target_of(task)
    base, head = sides(task, **kind)
    estimate = estimate_change(metric.pairing(target), base, head)
    expected = metric.compute(head, target) - metric.compute(base, target)
    assert estimate.difference == pytest.approx(expected, abs=1e-12)
    assert estimate.interval.low < estimate.difference < estimate.interval.high
    assert 0 < estimate.standard_error < np.inf


@pytest.mark.parametrize(("metric", "task"), CASES, ids=lambda value: getattr(value, "name", None) or value.info.name)
def test_the_same_predictions_are_no_change(metric, task):
    base, _ = sides(task)
    estimate = estimate_change(metric.pairing(target_of(task)), base, base)
    assert estimate.difference == 0
    assert estimate.interval.low <= 0 <= estimate.interval.high


def of_first(side: Predictions, n_rows: int, **marks) -> Predictions:
    return replace(side.take(np.arange(n_rows)), **marks)


@pytest.mark.parametrize(("metric", "task"), CASES, ids=lambda value: getattr(value, "name", None) or value.info.name)
@pytest.mark.parametrize("n_rows", [1, 2, 5])
def test_five_rows_tell_nothing(metric, task, n_rows):
    base, head = (of_first(side, n_rows) for side in sides(task))
    assert estimate_change(metric.pairing(target_of(task)), base, head).standard_error == np.inf


@pytest.mark.parametrize("name", ["accuracy", "f1", "log_loss", "roc_auc"])
@pytest.mark.parametrize(
    "marks",
    [{"group": np.arange(N_ROWS) % 5}, {"weight": np.r_[1e9, np.ones(N_ROWS - 1)]}],
    ids=["five groups", "one row with nearly all weight"],
)
def test_five_groups_or_a_row_with_all_weight_tell_nothing(name, marks):
    metric = next(metric for metric in METRICS if metric.info.name == name)
    base, head = (replace(side, **marks) for side in sides(Task.BINARY))
    assert estimate_change(metric.pairing(target_of(Task.BINARY)), base, head).standard_error == np.inf


@pytest.mark.parametrize("name", ["recall", "roc_auc", "average_precision"])
def test_two_rows_of_the_positive_class_tell_nothing(name):
    metric = next(metric for metric in METRICS if metric.info.name == name)
    truth = np.r_[1, 1, np.zeros(60, dtype=int)]
    scores = (np.r_[0.2, 0.3, np.linspace(0, 0.45, 60)], np.r_[0.8, 0.9, np.linspace(0, 0.45, 60)])
    base, head = (
        Predictions((score > 0.5).astype(int), np.arange(62), truth, np.c_[1 - score, score], "probability")
        for score in scores
    )
    estimate = estimate_change(metric.pairing(target_of(Task.BINARY)), base, head)
    assert estimate.standard_error == np.inf
    assert estimate.why == "class 'yes' has 2 validation rows: too few to tell"
