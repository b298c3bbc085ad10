"""Metrics of predicted probabilities, each a mean over rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ...core.losses import row_losses, worst_loss
from ...core.results import MetricInfo
from ...core.values import Predictions, Target, Task
from .base import CLASSIFICATION, Metric, RowMetric

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]


def log_loss_rows(predictions: Predictions, target: Target) -> Floats:
    """(n_rows,) negative log of the probability of the truth, as the reported loss has it."""
    return row_losses(target.task, predictions)


def worst_log_loss(predictions: Predictions, target: Target) -> float:
    """That of a row whose label was given a probability of 0; 0 where none is given that."""
    return worst_loss(target.task, predictions)


def brier_rows(predictions: Predictions, target: Target) -> Floats:
    """(n_rows,) squared error of the probabilities: of one class for two, summed over classes for more (Brier 1950)."""
    y_true, y_score = predictions.y_true, predictions.y_score
    if y_true is None or y_score is None:
        raise ValueError("needs labels and probabilities")
    squared: Floats
    if target.task is Task.MULTILABEL:
        squared = np.square(y_score - y_true).mean(axis=1)
    elif target.task is Task.BINARY:
        squared = np.square(y_score[:, 1] - y_true)
    else:  # Σ (p_k − t_k)², with t the indicator of the truth, without building t
        squared = np.einsum("ij,ij->i", y_score, y_score) - 2 * y_score[np.arange(len(y_true)), y_true] + 1
    return squared


PROBABILITY_METRICS: tuple[Metric, ...] = (
    RowMetric(
        info=MetricInfo(
            "log_loss",
            "Log loss",
            False,
            best=0.0,
            description="Mean negative log of the probability that was given to the true class.",
        ),
        tasks=CLASSIFICATION,
        needs="probability",
        per_row=log_loss_rows,
        worst=worst_log_loss,
        aliases=("cross_entropy", "logloss"),
    ),
    RowMetric(
        info=MetricInfo(
            "brier",
            "Brier score",
            False,
            best=0.0,
            description="Mean squared error of the probabilities, summed over classes when there are more than two.",
        ),
        tasks=CLASSIFICATION,
        needs="probability",
        per_row=brier_rows,
        aliases=("brier_score_loss",),
    ),
)
