"""The loss against the number of training rows, for models that learn in one piece."""

from __future__ import annotations

import time
import warnings
from typing import TYPE_CHECKING, Any

import numpy as np

from ...core.numbers import format_count
from .judging import both_sides, curve_of
from .rows import FEWEST_ROWS, row_note, take_rows
from .unwrapping import unfitted_copy, unwrap

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ...core.values import LossCurve, Target
    from .judging import Judged
    from .rows import CurveRows

    Point = tuple[int, Judged, Judged]

_SHARES = (0.1, 0.2, 0.4, 0.7)  # and all: together 1.4 more fits, where the time of a fit grows with the rows


def curve_by_training_size(unfitted: Any, fitted: Any, rows: CurveRows, fit_seconds: float) -> LossCurve | None:
    """Loss after fits on nested parts of the training rows, the last of which is the fitted model.

    unfitted : the estimator before its fit. None when not even the smallest part could be fitted.
    """
    order = nested_order(rows.target, rows.train_positions)
    seconds = _Forecast(fit_seconds, len(order))
    points: list[Point] = []
    notes: list[str] = []
    for size in sizes(rows.target, len(order)):
        if seconds.of(size) > rows.time_left():
            notes.append("larger parts left out for lack of time")
            break
        with seconds.measured(size):
            point = _point(unfitted, rows, order, size, notes)
        points += [point] if point is not None else []
    if not points:
        return None
    points.append((len(order), *_judged(fitted, rows, order)))
    return _curve(points, rows, notes)


def sizes(target: Target, n_rows: int) -> list[int]:
    """Parts of the training rows, ascending, without all of them; each has room for two rows of every class."""
    fewest = max(2 * len(target.classes), 5)
    return sorted({size for share in _SHARES if fewest <= (size := round(share * n_rows)) < n_rows})


def nested_order(target: Target, positions: NDArray[np.int64]) -> NDArray[np.int64]:
    """An order of the training rows, (n_train,) indices into `positions`, of which any beginning is a fair sample.

    Shuffled, with classes in their proportions; one row of each class (of each side of a label) comes first.
    """
    shuffled = np.random.default_rng(0).permutation(len(positions))
    if not target.task.is_classification:
        return shuffled
    encoded = target.encoded[positions][shuffled]
    if target.task.is_multi:
        first = [np.flatnonzero(column == side)[:1] for column in encoded.T for side in (0, 1)]
        leading = np.unique(np.concatenate(first))
        return np.concatenate([shuffled[leading], np.delete(shuffled, leading)])
    return shuffled[np.argsort(_rank_in_class(encoded), kind="stable")]


def _rank_in_class(encoded: NDArray[np.int64]) -> NDArray[np.float64]:
    """How far into its class each row is, 0 for the first one of a class."""
    by_class = np.argsort(encoded, kind="stable")
    counts = np.bincount(encoded)
    counts = counts[counts > 0]
    ranks = np.empty(len(encoded))
    ranks[by_class] = np.concatenate([np.arange(count) / count for count in counts])
    return ranks


class _Forecast:
    """How long the next size will take: no longer than its share of the whole fit, or of the size before."""

    def __init__(self, fit_seconds: float, n_rows: int) -> None:
        self._per_row = fit_seconds / n_rows
        self._begun = 0.0
        self._size = 0

    def of(self, size: int) -> float:
        return self._per_row * size

    def measured(self, size: int) -> _Forecast:
        self._size = size
        return self

    def __enter__(self) -> None:
        self._begun = time.perf_counter()

    def __exit__(self, *_: object) -> None:
        self._per_row = max(self._per_row, (time.perf_counter() - self._begun) / self._size)


def _point(unfitted: Any, rows: CurveRows, order: NDArray[np.int64], size: int, notes: list[str]) -> Point | None:
    part = np.sort(order[:size])
    weight = None if rows.weight_train is None else rows.weight_train[part]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the fit on all rows has told them already
        try:
            fitted = rows.fit(unfitted_copy(unfitted), take_rows(rows.X_train, part), rows.y_train[part], weight)
            return (size, *_judged(fitted, rows, order[:size]))
        except Exception as error:  # noqa: BLE001 — the model's own code: few rows may be too few for it
            notes.append(f"no fit on {format_count(size)} rows ({type(error).__name__})")
            return None


def _judged(fitted: Any, rows: CurveRows, trained: NDArray[np.int64]) -> tuple[Judged, Judged]:
    """Loss and metric on the rows that the model was trained on, and on the validation rows."""
    unwrapped = unwrap(fitted)
    train, validation = both_sides(unwrapped, rows, np.sort(trained[:FEWEST_ROWS]), FEWEST_ROWS)
    return train.of_model(unwrapped.estimator), validation.of_model(unwrapped.estimator)


def _curve(points: list[Point], rows: CurveRows, notes: list[str]) -> LossCurve:
    """Losses of another kind than the last one's (a small part may have no probabilities) are left out."""
    name = points[-1][1].loss.name
    points = [point for point in points if point[1].loss.name == name]
    told = [note for note in (row_note(rows, FEWEST_ROWS), *dict.fromkeys(notes)) if note]
    judged = [(train, validation) for _, train, validation in points]
    return curve_of("training size", [size for size, _, _ in points], judged, rows.score, "; ".join(told) or None)
