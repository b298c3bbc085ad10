"""Ranges and ticks of axes, chosen here rather than by matplotlib: few, round, and labelled by our formatter."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from .text import tick_label, tick_labels

if TYPE_CHECKING:
    from collections.abc import Iterable

    from matplotlib.axes import Axes
    from numpy.typing import ArrayLike, NDArray

_LARGEST = 1e290  # beyond it, differences overflow


def finite(values: ArrayLike) -> NDArray[np.float64]:
    """The values as float64, with NaN for whatever cannot be drawn."""
    array = np.array(values, dtype=np.float64, ndmin=1)
    array[~(np.abs(array) < _LARGEST)] = np.nan
    return array


def known(*parts: ArrayLike) -> NDArray[np.float64]:
    """All finite values of some arrays, in one."""
    joined = np.concatenate([np.zeros(0), *(finite(part).ravel() for part in parts)])
    return joined[~np.isnan(joined)]


def padded(values: Iterable[float], share: float = 0.05) -> tuple[float, float]:
    """A range around finite values, wider than them by a share on each side; never empty."""
    array = known(list(values))
    if not len(array):
        return 0.0, 1.0
    low, high = float(array.min()), float(array.max())
    room = share * (high - low) or (0.1 * abs(high) or 1.0)
    return low - room, high + room


def linear_ticks(low: float, high: float, most: int = 5) -> list[float]:
    """At most about `most` round values within a range."""
    from matplotlib.ticker import MaxNLocator

    room = 1e-9 * (high - low)
    ticks = MaxNLocator(most, steps=[1, 2, 2.5, 5, 10]).tick_values(low, high)
    return [float(tick) + 0.0 for tick in ticks if low - room <= tick <= high + room]


def log_ticks(low: float, high: float, most: int = 5) -> list[float]:
    """Powers of ten within a range of positive values, or 1, 2 and 5 times them where those are few."""
    first, last = math.floor(math.log10(low)), math.ceil(math.log10(high))
    step = max(1, math.ceil((last - first) / most))
    ticks = [10.0**power for power in range(first, last + 1, step)]
    inside = [tick for tick in ticks if low <= tick <= high]
    if len(inside) > 2:
        return inside
    finer = [times * 10.0**power for power in range(first, last + 1) for times in (1, 2, 5)]
    return [tick for tick in finer if low <= tick <= high] or inside


def set_scale(
    axes: Axes,
    which: str,
    limits: tuple[float, float],
    *,
    log: bool = False,
    most: int = 5,
    labels: bool = True,
) -> list[str]:
    """Range and ticks of one axis ("x" or "y"); returns the labels of its ticks."""
    ticks = log_ticks(*limits, most) if log else linear_ticks(*limits, most)
    texts = [tick_label(tick) for tick in ticks] if log else tick_labels(ticks)
    axis = axes.xaxis if which == "x" else axes.yaxis
    if log:
        (axes.set_xscale if which == "x" else axes.set_yscale)("log")
        axis.set_ticks([], minor=True)
    (axes.set_xlim if which == "x" else axes.set_ylim)(*limits)
    axis.set_ticks(ticks, texts if labels else [""] * len(ticks))
    return texts


def wants_log(values: NDArray[np.float64], ratio: float = 30.0) -> bool:
    """Whether positive values range so far that a linear axis would hide the small ones."""
    return bool(len(values)) and float(values.min()) > 0 and float(values.max()) > ratio * float(values.min())
