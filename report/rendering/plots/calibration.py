"""Calibration: predicted probability against what was observed, with the rows in each bin below."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from . import style
from .canvas import Card, Drawing
from .classes import ClassCurves, choose
from .keys import Key
from .layout import Grid, columns_for
from .scales import finite, set_scale
from .text import POINTS, shorten

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from ...core.comparison import Comparison
    from ...core.results import XYCurve

MOST_MODELS, MOST_CLASSES = 5, 6
_HEADING, _GUTTER, _BARS, _LIMITS = 28.0, 48.0, 24.0, (-0.015, 1.015)


def draw(comparison: Comparison) -> Drawing | None:
    """The calibration of the best models, a panel for each class."""
    chosen = choose(comparison, "calibration", models=MOST_MODELS, classes=MOST_CLASSES)
    if chosen is None:
        return None
    width = style.HALF if chosen.single else style.WIDTH
    key = Key(tuple(chosen.entries(greater_is_better=False)), width - 2 * style.MARGIN)
    columns = min(columns_for(len(chosen.classes)), 3)
    side = (width - 2 * style.MARGIN + 12) / columns - _GUTTER - 14
    bars = _BARS * max(len(panel.curves) for panel in chosen.classes)
    heading = 4.0 if chosen.single else _HEADING
    grid = Grid(len(chosen.classes), columns, heading + side + 12 + bars + 46, width)
    first = shorten(chosen.classes[0].label, 20)
    what = f"{first}, Brier score" if chosen.single else "each class against the rest"
    subtitle = " · ".join(filter(None, (what, chosen.left_out)))
    card = Card("Calibration", grid.height + key.height + 6, width=width, subtitle=subtitle)
    for index, panel in enumerate(chosen.classes):
        left, top = grid.place(index)
        if not chosen.single:
            card.text(left, top + 16, shorten(panel.label), size=style.HEADING, weight="bold")
        _lines(card.axes(left + _GUTTER, top + heading, side, side, grid="both"), panel, chosen.looks)
        _histograms(card, panel, chosen.looks, (left + _GUTTER, top + heading + side + 12), side)
    key.draw(card, style.MARGIN, grid.height)
    return Drawing(card, f"Calibration on validation rows, Brier score by model, lower is better. {chosen.words()}.")


def _histograms(
    card: Card, panel: ClassCurves, looks: dict[str, style.ModelStyle], place: tuple[float, float], width: float
) -> None:
    left, top = place
    card.text(left - 8, top + 15, "rows", size=style.SMALL, colour=style.MUTED, align="right")
    for row, curve in enumerate(panel.curves):
        axes = card.axes(left, top + row * _BARS, width, _BARS - 4)
        _histogram(axes, curve, looks[curve.model], last=row == len(panel.curves) - 1)


def _lines(axes: Axes, panel: ClassCurves, looks: dict[str, style.ModelStyle]) -> None:
    for which in ("x", "y"):
        set_scale(axes, which, _LIMITS, most=4)
    axes.tick_params(axis="x", labelbottom=False)
    axes.set_ylabel("observed share")
    axes.plot([0, 1], [0, 1], color=style.AXIS, linestyle=(0, (2, 2)), linewidth=1.2 * POINTS, gid="perfect", zorder=2)
    axes.text(0.99, 0.02, "dotted: perfect", fontsize=style.SMALL * POINTS, color=style.MUTED, ha="right")
    for curve in panel.curves:
        look, x, y = looks[curve.model], finite(curve.x), finite(curve.y)
        axes.plot(x, y, gid=curve.model, color=look.colour, linestyle=look.dashes, linewidth=1.4 * POINTS, alpha=0.55)
        area = np.square(_sizes(curve) * POINTS)
        axes.scatter(x, y, s=area, marker=look.marker, color=look.colour, linewidths=0, zorder=3, clip_on=False)


def _sizes(curve: XYCurve) -> NDArray[np.float64]:
    """Marks of bins with few rows are small: their observed share means little."""
    if curve.weight is None:
        return np.full(len(curve.x), 8.0)
    weight = np.nan_to_num(finite(curve.weight))
    sizes: NDArray[np.float64] = 4.0 + 8.0 * np.sqrt(weight / (weight.max(initial=0.0) or 1.0))
    return sizes


def _histogram(axes: Axes, curve: XYCurve, look: style.ModelStyle, *, last: bool) -> None:
    """How many rows each bin has, where its mean is; the highest as high as the axes."""
    set_scale(axes, "x", _LIMITS, most=4)
    axes.set_yticks([])
    axes.tick_params(axis="x", length=3 * POINTS if last else 0, labelbottom=last)
    if last:
        axes.set_xlabel("predicted probability")
    if curve.weight is None:
        return
    weight = np.nan_to_num(finite(curve.weight))
    axes.set_ylim(0, float(weight.max(initial=0.0)) or 1.0)
    axes.vlines(finite(curve.x), 0, weight, colors=look.colour, alpha=0.6, linewidths=6 * POINTS, gid=curve.model)
