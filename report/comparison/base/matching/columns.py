"""The content that both sides have: the same columns, whatever they are called and typed."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import numpy as np
import pandas as pd

from ....core.keys import cell_keys, mix, row_keys

if TYPE_CHECKING:
    from collections.abc import Collection

    from numpy.typing import NDArray

    from ....core.keys import Keys
    from .copies import Rows

Kind: TypeAlias = Literal["number", "time", "other"]

_READABLE = 0.99  # of the cells of a text column that must be numbers or dates for it to be compared as such
_ROUNDING = 1e-12  # of a number, that two parsers of its text may differ by
_SAMPLE = 2_000  # cells that a column is judged by
_TELLING = 20  # different values that a column must have to be found by them under another name
_SAME_VALUES = 0.9  # of the cells of a column that must be among the values of the other one
_MANY_SAME_VALUES = 0.5  # the same, where most cells differ from each other


@dataclass(frozen=True, eq=False)
class Content:
    """The common columns of both sides, in one order, with cells that can be compared.

    base, head : (n_base, n_columns) and (n_head, n_columns). whole : all columns of base. base_only : those of them
    that head does not have.
    """

    base: pd.DataFrame
    head: pd.DataFrame
    whole: pd.DataFrame
    base_only: tuple[Any, ...] = ()

    def keys(self) -> tuple[Keys, Keys]:
        """The keys of the rows of base and of head, by all common columns."""
        return row_keys(self.base), row_keys(self.head)


def common_content(base: pd.DataFrame, head: pd.DataFrame, apart: Collection[str]) -> Content:
    """The columns that both sides have. apart : those that say nothing of a row, such as ids."""
    base = base.drop(columns=[name for name in base.columns if name in apart])
    head = head.drop(columns=[name for name in head.columns if name in apart])
    renamed = _renamed(base, head)
    head = head.rename(columns=renamed)
    names = [name for name in base.columns if name in head.columns]
    base_only = tuple(name for name in base.columns if name not in head.columns)
    ours = base.drop(columns=[name for name in base.columns if name not in names])
    theirs = head.drop(columns=[name for name in head.columns if name not in names])
    for name in names:
        one, other = comparable(ours[name], theirs[name])
        if one is not ours[name]:
            ours = ours.assign(**{name: one})
        if other is not theirs[name]:
            theirs = theirs.assign(**{name: other})
    return Content(ours, theirs if list(theirs.columns) == names else theirs[names], base, base_only)


def is_same_but_for_rounding(content: Content, head: Rows, base: Rows) -> NDArray[np.bool_]:
    """Of pairs of rows, whether all cells are equal but for the last digits of a float, as parsers differ in."""
    same = np.ones(len(head), dtype=np.bool_)
    for name in content.base.columns:
        ours, theirs = content.base[name].iloc[base], content.head[name].iloc[head]
        equal = cell_keys(ours) == cell_keys(theirs)
        if kind_of(ours.dtype) == kind_of(theirs.dtype) == "number":
            one, other = (side.to_numpy(dtype=np.float64, na_value=np.nan) for side in (ours, theirs))
            equal |= np.abs(one - other) <= _ROUNDING * np.abs(one)
        same &= equal
    return same


def kind_of(dtype: Any) -> Kind:
    """Whether cells are numbers, instants, or something else."""
    if isinstance(dtype, pd.CategoricalDtype):
        return kind_of(dtype.categories.dtype)
    if pd.api.types.is_numeric_dtype(dtype) and not pd.api.types.is_complex_dtype(dtype):
        return "number"
    return "time" if pd.api.types.is_datetime64_any_dtype(dtype) else "other"


def comparable(base: pd.Series[Any], head: pd.Series[Any]) -> tuple[pd.Series[Any], pd.Series[Any]]:
    """Both columns with text as the numbers or instants that the other side has, where it says such."""
    kinds = kind_of(base.dtype), kind_of(head.dtype)
    if kinds[0] == "other" and kinds[1] != "other":
        return _read_as(base, kinds[1]), head
    if kinds[1] == "other" and kinds[0] != "other":
        return base, _read_as(head, kinds[0])
    return base, head


def _read_as(column: pd.Series[Any], kind: Kind) -> pd.Series[Any]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        read: Any = (
            pd.to_numeric(column.astype(object), errors="coerce")
            if kind == "number"
            else pd.to_datetime(column.astype(object), errors="coerce", utc=True)
        )
    n_cells = int(column.notna().sum())
    return read if int(read.notna().sum()) >= _READABLE * n_cells else column


def _renamed(base: pd.DataFrame, head: pd.DataFrame) -> dict[Any, Any]:
    """Columns of head that have the values of a column of base with another name → that name."""
    ours = [name for name in base.columns if name not in head.columns]
    theirs = [name for name in head.columns if name not in base.columns]
    if not ours or not theirs:
        return {}
    base_cells = {name: cell_keys(base[name]) for name in ours}
    renamed: dict[Any, Any] = {}
    for name in theirs:
        cells = cell_keys(comparable(base[ours[0]], head[name])[1])
        left = [other for other in ours if other not in renamed.values()]
        same = [other for other in left if _has_same_values(base_cells[other], cells)]
        named = [other for other in same if _plain(other) == _plain(name)]
        if named or same:
            renamed[name] = (named or same)[0]
    return renamed


def _plain(name: Any) -> str:
    return "".join(letter for letter in str(name).lower() if letter.isalnum())


def _has_same_values(base: Keys, head: Keys) -> bool:
    """Whether two columns have the same cells in any order, or about the same values where these are many."""
    if len(base) == len(head) and _sum_of(base) == _sum_of(head):
        return True
    sample = pd.Series(head[np.linspace(0, len(head) - 1, min(_SAMPLE, len(head))).astype(np.int64)])
    back = pd.Series(base[np.linspace(0, len(base) - 1, min(_SAMPLE, len(base))).astype(np.int64)])
    shares = float(sample.isin(base).mean()), float(back.isin(head).mean())
    n_different = min(sample.nunique(), back.nunique())
    if 2 * n_different >= min(len(sample), len(back)):
        return max(shares) >= _MANY_SAME_VALUES
    return n_different >= _TELLING and min(shares) >= _SAME_VALUES


def _sum_of(cells: Keys) -> int:
    with np.errstate(over="ignore"):
        return int(mix(cells).sum(dtype=np.uint64))
