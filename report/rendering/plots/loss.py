"""Loss over the course of training: one panel a model, all panels of one loss on the same axis."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from ...core.numbers import format_number
from . import style
from .canvas import Card, Drawing
from .layout import columns_for
from .scales import finite, known, linear_ticks, log_ticks, padded, set_scale, wants_log
from .text import POINTS, clean, short_names, shorten, text_width, tick_label, tick_labels, widest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from ...core.comparison import Comparison
    from ...core.values import LossCurve

MOST_MODELS = 12
_DEEPEST = 0.02  # a logarithmic axis goes down to this share of the best validation loss
_TOP, _HEADING, _FOOT = 42.0, 28.0, 42.0


class Panel(NamedTuple):
    """The curve of one model, drawable: finite or NaN, `best` the position of the least validation loss."""

    model: str
    name: str
    look: style.ModelStyle
    curve: LossCurve
    x: NDArray[np.float64]
    train: NDArray[np.float64]
    validation: NDArray[np.float64]
    best: int | None


class YScale(NamedTuple):
    """The vertical axis that the panels of one loss share."""

    limits: tuple[float, float]
    log: bool


def draw(comparison: Comparison) -> Drawing | None:
    """The loss curves of the models that have one."""
    panels = _panels(comparison)
    if not panels:
        return None
    columns = min(columns_for(len(panels)), 3)
    height = {1: 250.0, 2: 200.0}.get(columns, 170.0)
    scales = {loss: _scale([p for p in panels if p.curve.loss == loss]) for loss in {p.curve.loss for p in panels}}
    notes = _notes(panels)
    total = sum(model.curve is not None for model in comparison.head.models)
    subtitle = _subtitle(panels, scales, style.shown_of(len(panels), total))
    below = _TOP + -(-len(panels) // columns) * (_HEADING + height + _FOOT)
    card = Card("Loss curves", below + 4 + 18 * len(notes), subtitle=subtitle, key=250)
    _key(card, panels)
    wide = (style.WIDTH - style.MARGIN - 6) / columns
    for index, panel in enumerate(panels):
        row, column = divmod(index, columns)
        place = style.MARGIN + column * wide, _TOP + row * (_HEADING + height + _FOOT)
        _draw_panel(card, panel, scales, place, (wide, height))
    for line, note in enumerate(notes):
        card.text(style.MARGIN, below + 10 + 18 * line, note, size=style.SMALL, colour=style.MUTED)
    return Drawing(card, _alt(panels))


def _panels(comparison: Comparison) -> list[Panel]:
    evaluation = comparison.head
    looks = style.model_styles(evaluation)
    models = [model for model in evaluation.models if model.curve is not None and _has_points(model.curve)]
    chosen = style.leading(evaluation, tuple(models), MOST_MODELS)
    names = short_names(model.name for model in chosen)
    return [_panel(m.name, names[m.name], looks[m.name], m.curve) for m in chosen if m.curve is not None]


def _panel(model: str, name: str, look: style.ModelStyle, curve: LossCurve) -> Panel:
    x, train, validation = finite(curve.x), finite(curve.train), finite(curve.validation)
    seen = ~np.isnan(x) & ~np.isnan(validation)
    over_time = curve.kind != "training size" and seen.sum() > 1
    best = int(np.argmin(np.where(seen, validation, np.inf))) if over_time else None
    return Panel(model, name, look, curve, x, train, validation, best)


def _has_points(curve: LossCurve) -> bool:
    return len(known(curve.x)) > 0 and len(known(curve.train, curve.validation)) > 0


def _scale(panels: Sequence[Panel]) -> YScale:
    validation = known(*(p.validation for p in panels))
    values = known(*(p.train for p in panels), validation)
    judged = validation if len(validation) else values
    if not wants_log(judged):
        return YScale(padded(values), log=False)
    low = max(float(values[values > 0].min()), _DEEPEST * float(judged.min()))
    high = float(values.max())
    room = (high / low) ** 0.05
    return YScale((low / room, high * room), log=True)


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
    gutter, numbers = _gutter(scales), widest(_end_texts(panel, words=words).values(), style.SMALL) + 18
    axes = card.axes(left + gutter, top + _HEADING, wide - gutter - numbers, height, grid="y")
    scale = scales[panel.curve.loss]
    _draw_lines(axes, panel, scale)
    axes.set_xlabel(_x_title(panel.curve) + f" · {clean(panel.curve.loss)}" * (len(scales) > 1))
    if panel.best is not None:
        _mark_best(axes, panel, scale)
    _end_labels(axes, panel, scale, words=words)
    _heading(card, axes, panel, (left, top + 15), wide - 12)


def _draw_lines(axes: Axes, panel: Panel, scale: YScale) -> None:
    set_scale(axes, "y", scale.limits, log=scale.log)
    low, high = float(np.nanmin(panel.x)), float(np.nanmax(panel.x))
    room = 0.02 * (high - low) or 0.5
    whole = bool((known(panel.x) % 1 == 0).all())
    set_scale(axes, "x", (low - room, high + room), whole=whole, most=4)
    marker = "o" if len(panel.x) <= 12 else ""
    lines = (("train", panel.train, (0, (4, 1.6)), 1.4), ("validation", panel.validation, "-", 2.0))
    for kind, values, dashes, width in lines:
        hollow: dict[str, Any] = {"markerfacecolor": style.PAPER} if kind == "train" else {}
        axes.plot(
            panel.x, np.maximum(values, scale.limits[0]) if scale.log else values,
            color=panel.look.colour, linestyle=dashes, linewidth=width * POINTS, gid=kind, zorder=3,
            marker=marker, markersize=6 * POINTS, markeredgewidth=1.3 * POINTS, clip_on=False, **hollow,
        )  # fmt: skip


def _mark_best(axes: Axes, panel: Panel, scale: YScale) -> None:
    x, y = float(panel.x[panel.best or 0]), float(panel.validation[panel.best or 0])
    axes.plot([x, x], [scale.limits[0], y], color=style.AXIS, linestyle=":", linewidth=1.2 * POINTS, zorder=2)
    axes.plot(
        [x], [y], gid="best", marker="o", markersize=9 * POINTS, color=panel.look.colour,
        markeredgecolor=style.PAPER, markeredgewidth=1.6 * POINTS, zorder=5, clip_on=False,
    )  # fmt: skip


def _end_texts(panel: Panel, *, words: bool) -> dict[str, str]:
    """What stands at the right end of each line: its last value."""
    texts = {}
    for kind, values in (("train", panel.train), ("validation", panel.validation)):
        last = known(values)
        if len(last):
            number = format_number(float(last[-1]), 3)
            texts[kind] = f"{'training' if kind == 'train' else kind} {number}" if words else number
    return texts


def _end_labels(axes: Axes, panel: Panel, scale: YScale, *, words: bool) -> None:
    ends = {}
    for kind, text in _end_texts(panel, words=words).items():
        last = float(known(panel.train if kind == "train" else panel.validation)[-1])
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
    else:  # curves fall: the upper right corner is the emptiest
        axes.text(
            0.99, 0.97, text, transform=axes.transAxes, ha="right", va="top", fontsize=style.SMALL * POINTS,
            color=style.MUTED, bbox={"facecolor": style.PAPER, "edgecolor": "none", "pad": 1},
        )  # fmt: skip


def _best_text(panel: Panel) -> str:
    best = panel.best or 0
    return f"best {format_number(float(panel.validation[best]), 3)} at {tick_label(float(panel.x[best]))}"


def _key(card: Card, panels: Sequence[Panel]) -> None:
    right, y = style.WIDTH - style.MARGIN, 21.0
    entries: list[tuple[str, Any, float]] = [("training", (0, (4, 1.6)), 1.4), ("validation", "-", 2.0)]
    if any(panel.best is not None for panel in panels):
        entries.insert(0, ("best", None, 0.0))
    for text, dashes, width in entries:
        right -= text_width(text, style.TEXT)
        card.text(right, 25, text, colour=style.MUTED)
        if dashes is None:
            card.mark([right - 10], [y], marker="o", line="", color=style.MUTED, markersize=8 * POINTS)
        else:
            card.mark([right - 34, right - 7], [y, y], line=dashes, color=style.MUTED, linewidth=width * POINTS)
        right -= 50 if dashes is not None else 30


def _x_title(curve: LossCurve) -> str:
    return "training rows" if curve.kind == "training size" else curve.kind


def _subtitle(panels: Sequence[Panel], scales: dict[str, YScale], cap: str) -> str:
    names = dict.fromkeys(panel.curve.loss for panel in panels)
    losses = ", ".join(shorten(name, 30) + " (log scale)" * scales[name].log for name in names)
    return " · ".join(part for part in (losses, "lower is better", cap) if part)


def _notes(panels: Sequence[Panel]) -> list[str]:
    """What has to be said of curves, with the models that it is true of; at most three lines."""
    about: dict[str, list[str]] = {}
    for panel in panels:
        if panel.curve.note:
            about.setdefault(shorten(panel.curve.note, 80), []).append(panel.name)
    every = len(panels)
    return [
        note if len(names) == every else f"{shorten(', '.join(names), 30)}: {note}" for note, names in about.items()
    ][:3]


def _alt(panels: Sequence[Panel]) -> str:
    parts = []
    for panel in panels[:6]:
        words = list(_end_texts(panel, words=True).values())
        if panel.best is not None:
            words.append(_best_text(panel))
        parts.append(f"{panel.name} ends at {', '.join(words)}")
    losses = ", ".join(dict.fromkeys(clean(panel.curve.loss) for panel in panels))
    more = f"; and {len(panels) - 6} more" if len(panels) > 6 else ""
    return f"Loss curves ({losses}) on training and validation rows: {'; '.join(parts)}{more}."
