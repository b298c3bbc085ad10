"""Rows of the other side as this side's models take them: through this side's own `prepare`, as later rows would."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from .rows import prepare_frame
from .table import plain_frame, quoted

if TYPE_CHECKING:
    from pathlib import Path

    from ..config.schema import DataConfig
    from ..core.values import Dataset


def foreign_features(
    rows: pd.DataFrame, dataset: Dataset, config: DataConfig, root: Path, *, is_raw: bool
) -> tuple[pd.DataFrame | None, str | None]:
    """The features of rows that this side does not have, (n_rows, n_features); or None, and why there are none.

    rows : as the other side's source has them where `is_raw`, else the other side's features. dataset : this side's.
    Cells get the dtypes of this side where they say the same.
    """
    frame = prepare_frame(rows, config, root, "on rows of the other side") if is_raw else rows
    if len(frame) != len(rows):
        return None, f"'{config.prepare}' gave {len(frame):,} rows for {len(rows):,}"
    missing = [name for name in dataset.features.columns if name not in frame.columns]
    if missing:
        return None, f"head's data have no {quoted(missing)}"
    columns = {name: _cast(frame[name], column.dtype) for name, column in dataset.features.items()}
    return plain_frame(pd.DataFrame(columns, index=frame.index)), None


def _cast(column: pd.Series[Any], dtype: Any) -> pd.Series[Any]:
    try:
        cast = column.astype(dtype)
        same = (cast == column) | (cast.isna() & column.isna())
    except (TypeError, ValueError):
        return column
    return cast if same.fillna(value=False).all() else column
