"""The report in a few lines for a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .document import Alert, Paragraph, text_of
from .escaping import one_line
from .sections import Context, summary

if TYPE_CHECKING:
    from ..core.comparison import Comparison
    from .document import Block


def console_summary(comparison: Comparison) -> str:
    """The verdict, gates and failures, as plain lines in which no control character is left."""
    blocks = summary.build(Context(comparison)).blocks
    return "\n".join(one_line(text) for block in blocks for text in _lines(block))


def _lines(block: Block) -> list[str]:
    if isinstance(block, Paragraph):
        return [text_of(block.line)]
    return [text_of(line) for line in block.lines] if isinstance(block, Alert) else []
