"""Rows whose prediction changed between base and head, with both answers and the truth."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...core.numbers import format_count
from ..document import Block, Column, Fold, Paragraph, Section, line, plain, strong
from ..escaping import shorten
from .comparing import compared, ordered_pairs
from .context import Context, counted
from .layout import COMMENT_WIDTH, Track, fitting, table_of, track_width
from .samples import answer_cell

if TYPE_CHECKING:
    from ...core.comparison import ChangedPredictions

ID = "changed_predictions"
_LONGEST = 30  # characters of a cell


def build(context: Context) -> Section | None:
    base = compared(context)
    pairs = ordered_pairs(context, base) if base else []
    changed = [(pair.head or "", pair.predictions) for pair in pairs if pair.predictions and pair.predictions.n_changed]
    if not changed:
        return None
    (name, first), *others = changed
    inner = tuple(block for other, rows in others for block in _blocks(other, rows, context))
    folds = (Fold("Of the other models", inner),) if inner else ()
    return Section(ID, "Changed predictions", (*_blocks(name, first, context), *folds))


def _blocks(name: str, changed: ChangedPredictions, context: Context) -> tuple[Block, ...]:
    counts = Paragraph(line(strong(name), f": {_counts(changed, context)}"))
    if not changed.rows:
        return (counts,)
    rows = changed.rows
    fixed = [
        _track("Truth", [row.truth for row in rows]),
        Track(Column("Base"), [answer_cell(row.base) for row in rows]),
        Track(Column("Head"), [answer_cell(row.head) for row in rows]),
    ]
    names = _track("Row", [row.row for row in rows])
    features = [_track(title, [row.cells[index] for row in rows]) for index, title in enumerate(changed.columns)]
    room = COMMENT_WIDTH - sum(map(track_width, [names, *fixed]))
    return counts, table_of([names, *fitting(features, room), *fixed])


def _counts(changed: ChangedPredictions, context: Context) -> str:
    rows = f"{format_count(changed.n_changed)} of {counted(changed.n_rows, 'prediction')}"
    fixed, broken = format_count(changed.n_fixed), format_count(changed.n_broken)
    if context.head.task.is_classification:
        return f"{rows} changed: {fixed} fixed, {broken} broken."
    return f"{rows} moved by more than a tenth of the target's spread: {fixed} closer to the truth, {broken} farther."


def _track(title: str, texts: list[str]) -> Track:
    return Track(Column(shorten(title, _LONGEST)), [plain(shorten(text, _LONGEST)) for text in texts])
