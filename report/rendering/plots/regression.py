"""Regression: predicted against actual values, and residuals."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypeAlias

import numpy as np

from ...core.numbers import format_count, format_number
from . import style
from .canvas import Card, Drawing
from .layout import Grid
from .scales import finite, linear_ticks, padded, set_scale
from .text import POINTS, short_names, shorten, text_width, tick_labels, widest

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from ...core.comparison import Comparison
    from ...core.results import ActualPredicted

    Floats: TypeAlias = NDArray[np.float64]
    Range: TypeAlias = tuple[float, float]
    Plan: TypeAlias = tuple["Panel", Range, Range]

MOST_PANELS = 6
_HEADING, _FOOT, _SIDE = 28.0, 42.0, 34.0
_MANY = 600  # points, from which on they are counted in cells


class Panel(NamedTuple):
    """The rows of one model and output whose values are finite."""

    title: str
    output: str
    look: style.ModelStyle
    y_true: Floats
    y_pred: Floats


def draw_predicted(comparison: Comparison) -> Drawing | None:
    """Predicted against actual values, on equal axes."""
    panels, cap = _panels(comparison)
    if not panels:
        return None
    ranges = _shared([_range(panel) for panel in panels], panels)
    plan = [(panel, limits, limits) for panel, limits in zip(panels, ranges, strict=True)]
    subtitle = " · ".join(filter(None, ("validation rows" if len(panels) > 1 else "", _density(panels), cap)))
    card = _card("Predicted against actual", subtitle, plan, _draw_predicted, square=True)
    return Drawing(card, f"Predicted against actual values on validation rows. {_words(panels)}.")


def draw_residuals(comparison: Comparison) -> Drawing | None:
    """Residuals against predicted values, with their distribution at the side."""
    panels, cap = _panels(comparison)
    if not panels:
        return None
    across = _shared([_range(panel) for panel in panels], panels)
    up = _shared([_residual_range(panel) for panel in panels], panels)
    subtitle = " · ".join(filter(None, ("actual − predicted, validation rows", _density(panels), cap)))
    card = _card("Residuals", subtitle, list(zip(panels, across, up, strict=True)), _draw_residuals, square=False)
    return Drawing(card, f"Residuals, actual minus predicted, on validation rows. {_words(panels)}.")


def _shared(ranges: list[Range], panels: Sequence[Panel]) -> list[Range]:
    """One range for all models of one output; outputs have ranges of their own."""
    if len({panel.output for panel in panels}) > 1:
        return ranges
    return [(min(low for low, _ in ranges), max(high for _, high in ranges))] * len(ranges)


def _panels(comparison: Comparison) -> tuple[list[Panel], str]:
    """The panels, and words on what is left out; with several outputs, those of the best model."""
    evaluation = comparison.head
    looks = style.model_styles(evaluation)
    models = tuple(model for model in evaluation.models if any(_usable(part) for part in model.actual_predicted))
    outputs = {part.output for model in models for part in model.actual_predicted}
    if len(outputs) > 1:
        best = style.leading(evaluation, models, 1)[0]
        parts = [part for part in best.actual_predicted if _usable(part)]
        names = short_names(part.output for part in parts)
        more = f", {MOST_PANELS} of {len(parts)} outputs" if len(parts) > MOST_PANELS else ""
        shown = [_panel(part, names[part.output], looks[best.name]) for part in parts[:MOST_PANELS]]
        return shown, shorten(best.name) + more
    chosen = style.leading(evaluation, models, MOST_PANELS)
    names = short_names(model.name for model in chosen)
    found = [(m.name, next(part for part in m.actual_predicted if _usable(part))) for m in chosen]
    panels = [_panel(part, names[name], looks[name]) for name, part in found]
    return panels, style.shown_of(len(chosen), len(models))


def _usable(part: ActualPredicted) -> bool:
    return bool((~np.isnan(finite(part.y_true) + finite(part.y_pred))).any())


def _panel(part: ActualPredicted, title: str, look: style.ModelStyle) -> Panel:
    y_true, y_pred = finite(part.y_true), finite(part.y_pred)
    seen = ~np.isnan(y_true + y_pred)
    return Panel(title, part.output, look, y_true[seen], y_pred[seen])


def _card(title: str, subtitle: str, plan: Sequence[Plan], draw: Callable[..., None], *, square: bool) -> Card:
    count = len(plan)
    columns = count if count < 3 else 2 if count == 4 else 3
    width = style.HALF if count == 1 and square else style.WIDTH
    gutter = 28 + widest((text for _, _, up in plan for text in tick_labels(linear_ticks(*up))), style.SMALL)
    wide = (width - 2 * style.MARGIN + 12) / columns - gutter - 14
    high = wide if square else 220.0 if columns < 3 else 170.0
    grid = Grid(count, columns, _HEADING + high + _FOOT, width)
    card = Card(title, grid.height, width=width, subtitle=subtitle)
    for index, (panel, across, up) in enumerate(plan):
        left, top = grid.place(index)
        card.text(left, top + 16, panel.title, size=style.HEADING, weight="bold")
        note = f"{format_count(len(panel.y_true))} rows"
        if text_width(panel.title, style.HEADING, bold=True) + 80 < gutter + wide:
            place = left + gutter + wide, top + 16
            card.text(*place, note, size=style.SMALL, colour=style.MUTED, align="right")
        draw(card, panel, Place(left + gutter, top + _HEADING, wide, high), across, up)
    return card


class Place(NamedTuple):
    """The box of axes on a card."""

    left: float
    top: float
    width: float
    height: float


def _range(panel: Panel) -> Range:
    """Of the actual values, and of predictions as far as they are within half that range of them."""
    low, high = float(panel.y_true.min()), float(panel.y_true.max())
    room = 0.5 * (high - low) or abs(high) or 1.0
    return padded([low, high, *np.clip([panel.y_pred.min(), panel.y_pred.max()], low - room, high + room)])


def _draw_predicted(card: Card, panel: Panel, place: Place, across: Range, up: Range) -> None:
    axes = card.axes(*place, grid="both")
    set_scale(axes, "x", across)
    set_scale(axes, "y", up)
    axes.plot(across, up, color=style.AXIS, linestyle=(0, (2, 2)), linewidth=1.2 * POINTS, gid="perfect", zorder=4)
    _points(axes, panel.y_true, panel.y_pred, panel.look)
    axes.set_xlabel("actual")
    axes.set_ylabel("predicted")


def _draw_residuals(card: Card, panel: Panel, place: Place, across: Range, up: Range) -> None:
    axes = card.axes(place.left, place.top, place.width - _SIDE, place.height, grid="both")
    residuals = panel.y_true - panel.y_pred
    set_scale(axes, "x", across, most=4)
    set_scale(axes, "y", up)
    axes.axhline(0, color=style.INK, linewidth=1.2 * POINTS, gid="zero", zorder=4)
    _points(axes, panel.y_pred, residuals, panel.look)
    axes.set_xlabel("predicted")
    axes.set_ylabel("residual")
    side = card.axes(place.left + place.width - _SIDE + 4, place.top, _SIDE - 4, place.height)
    side.set_axis_off()
    counts, edges = np.histogram(np.clip(residuals, *up), bins=25, range=up)
    side.barh(edges[:-1], counts, height=np.diff(edges), align="edge", color=panel.look.colour, alpha=0.6)
    side.set_ylim(*up)


def _residual_range(panel: Panel) -> Range:
    """Holds all residuals, unless few are so large that they would flatten the others."""
    size = np.abs(panel.y_true - panel.y_pred)
    largest, usual = float(size.max()), float(np.quantile(size, 0.99))
    limit = 1.08 * (largest if largest <= 3 * usual else 1.5 * usual) or 1.0
    return -limit, limit


def _points(axes: Axes, x: Floats, y: Floats, look: style.ModelStyle) -> None:
    """Marks, more transparent the more there are, or cells by count; what lies outside is an arrowhead at the edge."""
    (x0, x1), (y0, y1) = axes.get_xlim(), axes.get_ylim()
    inside = (x >= x0) & (x <= x1) & (y >= y0) & (y <= y1)
    if inside.sum() > _MANY:
        _cells(axes, x[inside], y[inside], look.colour)
    else:
        alpha = 0.65 if inside.sum() <= 150 else 0.45
        axes.plot(
            x[inside], y[inside], linestyle="", marker="o", markersize=5.5 * POINTS, color=look.colour, alpha=alpha,
            markeredgewidth=0, gid="rows", zorder=3,
        )  # fmt: skip
    for marker, outside in (("^", ~inside & (y > y1)), ("v", ~inside & (y < y0)), (">", ~inside & (x > x1)),
                            ("<", ~inside & (x < x0))):  # fmt: skip
        if outside.any():
            axes.plot(
                np.clip(x[outside], x0, x1), np.clip(y[outside], y0, y1), linestyle="", marker=marker, clip_on=False,
                markersize=6 * POINTS, color=style.WRONG, gid="outside", zorder=5,
            )  # fmt: skip


def _cells(axes: Axes, x: Floats, y: Floats, colour: str) -> None:
    from matplotlib.colors import LinearSegmentedColormap, to_rgb

    full = np.array(to_rgb(colour))
    colours = LinearSegmentedColormap.from_list("rows", [0.75 + 0.25 * full, full, 0.45 * full])
    size = (max(12, round(axes.bbox.width / style.SCALE / 7)), max(8, round(axes.bbox.height / style.SCALE / 12)))
    extent = (*axes.get_xlim(), *axes.get_ylim())
    axes.hexbin(x, y, gridsize=size, extent=extent, mincnt=1, bins="log", cmap=colours, linewidths=0, zorder=3)


def _density(panels: Sequence[Panel]) -> str:
    return "darker: more rows" if any(len(panel.y_true) > _MANY for panel in panels) else ""


def _words(panels: Sequence[Panel]) -> str:
    """The middle residual of each panel, and between which half of the residuals lie."""
    parts = []
    for panel in panels:
        low, middle, high = np.quantile(panel.y_true - panel.y_pred, [0.25, 0.5, 0.75])
        span = f"{format_number(float(low), 3)} to {format_number(float(high), 3)}"
        parts.append(f"{panel.title}: median residual {format_number(float(middle), 3)}, the middle half from {span}")
    return "; ".join(parts)
