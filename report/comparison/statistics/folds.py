"""Scores of the same folds: they share training rows, which a plain t test would ignore."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from scipy import special

from ...core.results import Interval
from .estimate import LEVEL, Estimate

if TYPE_CHECKING:
    from numpy.typing import NDArray


def fold_change(differences: NDArray[np.float64], test_share: float, level: float = LEVEL) -> Estimate:
    """Mean change over folds with the corrected resampled t interval.

    differences : (n_folds · n_repeats,) head − base. test_share : rows tested / rows trained on, 1/(k − 1) for k folds.
    Nadeau & Bengio 2003, Machine Learning 52; for repeats Bouckaert & Frank 2004.
    """
    count = len(differences)
    mean = float(np.mean(differences))
    if count < 2:
        return Estimate(mean, math.inf, Interval(-math.inf, math.inf, level), count, "corrected resampled t")
    error = math.sqrt(float(np.var(differences, ddof=1)) * (1 / count + test_share))
    half = float(special.stdtrit(count - 1, 0.5 + level / 2)) * error
    interval = Interval(mean - half, mean + half, level)
    return Estimate(mean, error, interval, count, "corrected resampled t", freedom=count - 1)
