"""Small multiples: panels in rows and columns on a card."""

from __future__ import annotations

from typing import NamedTuple

from . import style

TOP = 40.0


class Grid(NamedTuple):
    """Where panels are, in CSS pixels; each has a heading of 28 above what it shows."""

    panels: int
    columns: int
    panel_height: float
    width: float = style.WIDTH

    @property
    def panel_width(self) -> float:
        return (self.width - 2 * style.MARGIN + 12) / self.columns

    @property
    def height(self) -> float:
        """Of a card that holds all panels."""
        return TOP + -(-self.panels // self.columns) * self.panel_height + 6

    def at_bottom(self, index: int) -> bool:
        """Whether no panel is below this one."""
        return index + self.columns >= self.panels

    def place(self, index: int) -> tuple[float, float]:
        """The left and top of a panel."""
        row, column = divmod(index, self.columns)
        return style.MARGIN + column * self.panel_width, TOP + row * self.panel_height


def columns_for(count: int) -> int:
    """How many panels stand side by side."""
    if count <= 2:
        return count
    return 2 if count == 4 else 3 if count <= 6 else 4
