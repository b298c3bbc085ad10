"""What rows of two sides are matched by."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class RawRows:
    """The labelled rows as the source has them, before `prepare`.

    frame : (n_raw, n_columns), every column of the source, the target's too; memory is shared with the features where
    no hook makes others. origin : (n_rows,) int64, of each row of the Dataset its row in `frame`; None where `prepare`
    gave rows that cannot be followed back. fingerprint : SHA-256 of the bytes of the files and of how they are read, or
    of the content where a function makes the rows: equal on two sides only where the frames are equal, row by row.
    apart : the columns of target and weight. id_name : the column of ids, None where none is configured.
    seconds : that `prepare` took.
    """

    frame: pd.DataFrame
    origin: NDArray[np.int64] | None
    fingerprint: str
    apart: tuple[str, ...] = ()
    id_name: str | None = None
    seconds: float = 0.0


@dataclass(frozen=True, eq=False)
class MatchTable:
    """The labelled rows of one side, in the order of its Dataset, as they are matched with those of the other side.

    raw : (n_rows, n_columns), the cells of the source without target, weight and unnamed row numbers; None where rows
    cannot be followed back to the source. fingerprint : of the source, see `RawRows`. origin : (n_rows,) int64 into the
    source; None like `raw`. features : (n_rows, n_features), after `prepare`. labels : (n_rows, n_outputs), as values.
    ids, group, time : (n_rows,), None where the configuration names no such column. id_name : the column of the ids.
    """

    raw: pd.DataFrame | None
    origin: NDArray[np.int64] | None
    fingerprint: str
    features: pd.DataFrame
    labels: NDArray[Any]
    ids: NDArray[Any] | None = None
    group: NDArray[Any] | None = None
    time: NDArray[Any] | None = None
    id_name: str | None = None

    @cached_property
    def feature_keys(self) -> NDArray[np.uint64]:
        """The keys of the features, (n_rows,)."""
        from .keys import row_keys

        return row_keys(self.features)


@dataclass(frozen=True, eq=False)
class RowMatch:
    """Which rows of base the rows of head are.

    base_of_head : (n_head,) int64, the position of the same row in base, or -1 for a row that base does not have; a row
    of base occurs at most once. edited : (n_head,) bool, the same row with other cells. doubtful : (n_head,) bool, rows
    that may be older or newer versions, or near-copies, of rows of base: nothing is judged by them. how : how rows were
    matched, in words. doubt : what makes rows doubtful, in a sentence with counts and two examples; None without any.
    copy_of : (n_head,) int64, of a row without a match a row of base with equal content, which another row of head is
    (a copy that was added), else -1.
    """

    base_of_head: NDArray[np.int64]
    edited: NDArray[np.bool_]
    doubtful: NDArray[np.bool_]
    copy_of: NDArray[np.int64]
    how: str
    doubt: str | None = None


@dataclass(frozen=True, eq=False)
class SideRows:
    """The labelled rows of one side and the split that its own configuration makes of them.

    train, validation : positions into `table`, (n_train,) and (n_validation,) int64. method, settings : as in `Split`.
    weight : (n_rows,), where rows have weights. rank : (n_rows,) int64, as in `Dataset`; None: the order of the file.
    folds : (n_rows,) int64, as in `Split`.
    """

    table: MatchTable
    train: NDArray[np.int64]
    validation: NDArray[np.int64]
    method: str
    settings: Mapping[str, Any]
    weight: NDArray[np.float64] | None = None
    rank: NDArray[np.int64] | None = None
    folds: NDArray[np.int64] | None = None

    @property
    def n_rows(self) -> int:
        return len(self.table.labels)
