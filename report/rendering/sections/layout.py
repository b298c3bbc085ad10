"""Tables by columns, and how many columns fit beside each other at the width of a comment."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from ..document import Cell, Column, Table

COMMENT_WIDTH = 800  # CSS pixels
_LETTER = 7.0  # of GitHub's text at 14 px, on average
_SMALL = 0.75
_PADDING = 27  # a cell's, with its border
_WRAPPED = 20  # letters of small type before it may wrap


class Track(NamedTuple):
    """A column with its cells, from top to bottom."""

    column: Column
    cells: Sequence[Cell]


def table_of(tracks: Sequence[Track]) -> Table:
    """One table of all columns."""
    return Table(tuple(track.column for track in tracks), tuple(zip(*(track.cells for track in tracks), strict=True)))


def tables_of(first: Track, others: Sequence[Track]) -> list[Table]:
    """As few tables as fit the width, about equally wide, each with the first column."""
    room = COMMENT_WIDTH - track_width(first)
    size = -(-len(others) // max(1, _groups(others, room)))
    return [table_of([first, *others[start : start + size]]) for start in range(0, len(others), max(1, size))]


def fitting(tracks: Sequence[Track], room: float) -> Sequence[Track]:
    """The first tracks that fit into `room` CSS pixels."""
    used = 0.0
    for count, track in enumerate(tracks):
        used += track_width(track)
        if used > room:
            return tracks[:count]
    return tracks


def track_width(track: Track) -> float:
    """About how wide a column is in CSS pixels: its title may wrap between words, its cells do not."""
    words = (_LETTER * len(word) for word in track.column.title.split())
    return max((*words, *map(_cell_width, track.cells)), default=0.0) + _PADDING


def _cell_width(cell: Cell) -> float:
    beside = sum(len(span.text) for span in cell if not span.is_below)
    under = max((len(span.text) for span in cell if span.is_below), default=0)
    return _LETTER * max(beside, _SMALL * min(under, _WRAPPED))


def _groups(tracks: Sequence[Track], room: float) -> int:
    groups, used = 0, room + 1
    for track in tracks:
        used += track_width(track)
        if used > room:
            groups, used = groups + 1, track_width(track)
    return groups
