"""Rows to predict in the dtypes of the rows that a model learned from: what these cannot say is missing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ..core.values import Notice
from .columns import UNSEEN, as_dates, as_numbers, is_plain, listed

if TYPE_CHECKING:
    from numpy.typing import NDArray


def as_trained(rows: pd.DataFrame, trained: pd.DataFrame) -> pd.DataFrame:
    """The columns of `trained`, in its dtypes where cells say the same; numbers with gaps are float64.

    A category keeps its meaning, not its code, and an unknown one is missing; so is a cell among numbers or dates that
    is neither. rows : (n_rows, …), with at least these columns.
    """
    return pd.DataFrame({name: _as(rows[name], column.dtype) for name, column in trained.items()}, index=rows.index)


def stacked(trained: pd.DataFrame, rows: pd.DataFrame) -> pd.DataFrame:
    """`trained` with the rows behind it, in its dtypes; numbers are float64 where the rows have gaps."""
    behind = as_trained(rows, trained)
    floats = [name for name, column in trained.items() if column.dtype == np.bool_ and behind[name].dtype.kind == "f"]
    return pd.concat([trained.astype(dict.fromkeys(floats, np.float64)), behind], ignore_index=True)


def lost_cells(rows: pd.DataFrame, trained: pd.DataFrame, side: str) -> tuple[Notice, ...]:
    """A notice where cells of rows are missing once they are in the dtypes of training; side : what rows are called."""
    aligned = as_trained(rows, trained)
    lost = {name: (rows[name].notna() & column.isna()).to_numpy() for name, column in aligned.items()}
    found = {str(name): mask for name, mask in lost.items() if mask.any()}
    if not found:
        return ()
    count = int(np.logical_or.reduce(list(found.values())).sum())
    noun = "row" if count == 1 and not side.startswith("of ") else "rows"
    message = f"{count:,} {side} {noun} {'has' if count == 1 else 'have'} values that {UNSEEN}, in {listed(found)}"
    return (Notice(f"{message}: taken as missing", severity="note"),)


def sides(
    features: pd.DataFrame, train: NDArray[np.int64], validation: NDArray[np.int64], new: pd.DataFrame | None
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame | None, tuple[Notice, ...]]:
    """Training, validation and new rows, and what these lost: training in its own dtypes, the others in the same."""
    X_train, X_validation = features.iloc[train], features.iloc[validation]
    mixed = [str(name) for name, dtype in features.dtypes.items() if dtype == np.object_]
    own = {name: column for name in mixed if (column := X_train[name].infer_objects()).dtype != np.object_}
    notices: tuple[Notice, ...] = ()
    if own:
        X_train = X_train.assign(**own)
        notices = lost_cells(X_validation[list(own)], X_train[list(own)], "validation")
        asked = {name: _as(X_validation[name], column.dtype) for name, column in own.items()}
        X_validation = X_validation.assign(**asked)
    same = new is None or all(_is_same(new[name].dtype, column.dtype) for name, column in X_train.items())
    if same or new is None:
        return X_train, X_validation, new, notices
    return X_train, X_validation, as_trained(new, X_train), notices + lost_cells(new, X_train, "new")


def _as(column: pd.Series[Any], dtype: Any) -> pd.Series[Any]:
    if _is_same(column.dtype, dtype):
        return column
    if isinstance(dtype, pd.CategoricalDtype):
        return _as_category(column, dtype)
    if is_plain(dtype):
        return _as_number(column, dtype)
    if pd.api.types.is_datetime64_any_dtype(dtype):
        return _as_date(column, dtype)
    if isinstance(dtype, pd.StringDtype):
        return _as_text(column, dtype)
    return column


def _is_same(found: Any, dtype: Any) -> bool:
    """Whether two dtypes store the same cells alike: categories of another order have other codes."""
    if isinstance(found, pd.CategoricalDtype) and isinstance(dtype, pd.CategoricalDtype):
        return bool(found.categories.equals(dtype.categories))
    return bool(found == dtype)


def _as_category(column: pd.Series[Any], dtype: pd.CategoricalDtype) -> pd.Series[Any]:
    """By what a category says; numbers and their text are not the same."""
    codes = dtype.categories.get_indexer(pd.Index(column.astype(object)))
    codes = np.where(column.isna(), -1, codes)
    return pd.Series(pd.Categorical.from_codes(codes, dtype=dtype), index=column.index)


def _as_number(column: pd.Series[Any], dtype: Any) -> pd.Series[Any]:
    """In the same dtype where all cells fit into it, else as they are, or as float64."""
    numbers = as_numbers(column).set_axis(column.index)
    try:
        cast = numbers.astype(dtype)
    except (TypeError, ValueError, OverflowError):
        return numbers
    return cast if (cast == numbers).fillna(value=False).all() else numbers


def _as_date(column: pd.Series[Any], dtype: Any) -> pd.Series[Any]:
    dates = as_dates(column, None)
    if isinstance(dtype, pd.DatetimeTZDtype):
        dates = dates.dt.tz_localize("UTC") if dates.dt.tz is None else dates
    elif dates.dt.tz is not None:
        dates = dates.dt.tz_convert(None)
    return dates.astype(dtype)


def _as_text(column: pd.Series[Any], dtype: Any) -> pd.Series[Any]:
    """Whole numbers without a fraction, as they are written; missing cells stay missing."""
    cells = column.astype(object)
    words = [None if pd.isna(cell) else str(int(cell)) if _is_whole(cell) else str(cell) for cell in cells]
    return pd.Series(words, index=column.index, dtype=dtype)


def _is_whole(cell: Any) -> bool:
    return isinstance(cell, (float, np.floating)) and float(cell).is_integer()
