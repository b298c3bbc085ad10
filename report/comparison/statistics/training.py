"""The luck of training: how much of a change comes from the random numbers that the fits drew."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from .estimate import from_error

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .estimate import Estimate


class _Part(NamedTuple):
    """A variance, and the degrees of freedom that it is known with."""

    variance: float
    freedom: float


def with_training(estimate: Estimate, base: Sequence[float], head: Sequence[float]) -> Estimate:
    """The estimate of a mean over fits, with the variance of training beside that of rows.

    estimate : of the change of the mean over fits, by the variance of rows. base, head : the value of each fit, one a
    seed. Total variance: rows + s²base/k_base + s²head/k_head, with Student's t of Welch's degrees of freedom
    (Satterthwaite 1946) over these parts. A side of one fit is taken to vary as the other does; where both have one
    fit, nothing is known of training, and the estimate stays as it is.
    """
    training = _training(base, head)
    if not training or not math.isfinite(estimate.standard_error):
        return estimate
    parts = [_Part(estimate.standard_error**2, estimate.freedom), *training]
    variance = sum(part.variance for part in parts)
    spread = sum(part.variance**2 / part.freedom for part in parts)
    centre = (estimate.interval.low + estimate.interval.high) / 2
    total = from_error(
        centre,
        math.sqrt(variance),
        n_rows=estimate.n_rows,
        method=f"{estimate.method}, with the variance of {_fits(base, head)}",
        level=estimate.interval.level,
        freedom=variance**2 / spread if spread else math.inf,
    )
    return replace(total, difference=estimate.difference)


def _training(base: Sequence[float], head: Sequence[float]) -> list[_Part]:
    sides = (base, head)
    known = [float(np.var(values, ddof=1)) if len(values) > 1 else math.nan for values in sides]
    if all(math.isnan(variance) for variance in known):
        return []
    if any(math.isnan(variance) for variance in known):  # one variance for both sides, known from one of them
        variance, n_fits = float(np.nanmax(known)), max(len(base), len(head))
        return [_Part(variance * (1 / len(base) + 1 / len(head)), n_fits - 1)]
    return [_Part(one / len(values), len(values) - 1) for one, values in zip(known, sides, strict=True)]


def _fits(base: Sequence[float], head: Sequence[float]) -> str:
    if len(base) == len(head):
        return f"{len(base)} fits a side"
    return f"{len(base)} and {len(head)} fits"
