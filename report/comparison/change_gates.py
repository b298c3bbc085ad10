"""Gates on the change from base: `not: worse`, `not: [worse, unclear, not compared]`.

Such a gate fails when the verdict, with the gate's own margin, is among those that it names. Where several comparisons
of a run are gated, some look worse by luck alone: then "worse" counts only while the p-value of the change, adjusted
by Holm over all of them, is below 0.05, and is "unclear" else. Gates that head adds do not soften those of base: these
are adjusted over base's own. The p-values are those of no change at all, whatever the margin.

What could have been compared, and was not, is a state of its own, by which a gate fails that names "not compared". By
nature there is nothing to compare with at first use, and of a new model. An error of ours fails every gate on it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from ..core.faults import is_fault
from ..core.numbers import format_change, format_exact, format_number
from .statistics.multiple import holm
from .verdicts import absolute_margin, verdict_of

if TYPE_CHECKING:
    from ..config.schema import Gate
    from ..core.comparison import BaseSide, MetricChange, ModelPair, Verdict
    from ..core.results import Evaluation, MetricInfo

    Gated = dict[tuple[str, str], float]

_ALARMS = 0.05
_NOT_COMPARED = "not compared"


class ChangeCheck(NamedTuple):
    """What a gate on a change comes to; the reason is that of a failure, or why nothing could be checked.

    checked, applies : as in `GateResult`.
    """

    passed: bool
    reason: str | None
    checked: bool = True
    applies: bool = True


class _Missing(NamedTuple):
    """Why there is no change; applies : whether there could have been one."""

    reason: str
    applies: bool = True


def with_adjusted(
    base: BaseSide, gates: tuple[Gate, ...], evaluation: Evaluation, held: tuple[Gate, ...] = ()
) -> BaseSide:
    """The base side with Holm's p-values of all gated comparisons: pairs of a model and a metric, each once.

    held : the gates of base's configuration, whose comparisons are adjusted among themselves.
    """
    adjusted: Gated = {}
    for family in ((*gates, *held), held):
        gated = gated_changes(family, evaluation, base)
        adjusted |= dict(zip(gated, holm(tuple(gated.values())), strict=True))
    return replace(base, pairs=tuple(_adjusted(pair, adjusted) for pair in base.pairs))


def gated_changes(gates: tuple[Gate, ...], evaluation: Evaluation, base: BaseSide | None) -> Gated:
    """The p-value by model of head and metric of every comparison that a gate looks at."""
    found: Gated = {}
    for gate in gates:
        names = [model.name for model in evaluation.models] if gate.models is None else gate.models
        for name in names if gate.not_ is not None and base is not None else ():
            pair = base.pair(name) if base is not None else None
            change = pair.change(gate.metric) if pair is not None else None
            if change is not None and change.p_value is not None:
                found[name, gate.metric] = change.p_value
    return found


def check_change(gate: Gate, name: str, info: MetricInfo | None, base: BaseSide | None, n_gated: int) -> ChangeCheck:
    """Hold a gate against the change of one model of head; n_gated : the comparisons that it is adjusted over."""
    change, missing = _change(gate, name, base)
    if change is None or info is None:
        return _not_compared(gate, missing)
    if change.verdict == "not comparable":
        return _not_compared(gate, _Missing(change.why or "not comparable"))
    if change.verdict == "luck":
        passed = "unclear" not in named_verdicts(gate)
        return ChangeCheck(passed=passed, reason=f"luck: {change.why}" if change.why else "luck")
    verdict, by_luck = _verdict(gate, change, info, n_gated)
    if verdict not in named_verdicts(gate):
        return ChangeCheck(passed=True, reason=by_luck)
    return ChangeCheck(passed=False, reason=by_luck or _told(verdict, change, info, _margin(gate, change)))


def _not_compared(gate: Gate, missing: _Missing) -> ChangeCheck:
    """What could not be compared fails gates that name it; an error of ours fails all that needed it."""
    if not missing.applies:
        return ChangeCheck(passed=False, reason=f"not checked: {missing.reason}", checked=False, applies=False)
    checked = _NOT_COMPARED in named_verdicts(gate) or is_fault(missing.reason)
    return ChangeCheck(passed=False, reason=f"{_NOT_COMPARED}: {missing.reason}", checked=checked)


def named_verdicts(gate: Gate) -> tuple[str, ...]:
    """The verdicts that do not pass."""
    return (gate.not_,) if isinstance(gate.not_, str) else tuple(gate.not_ or ())


def change_rule(gate: Gate) -> str:
    """The gate in words."""
    named = [verdict for verdict in named_verdicts(gate) if verdict != _NOT_COMPARED]
    what = f"neither {' nor '.join(named)}" if len(named) > 1 else f"not {named[0]}" if named else "compared"
    rule = f"{gate.metric} {what} against base"
    if named and _NOT_COMPARED in named_verdicts(gate):
        rule += ", and compared"
    if gate.margin is None:
        return rule
    return f"{rule}, margin {gate.margin if isinstance(gate.margin, str) else format_exact(gate.margin)}"


def _change(gate: Gate, name: str, base: BaseSide | None) -> tuple[MetricChange | None, _Missing]:
    """The change, or the reason why there is none."""
    if base is None:
        return None, _Missing("there is no base", applies=False)
    if base.status != "compared":
        return None, _of_no_base(base)
    pair = base.pair(name)
    if pair is None or pair.status == "added":
        return None, _of_new(base)
    if pair.status == "failed":
        return None, _Missing(f"the model of base failed: {pair.reason}")
    missing = pair.not_compared.get(gate.metric) or pair.reason
    return pair.change(gate.metric), _Missing(missing or f"{gate.metric} has no value on both sides")


def _of_no_base(base: BaseSide) -> _Missing:
    if base.status == "none":
        return _Missing(_because("there is no base", base.reason), applies=False)
    if base.status == "failed":
        return _Missing(_because("base failed", base.reason))
    return _Missing(base.reason or "base is not comparable")


def _of_new(base: BaseSide) -> _Missing:
    """A model without a like in base is new, unless base has others that it may have been."""
    removed = [pair.base or "" for pair in base.pairs if pair.status == "removed"]
    if not removed:
        return _Missing("base has no such model", applies=False)
    return _Missing(f"base has no such model, and this change removes {', '.join(removed)}: it may be one of them")


def _because(what: str, reason: str | None) -> str:
    return f"{what}: {reason}" if reason else what


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
