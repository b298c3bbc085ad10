"""Accuracy: two models are right or wrong on the same rows, so only the discordant rows tell them apart."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from scipy import special

from ...core.results import Interval
from .estimate import LEVEL, Estimate

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

EXACT_BELOW = 25  # discordant pairs
METHOD = "Agresti–Min, paired"


def accuracy_change(fixed: int, broken: int, n_rows: int, level: float = LEVEL) -> Estimate:
    """Change of accuracy with the interval of Agresti & Min (2005): half a row more in each of four cells, then Wald.

    fixed : rows that only head has right. broken : rows that only base has right.
    """
    return _from_sums(fixed - broken, fixed + broken, n_rows, level)


def share_change(change: NDArray[np.float64], level: float = LEVEL) -> Estimate:
    """Agresti and Min's interval for the mean of changes within −1 and 1, such as means of 0 and 1 over fits.

    change : (n_rows,), head − base of each row. Of one fit a side it is that of the four cells.
    """
    return _from_sums(float(change.sum()), float(change @ change), len(change), level)


def _from_sums(total: float, squares: float, n_rows: int, level: float) -> Estimate:
    rows, squares = n_rows + 2, squares + 1
    centre = total / rows
    error = math.sqrt(squares - total**2 / rows) / rows
    half = float(special.ndtri(0.5 + level / 2)) * error
    return Estimate(total / n_rows, error, Interval(centre - half, centre + half, level), n_rows, METHOD)


def mcnemar(fixed: int, broken: int) -> tuple[float | None, float]:
    """McNemar's test that both models err equally often: (χ² with continuity correction, p); exact below 25 pairs.

    The statistic is None where the exact binomial test was used.
    """
    discordant = fixed + broken
    if discordant < EXACT_BELOW:
        return None, min(1.0, 2.0 * float(special.bdtr(min(fixed, broken), discordant, 0.5)))
    statistic = max(abs(fixed - broken) - 1, 0) ** 2 / discordant
    return statistic, float(special.chdtrc(1, statistic))
