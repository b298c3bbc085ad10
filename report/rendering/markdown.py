"""A document as GitHub's Markdown. All text is escaped here; the only markup is what this module writes itself."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from .document import Alert, Bullets, Chart, Code, Figure, Figures, Fold, Paragraph, Table, plain
from .escaping import NO_BREAK, code_block, code_span, escape_attribute, escape_markdown, one_line
from .mermaid import render_chart

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .document import Block, Document, Line, Section, Span, Style


def render_markdown(document: Document) -> str:
    """The whole document; pictures by their relative paths."""
    parts = [heading(document), *map(render_section, document.sections)]
    if document.details:
        parts += ["### Details", *map(render_section, document.details)]
    return "\n\n".join([*parts, closing(document)]).rstrip() + "\n"


def heading(document: Document) -> str:
    """The first line."""
    return f"## {escape_markdown(document.title)}"


def closing(document: Document) -> str:
    """The last lines: what was left out, and what the report was made from."""
    lines = []
    if document.left_out:
        titles = ", ".join(map(escape_markdown, document.left_out))
        lines.append(f"_Left out for want of room: {titles}. The whole report has them._")
    if document.footer:
        lines.append(_muted(document.footer))
    return "\n\n".join(lines)


@lru_cache(maxsize=64)  # a comment is rendered anew with each section that is left out of it
def render_section(section: Section) -> str:
    """One section with its heading, or behind it when it is folded."""
    blocks = _render_blocks(section.blocks)
    if section.folded:
        return _fold(section.title, blocks)
    return f"### {escape_markdown(section.title)}\n\n{blocks}" if section.title else blocks


def _render_blocks(blocks: Iterable[Block]) -> str:
    return "\n\n".join(map(_render_block, blocks))


def _render_block(block: Block) -> str:
    writer: Callable[[Any], str] = _WRITERS[type(block)]
    return writer(block)


def _render_line(line: Line) -> str:
    return "".join(map(_render_span, line)).strip()


def _render_span(span: Span) -> str:
    """One span; blanks at its ends part it from its neighbours, and stay outside of the markup."""
    before, after = _blank(span.text[:1]), _blank(span.text[-1:])
    return f"{before}{_STYLES[span.style](span.text)}{after}" if one_line(span.text) else before


def _blank(character: str) -> str:
    return character if character == NO_BREAK else " " * character.isspace()


def _strong(text: str) -> str:
    return f"**{escape_markdown(text)}**"


def _below(text: str) -> str:
    return f"<br><sub>{escape_markdown(text)}</sub>"


def _strong_below(text: str) -> str:
    return f"<br><sub>{_strong(text)}</sub>"


def _muted(line: Line) -> str:
    return f"<sub>{_render_line(line)}</sub>"


def _paragraph(paragraph: Paragraph) -> str:
    return _muted(paragraph.line) if paragraph.muted else _render_line(paragraph.line)


def _bullets(bullets: Bullets) -> str:
    return "\n".join(f"- {_render_line(item)}" for item in bullets.items)


def _code(code: Code) -> str:
    return code_block(code.text)


def _folded_blocks(fold: Fold) -> str:
    return _fold(fold.title, _render_blocks(fold.blocks))


def _alert(alert: Alert) -> str:
    paragraphs = "\n>\n".join(f"> {_render_line(line)}" for line in alert.lines)
    return f"> [!{alert.level.upper()}]\n{paragraphs}"


def _figures(figures: Figures) -> str:
    return f"<p>{' '.join(map(_figure, figures.items))}</p>"


def _figure(figure: Figure) -> str:
    address = escape_attribute(figure.address or figure.file.as_posix())
    return f'<img src="{address}" alt="{escape_attribute(figure.alt)}" width="{figure.width}">'


def _fold(title: str, blocks: str) -> str:
    return f"<details>\n<summary>{escape_attribute(title)}</summary>\n\n{blocks}\n\n</details>"


def _table(table: Table) -> str:
    from tabulate import tabulate

    rows = [[_render_line(cell) for cell in row] for row in table.rows]
    headers = [escape_markdown(column.title) for column in table.columns]
    aligned = [column.align for column in table.columns] if rows else None  # tabulate 0.9 aligns no table without rows
    return tabulate(rows, headers, tablefmt="pipe", colalign=aligned, disable_numparse=True)


def _chart(chart: Chart) -> str:
    caption = f"\n\n{_muted(plain(chart.caption))}" if chart.caption else ""
    return f"{render_chart(chart)}{caption}"


_WRITERS: dict[type, Callable[..., str]] = {
    Paragraph: _paragraph,
    Alert: _alert,
    Table: _table,
    Bullets: _bullets,
    Code: _code,
    Figures: _figures,
    Chart: _chart,
    Fold: _folded_blocks,
}

_STYLES: dict[Style, Callable[[str], str]] = {
    "plain": escape_markdown,
    "strong": _strong,
    "code": code_span,
    "below": _below,
    "strong below": _strong_below,
}
