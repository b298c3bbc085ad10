"""What a model has to be better than: the most frequent class of training, or its mean, on the same rows."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from ..core.results import Guess, Score
from ..core.text import cell_text
from ..core.values import Predictions, Task
from .metrics.base import RunMetric, measure

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from ..core.results import MetricInfo, ModelEvaluation
    from ..core.values import Dataset, Split, Target
    from .metrics import Metric

    Floats = NDArray[np.float64]

GUESSING = "guessing"  # in the place of a model's name


def guess(dataset: Dataset, split: Split, metrics: Sequence[Metric], models: Sequence[ModelEvaluation]) -> Guess | None:
    """Its validation scores, and the models that are no better by the first metric; None where no row counts."""
    weight = None if dataset.weight is None else dataset.weight[split.train]
    if not len(split.train) or not len(split.validation) or (weight is not None and not weight.any()):
        return None
    answers = constant_answers(dataset, split)
    scores = tuple(_score(metric, answers, dataset.target) for metric in metrics if not isinstance(metric, RunMetric))
    primary = metrics[0].info
    return Guess(
        by=_named(dataset.target, answers),
        scores=scores,
        no_better=tuple(model.name for model in models if _is_no_better(model, primary, scores)),
    )


def constant_answers(dataset: Dataset, split: Split) -> Predictions:
    """The same answer for every validation row: what scikit-learn's dummies of strategy `prior` and `mean` say.

    Of several labels, each by itself.
    """
    target, at = dataset.target, split.validation
    weight = None if dataset.weight is None else dataset.weight[split.train]
    said, shares = _constant(target, target.encoded[split.train], weight)
    y_pred = np.repeat(said[None], len(at), axis=0)
    y_score = np.tile(shares, (len(at), 1))
    has_score = target.task.is_classification
    return Predictions(
        y_pred=y_pred,
        y_score=y_score if has_score else None,
        score_kind="probability" if has_score else None,
        positions=at,
        y_true=target.encoded[at],
        weight=None if dataset.weight is None else dataset.weight[at],
        group=None if dataset.group is None else dataset.group[at],
    )


def _constant(target: Target, y_train: NDArray[Any], weight: Floats | None) -> tuple[NDArray[Any], Floats]:
    """One answer, and the probabilities beside it, none for a regression."""
    if not target.task.is_classification:
        return np.asarray(np.average(y_train, axis=0, weights=weight)), np.empty(0)
    if target.task is Task.MULTILABEL:
        shares = np.average(y_train, axis=0, weights=weight)
        return (shares > 0.5).astype(np.int64), shares
    counts = np.bincount(y_train, weight, minlength=len(target.classes))
    return np.asarray(counts.argmax()), counts / counts.sum()


def _score(metric: Metric, answers: Predictions, target: Target) -> Score:
    found = measure(metric, answers, target, who=GUESSING)
    return Score(GUESSING, metric.info.name, "validation", found.value, found.status, found.reason, found.note)


def _named(target: Target, answers: Predictions) -> str:
    if target.task is Task.MULTILABEL:
        return "always what is more frequent of each label in training"
    if not target.task.is_classification:
        return "always the means of training" if target.task.is_multi else "always the mean of training"
    return f"always '{cell_text(target.classes[int(answers.y_pred[0])])}', the most frequent class of training"


def _is_no_better(model: ModelEvaluation, primary: MetricInfo, scores: Sequence[Score]) -> bool:
    """Whether a model's primary score is that of the guess, or worse, where both are of one kind.

    A guess may be perfect by a metric that looks at one class alone, or where validation has one class: this tells
    nothing of a model.
    """
    ours = model.score(primary.name)
    theirs = next((score for score in scores if score.metric == primary.name), None)
    if ours is None or theirs is None or ours.value is None or theirs.value is None or ours.note != theirs.note:
        return False
    if primary.best is not None and math.isclose(theirs.value, primary.best, abs_tol=1e-9):
        return False
    return ours.value <= theirs.value if primary.greater_is_better else ours.value >= theirs.value
