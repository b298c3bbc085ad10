"""A change with its interval, and the way there that most metrics share: the influence of each row."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from scipy import special

from ...core.results import Interval
from .tails import heavy_tails, rows_in_effect

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

LEVEL = 0.95
SKEWED = 0.05  # standard errors
HAVE_A_VALUE = 0.9  # of the draws of a bootstrap, at least
POWER = 0.82  # a little over four times out of five: resampled intervals are a little wider than normal ones


class Part(NamedTuple):
    """A metric of one model. value : on all rows. influence : (n_rows,), of each row on it, of mean zero.

    spare : added to the sum of squared influences, so that answers that agree are no certainty.
    """

    value: float
    influence: NDArray[np.float64]
    spare: float = 0.0


@dataclass(frozen=True)
class Estimate:
    """The change head − base of one metric. n_rows : rows that both were scored on. method : in words.

    freedom : degrees of freedom of Student's t, infinite for a normal interval. why : the reason of a missing interval.
    """

    difference: float
    standard_error: float
    interval: Interval
    n_rows: int
    method: str
    freedom: float = math.inf
    why: str | None = None

    @property
    def centre(self) -> float:
        """The middle of the interval."""
        return (self.interval.low + self.interval.high) / 2

    @property
    def detectable(self) -> float:
        """The smallest change that these rows would show four times out of five, at 5% false alarms (2.9 σ)."""
        return float(special.ndtri(0.975) + special.ndtri(POWER)) * self.standard_error

    @property
    def p_value(self) -> float:
        """Two-sided, of no change at all, by the distribution of the interval; 1 for no difference."""
        if self.difference == 0 or self.standard_error == 0:
            return float(self.difference == 0)
        if not math.isfinite(self.standard_error):
            return 1.0
        return 2.0 * float(special.stdtr(self.freedom, -abs(self.centre) / self.standard_error))


def from_influence(
    difference: float,
    influence: NDArray[np.float64],
    *,
    group: NDArray[np.int64] | None = None,
    method: str,
    level: float = LEVEL,
    freedom: float = math.nan,
    spare: float = 0.0,
    by_kurtosis: bool = False,
) -> Estimate:
    """Estimate of a statistic that is linear, to first order, in its rows.

    influence : (n_rows,), the empirical influence of each row on the difference, of mean zero: for a plain mean its
        deviation from the mean. group : (n_rows,) codes 0 … n_groups − 1; rows of one group vary together: their
        influences are summed.
    spare : added to the sum of squares.
    by_kurtosis : whether the degrees of freedom are no more than the variance of these parts is known with.
    freedom : of Student's t; infinite for normal quantiles, below 1 where nothing is known. By default that of the
        rows or groups; never more than that of groups.
    Source: the sandwich variance of M-estimators (Huber 1967), over clusters as Liang & Zeger 1986.
    """
    n_rows = len(influence)
    parts = influence if group is None else np.bincount(group, weights=influence).astype(np.float64)
    n_parts = len(parts)
    by_rows = math.isnan(freedom)  # else the degrees of freedom stand for what is known of the tails
    if group is not None or math.isnan(freedom):
        freedom = min(n_parts - 1, math.inf if math.isnan(freedom) else freedom)
    if freedom < 1:
        return unknown(difference, n_rows, method, level)
    variance = (float(parts @ parts) + spare) / n_rows**2 * n_parts / (n_parts - 1)
    if not math.isfinite(variance):
        return unknown(difference, n_rows, method, level, why="without one of the rows there is no value")
    if by_rows and not spare and (why := heavy_tails(parts)) is not None:
        return unknown(difference, n_rows, method, level, why=why)
    error = math.sqrt(variance)
    if by_kurtosis:
        freedom = min(freedom, _freedom_of(parts))
    estimate = from_error(difference, error, n_rows=n_rows, method=method, level=level, freedom=freedom)
    return _longer(estimate, _skew(parts, spare))


def _freedom_of(parts: NDArray[np.float64]) -> float:
    """2n/(κ − 1), from the variance of a variance (Satterthwaite 1946): n for normal parts, fewer for long tails."""
    excess = 1 / rows_in_effect(parts) - 1 / len(parts)
    return max(2 / excess, 1.0) if excess > 0 else math.inf


def _skew(parts: NDArray[np.float64], spare: float) -> float:
    """How much further an interval reaches to the side of the long tail, in standard errors (Johnson 1978, Hall 1992).

    Less than a twentieth is nothing: Student's interval; more than one is not believed.
    """
    squares = float(parts @ parts) + spare
    a_reach = (2 * float(special.ndtri(0.975)) ** 2 + 1) / 6
    widest = max(float(parts.max()), -float(parts.min()))
    if a_reach * widest <= SKEWED * math.sqrt(squares):  # |Σx³| ≤ max|x| Σx²
        return 0.0
    skewness = float(np.square(parts) @ parts) / squares**1.5  # of the mean: that of the parts / √n
    reach = a_reach * skewness
    return math.copysign(min(abs(reach), 1.0), reach) if abs(reach) > SKEWED else 0.0


def _longer(estimate: Estimate, reach: float) -> Estimate:
    """The interval with its end on the side of `reach` so many standard errors further out, the other where it is.

    Its standard error becomes that of an interval of this width.
    """
    if not reach:
        return estimate
    added = reach * estimate.standard_error
    low, high = estimate.interval.low + min(added, 0.0), estimate.interval.high + max(added, 0.0)
    wider = (high - low) / (estimate.interval.high - estimate.interval.low)
    interval = replace(estimate.interval, low=low, high=high)
    return replace(estimate, interval=interval, standard_error=estimate.standard_error * wider)


def change_of(
    base: Sequence[Part],
    head: Sequence[Part],
    *,
    group: NDArray[np.int64] | None = None,
    method: str,
    freedom: float = math.nan,
    by_kurtosis: bool = False,
) -> Estimate:
    """The change of the mean over the fits of each side, with the variance of rows: that of the mean influences."""
    difference = float(np.mean([part.value for part in head]) - np.mean([part.value for part in base]))
    influence = mean_over([part.influence for part in head]) - mean_over([part.influence for part in base])
    spare = float(np.mean([part.spare for part in (*base, *head)]))
    return from_influence(
        difference, influence, group=group, method=method, freedom=freedom, spare=spare, by_kurtosis=by_kurtosis
    )


def mean_of(parts: Sequence[Part]) -> Part:
    """The mean of several values of one model on the same rows, such as one an output."""
    values, influences, spares = zip(*parts, strict=True)
    return Part(float(np.mean(values)), mean_over(influences), float(np.mean(spares)))


def mean_over(fits: Sequence[NDArray[np.float64]]) -> NDArray[np.float64]:
    """The mean of arrays of one shape, one a fit, without holding them all."""
    total = fits[0]
    for values in fits[1:]:
        total = total + values
    return total / len(fits) if len(fits) > 1 else total


def settled(draws: NDArray[np.float64]) -> NDArray[np.float64] | None:
    """The draws that have a value; None where more than a tenth has none: the metric hangs on one or two rows."""
    known = draws[np.isfinite(draws)]
    return known if len(known) >= HAVE_A_VALUE * len(draws) and len(known) > 1 else None


def unknown(difference: float, n_rows: int, method: str, level: float = LEVEL, why: str | None = None) -> Estimate:
    """A difference of which the rows do not tell how uncertain it is; why : in a sentence."""
    return Estimate(difference, math.inf, Interval(-math.inf, math.inf, level), n_rows, method, why=why)


def from_error(
    difference: float, error: float, *, n_rows: int, method: str, level: float = LEVEL, freedom: float = math.inf
) -> Estimate:
    """Interval by Student's t around a difference whose standard error is known; infinite `freedom`: normal."""
    quantile = special.ndtri(0.5 + level / 2) if math.isinf(freedom) else special.stdtrit(freedom, 0.5 + level / 2)
    half = float(quantile) * error
    interval = Interval(difference - half, difference + half, level)
    return Estimate(difference, error, interval, n_rows, method, freedom)


def of_uneven(estimate: Estimate, shares: NDArray[np.float64]) -> Estimate:
    """The estimate from rows or groups of which some count for more than others: wider.

    shares : (n_parts,), what each counts for, of sum 1. A heavy part pulls the mean to itself, which hides more of the
    variance than the 1/n_parts that is allowed for: 2 Σh³/Σh² − Σh² of it. Degrees of freedom are those of the 1/Σh²
    equal parts that tell as much (Kish 1965).
    """
    squares, n_parts = float(shares @ shares), len(shares)
    if squares >= 1 or not math.isfinite(estimate.standard_error) or n_parts * squares < 1 + 1e-9:
        return estimate
    hidden = 2 * float(np.sum(shares**3)) / squares - squares
    wider = from_error(
        estimate.centre,
        estimate.standard_error * math.sqrt((1 - 1 / n_parts) / (1 - hidden)),
        n_rows=estimate.n_rows,
        method=estimate.method,
        level=estimate.interval.level,
        freedom=min(estimate.freedom, 1 / squares - 1),
    )
    return replace(wider, difference=estimate.difference)
