"""Folds: parts of the training rows that are held out in turn, or of all rows, each of which validates once."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from ..core.values import Task

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ..config.schema import CrossValidation
    from ..core.values import Split
    from .units import FitData, Unit


class Fold(NamedTuple):
    """Indices into the training rows."""

    fitted: NDArray[np.int64]
    held_out: NDArray[np.int64]


def fold_count(cross_validation: CrossValidation | None, *, by_time: bool) -> int:
    """How many fits there are: folds in time cannot be drawn anew, so they are not repeated."""
    if cross_validation is None:
        return 0
    return cross_validation.folds * (1 if by_time else cross_validation.repeats)


def folds_asked(split: Split) -> list[int]:
    """The folds that have validation rows, ascending; none where the split has no folds."""
    return [] if split.folds is None else np.unique(split.folds[split.validation]).tolist()


def rows_for(unit: Unit, data: FitData) -> FitData:
    """What a unit sees of the rows: where the split has folds, one of them validates, and the others train."""
    if data.folds is None or unit.kind == "whole":
        return data
    train = np.flatnonzero(data.folds[data.train] != unit.number)
    validation = np.flatnonzero(data.folds[data.validation] == unit.number)
    return replace(
        data,
        X_train=data.X_train.iloc[train],
        X_validation=data.X_validation.iloc[validation],
        X_new=None,
        train=data.train[train],
        validation=data.validation[validation],
    )


def fold(number: int, cross_validation: CrossValidation, data: FitData) -> Fold:
    """One fold, counted over all repeats; repeat r is shuffled with the seed r places after the first.

    Rows in time order are never predicted from later ones; groups stay together; classes keep their shares. Without
    shuffling, folds are parts of the rows in the order of the file.
    Raises ValueError, with scikit-learn's words, when there are too few rows, groups or members of a class.
    """
    repeat, position = divmod(number, cross_validation.folds)
    if data.by_time and data.time is not None:
        return _in_time(cross_validation.folds, position, data.time[data.train])
    order = np.arange(len(data.train)) if cross_validation.shuffle else np.argsort(data.train, kind="stable")
    at = data.train[order]
    fitted, held_out = _splits(cross_validation, repeat, data, at)[position]
    return Fold(order[fitted], order[held_out])


def _in_time(n_folds: int, position: int, time: NDArray[Any]) -> Fold:
    from sklearn.model_selection import TimeSeriesSplit

    order = np.argsort(time, kind="stable")
    earlier, later = list(TimeSeriesSplit(n_folds).split(order))[position]
    return Fold(order[earlier], order[later])


def _splits(
    cross_validation: CrossValidation, repeat: int, data: FitData, at: NDArray[np.int64]
) -> list[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    """At : the training rows in the order in which they are parted."""
    from sklearn.model_selection import GroupKFold, KFold, StratifiedKFold

    shuffle = cross_validation.shuffle
    n_splits, seed = cross_validation.folds, cross_validation.seed + repeat if shuffle else None
    rows = np.zeros(len(at))
    if data.group is not None:
        return list(GroupKFold(n_splits, shuffle=shuffle, random_state=seed).split(rows, groups=data.group[at]))
    if data.target.task in (Task.BINARY, Task.MULTICLASS):
        split = StratifiedKFold(n_splits, shuffle=shuffle, random_state=seed)
        return list(split.split(rows, data.target.encoded[at]))
    return list(KFold(n_splits, shuffle=shuffle, random_state=seed).split(rows))
