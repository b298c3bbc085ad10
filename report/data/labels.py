"""Labels in a file of their own, in the order of the data: joined by an id that both have, else row by row."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from ..core.errors import DataError, Place
from ..core.importing import nearest
from ..core.keys import row_keys
from ..core.values import Notice
from .table import counted, quoted

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from .table import Table

    Keys = NDArray[np.uint64]
    Positions = NDArray[np.int64]  # of each row of the data, its row among the labels, or -1

_NAME_ID = "name the column that both files are joined by: `data: {id: COLUMN}`"


def in_order(labels: Table, table: Table, column: str, identifier: str | None, *, key: str) -> Table:
    """The labels in the order of the data, one a row of it; missing where an id has no label.

    column : of the labels. identifier : `data.id`. Raises DataError where rows of labels are not those of the data:
    by a column that both have they stand in another order and cannot be joined, or their number differs.
    """
    shared = [name for name in labels.frame.columns if name in table.frame.columns and name != column]
    keys = {name: (row_keys(table.frame[[name]]), row_keys(labels.frame[[name]])) for name in shared}
    if identifier is not None and identifier in keys:
        keys = {identifier: keys[identifier]}
    if all(np.array_equal(*sides) for sides in keys.values()):
        _check_length(labels, table, key)
        return labels
    found = {name: at for name, sides in keys.items() if (at := _joined(*sides, named=name == identifier)) is not None}
    if not found:
        _check_same_rows(keys, labels, table, identifier, key)
        _check_length(labels, table, key)
        return labels
    name, at = _agreed(found, labels, key)
    if np.array_equal(at, np.arange(len(labels.frame))):
        return labels
    return _taken(labels, at, name, table)


def _joined(data: Keys, labels: Keys, *, named: bool) -> Positions | None:
    """Where both sides tell rows apart, and labels have what the data have; of a named id, some of it."""
    if len(np.unique(data)) != len(data) or len(np.unique(labels)) != len(labels):
        return None
    order = np.argsort(labels)
    at = order[np.minimum(np.searchsorted(labels, data, sorter=order), len(labels) - 1)].astype(np.int64)
    is_known = labels[at] == data
    if not (is_known.any() if named else is_known.all()):
        return None
    return np.where(is_known, at, -1)


def _agreed(found: dict[str, Positions], labels: Table, key: str) -> tuple[str, Positions]:
    name, at = next(iter(found.items()))
    others = [other for other, there in found.items() if not np.array_equal(there, at)]
    if others:
        message = f"labels of {labels.source} belong to other rows by '{name}' than by '{others[0]}'"
        raise DataError(message, place=Place(key=key), hint=_NAME_ID)
    return name, at


def _check_same_rows(
    keys: dict[str, tuple[Keys, Keys]], labels: Table, table: Table, identifier: str | None, key: str
) -> None:
    """Raise DataError where a column says that the rows of the labels are others, or in another order."""
    for name, (data, theirs) in keys.items():
        if np.array_equal(data, theirs):
            continue
        if name == identifier or np.array_equal(np.sort(data), np.sort(theirs)):
            raise DataError(
                f"'{name}' of {labels.source} is not that of {table.source} row by row, and cannot join them: "
                f"{_why_not(data, theirs)}",
                place=Place(key=key),
                hint="give both files a column of the same name with a different value in each row",
            )


def _why_not(data: Keys, labels: Keys) -> str:
    for keys, where in ((data, "the data"), (labels, "the labels")):
        repeated = len(keys) - len(np.unique(keys))
        if repeated:
            return f"{counted(repeated, 'row')} of {where} repeat{'s' if repeated == 1 else ''} a value"
    return "no value is in both"


def _check_length(labels: Table, table: Table, key: str) -> None:
    if len(labels.frame) != len(table.frame):
        raise DataError(
            f"{labels.source} has {len(labels.frame):,} rows, and {table.source} has {len(table.frame):,}",
            place=Place(key=key),
            hint="labels stand row by row, in the order of the data; without a header: `read: {header: null}`",
        )


def _taken(labels: Table, at: Positions, name: str, table: Table) -> Table:
    frame = labels.frame.reset_index(drop=True).reindex(at).reset_index(drop=True)
    n_unknown, n_left = int((at < 0).sum()), len(labels.frame) - int((at >= 0).sum())
    message = f"Labels of {labels.source} were joined to {table.source} by '{name}': they stand in another order"
    parts = [f"{counted(n_unknown, 'row')} of the data {_have(n_unknown)} no label"] if n_unknown else []
    parts += [f"{counted(n_left, 'label')} {_have(n_left)} no row"] if n_left else []
    message = f"{message}{', ' if parts else ''}{' and '.join(parts)}."
    notice = Notice(message, severity="warning" if n_unknown else "note", subject=name)
    return replace(labels, frame=frame, notices=(*labels.notices, notice))


def label_column(labels: Table, table: Table, wanted: str | None, key: str) -> str:
    """The column of the labels: the one that is named, or the only one that the data have not."""
    columns = [str(name) for name in labels.frame.columns]
    if wanted is None:
        own = [name for name in columns if name not in table.frame.columns]
        if len(columns) == 1 or len(own) == 1:
            return columns[0] if len(columns) == 1 else own[0]
        message = f"{labels.source} has {len(columns)} columns: {quoted(columns)}"
        raise DataError(message, place=Place(key=key), hint="say which holds the labels: `column: NAME`")
    if wanted not in columns:
        hint = nearest(wanted, columns) or f"the columns are {quoted(columns, 12)}"
        raise DataError(f"{labels.source} has no column '{wanted}'", place=Place(key=f"{key}.column"), hint=hint)
    return wanted


def _have(count: int) -> str:
    return "has" if count == 1 else "have"
