"""The document as it fits into a comment: without pictures, and with whole sections left out from the end."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from .document import without_figures
from .markdown import render_markdown

if TYPE_CHECKING:
    from collections.abc import Callable

    from .document import Document

LIMIT = 60_000  # characters; GitHub's own limit is 65,536, a watermark and a link included


def render_comment(
    document: Document, render: Callable[[Document], str] = render_markdown, *, limit: int = LIMIT
) -> str:
    """Markdown of at most `limit` characters; what was left out is named in it."""
    document = without_figures(document)
    text = render(document)
    while len(text) > limit and (document.details or document.sections):
        document = _without_last(document)
        text = render(document)
    return text if len(text) <= limit else render_markdown(replace(document, sections=(), details=()))[:limit]


def _without_last(document: Document) -> Document:
    *kept, last = document.details or document.sections
    left_out = (last.title, *document.left_out)
    if document.details:
        return replace(document, left_out=left_out, details=tuple(kept))
    return replace(document, left_out=left_out, sections=tuple(kept))
