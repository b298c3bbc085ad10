"""Permutation importance: bars with error bars, the most important columns of each model."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ...core.numbers import format_number
from . import style
from .canvas import Card, Drawing
from .layout import Grid, columns_for
from .scales import finite, known, padded, set_scale
from .text import POINTS, clean, short_names, shorten, widest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from ...core.comparison import Comparison
    from ...core.results import ModelEvaluation

MOST_MODELS, MOST_FEATURES, MOST_OF_MANY = 6, 15, 10
_HEADING, _ROW, _FOOT = 28.0, 20.0, 34.0
_WIDE = 90.0  # names of columns wider than this leave no room for three panels side by side


class Panel(NamedTuple):
    """The bars of one model, the most important first."""

    model: str
    title: str
    look: style.ModelStyle
    features: tuple[str, ...]
    mean: NDArray[np.float64]
    std: NDArray[np.float64]
    total: int


def draw(comparison: Comparison) -> Drawing | None:
    """The columns whose shuffling costs most; all models on the same axis where they are measured alike."""
    evaluation = comparison.head
    models = tuple(model for model in evaluation.models if _usable(model))
    if not models:
        return None
    chosen = style.leading(evaluation, models, MOST_MODELS)
    looks, names = style.model_styles(evaluation), short_names(model.name for model in chosen)
    most = MOST_FEATURES if len(chosen) == 1 else MOST_OF_MANY
    panels = [_panel(model, names[model.name], looks[model.name], most) for model in chosen]
    wide = widest((feature for panel in panels for feature in panel.features), style.SMALL) > _WIDE
    columns = min(columns_for(len(chosen)), 2 if wide else 3)
    rows = max(len(panel.features) for panel in panels)
    grid = Grid(len(panels), columns, _HEADING + rows * _ROW + _FOOT)
    caps = [_explained(comparison, chosen), _cap(panels), style.shown_of(len(chosen), len(models))]
    card = Card("Permutation importance", grid.height, subtitle=" · ".join(filter(None, caps)))
    limits = _limits(panels)
    for index, panel in enumerate(panels):
        left, top = grid.place(index)
        gutter = widest(panel.features, style.SMALL) + 8
        numbers = widest(_texts(panel), style.SMALL) + 22
        height = len(panel.features) * _ROW
        axes = card.axes(left + gutter, top + _HEADING, grid.panel_width - gutter - numbers, height, grid="x")
        card.text(left, top + 16, panel.title, size=style.HEADING, weight="bold")
        _draw_panel(axes, panel, limits)
        for row, text in enumerate(_texts(panel)):
            y = top + _HEADING + (row + 0.5) * _ROW + 4
            card.text(left + grid.panel_width - 12, y, text, size=style.SMALL, align="right")
    return Drawing(card, _alt(comparison, panels, chosen))


def _usable(model: ModelEvaluation) -> bool:
    return model.importance is not None and len(known(model.importance.mean)) > 0


def _panel(model: ModelEvaluation, title: str, look: style.ModelStyle, most: int) -> Panel:
    importance = model.importance
    if importance is None:
        raise ValueError(f"{model.name} has no importance")
    names = short_names(importance.features[:most])
    features = tuple(names[feature] for feature in importance.features[:most])
    mean, std = finite(importance.mean[:most]), np.nan_to_num(finite(importance.std[:most]))
    return Panel(model.name, title, look, features, mean, std, len(importance.features))


def _draw_panel(axes: Axes, panel: Panel, limits: tuple[float, float]) -> None:
    rows = np.arange(len(panel.features))
    axes.set_ylim(len(rows) - 0.5, -0.5)
    axes.set_yticks(rows, list(panel.features))
    axes.tick_params(axis="y", labelcolor=style.INK)
    set_scale(axes, "x", limits, most=4)
    axes.barh(rows, np.nan_to_num(panel.mean), height=0.62, color=panel.look.colour, alpha=0.85)
    axes.hlines(rows, panel.mean - panel.std, panel.mean + panel.std, colors=style.INK, linewidths=1.3 * POINTS)
    axes.axvline(0, color=style.AXIS, linewidth=POINTS)
    axes.spines["bottom"].set_visible(False)


def _limits(panels: Sequence[Panel]) -> tuple[float, float]:
    ends = known(*(panel.mean + sign * panel.std for panel in panels for sign in (-1, 1)))
    low, high = padded([0.0, *ends])
    return (low if ends.min() < 0 else 0.0), high


def _texts(panel: Panel) -> list[str]:
    return [format_number(float(value), 4) for value in panel.mean]


def _metric_title(comparison: Comparison, models: Sequence[ModelEvaluation]) -> str:
    names = {model.importance.metric for model in models if model.importance is not None}
    titles = {metric.name: metric.title for metric in comparison.head.metrics}
    return " / ".join(sorted(shorten(titles.get(name, name)) for name in names))


def _explained(comparison: Comparison, models: Sequence[ModelEvaluation]) -> str:
    return f"how much worse {_metric_title(comparison, models)} gets when a column is shuffled"


def _cap(panels: Sequence[Panel]) -> str:
    shown, total = max(len(p.features) for p in panels), max(p.total for p in panels)
    return f"top {shown} of {total}" if total > shown else ""


def _alt(comparison: Comparison, panels: Sequence[Panel], models: Sequence[ModelEvaluation]) -> str:
    parts = []
    for panel in panels:
        first = ", ".join(f"{f} {t}" for f, t in list(zip(panel.features, _texts(panel), strict=True))[:3])
        parts.append(f"{clean(panel.title)}: {first}")
    return (
        f"Permutation importance, loss in {_metric_title(comparison, models)} on validation rows. {'; '.join(parts)}."
    )
