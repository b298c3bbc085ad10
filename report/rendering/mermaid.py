"""Charts in the language of mermaid, which GitHub draws in the reader's browser: https://mermaid.js.org/syntax/xyChart.html

A chart reaches a program of its own there: every word is a quoted string of letters, digits and a few harmless marks.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from .escaping import shorten

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .document import Chart

LONGEST = 40  # characters of a label
_MARKS = " .,:()+-−–_→²"
_COLOURS = "#0072B2, #D55E00, #848d97"  # those of the plots
_BAR = 22  # height of a bar with its space, in pixels


def render_chart(chart: Chart) -> str:
    """The chart as a fenced block."""
    lines = [
        _settings(chart),
        f"xychart-beta{' horizontal' if chart.labels else ''}",
        f"    title {_quoted(chart.title, 2 * LONGEST)}",
        f"    x-axis {_x_axis(chart)}",
        f"    y-axis {_quoted(chart.y)} {_number(chart.limits[0])} --> {_number(chart.limits[1])}",
        *(f"    {'bar' if chart.labels else 'line'} [{', '.join(map(_number, values))}]" for values in chart.series),
    ]
    return "\n".join(["```mermaid", *lines, "```"])


def _settings(chart: Chart) -> str:
    height = 110 + _BAR * len(chart.labels) if chart.labels else 300
    size = f'"xyChart": {{"width": 760, "height": {height}, "titleFontSize": 16}}'
    return f'%%{{init: {{{size}, "themeVariables": {{"xyChart": {{"plotColorPalette": "{_COLOURS}"}}}}}}}}%%'


def _x_axis(chart: Chart) -> str:
    if chart.labels:
        return f"[{', '.join(map(_quoted, _distinct(chart.labels)))}]"
    return f"{_quoted(chart.x)} {_number(chart.x_limits[0])} --> {_number(chart.x_limits[1])}"


def _quoted(text: str, longest: int = LONGEST) -> str:
    """A string in which nothing has a meaning: no quote, backtick, entity, directive or markup."""
    kept = "".join(character if character.isalnum() or character in _MARKS else "_" for character in text)
    return f'"{shorten(kept, longest) or "_"}"'


def _distinct(labels: Sequence[str]) -> list[str]:
    """Bars of one name would lie on each other: later ones get a number."""
    found: dict[str, None] = {}
    for label in labels:
        unique, count = label, 2
        while _quoted(unique) in map(_quoted, found):
            unique, count = f"{shorten(label, LONGEST - 5)} ({count})", count + 1
        found[unique] = None
    return list(found)


def _number(value: float) -> str:
    """Without an exponent, which the language does not know."""
    return format(Decimal(f"{value:.5g}"), "f")
