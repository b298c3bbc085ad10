"""Keys: what each model's line looks like, with its name and a figure."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from . import style
from .text import POINTS, text_width

if TYPE_CHECKING:
    from .canvas import Card

ROW = 20.0


class Entry(NamedTuple):
    """A line of a key; `value` is a figure as text, or nothing."""

    name: str
    look: style.ModelStyle
    value: str = ""


class Key(NamedTuple):
    """Entries in rows from left to right, each column as wide as the widest entry."""

    entries: tuple[Entry, ...]
    width: float

    @property
    def columns(self) -> int:
        return max(1, min(len(self.entries), int(self.width // self._column)))

    @property
    def height(self) -> float:
        return -(-len(self.entries) // self.columns) * ROW

    @property
    def _column(self) -> float:
        return 52 + max(
            text_width(e.name, style.TEXT) + text_width(e.value, style.TEXT, bold=True) for e in self.entries
        )

    def draw(self, card: Card, left: float, top: float) -> None:
        for index, (name, look, value) in enumerate(self.entries):
            row, column = divmod(index, self.columns)
            x, y = left + column * self._column, top + row * ROW + 10
            card.mark([x, x + 22], [y, y], line=look.dashes, color=look.colour, linewidth=2 * POINTS)
            card.mark([x + 11], [y], marker=look.marker, line="", color=look.colour, markersize=7 * POINTS)
            card.text(x + 29, y + 4, name)
            if value:
                card.text(x + 36 + text_width(name, style.TEXT), y + 4, value, weight="bold")
