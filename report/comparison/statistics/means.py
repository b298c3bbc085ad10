"""Metrics that are means over rows, or functions of such means."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .estimate import Part, change_of, mean_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from .estimate import Estimate

    Floats = NDArray[np.float64]

MEAN, DELTA = "paired t interval", "delta method, paired"


def mean_part(values: Floats, weight: Floats | None = None) -> Part:
    """A mean of per-row values, (n_rows,)."""
    return Part(_mean(values, weight), _influence(values, weight))


def root_mean_part(values: Floats, weight: Floats | None = None) -> Part:
    """The root of a mean, such as RMSE from squared errors (n_rows,), by the delta method.

    values : (n_rows, n_outputs) for the mean of such roots.
    """
    if values.ndim == 2:
        return mean_of([root_mean_part(column, weight) for column in values.T])
    root = float(np.sqrt(_mean(values, weight)))
    return Part(root, _influence(values, weight) / (2 * root) if root > 0 else np.zeros(len(values)))


def explained_part(losses: Floats, spread: Floats, weight: Floats | None = None) -> Part:
    """1 − mean(loss)/mean(spread), such as R² and D², by the delta method for a ratio.

    losses : (n_rows,). spread : (n_rows,) losses of the constant prediction, (y − ȳ)² for R²; since the constant
        minimises their mean, its own estimation adds nothing to first order. Both (n_rows, n_outputs) for the mean over
        the outputs that vary.
    """
    if losses.ndim == 2:
        outputs = zip(losses.T, spread.T, strict=True)
        return mean_of([explained_part(*output, weight) for output in outputs if _mean(output[1], weight) > 0])
    scale = _mean(spread, weight)
    left = _mean(losses, weight) / scale
    return Part(1 - left, (left * _influence(spread, weight) - _influence(losses, weight)) / scale)


def mean_change(
    base: Floats, head: Floats, *, weight: Floats | None = None, group: NDArray[np.int64] | None = None
) -> Estimate:
    """Change of a mean of per-row values, (n_rows,) each, paired row by row: mean(d) ± t · s/√n."""
    return change_of([mean_part(base, weight)], [mean_part(head, weight)], group=group, method=MEAN)


def root_mean_change(
    base: Floats, head: Floats, *, weight: Floats | None = None, group: NDArray[np.int64] | None = None
) -> Estimate:
    """Change of the root of a mean; base, head : (n_rows,)."""
    before, after = (root_mean_part(side, weight) for side in (base, head))
    return change_of([before], [after], group=group, method=DELTA, by_kurtosis=True)


def explained_change(
    base: Floats, head: Floats, spread: Floats, *, weight: Floats | None = None, group: NDArray[np.int64] | None = None
) -> Estimate:
    """Change of 1 − mean(loss)/mean(spread); base, head, spread : (n_rows,)."""
    before, after = (explained_part(losses, spread, weight) for losses in (base, head))
    return change_of([before], [after], group=group, method=DELTA, by_kurtosis=True)


def _mean(values: Floats, weight: Floats | None) -> float:
    return float(np.average(values, weights=weight))


def _influence(values: Floats, weight: Floats | None) -> Floats:
    """Influence of each row on the (weighted) mean: w (x − x̄) / w̄."""
    deviations: Floats = values - _mean(values, weight)
    return deviations if weight is None else deviations * (weight / weight.mean())
