"""The change of every built-in metric, estimated by its kind, equals the difference of its values."""

from __future__ import annotations

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
    return generator.exponential(size=(N_ROWS, 2) if task is Task.MULTIOUTPUT else N_ROWS) + 0.5


def answers(task, truth, noise, generator, weight, group) -> Predictions:
    positions = np.arange(N_ROWS)
    if not task.is_classification:
        y_pred = np.abs(truth + generator.normal(scale=noise / 4, size=truth.shape)) + 0.01
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
