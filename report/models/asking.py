"""A fitted model asked about rows with cells that training did not have, as it would be in production."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from ..core.numbers import format_count
from ..core.values import Notice
from .columns import UNSEEN, is_plain, listed
from .predicting import predict
from .telling import one_line

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from ..core.values import ModelRun, Predictions, Target


class Asked(NamedTuple):
    """Answers, the rows that were asked about, and what was done to these."""

    answers: Predictions
    X: pd.DataFrame
    notices: tuple[Notice, ...] = ()


def ask(
    fitted: Any, X: pd.DataFrame, target: Target, positions: NDArray[np.int64], train: pd.DataFrame, *, side: str
) -> Asked:
    """What a model says of rows; where it fails with cells that no training row has, of the rows without these.

    A gap becomes the median of training, or its most frequent value; an unknown category is missing where training has
    missing ones, else the most frequent. side : what the rows are called. Raises what the model raises.
    """
    try:
        return Asked(predict(fitted, X, target, positions), X)
    except Exception as error:
        found = {str(name): mended for name in X.columns if (mended := _mended(X[name], train[name])) is not None}
        if not found:
            raise
        rows = X.assign(**found)
        answers = _answers_or_none(fitted, rows, target, positions)
        if answers is None:
            raise
        return Asked(answers, rows, (_told(X, found, side, error),))


def of_unseen_cells(runs: Sequence[ModelRun], side: str) -> tuple[Notice, ...]:
    """What runs tell of cells that training does not have; side : whose models they are."""
    found = [(run.name, notice) for run in runs for notice in run.notices if UNSEEN in notice.message]
    return tuple(
        replace(notice, message=f"{side}'s '{name}': {notice.message}", subject=None) for name, notice in found
    )


def _answers_or_none(fitted: Any, X: pd.DataFrame, target: Target, positions: NDArray[np.int64]) -> Predictions | None:
    try:
        return predict(fitted, X, target, positions)
    except Exception:  # noqa: BLE001 — the model's own code: it fails for another reason, which is told
        return None


def _mended(column: pd.Series[Any], train: pd.Series[Any]) -> pd.Series[Any] | None:
    """The column with what training has for each cell that training does not know; None where it knows all."""
    unknown = _unknown(column, train)
    known = train.dropna()
    if not unknown.any() or not len(known):
        return None
    if train.hasnans and not column[unknown].isna().any():
        return column.where(~unknown)
    is_number = is_plain(train.dtype) and train.dtype.kind in "iuf"
    fill = known[np.isfinite(known)].median() if is_number else known.mode().iloc[0]
    return column.where(~unknown, fill).infer_objects()


def _unknown(column: pd.Series[Any], train: pd.Series[Any]) -> NDArray[np.bool_]:
    """Gaps where training has none; infinite numbers where it has none; values of other columns that it has not."""
    gaps = column.isna().to_numpy() & (not train.hasnans)
    if is_plain(train.dtype) and is_plain(column.dtype):
        infinite = [np.isinf(cells.to_numpy(np.float64, na_value=np.nan)) for cells in (column, train)]
        return np.asarray(gaps | (infinite[0] & (not infinite[1].any())))
    if pd.api.types.is_datetime64_any_dtype(train.dtype):
        return gaps
    try:
        return np.asarray(gaps | (column.notna() & ~column.isin(train.unique())).to_numpy())
    except TypeError:  # lists and the like have no hash
        return gaps


def _told(X: pd.DataFrame, found: Mapping[str, pd.Series[Any]], side: str, error: Exception) -> Notice:
    changed = np.logical_or.reduce([_differ(X[name], column) for name, column in found.items()])
    count = int(changed.sum())
    return Notice(
        f"{format_count(count)} {side} {'row has' if count == 1 else 'rows have'} values that {UNSEEN}, in "
        f"{listed(found)}, and the model fails with them ({one_line(error)}): it was asked with missing ones, or the "
        "usual value of training, in their place"
    )


def _differ(before: pd.Series[Any], after: pd.Series[Any]) -> NDArray[np.bool_]:
    same = (before.astype(object) == after.astype(object)) | (before.isna() & after.isna())
    return ~same.to_numpy(dtype=np.bool_)
