"""Heavy tails: where a few rows decide, others of their kind that were not drawn would have decided otherwise."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

HEAVY = 0.42  # L-kurtosis of changes: 0.12 of a normal distribution, 0.34 of a product of two, 0.7 of a log-normal one
HEAVY_LOSSES = 0.62  # L-skewness of losses: 0.5 of squares of a normal distribution, 0.75 of Student's t(2.5)
HEAVY_SPREAD = 0.85  # likewise of what the constant prediction leaves, whose scale alone matters
ENOUGH, ENOUGH_LOSSES = 20, 40  # rows in effect, among which none decides alone: a tail of many rows is no danger
SHARE = 0.9  # of the variance: told as that of so many rows


def heavy_tails(parts: Floats) -> str | None:
    """Why the spread of these tells nothing of how uncertain their mean is, in a sentence; None where it does.

    parts : (n_parts,), what each row or group adds to a change, of mean zero.
    """
    if rows_in_effect(parts) >= ENOUGH or l_moments(parts).kurtosis <= HEAVY:
        return None
    return _few(parts)


def heavy_losses(losses: Floats, heavy: float = HEAVY_LOSSES) -> str | None:
    """The same for losses whose mean another value is divided by; losses : (n_rows,), not negative.

    heavy : the L-skewness from which on they are. A few rows look lighter than what they were drawn from: of them it
    takes less.
    """
    parts = losses - losses.mean()
    heavy -= 0.5 / math.sqrt(len(parts))
    if rows_in_effect(parts) >= ENOUGH_LOSSES or l_moments(parts).skewness <= heavy:
        return None
    return _few(parts)


def rows_in_effect(parts: Floats) -> float:
    """(Σx²)² / Σx⁴: the number of rows that would vary as these do if each added as much (or none)."""
    squares = np.square(parts)
    fourth = float(squares @ squares)
    return float(squares.sum()) ** 2 / fourth if fourth else math.inf


def _few(parts: Floats) -> str:
    squares = np.sort(np.square(parts))[::-1]
    count = int(np.searchsorted(np.cumsum(squares), SHARE * squares.sum())) + 1
    return f"{count} of {len(parts)} rows make {SHARE:.0%} of the variance: too few to tell"


class LMoments(NamedTuple):
    """L-moments by the second: unlike moments they settle with few rows (Hosking 1990). skewness : within −1 and 1."""

    skewness: float
    kurtosis: float


def l_moments(values: Floats) -> LMoments:
    """Of at least four values, (n,); 0 where they do not vary."""
    n = len(values)
    rank, ordered = np.arange(n), np.sort(values)
    weight, means = np.ones(n), [float(ordered.mean())]
    for power in (1, 2, 3):
        weight = weight * (rank - power + 1) / (n - power)
        means.append(float(weight @ ordered) / n)
    b0, b1, b2, b3 = means
    second = 2 * b1 - b0
    if not second > 0:
        return LMoments(0.0, 0.0)
    return LMoments((6 * b2 - 6 * b1 + b0) / second, (20 * b3 - 30 * b2 + 12 * b1 - b0) / second)
