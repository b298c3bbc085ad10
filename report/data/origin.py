"""Which rows of the source the rows of a table are, after the repository's own function has been over them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ..core.keys import cell_keys, mix, name_seed

if TYPE_CHECKING:
    from typing import Any

    from numpy.typing import NDArray

    from ..core.keys import Keys

    Rows = NDArray[np.int64]

_TELLING = 20  # so many different values of the source are not computed by chance


def followed(before: pd.DataFrame, after: pd.DataFrame) -> Rows | None:
    """For each row of `after` the row of `before` that it was made of, (n_after,) int64; None where that is unknown.

    before : a RangeIndex. after : what a function made of it, as it returned it. Rows are followed by their index; a
    fresh index may hide that rows were moved, so that the columns that were left as they were must then agree.
    """
    named = _by_index(after.index, len(before))
    if named is not None and not _is_range(named):
        return named
    columns = [name for name in after.columns if name in before.columns]
    cells = [(cell_keys(before[name]), cell_keys(after[name]), name_seed(str(name))) for name in columns]
    same = [column for column in cells if _has_same_values(*column[:2])]
    if named is None or any(_is_moved(old, new) for old, new, _ in same):
        return _by_content(same) if same else None
    return named if len(after) == len(before) or any(_is_in_place(old, new) for old, new, _ in cells) else None


def _by_index(index: pd.Index[Any], n_before: int) -> Rows | None:
    if index.name is not None:  # a column of the data, not the rows' own numbers
        return np.arange(len(index), dtype=np.int64) if len(index) == n_before else None
    if not pd.api.types.is_integer_dtype(index.dtype) or not index.is_unique:
        return None
    rows = index.to_numpy(dtype=np.int64)
    return rows if len(rows) and rows.min() >= 0 and rows.max() < n_before else None


def _is_range(rows: Rows) -> bool:
    return bool((rows == np.arange(len(rows))).all())


def _has_same_values(old: Keys, new: Keys) -> bool:
    """Whether a column holds the values of the source, in whatever order: it was not computed."""
    if len(old) == len(new):
        return bool((old == new).all() or (np.sort(old) == np.sort(new)).all())
    is_known = pd.Series(new).isin(old).all()
    return bool(is_known and len(np.unique(new)) >= _TELLING)


def _is_in_place(old: Keys, new: Keys) -> bool:
    """Whether all cells stand where they stood, in a column that would tell if they did not."""
    return len(np.unique(new)) >= _TELLING and not _is_moved(old, new)


def _is_moved(old: Keys, new: Keys) -> bool:
    return bool((old[: len(new)] != new).any())


def _by_content(same: list[tuple[Keys, Keys, np.uint64]]) -> Rows | None:
    """By the cells that were left as they were, where they tell all rows apart."""
    old, new = (np.zeros(len(side), dtype=np.uint64) for side in same[0][:2])
    with np.errstate(over="ignore"):
        for column_old, column_new, seed in same:
            old += mix(column_old ^ seed)
            new += mix(column_new ^ seed)
    order = np.argsort(old, kind="stable")
    at = order[np.minimum(np.searchsorted(old[order], new), len(order) - 1)]
    is_single = len(np.unique(old)) == len(old)
    return at.astype(np.int64) if is_single and (old[at] == new).all() else None
