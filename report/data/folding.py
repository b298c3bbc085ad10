"""Folds of all rows: every row validates once, predicted by a model that was fitted on the other folds."""

from __future__ import annotations

import heapq
import warnings
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ..core.errors import DataError, Place
from ..core.keys import mix, name_seed, row_keys
from ..core.numbers import format_count
from ..core.values import Notice, Split, Task
from .row_table import said_keys
from .table import counted, quoted

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from ..config.schema import SplitConfig
    from ..core.values import Dataset

    Codes = NDArray[np.int64]

METHOD = "folds"
OPTIONS = ("folds", "shuffle", "seed")
_PLACE = Place(key="data.validation.folds")


def fold_dataset(dataset: Dataset, wanted: SplitConfig, group: str | None) -> Split:
    """The split in which all rows are training and validation rows. group : the name of the column of groups.

    Groups and copies stay together; classes keep their shares where there are no groups. Shuffled folds hang on the
    keys of rows, whatever their order in the file; others are those of scikit-learn's splitters of the same rows.
    Raises DataError where there are fewer rows, or groups, than folds, or one class in a training part.
    """
    folds = _by_group(dataset, wanted) if dataset.group is not None else _by_row(dataset, wanted)
    return _split(dataset, folds, {name: getattr(wanted, name) for name in ("method", *OPTIONS)}, group)


def folded_as(dataset: Dataset, split: Split, folds: Codes) -> Split:
    """A split by other folds, such as those that rows have in base. folds : (n_rows,). Raises DataError likewise."""
    if split.method != METHOD:
        return _split(dataset, folds, {}, None)
    return replace(_split(dataset, folds, split.settings, None), description=split.description)


def _split(dataset: Dataset, folds: Codes, settings: Mapping[str, Any], group: str | None) -> Split:
    _check_classes(dataset, folds)
    every = np.arange(len(folds), dtype=np.int64)
    return Split(
        train=every,
        validation=every,
        method=METHOD,
        description=_description(dataset, folds, settings, group),
        notices=_notices(dataset, folds, is_by_key=bool(settings.get("shuffle", True))),
        settings=settings,
        folds=folds,
    )


def _by_group(dataset: Dataset, wanted: SplitConfig) -> Codes:
    """Whole groups, the largest first, each into the fold with the fewest rows."""
    keys = row_keys(pd.DataFrame({"group": dataset.group}))
    codes, first = _units(keys)
    sizes = np.bincount(codes)
    _check_enough(len(sizes), wanted.folds, "group")
    then = _drawn(keys[first], wanted.seed) if wanted.shuffle else first.astype(np.uint64)
    folds = np.empty(len(sizes), dtype=np.int64)
    filled = [(0, fold) for fold in range(wanted.folds)]
    for unit in np.lexsort((then, -sizes)).tolist():
        n_rows, fold = filled[0]
        folds[unit] = fold
        heapq.heapreplace(filled, (n_rows + int(sizes[unit]), fold))
    return folds[codes]


def _by_row(dataset: Dataset, wanted: SplitConfig) -> Codes:
    return _shuffled(dataset, wanted) if wanted.shuffle else _contiguous(dataset, wanted.folds)


def _shuffled(dataset: Dataset, wanted: SplitConfig) -> Codes:
    """Rows by class and then by a hash of their keys, dealt out in turn; rows of one key go together."""
    codes, first = _units(dataset.keys)
    _check_enough(len(first), wanted.folds, "different row")
    drawn = _drawn(dataset.keys[first], wanted.seed)
    label = dataset.target.encoded[first] if _is_stratified(dataset) else np.zeros(len(first))
    folds = np.empty(len(first), dtype=np.int64)
    folds[np.lexsort((drawn, label))] = np.arange(len(first)) % wanted.folds
    return folds[codes]


def _contiguous(dataset: Dataset, n_folds: int) -> Codes:
    """Parts of the file in its order, of each class by itself: scikit-learn's folds without shuffling."""
    from sklearn.model_selection import KFold, StratifiedKFold

    encoded = dataset.target.encoded
    _check_enough(len(encoded), n_folds, "row")
    rows, folds = np.zeros(len(encoded)), np.empty(len(encoded), dtype=np.int64)
    is_stratified = _is_stratified(dataset) and np.bincount(encoded).max() >= n_folds
    splitter = StratifiedKFold(n_folds) if is_stratified else KFold(n_folds)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # small classes are told in our words
        for fold, (_, held_out) in enumerate(splitter.split(rows, encoded if is_stratified else None)):
            folds[held_out] = fold
    return folds


def _is_stratified(dataset: Dataset) -> bool:
    return dataset.task in (Task.BINARY, Task.MULTICLASS)


def _units(keys: NDArray[np.uint64]) -> tuple[Codes, Codes]:
    """Codes of rows of equal key, (n_rows,), and the first row of each code."""
    codes, distinct = pd.factorize(keys)
    first = np.full(len(distinct), len(keys), dtype=np.int64)
    np.minimum.at(first, codes, np.arange(len(keys)))
    return codes.astype(np.int64), first


def _drawn(keys: NDArray[np.uint64], seed: int) -> NDArray[np.uint64]:
    with np.errstate(over="ignore"):
        return mix(keys ^ name_seed(f"folds {seed}"))


def _check_enough(count: int, n_folds: int, noun: str) -> None:
    if count < n_folds:
        message = (
            f"{n_folds} folds need as many {noun}s, and there {'is' if count == 1 else 'are'} {counted(count, noun)}"
        )
        hint = f"write `folds: {count}`, or fewer" if count > 1 else "validate in another way"
        hint += "; rows of equal features count once where they are shuffled" if noun == "different row" else ""
        raise DataError(message, place=_PLACE, hint=hint)


def _check_classes(dataset: Dataset, folds: Codes) -> None:
    if not _is_stratified(dataset):
        return
    counts = _class_counts(dataset, folds)
    known = (counts.sum(axis=0) - counts > 0).sum(axis=1)
    if (known < 2).any():
        fold = int(np.flatnonzero(known < 2)[0])
        message = f"without fold {fold + 1} of {len(counts)}, training has one class only"
        raise DataError(message, place=_PLACE, hint="give the classes more rows, or use fewer folds")


def _class_counts(dataset: Dataset, folds: Codes) -> Codes:
    """Rows of each fold and class, (n_folds, n_classes)."""
    n_classes = len(dataset.target.classes)
    n_folds = int(folds.max()) + 1
    return np.bincount(folds * n_classes + dataset.target.encoded, minlength=n_folds * n_classes).reshape(n_folds, -1)


def _notices(dataset: Dataset, folds: Codes, *, is_by_key: bool) -> tuple[Notice, ...]:
    return (*_classes_in_one_fold(dataset, folds), *_copies_in_folds(dataset, folds, is_by_key=is_by_key))


def _classes_in_one_fold(dataset: Dataset, folds: Codes) -> tuple[Notice, ...]:
    if not _is_stratified(dataset):
        return ()
    counts = _class_counts(dataset, folds)
    alone = (counts > 0).sum(axis=0) == 1
    absent = [label for label, is_alone in zip(dataset.target.classes, alone, strict=True) if is_alone]
    if not absent:
        return ()
    have = "has" if len(absent) == 1 else "have"
    told = f"{counted(len(absent), 'class')} {have} all rows in one fold, no model knows them: {quoted(absent)}."
    return (Notice(told, "a class needs rows in two folds at least"),)


def _copies_in_folds(dataset: Dataset, folds: Codes, *, is_by_key: bool) -> tuple[Notice, ...]:
    """Rows that say what a row of another fold says: by the file's order, or because ids hide that they are copies."""
    if is_by_key and dataset.ids is None and dataset.group is None:
        return ()
    said = said_keys(dataset)
    both = int(np.count_nonzero(among_folds(said, folds)))
    if not both:
        return ()
    have = "has a copy" if both == 1 else "have copies"
    told = (
        f"{counted(both, 'row')} of {format_count(len(folds))} {have} in another fold: "
        "scores are better than they would be on new data."
    )
    return (Notice(told, "take copies out of the data"),)


def among_folds(keys: NDArray[np.uint64], folds: Codes) -> NDArray[np.bool_]:
    """Which rows have a row of equal key in another fold, (n_rows,)."""
    grouped = pd.Series(folds).groupby(keys)
    return (grouped.transform("max") != grouped.transform("min")).to_numpy()


def _description(dataset: Dataset, folds: Codes, settings: Mapping[str, Any], group: str | None) -> str:
    n_folds = int(folds.max()) + 1
    kept = f"whole groups of '{group}'" if group else "classes in their shares" if _is_stratified(dataset) else ""
    how = f"shuffled by seed {settings.get('seed')}" if settings.get("shuffle", True) else "in the order of the file"
    details = ", ".join(part for part in (how if settings else "those of base", kept) if part)
    return (
        f"By {n_folds} folds ({details}): every row, predicted by a model that had not seen it. "
        f"Validation is the answers of all folds together, training those about the other folds"
    )
