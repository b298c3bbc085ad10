"""Every model × metric, on validation and training data; the best value of each metric in bold."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..document import Block, Bullets, Cell, Code, Column, Fold, Line, Paragraph, Section, below, line, plain, strong
from ..escaping import shorten
from .context import LONGEST_NAME, Context, best_marked, directed_title, metric_text, value_column
from .layout import Track, tables_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ...core.results import MetricInfo, ModelEvaluation, Score

ID = "models"
_REASON = 60
_WHOLE = 4000
_NOT_APPLICABLE = "n/a"


def build(context: Context) -> Section:
    models = context.head.models
    names = Track(Column("Model"), [_name(model) for model in models])
    metrics = [_metric_track(models, metric) for metric in context.head.metrics]
    tables = tables_of(names, metrics)
    return Section(ID, "Models", (*tables, *_legend(context), *_whys(models), *context.figures("models")))


def _name(model: ModelEvaluation) -> Cell:
    name = strong(shorten(model.name, LONGEST_NAME))
    return line(name, below(_estimator(model))) if model.status == "ok" else line(name, below(_failure(model)))


def _estimator(model: ModelEvaluation) -> str:
    return shorten(model.estimator.replace(":", ".").rpartition(".")[2], LONGEST_NAME)


def _failure(model: ModelEvaluation) -> str:
    return f"{model.status}: {shorten(model.reason or 'no reason given', _REASON)}"


def _metric_track(models: Sequence[ModelEvaluation], metric: MetricInfo) -> Track:
    scores = [model.score(metric.name) for model in models]
    values = [None if score is None else score.value for score in scores]
    marked = best_marked([_text(score, metric) for score in scores], values, metric)
    cells = [cell + _training(model, metric) for cell, model in zip(marked, models, strict=True)]
    return Track(value_column(directed_title(metric)), cells)


def _text(score: Score | None, metric: MetricInfo) -> str:
    if score is not None and score.value is None and score.status != "ok":
        return _NOT_APPLICABLE if score.status == "not applicable" else score.status
    return metric_text(None if score is None else score.value, metric)


def _training(model: ModelEvaluation, metric: MetricInfo) -> Line:
    score = model.score(metric.name, "train")
    return () if score is None or score.value is None else (below(f"train {metric_text(score.value, metric)}"),)


def _legend(context: Context) -> list[Block]:
    parts = ["Large: validation, small: training. ↑ greater is better, ↓ smaller is better"]
    if len(context.evaluated) > 1:
        parts.append("; bold: best on validation")
    return [Paragraph(plain(f"{''.join(parts)}."), muted=True), *_reasons(context)]


def _reasons(context: Context) -> list[Block]:
    """Why a value is missing, each reason once."""
    titles = {metric.name: metric.title for metric in context.head.metrics}
    grouped: dict[tuple[str, str], list[str]] = {}
    for model in context.evaluated:
        for score in model.scores:
            if score.reason and score.status != "ok":
                title = titles.get(score.metric, score.metric)
                models = grouped.setdefault((title, shorten(score.reason, _WHOLE)), [])
                models += [model.name] if model.name not in models else []
    items = tuple(
        line(f"{title}, ", strong(", ".join(models)), f": {reason}") for (title, reason), models in grouped.items()
    )
    return [Fold("Why values are missing", (Bullets(items),))] if items else []


def _whys(models: Sequence[ModelEvaluation]) -> list[Block]:
    failed = [model for model in models if model.status != "ok"]
    blocks: list[Block] = [block for model in failed for block in _why(model)]
    return [Fold("Why a model failed" if len(failed) == 1 else "Why models failed", tuple(blocks))] if blocks else []


def _why(model: ModelEvaluation) -> list[Block]:
    reason = model.reason or "no reason given"
    head = Paragraph(line(strong(model.name), f" {model.status}:"))
    blocks: list[Block] = [head, Code(reason[-_WHOLE:])]
    return (
        [*blocks, Paragraph(plain("The last that it printed:")), Code(model.output[-_WHOLE:])]
        if model.output
        else blocks
    )
