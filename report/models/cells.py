"""Transformers of `preprocess: auto`: cells as what their column holds, and gaps filled; complete rows stay."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator, TransformerMixin

from .columns import as_categories, as_dates, as_numbers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .columns import Kind


class Cells(TransformerMixin, BaseEstimator):  # type: ignore[misc] # scikit-learn has no types
    """Every column as the kind that training rows gave it; a cell that is something else is missing.

    kinds : column → kind; empty columns are left out.
    """

    def __init__(self, kinds: dict[str, Kind]) -> None:
        self.kinds = kinds

    def fit(self, X: pd.DataFrame, y: Any = None) -> Cells:  # noqa: ARG002 - scikit-learn's signature
        """Nothing is learned: the kinds are given."""
        self.n_features_in_ = X.shape[1]
        return self

    def transform(self, X: pd.DataFrame) -> pd.DataFrame:
        """The columns that are not empty, in their order."""
        return pd.DataFrame(
            {name: self._as(kind, X[name]) for name, kind in self.kinds.items() if kind.name != "empty"}, index=X.index
        )

    def _as(self, kind: Kind, column: pd.Series[Any]) -> pd.Series[Any]:
        if kind.name == "number":
            return as_numbers(column).set_axis(column.index)
        if kind.name == "date":
            return as_dates(column, kind.format)
        return column

    def __sklearn_is_fitted__(self) -> bool:
        return True


class AsText(TransformerMixin, BaseEstimator):  # type: ignore[misc] # as above
    """Categories as text, whatever their dtype is; missing ones as NaN."""

    def fit(self, X: pd.DataFrame, y: Any = None) -> AsText:  # noqa: ARG002 - as above
        """Nothing is learned."""
        return self

    def transform(self, X: pd.DataFrame) -> pd.DataFrame:
        """(n_rows, n_columns) object."""
        return X.apply(as_categories)

    def __sklearn_is_fitted__(self) -> bool:
        return True


class Gaps(TransformerMixin, BaseEstimator):  # type: ignore[misc] # as above
    """Missing and infinite numbers, and dates, by the median of training; of zeros and ones by the more frequent.

    columns : those that are filled. only_infinite : infinite numbers become missing, and nothing is filled.
    A frame without gaps is given back as it is, and so is a column without.
    """

    def __init__(self, columns: Sequence[str], *, only_infinite: bool = False) -> None:
        self.columns = columns
        self.only_infinite = only_infinite

    def fit(self, X: pd.DataFrame, y: Any = None) -> Gaps:  # noqa: ARG002 - as above
        """Learn what stands for a gap in each column; 0 where training has no value."""
        self.fills_ = {name: np.nan if self.only_infinite else _fill(X[name]) for name in self.columns}
        return self

    def transform(self, X: pd.DataFrame) -> pd.DataFrame:
        """The same frame with its gaps filled."""
        filled = {name: column for name in self.columns if (column := _filled(X[name], self.fills_[name])) is not None}
        return X.assign(**filled) if filled else X


def _fill(column: pd.Series[Any]) -> Any:
    if _is_date(column):
        return column.median()
    values = _numbers(column)
    known = values[np.isfinite(values)]
    if not len(known):
        return 0.0
    median = float(np.median(known))
    return float(np.floor(median)) if np.isin(known, (0, 1)).all() else median


def _filled(column: pd.Series[Any], fill: Any) -> pd.Series[Any] | None:
    """The column with its gaps filled; None where it has none."""
    if _is_date(column):
        return column.fillna(fill) if column.hasnans else None
    if column.dtype.kind in "bui" and isinstance(column.dtype, np.dtype):
        return None
    values = _numbers(column)
    is_gap = ~np.isfinite(values)
    return pd.Series(np.where(is_gap, fill, values), index=column.index) if is_gap.any() else None


def _is_date(column: pd.Series[Any]) -> bool:
    return bool(pd.api.types.is_datetime64_any_dtype(column.dtype))


def _numbers(column: pd.Series[Any]) -> np.ndarray[Any, np.dtype[np.float64]]:
    return as_numbers(column).to_numpy(np.float64)
