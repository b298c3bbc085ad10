"""ROC AUC by DeLong's method, in O(n log n) with midranks (Sun & Xu 2014, IEEE Signal Processing Letters 21(11))."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from .estimate import Estimate, from_influence

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]


class AucParts(NamedTuple):
    """auc : area. influence : (n_rows,), scaled so that its mean square over n is DeLong's variance."""

    auc: float
    influence: Floats


def auc_change(y_true: NDArray[np.bool_], base: Floats, head: Floats, *, group: NDArray[Any] | None = None) -> Estimate:
    """Change of the ROC AUC of two scores on the same rows; y_true : (n_rows,) bool; base, head : (n_rows,) scores."""
    return mean_auc_change([(y_true, base, head)], group=group)


def mean_auc_change(
    problems: list[tuple[NDArray[np.bool_], Floats, Floats]], *, group: NDArray[Any] | None = None
) -> Estimate:
    """Change of the mean AUC over several problems on the same rows, such as each class against the rest."""
    parts = [(auc_parts(truth, base), auc_parts(truth, head)) for truth, base, head in problems]
    difference = float(np.mean([head.auc - base.auc for base, head in parts]))
    influence = np.mean([head.influence - base.influence for base, head in parts], axis=0)
    return from_influence(difference, influence, group=group, method="DeLong, paired", normal=True)


def auc_parts(y_true: NDArray[np.bool_], score: Floats) -> AucParts:
    """Area under the ROC curve of one score, ties counted half, and what each row contributes to it."""
    positives, negatives = score[y_true], score[~y_true]
    m, n = len(positives), len(negatives)
    if not m or not n:
        raise ValueError("ROC AUC needs rows of both classes")
    ranks = _midranks(score)
    above_negatives = (ranks[y_true] - _midranks(positives)) / n  # of each positive: share of negatives below it
    below_positives = 1.0 - (ranks[~y_true] - _midranks(negatives)) / m
    auc = float(above_negatives.mean())
    rows = m + n
    influence = np.empty(rows)
    influence[y_true] = (above_negatives - auc) * _scale(m, rows)
    influence[~y_true] = (below_positives - auc) * _scale(n, rows)
    return AucParts(auc, influence)


def _scale(part: int, rows: int) -> float:
    """Turns a deviation within one class into an influence on the area, with DeLong's n − 1 for that class."""
    return float(rows / part * np.sqrt(part / max(part - 1, 1) * (rows - 1) / rows))


def _midranks(values: Floats) -> Floats:
    """Ranks from 1, equal values sharing the mean of theirs."""
    order = np.argsort(values)
    ordered = values[order]
    starts = np.flatnonzero(np.concatenate(([True], ordered[1:] != ordered[:-1])))
    ends = np.concatenate((starts[1:], [len(values)]))
    ranks = np.empty(len(values))
    ranks[order] = np.repeat((starts + ends + 1) / 2, ends - starts)
    return ranks
