"""Accuracy: two models are right or wrong on the same rows, so only the discordant rows tell them apart."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from scipy import special

from ...core.results import Interval
from .estimate import LEVEL, Estimate

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

EXACT_BELOW = 25  # discordant pairs
METHOD = "Agresti–Min, paired"


def accuracy_change(fixed: int, broken: int, n_rows: int, level: float = LEVEL) -> Estimate:
    """Change of accuracy with the interval of Agresti & Min (2005): half a row more in each of four cells, then Wald.

    fixed : rows that only head has right. broken : rows that only base has right.
    """
    change = np.zeros(n_rows)
    change[:fixed], change[fixed : fixed + broken] = 1, -1
    return share_change(change, level=level)


def share_change(
    change: Floats, *, weight: Floats | None = None, group: NDArray[np.int64] | None = None, level: float = LEVEL
) -> Estimate:
    """Agresti and Min's interval for the mean of changes within −1 and 1, such as means of 0 and 1 over fits.

    change : (n_rows,), head − base of each row. Of one fit a side it is that of the four cells. group : (n_rows,) codes
        0 … n_groups − 1; each group counts as one row, so that copies of rows change nothing.
    """
    sizes, sums = _units(change, weight, group)
    rows = len(sizes) + 2  # with half a row that is fixed, half a row that is broken, and one of the rest
    centre = float(sums.sum()) / rows
    squares = float(np.sum(np.square(sums - centre * sizes))) + 1 + 2 * centre**2
    error = math.sqrt(squares) / rows
    half = float(special.ndtri(0.5 + level / 2)) * error
    difference = float(sums.sum()) / len(sizes)
    return Estimate(difference, error, Interval(centre - half, centre + half, level), len(change), METHOD)


def _units(change: Floats, weight: Floats | None, group: NDArray[np.int64] | None) -> tuple[Floats, Floats]:
    """The size of each observation, of mean 1, and the sum of its changes, (n_units,) each."""
    sizes = np.ones(len(change)) if weight is None else weight
    sums = change * sizes
    if group is not None:
        sizes, sums = (np.bincount(group, weights=values).astype(np.float64) for values in (sizes, sums))
    scale = sizes.mean()
    return sizes / scale, sums / scale


def mcnemar(fixed: int, broken: int) -> tuple[float | None, float]:
    """McNemar's test that both models err equally often: (χ² with continuity correction, p); exact below 25 pairs.

    The statistic is None where the exact binomial test was used.
    """
    discordant = fixed + broken
    if discordant < EXACT_BELOW:
        return None, min(1.0, 2.0 * float(special.bdtr(min(fixed, broken), discordant, 0.5)))
    statistic = max(abs(fixed - broken) - 1, 0) ** 2 / discordant
    return statistic, float(special.chdtrc(1, statistic))
