"""What is worth knowing and no warning."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .warnings import notices_section

if TYPE_CHECKING:
    from ..document import Section
    from .context import Context

ID = "notes"


def build(context: Context) -> Section | None:
    return notices_section(context, "note", ID, "{}", "note")
