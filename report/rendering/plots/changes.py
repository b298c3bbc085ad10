"""The change of each metric from base to head, one row a model, with its interval: does it leave zero?"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ...core.numbers import format_change_in_unit, format_points
from . import style
from .canvas import Card, Drawing
from .rows import Field, fields
from .scales import known, padded
from .text import POINTS, clean, text_width

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ...core.comparison import Comparison, MetricChange
    from ...core.results import MetricInfo, ModelEvaluation

MOST_MODELS, MOST_METRICS = 20, 6
_DECIDED = ("improved", "worse")


class _Row(NamedTuple):
    """A change in the unit of its axis: shares in points of a hundred."""

    low: float
    value: float
    high: float
    text: str
    decided: bool


def draw(comparison: Comparison) -> Drawing | None:
    """The changes whose uncertainty is known; None where nothing is compared."""
    evaluation = comparison.head
    changed = [model for model in evaluation.models if any(_row(comparison, model, m) for m in evaluation.metrics)]
    models = style.leading(evaluation, tuple(changed), MOST_MODELS)
    rows = {metric.name: [_row(comparison, model, metric) for model in models] for metric in evaluation.metrics}
    metrics = [m for m in evaluation.metrics if any(rows[m.name]) and not _is_twin(m, rows)][:MOST_METRICS]
    if not metrics:
        return None
    card, made = fields(
        "Change from base",
        _subtitle(comparison, len(models), len(changed)),
        [model.name for model in models],
        [(metric, [end for row in rows[metric.name] if row for end in (row.low, row.high)]) for metric in metrics],
        style.model_styles(evaluation),
        {metric.name: [row.text if row else "–" for row in rows[metric.name]] for metric in metrics},
        key=230,
        limits=_limits,
    )
    for field in made:
        _draw_field(field, models, rows[field.metric.name])
    _key(card)
    return Drawing(card, _alt(models, metrics[0], rows[metrics[0].name]))


def _row(comparison: Comparison, model: ModelEvaluation, metric: MetricInfo) -> _Row | None:
    pair = comparison.base.pair(model.name) if comparison.base is not None else None
    change = pair.change(metric.name) if pair is not None else None
    if change is None or change.interval is None:
        return None
    factor = 100.0 if metric.is_share else 1.0
    low, value, high = (factor * float(end) for end in (change.interval.low, change.difference, change.interval.high))
    drawable = len(known([low, value, high])) == 3
    return _Row(low, value, high, _text(change, metric), change.verdict in _DECIDED) if drawable else None


def _text(change: MetricChange, metric: MetricInfo) -> str:
    if metric.is_share:
        return format_points(change.difference, metric.digits)
    return format_change_in_unit(change.difference, metric.unit, metric.digits)


def _is_twin(metric: MetricInfo, rows: dict[str, list[_Row | None]]) -> bool:
    """Whether the loss says the same as a metric that was asked for."""
    return metric.name == "loss" and any(name != "loss" and rows[name] == rows["loss"] for name in rows)


def _limits(values: Sequence[float], _: MetricInfo) -> tuple[float, float]:
    """All intervals, and no change."""
    return padded([*values, 0.0], 0.08)


def _subtitle(comparison: Comparison, shown: int, total: int) -> str:
    levels = {
        change.interval.level
        for pair in (comparison.base.pairs if comparison.base else ())
        for change in pair.changes
        if change.interval is not None
    }
    interval = f"{100 * max(levels):.0f}% interval" if levels else ""
    return " · ".join(filter(None, (interval, style.shown_of(shown, total))))


def _draw_field(field: Field, models: Sequence[ModelEvaluation], rows: Sequence[_Row | None]) -> None:
    field.axes.axvline(0, color=style.INK, linewidth=1.2 * POINTS, zorder=1.5, gid="no change")
    for place, (model, row) in enumerate(zip(models, rows, strict=True)):
        field.number(place, row.text if row else "–", strong=bool(row and row.decided))
        if row is None:
            continue
        look = field.looks[model.name]
        field.axes.plot(
            [row.low, row.high], [place, place], color=look.colour, linewidth=(3.4 if row.decided else 1.8) * POINTS,
            gid="interval", zorder=2, marker="|", markersize=9 * POINTS, markeredgewidth=1.8 * POINTS, clip_on=False,
        )  # fmt: skip
        field.dot(place, row.value, model.name, hollow=not row.decided, kind="change")


def _key(card: Card) -> None:
    right = card.width - style.MARGIN
    for text, face in (("not certain", style.PAPER), ("improved or worse", style.MUTED)):
        right -= text_width(text, style.TEXT)
        card.text(right, 25, text, colour=style.MUTED)
        look = {"markerfacecolor": face, "markeredgewidth": 1.5 * POINTS, "markersize": 8 * POINTS}
        card.mark([right - 10], [21], marker="o", line="", color=style.MUTED, **look)
        right -= 30


def _alt(models: Sequence[ModelEvaluation], metric: MetricInfo, rows: Sequence[_Row | None]) -> str:
    parts = [
        f"{clean(model.name)} {row.text}{'' if row.decided else ' (not certain)'}"
        for model, row in zip(models[:6], rows, strict=False)
        if row
    ]
    more = f"; and {len(models) - 6} more" if len(models) > 6 else ""
    return f"Change from base of {clean(metric.title)}, with intervals: {'; '.join(parts)}{more}."
