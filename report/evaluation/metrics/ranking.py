"""Metrics of how a score ranks rows: the areas under the ROC and the precision-recall curve."""

from __future__ import annotations

from functools import lru_cache, partial
from typing import TYPE_CHECKING, Literal, NamedTuple

import numpy as np

from ...core.pairing import AnyOfRows, AreaQuestion, MeanOfAreas, NotApplicable, Pairing
from ...core.results import MetricInfo
from ...core.values import Predictions, Target, Task
from .base import CLASSES, CLASSIFICATION, Metric, RowMetric, ValueMetric
from .counts import positive_index, truth
from .support import beside_largest, both_sides

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

Average = Literal["macro", "weighted"]
_MOST_PAIRED = 50  # classes: their pairs are compared a thousand times for an interval
_HIGHEST = 2  # classes, as scikit-learn's scorer has it


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


def one_against_one(average: Average, predictions: Predictions, target: Target) -> float:
    """The area among the rows of two classes, by the score of each of them, averaged over pairs (Hand and Till 2001).

    weighted : pairs count by their rows. Pairs of which one class has no row do not count. Of two classes, the area.
    """
    if target.task is Task.BINARY:
        return averaged(area_under_roc, average, predictions, target)
    present, codes = np.unique(truth(predictions), return_inverse=True)
    if len(present) < 2:
        raise NotApplicable("only one class in these rows")
    if len(present) > _MOST_PAIRED:
        raise NotApplicable(f"more than {_MOST_PAIRED} classes, which are too many pairs")
    weight = np.ones(len(codes)) if predictions.weight is None else predictions.weight
    size = np.bincount(codes, weights=weight)
    wins = np.stack([_wins(at, codes, _scores(predictions)[:, code], weight) for at, code in enumerate(present)])
    areas = wins / np.outer(size, size)
    first, second = np.triu_indices(len(present), 1)
    values, rows = (areas[first, second] + areas[second, first]) / 2, size[first] + size[second]
    return float(np.average(values, weights=rows if average == "weighted" else None))


def _wins(at: int, codes: NDArray[np.int64], score: Floats, weight: Floats) -> Floats:
    """Against each class, (n_classes,): pairs in which the row of class `at` scores higher, and half of equal ones."""
    _, level = np.unique(score, return_inverse=True)
    n_classes, n_levels = int(codes.max()) + 1, int(level.max()) + 1
    cells = np.bincount(level * n_classes + codes, weights=weight, minlength=n_levels * n_classes)
    rows = cells.reshape(n_levels, n_classes)
    lower = np.cumsum(rows, axis=0) - rows / 2
    wins: Floats = rows[:, at] @ lower
    return wins


def _scores(predictions: Predictions) -> Floats:
    if predictions.y_score is None:
        raise ValueError("needs scores")
    return predictions.y_score


def among_highest(predictions: Predictions, target: Target) -> Floats:
    """(n_rows,) 1.0 where the class is among the two of highest score; of equal ones, the later, as in scikit-learn."""
    if target.task is Task.BINARY:
        return np.ones(len(truth(predictions)))
    highest = np.argsort(_scores(predictions), axis=1, kind="stable")[:, ::-1][:, :_HIGHEST]
    return np.asarray((highest == truth(predictions)[:, np.newaxis]).any(axis=1), dtype=np.float64)


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
    ValueMetric(
        info=MetricInfo(
            "roc_auc_ovo",
            "ROC AUC (one against one)",
            True,
            best=1.0,
            description="ROC AUC of each class against each other: the mean over pairs.",
            is_share=True,
        ),
        tasks=CLASSES,
        needs="score",
        function=partial(one_against_one, "macro"),
        support=both_sides,
    ),
    ValueMetric(
        info=MetricInfo(
            "roc_auc_ovo_weighted",
            "ROC AUC (one against one, weighted)",
            True,
            best=1.0,
            description="ROC AUC of each class against each other: the mean over pairs, weighted by their rows.",
            is_share=True,
        ),
        tasks=CLASSES,
        needs="score",
        function=partial(one_against_one, "weighted"),
        support=both_sides,
    ),
    RowMetric(
        info=MetricInfo(
            "top_k_accuracy",
            "Top-2 accuracy",
            True,
            best=1.0,
            description="Share of rows whose class is one of the two of highest score: of two classes, all.",
            is_share=True,
        ),
        tasks=(Task.BINARY, Task.MULTICLASS),
        needs="score",
        per_row=among_highest,
        is_share=True,
        aliases=("top_2_accuracy",),
    ),
)
