"""Changes from base to head as text, and the pairs of models in the order of the report."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, TypeGuard

from ...core.numbers import format_change_in_unit, format_number, format_points
from ..escaping import NO_BREAK

if TYPE_CHECKING:
    from ...core.comparison import BaseSide, MetricChange, ModelPair, Verdict
    from ...core.results import Interval, MetricInfo
    from .context import Context

_MARKS: dict[str, str] = {"improved": "▲", "worse": "▼"}


def compared(context: Context) -> BaseSide | None:
    """The base side, when there was something to compare."""
    base = context.comparison.base
    return base if base is not None and base.status == "compared" else None


def ordered_pairs(context: Context, base: BaseSide) -> list[ModelPair]:
    """The pairs that head has a part in: the judged one first, then by head's value."""
    primary = context.head.primary
    sign = -1 if primary.greater_is_better else 1
    scores = {model.name: model.score(primary.name) for model in context.head.models}

    def rank(pair: ModelPair) -> tuple[bool, float]:
        score = scores.get(pair.head or "")
        value = math.inf if score is None or score.value is None else sign * score.value
        return base.judged is None or pair.head != base.judged, value

    return sorted((pair for pair in base.pairs if pair.head is not None), key=rank)


def is_decided(verdict: Verdict) -> bool:
    """Whether the rows say for sure that something changed."""
    return verdict in _MARKS


def marked_verdict(verdict: Verdict) -> str:
    """The verdict with its mark, where there is one."""
    return f"{_MARKS[verdict]}{NO_BREAK}{verdict}" if verdict in _MARKS else verdict


def change_mark(verdict: Verdict) -> str:
    return f"{_MARKS[verdict]}{NO_BREAK}" if verdict in _MARKS else ""


def change_text(change: float | None, metric: MetricInfo) -> str:
    """A change with its sign: of shares in points, of others in the metric's unit."""
    if metric.is_share:
        return format_points(change, metric.digits).replace(" ", NO_BREAK)
    return format_change_in_unit(change, metric.unit, metric.digits).replace(" ", NO_BREAK)


def interval_text(interval: Interval, metric: MetricInfo) -> str:
    """Both ends of an interval of a change; points are said once, by the change before it."""
    ends = (change_text(end, metric) for end in (interval.low, interval.high))
    return " … ".join(end.removesuffix(f"{NO_BREAK}pt") for end in ends)


def size_text(change: float, metric: MetricInfo) -> str:
    """The size of a change, without its sign."""
    return change_text(abs(change), metric).removeprefix("+").removeprefix("±")


def confidence(interval: Interval) -> str:
    return f"{format_number(100 * interval.level, 0)}% CI"


def is_wide(interval: Interval | None) -> TypeGuard[Interval]:
    """Whether there is an interval, and more of it than the 0 of answers that did not change at all."""
    return interval is not None and not interval.low == interval.high == 0


def interval_of(change: MetricChange, metric: MetricInfo) -> str:
    """The interval with its level, after a comma; nothing where there is none, or where nothing changed at all."""
    interval = change.interval
    return f", {confidence(interval)} {interval_text(interval, metric)}" if is_wide(interval) else ""
