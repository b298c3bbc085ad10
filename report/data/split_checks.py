"""What may be wrong with a split, each check a small function in one ordered table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import pandas as pd

from ..core.numbers import format_number, format_share
from ..core.values import Dataset, Notice, Task
from .row_table import said_keys
from .table import counted, quoted

if TYPE_CHECKING:
    from numpy.typing import NDArray

_SHIFT = 0.1  # of a class's share, or of a standard deviation × 2.5 for quantities
_SURE = 4.0  # standard errors: a smaller difference may be luck
_RANDOM = "`validation: {method: random, stratify: true}`"


@dataclass(frozen=True, eq=False)
class Sides:
    """A dataset and the positions of its two sides."""

    dataset: Dataset
    train: NDArray[np.int64]
    validation: NDArray[np.int64]
    method: str


Check: TypeAlias = Callable[[Sides], tuple[Notice, ...]]


def check_split(
    dataset: Dataset, train: NDArray[np.int64], validation: NDArray[np.int64], method: str
) -> tuple[Notice, ...]:
    """Every notice about a split whose sides are not empty."""
    sides = Sides(dataset, train, validation, method)
    return tuple(notice for check in CHECKS for notice in check(sides))


def _rows_on_both_sides(sides: Sides) -> tuple[Notice, ...]:
    if sides.method == "hash":
        return ()
    keys = sides.dataset.keys
    both = int(pd.Series(keys[sides.validation]).isin(keys[sides.train]).sum())
    if not both:
        return ()
    message = (
        f"{counted(both, 'row')} of {len(sides.validation):,} in validation "
        f"{'is' if both == 1 else 'are'} in training as well: scores are better than they would be on new data."
    )
    hint = {
        "given": "take them out of one of the files",
        "random": "the default split, `validation: {method: hash}`, keeps copies on one side",
    }.get(sides.method, "take the copies out of the data")
    return (Notice(message, hint),)


def _copies_on_both_sides(sides: Sides) -> tuple[Notice, ...]:
    """Rows with an id of their own that say what a row of the other side says: the id hides that they are copies."""
    dataset = sides.dataset
    if dataset.ids is None:
        return ()
    said = said_keys(dataset)
    both = int(pd.Series(said[sides.validation]).isin(said[sides.train]).sum())
    if not both:
        return ()
    say = "says" if both == 1 else "say"
    message = (
        f"{counted(both, 'row')} of {len(sides.validation):,} in validation {say} the same as a row in training with "
        "another id: where these are copies, scores are better than they would be on new data."
    )
    return (Notice(message, "take copies out of the data, or leave `id` out: copies then stay on one side"),)


def _groups_on_both_sides(sides: Sides) -> tuple[Notice, ...]:
    group = sides.dataset.group
    if group is None or sides.method == "group":
        return ()
    both = set(group[sides.train]) & set(group[sides.validation])
    if not both:
        return ()
    hint = "`validation: {method: group}` keeps each on one side"
    return (Notice(f"{counted(len(both), 'group')} {_have(len(both))} rows on both sides of the split.", hint),)


def _labels_on_one_side(sides: Sides) -> tuple[Notice, ...]:
    target = sides.dataset.target
    if target.task not in (Task.BINARY, Task.MULTICLASS):
        return ()
    train, validation = _class_counts(sides)
    hint = f"keep the shares of classes: {_RANDOM}" if sides.method in ("hash", "random") else None
    notices = []
    for rows, others, where, then in (
        (train, validation, "training", "no model can know them"),
        (validation, train, "validation", "nothing is measured on them"),
    ):
        absent = [
            label for label, count, other in zip(target.classes, rows, others, strict=True) if other and not count
        ]
        if absent:
            count = counted(len(absent), "class")
            notices.append(Notice(f"{count} {_have(len(absent))} no row in {where}, {then}: {quoted(absent)}.", hint))
    return tuple(notices)


def _target_shift(sides: Sides) -> tuple[Notice, ...]:
    """Another balance of the target in validation than in training, where the split did not draw it by lot."""
    if sides.method not in ("given", "time") or sides.dataset.task.is_multi:
        return ()
    return _class_shift(sides) if sides.dataset.task.is_classification else _mean_shift(sides)


def _class_shift(sides: Sides) -> tuple[Notice, ...]:
    train, validation = _class_counts(sides)
    before, after = train / train.sum(), validation / validation.sum()
    pooled = (train + validation) / (train.sum() + validation.sum())
    error = np.sqrt(pooled * (1 - pooled) * (1 / train.sum() + 1 / validation.sum()))
    worst = int(np.argmax(np.abs(after - before)))
    if abs(after[worst] - before[worst]) < max(_SHIFT, _SURE * error[worst]):
        return ()
    label = sides.dataset.target.classes[worst]
    message = (
        f"The target is balanced otherwise in validation: '{label}' is {format_share(float(before[worst]))} of "
        f"training and {format_share(float(after[worst]))} of validation."
    )
    return (Notice(message, "check that both are drawn from the same population"),)


def _mean_shift(sides: Sides) -> tuple[Notice, ...]:
    train, validation = (sides.dataset.target.encoded[rows] for rows in (sides.train, sides.validation))
    spread = float(np.concatenate([train, validation]).std())
    difference = abs(float(train.mean() - validation.mean()))
    error = spread * np.sqrt(1 / len(train) + 1 / len(validation))
    if not spread or difference < max(2.5 * _SHIFT * spread, _SURE * error):
        return ()
    message = (
        f"The target is distributed otherwise in validation: its mean is {format_number(float(train.mean()))} in "
        f"training and {format_number(float(validation.mean()))} in validation."
    )
    return (Notice(message, "check that both are drawn from the same population"),)


CHECKS: tuple[Check, ...] = (
    _rows_on_both_sides,
    _copies_on_both_sides,
    _groups_on_both_sides,
    _labels_on_one_side,
    _target_shift,
)


def _class_counts(sides: Sides) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    target = sides.dataset.target
    n_classes = len(target.classes)
    return (
        np.bincount(target.encoded[sides.train], minlength=n_classes),
        np.bincount(target.encoded[sides.validation], minlength=n_classes),
    )


def _have(count: int) -> str:
    return "has" if count == 1 else "have"
