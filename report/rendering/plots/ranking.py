"""ROC and precision-recall curves: a panel for each class, a line for each model."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ...core.numbers import format_number
from . import style
from .canvas import Card, Drawing
from .classes import Chosen, ClassCurves, choose
from .keys import Key
from .layout import Grid, columns_for
from .scales import finite, known, set_scale
from .text import POINTS, shorten, text_width

if TYPE_CHECKING:
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


def draw_roc(comparison: Comparison) -> Drawing | None:
    """ROC curves, with the diagonal of chance."""
    return _draw(comparison, _ROC)


def draw_precision_recall(comparison: Comparison) -> Drawing | None:
    """Precision-recall curves; chance is the share of the class, read off where recall is 1."""
    return _draw(comparison, _PRECISION_RECALL)


def _draw(comparison: Comparison, kind: Kind) -> Drawing | None:
    chosen = choose(comparison, kind.curve, models=MOST_MODELS, classes=MOST_CLASSES)
    if chosen is None:
        return None
    width = style.HALF if chosen.single else style.WIDTH
    key = Key(tuple(chosen.entries(greater_is_better=True)), width - 2 * style.MARGIN)
    count = len(chosen.classes)
    columns = columns_for(count)
    side = (width - 2 * style.MARGIN + 12 - _Y_TITLE) / columns - _GUTTER - 14
    grid = Grid(count, columns, (4.0 if chosen.single else _HEADING) + side + _FOOT, width - _Y_TITLE)
    what = kind.value if chosen.single else _against_rest(count, len(comparison.head.classes))
    subtitle = " · ".join(filter(None, (what, chosen.left_out)))
    card = Card(kind.title, grid.height + key.height + 24, width=width, subtitle=subtitle)
    for index in range(count):
        _panel(card, comparison, chosen, grid, kind, index)
    key.draw(card, style.MARGIN, grid.height + 18)
    return Drawing(card, f"{kind.title} curves on validation rows, {kind.value} by model. {chosen.words()}.")


def _panel(card: Card, comparison: Comparison, chosen: Chosen, grid: Grid, kind: Kind, index: int) -> None:
    panel = chosen.classes[index]
    left, top = grid.place(index)
    left += _Y_TITLE
    side = grid.panel_width - _GUTTER - 14
    axes = card.axes(left + _GUTTER, top + grid.panel_height - side - _FOOT, side, side, grid="both")
    for which in ("x", "y"):
        set_scale(axes, which, (-0.015, 1.015), most=4 if side < 250 else 5)
    _chance(axes, _chance_line(comparison, panel, kind), named=index == 0)
    _lines(axes, panel, chosen.looks)
    if not chosen.single:
        _heading(card, panel, kind, left, top, grid.panel_width - 14)
    if grid.at_bottom(index):
        axes.set_xlabel(kind.x)
    if index % grid.columns == 0:
        axes.set_ylabel(kind.y)


def _against_rest(shown: int, total: int) -> str:
    return "each class against the rest" if shown >= total else f"{shown} of {total} classes against the rest"


def _chance_line(comparison: Comparison, panel: ClassCurves, kind: Kind) -> tuple[float, float] | None:
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


def _lines(axes: Axes, panel: ClassCurves, looks: dict[str, style.ModelStyle]) -> None:
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


def _heading(card: Card, panel: ClassCurves, kind: Kind, left: float, top: float, wide: float) -> None:
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
