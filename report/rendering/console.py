"""The report in a few lines for a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .document import Alert, Bullets, Paragraph, text_of
from .escaping import one_line
from .sections import Context, gates, summary, warnings

if TYPE_CHECKING:
    from ..core.comparison import Comparison
    from .document import Block


def console_summary(comparison: Comparison) -> str:
    """The verdict, gates, failures and how many warnings there are, as lines without control characters."""
    context = Context(comparison)
    lines = [text for block in summary.build(context).blocks for text in _lines(block)]
    listed = gates.build(context)
    passed = listed if listed is not None and listed.folded else None
    warned = warnings.build(context)
    titles = [f"{section.title}{more}" for section, more in ((passed, ""), (warned, ", see the report")) if section]
    return "\n".join(map(one_line, [*lines, *titles]))


def _lines(block: Block) -> list[str]:
    if isinstance(block, Paragraph):
        return [text_of(block.line)]
    lines = block.lines if isinstance(block, Alert) else block.items if isinstance(block, Bullets) else ()
    return list(map(text_of, lines))
