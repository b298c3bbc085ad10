"""Scores of one model: on both splits, over folds and seeds, and on slices of the validation rows."""

from __future__ import annotations

import statistics
from dataclasses import replace
from typing import TYPE_CHECKING

from ..core.results import Score, SliceScore, Spread
from .few import few_rows
from .metrics.base import Measured, Metric, RunMetric, measure

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ..core.values import ModelRun, Predictions, SplitName, Target
    from .slices import Slice


def split_scores(run: ModelRun, metrics: Sequence[Metric], target: Target) -> tuple[Score, ...]:
    """Every metric on training and validation rows; what is measured of the run has one row, on validation."""
    scores = []
    for metric in metrics:
        if isinstance(metric, RunMetric):
            scores.append(_score(run, metric, "validation", _of_run(metric, run)))
            continue
        for split in _SPLITS:
            rows = getattr(run, split)
            measured = measure(metric, rows, target, who=estimator_name(run))
            score = _score(run, metric, split, measured)
            known = split == "validation" and score.value is not None
            scores.append(replace(score, few=few_rows(metric, rows, target)) if known else score)
    return tuple(scores)


def spreads(
    run: ModelRun, fits: Iterable[Predictions], metrics: Sequence[Metric], target: Target
) -> tuple[Spread, ...]:
    """Every metric over several fits, in their order."""
    rows = tuple(fits)
    if not rows:
        return ()
    return tuple(
        _spread(run.name, metric.info.name, tuple(measure(metric, fit, target).value for fit in rows))
        for metric in metrics
        if not isinstance(metric, RunMetric)
    )


def slice_scores(
    run: ModelRun, slices: Sequence[Slice], metrics: Sequence[Metric], target: Target
) -> tuple[SliceScore, ...]:
    """Every metric on every slice of the validation rows."""
    if run.validation is None:
        return ()
    found: list[SliceScore] = []
    for part in slices:
        rows = run.validation.take(part.rows)
        found.extend(
            SliceScore(run.name, metric.info.name, part.column, part.value, len(part.rows), value)
            for metric in metrics
            if not isinstance(metric, RunMetric)
            for value in (measure(metric, rows, target).value,)
        )
    return tuple(found)


def estimator_name(run: ModelRun) -> str:
    """The class of a model, as a reason names it."""
    return run.estimator.replace(":", ".").rpartition(".")[2] or run.name


_SPLITS: tuple[SplitName, ...] = ("train", "validation")


def _score(run: ModelRun, metric: Metric, split: SplitName, measured: Measured) -> Score:
    return Score(
        model=run.name,
        metric=metric.info.name,
        split=split,
        value=measured.value,
        status=measured.status,
        reason=measured.reason,
        note=measured.note,
    )


def _of_run(metric: RunMetric, run: ModelRun) -> Measured:
    value = metric.of_run(run)
    return Measured(None, "not applicable", "not measured") if value is None else Measured(float(value))


def _spread(model: str, metric: str, values: tuple[float | None, ...]) -> Spread:
    known = [value for value in values if value is not None]
    return Spread(
        model=model,
        metric=metric,
        values=values,
        mean=statistics.fmean(known) if known else None,
        std=statistics.stdev(known) if len(known) > 1 else None,
    )
