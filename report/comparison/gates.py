"""Gates: the rules of the configuration, each held against the models that it names."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from ..core.importing import nearest
from ..core.numbers import format_exact, format_number
from ..core.results import GateResult
from .change_gates import ChangeCheck, change_rule, check_change, gated_changes
from .held_gates import GatedModel, held_gates

if TYPE_CHECKING:
    from ..config.schema import Gate
    from ..core.comparison import BaseSide, MetricChange
    from ..core.results import Evaluation, MetricInfo, ModelEvaluation
    from ..core.values import SplitName

_FATE = {"failed": "failed", "timed out": "ran out of time"}
_STATE = {"ok": "is no number", "not applicable": "is not applicable", "failed": "could not be computed"}
_FIGURE_UNITS = {"fit_time": "s", "predict_time": "s", "model_size": "bytes"}
_ON_SPLIT: dict[SplitName, str] = {"train": "on training data", "validation": "on validation data"}


def check_gates(
    gates: tuple[Gate, ...],
    evaluation: Evaluation,
    base: BaseSide | None = None,
    *,
    held: tuple[Gate, ...] = (),
    margin: float | str = 0.0,
) -> tuple[GateResult, ...]:
    """Hold each gate against each model that it names, or every model when it names none.

    Values are compared as they are, not as they are shown. A value that is not there does not pass, and says why.
    base : with the p-values that `with_adjusted` gives. held : the gates of base's configuration, which hold beside
    head's own where these are less strict. margin : of gates without one of their own.
    """
    own = [GatedModel(gate, name) for gate in gates for name in _names(gate, evaluation)]
    older = held_gates(held, own, evaluation, base, margin)
    judged = gated_changes(held, evaluation, base)
    n_all = len(gated_changes((*gates, *held), evaluation, base))

    bounded = {gate.metric for gate in held if gate.not_ is None}

    def check(each: GatedModel) -> GateResult:
        n_gated = len(judged) if (each.model, each.gate.metric) in judged else n_all
        result = _check(each.gate, each.model, evaluation, base, n_gated)
        return _by_base_s_definition(result, base) if each.gate.metric in bounded else result

    results = [check(each) for each in own]
    results += [_removed(each) if each.is_removed else replace(check(each), held=True) for each in older]
    return tuple(results)


def _removed(each: GatedModel) -> GateResult:
    """A gate of base on a model that head does not have any more."""
    gate = each.gate
    return GateResult(
        rule=_words(gate),
        model=each.model,
        metric=gate.metric,
        value=None,
        passed=False,
        severity=gate.severity,
        reason="not checked: the model was removed",
        checked=False,
        applies=False,
        held=True,
    )


def _by_base_s_definition(result: GateResult, base: BaseSide | None) -> GateResult:
    """A bound of base on a metric that head defines in another way: what passes by that alone is not compared."""
    pair = None if base is None else base.pair(result.model)
    why = None if pair is None else pair.not_compared.get(result.metric)
    if why is None or not result.passed:
        return result
    return replace(result, passed=False, checked=False, reason=f"not compared: {why}")


def gated_metrics(gates: tuple[Gate, ...]) -> dict[str, str]:
    """Metrics that gates ask for, and at which key; times, sizes and the loss are known of every model."""
    known = {*_FIGURE_UNITS, "loss"}
    asked: dict[str, str] = {}
    for index, gate in enumerate(gates):
        if gate.metric not in known:
            asked.setdefault(gate.metric, f"gates[{index}].metric")
    return asked


def _names(gate: Gate, evaluation: Evaluation) -> tuple[str, ...]:
    return tuple(model.name for model in evaluation.models) if gate.models is None else gate.models


def _check(gate: Gate, name: str, evaluation: Evaluation, base: BaseSide | None, n_gated: int) -> GateResult:
    info = next((info for info in evaluation.metrics if info.name == gate.metric), None)
    model = next((model for model in evaluation.models if model.name == name), None)
    value, reason = _value(gate, model, evaluation)
    state = ChangeCheck(passed=False, reason=reason)
    if value is not None and gate.not_ is not None:
        state = check_change(gate, name, info, base, n_gated)
    elif value is not None:
        reason = _miss(gate, value, info)
        state = ChangeCheck(passed=reason is None, reason=reason)
    change = _change(gate, name, base)
    return GateResult(
        rule=_words(gate),
        model=name,
        metric=gate.metric,
        value=value if change is None or gate.not_ is None else change.head,  # what was held against base
        severity=gate.severity,
        base=None if change is None else change.base,
        difference=None if change is None else change.difference,
        p_adjusted=None if change is None or gate.not_ is None else change.p_adjusted,
        **state._asdict(),
    )


def _words(gate: Gate) -> str:
    return _rule(gate) if gate.not_ is None else change_rule(gate)


def _change(gate: Gate, name: str, base: BaseSide | None) -> MetricChange | None:
    """The change of what the gate looks at; of scores on training rows there is none."""
    pair = base.pair(name) if base is not None and gate.split == "validation" else None
    change = pair.change(gate.metric) if pair is not None else None
    return None if change is None or change.verdict == "not comparable" else change


def _value(gate: Gate, model: ModelEvaluation | None, evaluation: Evaluation) -> tuple[float | None, str | None]:
    """The value that the gate looks at, or the reason why there is none."""
    if model is None:
        return None, "there is no such model"
    if model.status != "ok":
        return None, f"the model {_FATE[model.status]}{_because(model.reason)}"
    score = model.score(gate.metric, gate.split)
    if score is None:
        return _figure(gate.metric, model), _not_computed(gate, evaluation)
    if score.value is None or math.isnan(score.value):
        return None, f"{gate.metric} {_STATE[score.status]}{_because(score.reason)}"
    return score.value, None


def _figure(metric: str, model: ModelEvaluation) -> float | None:
    """Time or size of a model: known whether or not the metrics name it, and the same for both splits."""
    figures = {"fit_time": model.fit_seconds, "predict_time": model.predict_seconds, "model_size": model.size_bytes}
    return figures.get(metric)


def _not_computed(gate: Gate, evaluation: Evaluation) -> str:
    known = tuple(dict.fromkeys([*(info.name for info in evaluation.metrics), *_FIGURE_UNITS]))
    if gate.metric in known:
        return f"{gate.metric} was not computed {_ON_SPLIT[gate.split]}"
    hint = nearest(gate.metric, known) or f"add it to 'metrics', or use one of {', '.join(known)}"
    return f"{gate.metric} is not among the metrics of this report: {hint}"


def _because(reason: str | None) -> str:
    return f": {reason}" if reason else ""


def _miss(gate: Gate, value: float, info: MetricInfo | None) -> str | None:
    """By how much a value misses the gate; None when it passes."""
    digits = 4 if info is None else info.digits
    if gate.min is not None and not value >= gate.min:
        return f"{format_number(gate.min - value, digits)}{_unit(gate.metric)} too low"
    if gate.max is not None and not value <= gate.max:
        return f"{format_number(value - gate.max, digits)}{_unit(gate.metric)} too high"
    return None


def _rule(gate: Gate) -> str:
    """The gate in words; on validation data unless it says otherwise."""
    bounds = (("≥", gate.min), ("≤", gate.max))
    limits = " and ".join(f"{sign} {format_exact(bound)}" for sign, bound in bounds if bound is not None)
    where = f" {_ON_SPLIT[gate.split]}" if gate.split == "train" else ""
    return f"{gate.metric} {limits}{_unit(gate.metric)}{where}"


def _unit(metric: str) -> str:
    return f" {_FIGURE_UNITS[metric]}" if metric in _FIGURE_UNITS else ""
