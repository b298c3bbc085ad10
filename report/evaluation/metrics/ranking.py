"""Metrics of how a score ranks rows: the areas under the ROC and the precision-recall curve."""

from __future__ import annotations

from functools import lru_cache, partial
from typing import TYPE_CHECKING, Literal, NamedTuple

import numpy as np

from ...core.pairing import AnyOfRows, AreaQuestion, MeanOfAreas, NotApplicable, Pairing
from ...core.results import MetricInfo
from ...core.values import Predictions, Target, Task
from .base import CLASSIFICATION, Metric, ValueMetric
from .counts import positive_index
from .support import beside_largest, both_sides

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

Average = Literal["macro", "weighted"]


class OneAgainstRest(NamedTuple):
    """A question with two answers: which rows are of a class, by a score. All (n_rows,); order : by rising score."""

    code: int  # index into `Target.classes`
    is_class: NDArray[np.bool_]
    score: Floats
    order: NDArray[np.int64]
    weight: Floats | None


class Ranking(NamedTuple):
    """Weighted counts above each distinct score, from the highest score down; both (n_thresholds,)."""

    true_positives: Floats
    false_positives: Floats


def one_against_rest(predictions: Predictions, target: Target) -> Iterator[OneAgainstRest]:
    """The positive class of a binary target, every class of several, every output of a multilabel one."""
    y_true, y_score = predictions.y_true, predictions.y_score
    if y_true is None or y_score is None:
        raise ValueError("needs labels and scores")
    chosen = (positive_index(target),) if target.task is Task.BINARY else range(len(target.classes))
    for code in chosen:
        is_class = y_true[:, code] == 1 if target.task is Task.MULTILABEL else y_true == code
        yield OneAgainstRest(code, is_class, y_score[:, code], predictions.by_score(code), predictions.weight)


def ranking(question: OneAgainstRest) -> Ranking:
    """Count rows from the highest score down; rows of equal score share a threshold."""
    order = question.order[::-1]
    score, hit = question.score[order], question.is_class[order]
    ends = np.append(np.flatnonzero(np.diff(score)), len(score) - 1)
    if question.weight is None:
        hits = np.cumsum(hit, dtype=np.float64)[ends]
        return Ranking(hits, ends + 1.0 - hits)
    weight = question.weight[order]
    return Ranking(np.cumsum(np.where(hit, weight, 0.0))[ends], np.cumsum(np.where(hit, 0.0, weight))[ends])


def area_under_roc(ranked: Ranking) -> float:
    """Area under the ROC curve by trapezoids; NaN when one of the two classes has no row."""
    hits = np.append(0.0, ranked.true_positives)
    alarms = np.append(0.0, ranked.false_positives)
    if not hits[-1] > 0 or not alarms[-1] > 0:
        return float("nan")
    area = np.sum(np.diff(alarms) * (hits[1:] + hits[:-1])) / 2
    return float(area / hits[-1] / alarms[-1])


def average_precision_of(ranked: Ranking) -> float:
    """Precision, averaged over the steps of recall; NaN when no row is of the class."""
    hits = ranked.true_positives
    if not hits[-1] > 0:
        return float("nan")
    precision = hits / (hits + ranked.false_positives)
    return float(np.sum(np.diff(hits, prepend=0.0) * precision) / hits[-1])


@lru_cache(maxsize=1)
def mean_of_areas(target: Target) -> Pairing:
    """The mean area over questions that both of the classes have rows for; the same object for the same target."""
    value = partial(averaged, area_under_roc, "macro", target=target)
    return MeanOfAreas(partial(_questions, target=target), value, partial(both_sides, target=target))


def mean_of_precisions(target: Target) -> Pairing:
    """The mean average precision over the same questions."""
    value, support = partial(averaged, average_precision_of, "macro", target=target), partial(both_sides, target=target)
    return MeanOfAreas(partial(_questions, target=target), value, support, "precision_recall")


def _questions(predictions: Predictions, target: Target) -> list[AreaQuestion]:
    asked = one_against_rest(predictions, target)
    return [
        (one.is_class, one.score, one.order) for one in asked if 0 < np.count_nonzero(one.is_class) < len(one.is_class)
    ]


def weighted_mean_of_areas(target: Target) -> Pairing:
    """Of one question, the area; of several, with weights that are drawn with the rows."""
    if target.task is Task.BINARY:
        return mean_of_areas(target)
    value = partial(averaged, area_under_roc, "weighted", target=target)
    return AnyOfRows(value, partial(beside_largest, target=target))


def averaged(
    of_ranking: Callable[[Ranking], float], average: Average, predictions: Predictions, target: Target
) -> float:
    """A value of each question, averaged over those that have one."""
    values, sizes = [], []
    for question in one_against_rest(predictions, target):
        ranked = ranking(question)
        value = of_ranking(ranked)
        if not np.isnan(value):
            values.append(value)
            sizes.append(ranked.true_positives[-1])
    if not values:
        raise NotApplicable("only one class in these rows")
    return float(np.average(values, weights=sizes if average == "weighted" else None))


RANKING_METRICS: tuple[Metric, ...] = (
    ValueMetric(
        info=MetricInfo(
            "roc_auc",
            "ROC AUC",
            True,
            best=1.0,
            description="Chance that a row of a class scores higher than another row; the mean over classes.",
            is_share=True,
        ),
        tasks=CLASSIFICATION,
        needs="score",
        function=partial(averaged, area_under_roc, "macro"),
        paired=mean_of_areas,
        aliases=("auc", "roc_auc_ovr", "roc_auc_macro"),
    ),
    ValueMetric(
        info=MetricInfo(
            "roc_auc_weighted",
            "ROC AUC (weighted)",
            True,
            best=1.0,
            description="ROC AUC of each class against the rest, weighted by the rows of each.",
            is_share=True,
        ),
        tasks=CLASSIFICATION,
        needs="score",
        function=partial(averaged, area_under_roc, "weighted"),
        paired=weighted_mean_of_areas,
        aliases=("roc_auc_ovr_weighted",),
    ),
    ValueMetric(
        info=MetricInfo(
            "average_precision",
            "Average precision",
            True,
            best=1.0,
            description="Area under the precision-recall curve, in steps; the mean over classes.",
            is_share=True,
        ),
        tasks=CLASSIFICATION,
        needs="score",
        function=partial(averaged, average_precision_of, "macro"),
        paired=mean_of_precisions,
        aliases=("ap", "pr_auc", "auprc"),
    ),
)
