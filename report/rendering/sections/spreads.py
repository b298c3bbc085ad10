"""Cross-validation and seeds: mean ± standard deviation over several fits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from ..document import Cell, Column, Paragraph, Section, line, plain, strong
from ..escaping import shorten
from .context import LONGEST_NAME, Context, counted, directed_title, spread_text, value_column
from .layout import Track, tables_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ...core.results import MetricInfo, ModelEvaluation, Spread

CROSS_VALIDATION = "cross_validation"
SEEDS = "seeds"
_OF_TRAINING = "Mean ± standard deviation over the folds that each fit had not seen; training rows only."
_OF_EVERY_ROW = "Mean ± standard deviation over the folds that each fit had not seen; together they are every row."


def build_cross_validation(context: Context) -> Section | None:
    return _section(
        context,
        "folds",
        CROSS_VALIDATION,
        "Cross-validation: {}",
        "fold",
        _OF_EVERY_ROW if context.head.split.n_folds else _OF_TRAINING,
    )


def build_seeds(context: Context) -> Section | None:
    return _section(
        context,
        "seeds",
        SEEDS,
        "Seeds: {}",
        "fit",
        "Mean ± standard deviation on validation rows over fits that differ in their seed alone.",
    )


def _section(
    context: Context, kind: Literal["folds", "seeds"], section: str, title: str, noun: str, legend: str
) -> Section | None:
    models = [model for model in context.head.models if getattr(model, kind)]
    if not models:
        return None
    fits = max(len(spread.values) for model in models for spread in getattr(model, kind))
    names = Track(Column("Model"), [line(strong(shorten(model.name, LONGEST_NAME))) for model in models])
    present = [metric for metric in context.head.metrics if any(_spread(model, kind, metric) for model in models)]
    tables = tables_of(names, [_track(models, kind, metric) for metric in present])
    return Section(
        section, title.format(counted(fits, noun)), (*tables, Paragraph(plain(legend), muted=True)), folded=True
    )


def _track(models: Sequence[ModelEvaluation], kind: Literal["folds", "seeds"], metric: MetricInfo) -> Track:
    cells: list[Cell] = [plain(spread_text(_spread(model, kind, metric), metric)) for model in models]
    return Track(value_column(directed_title(metric)), cells)


def _spread(model: ModelEvaluation, kind: Literal["folds", "seeds"], metric: MetricInfo) -> Spread | None:
    spreads: tuple[Spread, ...] = getattr(model, kind)
    return next((spread for spread in spreads if spread.metric == metric.name), None)
