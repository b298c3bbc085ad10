"""Confusion counts: all that the metrics of labels are computed from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ...core.values import Predictions, Target, Task

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class ClassCounts:
    """Weighted counts of each class (multilabel: of each output), for one confusion matrix or for many.

    hits : (..., n_classes) rows of the class that are predicted as such. predicted, actual : (..., n_classes) rows
    predicted as the class, and rows of it. total : (...,) all rows.
    """

    hits: Floats
    predicted: Floats
    actual: Floats
    total: Floats

    @classmethod
    def of(cls, confusion: NDArray[Any]) -> ClassCounts:
        """From confusion matrices, (..., n_classes, n_classes); rows are the truth, columns the prediction."""
        matrix = np.asarray(confusion, dtype=np.float64)
        hits = np.diagonal(matrix, axis1=-2, axis2=-1)
        actual = matrix.sum(axis=-1)
        return cls(hits, matrix.sum(axis=-2), actual, actual.sum(axis=-1))


def confusion_counts(
    y_true: NDArray[np.int64], y_pred: NDArray[np.int64], n_classes: int, weight: Floats | None = None
) -> NDArray[Any]:
    """The confusion matrix of class codes, (n_classes, n_classes): int64 without weights, else float64."""
    cells = y_true * n_classes + y_pred
    return np.bincount(cells, weights=weight, minlength=n_classes**2).reshape(n_classes, n_classes)


def truth(predictions: Predictions) -> NDArray[Any]:
    """The true labels or numbers; ValueError where rows have none."""
    if predictions.y_true is None:
        raise ValueError("these rows have no labels")
    return predictions.y_true


def positive_index(target: Target) -> int:
    """The index of the positive class of a binary target: the second one unless it says otherwise."""
    return 1 if target.positive is None else target.positive


def class_counts(predictions: Predictions, target: Target) -> ClassCounts:
    """The counts of labelled rows."""
    y_true, y_pred, weight = truth(predictions), predictions.y_pred, predictions.weight
    if target.task is Task.MULTILABEL:
        return _output_counts(y_true, y_pred, weight)
    n_classes = len(target.classes)
    return predictions.once(
        ("class counts", n_classes), lambda: ClassCounts.of(confusion_counts(y_true, y_pred, n_classes, weight))
    )


def _output_counts(y_true: NDArray[np.int64], y_pred: NDArray[np.int64], weight: Floats | None) -> ClassCounts:
    rows = np.ones(len(y_true)) if weight is None else weight
    return ClassCounts(rows @ (y_true & y_pred), rows @ y_pred, rows @ y_true, np.asarray(rows.sum()))
