"""The report as blocks of text: what Markdown, the page and the terminal are printed from, cell by cell the same."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import ClassVar, Literal, TypeAlias

Style: TypeAlias = Literal["plain", "strong", "code", "below", "strong below"]
AlertKind: TypeAlias = Literal["note", "warning", "caution"]


@dataclass(frozen=True)
class Span:
    """A piece of a line; never markup: whoever prints it escapes it. "below" is small type on a line of its own."""

    text: str
    style: Style = "plain"

    @property
    def is_below(self) -> bool:
        return self.style in ("below", "strong below")


Line: TypeAlias = tuple[Span, ...]
Cell: TypeAlias = Line


@dataclass(frozen=True)
class Paragraph:
    """A line of text; a muted one explains and can be skipped."""

    line: Line
    muted: bool = False
    kind: ClassVar[str] = "paragraph"


@dataclass(frozen=True)
class Alert:
    """Lines that must not be overlooked."""

    level: AlertKind
    lines: tuple[Line, ...]
    kind: ClassVar[str] = "alert"


@dataclass(frozen=True)
class Column:
    """A column of a table."""

    title: str
    align: Literal["left", "right", "center"] = "left"


@dataclass(frozen=True)
class Table:
    """A table; each row has one cell a column."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    kind: ClassVar[str] = "table"


@dataclass(frozen=True)
class Bullets:
    """A list without order."""

    items: tuple[Line, ...]
    kind: ClassVar[str] = "bullets"


@dataclass(frozen=True)
class Code:
    """Text as it is, in lines."""

    text: str
    kind: ClassVar[str] = "code"


@dataclass(frozen=True)
class Figure:
    """A picture; file : relative to the report's folder, width : in CSS pixels.

    address : where the file is for readers who have no folder, such as those of a comment.
    """

    file: Path
    alt: str
    width: int
    address: str | None = None

    @property
    def id(self) -> str:
        return self.file.stem


@dataclass(frozen=True)
class Figures:
    """Pictures, beside each other where there is room."""

    items: tuple[Figure, ...]
    kind: ClassVar[str] = "figures"


@dataclass(frozen=True)
class Fold:
    """Blocks behind a title that a reader opens."""

    title: str
    blocks: tuple[Block, ...]
    kind: ClassVar[str] = "fold"


Block: TypeAlias = "Paragraph | Alert | Table | Bullets | Code | Figures | Fold"


@dataclass(frozen=True)
class Section:
    """A part of the report; `id` is what `report.sections` chooses it by. One without a title has no heading."""

    id: str
    title: str
    blocks: tuple[Block, ...]
    folded: bool = False


@dataclass(frozen=True)
class Document:
    """The whole report. `details` are the folded sections at its end; `footer` says what it was made from."""

    title: str
    sections: tuple[Section, ...]
    details: tuple[Section, ...] = ()
    footer: Line = ()
    left_out: tuple[str, ...] = ()  # titles of sections for which there was no room


def plain(text: str) -> Line:
    """A line of plain text."""
    return (Span(text),)


def strong(text: str) -> Span:
    return Span(text, "strong")


def code(text: str) -> Span:
    return Span(text, "code")


def below(text: str, *, strong: bool = False) -> Span:
    return Span(text, "strong below" if strong else "below")


def line(*parts: str | Span) -> Line:
    """A line of plain text and spans, in their order."""
    return tuple(Span(part) if isinstance(part, str) else part for part in parts)


def marked(text: str) -> Line:
    """A message of our own making, what stands between backticks as code."""
    pieces = text.split("`")
    if len(pieces) % 2 == 0:
        return (Span(text),)
    return tuple(Span(piece, "code" if place % 2 else "plain") for place, piece in enumerate(pieces) if piece)


def text_of(spans: Line) -> str:
    """A line without its styles."""
    return "".join(f" ({span.text})" if span.is_below else span.text for span in spans)


def with_pictures(document: Document, addresses: Mapping[str, str]) -> Document:
    """The document with the pictures that have an address, by their id, and without what is empty then."""

    def placed(sections: tuple[Section, ...]) -> tuple[Section, ...]:
        kept = (replace(section, blocks=_place_pictures(section.blocks, addresses)) for section in sections)
        return tuple(section for section in kept if section.blocks)

    return replace(document, sections=placed(document.sections), details=placed(document.details))


def picture_ids(document: Document) -> tuple[str, ...]:
    """The ids of all pictures, in their order."""
    blocks = (block for section in (*document.sections, *document.details) for block in section.blocks)
    return tuple(_picture_ids(blocks))


def _picture_ids(blocks: Iterable[Block]) -> Iterator[str]:
    for block in blocks:
        if isinstance(block, Figures):
            yield from (figure.id for figure in block.items)
        elif isinstance(block, Fold):
            yield from _picture_ids(block.blocks)


def _place_pictures(blocks: tuple[Block, ...], addresses: Mapping[str, str]) -> tuple[Block, ...]:
    kept: list[Block] = []
    for block in blocks:
        if isinstance(block, Fold):
            inner = _place_pictures(block.blocks, addresses)
            kept += [replace(block, blocks=inner)] if inner else []
        elif isinstance(block, Figures):
            items = tuple(replace(each, address=addresses[each.id]) for each in block.items if each.id in addresses)
            kept += [Figures(items)] if items else []
        else:
            kept.append(block)
    return tuple(kept)
