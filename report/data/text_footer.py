"""A last row that sums up the others, as spreadsheets have it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ..core.values import Notice
from .table import is_text as holds_text
from .table import quoted

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

_TOTAL = re.compile(
    r"\s*(grand |sub)?(totals?|sums?|averages?|avg|means?|gesamt|summe|totale|somme|итого|合计|合計)\s*:?\s*",
    re.IGNORECASE,
)
_FEWEST_ROWS = 5


def footer_notice(frame: pd.DataFrame, name: str, options: Mapping[str, Any], *, is_text: bool) -> tuple[Notice, ...]:
    """A warning where the last row, but for empty ones, is called a total, and sums up the others or has gaps."""
    if len(frame) < _FEWEST_ROWS or not {"nrows", "skipfooter"}.isdisjoint(options):
        return ()
    n_rows = len(frame)
    while len(frame) > _FEWEST_ROWS and frame.iloc[-1].isna().all():
        frame = frame.iloc[:-1]
    words = [str(cell) for _, column in frame.items() if holds_text(column) and (cell := _total(column)) is not None]
    if not words or not (_is_sum(frame) or frame.iloc[-1].isna().any()):
        return ()
    message = f"The last row of {name} looks like a total of the others: {quoted(words)}."
    options_written = f"skipfooter: {n_rows - len(frame) + 1}{', engine: python' if is_text else ''}"
    return (Notice(message, f"leave it out: `read: {{{options_written}}}`"),)


def _total(column: pd.Series[Any]) -> str | None:
    last = column.iloc[-1]
    if not isinstance(last, str) or not _TOTAL.fullmatch(last):
        return None
    return last if int((column == last).sum()) == 1 else None


def _is_sum(frame: pd.DataFrame) -> bool:
    """Whether a column of numbers ends with the sum or the mean of what stands above."""
    for values in frame.select_dtypes("number").to_numpy(dtype=np.float64, na_value=np.nan).T:
        total = float(np.nansum(values[:-1]))
        if values[-1] and np.isclose(values[-1], [total, total / (len(values) - 1)], rtol=1e-6).any():
            return True
    return False
