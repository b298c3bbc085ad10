"""Metrics of predicted probabilities, each a mean over rows."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from ...core.losses import row_losses, worst_loss
from ...core.results import MetricInfo
from ...core.values import Predictions, Target, Task
from .base import CLASSES, CLASSIFICATION, Metric, RowMetric, ValueMetric
from .counts import truth
from .support import beside_largest

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    ValueOf = Callable[[Predictions, Target], float]


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


def d2(of_rows: Callable[[Predictions, Target], Floats], of_shares: Callable[[Floats], float]) -> ValueOf:
    """1 − a mean loss by that of a model that gives each row the shares of the classes; at most 1, 0 as good as that.

    of_rows : the loss of each row. of_shares : the mean loss of the shares, (n_classes,) that sum to 1.
    """
    return partial(_d2, of_rows, of_shares)


def _d2(
    of_rows: Callable[[Predictions, Target], Floats],
    of_shares: Callable[[Floats], float],
    predictions: Predictions,
    target: Target,
) -> float:
    y_true, weight = truth(predictions), predictions.weight
    counts = np.bincount(y_true, weights=weight, minlength=len(target.classes))
    least = of_shares(counts[counts > 0] / counts.sum())
    if np.count_nonzero(counts) < 2:
        return float("nan")
    return float(1 - np.average(of_rows(predictions, target), weights=weight) / least)


def entropy(shares: Floats) -> float:
    """Mean log loss of giving each row the shares of the classes."""
    return -float(np.sum(shares * np.log(shares)))


def impurity(shares: Floats) -> float:
    """Mean Brier score, summed over classes, of the same."""
    return 1 - float(np.sum(shares**2))


def summed_brier_rows(predictions: Predictions, target: Target) -> Floats:
    """(n_rows,) squared error of the probabilities, summed over classes; of two classes, twice that of one."""
    return brier_rows(predictions, target) * (2 if target.task is Task.BINARY else 1)


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
    ValueMetric(
        info=MetricInfo(
            "d2_log_loss",
            "D² log loss",
            True,
            best=1.0,
            description="1 − log loss by that of the shares of the classes, given to every row; 0 is as these.",
        ),
        tasks=CLASSES,
        needs="probability",
        function=d2(log_loss_rows, entropy),
        undefined="only one class in these rows",
        support=beside_largest,
    ),
    ValueMetric(
        info=MetricInfo(
            "d2_brier",
            "D² Brier",
            True,
            best=1.0,
            description="1 − Brier score by that of the shares of the classes, given to every row; 0 is as these.",
        ),
        tasks=CLASSES,
        needs="probability",
        function=d2(summed_brier_rows, impurity),
        undefined="only one class in these rows",
        support=beside_largest,
    ),
)
