"""Tables in the forms that libraries hand them over: frames of pandas, polars and Arrow, arrays, sparse matrices."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from ..core.errors import DataError, Place

_MOST_CELLS = 250_000_000  # of a sparse matrix that is made a table: 2 GB


def frame_of(values: Any, name: str, key: str) -> pd.DataFrame | None:
    """Features or target as a frame; None for what is no table.

    name : for a target without one. Raises DataError for a sparse matrix that is too large as a table.
    """
    if _is_sparse(values):
        return _of_sparse(values, key)
    if isinstance(values, Mapping) and "data" in values and "target" in values:  # a Bunch of scikit-learn
        return _of_bunch(values, key)
    values = _as_pandas(values)
    if isinstance(values, pd.DataFrame):
        return values
    if isinstance(values, pd.Series):
        return values.to_frame(values.name if values.name not in (None, "") else name)
    if hasattr(values, "__array__") or isinstance(values, list):
        return _of_array(values, name)
    return None


def _of_array(values: Any, name: str) -> pd.DataFrame:
    frame = pd.DataFrame(values)
    if not name:
        return frame
    return frame.set_axis([name] if frame.shape[1] == 1 else [f"{name}_{i}" for i in range(frame.shape[1])], axis=1)


def _as_pandas(values: Any) -> Any:
    """A frame or a column of polars, Arrow and others as pandas has it; anything else as it is."""
    if isinstance(values, (pd.DataFrame, pd.Series)):
        return values
    if callable(getattr(values, "collect", None)) and not hasattr(values, "__array__"):  # lazy, as in polars
        values = values.collect()
    return values.to_pandas() if callable(getattr(values, "to_pandas", None)) else values


def _is_sparse(values: Any) -> bool:
    return callable(getattr(values, "toarray", None)) and hasattr(values, "nnz")


def _of_sparse(values: Any, key: str) -> pd.DataFrame:
    rows, columns = values.shape
    if rows * columns > _MOST_CELLS:
        raise DataError(
            f"a sparse matrix of {rows:,} rows and {columns:,} columns is too large as a table",
            place=Place(key=key),
            hint="return fewer columns, such as those of TruncatedSVD; or texts, and let the pipeline count words",
        )
    return pd.DataFrame(values.toarray())


def _of_bunch(values: Mapping[str, Any], key: str) -> pd.DataFrame | None:
    features, target = frame_of(values["data"], "", key), frame_of(values["target"], "target", key)
    if features is None or target is None:
        return None
    names = values.get("feature_names")
    if names is not None and not isinstance(values["data"], pd.DataFrame) and len(names) == features.shape[1]:
        features = features.set_axis(list(names), axis=1)
    return pd.concat([features, target.drop(columns=target.columns.intersection(features.columns))], axis=1)
