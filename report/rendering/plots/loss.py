"""Learning curves: loss, and the metric beside it, over the course of training; one panel a model."""

from __future__ import annotations

from textwrap import wrap
from typing import TYPE_CHECKING, Any

import numpy as np

from ...core.numbers import format_number
from . import style
from .canvas import Card, Drawing
from .layout import columns_for
from .learning import Lines, Panel, YScale, panels_of, scale_of
from .scales import known, linear_ticks, log_ticks, set_scale
from .text import POINTS, clean, shorten, text_width, tick_label, tick_labels, widest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

    from ...core.comparison import Comparison

_TOP, _HEADING, _FOOT = 42.0, 28.0, 42.0
_DASHED = (0, (4, 1.6))
_BASE = "#848d97"
_LETTER = 7.2  # of a note, in CSS pixels: rather too wide than too narrow
_KEY_ROW = 28.0  # of a narrow card, whose title leaves no room for a key
_LINES: tuple[tuple[str, Any, float], ...] = (("train", _DASHED, 1.4), ("validation", "-", 2.0))


def draw(comparison: Comparison) -> Drawing | None:
    """The loss curves of the models that have one."""
    panels, total = panels_of(comparison, "loss")
    return _draw("Loss curves", panels, total) if panels else None


def draw_metric(comparison: Comparison) -> Drawing | None:
    """The curves of the metric beside the loss."""
    panels, total = panels_of(comparison, "metric")
    titles = {panel.quantity for panel in panels}
    title = f"{shorten(titles.pop())} curves" if len(titles) == 1 else "Metric curves"
    return _draw(title, panels, total) if panels else None


def _draw(title: str, panels: Sequence[Panel], total: int) -> Drawing:
    """Panels side by side; a single one is half as wide, since that of another quantity stands beside it."""
    width = style.WIDTH if len(panels) > 1 else style.HALF
    columns = min(columns_for(len(panels)), 3)
    height = {1: 200.0, 2: 200.0}.get(columns, 170.0)
    quantities = {panel.quantity for panel in panels}
    scales = {name: scale_of([panel for panel in panels if panel.quantity == name]) for name in quantities}
    notes = _notes(panels, width)
    below = _TOP + -(-len(panels) // columns) * (_HEADING + height + _FOOT)
    below += _KEY_ROW if width < style.WIDTH else 0
    subtitle = _subtitle(title, panels, scales, style.shown_of(len(panels), total))
    room = 0.0 if width < style.WIDTH else _key_width(panels)
    card = Card(title, below + 4 + 18 * len(notes), width=width, subtitle=subtitle, key=room)
    _key(card, panels, 25 if width == style.WIDTH else below - 8)
    wide = (width - style.MARGIN - 6) / columns
    for index, panel in enumerate(panels):
        row, column = divmod(index, columns)
        place = style.MARGIN + column * wide, _TOP + row * (_HEADING + height + _FOOT)
        _draw_panel(card, panel, scales, place, (wide, height))
    for line, note in enumerate(notes):
        card.text(style.MARGIN, below + 10 + 18 * line, note, size=style.SMALL, colour=style.MUTED)
    return Drawing(card, _alt(title, panels))


def _gutter(scales: dict[str, YScale]) -> float:
    """Room for the tick labels of every panel."""
    texts: list[str] = []
    for scale in scales.values():
        texts += map(tick_label, log_ticks(*scale.limits)) if scale.log else tick_labels(linear_ticks(*scale.limits))
    return widest(texts, style.SMALL) + 8


def _draw_panel(
    card: Card, panel: Panel, scales: dict[str, YScale], place: tuple[float, float], size: tuple[float, float]
) -> None:
    (left, top), (wide, height) = place, size
    words = wide > style.WIDTH / 3
    gutter, numbers = _gutter(scales), widest(_end_texts(panel, words=words).values(), style.SMALL) + 22
    axes = card.axes(left + gutter, top + _HEADING, wide - gutter - numbers, height, grid="y")
    scale = scales[panel.quantity]
    _set_axes(axes, panel, scale)
    marker = "o" if len(panel.head.x) <= 12 else ""
    if panel.base is not None:
        _draw_lines(axes, panel.base, scale, _BASE, marker, "base ")
    _draw_lines(axes, panel.head, scale, panel.look.colour, marker)
    axes.set_xlabel(_x_title(panel) + f" · {clean(panel.quantity)}" * (len(scales) > 1))
    if panel.best is not None:
        _mark_best(axes, panel, scale)
    _end_labels(axes, panel, scale, words=words)
    _heading(card, axes, panel, (left, top + 15), wide - 22)


def _set_axes(axes: Axes, panel: Panel, scale: YScale) -> None:
    set_scale(axes, "y", scale.limits, log=scale.log)
    x = known(*(side.x for side in panel.sides))
    low, high = float(x.min()), float(x.max())
    room = 0.02 * (high - low) or 0.5
    set_scale(axes, "x", (low - room, high + room), whole=bool((x % 1 == 0).all()), most=4)


def _draw_lines(axes: Axes, lines: Lines, scale: YScale, colour: str, marker: str, side: str = "") -> None:
    """Training and validation; those of base, behind the others, in grey and thinner."""
    for kind, dashes, width in _LINES:
        hollow: dict[str, Any] = {"markerfacecolor": style.PAPER} if kind == "train" else {}
        values = getattr(lines, kind)
        axes.plot(
            lines.x, np.maximum(values, scale.limits[0]) if scale.log else values,
            color=colour, linestyle=dashes, linewidth=(width - 0.4 * bool(side)) * POINTS, gid=f"{side}{kind}",
            zorder=2.5 if side else 3, marker=marker, markersize=(4.5 if side else 6) * POINTS,
            markeredgewidth=1.3 * POINTS, clip_on=False, **hollow,
        )  # fmt: skip


def _mark_best(axes: Axes, panel: Panel, scale: YScale) -> None:
    x, y = float(panel.head.x[panel.best or 0]), float(panel.head.validation[panel.best or 0])
    axes.plot([x, x], [scale.limits[0], y], color=style.AXIS, linestyle=":", linewidth=1.2 * POINTS, zorder=2)
    axes.plot(
        [x], [y], gid="best", marker="o", markersize=9 * POINTS, color=panel.look.colour,
        markeredgecolor=style.PAPER, markeredgewidth=1.6 * POINTS, zorder=5, clip_on=False,
    )  # fmt: skip


def _end_texts(panel: Panel, *, words: bool) -> dict[str, str]:
    """What stands at the right end of each line: its last value."""
    texts = {}
    for kind, values in (("train", panel.head.train), ("validation", panel.head.validation)):
        last = known(values)
        if len(last):
            number = format_number(float(last[-1]), 3)
            texts[kind] = f"{'training' if kind == 'train' else kind} {number}" if words else number
    return texts


def _end_labels(axes: Axes, panel: Panel, scale: YScale, *, words: bool) -> None:
    ends = {}
    for kind, text in _end_texts(panel, words=words).items():
        last = float(known(panel.head.train if kind == "train" else panel.head.validation)[-1])
        ends[kind] = (text, _share(last, scale))
    heights = _apart({kind: share for kind, (_, share) in ends.items()}, 15 / (axes.bbox.height / style.SCALE))
    for kind, (text, _) in ends.items():
        axes.text(
            1.0, heights[kind], f" {text}", transform=axes.transAxes, va="center", fontsize=style.SMALL * POINTS,
            color=style.INK if kind == "validation" else style.MUTED, gid=f"end {kind}",
        )  # fmt: skip


def _share(value: float, scale: YScale) -> float:
    """How far up the axis a value is, within 0 and 1."""
    low, high = scale.limits
    if scale.log:
        value, low, high = np.log(max(value, low)), np.log(low), np.log(high)
    return float(np.clip((value - low) / (high - low), 0, 1))


def _apart(heights: dict[str, float], least: float) -> dict[str, float]:
    """Two heights moved apart until they are `least` from each other, within the axis."""
    if len(heights) < 2:
        return heights
    (low, a), (high, b) = sorted(heights.items(), key=lambda pair: pair[1])
    if b - a >= least:
        return heights
    middle = min(max((a + b) / 2, least / 2), 1 - least / 2)
    return {low: middle - least / 2, high: middle + least / 2}


def _heading(card: Card, axes: Axes, panel: Panel, place: tuple[float, float], wide: float) -> None:
    left, baseline = place
    card.text(left, baseline, panel.name, size=style.HEADING, weight="bold")
    if panel.best is None:
        return
    text = _best_text(panel)
    used = text_width(panel.name, style.HEADING, bold=True)
    if used + 12 + text_width(text, style.SMALL) <= wide:
        card.text(left + wide, baseline, text, size=style.SMALL, colour=style.MUTED, align="right")
        return
    y, va = (0.03, "bottom") if panel.greater_is_better else (0.97, "top")  # the corner that the curve leaves empty
    axes.text(
        0.99, y, text, transform=axes.transAxes, ha="right", va=va, fontsize=style.SMALL * POINTS,
        color=style.MUTED, bbox={"facecolor": style.PAPER, "edgecolor": "none", "pad": 1},
    )  # fmt: skip


def _best_text(panel: Panel) -> str:
    best = panel.best or 0
    return f"best {format_number(float(panel.head.validation[best]), 3)} at {tick_label(float(panel.head.x[best]))}"


def _key_entries(panels: Sequence[Panel]) -> list[tuple[str, Any, float, str]]:
    """Words, dashes, width and colour, from right to left; without dashes it is a dot."""
    entries: list[tuple[str, Any, float, str]] = [
        ("training", _DASHED, 1.4, style.INK),
        ("validation", "-", 2.0, style.INK),
    ]
    if any(panel.best is not None for panel in panels):
        entries.insert(0, ("best", None, 0.0, style.INK))
    if any(panel.base is not None for panel in panels):
        entries.append(("base", "-", 1.6, _BASE))
    return entries


def _key_width(panels: Sequence[Panel]) -> float:
    return sum(
        text_width(text, style.TEXT) + (50 if dashes is not None else 30) for text, dashes, *_ in _key_entries(panels)
    )


def _key(card: Card, panels: Sequence[Panel], baseline: float) -> None:
    right, y = card.width - style.MARGIN, baseline - 4
    for text, dashes, width, colour in _key_entries(panels):
        right -= text_width(text, style.TEXT)
        card.text(right, baseline, text, colour=style.MUTED)
        if dashes is None:
            card.mark([right - 10], [y], marker="o", line="", color=colour, markersize=8 * POINTS)
        else:
            card.mark([right - 34, right - 7], [y, y], line=dashes, color=colour, linewidth=width * POINTS)
        right -= 50 if dashes is not None else 30


def _x_title(panel: Panel) -> str:
    return "training rows" if panel.kind == "training size" else panel.kind


def _subtitle(title: str, panels: Sequence[Panel], scales: dict[str, YScale], cap: str) -> str:
    """What is drawn and where better values are; a name that the title says already is not repeated."""
    names = dict.fromkeys(panel.quantity for panel in panels)
    losses = ", ".join(shorten(name, 30) + " (log scale)" * scales[name].log for name in names)
    said = "" if title.startswith(losses) else losses
    better = f"{'higher' if panels[0].greater_is_better else 'lower'} is better"
    return " · ".join(part for part in (said, better, cap) if part)


def _notes(panels: Sequence[Panel], width: float) -> list[str]:
    """What has to be said of curves, with the models that it is true of; at most three lines."""
    about: dict[str, list[str]] = {}
    for panel in panels:
        if panel.note:
            about.setdefault(clean(panel.note), []).append(panel.name)
    every = len(panels)
    notes = (
        note if len(names) == every else f"{shorten(', '.join(names), 30)}: {note}" for note, names in about.items()
    )
    return [line for note in notes for line in wrap(note, round(width / _LETTER))][:3]


def _alt(title: str, panels: Sequence[Panel]) -> str:
    parts = []
    for panel in panels[:6]:
        words = list(_end_texts(panel, words=True).values())
        if panel.best is not None:
            words.append(_best_text(panel))
        if panel.base is not None and len(last := known(panel.base.validation)):
            words.append(f"base {format_number(float(last[-1]), 3)}")
        parts.append(f"{panel.name} ends at {', '.join(words)}")
    quantities = ", ".join(dict.fromkeys(clean(panel.quantity) for panel in panels))
    about = "" if quantities == clean(title).removesuffix(" curves") else f" ({quantities})"
    more = f"; and {len(panels) - 6} more" if len(panels) > 6 else ""
    return f"{clean(title)}{about} on training and validation rows: {'; '.join(parts)}{more}."
