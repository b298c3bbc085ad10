"""The primary metric on the validation rows that have one value in one column."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...core.numbers import MISSING, format_count
from ..document import Block, Cell, Column, Paragraph, Section, code, line, plain
from ..escaping import shorten
from .context import LONGEST_NAME, Context, directed_title, metric_text, rest_of, value_column
from .layout import Track, tables_of

if TYPE_CHECKING:
    from ...core.results import ModelEvaluation, SliceScore

ID = "slices"
_AT_MOST = 50  # values of one column


def build(context: Context) -> Section | None:
    models = [model for model in context.head.models if model.slices]
    columns = dict.fromkeys(score.column for model in models for score in model.slices)
    if not columns:
        return None
    legend = Paragraph(plain(f"{directed_title(context.head.primary)} on validation rows."), muted=True)
    blocks = (block for column in columns for block in _column(context, models, column))
    return Section(ID, "Slices", (*blocks, legend), folded=True)


def _column(context: Context, models: list[ModelEvaluation], column: str) -> list[Block]:
    scores = [_scores(context, model, column) for model in models]
    rows = {value: score.n_rows for by_value in scores for value, score in by_value.items()}
    shown = sorted(rows, key=lambda value: -rows[value])[:_AT_MOST]
    values = Track(Column("Value"), [plain(shorten(value, LONGEST_NAME)) for value in shown])
    counts = Track(value_column("Rows"), [plain(format_count(rows[value])) for value in shown])
    tracks = [
        Track(value_column(shorten(model.name, LONGEST_NAME)), [_cell(context, by_value.get(value)) for value in shown])
        for model, by_value in zip(models, scores, strict=True)
    ]
    return [
        Paragraph(line("By ", code(column), ":")),
        *tables_of(values, [counts, *tracks]),
        *rest_of(len(rows) - len(shown), "value"),
    ]


def _scores(context: Context, model: ModelEvaluation, column: str) -> dict[str, SliceScore]:
    primary = context.head.primary.name
    return {score.value: score for score in model.slices if score.column == column and score.metric == primary}


def _cell(context: Context, score: SliceScore | None) -> Cell:
    return plain(MISSING if score is None else metric_text(score.score, context.head.primary))
