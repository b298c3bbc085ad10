"""How base's data differ from head's: rows, columns, and the shares of classes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..core.comparison import ColumnChange, DataChange
from .drift import drifted_columns

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ..core.results import Evaluation
    from ..core.values import Dataset
    from .base.pairing import MatchedRows
    from .result import BaseResult


def data_change(head: Evaluation, result: BaseResult, dataset: Dataset, matched: MatchedRows) -> DataChange:
    """What changed from base's data to head's."""
    base_of_head = matched.match.base_of_head
    n_base, n_matched = matched.base.n_rows, int((base_of_head >= 0).sum())
    return DataChange(
        n_base=n_base,
        n_head=matched.head.n_rows,
        n_added=matched.head.n_rows - n_matched,
        n_removed=n_base - n_matched,
        n_edited=int(matched.differ.sum()),
        n_leaked=matched.paired.n_held_out,
        columns=(*_column_changes(result.kinds, _kinds(head, dataset)), *_drift(result, head, dataset)),
        balance=_balance(result.balance, n_base, head),
        note=f"rows are matched {matched.match.how}",
        order=tuple(_order(result, dataset, matched)),
    )


def _order(result: BaseResult, dataset: Dataset, matched: MatchedRows) -> Iterator[str]:
    """What comes in another order, and may decide a fit: columns, and rows that are not sorted for it."""
    columns = [str(name) for name in dataset.features.columns]
    common = [name for name in columns if name in result.kinds]
    if common != [name for name in result.kinds if name in columns]:
        yield "columns"
    theirs = matched.match.base_of_head
    if dataset.rank is None and (np.diff(theirs[theirs >= 0]) < 0).any():
        yield "rows"


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
    on_both = 1 if head.split.n_folds is None else 2  # sides, where each row is counted
    now = {name: sum(counts) / (on_both * head.data.n_rows) for name, counts in head.split.balance.items()}
    return {name: (base.get(name, 0) / n_base, now.get(name, 0.0)) for name in dict.fromkeys([*now, *base])}
