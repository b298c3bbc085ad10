"""From an interval to a verdict."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from ..core.comparison import MetricChange
from ..core.results import Interval

if TYPE_CHECKING:
    from ..core.comparison import Verdict
    from ..core.results import MetricInfo
    from .statistics.estimate import Estimate

_ROUNDING = 1e-9  # of the value


def verdict_of(interval: Interval | None, margin: float, *, greater_is_better: bool) -> Verdict:
    """What the interval of a change, head − base, says; margin ≥ 0: how much worse counts as no worse.

    improved: the whole interval of the gain is above 0. worse: all of it is below −margin. no worse: its lower end is
    above −margin, which must not be 0. Else unclear.
    """
    if interval is None or not (math.isfinite(interval.low) and math.isfinite(interval.high)):
        return "unclear"
    low, high = (interval.low, interval.high) if greater_is_better else (-interval.high, -interval.low)
    if low > 0:
        return "improved"
    if high < -margin:
        return "worse"
    return "no worse" if margin > 0 and low > -margin else "unclear"


def absolute_margin(margin: float | str, base: float) -> float:
    """A margin as a number; one in percent is taken of |base|, so that it points the right way for a negative R²."""
    if isinstance(margin, str):
        return abs(base) * (float(margin.removesuffix("%")) / 100)
    return margin


def metric_change(
    info: MetricInfo, base: float, head: float, estimate: Estimate | None, *, margin: float | str, p_value: float | None
) -> MetricChange:
    """The change of a metric with its verdict; estimate : None where rows say nothing of its uncertainty.

    A difference that is not more than rounding is none: sums in another order are not another model.
    """
    absolute = absolute_margin(margin, base)
    known = estimate if estimate is not None and math.isfinite(estimate.standard_error) else None
    scale = max(abs(base), abs(head))
    difference = _beyond_rounding(head - base, scale)
    interval = _interval(known.interval, scale) if known else None
    verdict = verdict_of(interval, absolute, greater_is_better=info.greater_is_better)
    if difference == 0 and verdict != "no worse":  # a resampled interval may leave zero out by a hair
        verdict = "unclear"
    return MetricChange(
        metric=info.name,
        base=base,
        head=head,
        difference=difference,
        interval=interval,
        verdict=verdict,
        margin=absolute,
        n_rows=estimate.n_rows if estimate else 0,
        method=estimate.method if estimate else "measured once",
        detectable=known.detectable if known else None,
        p_value=p_value if known else None,
        why=estimate.why if estimate else None,
    )


def _beyond_rounding(value: float, scale: float) -> float:
    return 0.0 if abs(value) <= _ROUNDING * scale else value


def _interval(interval: Interval, scale: float) -> Interval:
    low, high = (_beyond_rounding(end, scale) for end in (interval.low, interval.high))
    return replace(interval, low=low, high=high)
