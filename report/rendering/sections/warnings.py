"""Warnings near the top, in short: a count with the details behind it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Literal

from ..document import Bullets, Line, Section, Span, marked, strong
from ..escaping import shorten
from .context import Context, counted, rest_of

if TYPE_CHECKING:
    from collections.abc import Iterator

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
    """The notices of one severity; what is noticed of several models is said once."""
    subjects: dict[Notice, list[str]] = {}
    for notice in _notices(context):
        if notice.severity == severity:
            about = subjects.setdefault(replace(notice, subject=None), [])
            about += [notice.subject] if notice.subject and notice.subject not in about else []
    if not subjects:
        return None
    items = tuple(_item(notice, ", ".join(about)) for notice, about in subjects.items())
    blocks = (Bullets(items[:_AT_MOST]), *rest_of(len(items) - _AT_MOST, noun))
    return Section(section, title.format(counted(len(items), noun)), blocks, folded=True)


def _notices(context: Context) -> Iterator[Notice]:
    """All notices, each of which has one place: the data, the evaluation, base, a model, or this report."""
    base = context.comparison.base
    yield from context.head.data.notices
    yield from context.head.notices
    yield from base.notices if base is not None else ()
    for model in context.head.models:
        yield from (notice if notice.subject else replace(notice, subject=model.name) for notice in model.notices)
    yield from context.notices


def _item(notice: Notice, subjects: str) -> Line:
    about = (strong(shorten(subjects, _SUBJECT)), Span(": ")) if subjects else ()
    advice = (Span(" → "), *marked(shorten(notice.hint, _LONGEST))) if notice.hint else ()
    return (*about, *marked(shorten(notice.message, _LONGEST)), *advice)
