"""A change with its interval, and the way there that most metrics share: the influence of each row."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import special

from ...core.results import Interval

if TYPE_CHECKING:
    from numpy.typing import NDArray

LEVEL = 0.95
POWER = 0.82  # a little over four times out of five: resampled intervals are a little wider than normal ones


@dataclass(frozen=True)
class Estimate:
    """The change head − base of one metric. n_rows : rows that both were scored on. method : in words.

    freedom : degrees of freedom of Student's t, infinite for a normal interval.
    """

    difference: float
    standard_error: float
    interval: Interval
    n_rows: int
    method: str
    freedom: float = math.inf

    @property
    def detectable(self) -> float:
        """The smallest change that these rows would show four times out of five, at 5% false alarms (2.9 σ)."""
        return float(special.ndtri(0.975) + special.ndtri(POWER)) * self.standard_error

    @property
    def p_value(self) -> float:
        """Two-sided, of no change at all, by the distribution of the interval; 1 for no difference."""
        if self.difference == 0 or self.standard_error == 0:
            return float(self.difference == 0)
        return 2.0 * float(special.stdtr(self.freedom, -abs(self.difference) / self.standard_error))


def from_influence(
    difference: float,
    influence: NDArray[np.float64],
    *,
    group: NDArray[Any] | None = None,
    method: str,
    level: float = LEVEL,
    normal: bool = False,
) -> Estimate:
    """Estimate of a statistic that is linear, to first order, in its rows.

    influence : (n_rows,), the empirical influence of each row on the difference, of mean zero: for a plain mean its
        deviation from the mean. group : (n_rows,) rows of one group vary together: their influences are summed.
    normal : normal quantiles in place of Student's. Source: the sandwich variance of M-estimators (Huber 1967),
        over clusters as Liang & Zeger 1986.
    """
    n_rows = len(influence)
    parts = influence if group is None else _sum_by_group(influence, group)
    n_parts = len(parts)
    if n_parts < 2:
        return _made(difference, math.inf, math.inf, n_rows, method, level)
    variance = float(parts @ parts) / n_rows**2 * n_parts / (n_parts - 1)
    quantile = special.ndtri(0.5 + level / 2) if normal else special.stdtrit(n_parts - 1, 0.5 + level / 2)
    made = _made(difference, math.sqrt(variance), float(quantile), n_rows, method, level)
    return made if normal else replace(made, freedom=n_parts - 1)


def from_draws(
    difference: float, draws: NDArray[np.float64], *, n_rows: int, method: str, level: float = LEVEL
) -> Estimate:
    """Percentile interval of a bootstrap; draws : (n_draws,) differences, NaN where a draw had none."""
    known = draws[np.isfinite(draws)]
    if len(known) < len(draws) / 2 or len(known) < 2:
        return _made(difference, math.inf, math.inf, n_rows, method, level)
    low, high = np.quantile(known, [0.5 - level / 2, 0.5 + level / 2])
    return Estimate(difference, float(known.std(ddof=1)), Interval(float(low), float(high), level), n_rows, method)


def from_error(difference: float, error: float, *, n_rows: int, method: str, level: float = LEVEL) -> Estimate:
    """Normal interval around a difference whose standard error is known."""
    return _made(difference, error, float(special.ndtri(0.5 + level / 2)), n_rows, method, level)


def _made(difference: float, error: float, quantile: float, n_rows: int, method: str, level: float) -> Estimate:
    half = quantile * error
    return Estimate(difference, error, Interval(difference - half, difference + half, level), n_rows, method)


def _sum_by_group(values: NDArray[np.float64], group: NDArray[Any]) -> NDArray[np.float64]:
    _, index = np.unique(group, return_inverse=True)
    return np.bincount(index, weights=values).astype(np.float64)
