"""Confusion matrices: counts and shares of each true class, right answers blue and wrong ones orange."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from ...core.numbers import format_count
from . import style
from .canvas import Card, Drawing
from .layout import Grid, columns_for
from .text import POINTS, clean, short_names, shorten, text_width, widest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from ...core.comparison import Comparison
    from ...core.results import ConfusionMatrix

MOST_OUTPUTS = 6
_HEADING, _LEFT, _SMALLEST = 28.0, 20.0, 20.0
_RIGHT, _WRONG = np.array([0.0, 0.353, 0.616]), np.array([0.776, 0.302, 0.0])
_LABEL = 14  # characters of a class label


class Matrix(NamedTuple):
    """What one panel shows. shares : (n_classes, n_classes), of the rows of the true class."""

    title: str
    labels: tuple[str, ...]
    counts: NDArray[np.int64]
    shares: NDArray[np.float64]


def draw(comparison: Comparison) -> Drawing | None:
    """The matrices of the best models; for a task with several outputs, of the best model."""
    matrices, cap = _matrices(comparison)
    if not matrices:
        return None
    classes = max(len(matrix.labels) for matrix in matrices)
    columns, left = _columns(matrices, classes), _LEFT + _widest(matrices)
    cell = min(_cell(style.WIDTH, columns, left, classes), _largest(len(matrices), classes))
    alone = max(style.HALF, min(style.WIDTH, left + cell * classes + 2 * style.MARGIN))
    width = alone if len(matrices) == 1 else style.WIDTH
    below = 40 + (_widest(matrices) if any(_turned(matrix, cell) for matrix in matrices) else 10)
    grid = Grid(len(matrices), columns, _HEADING + cell * classes + below, width)
    card = Card(
        "Confusion matrix", grid.height, width=width, subtitle=" · ".join(filter(None, ("validation rows", cap)))
    )
    for index, matrix in enumerate(matrices):
        x, top = grid.place(index)
        side = cell * len(matrix.labels)
        axes = card.axes(x + left, top + _HEADING, side, side)
        card.text(x, top + 16, matrix.title, size=style.HEADING, weight="bold")
        _draw_matrix(axes, matrix, cell)
        card.text(x + 6, top + _HEADING + side / 2, "actual", colour=style.MUTED, align="center", rotation=90)
    return Drawing(card, _alt(matrices))


def _matrices(comparison: Comparison) -> tuple[list[Matrix], str]:
    """The panels, and words on what is left out."""
    evaluation = comparison.head
    models = tuple(model for model in evaluation.models if model.confusion)
    if not models:
        return [], ""
    if any(len(model.confusion) > 1 for model in models):
        best = style.leading(evaluation, models, 1)[0]
        shown = best.confusion[:MOST_OUTPUTS]
        return [_matrix(m, shorten(str(m.classes[-1]))) for m in shown], f"{shorten(best.name)}, by output"
    most = _most_models(max(len(model.confusion[0].classes) for model in models))
    chosen = style.leading(evaluation, models, most)
    names = short_names(model.name for model in chosen)
    return [_matrix(m.confusion[0], names[m.name]) for m in chosen], style.shown_of(len(chosen), len(models))


def _most_models(classes: int) -> int:
    return 6 if classes <= 10 else 4 if classes <= 12 else 1


def _columns(matrices: Sequence[Matrix], classes: int) -> int:
    """As many side by side as leave room for the counts."""
    count = len(matrices)
    largest = max(int(matrix.counts.max(initial=0)) for matrix in matrices)
    need = max(_SMALLEST, text_width(format_count(largest), style.SMALL) + 4)
    left = _LEFT + _widest(matrices)
    wanted = columns_for(count)
    return next((n for n in range(wanted, 1, -1) if _cell(style.WIDTH, n, left, classes) >= need), min(count, 2))


def _largest(matrices: int, classes: int) -> float:
    """The side of the largest cell, in CSS pixels: a matrix that stands alone is 460 high, of few classes less."""
    return min(96.0, max(460 / classes, _SMALLEST + 1)) if matrices == 1 else 72.0


def _cell(width: float, columns: int, left: float, classes: int) -> float:
    return ((width - 2 * style.MARGIN + 12) / columns - left - 12) / classes


def _widest(matrices: Sequence[Matrix]) -> float:
    return widest((label for matrix in matrices for label in matrix.labels), style.SMALL)


def _matrix(confusion: ConfusionMatrix, title: str) -> Matrix:
    counts = np.asarray(confusion.counts)
    totals = counts.sum(axis=1, keepdims=True)
    shares = counts / np.maximum(totals, 1)
    names = short_names(map(str, confusion.classes), _LABEL)
    return Matrix(title, tuple(names[str(label)] for label in confusion.classes), counts, shares)


def _draw_matrix(axes: Axes, matrix: Matrix, cell: float) -> None:
    size = len(matrix.labels)
    axes.imshow(_colours(matrix), interpolation="nearest", aspect="auto", extent=(0, size, size, 0))
    for spine in axes.spines.values():
        spine.set_visible(True)
        spine.set_color(style.BORDER)
    lines = np.arange(1, size)
    axes.hlines(lines, 0, size, colors=style.PAPER, linewidths=POINTS)
    axes.vlines(lines, 0, size, colors=style.PAPER, linewidths=POINTS)
    middles = np.arange(size) + 0.5
    axes.set_yticks(middles, list(matrix.labels))
    turned = _turned(matrix, cell)
    axes.set_xticks(middles, list(matrix.labels), rotation=90 if turned else 0)
    axes.tick_params(length=0)
    axes.set_xlabel("predicted")
    for row, column in np.argwhere(matrix.counts > 0):
        _write(axes, matrix, int(row), int(column), cell)


def _colours(matrix: Matrix) -> NDArray[np.float64]:
    """(n, n, 3): white to blue on the diagonal, white to orange beside it; small shares of errors can still be seen."""
    share = matrix.shares[:, :, None]
    right = np.eye(len(matrix.labels), dtype=bool)[:, :, None]
    strength = np.where(right, 0.12 + 0.88 * share, 0.08 + 0.92 * share**0.7)
    empty = np.array([0.925, 0.935, 0.945])  # a shade that survives the palette of the file
    full = np.where(right, _RIGHT, _WRONG)
    return np.where(matrix.counts[:, :, None] > 0, 1 - strength * (1 - full), empty)


def _write(axes: Axes, matrix: Matrix, row: int, column: int, cell: float) -> None:
    """The count, below it the share; smaller cells have the count alone, the smallest nothing."""
    count, share = format_count(int(matrix.counts[row, column])), f"{100 * matrix.shares[row, column]:.0f}%"
    size = style.SMALL if cell < 44 else style.HEADING
    if text_width(count, size) > cell - 3 or cell < 16:
        return
    dark = matrix.shares[row, column] > (0.45 if row == column else 0.55)
    look: dict[str, Any] = {"ha": "center", "color": style.PAPER if dark else style.INK}
    both = cell >= 40
    axes.text(column + 0.5, row + (0.5 - 6 / cell if both else 0.5), count, va="center", fontsize=size * POINTS, **look)
    if both:
        axes.text(column + 0.5, row + 0.5 + 9 / cell, share, va="center", fontsize=style.SMALL * POINTS, **look)


def _turned(matrix: Matrix, cell: float) -> bool:
    return widest(matrix.labels, style.SMALL) > cell - 4


def _alt(matrices: Sequence[Matrix]) -> str:
    parts = []
    for matrix in matrices:
        errors = matrix.counts.copy()
        np.fill_diagonal(errors, 0)
        row, column = np.unravel_index(int(errors.argmax()), errors.shape)
        names = f"{matrix.labels[row]} taken for {matrix.labels[column]}"
        most = f"most often {names} ({format_count(int(errors.max()))} rows)" if errors.any() else "no errors"
        parts.append(f"{clean(matrix.title)}: {most}")
    return f"Confusion matrix on validation rows. {'; '.join(parts)}."
