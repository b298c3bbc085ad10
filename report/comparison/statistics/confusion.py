"""Metrics of the confusion matrix, by the jackknife: what each row adds is how the value moves without it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypeAlias

import numpy as np

from .estimate import Part, change_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    from .estimate import Estimate

    Floats = NDArray[np.float64]
    Codes = NDArray[np.int64]
    OfLabels: TypeAlias = Callable[[Floats, Floats, Floats, Floats], Floats]  # and total (…)
    OfSums: TypeAlias = Callable[[Floats, Floats, Floats], Floats]  # hits, predicted, actual (…, n_classes) → (…)

METHOD = "jackknife, paired"
_BATCH = 1_000_000  # numbers at a time: bounds the memory to a few arrays of 8 MB


def confusion_change(
    y_true: Codes,
    base: Codes,
    head: Codes,
    metric: OfSums,
    *,
    n_classes: int,
    weight: Floats | None = None,
    group: NDArray[np.int64] | None = None,
) -> Estimate:
    """Change of a metric of the confusion matrix; y_true, base, head : (n_rows,) class indices."""
    before, after = (confusion_part(y_true, side, metric, n_classes=n_classes, weight=weight) for side in (base, head))
    return change_of([before], [after], group=group, method=METHOD)


def confusion_part(
    y_true: Codes, y_pred: Codes, metric: OfSums, *, n_classes: int, weight: Floats | None = None, unit: float = 1.0
) -> Part:
    """A metric of the confusion matrix, and how it moves without each row (Efron 1982): NaN where it has none then.

    y_true, y_pred : (n_rows,) class indices. metric : hits, predicted, actual, (…, n_classes) each → (…).
    unit : rows that are one observation, such as the mean size of a group.
    Rows of one cell of the matrix move it alike; with weights, in proportion to them.
    """
    codes = y_true * n_classes + y_pred
    n_rows = np.bincount(codes, minlength=n_classes**2)
    totals = (n_rows if weight is None else np.bincount(codes, weight, n_classes**2)).astype(np.float64)
    cells = np.flatnonzero(totals)
    steps = np.minimum(unit * totals[cells] / n_rows[cells], totals[cells])  # the weight of one observation
    value, scale = _value(totals, metric), len(codes) - unit
    slopes = np.zeros(n_classes**2)
    slopes[cells] = scale * (value - _moved(totals, cells, -steps, metric)) / steps
    slopes -= slopes @ totals / len(codes) if weight is None else 0.0
    pull = slopes[codes]
    if weight is not None:
        pull = pull * weight
        pull -= pull.mean()
    spare = _spare(totals, metric, step=unit * totals.sum() / len(codes))
    return Part(value, pull, spare * (unit * scale) ** 2)


def labels_part(
    y_true: Codes, y_pred: Codes, metric: OfLabels, *, weight: Floats | None = None, unit: float = 1.0
) -> Part:
    """A metric of several labels, and how it moves without each row, as `confusion_part`.

    y_true, y_pred : (n_rows, n_labels) of 0 and 1. metric : hits, predicted, actual, (…, n_labels) each, and total,
        (…), → (…).
    """
    n_rows, n_labels = y_true.shape
    rows: Floats = np.ones(n_rows) if weight is None else weight
    kinds, kind = _kinds(np.hstack([y_true, y_pred]))
    truth, answer = kinds[:, :n_labels], kinds[:, n_labels:]
    amounts: Floats = np.bincount(kind, rows, len(kinds)).astype(np.float64)
    hits, predicted, actual = (np.asarray(amounts @ of) for of in (truth & answer, answer, truth))
    counts = _Counts(hits, predicted, actual, np.asarray(rows.sum()))
    steps = np.minimum(unit * amounts / np.bincount(kind), amounts)
    value, scale = float(metric(*counts)), n_rows - unit
    moved = [metric(*counts.moved(truth[some], answer[some], -steps[some])) for some in _batches(len(kinds), n_labels)]
    is_there = steps > 0
    slopes = np.divide(scale * (value - np.concatenate(moved)), steps, out=np.zeros(len(kinds)), where=is_there)
    pull = slopes[kind] * rows
    pull -= pull.mean()
    return Part(value, pull, _spare_of_labels(counts, metric, unit * float(rows.mean())) * (unit * scale) ** 2)


class _Counts(NamedTuple):
    """Of every label, (n_labels,), and of all rows, ()."""

    hits: Floats
    predicted: Floats
    actual: Floats
    total: Floats

    def moved(self, truth: Codes, answer: Codes, steps: Floats) -> tuple[Floats, Floats, Floats, Floats]:
        """With so much more of each kind of row, one at a time; truth, answer : (n_kinds, n_labels)."""
        step = steps[:, np.newaxis]
        return (
            self.hits + step * (truth & answer),
            self.predicted + step * answer,
            self.actual + step * truth,
            self.total + steps,
        )


def _kinds(rows: Codes) -> tuple[Codes, Codes]:
    """The distinct rows, (n_kinds, n_columns), and which of them each row is, (n_rows,); of 0 and 1."""
    packed = np.packbits(rows.astype(np.bool_), axis=1)
    whole = np.ascontiguousarray(packed).view(np.dtype((np.void, packed.shape[1]))).ravel()
    _, first, kind = np.unique(whole, return_index=True, return_inverse=True)
    return rows[first], kind


def _spare_of_labels(counts: _Counts, metric: OfLabels, step: float) -> float:
    """Half an observation more that has a label, found or not, shared between the labels: as `_spare`."""
    label = np.eye(len(counts.hits), dtype=np.int64)
    steps = np.full(len(label), step)
    found, missed = (metric(*counts.moved(label, answer, steps)) for answer in (label, np.zeros_like(label)))
    of_label = (found - missed) / step
    return 2 * float(np.nanmean(of_label[counts.actual > 0] ** 2)) if (counts.actual > 0).any() else 0.0


def _spare(totals: Floats, metric: OfSums, step: float) -> float:
    """Half an observation more whose answer changes, in both directions, shared between the classes: the mean square.

    As Agresti & Min (2005) do for accuracy, so that few changed answers, or none in a class, are no certainty.
    """
    matrix = totals.reshape(-1, round(len(totals) ** 0.5))
    k = len(matrix)
    wrong = (matrix + matrix.sum(axis=0) / matrix.sum()) * (1 - np.eye(k))  # where rows of a class go, else all rows
    cells = np.arange(k) * k
    right, astray = (
        _moved(totals, cells + answer, np.full(k, step), metric) for answer in (np.arange(k), wrong.argmax(axis=1))
    )
    of_class = (right - astray) / step
    return 2 * float(np.nanmean(of_class[matrix.sum(axis=1) > 0] ** 2))


def _value(totals: Floats, metric: OfSums) -> float:
    return float(metric(*_sums(totals)))


def _sums(totals: Floats) -> tuple[Floats, Floats, Floats]:
    """Hits, predicted and actual, (n_classes,) each, of the cells of a confusion matrix."""
    k = round(len(totals) ** 0.5)
    matrix = totals.reshape(k, k)
    return np.diagonal(matrix).copy(), matrix.sum(axis=0), matrix.sum(axis=1)


def _moved(totals: Floats, cells: Codes, steps: Floats, metric: OfSums) -> Floats:
    """The metric with so much more in each cell, one at a time, (n_cells,)."""
    sums = _sums(totals)
    return np.concatenate(
        [_batch(sums, cells[rows], steps[rows], metric) for rows in _batches(len(cells), len(sums[0]))]
    )


def _batch(sums: tuple[Floats, Floats, Floats], cells: Codes, steps: Floats, metric: OfSums) -> Floats:
    hits, predicted, actual = (np.repeat(values[np.newaxis], len(cells), axis=0) for values in sums)
    at = np.arange(len(cells))
    truth, answer = np.divmod(cells, hits.shape[1])
    hits[at, truth] += np.where(truth == answer, steps, 0.0)
    predicted[at, answer] += steps
    actual[at, truth] += steps
    return metric(hits, predicted, actual)


def _batches(n_cells: int, n_classes: int) -> Iterator[slice]:
    size = max(1, _BATCH // n_classes)
    return (slice(start, start + size) for start in range(0, n_cells, size))
