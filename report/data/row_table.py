"""What tells rows and their labels apart, by which the data of two sides are compared."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ..core.keys import row_keys
from ..core.rows import MatchTable

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from numpy.typing import NDArray

    from ..core.rows import RawRows
    from ..core.values import Dataset, Target

_UNNAMED = re.compile(r"Unnamed: \d+|level_\d+|")  # what pandas calls a column of row names
_FILES = 3  # a column that begins again more often than so does not count rows


def match_table(dataset: Dataset) -> MatchTable:
    """What the rows of a side are matched with those of the other side by; cells are shared where rows stand in order.

    Raises ValueError for a Dataset that does not know its source.
    """
    if dataset.raw is None:
        raise ValueError("the Dataset was not loaded from a source")
    source = dataset.raw
    return MatchTable(
        raw=None if source.origin is None else _at(_content(source), source.origin),
        origin=source.origin,
        fingerprint=source.fingerprint,
        features=dataset.features,
        labels=dataset.target.values.reshape(len(dataset.target.values), -1),
        ids=dataset.ids,
        group=dataset.group,
        time=dataset.time,
        id_name=source.id_name,
    )


def _content(source: RawRows) -> pd.DataFrame:
    """The columns that say something of a row: without target, weight, and row numbers unless there is nothing else."""
    apart = [name for name in source.frame.columns if name in source.apart]
    content = source.frame.drop(columns=apart)
    numbers = [name for name, column in content.items() if _UNNAMED.fullmatch(str(name)) or _is_row_number(column)]
    return content if len(numbers) == content.shape[1] else content.drop(columns=numbers)


def _is_row_number(column: pd.Series[Any]) -> bool:
    """Whether a column counts rows from 0 or 1, once for each file."""
    if not pd.api.types.is_integer_dtype(column.dtype) or column.iloc[0] not in (0, 1) or column.hasnans:
        return False
    numbers = column.to_numpy(dtype=np.int64)
    starts = np.flatnonzero(np.diff(numbers) != 1) + 1
    return len(numbers) > 1 and len(starts) < _FILES and bool((numbers[starts] == numbers[0]).all())


def _at(frame: pd.DataFrame, rows: NDArray[np.int64]) -> pd.DataFrame:
    if len(rows) == len(frame) and bool((rows == np.arange(len(rows))).all()):
        return frame
    return frame.iloc[rows].reset_index(drop=True)


def label_keys(target: Target) -> NDArray[np.uint64]:
    """The keys of the labels, (n_rows,)."""
    return row_keys(pd.DataFrame(target.values.reshape(len(target.values), -1)))


def said_keys(dataset: Dataset) -> NDArray[np.uint64]:
    """The keys of all that a row says, its labels included but not its id, (n_rows,)."""
    return row_keys(pd.DataFrame({"content": content_keys(dataset), "label": label_keys(dataset.target)}))


def content_keys(dataset: Dataset) -> NDArray[np.uint64]:
    """The keys of features, group and time, (n_rows,), whatever the latter two are called."""
    if dataset.ids is None and dataset.group is None and dataset.time is None:
        return dataset.keys
    return row_keys(with_marks(dataset.features, {"group": dataset.group, "time": dataset.time}))


def with_marks(features: pd.DataFrame, marks: Mapping[str, NDArray[Any] | None]) -> pd.DataFrame:
    """Features with columns beside them that no feature is called like."""
    return features.assign(**{f" {name}": values for name, values in marks.items() if values is not None})
