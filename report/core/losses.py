"""The loss that is reported for every model, and drawn in its curve: one definition for both."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from .values import ScoreKind, Task

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from .values import Predictions

    Floats = NDArray[np.float64]


class Loss(NamedTuple):
    """A loss by name, and its mean over rows."""

    name: str
    value: float


def loss_name(task: Task, score_kind: ScoreKind | None) -> str:
    """Which loss a model of this task is reported by: the strictest one that its answers allow."""
    if not task.is_classification:
        return "mean squared error"
    if score_kind == "probability":
        return "log loss"
    return "hinge loss" if score_kind == "decision" and task is not Task.MULTILABEL else "zero-one loss"


def row_losses(task: Task, predictions: Predictions) -> Floats:
    """The loss of each row, (n_rows,) float64, by the name that `loss_name` gives; several outputs are averaged."""
    y_true, y_score = predictions.y_true, predictions.y_score
    if y_true is None:
        raise ValueError("rows without labels have no loss")
    name = loss_name(task, predictions.score_kind)
    if name == "mean squared error":
        return squared_errors(y_true, predictions.y_pred)
    if name == "zero-one loss" or y_score is None:
        return _per_row(np.asarray(y_true != predictions.y_pred, dtype=np.float64))
    if task is Task.MULTILABEL:
        return _per_row(_binary_log_losses(y_true, y_score))
    return log_losses(y_true, y_score) if name == "log loss" else hinge_losses(y_true, y_score)


def worst_loss(task: Task, predictions: Predictions) -> float:
    """The log loss of a row whose label was given a probability of 0, as it is clipped; 0 where none is given that."""
    y_score = predictions.y_score
    if y_score is None or loss_name(task, predictions.score_kind) != "log loss" or not y_score.size:
        return 0.0
    epsilon = float(np.finfo(y_score.dtype).eps)
    if task is Task.MULTILABEL:
        hit = bool(((y_score <= epsilon) | (y_score >= 1 - epsilon)).any())
        return -float(np.log(epsilon)) / y_score.shape[1] if hit else 0.0
    return -float(np.log(epsilon)) if float(y_score.min()) <= epsilon else 0.0


def mean_loss(task: Task, predictions: Predictions) -> Loss:
    """The weighted mean of `row_losses`."""
    losses = row_losses(task, predictions)
    return Loss(loss_name(task, predictions.score_kind), float(np.average(losses, weights=predictions.weight)))


def log_losses(y_true: NDArray[np.int64], y_score: Floats) -> Floats:
    """Negative log of the probability given to the true class, clipped at machine precision as scikit-learn does.

    y_true : (n_rows,) class indices. y_score : (n_rows, n_classes) probabilities.
    """
    epsilon = np.finfo(y_score.dtype).eps
    chosen = y_score[np.arange(len(y_true)), y_true]
    losses: Floats = -np.log(np.clip(chosen, epsilon, 1.0 - epsilon))
    return losses


def hinge_losses(y_true: NDArray[np.int64], y_score: Floats) -> Floats:
    """Crammer and Singer's hinge loss, max(0, 1 - margin); for two classes the margin is that of ±decision.

    y_true : (n_rows,) class indices. y_score : (n_rows, n_classes) decision values, -d and d for two classes.
    """
    rows = np.arange(len(y_true))
    chosen = y_score[rows, y_true]
    if y_score.shape[1] == 2:
        return np.maximum(0.0, 1.0 - chosen)
    others = y_score.copy()
    others[rows, y_true] = -np.inf
    losses: Floats = np.maximum(0.0, 1.0 - (chosen - others.max(axis=1)))
    return losses


def squared_errors(y_true: Floats, y_pred: Floats) -> Floats:
    """Squared error of each row, (n_rows,); the mean over the outputs when there are several."""
    return _per_row(np.square(y_true - y_pred))


def _binary_log_losses(y_true: NDArray[np.int64], y_score: Floats) -> Floats:
    epsilon = np.finfo(y_score.dtype).eps
    chosen = np.where(y_true == 1, y_score, 1.0 - y_score)
    losses: Floats = -np.log(np.clip(chosen, epsilon, 1.0 - epsilon))
    return losses


def _per_row(values: Floats) -> Floats:
    return values if values.ndim == 1 else values.mean(axis=1)
