"""Each rule, its value, passed or failed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..document import Cell, Column, Section, Table, line, plain, strong
from ..escaping import shorten
from .context import LONGEST_NAME, Context, any_metric_text, rest_of, value_column

if TYPE_CHECKING:
    from ...core.results import GateResult

ID = "gates"
_AT_MOST = 100
_REASON = 120


def build(context: Context) -> Section | None:
    gates = context.comparison.gates
    if not gates:
        return None
    columns = (Column("Result"), Column("Rule"), Column("Model"), value_column("Value"))
    ordered = sorted(gates, key=lambda gate: gate.passed)
    table = Table(columns, tuple(_row(gate, context) for gate in ordered[:_AT_MOST]))
    return Section(ID, "Gates", (table, *rest_of(len(gates) - _AT_MOST, "gate")))


def _row(gate: GateResult, context: Context) -> tuple[Cell, ...]:
    value = any_metric_text(gate.value, context.metric(gate.metric))
    reason = "" if gate.reason is None else f" ({shorten(gate.reason, _REASON)})"
    return (_result(gate), plain(gate.rule), plain(shorten(gate.model, LONGEST_NAME)), plain(f"{value}{reason}"))


def _result(gate: GateResult) -> Cell:
    if gate.passed:
        return plain("✅ passed")
    return line("❌ ", strong("failed")) if gate.severity == "fail" else plain("⚠️ warned")
