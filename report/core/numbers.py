"""The one place where numbers become text, so that every table, plot and comment shows the same figure."""

from __future__ import annotations

import math
from decimal import Decimal

MINUS = "−"  # a true minus sign: a hyphen may start a list item in Markdown
MISSING = "–"
_LARGE = 1e3  # from here on, places after the point give way to those before it
_HUGE = 1e15
_TINY = 1e-6


def format_number(value: float | None, digits: int = 4) -> str:
    """A value with `digits` places after the point, fewer from 1,000 on; huge and tiny ones in scientific notation.

    A number that is not zero never reads as zero; None and NaN read as "–".
    """
    if value is None or math.isnan(value):
        return MISSING
    if math.isinf(value):
        return "∞" if value > 0 else f"{MINUS}∞"
    size = abs(value)
    if size >= _HUGE or 0 < size < 0.5 * 10.0**-digits:
        return f"{value:.2e}".replace("-", MINUS)
    places = digits if size < _LARGE else max(0, digits + 2 - math.floor(math.log10(size)))
    return f"{value:,.{places}f}".replace("-", MINUS)


def format_change(change: float | None, digits: int = 4) -> str:
    """A change with its sign; one that is not zero never reads as zero."""
    if change is None or math.isnan(change):
        return MISSING
    text = format_number(change, digits)
    if change > 0:
        return f"+{text}"
    return text if change < 0 else "±0"


def format_points(change: float | None, digits: int = 4) -> str:
    """A change of a share of 1 in points of a hundred: +0.90 pt; `digits` are those of the share."""
    return MISSING if change is None or math.isnan(change) else f"{format_change(100 * change, max(1, digits - 2))} pt"


def format_change_in_unit(change: float | None, unit: str = "", digits: int = 4) -> str:
    """A change with its sign, in the unit of its metric: +120 ms, −1.5 MB, ±0 s."""
    if change is None or not math.isfinite(change) or unit not in ("s", "bytes"):
        return format_change(change, digits)
    if change == 0:
        return "±0 s" if unit == "s" else "±0 B"
    if unit == "s" and abs(change) < 0.001:
        return f"{format_change(1000 * change, 3)} ms"
    return f"{'+' if change > 0 else MINUS}{format_in_unit(abs(change), unit, digits)}"


def format_in_unit(value: float | None, unit: str = "", digits: int = 4) -> str:
    """A metric's value in its unit: seconds ("s") and "bytes" as people say them, anything else as a number."""
    if value is not None and math.isfinite(value):
        if unit == "s":
            return format_duration(value)
        if unit == "bytes":
            return format_bytes(round(value))
    return format_number(value, digits)


def format_exact(value: float) -> str:
    """A value with all of its digits and no more, as a person would write it: 0.85, 120, 1,000,000, −0.5."""
    if not math.isfinite(value):
        return format_number(value)
    written = Decimal(repr(value + 0.0)).normalize()  # + 0.0: a negative zero is zero
    plain = value == 0 or _TINY <= abs(value) < _HUGE
    return format(written, ",f" if plain else "e").replace("-", MINUS)


def format_count(count: int) -> str:
    """A count with thousands grouped: 12,345."""
    return f"{count:,}".replace("-", MINUS)


def format_share(share: float | None) -> str:
    """A share of 1 as a percentage with one place: 12.5%."""
    if share is None or math.isnan(share):
        return MISSING
    return f"{format_number(100 * share, 1)}%"


def format_duration(seconds: float | None) -> str:
    """Wall time as people say it: 8 ms, 1.2 s, 3 min 05 s, 2 h 07 min."""
    if seconds is None or math.isnan(seconds):
        return MISSING
    if seconds < 0.9995:
        return f"{1000 * seconds:.0f} ms" if seconds >= 0.001 else "under 1 ms"
    if seconds < 59.95:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        return f"{minutes} min {rest:02d} s"
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes:02d} min"


def format_bytes(size: int | None) -> str:
    """A size in decimal units: 980 B, 12.3 kB, 4.5 MB."""
    if size is None:
        return MISSING
    amount = float(size)
    for unit in ("B", "kB", "MB", "GB"):
        if amount < 999.95 or unit == "GB":
            return f"{amount:.0f} {unit}" if unit == "B" else f"{amount:.1f} {unit}"
        amount /= 1000
    raise AssertionError("unreachable")
