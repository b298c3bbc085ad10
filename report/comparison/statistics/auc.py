"""ROC AUC by DeLong's method, in O(n log n) with midranks (Sun & Xu 2014, IEEE Signal Processing Letters 21(11))."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

import numpy as np

from .estimate import Part, from_influence, mean_over

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from ...core.pairing import AreaQuestion
    from .estimate import Estimate

    Floats = NDArray[np.float64]

MANY = 30  # degrees of freedom
DELONG, PRECISION = "DeLong, paired", "delta method of average precision, paired"


Order: TypeAlias = "NDArray[np.int64]"  # rows by rising score, (n_rows,)
PartOf: TypeAlias = "Callable[[NDArray[np.bool_], Floats, Order], Part]"


class Areas(NamedTuple):
    """The area of one model for each question about the same rows, such as each class against the rest."""

    truths: list[NDArray[np.bool_]]
    parts: list[Part]

    @classmethod
    def of(cls, questions: Sequence[AreaQuestion], part: PartOf | None = None) -> Areas:
        """Under the ROC curve, or by another function of a question."""
        of_one = auc_part if part is None else part
        return cls([truth for truth, *_ in questions], [of_one(*question) for question in questions])

    @property
    def mean(self) -> float:
        return float(np.mean([part.value for part in self.parts]))


def auc_change(
    y_true: NDArray[np.bool_], base: Floats, head: Floats, *, group: NDArray[np.int64] | None = None
) -> Estimate:
    """Change of the ROC AUC of two scores on the same rows; y_true : (n_rows,) bool; base, head : (n_rows,) scores."""
    before, after = (Areas.of([(y_true, score, np.argsort(score))]) for score in (base, head))
    return mean_area_change([before], [after], group=group)


def mean_area_change(
    base: Sequence[Areas], head: Sequence[Areas], *, group: NDArray[np.int64] | None = None, method: str = DELONG
) -> Estimate:
    """Change of the mean area over several questions; base, head : one a fit, all of the same rows and questions."""
    truths = head[0].truths
    changes = [
        mean_over([fit.parts[at].influence for fit in head]) - mean_over([fit.parts[at].influence for fit in base])
        for at in range(len(truths))
    ]
    difference = float(np.mean([fit.mean for fit in head]) - np.mean([fit.mean for fit in base]))
    freedom = _freedom(truths, changes)
    return from_influence(difference, mean_over(changes), group=group, method=method, freedom=freedom)


def _freedom(truths: list[NDArray[np.bool_]], changes: list[Floats]) -> float:
    """Degrees of freedom of a variance whose parts come from the rows of each class (Satterthwaite 1946).

    0 where a class has one row or two; infinite from 30 on, where DeLong's normal interval holds.
    """
    sides = [change[side] for truth, change in zip(truths, changes, strict=True) for side in (truth, ~truth)]
    if min(len(rows) for rows in sides) < 3:
        return 0.0
    variances = np.array([rows @ rows for rows in sides])
    spread = float(np.sum(variances**2 / [len(rows) - 1 for rows in sides]))
    freedom = float(variances.sum() ** 2) / spread if spread else math.inf
    return freedom if freedom < MANY else math.inf


def auc_part(y_true: NDArray[np.bool_], score: Floats, order: Order) -> Part:
    """Area under the ROC curve of one score, ties counted half; influences are scaled as DeLong's variance is."""
    rows, m = len(score), int(np.count_nonzero(y_true))
    n = rows - m
    if not m or not n:
        raise ValueError("ROC AUC needs rows of both classes")
    is_positive = y_true[order]
    below, sizes = _below(score[order], is_positive)
    above_negatives = np.repeat(below[False], sizes) / n  # of each row: share of negatives below it, ties half
    below_positives = 1.0 - np.repeat(below[True], sizes) / m
    auc = float(above_negatives[is_positive].mean())
    influence = np.empty(rows)
    influence[order] = np.where(
        is_positive, (above_negatives - auc) * _scale(m, rows), (below_positives - auc) * _scale(n, rows)
    )
    return Part(auc, influence)


def precision_part(y_true: NDArray[np.bool_], score: Floats, order: Order) -> Part:
    """Average precision of one score, in steps, by its influence function; rows of equal score share a threshold.

    A row adds its own precision, if it is of the class, and moves the precision at every threshold that it is above.
    """
    rows, m = len(score), int(np.count_nonzero(y_true))
    if not m:
        raise ValueError("average precision needs rows of the class")
    order = order[::-1]
    ordered, is_positive = score[order], y_true[order]
    ends = np.append(np.flatnonzero(ordered[1:] != ordered[:-1]), rows - 1)
    above, hits = ends + 1.0, np.cumsum(is_positive)[ends]
    precision, new = hits / above, np.diff(hits, prepend=0)
    value = float(new @ precision) / m
    gained = np.cumsum((new / above)[::-1])[::-1]  # over the thresholds at or below each
    lost = np.cumsum((new * precision / above)[::-1])[::-1]
    sizes = np.diff(ends, prepend=-1)
    influence = np.empty(rows)
    influence[order] = np.where(
        is_positive, np.repeat(precision - value + gained - lost, sizes), np.repeat(-lost, sizes)
    )
    return Part(value, influence * (rows / m))


def _scale(part: int, rows: int) -> float:
    """Turns a deviation within one class into an influence on the area, with DeLong's n − 1 for that class."""
    return float(rows / part * np.sqrt(part / max(part - 1, 1) * (rows - 1) / rows))


def _below(ordered: Floats, is_positive: NDArray[np.bool_]) -> tuple[dict[bool, Floats], NDArray[np.int64]]:
    """For each distinct value, rising: how many positives and negatives are below it, ties half; and its rows."""
    starts = np.flatnonzero(np.concatenate(([True], ordered[1:] != ordered[:-1])))
    edges = np.append(starts, len(ordered))
    positives = np.concatenate(([0], np.cumsum(is_positive)))[edges]
    counts = {True: positives, False: edges - positives}
    return {side: (count[1:] + count[:-1]) / 2 for side, count in counts.items()}, np.diff(edges)
