"""What the metrics of the repository's own say of answers, for telling whether two definitions mean the same."""

from __future__ import annotations

import math
import time
import warnings
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from ..core.probing import made_up, probes, weighed_probes
from ..core.values import Task
from .metrics.base import measure

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ..core.values import ModelRun, Predictions, Target
    from .metrics import Metric

_SECONDS = 0.5  # for the probes of a metric: of a slow one there are fewer


class OwnValue(NamedTuple):
    """What a definition says of the validation rows without weights, and of each of some probes, NaN where it fails.

    probed, weighed : of `probes` and `weighed_probes`. made_up : of `probes` of made-up answers about the same classes.
    """

    value: float
    greater_is_better: bool
    probed: tuple[float, ...]
    weighed: tuple[float, ...]
    made_up: tuple[float, ...]


def own_values(run: ModelRun, metrics: Iterable[Metric], target: Target) -> dict[str, OwnValue]:
    """By name, for metrics that have a value on all validation rows."""
    if run.validation is None:
        return {}
    answers = replace(run.validation, weight=None)
    found = {}
    for metric in metrics:
        value = _value(metric, answers, target)
        if math.isfinite(value):
            found[metric.info.name] = _own_value(metric, value, run.validation, target)
    return found


def _own_value(metric: Metric, value: float, answers: Predictions, target: Target) -> OwnValue:
    weighed = () if answers.weight is None else _values(metric, weighed_probes(answers, target), target)
    invented: tuple[float, ...] = ()
    if target.task in (Task.BINARY, Task.MULTICLASS):
        others, classes = made_up(len(answers.y_pred), target.classes, answers.score_kind)
        invented = _values(metric, probes(others, classes), classes)
    probed = _values(metric, probes(answers, target), target)
    return OwnValue(value, metric.info.greater_is_better, probed, weighed, invented)


def _values(metric: Metric, variants: Iterable[Predictions], target: Target) -> tuple[float, ...]:
    """Of as many as there is time for, at least one."""
    values, begun = [], time.perf_counter()
    for answers in variants:
        values.append(_value(metric, answers, target))
        if time.perf_counter() - begun > _SECONDS:
            break
    return tuple(values)


def _value(metric: Metric, answers: Predictions, target: Target) -> float:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what a function thinks of answers that no model gave
        value = measure(metric, answers, target).value
    return math.nan if value is None else value
