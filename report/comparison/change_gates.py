"""Gates on the change from base: `not: worse`, `not: [worse, unclear]`.

Such a gate fails when the verdict, with the gate's own margin, is among those that it names. Where several comparisons
of a run are gated, some look worse by luck alone: then "worse" counts only while the p-value of the change, adjusted
by Holm over all of them, is below 0.05, and is "unclear" else. The p-values are those of no change at all, whatever
the margin. What cannot be compared passes, and says why.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from ..core.numbers import format_change, format_exact, format_number
from .statistics.multiple import holm
from .verdicts import absolute_margin, verdict_of

if TYPE_CHECKING:
    from ..config.schema import Gate
    from ..core.comparison import BaseSide, MetricChange, ModelPair, Verdict
    from ..core.results import Evaluation, MetricInfo

_ALARMS = 0.05
_NO_BASE = {"none": "there is no base", "failed": "base failed"}


class ChangeCheck(NamedTuple):
    """What a gate on a change comes to; the reason is that of a failure, or why nothing could be checked."""

    passed: bool
    reason: str | None


def with_adjusted(base: BaseSide, gates: tuple[Gate, ...], evaluation: Evaluation) -> BaseSide:
    """The base side with Holm's p-values of all gated comparisons: pairs of a model and a metric, each once."""
    gated = gated_changes(gates, evaluation, base)
    adjusted = dict(zip(gated, holm(tuple(gated.values())), strict=True))
    return replace(base, pairs=tuple(_adjusted(pair, adjusted) for pair in base.pairs))


def gated_changes(gates: tuple[Gate, ...], evaluation: Evaluation, base: BaseSide) -> dict[tuple[str, str], float]:
    """The p-value by model of head and metric of every comparison that a gate looks at."""
    found: dict[tuple[str, str], float] = {}
    for gate in gates:
        names = [model.name for model in evaluation.models] if gate.models is None else gate.models
        for name in names if gate.not_ is not None else ():
            pair = base.pair(name)
            change = pair.change(gate.metric) if pair is not None else None
            if change is not None and change.p_value is not None:
                found[name, gate.metric] = change.p_value
    return found


def check_change(gate: Gate, name: str, info: MetricInfo | None, base: BaseSide | None, n_gated: int) -> ChangeCheck:
    """Hold a gate against the change of one model of head; n_gated : how many comparisons of the run are gated."""
    change, missing = _change(gate, name, base)
    if change is None or info is None:
        return ChangeCheck(passed=True, reason=f"not compared: {missing}")
    verdict, by_luck = _verdict(gate, change, info, n_gated)
    if verdict not in named_verdicts(gate):
        return ChangeCheck(passed=True, reason=by_luck)
    return ChangeCheck(passed=False, reason=by_luck or _told(verdict, change, info, _margin(gate, change)))


def named_verdicts(gate: Gate) -> tuple[str, ...]:
    """The verdicts that do not pass."""
    return (gate.not_,) if isinstance(gate.not_, str) else tuple(gate.not_ or ())


def change_rule(gate: Gate) -> str:
    """The gate in words."""
    named = named_verdicts(gate)
    what = f"neither {' nor '.join(named)}" if len(named) > 1 else f"not {named[0]}"
    rule = f"{gate.metric} {what} against base"
    if gate.margin is None:
        return rule
    return f"{rule}, margin {gate.margin if isinstance(gate.margin, str) else format_exact(gate.margin)}"


def _change(gate: Gate, name: str, base: BaseSide | None) -> tuple[MetricChange | None, str]:
    """The change, or the reason why there is none."""
    if base is None:
        return None, "there is no base"
    if base.status != "compared":
        said = [part for part in (_NO_BASE.get(base.status), base.reason) if part]
        return None, ": ".join(said) or "base is not comparable"
    pair = base.pair(name)
    if pair is None or pair.status == "added":
        return None, "base has no such model"
    if pair.status == "failed":
        return None, f"the model of base failed: {pair.reason}"
    missing = pair.not_compared.get(gate.metric) or pair.reason
    return pair.change(gate.metric), missing or f"{gate.metric} has no value on both sides"


def _verdict(gate: Gate, change: MetricChange, info: MetricInfo, n_gated: int) -> tuple[Verdict, str | None]:
    """The verdict with the gate's margin; with the reason why "worse" does not count, if it does not."""
    verdict = verdict_of(change.interval, _margin(gate, change), greater_is_better=info.greater_is_better)
    if change.difference == 0 and verdict == "worse":
        return "unclear", None
    p_value = change.p_adjusted
    if verdict == "worse" and n_gated > 1 and p_value is not None and p_value >= _ALARMS:
        luck = f"worse on its own, unclear as one of {n_gated} gated comparisons (adjusted p {format_number(p_value)})"
        return "unclear", luck
    return verdict, None


def _margin(gate: Gate, change: MetricChange) -> float:
    return change.margin if gate.margin is None else absolute_margin(gate.margin, change.base)


def _told(verdict: Verdict, change: MetricChange, info: MetricInfo, margin: float) -> str:
    interval = change.interval
    reach = (
        f", 95% interval {format_change(interval.low, info.digits)} to {format_change(interval.high, info.digits)}"
        if interval is not None
        else ""
    )
    allowed = f", margin {format_number(margin, info.digits)}" if margin else ""
    return f"{verdict}: {format_change(change.difference, info.digits)}{reach}{allowed}"


def _adjusted(pair: ModelPair, adjusted: dict[tuple[str, str], float]) -> ModelPair:
    changes = tuple(
        replace(change, p_adjusted=adjusted.get((pair.head or "", change.metric))) for change in pair.changes
    )
    return replace(pair, changes=changes)
