"""Which rows train and which validate. One function a method, in one ordered table."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import pandas as pd

from ..config.schema import SplitConfig, ValidationFile
from ..core.errors import DataError, Place
from ..core.keys import mix, name_seed, row_keys
from ..core.numbers import format_share
from ..core.values import Dataset, Split, Task
from .folding import METHOD as FOLDS
from .folding import fold_dataset
from .split_checks import check_split
from .table import counted

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ..config.schema import DataConfig

Positions: TypeAlias = "tuple[NDArray[np.int64], NDArray[np.int64]]"
Method: TypeAlias = Callable[[Dataset, SplitConfig], Positions]

_PLACE = Place(key="data.validation")
_RANDOM = "`validation: {method: random, stratify: true}`"
_HASH_MEANING = "a row keeps its side whatever rows are added"


def split_dataset(dataset: Dataset, config: DataConfig) -> Split:
    """The split that the configuration asks for; by itself: by time where there is one, else by hash, groups together.

    Positions ascend, except those of `random`, which come in the order of scikit-learn's train_test_split.
    Raises DataError when a side would be empty, or training would have one class only.
    """
    if dataset.given_validation is not None:
        method, train, validation = "given", *_given(dataset.given_validation)
    else:
        wanted = _split_config(config)
        if wanted.method == FOLDS:
            return fold_dataset(dataset, wanted, config.group)
        method = _method(wanted, dataset)
        train, validation = METHODS[method](dataset, wanted)
    _check_sides(dataset, train, validation, method)
    return Split(
        train=train,
        validation=validation,
        method=method,
        description=_description(method, len(train), len(validation), config),
        notices=check_split(dataset, train, validation, method),
        settings=_settings(method, config),
    )


def split_as(dataset: Dataset, split: Split, is_validation: NDArray[np.bool_]) -> Split:
    """The split with other sides, such as those that rows have in base. is_validation : (n_rows,).

    Raises DataError like `split_dataset`.
    """
    train, validation = _sides(is_validation)
    _check_sides(dataset, train, validation, split.method)
    return replace(
        split,
        train=train,
        validation=validation,
        notices=check_split(dataset, train, validation, split.method),
    )


def _settings(method: str, config: DataConfig) -> dict[str, Any]:
    """The method, and the options that it uses."""
    wanted = _split_config(config)
    return {"method": method, **{name: getattr(wanted, name) for name in _OPTIONS[method]}}


def _split_config(config: DataConfig) -> SplitConfig:
    wanted = config.validation
    if isinstance(wanted, float):
        return SplitConfig(size=wanted)
    return wanted if isinstance(wanted, SplitConfig) else SplitConfig()


def _method(wanted: SplitConfig, dataset: Dataset) -> str:
    """The method that was asked for, else the one that the columns call for. Raises DataError where they disagree."""
    if "method" not in wanted.model_fields_set:
        method = "time" if dataset.time is not None else "group" if dataset.group is not None else "hash"
    else:
        method = "group" if wanted.method == "hash" and dataset.group is not None else wanted.method
    for needed, values in (("group", dataset.group), ("time", dataset.time)):
        if method == needed and values is None:
            hint = f"name it: `data: {{{needed}: COLUMN}}`"
            raise DataError(f"the split by {needed} needs a {needed} column", place=_PLACE, hint=hint)
    if wanted.stratify and method != "random":
        message = f"`stratify` has no meaning for a split by {method}"
        raise DataError(message, place=_PLACE, hint=f"leave it out, or {_RANDOM}")
    return method


def _by_hash(dataset: Dataset, wanted: SplitConfig) -> Positions:
    return _hashed(dataset.keys, wanted)


def _by_group(dataset: Dataset, wanted: SplitConfig) -> Positions:
    return _hashed(row_keys(pd.DataFrame({"group": dataset.group})), wanted)


def _hashed(keys: NDArray[np.uint64], wanted: SplitConfig) -> Positions:
    """Each row's side from its key alone: a number in [0, 2**64), below the share or not."""
    with np.errstate(over="ignore"):
        drawn = mix(keys ^ name_seed(f"split {wanted.seed}"))
    return _sides(drawn < np.uint64(wanted.size * 2.0**64))


def _by_time(dataset: Dataset, wanted: SplitConfig) -> Positions:
    """The latest rows validate; rows of the same time stay together, so that validation may be somewhat larger."""
    times = np.asarray(dataset.time)
    n_validation = math.ceil(len(times) * wanted.size)
    cut = np.partition(times, len(times) - n_validation)[len(times) - n_validation]
    latest = times >= cut
    return _sides(times > cut if latest.all() else latest)


def _at_random(dataset: Dataset, wanted: SplitConfig) -> Positions:
    from sklearn.model_selection import train_test_split

    target = dataset.target
    if wanted.stratify and not target.task.is_classification:
        raise DataError("`stratify` needs classes, and this is regression", place=_PLACE, hint="leave it out")
    try:
        train, validation = train_test_split(
            np.arange(len(target.encoded), dtype=np.int64),
            test_size=wanted.size,
            random_state=wanted.seed,
            shuffle=wanted.shuffle,
            stratify=target.encoded if wanted.stratify else None,
        )
    except ValueError as error:
        hint = "leave `stratify` out, or give small classes more rows" if wanted.stratify else None
        raise DataError(f"train_test_split refused: {error}", place=_PLACE, hint=hint) from None
    return train, validation


def _given(is_validation: NDArray[np.bool_]) -> Positions:
    return _sides(is_validation)


def _sides(is_validation: NDArray[np.bool_]) -> Positions:
    return np.flatnonzero(~is_validation).astype(np.int64), np.flatnonzero(is_validation).astype(np.int64)


_OPTIONS: dict[str, tuple[str, ...]] = {
    "hash": ("size", "seed"),
    "random": ("size", "seed", "stratify", "shuffle"),
    "group": ("size", "seed"),
    "time": ("size",),
    "given": (),
}
METHODS: dict[str, Method] = {"hash": _by_hash, "random": _at_random, "group": _by_group, "time": _by_time}


def _check_sides(dataset: Dataset, train: NDArray[np.int64], validation: NDArray[np.int64], method: str) -> None:
    hint = {
        "hash": f"a hash needs more rows to hit its share: use {_RANDOM}",
        "group": "there are too few groups: use another column, or another share",
        "time": "there are too few different times: use another column, or another share",
    }.get(method)
    for side, rows in (("training", train), ("validation", validation)):
        if not len(rows):
            raise DataError(f"no row of {len(dataset.keys):,} is left for {side}", place=_PLACE, hint=hint)
    if dataset.task in (Task.BINARY, Task.MULTICLASS) and len(np.unique(dataset.target.encoded[train])) < 2:
        label = dataset.target.classes[dataset.target.encoded[train[0]]]
        raise DataError(f"training has one class only: '{label}'", place=_PLACE, hint=hint)


def _description(method: str, n_train: int, n_validation: int, config: DataConfig) -> str:
    rows = n_train + n_validation
    wanted = config.validation
    size = wanted.size if isinstance(wanted, SplitConfig) else wanted if isinstance(wanted, float) else None
    seed = wanted.seed if isinstance(wanted, SplitConfig) else SplitConfig().seed
    part = f"{n_validation:,} of {counted(rows, 'row')} validate"
    about = f"{part} (about {format_share(size)} were asked for)"
    return {
        "hash": f"By a hash of each row's {'id' if config.id else 'content'} (seed {seed}): {about}; {_HASH_MEANING}.",
        "group": f"By a hash of '{config.group}' (seed {seed}), whole groups: {about}; {_HASH_MEANING}.",
        "time": f"By '{config.time}': the latest rows, {part}.",
        "random": f"At random{_random_details(wanted)}: {part}.",
        "given": f"As given: {part}, {n_train:,} train.",
    }[method]


def _random_details(wanted: float | ValidationFile | SplitConfig) -> str:
    if not isinstance(wanted, SplitConfig):
        return ""
    if not wanted.shuffle:
        return ", without shuffling (the last rows)"
    return f" (seed {wanted.seed}{', stratified' if wanted.stratify else ''})"
