"""A metric bound to a target, for those who know predictions but no metrics."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from .metrics import DEFAULTS, METRICS
from .metrics.base import Metric, RowMetric, RunMetric, measure
from .metrics.own import FunctionMetric
from .metrics.regression import squared_rows
from .metrics.runs import loss_rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..core.values import Predictions, Target

_BY_NAME = {metric.info.name: metric for metric in METRICS}


@dataclass(frozen=True)
class MetricScorer:
    """A `Scorer`: the value of a metric on some rows, NaN where it has none."""

    metric: Metric
    target: Target

    @property
    def name(self) -> str:
        return self.metric.info.name

    @property
    def title(self) -> str:
        return self.metric.info.title

    @property
    def greater_is_better(self) -> bool:
        return self.metric.info.greater_is_better

    def __call__(self, predictions: Predictions) -> float:
        value = measure(self.metric, predictions, self.target).value
        return float("nan") if value is None else value


def scorer(metric: Metric, target: Target) -> MetricScorer:
    """The metric as a `Scorer`; it can be pickled, and carries what the target means but not its rows."""
    return MetricScorer(metric, replace(target, values=target.values[:0], encoded=target.encoded[:0]))


def curve_scorer(metrics: Sequence[Metric], target: Target) -> MetricScorer:
    """What is drawn beside the loss: the report's first metric that is quick at every stage and is not the loss.

    Quick are those of labels or numbers that are not the repository's own; without one, what is usual for the task.
    """
    usual = (_BY_NAME[name] for name in DEFAULTS[target.task])
    return scorer(next(metric for metric in (*metrics, *usual) if _is_quick(metric) and not _is_loss(metric)), target)


def _is_quick(metric: Metric) -> bool:
    return metric.needs == "labels" and not isinstance(metric, (RunMetric, FunctionMetric))


def _is_loss(metric: Metric) -> bool:
    return isinstance(metric, RowMetric) and metric.per_row in (loss_rows, squared_rows)
