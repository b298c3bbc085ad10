"""Loss and metric over the course of training: the pictures, and where each model was at its best."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ...core.numbers import MISSING, format_number
from ..document import Block, Bullets, Cell, Column, Section, Table, line, plain, strong
from ..escaping import shorten
from .context import LONGEST_NAME, Context, value_column

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ...core.values import LossCurve, MetricCurve

ID = "curves"


def build(context: Context) -> Section | None:
    curves = [(model.name, model.curve) for model in context.head.models if model.curve is not None]
    figures = context.figures("curves")
    if not curves:
        return Section(ID, "Learning curves", figures) if figures else None
    return Section(ID, "Learning curves", (*figures, _table(curves), *_notes(curves)))


def _table(curves: list[tuple[str, LossCurve]]) -> Table:
    """A row for each quantity of each model."""
    columns = (
        Column("Model"),
        Column("Over"),
        Column("Curve of"),
        value_column("Training, last"),
        value_column("Validation, last"),
        value_column("Validation, best"),
    )
    return Table(columns, tuple(row for name, curve in curves for row in _rows(name, curve)))


def _rows(name: str, curve: LossCurve) -> list[tuple[Cell, ...]]:
    called = line(strong(shorten(name, LONGEST_NAME)))
    over = plain(_steps(curve, curve.x[-1]) if len(curve.x) else MISSING)
    loss = plain(curve.loss[:1].upper() + curve.loss[1:])
    rows: list[tuple[Cell, ...]] = [(called, over, loss, *_values(curve.x, curve, greater=False))]
    if (metric := curve.metric) is not None:
        title = plain(shorten(metric.title, LONGEST_NAME))
        rows.append(((), (), title, *_values(curve.x, metric, greater=metric.greater_is_better)))
    return rows


def _values(x: NDArray[np.float64], curve: LossCurve | MetricCurve, *, greater: bool) -> tuple[Cell, Cell, Cell]:
    train, validation = (plain(format_number(_last(values))) for values in (curve.train, curve.validation))
    return train, validation, plain(_best(x, curve.validation, greater=greater))


def _last(values: NDArray[np.float64]) -> float | None:
    known = values[np.isfinite(values)]
    return float(known[-1]) if len(known) else None


def _best(x: NDArray[np.float64], values: NDArray[np.float64], *, greater: bool) -> str:
    known = np.flatnonzero(np.isfinite(values))
    if not len(known):
        return MISSING
    best = known[(np.argmax if greater else np.argmin)(values[known])]
    return f"{format_number(float(values[best]))} at {_place(float(x[best]))}"


def _steps(curve: LossCurve, last: float) -> str:
    if curve.kind == "training size":
        return f"training sizes to {_place(last)}"
    return f"{_place(last)} {curve.kind}{'' if last == 1 else 's'}"


def _place(x: float) -> str:
    return format_number(x, 0 if float(x).is_integer() else 2)


def _notes(curves: list[tuple[str, LossCurve]]) -> list[Block]:
    grouped: dict[str, list[str]] = {}
    for name, curve in curves:
        if curve.note:
            grouped.setdefault(curve.note, []).append(name)
    items = tuple(line(strong(", ".join(names)), f": {note}") for note, names in grouped.items())
    return [Bullets(items)] if items else []
