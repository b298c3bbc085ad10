"""Text of others in a log or a terminal: nothing of it comes to life."""

from __future__ import annotations

import re
import sys

_UNSEEN = re.compile(  # control characters, line breaks that runners do not see, marks of direction, tags
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\U000e0000-\U000e007f]"
)
_MARKER = re.compile(r":(?=:)|#(?=#\[)")  # the runner looks for "::" and for "##["


def log_text(text: str) -> str:
    """Text for a log or a terminal: no workflow command and no escape sequence in it comes to life."""
    shown = visible(text.replace("\r\n", "\n")).replace("\r", "\N{REPLACEMENT CHARACTER}")
    return _MARKER.sub("\\g<0>\N{ZERO WIDTH SPACE}", shown)


def to_log(text: str) -> None:
    """Write lines of text to the log."""
    sys.stderr.write(f"{log_text(text)}\n")


def visible(text: str) -> str:
    """Characters that act but are not seen, shown as �; line breaks and tabs stay."""
    return _UNSEEN.sub("\N{REPLACEMENT CHARACTER}", text)
