"""What was run, on what, and with what: folded at the end of the report."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...core.numbers import MISSING, format_count, format_duration, format_in_unit, format_share
from ..document import Block, Bullets, Cell, Column, Line, Paragraph, Section, Span, Table, code, line, plain, strong
from ..escaping import NO_BREAK, shorten
from .comparing import compared
from .context import LONGEST_NAME, Context, counted, date_text, rest_of, value_column

if TYPE_CHECKING:
    from ...core.results import ModelEvaluation, SplitSummary
    from ...core.values import ColumnSummary

_COLUMNS = 60  # described one by one
_CLASSES = 60
_VALUE = 200  # characters of a parameter


def build_plots(context: Context) -> Section | None:
    figures = context.figures("details")
    return Section("plots", "More plots", figures, folded=True) if figures else None


def build_parameters(context: Context) -> Section:
    items = tuple(_parameters(model) for model in context.head.models)
    return Section("parameters", "Models: estimators, parameters and preprocessing", (Bullets(items),), folded=True)


def _parameters(model: ModelEvaluation) -> Line:
    given = [
        part for name, value in model.params.items() for part in (code(f"{name}={shorten(value, _VALUE)}"), Span(", "))
    ]
    params = (Span(" with "), *given[:-1]) if given else (Span(", parameters at their defaults"),)
    done = model.preprocessing.strip()
    return (strong(model.name), Span(": "), code(model.estimator), *params, Span(f". {done}" if done else "."))


_FIGURES = (
    ("Fit", "fit_seconds", "s"),
    ("Predict validation rows", "predict_seconds", "s"),
    ("Size, pickled", "size_bytes", "bytes"),
)


def build_timings(context: Context) -> Section:
    """Wall times and sizes, those of base first; each is measured once."""
    columns = (Column("Model"), *(value_column(title) for title, _, _ in _FIGURES))
    rows = tuple(_timing(model, context) for model in context.head.models)
    stages = ", ".join(f"{name} {format_duration(taken)}" for name, taken in context.comparison.run.seconds.items())
    whole: tuple[Block, ...] = (Paragraph(plain(f"Stages of the run: {stages}.")),) if stages else ()
    return Section("timings", "Timings and sizes", (Table(columns, rows), *whole), folded=True)


def _timing(model: ModelEvaluation, context: Context) -> tuple[Cell, ...]:
    base = compared(context)
    pair = base.pair(model.name) if base else None
    before = pair.evaluation if pair else None
    figures = (_figure(getattr(before, field, None), getattr(model, field), unit) for _, field, unit in _FIGURES)
    return (line(strong(shorten(model.name, LONGEST_NAME))), *figures)


def _figure(before: float | None, after: float | None, unit: str) -> Cell:
    """Base → head, or head alone."""
    now = format_in_unit(after, unit)
    return plain(now if before is None else f"{format_in_unit(before, unit)} → {now}".replace(" ", NO_BREAK))


def build_data(context: Context) -> Section:
    data = context.head.data
    summary = Paragraph(
        line(
            code(data.source),
            f": {format_count(data.n_rows)} labelled rows, {counted(len(data.columns), 'column')}. Fingerprint ",
            code(data.fingerprint[:16]),
            ".",
        )
    )
    columns = (Column("Column"), Column("Kind"), value_column("Missing"), value_column("Distinct"))
    table = (Table(columns, tuple(_column(column) for column in data.columns[:_COLUMNS])),) if data.columns else ()
    return Section("data", "Data", (summary, *table, *rest_of(len(data.columns) - _COLUMNS, "column")), folded=True)


def _column(column: ColumnSummary) -> tuple[Cell, ...]:
    unique = MISSING if column.unique is None else format_count(column.unique)
    return (
        plain(shorten(column.name, LONGEST_NAME)),
        plain(column.kind),
        plain(format_count(column.missing)),
        plain(unique),
    )


def build_split(context: Context) -> Section:
    split = context.head.split
    new = f", {format_count(split.n_new)} new" if split.n_new else ""
    rows = f"{format_count(split.n_train)} training rows, {format_count(split.n_validation)} validation rows{new}."
    if split.n_folds:
        rows = f"{format_count(split.n_validation)} rows{new}."
    summary = Paragraph(plain(f"{split.description.rstrip('.')}. {rows}"))
    return Section("split", "Split into training and validation", (summary, *_balance(split)), folded=True)


def _balance(split: SplitSummary) -> list[Block]:
    if not split.balance:
        return []
    shown = list(split.balance.items())[:_CLASSES]
    sides = [("Training rows", split.n_train), ("Validation rows", split.n_validation)]
    sides = [("Rows", split.n_validation)] if split.n_folds else sides
    columns = (Column("Class"), *(value_column(title) for title, _ in sides))
    rows = tuple(
        (
            plain(shorten(label, LONGEST_NAME)),
            *(plain(_share(count, total)) for count, (_, total) in zip(counts, sides, strict=False)),
        )
        for label, counts in shown
    )
    return [Table(columns, rows), *rest_of(len(split.balance) - len(shown), "class", "classes")]


def _share(count: int, total: int) -> str:
    return f"{format_count(count)} ({format_share(count / total)})" if total else format_count(count)


def build_metrics(context: Context) -> Section | None:
    items = tuple(
        line(strong(metric.title), " (", code(metric.name), f"): {metric.description}")
        for metric in context.head.metrics
        if metric.description
    )
    return Section("metrics", "What the metrics mean", (Bullets(items),), folded=True) if items else None


def build_environment(context: Context) -> Section:
    run = context.comparison.run
    items = [plain(f"Python {run.python} on {run.platform}, {counted(run.cores, 'core')}")]
    if run.packages:
        items.append(plain(", ".join(f"{name} {version}" for name, version in run.packages.items())))
    if run.seed_notice:
        items.append(plain(run.seed_notice))
    if run.config_file:
        items.append(line("Configuration: ", code(run.config_file)))
    if run.commit:
        items.append(line("Commit: ", code(run.commit)))
    items.append(plain(f"Started {date_text(run.started)}"))
    return Section("environment", "Environment", (Bullets(tuple(items)),), folded=True)
