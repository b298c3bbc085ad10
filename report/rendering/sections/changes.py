"""What changed between base and head: parameters, configuration, data, packages."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ...core.numbers import MISSING, format_count, format_number, format_share
from ..document import Block, Bullets, Cell, Column, Paragraph, Section, Span, Table, code, line, plain, strong
from ..escaping import shorten
from .context import LONGEST_NAME, Context, counted, rest_of, value_column

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ...core.comparison import ChangedFile, ChangedFiles, ColumnChange, DataChange, ModelPair, ValueChange

ID = "changes"
_AT_MOST = 40  # rows of one table
_VALUE = 60  # characters of a value
_BEFORE = 15  # of them, before the first difference of two long ones
_DETAIL = 100
_FATES = {"added": " was added", "removed": " was removed", "renamed": " was called "}
_FILES = 5  # of a kind that are named
_FILES_OF = {"code": "Code that ran", "data": "Data files", "other": "Other files"}
_STATES = {"comments": "comments alone", "added": "new", "deleted": "deleted"}
_DEFAULT = "default"  # what a parameter has that is not given
_OF_STEP = re.compile(r"preprocess\[\d+\]\.(columns|apply)")


def build(context: Context) -> Section | None:
    base = context.comparison.base
    if base is None:
        return None
    data = _data(base.data) if base.data is not None else []
    blocks = [
        *_models(base.pairs),
        *_parameters(base.pairs),
        *_values("Configuration", base.config),
        *data,
        *_values("Package", base.packages),
    ]
    if not blocks and base.status == "compared" and base.data is not None:
        blocks = [Paragraph(plain(_the_same(base.files)))]
    blocks += _files(base.files)
    return Section(ID, "What changed", tuple(blocks)) if blocks else None


def _the_same(groups: Sequence[ChangedFiles]) -> str:
    """What is the same where no value differs; code and files that were read may set parameters of their own."""
    kinds = {group.kind for group in groups if any(file.what != "comments" for file in group.files)}
    if "data" in kinds:
        return "What the configuration says and the packages are the same."
    if kinds - {"not run"}:
        return "What the configuration says, the data and the packages are the same."
    return "Parameters, configuration, data and packages are the same."


def _files(groups: Sequence[ChangedFiles]) -> list[Block]:
    """What changed in the repository beside the configuration."""
    return [Bullets(tuple(line(*_told_of_files(group)) for group in groups))] if groups else []


def _told_of_files(group: ChangedFiles) -> Iterator[Span]:
    """The names of a kind, the first few, in a sentence."""
    is_unrun, more = group.kind == "not run", group.n_files - len(group.files[:_FILES])
    if not is_unrun:
        yield Span(f"{_FILES_OF[group.kind]}: ")
    for number, file in enumerate(group.files[:_FILES]):
        if number:
            yield Span(", ")
        yield from _file(file)
    ending = f" and {format_count(more)} more" if more else ""
    them = "it" if group.n_files == 1 else "them"
    yield Span(f"{ending} changed, but this report does not run {them}." if is_unrun else f"{ending}.")


def _file(file: ChangedFile) -> Iterator[Span]:
    if file.before is not None:
        yield from (code(shorten(file.before, LONGEST_NAME)), Span(" → "))
    yield code(shorten(file.name, LONGEST_NAME))
    if file.what in _STATES:
        yield Span(f" ({_STATES[file.what]})")


def _models(pairs: Sequence[ModelPair]) -> list[Block]:
    """Models that only one side has, or that are called otherwise."""
    told = [
        line("Model ", strong(shorten(pair.head or pair.base or "", LONGEST_NAME)), *_fate(pair))
        for pair in pairs
        if pair.status in _FATES
    ]
    return [Bullets(tuple(told[:_AT_MOST])), *rest_of(len(told) - _AT_MOST, "model")] if told else []


def _fate(pair: ModelPair) -> Iterator[str | Span]:
    yield _FATES[pair.status]
    if pair.status == "renamed":
        yield strong(shorten(pair.base or "", LONGEST_NAME))
        yield " in base"
    yield "."


def _parameters(pairs: Sequence[ModelPair]) -> list[Block]:
    changed = [(pair.head or pair.base or "", change) for pair in pairs for change in pair.params]
    rows = tuple((line(strong(shorten(name, LONGEST_NAME))), *_parameter_row(change)) for name, change in changed)
    columns = (Column("Model"), Column("Parameter"), Column("Base"), Column("Head"))
    return [Table(columns, rows[:_AT_MOST]), *rest_of(len(rows) - _AT_MOST, "parameter")] if rows else []


def _parameter_row(change: ValueChange) -> tuple[Cell, ...]:
    """A parameter that is not given has its default; a step of preprocessing that is not there has nothing."""
    return _value_row(change, MISSING if _OF_STEP.fullmatch(change.name) else _DEFAULT)


def _values(title: str, changes: Sequence[ValueChange]) -> list[Block]:
    rows = tuple(map(_value_row, changes[:_AT_MOST]))
    columns = (Column(title), Column("Base"), Column("Head"))
    return [Table(columns, rows), *rest_of(len(changes) - _AT_MOST, "change")] if rows else []


def _value_row(change: ValueChange, absent: str = MISSING) -> tuple[Cell, ...]:
    named = line(code(shorten(change.name, LONGEST_NAME)))
    base, head = _apart(change.base, change.head)
    return named, _value(base, absent), _value(head, absent)


def _apart(base: str | None, head: str | None) -> tuple[str | None, str | None]:
    """The values from where they differ, if that is behind what is shown of them."""
    if base is None or head is None or shorten(base, _VALUE) != shorten(head, _VALUE):
        return base, head
    pairs = enumerate(zip(base, head, strict=False))
    first = next((place for place, (was, now) in pairs if was != now), min(len(base), len(head)))
    start = max(0, first - _BEFORE)
    return f"…{base[start:]}", f"…{head[start:]}"


def _value(value: str | None, absent: str) -> Cell:
    return plain(absent) if value is None else line(code(shorten(value, _VALUE)))


def _data(data: DataChange) -> list[Block]:
    items = [plain(text) for text in _rows(data)]
    blocks = [*([Bullets(tuple(items))] if items else []), *_columns(data.columns), *_balance(data)]
    note = [Paragraph(plain(data.note), muted=True)] if data.note and blocks else []
    return [*blocks, *note]


def _rows(data: DataChange) -> Iterator[str]:
    if data.n_added or data.n_removed or data.n_edited:
        counts = ((data.n_added, "added"), (data.n_removed, "removed"), (data.n_edited, "edited"))
        edits = ", ".join(f"{format_count(count)} {what}" for count, what in counts)
        yield f"Rows: {format_count(data.n_base)} → {format_count(data.n_head)}; {edits}."
    if data.order:
        yield f"The {' and the '.join(data.order)} come in another order."
    if data.n_leaked:
        kept = counted(data.n_leaked, "row")
        why = "head validates on them, on their group, or on earlier ones"
        yield f"Base did not learn from {kept} of its training part: {why}."


def _columns(changes: Sequence[ColumnChange]) -> list[Block]:
    if not changes:
        return []
    rows = tuple(
        (
            plain(shorten(change.name, LONGEST_NAME)),
            plain(change.change),
            plain(shorten(change.detail, _DETAIL)),
            plain(format_number(change.statistic, 3)),
        )
        for change in changes[:_AT_MOST]
    )
    columns = (Column("Column"), Column("Change"), Column("Detail"), value_column("Statistic"))
    return [Table(columns, rows), *rest_of(len(changes) - _AT_MOST, "column")]


def _balance(data: DataChange) -> list[Block]:
    shares = [(label, format_share(base), format_share(head)) for label, (base, head) in (data.balance or {}).items()]
    changed = [entry for entry in shares if entry[1] != entry[2]]
    if not changed:
        return []
    rows = tuple((plain(shorten(label, LONGEST_NAME)), plain(base), plain(head)) for label, base, head in changed)
    columns = (Column("Class"), value_column("Share in base"), value_column("Share in head"))
    return [Table(columns, rows[:_AT_MOST]), *rest_of(len(rows) - _AT_MOST, "class", "classes")]
