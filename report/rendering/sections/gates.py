"""Each rule, its value, passed, failed or not compared; behind a fold when there is nothing to worry about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...core.numbers import MISSING, format_number
from ...core.results import MetricInfo
from ..document import Cell, Column, Section, line, marked, plain, strong
from ..escaping import NO_BREAK, shorten
from .comparing import change_text
from .context import LONGEST_NAME, Context, counted, metric_text, rest_of, value_column
from .layout import Track, table_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ...core.results import GateResult

ID = "gates"
_AT_MOST = 100
_REASON = 80
_RULE = 30
_UNITS = {"fit_time": "s", "predict_time": "s", "model_size": "bytes"}  # known without being a metric


def build(context: Context) -> Section | None:
    gates = context.comparison.gates
    if not gates:
        return None
    ordered = sorted(gates, key=_rank)[:_AT_MOST]
    tracks = [
        Track(Column("Result"), [_result(gate) for gate in ordered]),
        Track(Column("Rule"), [plain(_rule(gate)) for gate in ordered]),
        Track(Column("Model"), [plain(shorten(gate.model, LONGEST_NAME)) for gate in ordered]),
        Track(value_column("Value"), [plain(_value(gate, gate.value, context)) for gate in ordered]),
    ]
    tracks += _changes(ordered, context)
    if any(gate.reason for gate in ordered):
        tracks.append(Track(Column("Reason"), [marked(shorten(gate.reason or "", _REASON)) for gate in ordered]))
    blocks = (table_of(tracks), *rest_of(len(gates) - _AT_MOST, "gate"))
    if all(gate.passed or not gate.applies for gate in gates):
        return Section(ID, _all_passed(gates), blocks, folded=True)
    return Section(ID, "Gates", blocks)


def _changes(gates: Sequence[GateResult], context: Context) -> list[Track]:
    """Base and the change from it where there is one, and adjusted p-values where several comparisons are gated."""
    tracks = []
    if any(gate.base is not None for gate in gates):
        tracks += [
            Track(value_column("Base"), [plain(_value(gate, gate.base, context)) for gate in gates]),
            Track(value_column("Change"), [plain(_difference(gate, context)) for gate in gates]),
        ]
    if len({(gate.model, gate.metric) for gate in gates if gate.p_adjusted is not None}) > 1:
        values = [plain(format_number(gate.p_adjusted, 3)) for gate in gates]
        tracks.append(Track(value_column("Adjusted p"), values))
    return tracks


def _difference(gate: GateResult, context: Context) -> str:
    return MISSING if gate.difference is None else change_text(gate.difference, _metric(gate, context))


def _metric(gate: GateResult, context: Context) -> MetricInfo:
    """The metric of a gate; times and sizes are known without being one of the report's."""
    known = next((metric for metric in context.head.metrics if metric.name == gate.metric), None)
    return known or MetricInfo(gate.metric, gate.metric, greater_is_better=False, unit=_UNITS.get(gate.metric, ""))


def _rule(gate: GateResult) -> str:
    """The rule, on one line where it is short, and whose it is where it is not head's."""
    rule = gate.rule.replace(" ", NO_BREAK) if len(gate.rule) <= _RULE else gate.rule
    return f"{rule} (base's)" if gate.held else rule


def _all_passed(gates: Sequence[GateResult]) -> str:
    """The title where no gate failed, and none could have been compared that was not."""
    n_passed = sum(gate.passed for gate in gates)
    n_more = len(gates) - n_passed
    more = f"{counted(n_more, 'gate')} not checked" if n_more else ""
    if not n_passed:
        return f"➖ {more}"
    passed = "The gate passed" if len(gates) == 1 else f"{'' if more else 'All '}{counted(n_passed, 'gate')} passed"
    return f"✅ {passed}, {more}" if more else f"✅ {passed}"


def _rank(gate: GateResult) -> int:
    """Failed gates first, then those without an answer."""
    return ("failed", "not compared", "not checked", "passed").index(gate.state)


def _value(gate: GateResult, value: float | None, context: Context) -> str:
    return metric_text(value, _metric(gate, context))


def _result(gate: GateResult) -> Cell:
    if gate.passed:
        return plain(f"✅{NO_BREAK}passed")
    if not gate.checked:
        return plain(f"➖{NO_BREAK}{gate.state.replace(' ', NO_BREAK)}")
    return line(f"❌{NO_BREAK}", strong("failed")) if gate.severity == "fail" else plain(f"⚠️{NO_BREAK}warned")
