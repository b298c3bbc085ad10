"""The document as it fits into a comment or a job summary: what has no room is left out, and named."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .document import with_pictures
from .fitting import shorter_documents
from .markdown import render_markdown

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from .document import Document
    from .fitting import Measure

RESERVED = 1_000  # for what publishing adds: a link to the page, its marks, CML's watermark
COMMENT_LIMIT = 60_000 - RESERVED  # characters; GitHub's own limit is 65,536
LONGEST_ADDRESS = 300  # characters of a hosted picture's
SUMMARY_LIMIT = 1_000_000 - RESERVED  # bytes; GitHub drops a job summary of more than 1 MiB


def render_comment(
    document: Document,
    render: Callable[[Document], str] = render_markdown,
    *,
    pictures: Mapping[str, str] | None = None,
    limit: int = COMMENT_LIMIT,
) -> str:
    """Markdown of at most `limit` characters, also where those beyond U+FFFF are counted as two.

    pictures : the address of each plot that is shown, by its id; others are left out.
    """
    return _fitting(with_pictures(document, pictures or {}), render, limit, utf16_length)


def render_summary(
    document: Document, render: Callable[[Document], str] = render_markdown, *, limit: int = SUMMARY_LIMIT
) -> str:
    """Markdown of at most `limit` bytes in UTF-8, without pictures."""
    return _fitting(with_pictures(document, {}), render, limit, _n_bytes)


def utf16_length(text: str) -> int:
    """The number of UTF-16 units, which is never less than that of characters."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _n_bytes(text: str) -> int:
    return len(text.encode("utf-8", "surrogatepass"))


def _fitting(document: Document, render: Callable[[Document], str], limit: int, measure: Measure) -> str:
    for shorter in shorter_documents(document, limit, measure):
        text = render(shorter)
        if measure(text) <= limit:
            return text
    return _fitting(document, render_markdown, limit, measure) if render is not render_markdown else text
