"""The change of each metric from base to head on the rows that both were scored on."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from ..core.pairing import AnyOfRows, ExplainedShare, MeanOfAreas, MeanOfRows, OfConfusion, RootOfMean
from .statistics.auc import mean_auc_change
from .statistics.estimate import of_uneven, unknown
from .statistics.means import explained_change, mean_change, root_mean_change
from .statistics.proportions import accuracy_change
from .statistics.resampling import confusion_change, row_change

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

    from ..core.pairing import Pairing
    from ..core.values import Predictions
    from .statistics.estimate import Estimate

FEWEST = 6  # of five that all say the same a sign test says p = 0.06: nothing can be told from them


def estimate_change(pairing: Pairing, base: Predictions, head: Predictions) -> Estimate:
    """The change head − base with its interval; both unknown for fewer than six rows or groups.

    base, head : predictions of the same labelled rows in the same order; weights and groups are those of `head`,
        groups as codes 0 … n_groups − 1.
    """
    shares = _shares(head)
    n_equal = len(head.y_pred) if shares is None else 1 / float(shares @ shares)  # that tell as much (Kish 1965)
    if n_equal < FEWEST:
        return unknown(math.nan, len(head.y_pred), f"fewer than {FEWEST} rows or groups")
    estimate = _estimated(pairing, base, head)
    return estimate if shares is None else of_uneven(estimate, shares)


def _shares(side: Predictions) -> Floats | None:
    """How much each row or group counts for, of sum 1; None where all rows count the same.

    Without any weight at all it is as if there were one row.
    """
    if side.weight is None and side.group is None:
        return None
    weight: Floats = np.ones(len(side.y_pred)) if side.weight is None else side.weight
    if side.group is not None:
        weight = np.bincount(side.group, weights=weight).astype(np.float64)
    total = weight.sum()
    return weight / total if total else np.ones(1)


def _estimated(pairing: Pairing, base: Predictions, head: Predictions) -> Estimate:  # noqa: PLR0911 - one a kind
    weight, group = head.weight, head.group
    match pairing:
        case MeanOfRows(rows, is_share=True) if weight is None and group is None:
            right_base, right_head = rows(base) > 0, rows(head) > 0
            fixed = int(np.count_nonzero(right_head & ~right_base))
            return accuracy_change(fixed, int(np.count_nonzero(right_base & ~right_head)), len(right_head))
        case MeanOfRows(rows):
            return mean_change(rows(base), rows(head), weight=weight, group=group)
        case RootOfMean(rows):
            return root_mean_change(rows(base), rows(head), weight=weight, group=group)
        case ExplainedShare(rows, spread):
            return explained_change(rows(base), rows(head), spread(head), weight=weight, group=group)
        case OfConfusion(function, n_classes):
            return confusion_change(
                _truth(head), base.y_pred, head.y_pred, function, n_classes=n_classes, weight=weight, group=group
            )
        case MeanOfAreas(questions) if weight is None:
            problems = zip(questions(base), questions(head), strict=True)
            return mean_auc_change([(truth, before, after) for (truth, before), (_, after) in problems], group=group)
        case MeanOfAreas(value=value) | AnyOfRows(value):
            return _of_rows(value, base, head)


def _of_rows(value: Callable[[Predictions], float], base: Predictions, head: Predictions) -> Estimate:
    taken: list[Predictions] = []  # the rows that are drawn from, the same ones in every draw

    def difference(rows: NDArray[np.int64], times: NDArray[np.float64]) -> float:
        taken[:] = taken or [replace(side, group=None).take(rows) for side in (base, head)]
        drawn = np.repeat(np.arange(len(rows)), times.astype(np.int64))
        try:
            before, after = (value(side.take(drawn)) for side in taken)
            return after - before
        except Exception:  # noqa: BLE001 - some draws lack what a metric needs, such as rows of both classes
            return math.nan

    return row_change(value(head) - value(base), difference, len(head.y_pred), group=head.group)


def _truth(predictions: Predictions) -> NDArray[np.int64]:
    if predictions.y_true is None:
        raise ValueError("these rows have no labels")
    return predictions.y_true
