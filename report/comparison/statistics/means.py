"""Metrics that are means over rows, or functions of such means."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .estimate import Estimate, from_influence

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]


def mean_change(
    base: Floats, head: Floats, *, weight: Floats | None = None, group: NDArray[np.int64] | None = None
) -> Estimate:
    """Change of a mean of per-row values, (n_rows,) each, paired row by row: mean(d) ± t · s/√n."""
    return from_influence(
        _mean(head, weight) - _mean(base, weight),
        _influence(head, weight) - _influence(base, weight),
        group=group,
        method="paired t interval",
    )


def root_mean_change(
    base: Floats, head: Floats, *, weight: Floats | None = None, group: NDArray[np.int64] | None = None
) -> Estimate:
    """Change of the root of a mean, such as RMSE from squared errors (n_rows,), by the delta method."""
    roots = [np.sqrt(_mean(values, weight)) for values in (base, head)]
    influences = [
        _influence(values, weight) / (2 * root) if root > 0 else np.zeros(len(values))
        for values, root in zip((base, head), roots, strict=True)
    ]
    return from_influence(
        float(roots[1] - roots[0]), influences[1] - influences[0], group=group, method="delta method, paired"
    )


def explained_change(
    base: Floats, head: Floats, spread: Floats, *, weight: Floats | None = None, group: NDArray[np.int64] | None = None
) -> Estimate:
    """Change of 1 − mean(loss)/mean(spread), such as R² and D², by the delta method for a ratio.

    base, head : (n_rows,) losses. spread : (n_rows,) losses of the constant prediction, (y − ȳ)² for R²; since the
        constant minimises their mean, its own estimation adds nothing to first order.
    """
    scale = _mean(spread, weight)
    gains = base - head
    ratio = _mean(gains, weight) / scale
    influence = (_influence(gains, weight) - ratio * _influence(spread, weight)) / scale
    return from_influence(float(ratio), influence, group=group, method="delta method, paired")


def _mean(values: Floats, weight: Floats | None) -> float:
    return float(np.average(values, weights=weight))


def _influence(values: Floats, weight: Floats | None) -> Floats:
    """Influence of each row on the (weighted) mean: w (x − x̄) / w̄."""
    deviations: Floats = values - _mean(values, weight)
    return deviations if weight is None else deviations * (weight / weight.mean())
