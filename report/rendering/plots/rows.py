"""The frame of plots that set models against metrics: a row for each model, a panel for each metric."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from . import style
from .canvas import Card
from .scales import known, padded, set_scale, wants_log
from .text import POINTS, metric_value, short_names, shorten, text_width, widest

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from matplotlib.axes import Axes

    from ...core.results import MetricInfo

_TOP, _HEADING, _FOOT, _ROW = 40.0, 42.0, 34.0, 24.0
_FAR = 25.0  # values this many times as far from the best as the median are drawn at the edge


@dataclass(frozen=True)
class Field:
    """The axes of one metric: rows go down from 0; `limits` may leave out values far off."""

    card: Card
    metric: MetricInfo
    axes: Axes
    limits: tuple[float, float]
    looks: Mapping[str, style.ModelStyle]
    right: float
    top: float

    def inside(self, value: float) -> bool:
        return self.limits[0] <= value <= self.limits[1]

    def dot(self, row: int, value: float, model: str, *, hollow: bool = False, kind: str = "") -> None:
        """A mark of a model; an arrowhead at the edge when the value lies beyond it."""
        look = self.looks[model]
        x = float(np.clip(value, *self.limits))
        marker = look.marker if self.inside(value) else "<" if value < self.limits[0] else ">"
        self.axes.plot(
            [x], [row], gid=kind, marker=marker, linestyle="", markersize=(8 if hollow else 8.5) * POINTS,
            color=look.colour, markerfacecolor=style.PAPER if hollow else look.colour,
            markeredgewidth=1.5 * POINTS, zorder=3 if hollow else 4, clip_on=False,
        )  # fmt: skip

    def line(self, row: int, values: tuple[float, float], model: str) -> None:
        ends = np.clip(values, *self.limits)
        colour = self.looks[model].colour
        self.axes.plot(ends, [row, row], color=colour, linewidth=2.4 * POINTS, alpha=0.45, zorder=2)

    def number(self, row: int, text: str, *, strong: bool = False) -> None:
        """A number at the right end of a row."""
        weight = "bold" if strong else "normal"
        self.card.text(self.right, _middle(self.top, row) + 4, text, size=style.SMALL, align="right", weight=weight)


def fields(
    title: str,
    subtitle: str,
    models: Sequence[str],
    values: Sequence[tuple[MetricInfo, Sequence[float]]],
    looks: Mapping[str, style.ModelStyle],
    texts: Mapping[str, Sequence[str]],
    *,
    key: float = 0.0,
    limits: Callable[[Sequence[float], MetricInfo], tuple[float, float]] | None = None,
) -> tuple[Card, list[Field]]:
    """The card, and the axes of each metric, with all labels in place.

    values : for each metric what its axis must hold; limits : the range for these.
    texts : metric → the numbers that will stand at the right.
    """
    columns = 2 if len(values) == 4 else min(3, len(values))
    bands = -(-len(values) // columns)
    rows = len(models) * _ROW
    card = Card(title, _TOP + bands * (_HEADING + rows + _FOOT) + 4, subtitle=subtitle, key=key)
    names = short_names(models)
    gutter = style.MARGIN + 18 + widest(names.values(), style.TEXT)
    wide = (style.WIDTH - style.MARGIN - gutter) / columns
    made = []
    for index, (metric, held) in enumerate(values):
        band, column = divmod(index, columns)
        top = _TOP + band * (_HEADING + rows + _FOOT)
        if column == 0:
            _names(card, [(names[model], looks[model]) for model in models], top + _HEADING)
        left = gutter + column * wide + 14
        numbers = widest(texts[metric.name], style.SMALL, bold=True) + 14
        axes = card.axes(left, top + _HEADING, wide - numbers - 14, rows, grid="x")
        reach = (limits or _limits)(held, metric)
        _frame(axes, reach, metric, len(models))
        _title(card, metric, left, top, wide - 14)
        axes.set_label(metric.name)
        made.append(Field(card, metric, axes, reach, looks, left + wide - 14, top + _HEADING))
    return card, made


def _names(card: Card, names: Sequence[tuple[str, style.ModelStyle]], top: float) -> None:
    for row, (name, look) in enumerate(names):
        middle = _middle(top, row)
        card.mark([style.MARGIN + 5], [middle], marker=look.marker, line="", color=look.colour, markersize=8 * POINTS)
        card.text(style.MARGIN + 16, middle + 4, name)


def _middle(top: float, row: int) -> float:
    return top + (row + 0.5) * _ROW


def _title(card: Card, metric: MetricInfo, left: float, top: float, wide: float) -> None:
    longest = 36
    while longest > 8 and text_width(shorten(metric.title, longest), style.HEADING, bold=True) > wide:
        longest -= 1
    card.text(left, top + 15, shorten(metric.title, longest), size=style.HEADING, weight="bold")
    better = "higher is better →" if metric.greater_is_better else "← lower is better"
    card.text(left, top + 31, better, size=style.SMALL, colour=style.MUTED)


def _frame(axes: Axes, limits: tuple[float, float], metric: MetricInfo, rows: int) -> None:
    axes.set_ylim(rows - 0.5, -0.5)
    axes.set_yticks([])
    axes.hlines(range(rows), 0, 1, transform=axes.get_yaxis_transform(), colors=style.GRID, linewidths=POINTS)
    log = metric.unit != "" and limits[0] > 0 and limits[1] > 30 * limits[0]
    text = (lambda tick: metric_value(tick, metric) if tick else "0") if metric.unit else None
    set_scale(axes, "x", limits, log=log, most=3, text=text)


def _limits(values: Sequence[float], metric: MetricInfo) -> tuple[float, float]:
    """The range of a metric's axis: all values, without those so bad that they would squash the others."""
    array = known(values)
    if len(array) < 2:
        return padded(array)
    if metric.unit and wants_log(array, 30.0):
        room = float(array.max() / array.min()) ** 0.08
        return float(array.min()) / room, float(array.max()) * room
    if array.min() >= 0 and array.max() <= 1:
        return padded(array, 0.08)
    best = float(array.max() if metric.greater_is_better else array.min())
    distance = np.abs(array - best)
    middle = float(np.median(distance[distance > 0])) if (distance > 0).any() else 0.0
    return padded(array[distance <= _FAR * middle] if middle else array, 0.08)
