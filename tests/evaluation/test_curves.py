"""The tables that plots draw."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.calibration import calibration_curve
from sklearn.metrics import auc, confusion_matrix, precision_recall_curve, roc_curve

from report.core.values import Predictions, Task
from report.evaluation.curves import (
    MAX_POINTS,
    actual_predicted,
    confusion_matrices,
    evenly,
    score_curves,
    thinned,
)
from report.evaluation.metrics import METRICS
from report.evaluation.metrics.base import measure
from tests.evaluation.builders import make_target, random_rows


def curves_of(task: Task, kind: str, rows: Predictions | None = None, target=None):
    rows = random_rows(task) if rows is None else rows
    return [curve for curve in score_curves("m", rows, target or make_target(task)) if curve.kind == kind]


def test_confusion_is_that_of_scikit_learn_in_rows():
    rows = random_rows(Task.MULTICLASS, weighted=True)
    (matrix,) = confusion_matrices("m", rows, make_target(Task.MULTICLASS))
    assert matrix.counts.tolist() == confusion_matrix(rows.y_true, rows.y_pred).tolist()
    assert (matrix.classes, matrix.counts.dtype) == (("blue", "green", "red"), np.int64)


def test_confusion_of_each_label():
    rows = random_rows(Task.MULTILABEL)
    matrices = confusion_matrices("m", rows, make_target(Task.MULTILABEL))
    assert [m.classes for m in matrices] == [("not a", "a"), ("not b", "b"), ("not c", "c")]
    assert matrices[1].counts.tolist() == confusion_matrix(rows.y_true[:, 1], rows.y_pred[:, 1]).tolist()


def test_no_confusion_of_numbers_or_too_many_classes():
    assert confusion_matrices("m", random_rows(Task.REGRESSION), make_target(Task.REGRESSION)) == ()
    many = make_target(Task.MULTICLASS, classes=tuple(range(31)))
    assert confusion_matrices("m", random_rows(Task.MULTICLASS), many) == ()


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("ties", [False, True])
def test_roc_and_precision_recall_are_those_of_scikit_learn(weighted, ties):
    rows = random_rows(Task.BINARY, 200, weighted=weighted, ties=ties)
    (roc,), (pr,) = (curves_of(Task.BINARY, kind, rows) for kind in ("roc", "precision_recall"))
    score = rows.y_score[:, 1]
    x, y, _ = roc_curve(rows.y_true, score, sample_weight=rows.weight, drop_intermediate=False)
    assert roc.label == "good"
    assert roc.x == pytest.approx(x)
    assert roc.y == pytest.approx(y)
    precision, recall, _ = precision_recall_curve(rows.y_true, score, sample_weight=rows.weight)
    inner = (recall[:-1] < 1) | (np.arange(len(recall) - 1) == np.flatnonzero(recall == 1)[-1])
    assert pr.x[1:] == pytest.approx(recall[:-1][inner][::-1])
    assert pr.y[1:] == pytest.approx(precision[:-1][inner][::-1])
    assert (pr.x[0], pr.y[0]) == (0.0, pr.y[1])


@pytest.mark.parametrize(
    ("kind", "name"), [("roc", "roc_auc"), ("precision_recall", "average_precision"), ("calibration", "brier")]
)
def test_the_number_in_a_legend_is_that_of_the_score_row(kind, name):
    rows, target = random_rows(Task.BINARY, weighted=True), make_target(Task.BINARY)
    metric = next(metric for metric in METRICS if metric.info.name == name)
    (curve,) = curves_of(Task.BINARY, kind, rows)
    assert curve.value == pytest.approx(measure(metric, rows, target).value, rel=1e-12)


def test_one_curve_a_class_and_a_mean_that_is_the_score():
    rows, target = random_rows(Task.MULTICLASS), make_target(Task.MULTICLASS)
    curves = curves_of(Task.MULTICLASS, "roc", rows)
    roc_auc = next(metric for metric in METRICS if metric.info.name == "roc_auc")
    assert [curve.label for curve in curves] == ["blue", "green", "red"]
    assert np.mean([curve.value for curve in curves]) == pytest.approx(measure(roc_auc, rows, target).value)


def test_of_many_classes_the_most_frequent_are_drawn():
    rng = np.random.default_rng(0)
    y_true = np.repeat(np.arange(8), [5, 30, 20, 20, 4, 20, 20, 20])
    score = rng.dirichlet(np.ones(8), len(y_true))
    rows = Predictions(y_true, np.arange(len(y_true)), y_true, score, "decision")
    target = make_target(Task.MULTICLASS, classes=tuple("abcdefgh"))
    assert [curve.label for curve in curves_of(Task.MULTICLASS, "roc", rows, target)] == list("bcdfgh")


def test_a_class_without_rows_is_not_drawn():
    rows = random_rows(Task.MULTICLASS)
    rows = replace(rows, y_true=rows.y_true % 2)
    assert [curve.label for curve in curves_of(Task.MULTICLASS, "roc", rows)] == ["blue", "green"]


def test_no_curves_without_scores_with_nan_in_them_or_of_one_class():
    rows = random_rows(Task.BINARY)
    spoilt = rows.y_score.copy()
    spoilt[0] = np.nan
    target = make_target(Task.BINARY)
    assert score_curves("m", replace(rows, y_score=None, score_kind=None), target) == ()
    assert score_curves("m", replace(rows, y_score=spoilt), target) == ()
    assert score_curves("m", replace(rows, y_true=np.zeros_like(rows.y_true)), target) == ()


def test_a_decision_function_has_no_calibration():
    rows = replace(random_rows(Task.BINARY), score_kind="decision")
    assert curves_of(Task.BINARY, "calibration", rows) == []
    assert len(curves_of(Task.BINARY, "roc", rows)) == 1


def test_calibration_is_that_of_scikit_learn():
    rows = random_rows(Task.BINARY, 1000)
    (curve,) = curves_of(Task.BINARY, "calibration", rows)
    observed, mean = calibration_curve(rows.y_true, rows.y_score[:, 1], n_bins=10, strategy="quantile")
    assert curve.x == pytest.approx(mean)
    assert curve.y == pytest.approx(observed)
    assert curve.weight.tolist() == [100.0] * 10


def test_equal_probabilities_share_a_bin():
    y_true = np.array([0, 0, 1, 1] * 25)
    positive = np.where(np.arange(100) < 60, 0.25, 0.75)
    rows = Predictions(y_true, np.arange(100), y_true, np.column_stack([1 - positive, positive]), "probability")
    (curve,) = curves_of(Task.BINARY, "calibration", rows)
    assert (curve.x.tolist(), curve.y.tolist(), curve.weight.tolist()) == ([0.25, 0.75], [0.5, 0.5], [60.0, 40.0])


def test_calibration_of_many_classes_is_that_of_the_predicted_one():
    rows = random_rows(Task.MULTICLASS, 1000)
    (curve,) = curves_of(Task.MULTICLASS, "calibration", rows)
    right = rows.y_true == rows.y_pred
    observed, mean = calibration_curve(right, rows.y_score.max(axis=1), n_bins=10, strategy="quantile")
    assert curve.label == "predicted class"
    assert curve.x == pytest.approx(mean)
    assert curve.y == pytest.approx(observed)


def test_a_class_whose_rows_all_weigh_nothing_is_not_drawn():
    rows = random_rows(Task.BINARY, weighted=True)
    silent = replace(rows, weight=np.where(rows.y_true == 1, 0.0, rows.weight))
    assert score_curves("m", silent, make_target(Task.BINARY)) == ()


def test_a_thinned_curve_keeps_its_area_and_its_ends():
    rows = random_rows(Task.BINARY, 50_000)
    (roc,), (pr,) = (curves_of(Task.BINARY, kind, rows) for kind in ("roc", "precision_recall"))
    assert max(len(roc.x), len(pr.x)) <= MAX_POINTS
    assert (roc.x[0], roc.y[0], roc.x[-1], roc.y[-1]) == (0, 0, 1, 1)
    assert (pr.x[0], pr.x[-1]) == (0, 1)
    assert auc(roc.x, roc.y) == pytest.approx(roc.value, abs=1e-3)
    assert auc(pr.x, pr.y) == pytest.approx(pr.value, abs=1e-3)


@given(
    steps=st.lists(st.tuples(st.floats(0, 1), st.floats(-1, 1)), min_size=1, max_size=60),
    limit=st.integers(3, 20),
)
@settings(max_examples=100, deadline=None)
def test_no_point_of_a_thinned_line_is_far_from_it(steps, limit):
    """Not further than the distance between two marks along the line, and one step."""
    line = np.cumsum(np.array([(0.0, 0.0), *steps]), axis=0)
    x, y = thinned(line[:, 0], line[:, 1], limit)
    assert len(x) <= max(limit, 1)
    assert (x[0], y[0], x[-1], y[-1]) == pytest.approx((*line[0], *line[-1]))
    length = np.abs(np.diff(line, axis=0)).sum()
    nearest = [np.min(np.abs(px - x) + np.abs(py - y)) for px, py in line]
    assert max(nearest) <= length / (limit - 1) + 1e-9


def test_actual_against_predicted_is_capped_and_even():
    rows = random_rows(Task.REGRESSION, 20_001)
    (points,) = actual_predicted("m", rows, make_target(Task.REGRESSION))
    assert (points.output, len(points.y_true), len(points.y_pred)) == ("y", 5_000, 5_000)
    assert (points.y_true[0], points.y_true[-1]) == (rows.y_true[0], rows.y_true[-1])
    assert np.ptp(np.diff(evenly(20_001, 5_000))) <= 1


def test_actual_against_predicted_by_output():
    rows = random_rows(Task.MULTIOUTPUT)
    points = actual_predicted("m", rows, make_target(Task.MULTIOUTPUT))
    assert [p.output for p in points] == ["y0", "y1", "y2"]
    assert points[2].y_pred.tolist() == rows.y_pred[:, 2].tolist()
    assert actual_predicted("m", random_rows(Task.BINARY), make_target(Task.BINARY)) == ()


def test_predictions_that_are_no_numbers_are_not_drawn():
    rows = random_rows(Task.REGRESSION)
    spoilt = rows.y_pred.copy()
    spoilt[3] = np.nan
    (points,) = actual_predicted("m", replace(rows, y_pred=spoilt), make_target(Task.REGRESSION))
    assert len(points.y_true) == len(points.y_pred) == len(spoilt) - 1


@pytest.mark.parametrize("task", [Task.BINARY, Task.MULTICLASS, Task.MULTILABEL])
def test_rows_that_all_weigh_nothing_draw_nothing(task):
    rows = random_rows(task)
    assert score_curves("m", replace(rows, weight=np.zeros(len(rows.y_true))), make_target(task)) == ()
