"""A metric bound to a target, for those who know predictions but no metrics."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from .metrics.base import Metric, measure

if TYPE_CHECKING:
    from ..core.values import Predictions, Target


@dataclass(frozen=True)
class MetricScorer:
    """A `Scorer`: the value of a metric on some rows, NaN where it has none."""

    metric: Metric
    target: Target

    @property
    def name(self) -> str:
        return self.metric.info.name

    @property
    def greater_is_better(self) -> bool:
        return self.metric.info.greater_is_better

    def __call__(self, predictions: Predictions) -> float:
        value = measure(self.metric, predictions, self.target).value
        return float("nan") if value is None else value


def scorer(metric: Metric, target: Target) -> MetricScorer:
    """The metric as a `Scorer`; it can be pickled, and carries what the target means but not its rows."""
    return MetricScorer(metric, replace(target, values=target.values[:0], encoded=target.encoded[:0]))
