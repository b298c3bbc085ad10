"""The change of every metric of one pair of models."""

from __future__ import annotations

import math
import warnings
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ..core.losses import loss_name, row_losses, worst_loss
from ..core.pairing import MeanOfRows
from ..core.results import MetricInfo
from .changes import estimate_change
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
    sides: Sides, infos: Sequence[MetricInfo], metrics: Mapping[str, PairedMetric], target: Target, margin: float | str
) -> tuple[MetricChange, ...]:
    """The change of each metric of the report that both models have a value of on these rows."""
    found = []
    known: dict[Pairing, Estimate] = {}  # some metrics ask the same question
    for info in infos:
        if info.name == LOSS:
            found.append(_loss_change(sides, info, target, margin))
        elif info.name in metrics:
            found.append(_change(sides, metrics[info.name], target, margin, known))
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
    sides: Sides, metric: PairedMetric, target: Target, margin: float | str, known: dict[Pairing, Estimate]
) -> MetricChange | None:
    if not all(_is_fit(metric, side) for side in sides):
        return None
    try:
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            pairing = metric.pairing(target)
            if pairing is None:
                return None
            before, after = (metric.compute(side, target) for side in sides)
            return _made(metric.info, before, after, pairing, sides, margin, known)
    except (Exception, SystemExit):  # noqa: BLE001 - own metrics too: one of them never takes the report down
        return None


def _loss_change(sides: Sides, info: MetricInfo, target: Target, margin: float | str) -> MetricChange | None:
    """None where the two models are not reported by the same loss."""
    names = {loss_name(target.task, side.score_kind) for side in sides}
    if len(names) > 1 or not len(sides.head.y_pred):
        return None
    losses = [row_losses(target.task, side) for side in sides]
    before, after = (float(np.average(rows, weights=sides.head.weight)) for rows in losses)
    pairing = MeanOfRows(lambda side: losses[side is sides.head], worst=lambda side: worst_loss(target.task, side))
    return _made(info, before, after, pairing, sides, margin, {})


def _made(  # noqa: PLR0917 - all that a change is made of
    info: MetricInfo,
    before: float,
    after: float,
    pairing: Pairing,
    sides: Sides,
    margin: float | str,
    known: dict[Pairing, Estimate],
) -> MetricChange | None:
    if not (math.isfinite(before) and math.isfinite(after)):
        return None
    if pairing not in known:
        known[pairing] = estimate_change(pairing, *sides)
    estimate = known[pairing]
    return metric_change(info, before, after, estimate, margin=margin, p_value=_p_value(pairing, sides, estimate))


def _is_fit(metric: PairedMetric, side: Predictions) -> bool:
    """Whether the model gives what the metric needs, and all of it finite."""
    if metric.needs == "probability" and side.score_kind != "probability":
        return False
    answers = side.y_pred if metric.needs == "labels" else side.y_score
    if answers is None or side.y_true is None or not len(answers):
        return False
    return answers.dtype.kind != "f" or bool(np.isfinite(answers).all())


def _p_value(pairing: Pairing, sides: Sides, estimate: Estimate) -> float:
    """Of no change: by McNemar for shares of rows, else by the distribution of the estimate."""
    if not isinstance(pairing, MeanOfRows) or not pairing.is_share:
        return estimate.p_value
    if sides.head.weight is not None or sides.head.group is not None:
        return estimate.p_value
    before, after = (pairing.rows(side) > 0 for side in sides)
    fixed, broken = np.count_nonzero(after & ~before), np.count_nonzero(before & ~after)
    return mcnemar(int(fixed), int(broken))[1]
