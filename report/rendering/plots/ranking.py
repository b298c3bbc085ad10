"""ROC and precision-recall curves: a panel for each class, a line for each model."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ...core.numbers import format_number
from . import style
from .canvas import Card, Drawing
from .keys import Entry, Key
from .layout import Grid, columns_for
from .scales import finite, known, set_scale
from .text import POINTS, clean, short_names, shorten, text_width

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

    from ...core.results import Comparison, XYCurve

MOST_MODELS, MOST_CLASSES = 7, 12
_HEADING, _FOOT, _Y_TITLE, _GUTTER = 28.0, 26.0, 16.0, 32.0


class Kind(NamedTuple):
    """What tells the two plots apart."""

    curve: str
    title: str
    value: str
    x: str
    y: str


_ROC = Kind("roc", "ROC", "AUC", "false positive rate", "true positive rate")
_PRECISION_RECALL = Kind("precision_recall", "Precision-recall", "average precision", "recall", "precision")


class Class(NamedTuple):
    """One panel: the curves of all models for one class."""

    label: str
    curves: tuple[XYCurve, ...]


def draw_roc(comparison: Comparison) -> Drawing | None:
    """ROC curves, with the diagonal of chance."""
    return _draw(comparison, _ROC)


def draw_precision_recall(comparison: Comparison) -> Drawing | None:
    """Precision-recall curves; chance is the share of the class, read off where recall is 1."""
    return _draw(comparison, _PRECISION_RECALL)


def _draw(comparison: Comparison, kind: Kind) -> Drawing | None:
    evaluation = comparison.head
    models = tuple(m for m in evaluation.models if any(_usable(curve, kind) for curve in m.curves))
    if not models:
        return None
    chosen = style.leading(evaluation, models, MOST_MODELS)
    classes = [c for m in chosen for c in m.curves if _usable(c, kind)]
    panels, cap = _panels(classes)
    looks = style.model_styles(evaluation)
    width = style.WIDTH / 2 if len(panels) == 1 else style.WIDTH
    names = short_names(model.name for model in chosen)
    key = Key(tuple(_entries(panels, names, looks, single=len(panels) == 1)), width - 2 * style.MARGIN)
    columns = columns_for(len(panels))
    side = (width - 2 * style.MARGIN + 12 - _Y_TITLE) / columns - _GUTTER - 14
    heading = _HEADING if len(panels) > 1 else 4.0
    grid = Grid(len(panels), columns, heading + side + _FOOT, width - _Y_TITLE)
    single = len(panels) == 1
    caps = [kind.value if single else "each class against the rest"]
    caps += [style.shown_of(len(chosen), len(models), "" if single else "models"), cap]
    height = grid.height + 18
    card = Card(kind.title, height + key.height + 6, width=width, subtitle=" · ".join(filter(None, caps)))
    for index, panel in enumerate(panels):
        left, top = grid.place(index)
        axes = card.axes(left + _Y_TITLE + _GUTTER, top + heading, side, side, grid="both")
        _frame(axes)
        _chance(axes, panel, kind, named=index == 0)
        _lines(axes, panel, looks)
        if len(panels) > 1:
            _heading(card, panel, kind, left + _Y_TITLE, top, grid.panel_width - 14)
        if grid.at_bottom(index):
            axes.set_xlabel(kind.x)
        if index % columns == 0:
            axes.set_ylabel(kind.y)
    key.draw(card, style.MARGIN, height)
    return Drawing(card, _alt(panels, kind))


def _usable(curve: XYCurve, kind: Kind) -> bool:
    return curve.kind == kind.curve and bool(len(known(curve.x)) and len(known(curve.y)))


def _panels(curves: Sequence[XYCurve]) -> tuple[list[Class], str]:
    """A panel for each class, of many classes those that are told apart worst, and words on what is left out."""
    labels = list(dict.fromkeys(curve.label for curve in curves))
    panels = [Class(label, tuple(c for c in curves if c.label == label)) for label in labels]
    if len(panels) <= MOST_CLASSES:
        return panels, ""
    worst = sorted(panels, key=_mean)[:MOST_CLASSES]
    return [p for p in panels if p in worst], f"the {MOST_CLASSES} hardest of {len(panels)} classes"


def _mean(panel: Class) -> float:
    values = known([c.value for c in panel.curves if c.value is not None])
    return float(values.mean()) if len(values) else float("inf")


def _frame(axes: Axes) -> None:
    for which in ("x", "y"):
        set_scale(axes, which, (-0.015, 1.015), most=4 if axes.bbox.width < 500 else 5)


def _chance(axes: Axes, panel: Class, kind: Kind, *, named: bool) -> None:
    """What a guess would give: the diagonal, or precision where every row is called positive."""
    if kind is _ROC:
        ends = (0.0, 1.0)
    else:
        recall, precision = finite(panel.curves[0].x), finite(panel.curves[0].y)
        share = float(np.nanmin(precision[recall >= np.nanmax(recall)]))
        ends = (share, share)
    axes.plot([0, 1], ends, color=style.AXIS, linestyle=(0, (2, 2)), linewidth=1.2 * POINTS, gid="chance", zorder=2)
    if not named:
        return
    x = 0.99 if kind is _ROC else 0.01
    axes.text(
        x, 0.02, "dotted: chance", fontsize=style.SMALL * POINTS, color=style.MUTED, ha="right" if x > 0.5 else "left"
    )


def _lines(axes: Axes, panel: Class, looks: dict[str, style.ModelStyle]) -> None:
    for index, curve in enumerate(panel.curves):
        look = looks[curve.model]
        axes.plot(
            finite(curve.x), finite(curve.y), gid=curve.model, color=look.colour, linestyle=look.dashes,
            linewidth=1.8 * POINTS, marker=look.marker, markersize=6.5 * POINTS, markevery=_some(len(curve.x), index),
            drawstyle="steps-post" if curve.kind == "precision_recall" else "default", zorder=3, clip_on=False,
        )  # fmt: skip


def _some(points: int, index: int) -> list[int]:
    """Which points carry a mark: a few, at other places for each model."""
    step = max(1, points // 5)
    return list(range(min(points - 1, (index * step) // MOST_MODELS + step // 2), points, step))


def _heading(card: Card, panel: Class, kind: Kind, left: float, top: float, wide: float) -> None:
    label = shorten(panel.label, 20)
    card.text(left, top + 16, label, size=style.HEADING, weight="bold")
    values = [
        format_number(value, 3) for value in sorted(known([c.value for c in panel.curves if c.value is not None]))
    ]
    if not values:
        return
    span = values[0] if values[0] == values[-1] else f"{values[0]} … {values[-1]}"
    for text in (f"{kind.value} {span}", span):
        if text_width(label, style.HEADING, bold=True) + 12 + text_width(text, style.SMALL) <= wide:
            card.text(left + wide, top + 16, text, size=style.SMALL, colour=style.MUTED, align="right")
            return


def _entries(
    panels: Sequence[Class], names: dict[str, str], looks: dict[str, style.ModelStyle], *, single: bool
) -> list[Entry]:
    if not single:
        return [Entry(name, looks[model]) for model, name in names.items()]
    curves = sorted(panels[0].curves, key=lambda curve: -(curve.value if curve.value is not None else -1.0))
    return [Entry(names[c.model], looks[c.model], format_number(c.value, 3)) for c in curves]


def _alt(panels: Sequence[Class], kind: Kind) -> str:
    parts = []
    for panel in panels[:4]:
        values = ", ".join(f"{clean(c.model)} {format_number(c.value, 3)}" for c in panel.curves[:6])
        parts.append(f"class {clean(panel.label)}: {values}")
    more = f"; and {len(panels) - 4} more classes" if len(panels) > 4 else ""
    return f"{kind.title} curves on validation rows, {kind.value} by model. {'; '.join(parts)}{more}."
