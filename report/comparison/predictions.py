"""Rows about which base and head say different things."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ..core.comparison import ChangedPredictions, ChangedRow
from ..core.results import SamplePrediction
from ..core.text import cell_text, label_text
from ..core.values import Task

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ..core.values import Dataset, Predictions, Target
    from .measuring import Sides

_MOVED = 0.1  # of the target's standard deviation: a regression's prediction that moves less has not changed


def changed_predictions(sides: Sides, dataset: Dataset, columns: tuple[str, ...], limit: int) -> ChangedPredictions:
    """The rows whose prediction changed, at most `limit` of them, most confident first.

    Confident: the mean probability that both sides give to their own answers; for a regression the greatest move.
    columns : features that are shown of each row.
    """
    changed, fixed, broken = _changes(sides, dataset.target)
    rows = np.flatnonzero(changed)
    shown = rows[np.argsort(-_confidence(sides, dataset.task)[rows], kind="stable")[:limit]]
    return ChangedPredictions(
        columns=columns,
        rows=_rows(sides, dataset, columns, shown),
        n_rows=len(changed),
        n_changed=len(rows),
        n_fixed=int(np.count_nonzero(fixed)),
        n_broken=int(np.count_nonzero(broken)),
    )


def _changes(sides: Sides, target: Target) -> tuple[NDArray[np.bool_], NDArray[np.bool_], NDArray[np.bool_]]:
    """(n_rows,) each: whether a row's prediction changed, was fixed, was broken."""
    truth, before, after = _truth(sides.head), sides.base.y_pred, sides.head.y_pred
    if target.task.is_classification:
        was_right, is_right = _per_row(before == truth, np.all), _per_row(after == truth, np.all)
        return _per_row(before != after, np.any), is_right & ~was_right, was_right & ~is_right
    changed = _per_row(np.abs(after - before) > _MOVED * target.encoded.std(axis=0), np.any)
    was_off, is_off = (_per_row(np.square(answer - truth), np.mean) for answer in (before, after))
    return changed, changed & (is_off < was_off), changed & (is_off > was_off)


def _confidence(sides: Sides, task: Task) -> NDArray[np.float64]:
    """(n_rows,): by what the changed rows are ordered."""
    if not task.is_classification:
        moved: NDArray[np.float64] = _per_row(np.abs(sides.head.y_pred - sides.base.y_pred), np.max)
        return moved
    chances = [_chances(side, task) for side in sides]
    known = [chance for chance in chances if chance is not None]
    return np.mean(known, axis=0) if known else np.zeros(len(sides.head.y_pred))


def _chances(side: Predictions, task: Task) -> NDArray[np.float64] | None:
    """(n_rows,): the probability that a model gives its own answer."""
    if side.score_kind != "probability" or side.y_score is None or task is Task.MULTILABEL:
        return None
    chances: NDArray[np.float64] = side.y_score[np.arange(len(side.y_pred)), side.y_pred]
    return chances


def _rows(sides: Sides, dataset: Dataset, columns: tuple[str, ...], shown: NDArray[np.int64]) -> tuple[ChangedRow, ...]:
    positions = sides.head.positions[shown]
    frame = dataset.features.iloc[positions]
    names = [str(name) for name in frame.columns]
    texts = [[cell_text(value) for value in frame.iloc[:, names.index(column)]] for column in columns]
    before, after = (_answers(side.take(shown), dataset.target) for side in sides)
    truth = _truth(sides.head)[shown]
    return tuple(
        ChangedRow(
            row=_name(dataset, int(position)),
            cells=tuple(column[at] for column in texts),
            truth=label_text(truth[at], dataset.target),
            base=before[at],
            head=after[at],
        )
        for at, position in enumerate(positions)
    )


def _answers(side: Predictions, target: Target) -> list[SamplePrediction]:
    chances, truth = _chances(side, target.task), _truth(side)
    return [
        SamplePrediction(
            text=label_text(answer, target),
            probability=None if chances is None else float(chances[at]),
            correct=bool(np.all(truth[at] == answer)) if target.task.is_classification else None,
        )
        for at, answer in enumerate(side.y_pred)
    ]


def _name(dataset: Dataset, position: int) -> str:
    """The row's id where there is one, else its place in its file, from 1."""
    if dataset.ids is not None:
        return cell_text(dataset.ids[position])
    if dataset.given_validation is not None:
        position = int(np.count_nonzero(dataset.given_validation[:position]))
    return f"row {position + 1:,}"


def _truth(side: Predictions) -> NDArray[Any]:
    if side.y_true is None:
        raise ValueError("these rows have no labels")
    return side.y_true


def _per_row(values: NDArray[Any], joined: Any) -> NDArray[Any]:
    """Several outputs of a row as one value."""
    return values if values.ndim == 1 else np.asarray(joined(values, axis=1))
