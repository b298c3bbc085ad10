"""Text that has to fit: whole sections go from the end, and what is too long by itself loses rows, never syntax."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, TypeAlias

from ..core.numbers import format_count
from .document import Alert, Bullets, Code, Fold, Paragraph, Table, plain
from .escaping import shorten
from .markdown import render_section

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from .document import Block, Document, Line, Section

    Blocks: TypeAlias = tuple[Block, ...]
    Measure: TypeAlias = Callable[[str], int]  # the length of a text, as its reader counts it

LONGEST_TITLE = 200  # characters


def shorter_documents(document: Document, limit: int, measure: Measure) -> Iterator[Document]:
    """The document, then shorter and shorter ones: without details from the last, then without sections from the last.

    A section that would take more than half of the limit by itself is cut by rows and blocks before any is left out.
    """
    document = replace(document, title=shorten(document.title, LONGEST_TITLE))
    yield document
    while document.details:
        document = _without_last(document)
        yield document
    cut = tuple(shorten_section(section, limit // 2, measure) for section in document.sections)
    document = replace(document, sections=cut)
    yield document
    while document.sections:
        document = _without_last(document)
        yield document


def shorten_section(section: Section, limit: int, measure: Measure) -> Section:
    """The section when its Markdown fits into the limit, else its first blocks and rows, and how many are missing."""

    def fits(blocks: Blocks) -> bool:
        return measure(render_section(replace(section, blocks=blocks))) <= limit

    return replace(section, blocks=_shorten_blocks(section.blocks, fits))


def _without_last(document: Document) -> Document:
    *kept, last = document.details or document.sections
    left_out = (*([last.title] if last.title else []), *document.left_out)
    if document.details:
        return replace(document, left_out=left_out, details=tuple(kept))
    return replace(document, left_out=left_out, sections=tuple(kept))


def _shorten_blocks(blocks: Blocks, fits: Callable[[Blocks], bool]) -> Blocks:
    if fits(blocks):
        return blocks
    whole = _most(len(blocks) - 1, lambda n: fits((*blocks[:n], _note()))) if blocks else 0
    kept, broken = blocks[:whole], blocks[whole:]
    part = _first_part(broken[0], lambda block, note: fits((*kept, block, note))) if broken else ()
    return (*kept, *(part or (_note(),)))


def _first_part(block: Block, fits: Callable[[Block, Block], bool]) -> Blocks:
    """As much of a block as fits, and a note of what is not there; nothing where none of it would fit."""
    if isinstance(block, Fold):
        inner = _shorten_blocks(block.blocks, lambda blocks: fits(replace(block, blocks=blocks), _note()))
        return (replace(block, blocks=inner), _note()) if len(inner) > 1 else ()
    size, unit = _size(block)
    count = _most(size - 1, lambda n: fits(_first(block, n), _note(_rest(size - n, unit))))
    return (_first(block, count), _note(_rest(size - count, unit))) if count > 0 else ()


def _most(upper: int, fits: Callable[[int], bool]) -> int:
    """The greatest n from 0 to `upper` that fits; 0 when none does. What fits for n fits for less."""
    low, high = 0, max(0, upper)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if fits(middle) else (low, middle - 1)
    return low


def _size(block: Block) -> tuple[int, str]:
    """How many pieces a block can be cut into, and what they are called."""
    if isinstance(block, Table):
        return len(block.rows), "row"
    if isinstance(block, Bullets):
        return len(block.items), "line"
    if isinstance(block, Alert):
        return len(block.lines), "line"
    if isinstance(block, Code):
        return len(block.text.splitlines()), "line"
    if isinstance(block, Paragraph):
        return sum(len(span.text) for span in block.line), "character"
    return 0, ""


def _first(block: Block, n: int) -> Block:
    if isinstance(block, Table):
        return replace(block, rows=block.rows[:n])
    if isinstance(block, Bullets):
        return replace(block, items=block.items[:n])
    if isinstance(block, Alert):
        return replace(block, lines=block.lines[:n])
    if isinstance(block, Code):
        return replace(block, text="\n".join(block.text.splitlines()[:n]))
    if isinstance(block, Paragraph):
        return replace(block, line=_first_characters(block.line, n))
    return block


def _first_characters(line: Line, n: int) -> Line:
    kept = []
    for span in line:
        kept.append(replace(span, text=span.text[: max(0, n)]))
        n -= len(span.text)
    return tuple(span for span in kept if span.text)


def _rest(n: int, unit: str) -> str:
    return f" {format_count(n)} more {unit}{'' if n == 1 else 's'}" if unit else " the rest"


def _note(rest: str = " the rest") -> Block:
    return Paragraph(plain(f"Left out for want of room:{rest}. The whole report has it."), muted=True)
