"""Accuracy: two models are right or wrong on the same rows, so only the discordant rows tell them apart."""

from __future__ import annotations

import math

from scipy import special

from ...core.results import Interval
from .estimate import LEVEL, Estimate

EXACT_BELOW = 25  # discordant pairs


def accuracy_change(fixed: int, broken: int, n_rows: int, level: float = LEVEL) -> Estimate:
    """Change of accuracy with the interval of Agresti & Min (2005): half a row more in each of four cells, then Wald.

    fixed : rows that only head has right. broken : rows that only base has right.
    """
    rows = n_rows + 2
    better, worse = fixed + 0.5, broken + 0.5
    centre = (better - worse) / rows
    error = math.sqrt(better + worse - (better - worse) ** 2 / rows) / rows
    half = float(special.ndtri(0.5 + level / 2)) * error
    interval = Interval(centre - half, centre + half, level)
    return Estimate((fixed - broken) / n_rows, error, interval, n_rows, "Agresti–Min, paired")


def mcnemar(fixed: int, broken: int) -> tuple[float | None, float]:
    """McNemar's test that both models err equally often: (χ² with continuity correction, p); exact below 25 pairs.

    The statistic is None where the exact binomial test was used.
    """
    discordant = fixed + broken
    if discordant < EXACT_BELOW:
        return None, min(1.0, 2.0 * float(special.bdtr(min(fixed, broken), discordant, 0.5)))
    statistic = max(abs(fixed - broken) - 1, 0) ** 2 / discordant
    return statistic, float(special.chdtrc(1, statistic))
