"""Warnings near the top, in short: a count with the details behind it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Literal

from ..document import Bullets, Line, Section, Span, marked, strong
from ..escaping import shorten
from .context import Context, counted, rest_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ...core.values import Notice

ID = "warnings"
_AT_MOST = 50
_LONGEST = 600  # characters of a message


def build(context: Context) -> Section | None:
    return notices_section(context, "warning", ID, "⚠️ {}", "warning")


def notices_section(
    context: Context, severity: Literal["warning", "note"], section: str, title: str, noun: str
) -> Section | None:
    """The notices of one severity, each message once with all that it is about."""
    grouped: dict[tuple[str, str | None], list[str]] = {}
    for notice in all_notices(context):
        if notice.severity == severity:
            subjects = grouped.setdefault((notice.message, notice.hint), [])
            subjects += [notice.subject] if notice.subject and notice.subject not in subjects else []
    if not grouped:
        return None
    items = [_item(message, hint, subjects) for (message, hint), subjects in grouped.items()]
    blocks = (Bullets(tuple(items[:_AT_MOST])), *rest_of(len(items) - _AT_MOST, noun))
    return Section(section, title.format(counted(len(items), noun)), blocks, folded=True)


def all_notices(context: Context) -> Iterator[Notice]:
    """Every notice: of the data, of the evaluation, of each model, and of the report itself."""
    head = context.head
    yield from head.data.notices
    yield from head.notices
    for model in head.models:
        for notice in model.notices:
            yield notice if notice.subject else _about(notice, model.name)
    yield from context.notices


def _about(notice: Notice, model: str) -> Notice:
    return replace(notice, subject=model)


def _item(message: str, hint: str | None, subjects: Sequence[str]) -> Line:
    named = ", ".join(subjects[:5]) + (f" and {len(subjects) - 5} more" if len(subjects) > 5 else "")
    about = (strong(named), Span(": ")) if named else ()
    advice = (Span(" → "), *marked(shorten(hint, _LONGEST))) if hint else ()
    return (*about, *marked(shorten(message, _LONGEST)), *advice)
