"""The tables that plots draw: confusion matrices, curves of scores, actual against predicted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np

from ..core.results import ActualPredicted, ConfusionMatrix, XYCurve
from ..core.values import Predictions, Target, Task
from .metrics.base import with_weight
from .metrics.counts import confusion_counts, truth
from .metrics.probabilities import brier_rows
from .metrics.ranking import (
    OneAgainstRest,
    Ranking,
    area_under_roc,
    average_precision_of,
    one_against_rest,
    ranking,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

MAX_CLASSES = 30  # of a confusion matrix
MAX_CURVES = 6  # classes or outputs that are drawn apart
MAX_POINTS = 500
MAX_ROWS = 5_000  # of actual against predicted
BINS = 10


def confusion_matrices(model: str, predictions: Predictions, target: Target) -> tuple[ConfusionMatrix, ...]:
    """Counts of rows, weights aside; none beyond 30 classes. Multilabel: one for each of the first six outputs."""
    y_true, y_pred, classes = predictions.y_true, predictions.y_pred, target.classes
    if y_true is None or not target.task.is_classification:
        return ()
    if target.task is Task.MULTILABEL:
        return tuple(
            ConfusionMatrix(model, (f"not {name}", str(name)), confusion_counts(y_true[:, i], y_pred[:, i], 2))
            for i, name in enumerate(classes[:MAX_CURVES])
        )
    if len(classes) > MAX_CLASSES:
        return ()
    return (ConfusionMatrix(model, classes, confusion_counts(y_true, y_pred, len(classes))),)


def score_curves(model: str, predictions: Predictions, target: Target) -> tuple[XYCurve, ...]:
    """ROC, precision-recall and, of probabilities, calibration curves, in this order.

    Of the positive class, or of the six most frequent classes against the rest; calibration of several classes is that
    of the predicted one.
    """
    if predictions.y_true is None or predictions.y_score is None or not np.isfinite(predictions.y_score).all():
        return ()
    rows = with_weight(predictions)
    if not len(rows.y_pred):
        return ()
    calibrated = predictions.score_kind == "probability"
    found: list[XYCurve] = []
    for question in _frequent_questions(rows, target):
        label = str(target.classes[question.code])
        ranked = ranking(question)
        found.append(_roc(model, label, ranked))
        found.append(_precision_recall(model, label, ranked))
        if calibrated and target.task is not Task.MULTICLASS:
            found.append(_calibration(model, label, question))
    if calibrated and target.task is Task.MULTICLASS:
        found.append(_top_label_calibration(model, rows, target))
    return tuple(sorted(found, key=lambda curve: _KINDS.index(curve.kind)))


def actual_predicted(model: str, predictions: Predictions, target: Target) -> tuple[ActualPredicted, ...]:
    """Regression: truth and prediction of at most 5,000 rows drawn evenly, for each of the first six outputs."""
    if predictions.y_true is None or target.task.is_classification:
        return ()
    rows = evenly(len(predictions.y_true), MAX_ROWS)
    y_true = predictions.y_true[rows].reshape(len(rows), -1)
    y_pred = predictions.y_pred[rows].reshape(len(rows), -1)
    drawn = np.isfinite(y_pred).all(axis=1)
    return tuple(
        ActualPredicted(model, name, y_true[drawn, i], y_pred[drawn, i])
        for i, name in enumerate(target.names[:MAX_CURVES])
    )


def evenly(n_rows: int, limit: int) -> NDArray[np.int64]:
    """Positions of at most `limit` rows, evenly spaced, the first and the last included."""
    return np.linspace(0, n_rows - 1, min(n_rows, limit)).round().astype(np.int64)


def thinned(x: Floats, y: Floats, limit: int = MAX_POINTS) -> tuple[Floats, Floats]:
    """At most `limit` points of a line, spaced evenly along it, so that no part of its shape is lost."""
    if len(x) <= limit:
        return x, y
    length = np.concatenate(([0.0], np.cumsum(np.abs(np.diff(x)) + np.abs(np.diff(y)))))
    marks = np.linspace(0.0, length[-1], limit)
    rows = np.unique(np.searchsorted(length, marks, side="left").clip(max=len(x) - 1))
    return x[rows], y[rows]


_KINDS: tuple[Literal["roc", "precision_recall", "calibration"], ...] = ("roc", "precision_recall", "calibration")


def _frequent_questions(predictions: Predictions, target: Target) -> Iterator[OneAgainstRest]:
    """Those that are drawn, in the order of the classes; one whose answer is the same for all rows is not."""
    questions = [q for q in one_against_rest(predictions, target) if 0 < np.count_nonzero(q.is_class) < len(q.is_class)]
    sizes = np.array([np.count_nonzero(question.is_class) for question in questions])
    for index in sorted(np.argsort(-sizes, kind="stable")[:MAX_CURVES]):
        yield questions[index]


def _roc(model: str, label: str, ranked: Ranking) -> XYCurve:
    x = np.append(0.0, ranked.false_positives / ranked.false_positives[-1])
    y = np.append(0.0, ranked.true_positives / ranked.true_positives[-1])
    return XYCurve(model, "roc", label, *thinned(x, y), area_under_roc(ranked))


def _precision_recall(model: str, label: str, ranked: Ranking) -> XYCurve:
    recall = ranked.true_positives / ranked.true_positives[-1]
    precision = ranked.true_positives / (ranked.true_positives + ranked.false_positives)
    last = int(np.searchsorted(recall, 1.0)) + 1  # beyond full recall the curve only drops
    x, y = np.append(0.0, recall[:last]), np.append(precision[0], precision[:last])
    return XYCurve(model, "precision_recall", label, *thinned(x, y), average_precision_of(ranked))


def _calibration(model: str, label: str, question: OneAgainstRest) -> XYCurve:
    x, y, rows = _binned(question.is_class, question.score, question.weight)
    brier = float(np.average(np.square(question.score - question.is_class), weights=question.weight))
    return XYCurve(model, "calibration", label, x, y, brier, rows)


def _top_label_calibration(model: str, predictions: Predictions, target: Target) -> XYCurve:
    """How often the predicted class is right, by the probability that it was given."""
    y_pred, y_score, weight = predictions.y_pred, predictions.y_score, predictions.weight
    if y_score is None:
        raise ValueError("needs probabilities")
    x, y, rows = _binned(np.equal(y_pred, truth(predictions)), y_score[np.arange(len(y_pred)), y_pred], weight)
    brier = float(np.average(brier_rows(predictions, target), weights=weight))
    return XYCurve(model, "calibration", "predicted class", x, y, brier, rows)


def _binned(hit: NDArray[np.bool_], probability: Floats, weight: Floats | None) -> tuple[Floats, Floats, Floats]:
    """Mean probability, share of hits, and rows of ten bins of equally many rows; equal probabilities stay together."""
    edges = np.unique(np.quantile(probability, np.linspace(0, 1, BINS + 1)[1:-1]))
    bins = np.searchsorted(edges, probability, side="left")
    rows = np.bincount(bins, minlength=len(edges) + 1)
    size = rows if weight is None else np.bincount(bins, weight, minlength=len(rows))
    factor = 1.0 if weight is None else weight
    used = rows > 0
    x = np.bincount(bins, probability * factor, minlength=len(rows))[used] / size[used]
    y = np.bincount(bins, hit * factor, minlength=len(rows))[used] / size[used]
    return x, y, rows[used].astype(np.float64)
