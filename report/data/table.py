"""What a reader gives: rows, where they come from, and what was seen on the way."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ..core.keys import is_text_dtype
from ..core.values import Notice

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

_SAMPLE_ROWS = 10_000
_FEWEST = 200  # where most cells are missing, others are looked at
_LONGEST = 60  # characters of a value in a message


@dataclass(frozen=True, eq=False)
class Table:
    """Rows as read: columns have text names, the index is a RangeIndex.

    source : how the report calls them. target, image_shape : where the source itself knows them. words : what pandas
    read as missing values. digest : SHA-256 of the bytes of the files, or of the cells where there are none.
    has_text_options : whether `read:` says how numbers and dates are written, as in text files and workbooks.
    """

    frame: pd.DataFrame
    source: str
    notices: tuple[Notice, ...] = ()
    target: tuple[str, ...] = ()
    image_shape: tuple[int, int] | None = None
    words: tuple[EatenWord, ...] = ()
    digest: str = ""
    has_text_options: bool = False


@dataclass(frozen=True)
class EatenWord:
    """A word that pandas reads as a missing value. `kept` : it was taken as a label all the same."""

    column: str
    word: str
    rows: int
    of: int
    is_target: bool
    kept: bool = False


def plain_frame(frame: pd.DataFrame, keep: Sequence[str] = ()) -> pd.DataFrame:
    """The same cells with text column names and a fresh index; index levels named in `keep` become columns."""
    levels = [name for name in frame.index.names if name in keep and name not in frame.columns]
    if levels:
        frame = frame.reset_index(level=levels)
    plain = frame.copy(deep=False)
    plain.columns = pd.Index([str(name) for name in frame.columns])
    plain.index = pd.RangeIndex(len(frame))
    return plain


def sample_texts(column: pd.Series[Any]) -> list[str]:
    """Cells of a column as text, at most 10,000 from all over it, the missing ones left out."""
    rows = np.linspace(0, len(column) - 1, min(len(column), _SAMPLE_ROWS)).astype(np.int64)
    cells = column.iloc[rows].dropna()
    if len(cells) < min(_FEWEST, len(column)):
        cells = column.dropna().iloc[:_SAMPLE_ROWS]
    return [str(cell) for cell in cells]


def stacked(frames: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Frames with the same columns, one below the other; a column of categories keeps those of all frames."""
    dtypes = {name: dtype for name in frames[0].columns if (dtype := _common_categories([f[name] for f in frames]))}
    return pd.concat([frame.astype(dtypes) if dtypes else frame for frame in frames], ignore_index=True)


def _common_categories(columns: Sequence[pd.Series[Any]]) -> pd.CategoricalDtype | None:
    """The dtype of columns of which one at least has categories, and the others categories or text."""
    dtypes = [column.dtype for column in columns]
    categorical = [dtype for dtype in dtypes if isinstance(dtype, pd.CategoricalDtype)]
    if not categorical or all(dtype == categorical[0] for dtype in dtypes):
        return None
    if not all(isinstance(column.dtype, pd.CategoricalDtype) or is_text(column) for column in columns):
        return None
    values = [
        column.dtype.categories if isinstance(column.dtype, pd.CategoricalDtype) else sorted(column.dropna().unique())
        for column in columns
    ]
    union = list(dict.fromkeys(value for part in values for value in part))
    return pd.CategoricalDtype(union, ordered=all(dtype.ordered for dtype in categorical) and union == list(values[0]))


def only(frame: pd.DataFrame, names: Collection[str | None]) -> pd.DataFrame:
    """These columns, in the order of the frame: dropping the others shares memory, where selecting would copy."""
    return frame.drop(columns=[name for name in frame.columns if name not in names])


def is_text(column: pd.Series[Any]) -> bool:
    """Whether all cells that are there are text."""
    if column.dtype != object:
        return is_text_dtype(column.dtype)
    return pd.api.types.infer_dtype(column, skipna=True) == "string"


def short(value: Any, longest: int = _LONGEST) -> str:
    """A value as text, cut where it is longer than so many characters."""
    text = str(value)
    return text if len(text) <= longest else f"{text[:longest]}…"


def quoted(names: Sequence[Any], most: int = 5) -> str:
    """Names as text: 'a', 'b' and 3 more."""
    longest = _LONGEST if len(names) < 3 else _LONGEST // 2
    shown = ", ".join(f"'{short(name, longest)}'" for name in names[:most])
    return shown if len(names) <= most else f"{shown} and {len(names) - most:,} more"


def counted(count: int, noun: str) -> str:
    """A count with its noun: 1 row, 2,000 rows."""
    plural = "classes" if noun == "class" else f"{noun}s"
    return f"{count:,} {noun if count == 1 else plural}"
