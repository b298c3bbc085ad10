"""Slices: the validation rows that share a value of a column, or a quarter of its range."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import pandas as pd

from ..core.text import cell_text
from ..core.values import Notice

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Codes: TypeAlias = NDArray[np.int64]

MAX_VALUES = 12
MISSING_VALUE = "(missing)"


@dataclass(frozen=True, eq=False)
class Slice:
    """rows : positions into the validation rows, int64."""

    column: str
    value: str
    rows: NDArray[np.int64]


def slice_rows(columns: pd.DataFrame) -> tuple[tuple[Slice, ...], tuple[Notice, ...]]:
    """The slices of each column of the validation rows, and notices on the values that are left out.

    Of a column with more than 12 values the most frequent are kept; numbers are put into quarters instead.
    """
    slices: list[Slice] = []
    notices: list[Notice] = []
    for name, column in columns.items():
        codes, values = _quarters(column) if _is_continuous(column) else _values(column)
        kept = _most_frequent(codes)
        slices.extend(Slice(str(name), values[code], np.flatnonzero(codes == code)) for code in kept)
        n_values = len(np.unique(codes))
        if n_values > len(kept):
            notices.append(_left_out(str(name), n_values))
    return tuple(slices), tuple(notices)


def _is_continuous(column: pd.Series) -> bool:
    return pd.api.types.is_numeric_dtype(column) and column.nunique() > MAX_VALUES


def _values(column: pd.Series) -> tuple[Codes, list[str]]:
    """Each row's value as an index into the values, in their order, as text; the last one is for missing values."""
    codes, found = pd.factorize(column)
    values = list(found)
    order = _order(values)
    place = np.empty(len(values) + 1, dtype=np.int64)
    place[order] = np.arange(len(values))
    place[-1] = len(values)
    return place[codes], [*(cell_text(values[index]) for index in order), MISSING_VALUE]


def _order(values: list[Any]) -> list[int]:
    rows = range(len(values))
    try:
        return sorted(rows, key=values.__getitem__)
    except TypeError:  # values of several types
        return sorted(rows, key=lambda index: str(values[index]))


def _quarters(column: pd.Series) -> tuple[Codes, list[str]]:
    """Likewise, of a quarter of the rows each."""
    numbers = column.to_numpy(dtype=np.float64, na_value=np.nan)
    finite = np.isfinite(numbers)
    edges = np.unique(np.quantile(numbers[finite], [0, 0.25, 0.5, 0.75, 1]))
    names = [f"{cell_text(low)} … {cell_text(high)}" for low, high in pairwise(edges)]
    return np.where(finite, np.searchsorted(edges[1:-1], numbers, side="left"), len(names)), [*names, MISSING_VALUE]


def _most_frequent(codes: Codes) -> list[int]:
    counts = np.bincount(codes)
    ranked = [int(code) for code in np.argsort(-counts, kind="stable") if counts[code]]
    return sorted(ranked[:MAX_VALUES])


def _left_out(column: str, n_values: int) -> Notice:
    return Notice(
        f"slices of '{column}': the {MAX_VALUES} most frequent of {n_values:,} values are shown",
        severity="note",
        subject=column,
    )
