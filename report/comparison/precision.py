"""Answers as alike as those of two runs of one solver: which side is better is no question of the models."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ..core.comparison import MetricChange, ModelPair
    from ..core.values import Predictions
    from .changes import Fits

    Floats = NDArray[np.float64]

PRECISION = 1e-3  # of a probability; of numbers, by their usual error: solvers stop at gradients of 0.0001
_LOGIT = 1e-2  # else rare classes, whose probabilities are all small, would always be alike
_SMALLEST = 1e-9
WHY = "no answer differs by more than the precision of a solver"


def judged_for_precision(pair: ModelPair, fits: Fits) -> ModelPair:
    """The pair whose changes are unclear where all fits that judge answer alike."""
    if not fits.agree(answer_closely):
        return pair
    return replace(pair, changes=tuple(_unclear(change) for change in pair.changes))


def answer_closely(base: Predictions, head: Predictions) -> bool:
    """Whether no answer about the same rows differs by more than a solver's precision; labels alone never are."""
    if base.y_score is None or head.y_score is None:
        return _numbers_alike(base, head)
    if base.y_score.shape != head.y_score.shape or {base.score_kind, head.score_kind} != {"probability"}:
        return False
    differ = np.abs(base.y_score - head.y_score).max(initial=0.0) > PRECISION
    return not differ and bool(np.abs(_logit(base.y_score) - _logit(head.y_score)).max(initial=0.0) <= _LOGIT)


def _numbers_alike(base: Predictions, head: Predictions) -> bool:
    if base.y_true is None or base.y_pred.dtype.kind != "f" or head.y_pred.dtype.kind != "f":
        return False
    errors = [np.sqrt(np.mean(np.square(side.y_pred - side.y_true), axis=0)) for side in (base, head)]
    return bool((np.abs(base.y_pred - head.y_pred).max(axis=0) <= PRECISION * np.minimum(*errors)).all())


def _logit(probability: Floats) -> Floats:
    clipped = np.clip(probability, _SMALLEST, 1 - _SMALLEST)
    return np.asarray(np.log(clipped / (1 - clipped)))


def _unclear(change: MetricChange) -> MetricChange:
    return replace(change, verdict="unclear", why=WHY) if change.verdict in ("improved", "worse") else change
