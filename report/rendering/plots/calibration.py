"""Calibration: predicted probability against what was observed, with the rows in each bin below."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ...core.numbers import format_number
from . import style
from .canvas import Card, Drawing
from .keys import Entry, Key
from .layout import Grid, columns_for
from .scales import finite, known, set_scale
from .text import POINTS, clean, short_names, shorten

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from ...core.comparison import Comparison
    from ...core.results import XYCurve

MOST_MODELS, MOST_CLASSES = 5, 6
_HEADING, _GUTTER, _BARS, _LIMITS = 28.0, 48.0, 24.0, (-0.015, 1.015)


class Panel(NamedTuple):
    """One class: the curve of each model."""

    label: str
    curves: tuple[XYCurve, ...]


def draw(comparison: Comparison) -> Drawing | None:
    """The calibration of the best models, a panel for each class."""
    evaluation = comparison.head
    models = tuple(m for m in evaluation.models if any(_usable(curve) for curve in m.curves))
    if not models:
        return None
    chosen = style.leading(evaluation, models, MOST_MODELS)
    panels = _panels([curve for model in chosen for curve in model.curves if _usable(curve)])[:MOST_CLASSES]
    looks, names = style.model_styles(evaluation), short_names(model.name for model in chosen)
    single = len(panels) == 1
    width = style.HALF if single else style.WIDTH
    key = Key(tuple(_entries(panels[0], names, looks, single=single)), width - 2 * style.MARGIN)
    columns = min(columns_for(len(panels)), 3)
    side = (width - 2 * style.MARGIN + 12) / columns - _GUTTER - 14
    bars = _BARS * max(len(panel.curves) for panel in panels)
    heading = 4.0 if single else _HEADING
    grid = Grid(len(panels), columns, heading + side + 12 + bars + 46, width)
    caps = [_single(panels[0]) if single else "each class against the rest"]
    caps += [style.shown_of(len(chosen), len(models), "" if single else "models")]
    card = Card("Calibration", grid.height + key.height + 6, width=width, subtitle=" · ".join(filter(None, caps)))
    for index, panel in enumerate(panels):
        left, top = grid.place(index)
        if not single:
            card.text(left, top + 16, shorten(panel.label), size=style.HEADING, weight="bold")
        _lines(card.axes(left + _GUTTER, top + heading, side, side, grid="both"), panel, looks)
        below = top + heading + side + 12
        for row, curve in enumerate(panel.curves):
            y = below + row * _BARS
            axes = card.axes(left + _GUTTER, y, side, _BARS - 4)
            _histogram(axes, curve, looks[curve.model], last=row == len(panel.curves) - 1)
            if row == 0:
                card.text(left + _GUTTER - 8, y + 15, "rows", size=style.SMALL, colour=style.MUTED, align="right")
    key.draw(card, style.MARGIN, grid.height)
    return Drawing(card, _alt(panels))


def _single(panel: Panel) -> str:
    return f"{shorten(panel.label, 20)}, Brier score"


def _usable(curve: XYCurve) -> bool:
    return curve.kind == "calibration" and bool(len(known(curve.x)) and len(known(curve.y)))


def _panels(curves: Sequence[XYCurve]) -> list[Panel]:
    labels = dict.fromkeys(curve.label for curve in curves)
    return [Panel(label, tuple(curve for curve in curves if curve.label == label)) for label in labels]


def _lines(axes: Axes, panel: Panel, looks: dict[str, style.ModelStyle]) -> None:
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


def _entries(panel: Panel, names: dict[str, str], looks: dict[str, style.ModelStyle], *, single: bool) -> list[Entry]:
    if not single:
        return [Entry(name, looks[model]) for model, name in names.items()]
    return [Entry(names[c.model], looks[c.model], format_number(c.value, 3)) for c in panel.curves]


def _alt(panels: Sequence[Panel]) -> str:
    parts = []
    for panel in panels[:4]:
        values = ", ".join(f"{clean(c.model)} {format_number(c.value, 3)}" for c in panel.curves)
        parts.append(f"class {clean(panel.label)}: {values}")
    return f"Calibration on validation rows, Brier score by model, lower is better. {'; '.join(parts)}."
