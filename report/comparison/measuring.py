"""The change of every metric of one pair of models."""

from __future__ import annotations

import math
import statistics
import warnings
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ..core.losses import loss_name, row_losses
from ..core.pairing import MeanOfRows
from ..core.results import MetricInfo
from .changes import Fits, estimate_repeated
from .statistics.proportions import mcnemar
from .verdicts import metric_change

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ..core.comparison import MetricChange
    from ..core.pairing import PairedMetric, Pairing
    from ..core.results import ModelEvaluation
    from ..core.values import Predictions, Target
    from .statistics.estimate import Estimate

LOSS = "loss"
_FIGURES = {"fit_time": "fit_seconds", "predict_time": "predict_seconds", "model_size": "size_bytes"}


class Sides(NamedTuple):
    """The answers of two models about the same labelled rows in the same order."""

    base: Predictions
    head: Predictions


def metric_changes(
    fits: Fits, infos: Sequence[MetricInfo], metrics: Mapping[str, PairedMetric], target: Target, margin: float | str
) -> tuple[MetricChange, ...]:
    """The change of each metric of the report that both models have a value of on these rows.

    fits : of both sides, one each or one a seed; all about the same rows in the same order.
    """
    found = []
    known: dict[Pairing, Estimate] = {}  # some metrics ask the same question
    for info in infos:
        if info.name == LOSS:
            found.append(_loss_change(fits, info, target, margin))
        elif info.name in metrics:
            found.append(_change(fits, metrics[info.name], target, margin, known))
    return tuple(change for change in found if change is not None)


def figure_changes(base: ModelEvaluation, head: ModelEvaluation) -> tuple[MetricChange, ...]:
    """Time to fit, time to predict and size: measured once on each side, so without an interval."""
    changes = []
    for name, field in _FIGURES.items():
        before, after = getattr(base, field), getattr(head, field)
        if before is not None and after is not None:
            info = MetricInfo(name, name, greater_is_better=False)
            changes.append(metric_change(info, float(before), float(after), None, margin=0.0, p_value=None))
    return tuple(changes)


def _change(
    fits: Fits, metric: PairedMetric, target: Target, margin: float | str, known: dict[Pairing, Estimate]
) -> MetricChange | None:
    if not all(_is_fit(metric, fit) for side in fits for fit in side):
        return None
    try:
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            pairing = metric.pairing(target)
            if pairing is None:
                return None
            values = [[metric.compute(fit, target) for fit in side] for side in fits]
            return _made(metric.info, values, pairing, fits, margin, known)
    except (Exception, SystemExit):  # noqa: BLE001 - own metrics too: one of them never takes the report down
        return None


def _loss_change(fits: Fits, info: MetricInfo, target: Target, margin: float | str) -> MetricChange | None:
    """None where the two models are not reported by the same loss."""
    names = {loss_name(target.task, fit.score_kind) for side in fits for fit in side}
    if len(names) > 1 or not len(fits.head[0].y_pred):
        return None
    losses = {id(fit): row_losses(target.task, fit) for side in fits for fit in side}
    weight = fits.head[0].weight
    values = [[float(np.average(losses[id(fit)], weights=weight)) for fit in side] for side in fits]
    return _made(info, values, MeanOfRows(lambda fit: losses[id(fit)]), fits, margin, {})


def _made(
    info: MetricInfo,
    values: Sequence[Sequence[float]],
    pairing: Pairing,
    fits: Fits,
    margin: float | str,
    known: dict[Pairing, Estimate],
) -> MetricChange | None:
    before, after = (statistics.fmean(side) for side in values)
    if not (math.isfinite(before) and math.isfinite(after)):
        return None
    if pairing not in known:
        known[pairing] = estimate_repeated(pairing, *fits)
    estimate = known[pairing]
    p_value = _p_value(pairing, fits, estimate)
    change = metric_change(info, before, after, estimate, margin=margin, p_value=p_value)
    return replace(change, spread=_spread(values))


def _spread(values: Sequence[Sequence[float]]) -> tuple[float, ...] | None:
    """The standard deviation over the fits of each side; None for one fit a side."""
    if max(map(len, values)) < 2:
        return None
    return tuple(statistics.stdev(side) if len(side) > 1 else 0.0 for side in values)


def _is_fit(metric: PairedMetric, side: Predictions) -> bool:
    """Whether the model gives what the metric needs, and all of it finite."""
    if metric.needs == "probability" and side.score_kind != "probability":
        return False
    answers = side.y_pred if metric.needs == "labels" else side.y_score
    if answers is None or side.y_true is None or not len(answers):
        return False
    return answers.dtype.kind != "f" or bool(np.isfinite(answers).all())


def _p_value(pairing: Pairing, fits: Fits, estimate: Estimate) -> float:
    """Of no change: by McNemar for shares of rows of one fit a side, else by the distribution of the estimate."""
    if not isinstance(pairing, MeanOfRows) or not pairing.is_share or max(map(len, fits)) > 1:
        return estimate.p_value
    [head] = fits.head
    if head.weight is not None or head.group is not None:
        return estimate.p_value
    before, after = (pairing.rows(fit) > 0 for [fit] in fits)
    fixed, broken = np.count_nonzero(after & ~before), np.count_nonzero(before & ~after)
    return mcnemar(int(fixed), int(broken))[1]
