"""Whether the hook `prepare` makes features, or chooses rows, by the labels of validation: it is called with others."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ..core.errors import DataError
from ..core.keys import row_keys
from ..core.values import Notice
from .hooks import call_hook
from .raw import own_copy
from .table import counted, plain_frame, quoted

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from ..config.schema import DataConfig
    from ..core.values import Dataset, ModelRun, Split

_SECONDS = 15.0  # a hook that takes longer is not called again
_SURE = 5.0  # standard errors of a correlation
_HINT = "what is learned from labels belongs into the model, where training rows alone are seen: see `preprocess`"


@dataclass(frozen=True)
class Leak:
    """reason : that labels of validation reach the features, in words; None where none was found."""

    reason: str | None = None
    notices: tuple[Notice, ...] = ()

    def noted(self, dataset: Dataset) -> Dataset:
        """The dataset with the notices in its description."""
        known = dataset.description
        return replace(dataset, description=replace(known, notices=(*known.notices, *self.notices)))

    def marked(self, runs: tuple[ModelRun, ...]) -> tuple[ModelRun, ...]:
        """The runs of models that have seen these features."""
        return tuple(replace(run, unfair=self.reason or run.unfair) for run in runs)


@dataclass(frozen=True, eq=False)
class _Rows:
    """What the hook is given, and which of its rows get other labels. target : columns of `frame`."""

    frame: pd.DataFrame
    target: list[str]
    relabelled: NDArray[np.int64]

    def shuffled(self) -> pd.DataFrame:
        """A copy in which labels are moved by half of their ranks, so that as many as can be are others."""
        frame = own_copy(self.frame)
        labels = frame[self.target].iloc[self.relabelled]
        ranks = np.lexsort([pd.factorize(labels[name], sort=True)[0] for name in self.target])
        moved = labels.iloc[np.roll(ranks, len(ranks) // 2)]
        for name in self.target:
            column = frame[name].copy()
            column.iloc[self.relabelled[ranks]] = moved[name].array
            frame[name] = column
        return frame


def leaks(config: DataConfig, dataset: Dataset, split: Split, root: Path) -> Leak:
    """Call the hook again with the labels of validation rows shuffled, on a copy; other features are a leak.

    A hook that draws random numbers is called once more with the true labels, to tell luck from a leak. Nothing is
    found where there is no hook, where the target is made by the hook itself, or where the hook reads labels by itself.
    """
    if config.prepare is None or dataset.raw is None:
        return Leak()
    rows = _rows(dataset, split)
    if rows is None:
        return Leak()
    if dataset.raw.seconds > _SECONDS:
        message = f"`prepare` takes {dataset.raw.seconds:.0f} s: it was not called again to see whether it uses labels"
        return Leak(notices=(Notice(message, severity="note"),))
    reason = _reason(config.prepare, rows, [str(name) for name in dataset.features.columns], root)
    if reason is None:
        return Leak()
    return Leak(reason, (Notice(f"{reason[0].upper()}{reason[1:]}.", _HINT),))


def _rows(dataset: Dataset, split: Split) -> _Rows | None:
    raw = dataset.raw
    assert raw is not None  # noqa: S101 - looked at by the caller
    target = [name for name in dataset.target.names if name in raw.frame.columns]
    if len(target) < len(dataset.target.names):
        return None
    frame, at = raw.frame, np.arange(len(raw.frame))
    if raw.origin is not None:
        at = np.unique(raw.origin[split.validation])
    if raw.origin is not None and dataset.given_validation is not None:
        start = int(raw.origin[~dataset.given_validation].max()) + 1
        frame, at = frame.iloc[start:].reset_index(drop=True), at - start
    at = at[frame[target].iloc[at].notna().all(axis=1).to_numpy()]
    is_one = len(at) < 2 or not frame[target].iloc[at].nunique().gt(1).any()
    return None if is_one else _Rows(frame, target, at.astype(np.int64))


def _reason(hook: str, rows: _Rows, features: list[str], root: Path) -> str | None:
    true = _called(hook, rows.frame, root)
    if true is None:
        return None
    given = rows.shuffled()
    other = _called(hook, given, root)
    if other is None:
        return f"the hook '{hook}' uses the labels of validation: with these shuffled it fails"
    if _is_same(true, other, features, rows.target):
        return None
    again = _called(hook, rows.frame, root)
    found = _difference(true, other, again if again is not None else true, features, rows, given)
    return None if found is None else f"the hook '{hook}' uses the labels of validation: with these shuffled it {found}"


def _called(hook: str, frame: pd.DataFrame, root: Path) -> pd.DataFrame | None:
    """What the hook makes of a frame; None where it fails, or gives no table."""
    try:
        made: Any = call_hook(hook, own_copy(frame), root=root, key="data.prepare", doing="with shuffled labels")
    except DataError:
        return None
    if not isinstance(made, pd.DataFrame):
        return None
    index = made.index
    return plain_frame(made).set_axis(index, axis=0)


def _is_same(true: pd.DataFrame, other: pd.DataFrame, features: list[str], target: list[str]) -> bool:
    """Whether both have the same features in the same rows, whatever the order of these."""
    kept = [name for name in features if name in true.columns]
    if len(true) != len(other) or any(name not in other.columns for name in kept):
        return False
    ours, theirs = (row_keys(plain_frame(frame[kept])) for frame in (true, _in_order(other, true)))
    if np.array_equal(ours, theirs):
        return True
    if not np.array_equal(np.sort(ours), np.sort(theirs)):
        return False
    labels = [name for name in target if name in true.columns and name in other.columns]
    before, after = (np.sort(row_keys(plain_frame(frame[[*kept, *labels]]))) for frame in (true, other))
    return not np.array_equal(before, after)  # rows were sorted by their labels, and features stayed with their rows


def _in_order(frame: pd.DataFrame, like: pd.DataFrame) -> pd.DataFrame:
    """By the index, where it tells rows apart and is the same on both sides."""
    if (
        frame.index.is_unique
        and like.index.is_unique
        and len(frame) == len(like)
        and frame.index.isin(like.index).all()
    ):
        return frame.loc[like.index]
    return frame


def _difference(
    true: pd.DataFrame,
    other: pd.DataFrame,
    again: pd.DataFrame,
    features: list[str],
    rows: _Rows,
    given: pd.DataFrame,
) -> str | None:
    """What labels change beyond what changes by itself, in words."""
    if len(other) != len(true):
        return None if len(again) != len(true) else f"gives {counted(len(other), 'row')} in place of {len(true):,}"
    lost = [name for name in features if name in true.columns and name in again.columns and name not in other.columns]
    if lost:
        return f"gives no {quoted(lost)}"
    kept = [name for name in features if name in true.columns and name in other.columns and name in again.columns]
    other, again = _in_order(other, true), _in_order(again, true)
    changed = [name for name in kept if _changes(true[name], other[name], again[name], rows, given)]
    if not changed:
        return None
    return f"gives other values of {quoted(changed)}"


def _changes(
    true: pd.Series[Any], other: pd.Series[Any], again: pd.Series[Any], rows: _Rows, given: pd.DataFrame
) -> bool:
    """Whether labels change a column; of one that changes by itself, whether it moves with the labels."""
    keys = [row_keys(pd.DataFrame({"c": column.to_numpy()})) for column in (true, other, again)]
    if np.array_equal(keys[0], keys[1]):
        return False
    if np.array_equal(keys[0], keys[2]):
        return True
    if not pd.api.types.is_numeric_dtype(true.dtype) or not true.index.isin(rows.frame.index).all():
        return False
    moved = other.to_numpy(np.float64, na_value=np.nan) - again.to_numpy(np.float64, na_value=np.nan)
    return any(
        _go_together(moved, _codes(given[name], rows.frame[name])[true.index.to_numpy()]) for name in rows.target
    )


def _codes(given: pd.Series[Any], true: pd.Series[Any]) -> NDArray[np.float64]:
    """How far each label was moved, in ranks."""
    codes = np.asarray(pd.factorize(pd.concat([given, true]), sort=True)[0], dtype=np.float64)
    return codes[: len(given)] - codes[len(given) :]


def _go_together(moved: NDArray[np.float64], labels: NDArray[np.float64]) -> bool:
    use = np.isfinite(moved) & (labels != 0)
    if use.sum() < 3 or not moved[use].std() or not labels[use].std():
        return False
    return bool(abs(np.corrcoef(moved[use], labels[use])[0, 1]) * np.sqrt(use.sum()) > _SURE)
