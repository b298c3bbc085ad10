"""Models against metrics: validation as a filled mark, training as a hollow one, base's validation as a grey bar."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from . import style
from .canvas import Card, Drawing
from .rows import Field, fields
from .scales import known
from .text import POINTS, clean, metric_value, text_width

if TYPE_CHECKING:
    from ...core.comparison import Comparison
    from ...core.results import MetricInfo, ModelEvaluation
    from ...core.values import SplitName

MOST_MODELS, MOST_METRICS = 20, 9


def draw(comparison: Comparison) -> Drawing | None:
    """Every metric of every model, as far as they were computed."""
    evaluation = comparison.head
    scored = [model for model in evaluation.models if any(_held((model,), metric) for metric in evaluation.metrics)]
    models = style.leading(evaluation, tuple(scored), MOST_MODELS)
    metrics = _metrics(comparison, models)
    if not models or not metrics:
        return None
    before = _before(comparison, models, metrics)
    texts = {m.name: [metric_value(_value(model, m), m) for model in models] for m in metrics}
    card, made = fields(
        "Model comparison",
        style.shown_of(len(models), len(scored)),
        [model.name for model in models],
        [(m, [*_held(models, m), *(value for (_, name), value in before.items() if name == m.name)]) for m in metrics],
        style.model_styles(evaluation),
        texts,
        key=250 if before else 190,
    )
    for field in made:
        _draw_field(field, models, texts[field.metric.name])
        _draw_base(field, [before.get((model.name, field.metric.name)) for model in models])
    _key(card, with_base=bool(before))
    return Drawing(card, _alt(comparison, models))


def _metrics(comparison: Comparison, models: tuple[ModelEvaluation, ...]) -> tuple[MetricInfo, ...]:
    """The first metrics, and in any case the loss, without those that no model has or that repeat another one."""
    held: list[MetricInfo] = []
    for metric in comparison.head.metrics:
        values = _held(models, metric)
        if values and not (metric.name == "loss" and any(_held(models, other) == values for other in held)):
            held.append(metric)
    loss = [metric for metric in held[MOST_METRICS:] if metric.name == "loss"]
    return tuple(held[: MOST_METRICS - len(loss)] + loss)


def _value(model: ModelEvaluation, metric: MetricInfo, split: SplitName = "validation") -> float | None:
    """A finite value, or None."""
    score = model.score(metric.name, split)
    values = known([] if score is None or score.value is None else [score.value])
    return float(values[0]) if len(values) else None


def _held(models: tuple[ModelEvaluation, ...], metric: MetricInfo) -> list[float]:
    splits: tuple[SplitName, ...] = ("train", "validation")
    values = [_value(model, metric, split) for model in models for split in splits]
    return [value for value in values if value is not None]


def _before(
    comparison: Comparison, models: tuple[ModelEvaluation, ...], metrics: tuple[MetricInfo, ...]
) -> dict[tuple[str, str], float]:
    """The value in base by model and metric, where it is known."""
    pairs = {model.name: comparison.base.pair(model.name) for model in models} if comparison.base is not None else {}
    changes = {
        (name, metric.name): pair.change(metric.name) for name, pair in pairs.items() if pair for metric in metrics
    }
    return {key: change.base for key, change in changes.items() if change is not None and len(known([change.base]))}


def _draw_base(field: Field, values: list[float | None]) -> None:
    for row, value in enumerate(values):
        if value is not None and field.inside(value):
            field.axes.plot(
                [value], [row], gid="base", marker="|", linestyle="", markersize=15 * POINTS, color=style.MUTED,
                markeredgewidth=2.2 * POINTS, zorder=2.5, clip_on=False,
            )  # fmt: skip


def _draw_field(field: Field, models: tuple[ModelEvaluation, ...], texts: list[str]) -> None:
    validation = [_value(model, field.metric) for model in models]
    best = _text_of_best(field, validation, texts) if _is_one_kind(models, field) else None
    for row, (model, value) in enumerate(zip(models, validation, strict=True)):
        train = _value(model, field.metric, "train")
        if train is not None and value is not None and train != value:
            field.line(row, (train, value), model.name)
        if train is not None and train != value:
            field.dot(row, train, model.name, hollow=True, kind="train")
        if value is not None:
            field.dot(row, value, model.name, kind="validation")
        field.number(row, texts[row], strong=len(models) > 1 and value is not None and texts[row] == best)


def _text_of_best(field: Field, values: list[float | None], texts: list[str]) -> str | None:
    """How the best value reads: those that read like it are as good, as in the table."""
    pick = max if field.metric.greater_is_better else min
    known = [(value, text) for value, text in zip(values, texts, strict=True) if value is not None]
    return pick(known)[1] if known else None


def _is_one_kind(models: tuple[ModelEvaluation, ...], field: Field) -> bool:
    """Whether the values can be ranked: a log loss and a hinge loss cannot."""
    scores = (model.score(field.metric.name) for model in models)
    return len({score.note for score in scores if score is not None}) <= 1


def _key(card: Card, *, with_base: bool) -> None:
    right = card.width - style.MARGIN
    for text, face in (("training", style.PAPER), ("validation", style.MUTED), ("base", ""))[: 2 + with_base]:
        right -= text_width(text, style.TEXT)
        card.text(right, 25, text, colour=style.MUTED)
        look: dict[str, Any] = {"markerfacecolor": face or style.MUTED, "markeredgewidth": 1.5 * POINTS}
        look |= {"markersize": 8 * POINTS} if face else {"markersize": 14 * POINTS, "markeredgewidth": 2.2 * POINTS}
        card.mark([right - 10], [21], marker="o" if face else "|", line="", color=style.MUTED, **look)
        right -= 30


def _alt(comparison: Comparison, models: tuple[ModelEvaluation, ...]) -> str:
    primary = comparison.head.primary
    parts = []
    for model in models[:6]:
        values = metric_value(_value(model, primary), primary), metric_value(_value(model, primary, "train"), primary)
        parts.append(f"{clean(model.name)} {values[0]} (training {values[1]})")
    better = "higher" if primary.greater_is_better else "lower"
    more = f"; and {len(models) - 6} more" if len(models) > 6 else ""
    return f"Model comparison. {clean(primary.title)} on validation rows, {better} is better: {'; '.join(parts)}{more}."
