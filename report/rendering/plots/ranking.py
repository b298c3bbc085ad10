"""ROC and precision-recall curves: a panel for each class, a line for each model."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

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

    from ...core.comparison import Comparison
    from ...core.results import XYCurve

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
    panels = _panels(classes)[:MOST_CLASSES]
    single = len(panels) == 1
    looks = style.model_styles(evaluation)
    width = style.HALF if single else style.WIDTH
    names = short_names(model.name for model in chosen)
    key = Key(tuple(_entries(panels, names, looks, single=single)), width - 2 * style.MARGIN)
    columns = columns_for(len(panels))
    side = (width - 2 * style.MARGIN + 12 - _Y_TITLE) / columns - _GUTTER - 14
    heading = 4.0 if single else _HEADING
    grid = Grid(len(panels), columns, heading + side + _FOOT, width - _Y_TITLE)
    caps = [kind.value if single else _against_rest(len(panels), len(evaluation.classes))]
    caps += [style.shown_of(len(chosen), len(models), "" if single else "models")]
    height = grid.height + 18
    card = Card(kind.title, height + key.height + 6, width=width, subtitle=" · ".join(filter(None, caps)))
    for index, panel in enumerate(panels):
        left, top = grid.place(index)
        axes = card.axes(left + _Y_TITLE + _GUTTER, top + heading, side, side, grid="both")
        _frame(axes)
        _chance(axes, _chance_line(comparison, panel, kind), named=index == 0)
        _lines(axes, panel, looks)
        if not single:
            _heading(card, panel, kind, left + _Y_TITLE, top, grid.panel_width - 14)
        if grid.at_bottom(index):
            axes.set_xlabel(kind.x)
        if index % columns == 0:
            axes.set_ylabel(kind.y)
    key.draw(card, style.MARGIN, height)
    return Drawing(card, _alt(panels, kind))


def _usable(curve: XYCurve, kind: Kind) -> bool:
    return curve.kind == kind.curve and bool(len(known(curve.x)) and len(known(curve.y)))


def _panels(curves: Sequence[XYCurve]) -> list[Class]:
    labels = dict.fromkeys(curve.label for curve in curves)
    return [Class(label, tuple(curve for curve in curves if curve.label == label)) for label in labels]


def _against_rest(shown: int, total: int) -> str:
    return "each class against the rest" if shown >= total else f"{shown} of {total} classes against the rest"


def _frame(axes: Axes) -> None:
    for which in ("x", "y"):
        set_scale(axes, which, (-0.015, 1.015), most=4 if axes.bbox.width < 500 else 5)


def _chance_line(comparison: Comparison, panel: Class, kind: Kind) -> tuple[float, float] | None:
    """What a guess would give: the diagonal, or as precision the share of the class, where the rows are counted."""
    if kind is _ROC:
        return 0.0, 1.0
    for matrix in (matrix for model in comparison.head.models for matrix in model.confusion):
        labels = [str(label) for label in matrix.classes]
        if panel.label in labels and matrix.counts.sum():
            share = float(matrix.counts[labels.index(panel.label)].sum() / matrix.counts.sum())
            return share, share
    return None


def _chance(axes: Axes, ends: tuple[float, float] | None, *, named: bool) -> None:
    if ends is None:
        return
    axes.plot([0, 1], ends, color=style.AXIS, linestyle=(0, (2, 2)), linewidth=1.2 * POINTS, gid="chance", zorder=2)
    if named:  # where curves seldom are: below the diagonal, or left of where precision falls
        x, side = (0.99, "right") if ends[0] != ends[1] else (0.01, "left")
        axes.text(x, 0.02, "dotted: chance", fontsize=style.SMALL * POINTS, color=style.MUTED, ha=side)


def _lines(axes: Axes, panel: Class, looks: dict[str, style.ModelStyle]) -> None:
    for index, curve in enumerate(panel.curves):
        look = looks[curve.model]
        axes.plot(
            finite(curve.x), finite(curve.y), gid=curve.model, color=look.colour, linestyle=look.dashes,
            linewidth=1.8 * POINTS, marker=look.marker, markersize=6.5 * POINTS, markevery=_some(len(curve.x), index),
            drawstyle=_steps(curve), zorder=3, clip_on=False,
        )  # fmt: skip


def _steps(curve: XYCurve) -> str:
    """Precision holds for all recall below its own, down to the next point: the area below is the average precision."""
    if curve.kind != "precision_recall":
        return "default"
    return "steps-pre" if curve.x[-1] >= curve.x[0] else "steps-post"


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
