"""The verdict: which model is best, by how much it overfits, and what went wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...core.numbers import format_count
from ..document import Alert, Block, Line, Paragraph, Section, Span, code, line, marked, plain, strong
from ..escaping import shorten
from .context import Context, counted, metric_text, sentence_title, short_commit
from .verdicts import base_blocks, verdict_blocks

if TYPE_CHECKING:
    from ...core.results import GateResult

ID = "summary"
_REASON = 160  # characters of the reason for a failure
_LISTED = 10  # failures named one by one
_NAMES = 120  # characters of the models that break a rule


def build(context: Context) -> Section:
    blocks: list[Block] = [
        *verdict_blocks(context),
        _verdict(context),
        Paragraph(_scope(context)),
        *base_blocks(context),
    ]
    return Section(ID, "", (*blocks, *_gates(context), *_failed_models(context)))


def _verdict(context: Context) -> Block:
    best = context.head.best_model
    if best is None:
        return Alert("caution", (plain("No model could be evaluated."),))
    only = len(context.head.models) == 1
    scores = _best_scores(context, best)
    return Paragraph((strong(best), Span(": " if only else " is best: "), *scores, *_as_good(context, best)))


def _best_scores(context: Context, best: str) -> Line:
    primary = context.head.primary
    model = next(model for model in context.head.models if model.name == best)
    validation, training = model.score(primary.name), model.score(primary.name, "train")
    text = metric_text(validation.value if validation else None, primary)
    compared = "" if training is None else f" ({metric_text(training.value, primary)} on training)"
    return line(f"{sentence_title(primary)} ", strong(text), f" on validation{compared}.")


def _as_good(context: Context, best: str) -> Line:
    """The models with the very value of the best one, if there are any."""
    primary = context.head.primary.name
    values = {model.name: score.value for model in context.head.models if (score := model.score(primary)) is not None}
    tied = [name for name, value in values.items() if name != best and value == values.get(best)]
    return line(" As good: ", strong(shorten(", ".join(tied), _NAMES)), ".") if tied else ()


def _scope(context: Context) -> Line:
    head = context.head
    rows = f"{format_count(head.split.n_train)} training and {format_count(head.split.n_validation)} validation rows"
    targets = [part for name in head.target[:3] for part in (code(name), Span(", "))][:-1]
    more = f" and {len(head.target) - 3} more" if len(head.target) > 3 else ""
    task = f"{head.task.value[:1].upper()}{head.task.value[1:]} of "
    commit = context.comparison.run.commit
    at = (" Commit ", code(short_commit(commit)), ".") if commit else ()
    return line(task, *targets, f"{more}: {counted(len(head.models), 'model')}, {rows}.", *at)


def _gates(context: Context) -> list[Block]:
    """What failed or warned; that all passed is the title of their section."""
    gates = context.comparison.gates
    failed = [gate for gate in gates if not gate.passed and gate.severity == "fail"]
    warned = [gate for gate in gates if not gate.passed and gate.severity == "warn"]
    lines = [
        _rules(f"{len(missed)} of {counted(len(gates), 'gate')} {what}: ", missed)
        for missed, what in ((failed, "failed"), (warned, "warned"))
        if missed
    ]
    return [Alert("caution" if failed else "warning", tuple(lines))] if lines else []


def _rules(title: str, gates: list[GateResult]) -> Line:
    """Each rule once, with the models that break it."""
    models: dict[str, list[str]] = {}
    for gate in gates:
        models.setdefault(gate.rule, []).append(gate.model)
    broken = [f"{rule} ({shorten(', '.join(names), _NAMES)})" for rule, names in models.items()]
    more = f"; and {len(broken) - _LISTED} more" if len(broken) > _LISTED else ""
    return line(strong(title), f"{'; '.join(broken[:_LISTED])}{more}.")


def _failed_models(context: Context) -> list[Block]:
    failed = [model for model in context.head.models if model.status != "ok"]
    if not failed:
        return []
    lines = [
        line(strong(model.name), f" {model.status}: ", *marked(shorten(model.reason or "no reason given", _REASON)))
        for model in failed[:_LISTED]
    ]
    more = [plain(f"and {len(failed) - _LISTED} more")] if len(failed) > _LISTED else []
    return [Alert("warning", (*lines, *more))]
