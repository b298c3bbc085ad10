"""Warnings near the top, in short: a count with the details behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from ..document import Bullets, Line, Section, Span, marked, strong
from ..escaping import shorten
from .context import Context, counted, rest_of

if TYPE_CHECKING:
    from ...core.values import Notice

ID = "warnings"
_AT_MOST = 50
_LONGEST = 600  # characters of a message
_SUBJECT = 120  # and of what it is about


def build(context: Context) -> Section | None:
    return notices_section(context, "warning", ID, "⚠️ {}", "warning")


def notices_section(
    context: Context, severity: Literal["warning", "note"], section: str, title: str, noun: str
) -> Section | None:
    """The notices of one severity; the evaluation has those of the data and the models already, each once."""
    notices = [notice for notice in (*context.head.notices, *context.notices) if notice.severity == severity]
    if not notices:
        return None
    items = tuple(map(_item, notices[:_AT_MOST]))
    blocks = (Bullets(items), *rest_of(len(notices) - _AT_MOST, noun))
    return Section(section, title.format(counted(len(notices), noun)), blocks, folded=True)


def _item(notice: Notice) -> Line:
    about = (strong(shorten(notice.subject, _SUBJECT)), Span(": ")) if notice.subject else ()
    advice = (Span(" → "), *marked(shorten(notice.hint, _LONGEST))) if notice.hint else ()
    return (*about, *marked(shorten(notice.message, _LONGEST)), *advice)
