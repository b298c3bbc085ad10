"""Loss over the course of training: the pictures, and where each model was at its best."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ...core.numbers import MISSING, format_number
from ..document import Block, Bullets, Cell, Column, Section, Table, line, plain, strong
from ..escaping import shorten
from .context import LONGEST_NAME, Context, value_column

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ...core.values import LossCurve

ID = "curves"


def build(context: Context) -> Section | None:
    curves = [(model.name, model.curve) for model in context.head.models if model.curve is not None]
    figures = context.figures("curves")
    if not curves:
        return Section(ID, "Loss curves", figures) if figures else None
    return Section(ID, "Loss curves", (*figures, _table(curves), *_notes(curves)))


def _table(curves: list[tuple[str, LossCurve]]) -> Table:
    columns = (
        Column("Model"),
        Column("Loss"),
        Column("Over"),
        value_column("Training, last"),
        value_column("Validation, last"),
        value_column("Validation, lowest"),
    )
    return Table(columns, tuple(_row(name, curve) for name, curve in curves))


def _row(name: str, curve: LossCurve) -> tuple[Cell, ...]:
    return (
        line(strong(shorten(name, LONGEST_NAME))),
        plain(curve.loss),
        plain(_steps(curve, curve.x[-1]) if len(curve.x) else MISSING),
        plain(format_number(_last(curve.train))),
        plain(format_number(_last(curve.validation))),
        plain(_lowest(curve)),
    )


def _last(values: NDArray[np.float64]) -> float | None:
    known = values[np.isfinite(values)]
    return float(known[-1]) if len(known) else None


def _lowest(curve: LossCurve) -> str:
    known = np.flatnonzero(np.isfinite(curve.validation))
    if not len(known):
        return MISSING
    lowest = known[np.argmin(curve.validation[known])]
    return f"{format_number(float(curve.validation[lowest]))} at {_place(float(curve.x[lowest]))}"


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
