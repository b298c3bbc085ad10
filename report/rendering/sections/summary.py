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
_HEADLINE = 400


def build(context: Context) -> Section:
    blocks: list[Block] = [
        *verdict_blocks(context),
        *_headlines(context),
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
    if head.split.n_folds:
        n_rows = format_count(head.split.n_validation)
        rows = f"every one of {n_rows} rows predicted by a model that had not seen it ({head.split.n_folds} folds)"
    targets = [part for name in head.target[:3] for part in (code(name), Span(", "))][:-1]
    more = f" and {len(head.target) - 3} more" if len(head.target) > 3 else ""
    task = f"{head.task.value[:1].upper()}{head.task.value[1:]} of "
    commit = context.comparison.run.commit
    at = (" Commit ", code(short_commit(commit)), ".") if commit else ()
    return line(task, *targets, f"{more}: {counted(len(head.models), 'model')}, {rows}.", *at)


def _headlines(context: Context) -> list[Block]:
    """What must not be overlooked in how the change was judged."""
    base = context.comparison.base
    told = list(base.headlines) if base is not None else []
    gates = [gate for gate in context.comparison.gates if gate.held]
    removed = [gate for gate in gates if gate.value is None and not gate.applies]
    if held := [gate for gate in gates if gate not in removed]:
        rules = ", ".join(dict.fromkeys(gate.rule for gate in held))
        told.append(f"this change removes or weakens gates of base, which hold until it is merged: {rules}")
    if removed:
        rules = ", ".join(f"{gate.rule} ({gate.model})" for gate in removed)
        told.append(f"gates of base are not checked, since their models were removed: {rules}")
    lines = tuple(line(*marked(f"{_capital(shorten(text, _HEADLINE)).rstrip('.')}.")) for text in told[:_LISTED])
    return [Alert("warning", lines)] if lines else []


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _gates(context: Context) -> list[Block]:
    """What failed, warned or was not compared; that all passed is the title of their section."""
    gates = context.comparison.gates
    failed = [gate for gate in gates if gate.failed and gate.severity == "fail"]
    warned = [gate for gate in gates if gate.failed and gate.severity == "warn"]
    lines = [
        _rules(f"{len(missed)} of {counted(len(gates), 'gate')} {what}: ", missed)
        for missed, what in ((failed, "failed"), (warned, "warned"))
        if missed
    ]
    missing = [gate for gate in gates if gate.state == "not compared"]
    lines += [_missing(missing, len(gates))] if missing else []
    return [Alert("caution" if failed else "warning", tuple(lines))] if lines else []


def _missing(gates: list[GateResult], count: int) -> Line:
    """Each reason for which gates were not compared once, with the gates."""
    rules: dict[str, list[str]] = {}
    for gate in gates:
        rules.setdefault((gate.reason or "").removeprefix("not compared: "), []).append(f"{gate.rule} ({gate.model})")
    told = [f"{shorten(', '.join(each), _NAMES)}: {shorten(why, _REASON)}" for why, each in rules.items()]
    title = f"{len(gates)} of {counted(count, 'gate')} not compared: "
    return line(strong(title), *marked(f"{'; '.join(told[:_LISTED])}."))


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
