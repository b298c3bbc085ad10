"""How base's data differ from head's: rows, columns, and the shares of classes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ..core.comparison import ColumnChange, DataChange
from .drift import drifted_columns

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..core.results import Evaluation
    from ..core.values import Dataset
    from .result import BaseResult

_EDITED = "without an id, a row with another cell counts as one removed and one added"
_SPREAD = 0x9E3779B97F4A7C15  # far apart, so that the second of one row is not the first of another


def data_change(head: Evaluation, result: BaseResult, dataset: Dataset, rows: pd.DataFrame | None) -> DataChange:
    """What changed from base's data to head's.

    rows : of head, like `BaseResult.rows`, with the keys made of the same columns. Without them rows are only counted.
    """
    n_base = sum(result.balance.values()) if result.rows is None else len(result.rows)
    if rows is None or result.rows is None:
        added, removed, edited = max(0, head.data.n_rows - n_base), max(0, n_base - head.data.n_rows), 0
        note: str | None = "rows of base and head are counted, not told apart"
    else:
        by_id = _has_ids(result.rows, rows)
        added, removed, edited = _row_changes(result.rows, rows, "id" if by_id else "key")
        note = None if by_id or not added or not removed else _EDITED
    return DataChange(
        n_base=n_base,
        n_head=head.data.n_rows,
        n_added=added,
        n_removed=removed,
        n_edited=edited,
        n_leaked=result.n_leaked,
        columns=(*_column_changes(result.kinds, _kinds(head, dataset)), *_drift(result, head, dataset)),
        balance=_balance(result.balance, n_base, head),
        note=note,
    )


def _has_ids(*sides: pd.DataFrame) -> bool:
    """Whether all rows of both sides have an id of their own."""
    return all(side["id"].notna().all() and side["id"].is_unique for side in sides)


def _row_changes(base: pd.DataFrame, head: pd.DataFrame, identity: str) -> tuple[int, int, int]:
    """Rows added, removed and edited; identity : the column that says which rows are the same, id or key."""
    contents = ["id", "key", "label"] if identity == "id" else ["key", "label"]
    before, after = _left(*_without_same_place(base, head, contents), contents)
    counts = pd.concat([before[identity].value_counts(), after[identity].value_counts()], axis=1).fillna(0)
    edited = int(counts.min(axis=1).sum())
    return len(after) - edited, len(before) - edited, edited


def _without_same_place(
    base: pd.DataFrame, head: pd.DataFrame, columns: list[str]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The rows of each side without those that are the same at the same place: most of them, and found at once."""
    n_both = min(len(base), len(head))
    first, second = base[:n_both], head[:n_both]
    same = np.logical_and.reduce([first[name].to_numpy() == second[name].to_numpy() for name in columns])
    return tuple(pd.concat([part[~same], side[n_both:]]) for part, side in ((first, base), (second, head)))


def _left(base: pd.DataFrame, head: pd.DataFrame, columns: list[str]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The rows of each side without those that both have, each as often as it occurs."""
    occurrences = [_occurrences(side[columns]) for side in (base, head)]
    before, after = (~mine.isin(theirs) for mine, theirs in (occurrences, occurrences[::-1]))
    return base[before.to_numpy()], head[after.to_numpy()]


def _occurrences(rows: pd.DataFrame) -> pd.Series[int]:
    """A number for each row that stands for its content and how often it came before."""
    marks = pd.util.hash_pandas_object(rows, index=False).reset_index(drop=True)
    return marks + marks.groupby(marks).cumcount().astype("uint64") * _SPREAD


def _kinds(head: Evaluation, dataset: Dataset) -> dict[str, str]:
    features = {str(name) for name in dataset.features.columns}
    return {column.name: column.kind for column in head.data.columns if column.name in features}


def _column_changes(base: Mapping[str, str], head: Mapping[str, str]) -> list[ColumnChange]:
    added = [ColumnChange(name, "added", kind) for name, kind in head.items() if name not in base]
    removed = [ColumnChange(name, "removed", kind) for name, kind in base.items() if name not in head]
    others = [
        ColumnChange(name, "kind", f"{base[name]} → {kind}")
        for name, kind in head.items()
        if base.get(name, kind) != kind
    ]
    return added + removed + others


def _drift(result: BaseResult, head: Evaluation, dataset: Dataset) -> tuple[ColumnChange, ...]:
    if result.sample is None:
        return ()
    kinds = _kinds(head, dataset)
    same = [name for name, kind in kinds.items() if result.kinds.get(name) == kind]
    return drifted_columns(result.sample, dataset.features, {name: kinds[name] for name in same})


def _balance(base: Mapping[str, int], n_base: int, head: Evaluation) -> dict[str, tuple[float, float]] | None:
    """The share of rows that are of each class, in base and in head."""
    if head.split.balance is None or not base or not n_base or not head.data.n_rows:
        return None
    now = {name: sum(counts) / head.data.n_rows for name, counts in head.split.balance.items()}
    return {name: (base.get(name, 0) / n_base, now.get(name, 0.0)) for name in dict.fromkeys([*now, *base])}
