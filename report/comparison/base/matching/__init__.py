"""Which rows of head are rows of base."""

from .match import match_rows
from .words import NotComparable

__all__ = ["NotComparable", "match_rows"]
