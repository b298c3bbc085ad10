"""Every metric by name, in the order of the documentation, and those of each task when none are asked for."""

from __future__ import annotations

from ...core.values import Task
from .base import Metric
from .labels import LABEL_METRICS
from .probabilities import PROBABILITY_METRICS
from .ranking import RANKING_METRICS
from .regression import REGRESSION_METRICS
from .runs import LOSS, RUN_METRICS

__all__ = ["DEFAULTS", "LOSS", "METRICS", "Metric"]

METRICS: tuple[Metric, ...] = (
    *LABEL_METRICS,
    *RANKING_METRICS,
    *PROBABILITY_METRICS,
    *REGRESSION_METRICS,
    *RUN_METRICS,
)

# The loss is always reported, so log loss and MSE would say the same number twice.
DEFAULTS: dict[Task, tuple[str, ...]] = {
    Task.BINARY: ("accuracy", "f1", "precision", "recall", "roc_auc"),
    Task.MULTICLASS: ("accuracy", "balanced_accuracy", "f1_macro"),
    Task.MULTILABEL: ("f1_macro", "f1_micro", "hamming_loss"),
    Task.REGRESSION: ("r2", "rmse", "mae"),
    Task.MULTIOUTPUT: ("r2", "rmse", "mae"),
}
