"""Folds of cross-validation: parts of the training rows that are held out in turn."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ..core.values import Task

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ..config.schema import CrossValidation
    from .units import FitData


class Fold(NamedTuple):
    """Indices into the training rows."""

    fitted: NDArray[np.int64]
    held_out: NDArray[np.int64]


def fold_count(cross_validation: CrossValidation | None, *, by_time: bool) -> int:
    """How many fits there are: folds in time cannot be drawn anew, so they are not repeated."""
    if cross_validation is None:
        return 0
    return cross_validation.folds * (1 if by_time else cross_validation.repeats)


def fold(number: int, cross_validation: CrossValidation, data: FitData) -> Fold:
    """One fold, counted over all repeats; repeat r is shuffled with seed r.

    Rows in time order are never predicted from later ones; groups stay together; classes keep their shares.
    Raises ValueError, with scikit-learn's words, when there are too few rows, groups or members of a class.
    """
    from sklearn.model_selection import GroupKFold, KFold, StratifiedKFold, TimeSeriesSplit

    repeat, position = divmod(number, cross_validation.folds)
    n_splits, rows = cross_validation.folds, np.zeros(len(data.train))
    encoded = data.target.encoded[data.train]
    if data.by_time and data.time is not None:
        order = np.argsort(data.time[data.train], kind="stable")
        earlier, later = list(TimeSeriesSplit(n_splits).split(rows))[position]
        return Fold(order[earlier], order[later])
    if data.group is not None:
        splits = GroupKFold(n_splits, shuffle=True, random_state=repeat).split(rows, groups=data.group[data.train])
    elif data.target.task in (Task.BINARY, Task.MULTICLASS):
        splits = StratifiedKFold(n_splits, shuffle=True, random_state=repeat).split(rows, encoded)
    else:
        splits = KFold(n_splits, shuffle=True, random_state=repeat).split(rows)
    return Fold(*list(splits)[position])
