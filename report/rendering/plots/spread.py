"""How much a metric varies over folds or seeds: a mark for each fit, a bar at their mean."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from . import style
from .canvas import Drawing
from .rows import Field, fields
from .scales import finite, known
from .text import POINTS, clean, metric_value

if TYPE_CHECKING:
    from ...core.comparison import Comparison
    from ...core.results import MetricInfo, ModelEvaluation, Spread

    Models: TypeAlias = tuple[ModelEvaluation, ...]

Fits = Literal["folds", "seeds"]
MOST_MODELS, MOST_METRICS = 20, 6


def draw_folds(comparison: Comparison) -> Drawing | None:
    """Every fold of the cross-validation."""
    return _draw(comparison, "folds", "Cross-validation")


def draw_seeds(comparison: Comparison) -> Drawing | None:
    """Every seed that the models were fitted with."""
    return _draw(comparison, "seeds", "Seeds")


def _draw(comparison: Comparison, fits: Fits, title: str) -> Drawing | None:
    evaluation = comparison.head
    spread = tuple(model for model in evaluation.models if any(len(_values(s)) for s in _spreads(model, fits)))
    models = style.leading(evaluation, spread, MOST_MODELS)
    metrics = [metric for metric in evaluation.metrics if _held(models, fits, metric)][:MOST_METRICS]
    if not metrics:
        return None
    texts = {m.name: [_text(_of(model, fits, m), m) for model in models] for m in metrics}
    count = max(len(s.values) for model in models for s in _spreads(model, fits))
    caps = [f"{count} {fits}, bar: mean", style.shown_of(len(models), len(spread))]
    card, made = fields(
        title,
        " · ".join(filter(None, caps)),
        [model.name for model in models],
        [(metric, _held(models, fits, metric)) for metric in metrics],
        style.model_styles(evaluation),
        texts,
    )
    for field in made:
        for row, model in enumerate(models):
            found = _of(model, fits, field.metric)
            if found is not None:
                _draw_row(field, row, found)
            field.number(row, texts[field.metric.name][row])
    return Drawing(card, _alt(title, fits, models, metrics[0], texts[metrics[0].name]))


def _draw_row(field: Field, row: int, spread: Spread) -> None:
    for value in _values(spread):
        field.dot(row, value, spread.model, hollow=True, kind="fit")
    mean = known([] if spread.mean is None else [spread.mean])
    if len(mean) and field.inside(float(mean[0])):
        colour = field.looks[spread.model].colour
        bar: dict[str, Any] = {"linewidth": 3.5 * POINTS, "solid_capstyle": "butt", "zorder": 5, "gid": "mean"}
        field.axes.plot([mean[0], mean[0]], [row - 0.36, row + 0.36], color=colour, **bar)


def _spreads(model: ModelEvaluation, fits: Fits) -> tuple[Spread, ...]:
    return model.folds if fits == "folds" else model.seeds


def _of(model: ModelEvaluation, fits: Fits, metric: MetricInfo) -> Spread | None:
    return next((spread for spread in _spreads(model, fits) if spread.metric == metric.name), None)


def _values(spread: Spread) -> list[float]:
    return [float(value) for value in known([v for v in spread.values if v is not None])]


def _held(models: Models, fits: Fits, metric: MetricInfo) -> list[float]:
    found = [_of(model, fits, metric) for model in models]
    return [value for spread in found if spread is not None for value in _values(spread)]


def _text(spread: Spread | None, metric: MetricInfo) -> str:
    if spread is None or spread.mean is None or not len(known([spread.mean])):
        return "–"
    mean = metric_value(spread.mean, metric, 3)
    return (
        mean
        if spread.std is None or not len(known(finite(spread.std)))
        else f"{mean} ± {metric_value(spread.std, metric, 3)}"
    )


def _alt(title: str, fits: Fits, models: Models, metric: MetricInfo, texts: list[str]) -> str:
    parts = [f"{clean(model.name)} {text}" for model, text in zip(models[:6], texts, strict=False)]
    more = f"; and {len(models) - 6} more" if len(models) > 6 else ""
    return f"{title}: {clean(metric.title)} over {fits}, mean ± standard deviation: {'; '.join(parts)}{more}."
