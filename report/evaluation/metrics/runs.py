"""What is measured of a model whatever the task: its loss, how long it takes, and its size."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...core.losses import loss_name, row_losses, worst_loss
from ...core.results import MetricInfo
from ...core.values import ModelRun, Predictions, Target
from .base import ALL_TASKS, Metric, RowMetric, RunMetric

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class LossMetric(RowMetric):
    """The loss that is reported for every model: which one it is depends on what the model gives."""

    def note(self, predictions: Predictions, target: Target) -> str | None:
        return loss_name(target.task, predictions.score_kind)


def loss_rows(predictions: Predictions, target: Target) -> NDArray[np.float64]:
    """(n_rows,) the reported loss."""
    return row_losses(target.task, predictions)


def worst_row_loss(predictions: Predictions, target: Target) -> float:
    """That of a row whose label was given a probability of 0; 0 where none is given that."""
    return worst_loss(target.task, predictions)


def fit_time(run: ModelRun) -> float | None:
    return run.fit_seconds


def predict_time(run: ModelRun) -> float | None:
    return run.predict_seconds


def model_size(run: ModelRun) -> float | None:
    return run.size_bytes


LOSS = LossMetric(
    info=MetricInfo("loss", "Loss", False, best=0.0, description="The mean loss of a row."),
    tasks=ALL_TASKS,
    per_row=loss_rows,
    worst=worst_row_loss,
)

RUN_METRICS: tuple[Metric, ...] = (
    LOSS,
    RunMetric(
        info=MetricInfo("fit_time", "Fit time", False, unit="s", description="Wall time of the fit."),
        tasks=ALL_TASKS,
        of_run=fit_time,
    ),
    RunMetric(
        info=MetricInfo(
            "predict_time", "Predict time", False, unit="s", description="Wall time to predict the validation rows."
        ),
        tasks=ALL_TASKS,
        of_run=predict_time,
    ),
    RunMetric(
        info=MetricInfo("model_size", "Model size", False, unit="bytes", digits=0, description="Size when pickled."),
        tasks=ALL_TASKS,
        of_run=model_size,
    ),
)
