"""What matching says of rows, and how a comparison ends where they cannot be matched."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd

_EXAMPLES = 2
_CELLS = 3
_LONGEST = 24  # characters of a cell


class NotComparable(Exception):  # noqa: N818 - not an error: a way in which a comparison ends
    """Base predicts something else, or its rows cannot be matched; the message says what."""


def counted(count: int, noun: str = "row") -> str:
    """A count with its noun."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def examples(pairs: Iterable[tuple[int, int]]) -> str:
    """Two pairs of rows, counted from 1: (head, base)."""
    shown = [f"row {head + 1:,} of head and row {base + 1:,} of base" for head, base in list(pairs)[:_EXAMPLES]]
    return "; ".join(shown)


def first_rows(frame: pd.DataFrame) -> str:
    """The first cells of the first two rows."""
    cells = frame.iloc[:_EXAMPLES, :_CELLS]
    return " and ".join(
        "(" + ", ".join(f"{name} {_short(value)}" for name, value in row.items()) + ")"
        for row in cells.to_dict("records")
    )


def _short(value: Any) -> str:
    text = str(value)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
