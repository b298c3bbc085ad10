"""Ranges and ticks of axes, chosen here rather than by matplotlib: few, round, and labelled by our formatter."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from .style import SCALE, SMALL
from .text import text_width, tick_label, tick_labels

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from matplotlib.axes import Axes
    from numpy.typing import ArrayLike, NDArray

_LARGEST = 1e290  # beyond it, differences overflow


def finite(values: ArrayLike) -> NDArray[np.float64]:
    """The values as float64, with NaN for whatever cannot be drawn."""
    array = np.array(values, dtype=np.float64, ndmin=1)
    array[~(np.abs(array) < _LARGEST)] = np.nan
    array[np.abs(array) < 1 / _LARGEST] = 0.0
    return array


def known(*parts: ArrayLike) -> NDArray[np.float64]:
    """All finite values of some arrays, in one."""
    joined = np.concatenate([np.zeros(0), *(finite(part).ravel() for part in parts)])
    seen: NDArray[np.float64] = joined[~np.isnan(joined)]
    return seen


def padded(values: Iterable[float], share: float = 0.05) -> tuple[float, float]:
    """A range around finite values, wider than them by a share on each side; never empty."""
    array = known(list(values))
    if not len(array):
        return 0.0, 1.0
    low, high = float(array.min()), float(array.max())
    size = max(abs(low), abs(high))
    room = share * (high - low) if high - low > 1e-9 * size else 0.1 * size or 1.0
    return low - room, high + room


def linear_ticks(low: float, high: float, most: int = 5, *, whole: bool = False) -> list[float]:
    """At most about `most` round values within a range; whole : only whole numbers."""
    from matplotlib.ticker import MaxNLocator

    room = 1e-9 * (high - low)
    ticks = MaxNLocator(most, steps=[1, 2, 2.5, 5, 10], integer=whole).tick_values(low, high)
    inside = [float(tick) + 0.0 for tick in ticks if low - room <= tick <= high + room]
    return [tick for tick in inside if tick.is_integer()] if whole else inside


def log_ticks(low: float, high: float, most: int = 5) -> list[float]:
    """Powers of ten within a range of positive values, or 1, 2 and 5 times them where those are few."""
    first, last = math.ceil(math.log10(low) - 1e-9), math.floor(math.log10(high) + 1e-9)
    if last - first >= 2 or (most <= 3 and last > first):
        step = max(1, math.ceil((last - first + 1) / most))
        return [10.0**power for power in range(first, last + 1, step)] or [low, high]
    times = (1, 2, 5) if last - first < 1 else (1, 3)
    ticks = [factor * 10.0**power for power in range(first - 1, last + 1) for factor in times]
    return [tick for tick in ticks if low <= tick <= high] or [low, high]


def set_scale(
    axes: Axes,
    which: str,
    limits: tuple[float, float],
    *,
    log: bool = False,
    whole: bool = False,
    most: int = 5,
    text: Callable[[float], str] | None = None,
) -> list[str]:
    """Range and ticks of one axis ("x" or "y"), fewer where their labels would touch; returns the labels.

    text : the label of a tick; otherwise numbers with as many places as tell them apart.
    """
    axis = axes.xaxis if which == "x" else axes.yaxis
    if log:
        (axes.set_xscale if which == "x" else axes.set_yscale)("log")
        axis.set_ticks([], minor=True)
    (axes.set_xlim if which == "x" else axes.set_ylim)(*limits)
    room = axes.bbox.width / SCALE if which == "x" else math.inf
    ticks = log_ticks(*limits, most) if log else linear_ticks(*limits, most, whole=whole)
    texts = _labels(ticks, text, log=log)
    while not _fit(ticks, texts, limits, room, log=log):
        ticks = ticks[::2]
        texts = _labels(ticks, text, log=log)
    axis.set_ticks(ticks, texts)
    return texts


def _fit(ticks: list[float], texts: list[str], limits: tuple[float, float], room: float, *, log: bool) -> bool:
    """Whether the labels of a horizontal axis of that length keep clear of each other."""
    share = np.log(ticks) / np.log(limits[1] / limits[0]) if log else np.array(ticks) / (limits[1] - limits[0])
    widths = np.array([text_width(text, SMALL) for text in texts])
    return bool((np.diff(share) * room >= (widths[:-1] + widths[1:]) / 2 + 8).all())


def _labels(ticks: list[float], text: Callable[[float], str] | None, *, log: bool) -> list[str]:
    if text is None and not log:
        return tick_labels(ticks)
    return [(text or tick_label)(tick) for tick in ticks]


def wants_log(values: NDArray[np.float64], ratio: float = 8.0) -> bool:
    """Whether positive values range so far that a linear axis would hide the small ones."""
    return bool(len(values)) and float(values.min()) > 0 and float(values.max()) > ratio * float(values.min())
