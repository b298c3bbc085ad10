"""What a metric is: the kinds of metric by what they are computed from, and how one is measured on some rows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import numpy as np

from ...core.faults import fault_of
from ...core.pairing import AnyOfRows, Failed, MeanOfRows, NotApplicable, OfConfusion, OfLabels, Pairing, no_worst
from ...core.results import MetricInfo
from ...core.values import ModelRun, Predictions, Target, Task
from .counts import ClassCounts, class_counts
from .support import no_class

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ...core.pairing import Support
    from .support import SupportOf

    Floats = NDArray[np.float64]

Needs: TypeAlias = Literal["labels", "probability", "score"]  # a score is a probability or a decision function

BINARY = (Task.BINARY,)
CLASSES = (Task.BINARY, Task.MULTICLASS)
CLASSIFICATION = (Task.BINARY, Task.MULTICLASS, Task.MULTILABEL)
REGRESSION = (Task.REGRESSION, Task.MULTIOUTPUT)
ALL_TASKS = tuple(Task)


@dataclass(frozen=True, kw_only=True)
class Metric:
    """One metric. Its name, title, unit and direction are in `info`, and nowhere else.

    tasks : those that it is defined for. needs : what a model has to give: labels, probabilities, or any score.
    undefined : why it has no value when the formula gives NaN. aliases : other names that users know it by.
    support : the kinds of rows that have to be enough for a verdict on a change of it.
    """

    info: MetricInfo
    tasks: tuple[Task, ...]
    needs: Needs = "labels"
    undefined: str = "undefined on these rows"
    aliases: tuple[str, ...] = ()
    support: SupportOf = no_class

    def compute(self, predictions: Predictions, target: Target) -> float:
        """The value on labelled rows, weights respected; NaN or NotApplicable where there is none."""
        raise NotImplementedError

    def note(self, predictions: Predictions, target: Target) -> str | None:  # noqa: ARG002 -- for subclasses
        """What a reader should know of this one value, if anything."""
        return None

    def pairing(self, target: Target) -> Pairing | None:
        """How a change of it between two models is estimated; None where rows say nothing of its uncertainty."""
        return AnyOfRows(partial(self.compute, target=target), lambda predictions: self.support(predictions, target))


@dataclass(frozen=True, kw_only=True)
class RowMetric(Metric):
    """The weighted mean of a value per row.

    per_row : (predictions, target) → (n_rows,) float64. is_share : whether each value is 0 or 1. worst : the value of a
    row of which the model says what it holds for impossible; 0 where it holds nothing for that.
    """

    per_row: Callable[[Predictions, Target], Floats]
    is_share: bool = False
    worst: Callable[[Predictions, Target], float] | None = None

    def compute(self, predictions: Predictions, target: Target) -> float:
        return float(np.average(self.per_row(predictions, target), weights=predictions.weight))

    def pairing(self, target: Target) -> Pairing:
        worst = self.worst
        return MeanOfRows(
            lambda predictions: self.per_row(predictions, target),
            self.is_share,
            no_worst if worst is None else lambda predictions: worst(predictions, target),
        )


@dataclass(frozen=True, kw_only=True)
class CountMetric(Metric):
    """A function of the confusion matrix.

    of_counts : (counts of shape (..., n_classes), target) → (...) float64: many matrices at a time for resampling.
    """

    of_counts: Callable[[ClassCounts, Target], Floats]

    def compute(self, predictions: Predictions, target: Target) -> float:
        return float(self.of_counts(class_counts(predictions, target), target))

    def pairing(self, target: Target) -> Pairing | None:
        def of_labels(hits: Floats, predicted: Floats, actual: Floats, total: Floats) -> Floats:
            return self.of_counts(ClassCounts(hits, predicted, actual, total), target)

        def of_sums(hits: Floats, predicted: Floats, actual: Floats) -> Floats:
            return of_labels(hits, predicted, actual, actual.sum(axis=-1))

        def support(predictions: Predictions) -> Sequence[Support]:
            return self.support(predictions, target)

        if target.task is Task.MULTILABEL:  # labels are not exclusive: there is no one confusion matrix
            return OfLabels(of_labels, support)
        return OfConfusion(of_sums, len(target.classes), support)


@dataclass(frozen=True, kw_only=True)
class ValueMetric(Metric):
    """Any other function of the rows.

    paired : the kind of function that it is for some target, where it is a known one.
    """

    function: Callable[[Predictions, Target], float]
    paired: Callable[[Target], Pairing | None] | None = None

    def compute(self, predictions: Predictions, target: Target) -> float:
        return self.function(predictions, target)

    def pairing(self, target: Target) -> Pairing | None:
        return super().pairing(target) if self.paired is None else self.paired(target)


@dataclass(frozen=True, kw_only=True)
class RunMetric(Metric):
    """A property of the fitted model rather than of its predictions, such as the time to fit it."""

    of_run: Callable[[ModelRun], float | None]

    def compute(self, predictions: Predictions, target: Target) -> float:  # noqa: ARG002 -- has none
        raise NotApplicable("measured once for the model, not on rows")

    def pairing(self, target: Target) -> Pairing | None:  # noqa: ARG002 -- never
        return None


@dataclass(frozen=True)
class Measured:
    """The outcome of a metric on some rows: a value, or a status with the reason why there is none."""

    value: float | None
    status: Literal["ok", "not applicable", "failed"] = "ok"
    reason: str | None = None
    note: str | None = None


def measure(metric: Metric, predictions: Predictions | None, target: Target, *, who: str = "the model") -> Measured:
    """The metric on some rows; never raises. `who` names the model in a reason."""
    try:
        return _measure(metric, predictions, target, who)
    except NotApplicable as reason:
        return Measured(None, "not applicable", str(reason))
    except Failed as reason:
        return Measured(None, "failed", str(reason))
    except Exception as error:  # noqa: BLE001 -- an error of ours, shown as one: own functions raise Failed
        return Measured(None, "failed", fault_of(error))


def one_line(error: BaseException) -> str:
    """An exception in one line: its type and the first line of its message."""
    message = str(error).strip().splitlines()
    return f"{type(error).__name__}: {message[0]}" if message else type(error).__name__


def with_weight(predictions: Predictions) -> Predictions:
    """The rows that count: one of weight zero is as if it were not there."""
    weight = predictions.weight
    return predictions if weight is None or weight.all() else predictions.take(weight > 0)


def _measure(metric: Metric, predictions: Predictions | None, target: Target, who: str) -> Measured:
    if target.task not in metric.tasks:
        raise NotApplicable(f"not defined for {target.task.value}")
    if predictions is None or predictions.y_true is None:
        raise NotApplicable("these rows have no labels")
    rows = with_weight(predictions)
    if not len(rows.y_pred):
        raise NotApplicable("all weights are zero" if len(predictions.y_pred) else "no rows")
    _check_needs(metric.needs, rows, who)
    with np.errstate(all="ignore"):
        value = metric.compute(rows, target)
    if np.isnan(value):
        _check_finite(rows.y_score)
        raise NotApplicable(metric.undefined)
    if np.isinf(value):
        raise Failed("the value is infinite")
    return Measured(value, note=metric.note(rows, target))


def _check_needs(needs: Needs, predictions: Predictions, who: str) -> None:
    if needs == "labels":
        return _check_finite(predictions.y_pred)
    if predictions.y_score is None:
        wanted = "probabilities" if needs == "probability" else "probabilities or a decision function"
        raise NotApplicable(f"needs {wanted}; {who} gives only labels")
    if needs == "probability" and predictions.score_kind != "probability":
        raise NotApplicable(f"needs probabilities; {who} gives only a decision function")
    return _check_finite(predictions.y_score)


def _check_finite(values: NDArray[Any] | None) -> None:
    if values is not None and values.dtype.kind == "f" and not np.isfinite(values).all():
        raise Failed("the predictions hold NaN or infinite values")
