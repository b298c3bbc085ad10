"""The change of every metric of one pair of models."""

from __future__ import annotations

import math
import statistics
import warnings
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ..core.comparison import MetricChange
from ..core.errors import ReportError
from ..core.faults import fault_of
from ..core.losses import loss_name, row_losses, worst_loss
from ..core.pairing import Failed, MeanOfRows, NotApplicable
from ..core.results import MetricInfo
from .changes import Fits, estimate_repeated
from .statistics.proportions import mcnemar
from .verdicts import metric_change

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from ..core.pairing import PairedMetric, Pairing
    from ..core.results import ModelEvaluation
    from ..core.values import Predictions, Target
    from .statistics.estimate import Estimate

LOSS = "loss"
_TIMES = ("fit_time", "predict_time")
_KEPT = "base's time is from another run, on another machine"
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
    known: dict[Pairing, Estimate] = {}  # some metrics ask the same question

    def measured(info: MetricInfo) -> MetricChange | None:
        if info.name == LOSS:
            return _loss_change(fits, info, target, margin)
        metric = metrics.get(info.name)
        return None if metric is None else _change(fits, metric, target, margin, known)

    found = [_guarded(info, measured, len(fits.head[0].y_pred)) for info in infos]
    return tuple(change for change in found if change is not None)


def base_values(
    base: Predictions, infos: Sequence[MetricInfo], metrics: Mapping[str, PairedMetric], target: Target, why: str
) -> tuple[MetricChange, ...]:
    """The values of a model of base whose like in head gave no answers; why : what became of that."""
    values = []
    for info in infos:
        metric = metrics.get(info.name)
        if metric is None or not _is_fit(metric, base) or metric.pairing(target) is None:
            continue
        with suppress(Failed, NotApplicable, ReportError), np.errstate(all="ignore"):
            values.append(_without_verdict(info, metric.compute(base, target), math.nan, why, len(base.y_pred)))
    return tuple(value for value in values if math.isfinite(value.base))


def value_of(metric: PairedMetric, answers: Predictions | None, target: Target) -> float:
    """The value on some answers; NaN where there is none."""
    if answers is None or not _is_fit(metric, answers):
        return math.nan
    with suppress(Failed, NotApplicable, ReportError), warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        return metric.compute(answers, target)
    return math.nan


def figure_changes(base: ModelEvaluation, head: ModelEvaluation, *, is_kept: bool = False) -> tuple[MetricChange, ...]:
    """Time to fit, time to predict and size: measured once on each side, so without an interval.

    is_kept : whether base's side was measured in another run, on another machine: then its times are not compared.
    """
    changes = []
    for name, field in _FIGURES.items():
        before, after = getattr(base, field), getattr(head, field)
        if before is not None and after is not None:
            info = MetricInfo(name, name, greater_is_better=False)
            change = metric_change(info, float(before), float(after), None, margin=0.0, p_value=None)
            changes.append(_uncompared(change, _KEPT) if is_kept and name in _TIMES else change)
    return tuple(changes)


def _guarded(
    info: MetricInfo, measured: Callable[[MetricInfo], MetricChange | None], n_rows: int
) -> MetricChange | None:
    """The change of a metric, with why there is none; an error of ours must not look like no difference."""
    try:
        return measured(info)
    except NotApplicable:
        return None
    except (Failed, ReportError) as error:  # what a function of the repository raises is one of these
        why = str(error)
    except Exception as error:  # noqa: BLE001 - an error of ours, shown as one
        why = fault_of(error)
    return _without_verdict(info, math.nan, math.nan, why, n_rows)


def _change(
    fits: Fits, metric: PairedMetric, target: Target, margin: float | str, known: dict[Pairing, Estimate]
) -> MetricChange | None:
    if not all(_is_fit(metric, fit) for side in fits for fit in side):
        return None
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        pairing = metric.pairing(target)
        if pairing is None:
            return None
        values = [[metric.compute(fit, target) for fit in side] for side in fits]
        return _made(metric.info, values, pairing, fits, margin, known)


def _without_verdict(info: MetricInfo, base: float, head: float, why: str, n_rows: int) -> MetricChange:
    return MetricChange(info.name, base, head, math.nan, None, "not comparable", 0.0, n_rows, "not measured", why=why)


def _uncompared(change: MetricChange, why: str) -> MetricChange:
    return replace(change, verdict="not comparable", why=why, difference=math.nan)


def _loss_change(fits: Fits, info: MetricInfo, target: Target, margin: float | str) -> MetricChange | None:
    """None where the two models are not reported by the same loss."""
    names = {loss_name(target.task, fit.score_kind) for side in fits for fit in side}
    if len(names) > 1 or not len(fits.head[0].y_pred):
        return None
    losses = {id(fit): row_losses(target.task, fit) for side in fits for fit in side}
    weight = fits.head[0].weight
    values = [[float(np.average(losses[id(fit)], weights=weight)) for fit in side] for side in fits]
    pairing = MeanOfRows(lambda fit: losses[id(fit)], worst=lambda fit: worst_loss(target.task, fit))
    return _made(info, values, pairing, fits, margin, {})


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
