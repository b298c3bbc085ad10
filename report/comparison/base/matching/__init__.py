"""Which rows of head are rows of base."""

from .edits import LABEL, edited_rows, first_positions, held_back
from .match import match_rows
from .words import NotComparable

__all__ = ["LABEL", "NotComparable", "edited_rows", "first_positions", "held_back", "match_rows"]
