"""Words and numbers as a plot can show them: short, on one line, with glyphs that exist."""

from __future__ import annotations

import math
import unicodedata
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from ...core.numbers import MINUS, format_bytes, format_duration, format_number

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ...core.results import MetricInfo

LONGEST = 24  # characters of a name
POINTS = 0.72  # a CSS pixel in points: a plot has 100 of them to an inch
_NO_GLYPH = "□"
_TICK_LARGE = 1e7

# Fonts for scripts that matplotlib's own font lacks, used where they are installed.
_OTHER_FONTS = (
    "Noto Sans CJK SC", "Noto Sans CJK JP", "Source Han Sans SC", "WenQuanYi Zen Hei", "Microsoft YaHei", "PingFang SC",
    "Hiragino Sans", "Yu Gothic", "Noto Sans CJK KR", "Malgun Gothic", "Apple SD Gothic Neo", "Noto Sans Devanagari",
    "Noto Sans Thai", "Arial Unicode MS",
)  # fmt: skip


def clean(text: str) -> str:
    """The text on one line, without control characters, each character without a glyph as a square."""
    line = " ".join("".join(" " if unicodedata.category(c)[0] in "CZ" else c for c in text).split())
    if line.isascii():
        return line
    known = _glyphs()
    return "".join(c if ord(c) in known else _NO_GLYPH for c in line)


def shorten(text: str, longest: int = LONGEST) -> str:
    """The cleaned text in at most `longest` characters, its middle left out."""
    line = clean(text)
    end = longest // 2
    return line if len(line) <= longest else f"{line[: longest - end - 1]}…{line[-end:]}"


def short_names(names: Iterable[str], longest: int = LONGEST) -> dict[str, str]:
    """Each name and its short form, cut where it leaves most names distinct; equal forms get a number."""
    every = list(dict.fromkeys(names))
    ways = [[cut(name, every, longest) for name in every] for cut in (_cut_middle, _cut_around, _cut_end)]
    forms = max(ways, key=lambda way: len(set(way)))
    short: dict[str, str] = {}
    for name, form in zip(every, forms, strict=True):
        unique, count = form, 2
        while unique in short.values():
            unique, count = f"{shorten(form, longest - 4)} ({count})", count + 1
        short[name] = unique
    return short


def _cut_middle(name: str, _: Sequence[str], longest: int) -> str:
    return shorten(name, longest)


def _cut_end(name: str, _: Sequence[str], longest: int) -> str:
    line = clean(name)
    return line if len(line) <= longest else f"{line[: longest - 1]}…"


def _cut_around(name: str, others: Sequence[str], longest: int) -> str:
    """Its beginning, and what is around the place where it differs from the name most like it."""
    line, head = clean(name), longest // 3
    differs = max((_common(line, clean(other)) for other in others if other != name), default=0)
    start, length = differs - longest // 4, longest - head - 2
    if len(line) <= longest or start <= head or start + length >= len(line):
        return shorten(line, longest)
    return f"{line[:head]}…{line[start : start + length]}…"


def _common(one: str, other: str) -> int:
    """How many characters two texts have in common from the left."""
    return next(
        (index for index, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other))
    )


@lru_cache(maxsize=4096)
def text_width(text: str, size: float, *, bold: bool = False) -> float:
    """The width of a text in CSS pixels; size : of the font, in CSS pixels."""
    font = _font("bold" if bold else "normal")
    font.set_size(size, 72)
    font.set_text(text, 0.0)
    width, _ = font.get_width_height()
    return float(width) / 64


def fit(text: str, width: float, size: float = 12.0) -> str:
    """The text, its end left out where it is wider than that many CSS pixels."""
    line = clean(text)
    if not line or text_width(line, size) <= width:
        return line
    while line and text_width(f"{line}…", size) > width:
        line = line[:-1].rstrip(" ·,")
    return f"{line}…" if line else ""


def widest(texts: Iterable[str], size: float, *, bold: bool = False) -> float:
    """The width of the widest of some texts, 0 for none."""
    return max((text_width(text, size, bold=bold) for text in texts), default=0.0)


def metric_value(value: float | None, metric: MetricInfo, digits: int | None = None) -> str:
    """A value of a metric in its unit."""
    finite = value is not None and math.isfinite(value)
    if metric.unit == "s" and finite:
        return format_duration(value)
    if metric.unit == "bytes" and finite and value is not None:
        return format_bytes(round(value))
    return format_number(value, min(metric.digits, 4) if digits is None else digits)


def tick_labels(ticks: Sequence[float]) -> list[str]:
    """Labels for evenly spaced ticks, with as many places as tell them apart."""
    step = min((abs(b - a) for a, b in pairwise(ticks)), default=0.0)
    size = max((abs(tick) for tick in ticks), default=0.0)
    if size >= _TICK_LARGE or 0 < size < 1e-4:
        return [_scientific(tick) for tick in ticks]
    slack = 1e-3 * (step or size)
    digits = next((d for d in range(8) if all(abs(round(tick, d) - tick) <= slack for tick in ticks)), 8)
    return [_plain(tick, digits) for tick in ticks]


def tick_label(tick: float) -> str:
    """A label for one tick that stands alone, as on a logarithmic axis."""
    if tick == 0:
        return "0"
    if abs(tick) >= _TICK_LARGE or abs(tick) < 1e-4:
        return _scientific(tick)
    return _plain(tick, max(0, math.ceil(-math.log10(abs(tick)) - 1e-9)))


def _plain(value: float, digits: int) -> str:
    return f"{value:,.{digits}f}".replace("-", MINUS)


def _scientific(value: float) -> str:
    mantissa, _, exponent = f"{value:.6e}".partition("e")
    number = mantissa.rstrip("0").rstrip(".")
    return "0" if value == 0 else f"{number}e{int(exponent)}".replace("-", MINUS)


def font_families() -> list[str]:
    """The families to draw with: matplotlib's own, then the installed ones for other scripts."""
    return ["DejaVu Sans", *_installed()]


@lru_cache(maxsize=1)
def _installed() -> tuple[str, ...]:
    from matplotlib.font_manager import fontManager

    names = set(fontManager.get_font_names())
    return tuple(family for family in _OTHER_FONTS if family in names)


@lru_cache(maxsize=1)
def _glyphs() -> frozenset[int]:
    from matplotlib.font_manager import findfont
    from matplotlib.ft2font import FT2Font

    paths = [findfont(family) for family in font_families()]
    return frozenset(code for path in paths for code in FT2Font(path).get_charmap())


@lru_cache(maxsize=2)
def _font(weight: str) -> Any:
    from matplotlib.font_manager import FontProperties, findfont
    from matplotlib.ft2font import FT2Font

    return FT2Font(findfont(FontProperties(family="DejaVu Sans", weight=weight)))
