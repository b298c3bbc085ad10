"""One side of the report: every model of a commit on the same rows, with all that is shown of it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from ..core.losses import loss_name
from ..core.results import Evaluation, MetricInfo, ModelEvaluation, SplitSummary
from ..core.values import Notice, Task
from .curves import MAX_CLASSES, MAX_CURVES, actual_predicted, confusion_matrices, score_curves
from .guessing import guess
from .metrics import LOSS, Metric
from .samples import has_pictures, output_samples
from .scores import slice_scores, split_scores, spreads
from .slices import Slice, slice_rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..core.values import Dataset, ModelRun, Split, Target


def evaluate(
    dataset: Dataset, split: Split, runs: Sequence[ModelRun], metrics: Sequence[Metric], *, samples: int
) -> Evaluation:
    """Scores, curves and output samples of every model; nothing here raises for what a model or a metric does.

    metrics : the first is the primary one; the loss is added when it is not among them.
    samples : rows of each kind of output sample.
    """
    measured = tuple(metrics) if any(m.info.name == LOSS.info.name for m in metrics) else (*metrics, LOSS)
    slices, slice_notices = _slices(dataset, split)
    evaluation = Evaluation(
        task=dataset.task,
        target=dataset.target.names,
        classes=dataset.target.classes,
        positive=_positive(dataset.target),
        metrics=tuple(_info(metric, runs, dataset.task) for metric in measured),
        models=tuple(_model(run, measured, dataset.target, slices) for run in runs),
        data=dataset.description,
        split=_split_summary(dataset, split),
        notices=_notices(dataset, split, slice_notices),
    )
    return replace(
        evaluation,
        samples=output_samples(dataset, runs, evaluation.best_model, samples),
        guess=guess(dataset, split, measured, evaluation.models),
    )


def _model(run: ModelRun, metrics: Sequence[Metric], target: Target, slices: Sequence[Slice]) -> ModelEvaluation:
    evaluation = ModelEvaluation(
        name=run.name,
        estimator=run.estimator,
        params=run.params,
        preprocessing=run.preprocessing,
        status=run.status,
        reason=run.reason,
        output=run.output,
        scores=(),
        fit_seconds=run.fit_seconds,
        predict_seconds=run.predict_seconds,
        size_bytes=run.size_bytes,
        notices=run.notices,
        unfair=run.unfair,
    )
    return evaluation if run.status != "ok" else _scored(evaluation, run, metrics, target, slices)


def _scored(
    evaluation: ModelEvaluation, run: ModelRun, metrics: Sequence[Metric], target: Target, slices: Sequence[Slice]
) -> ModelEvaluation:
    seeds = (fit.validation for fit in run.seeds)
    scored = replace(
        evaluation,
        scores=split_scores(run, metrics, target),
        curve=run.curve,
        importance=run.importance,
        folds=spreads(run, run.folds, metrics, target),
        seeds=spreads(run, seeds, metrics, target),
        slices=slice_scores(run, slices, metrics, target),
    )
    if run.validation is None:
        return scored
    return replace(
        scored,
        confusion=confusion_matrices(run.name, run.validation, target),
        curves=score_curves(run.name, run.validation, target),
        actual_predicted=actual_predicted(run.name, run.validation, target),
    )


def _slices(dataset: Dataset, split: Split) -> tuple[tuple[Slice, ...], tuple[Notice, ...]]:
    if dataset.slices is None:
        return (), ()
    return slice_rows(dataset.slices.iloc[split.validation])


def _info(metric: Metric, runs: Sequence[ModelRun], task: Task) -> MetricInfo:
    """The loss is called by its name where all models have the same one."""
    if metric is not LOSS:
        return metric.info
    names = {loss_name(task, run.validation.score_kind) for run in runs if run.validation is not None}
    title = f"Loss ({names.pop()})" if len(names) == 1 else metric.info.title
    return replace(metric.info, title=title)


def _positive(target: Target) -> str | int | float | bool | None:
    return None if target.positive is None else target.classes[target.positive]


def _split_summary(dataset: Dataset, split: Split) -> SplitSummary:
    return SplitSummary(
        method=split.method,
        description=split.description,
        n_train=len(split.train),
        n_validation=len(split.validation),
        n_new=0 if dataset.new is None else len(dataset.new),
        balance=_balance(dataset.target, split),
        n_folds=None if split.folds is None else len(np.unique(split.folds)),
    )


def _balance(target: Target, split: Split) -> dict[str, tuple[int, int]] | None:
    """Rows of each class (multilabel: with each label) in training and in validation."""
    if not target.task.is_classification:
        return None
    train, validation = (_class_rows(target, rows) for rows in (split.train, split.validation))
    return {str(label): (int(train[i]), int(validation[i])) for i, label in enumerate(target.classes)}


def _class_rows(target: Target, rows: np.ndarray) -> np.ndarray:
    codes = target.encoded[rows]
    if target.task is Task.MULTILABEL:
        return np.asarray(codes.sum(axis=0))
    return np.bincount(codes, minlength=len(target.classes))


def _notices(dataset: Dataset, split: Split, of_slices: tuple[Notice, ...]) -> tuple[Notice, ...]:
    """What was noticed of this side, each once; what is about the data or one model stays with these."""
    found = [*split.notices, *of_slices, *_left_out(dataset)]
    return tuple(notice for notice in dict.fromkeys(found) if notice not in dataset.description.notices)


def _left_out(dataset: Dataset) -> list[Notice]:
    """What is not drawn, and why."""
    notices = []
    n_classes = len(dataset.target.classes)
    if dataset.task is Task.MULTICLASS and n_classes > MAX_CLASSES:
        notices.append(Notice(f"no confusion matrix: {n_classes:,} classes, at most {MAX_CLASSES}", severity="note"))
    if dataset.task is not Task.BINARY and n_classes > MAX_CURVES:
        what = "outputs" if dataset.task is Task.MULTILABEL else "classes"
        notices.append(
            Notice(
                f"ROC and precision-recall curves: the {MAX_CURVES} most frequent of {n_classes:,} {what}",
                severity="note",
            )
        )
    if dataset.image_shape is not None and not has_pictures(dataset):
        height, width = dataset.image_shape
        notices.append(
            Notice(
                f"no pictures: {height} × {width} pixels need {height * width:,} columns of numbers, "
                f"and the features are {dataset.features.shape[1]:,}",
                hint="set data.image_shape to the height and width of the pictures",
            )
        )
    return notices
