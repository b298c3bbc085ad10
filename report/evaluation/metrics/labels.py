"""Metrics of predicted classes, each a function of confusion counts (or, for accuracy, a mean over rows).

Classes that are in neither the truth nor the predictions do not count towards averages, as in scikit-learn.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from ...core.results import MetricInfo
from ...core.values import Predictions, Target, Task
from .base import BINARY, CLASSES, CLASSIFICATION, CountMetric, Metric, RowMetric
from .counts import ClassCounts, positive_index, truth
from .support import (
    beside_largest,
    each_class,
    each_predicted,
    negative_class,
    no_class,
    positive_and_predicted,
    positive_class,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from .support import SupportOf

    Floats = NDArray[np.float64]


class Parts(NamedTuple):
    """A ratio per class, (..., n_classes)."""

    numerator: Floats
    denominator: Floats


def precision_parts(counts: ClassCounts) -> Parts:
    return Parts(counts.hits, counts.predicted)


def recall_parts(counts: ClassCounts) -> Parts:
    return Parts(counts.hits, counts.actual)


def f1_parts(counts: ClassCounts) -> Parts:
    return Parts(2 * counts.hits, counts.predicted + counts.actual)


def jaccard_parts(counts: ClassCounts) -> Parts:
    return Parts(counts.hits, counts.predicted + counts.actual - counts.hits)


def specificity_parts(counts: ClassCounts) -> Parts:
    total = counts.total[..., None]
    return Parts(total - counts.predicted - counts.actual + counts.hits, total - counts.actual)


PartsOf = Callable[[ClassCounts], Parts]


def of_positive(parts_of: PartsOf, counts: ClassCounts, target: Target) -> Floats:
    """The ratio for the positive class; NaN when no row is of that class, 0 when it is only never predicted."""
    positive = positive_index(target)
    parts = parts_of(counts)
    empty = np.where(counts.actual[..., positive] > 0, 0.0, np.nan)
    return _ratio(parts.numerator[..., positive], parts.denominator[..., positive], empty)


def macro(parts_of: PartsOf, counts: ClassCounts, target: Target) -> Floats:
    """The mean over classes; one that has rows but is never predicted, or the other way round, counts as 0."""
    return _mean_where(_ratio(*parts_of(counts), 0.0), _present(counts, target))


def weighted(parts_of: PartsOf, counts: ClassCounts, target: Target) -> Floats:  # noqa: ARG001 -- one signature
    """The mean over classes, weighted by the rows of each."""
    ratios = _ratio(*parts_of(counts), 0.0)
    return _ratio((ratios * counts.actual).sum(axis=-1), counts.actual.sum(axis=-1))


def micro(parts_of: PartsOf, counts: ClassCounts, target: Target) -> Floats:  # noqa: ARG001 -- one signature
    """The ratio of the sums over classes."""
    parts = parts_of(counts)
    return _ratio(parts.numerator.sum(axis=-1), parts.denominator.sum(axis=-1))


def specificity(counts: ClassCounts, target: Target) -> Floats:
    """The share of the negative rows that are predicted as such; NaN when there is none."""
    positive = positive_index(target)
    parts = specificity_parts(counts)
    return _ratio(parts.numerator[..., positive], parts.denominator[..., positive])


def specificity_macro(counts: ClassCounts, target: Target) -> Floats:
    """The mean over classes; one that all rows are of has no specificity, and does not count."""
    parts = specificity_parts(counts)
    return _mean_where(_ratio(*parts), _present(counts, target) & (parts.denominator > 0))


def balanced_accuracy(counts: ClassCounts, target: Target) -> Floats:  # noqa: ARG001 -- one signature
    """The mean recall of the classes that have rows."""
    return _mean_where(_ratio(*recall_parts(counts)), counts.actual > 0)


def mcc(counts: ClassCounts, target: Target) -> Floats:  # noqa: ARG001 -- one signature
    """Matthews' correlation, for any number of classes (Gorodkin 2004); 0 when all rows get the same label."""
    square = counts.total**2
    covariance = counts.hits.sum(axis=-1) * counts.total - (counts.predicted * counts.actual).sum(axis=-1)
    of_truth = _without_noise(square - (counts.actual**2).sum(axis=-1), square)
    of_prediction = _without_noise(square - (counts.predicted**2).sum(axis=-1), square)
    empty = np.where(of_truth > 0, 0.0, np.nan)
    return _ratio(covariance, np.sqrt(of_truth * of_prediction), empty)


def cohen_kappa(counts: ClassCounts, target: Target) -> Floats:  # noqa: ARG001 -- one signature
    """Agreement beyond what the shares of the classes would give by chance (Cohen 1960)."""
    observed = counts.hits.sum(axis=-1) * counts.total
    chance = (counts.predicted * counts.actual).sum(axis=-1)
    square = counts.total**2
    return _ratio(observed - chance, _without_noise(square - chance, square))


def correct_rows(predictions: Predictions, target: Target) -> Floats:  # noqa: ARG001 -- one signature
    """(n_rows,) 1 where the prediction is right (multilabel: in every output), else 0."""
    right = np.equal(predictions.y_pred, truth(predictions))
    return np.asarray(right if right.ndim == 1 else right.all(axis=1), dtype=np.float64)


def wrong_labels(predictions: Predictions, target: Target) -> Floats:  # noqa: ARG001 -- one signature
    """(n_rows,) the share of labels that are wrong."""
    wrong = np.not_equal(predictions.y_pred, truth(predictions))
    return np.asarray(wrong if wrong.ndim == 1 else wrong.mean(axis=1), dtype=np.float64)


def positive_likelihood_ratio(counts: ClassCounts, target: Target) -> Floats:
    """Recall by the share of false alarms; NaN when there is none, or no row of one of the two classes."""
    positive, recall, of_others = positive_index(target), recall_parts(counts), specificity_parts(counts)
    negatives = of_others.denominator[..., positive]
    alarms = negatives - of_others.numerator[..., positive]
    return _ratio(recall.numerator[..., positive] * negatives, alarms * recall.denominator[..., positive])


def negative_likelihood_ratio(counts: ClassCounts, target: Target) -> Floats:
    """The share of missed rows by specificity; NaN when no negative row is predicted as such, or none is positive."""
    positive, recall, of_others = positive_index(target), recall_parts(counts), specificity_parts(counts)
    actual = recall.denominator[..., positive]
    missed = actual - recall.numerator[..., positive]
    return _ratio(missed * of_others.denominator[..., positive], of_others.numerator[..., positive] * actual)


def of_rows(parts_of: PartsOf, predictions: Predictions, target: Target) -> Floats:  # noqa: ARG001 -- one signature
    """(n_rows,) the ratio of each row over its labels; 0 where it has none to count, as in scikit-learn."""
    y_true, y_pred = truth(predictions), predictions.y_pred
    hits, predicted, actual = ((part > 0).sum(axis=1, dtype=np.float64) for part in (y_true & y_pred, y_pred, y_true))
    return _ratio(*parts_of(ClassCounts(hits, predicted, actual, hits)), 0.0)


def _ratio(numerator: Any, denominator: Any, empty: Any = np.nan) -> Floats:
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio: Floats = np.where(denominator > 0, np.asarray(numerator) / denominator, empty)
    return ratio


def _present(counts: ClassCounts, target: Target) -> NDArray[np.bool_]:
    present = counts.predicted + counts.actual > 0
    return np.ones_like(present) if target.task is Task.MULTILABEL else present


def _without_noise(difference: Floats, size: Floats) -> Floats:
    """Weighted sums of the same rows differ in their last bits: such a difference is none."""
    return np.where(difference > 1e-12 * size, difference, 0.0)


def _mean_where(values: Floats, chosen: NDArray[np.bool_]) -> Floats:
    return _ratio(np.where(chosen, values, 0.0).sum(axis=-1), chosen.sum(axis=-1))


class Supports(NamedTuple):
    """What the forms of a family hang on."""

    positive: SupportOf
    macro: SupportOf
    weighted: SupportOf


OF_CLASSES = Supports(positive_class, each_class, no_class)
OF_PREDICTIONS = Supports(positive_and_predicted, each_predicted, each_predicted)


def _family(
    name: str, title: str, parts_of: PartsOf, description: str, *aliases: str, supports: Supports = OF_CLASSES
) -> tuple[Metric, ...]:
    """A ratio for the positive class, its three averages over classes, and that over rows with several labels."""

    def info(suffix: str, what: str, how: str) -> MetricInfo:
        return MetricInfo(
            name + suffix, title + what, True, best=1.0, description=f"{description}{how}.", is_share=True
        )

    return (
        CountMetric(
            info=info("", "", ", for the positive class"),
            tasks=BINARY,
            of_counts=partial(of_positive, parts_of),
            undefined="no row is of the positive class",
            aliases=aliases,
            support=supports.positive,
        ),
        CountMetric(
            info=info("_macro", " (macro)", ": the mean over classes"),
            tasks=CLASSIFICATION,
            of_counts=partial(macro, parts_of),
            support=supports.macro,
        ),
        CountMetric(
            info=info("_weighted", " (weighted)", ": the mean over classes, weighted by their rows"),
            tasks=CLASSIFICATION,
            of_counts=partial(weighted, parts_of),
            undefined="no row has a label",
            support=supports.weighted,
        ),
        CountMetric(
            info=info("_micro", " (micro)", ": counted over all classes together"),
            tasks=CLASSIFICATION,
            of_counts=partial(micro, parts_of),
            undefined="no row has a label",
        ),
        RowMetric(
            info=info("_samples", " (by row)", ": the mean over rows"),
            tasks=(Task.MULTILABEL,),
            per_row=partial(of_rows, parts_of),
        ),
    )


LABEL_METRICS: tuple[Metric, ...] = (
    RowMetric(
        info=MetricInfo(
            "accuracy", "Accuracy", True, best=1.0, description="Share of rows that are predicted right.", is_share=True
        ),
        tasks=CLASSIFICATION,
        per_row=correct_rows,
        is_share=True,
        aliases=("acc", "subset_accuracy"),
    ),
    CountMetric(
        info=MetricInfo(
            "balanced_accuracy",
            "Balanced accuracy",
            True,
            best=1.0,
            description="Mean recall of the classes that have rows.",
            is_share=True,
        ),
        tasks=CLASSES,
        of_counts=balanced_accuracy,
        support=each_class,
        aliases=("balanced_acc",),
    ),
    *_family(
        "precision",
        "Precision",
        precision_parts,
        "Share of the rows predicted as a class that are of it",
        "ppv",
        supports=OF_PREDICTIONS,
    ),
    *_family("recall", "Recall", recall_parts, "Share of the rows of a class that are found", "sensitivity", "tpr"),
    *_family("f1", "F1", f1_parts, "Harmonic mean of precision and recall"),
    *_family("jaccard", "Jaccard", jaccard_parts, "Hits among the rows of a class or predicted as it", "iou"),
    CountMetric(
        info=MetricInfo(
            "specificity",
            "Specificity",
            True,
            best=1.0,
            description="Share of the negative rows that are predicted as such.",
            is_share=True,
        ),
        tasks=BINARY,
        of_counts=specificity,
        support=negative_class,
        undefined="all rows are of the positive class",
        aliases=("tnr",),
    ),
    CountMetric(
        info=MetricInfo(
            "specificity_macro",
            "Specificity (macro)",
            True,
            best=1.0,
            description="Share of the rows of other classes that are not predicted as a class: the mean over classes.",
            is_share=True,
        ),
        tasks=CLASSIFICATION,
        of_counts=specificity_macro,
        support=beside_largest,
        undefined="only one class in these rows",
    ),
    CountMetric(
        info=MetricInfo(
            "positive_likelihood_ratio",
            "Positive likelihood ratio",
            True,
            description="How much likelier a row of the positive class is predicted as such than another row.",
        ),
        tasks=BINARY,
        of_counts=positive_likelihood_ratio,
        support=negative_class,
        undefined="there is no false alarm, or only one class in these rows",
        aliases=("lr_plus",),
    ),
    CountMetric(
        info=MetricInfo(
            "negative_likelihood_ratio",
            "Negative likelihood ratio",
            False,
            best=0.0,
            description="How much likelier a row of the positive class is predicted as the other one than another row.",
        ),
        tasks=BINARY,
        of_counts=negative_likelihood_ratio,
        support=positive_class,
        undefined="no row is rightly predicted as negative, or none is of the positive class",
        aliases=("lr_minus",),
    ),
    CountMetric(
        info=MetricInfo(
            "mcc",
            "Matthews correlation",
            True,
            best=1.0,
            description="Correlation of truth and prediction, from −1 to 1; 0 is chance.",
        ),
        tasks=CLASSES,
        of_counts=mcc,
        support=beside_largest,
        undefined="only one class in these rows",
        aliases=("matthews_corrcoef", "matthews"),
    ),
    CountMetric(
        info=MetricInfo(
            "cohen_kappa",
            "Cohen's kappa",
            True,
            best=1.0,
            description="Agreement of truth and prediction beyond chance.",
        ),
        tasks=CLASSES,
        of_counts=cohen_kappa,
        support=beside_largest,
        undefined="only one class in these rows",
        aliases=("kappa",),
    ),
    RowMetric(
        info=MetricInfo(
            "hamming_loss",
            "Hamming loss",
            False,
            best=0.0,
            description="Share of labels that are predicted wrong.",
            is_share=True,
        ),
        tasks=CLASSIFICATION,
        per_row=wrong_labels,
        aliases=("hamming",),
    ),
)
