"""Cells that hold lists, objects or bytes: made columns of where they have one form, else named."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ..core.errors import DataError, Place
from ..core.values import Notice
from .table import counted, quoted

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

_MOST_KEYS = 200  # of objects, that become columns
_DEEPEST = 4
_SHOWN = 5


def without_nesting(frame: pd.DataFrame, keep: Collection[str]) -> tuple[pd.DataFrame, tuple[Notice, ...]]:
    """The frame with a column for each entry of lists of one length, and for each key of objects.

    keep : columns that stay as they are. Raises DataError that names all columns whose cells have no such form.
    """
    wrong: list[str] = []
    made: dict[str, list[str]] = {}
    parts: list[pd.DataFrame] = []
    for name, column in frame.items():
        part = None if column.dtype != object or name in keep else _expanded(column, str(name), wrong)
        parts.append(frame[[name]] if part is None else part)
        if part is not None:
            made[str(name)] = [str(label) for label in part.columns]
    if wrong:
        hint = "make columns of numbers or text of them in the `prepare` hook, or leave them out with `drop`"
        raise DataError(f"cells that are no numbers or text: {'; '.join(wrong[:_SHOWN])}", place=_PLACE, hint=hint)
    if not made:
        return frame, ()
    joined = pd.concat(parts, axis=1)
    repeated = joined.columns[joined.columns.duplicated()].unique()
    if len(repeated):
        message = f"columns made of lists or objects have the names of others: {quoted(list(repeated))}"
        raise DataError(message, place=_PLACE, hint="rename one of them in the `prepare` hook")
    return joined, tuple(_notice(name, labels) for name, labels in made.items())


_PLACE = Place(key="data.source")


def _expanded(column: pd.Series[Any], name: str, wrong: list[str], depth: int = 0) -> pd.DataFrame | None:
    """The columns that the cells become; None where they are not nested."""
    cells = column[[cell is not None and not _is_nan(cell) for cell in column]]
    first = cells.iloc[0] if len(cells) else None
    if isinstance(first, (bytes, bytearray, memoryview)):
        wrong.append(f"'{name}' holds binary data")
    elif isinstance(first, (list, tuple, np.ndarray)):
        return _of_lists(column, cells, name, wrong)
    elif isinstance(first, dict):
        return _of_objects(column, cells, name, wrong, depth)
    return None


def _is_nan(cell: Any) -> bool:
    return isinstance(cell, float) and cell != cell  # noqa: PLR0124 - NaN differs from itself


def _of_lists(column: pd.Series[Any], cells: pd.Series[Any], name: str, wrong: list[str]) -> pd.DataFrame | None:
    lengths = {len(cell) if isinstance(cell, (list, tuple, np.ndarray)) else -1 for cell in cells}
    if lengths == {0} or len(lengths) != 1 or -1 in lengths:
        what = "lists and other values" if -1 in lengths else f"lists of {min(lengths)} to {max(lengths)} entries"
        wrong.append(f"'{name}' holds {what}")
        return None
    rows = pd.DataFrame([list(cell) for cell in cells], index=cells.index)
    if any(isinstance(cell, (list, tuple, dict, np.ndarray)) for cell in rows.iloc[0]):
        wrong.append(f"'{name}' holds lists of lists or of objects")
        return None
    return rows.reindex(column.index).set_axis([f"{name}_{i}" for i in range(rows.shape[1])], axis=1)


def _of_objects(
    column: pd.Series[Any], cells: pd.Series[Any], name: str, wrong: list[str], depth: int
) -> pd.DataFrame | None:
    if not all(isinstance(cell, dict) for cell in cells):
        wrong.append(f"'{name}' holds objects and other values")
        return None
    keys = list(dict.fromkeys(key for cell in cells for key in cell))
    if not keys or len(keys) > _MOST_KEYS or depth == _DEEPEST:
        wrong.append(f"'{name}' holds objects of {counted(len(keys), 'key')}")
        return None
    rows = pd.DataFrame({f"{name}.{key}": [cell.get(key) for cell in cells] for key in keys}, index=cells.index)
    rows = rows.reindex(column.index)
    parts = [
        inner
        if rows[label].dtype == object and (inner := _expanded(rows[label], label, wrong, depth + 1)) is not None
        else rows[[label]].infer_objects()
        for label in rows.columns
    ]
    return pd.concat(parts, axis=1)


def _notice(name: str, labels: Sequence[str]) -> Notice:
    shown = f"{quoted(labels[:2])} to '{labels[-1]}'" if len(labels) > 3 else quoted(labels)
    message = f"Cells of '{name}' hold several values each: they became {counted(len(labels), 'column')}, {shown}."
    return Notice(message, "to make other columns of them: the `prepare` hook", "note", name)
