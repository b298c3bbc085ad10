"""Metrics that the repository brings: functions by import path."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ...core.errors import MetricError, Place
from ...core.importing import import_object, user_traceback
from ...core.pairing import Failed, NotApplicable
from ...core.results import MetricInfo
from ...core.values import Predictions, Target, Task
from .base import ALL_TASKS, CLASSIFICATION, Metric, Needs, one_line
from .counts import positive_index
from .support import beside_largest, no_class

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ...config.schema import OwnMetric
    from ...core.pairing import Support


@dataclass(frozen=True, kw_only=True)
class FunctionMetric(Metric):
    """(y_true, y_pred or y_score[, sample_weight], **params) → float, with labels as the data have them.

    The function is kept by its path, so that a worker process can be sent the metric.
    """

    path: str
    root: Path
    params: Mapping[str, Any]

    def compute(self, predictions: Predictions, target: Target) -> float:
        function = import_object(self.path, self.root)
        arguments = dict(self.params)
        if predictions.weight is not None and _takes_weights(function):
            arguments["sample_weight"] = predictions.weight.copy()
        return _number(self._call(function, self._arrays(predictions, target), arguments))

    def note(self, predictions: Predictions, target: Target) -> str | None:  # noqa: ARG002 -- the same for any target
        """That weights are ignored, when they are."""
        if predictions.weight is None or _takes_weights(import_object(self.path, self.root)):
            return None
        return "without weights: the function takes no sample_weight"

    def _call(self, function: Callable[..., Any], arrays: list[NDArray[Any]], arguments: dict[str, Any]) -> Any:
        try:
            with np.errstate(all="warn"):  # numpy's warnings are the function's own affair
                return function(*arrays, **arguments)
        except (Exception, SystemExit) as error:
            frames = [
                line.strip() for line in user_traceback(error, self.root).splitlines() if line.startswith("  File")
            ]
            raise Failed(f"{one_line(error)} ({frames[-1]})" if frames else one_line(error)) from error

    def _arrays(self, predictions: Predictions, target: Target) -> list[NDArray[Any]]:
        """Truth and prediction, copied: a function that writes into its arguments spoils nothing."""
        answers = predictions.y_pred if self.needs == "labels" else predictions.y_score
        if predictions.y_true is None or answers is None:
            raise ValueError("needs labels and predictions")
        if self.needs == "labels":
            return [decode(predictions.y_true, target), decode(answers, target)]
        chosen = answers[:, positive_index(target)] if target.task is Task.BINARY else answers
        return [decode(predictions.y_true, target), chosen.copy()]


def own_metric(wanted: OwnMetric, root: Path, key: str) -> FunctionMetric:
    """The metric of a configuration; `key` is its place there. Raises ReportError when it cannot be used."""
    function = import_object(wanted.function, root, key=f"{key}.function")
    name = wanted.name or wanted.function.replace(":", ".").rpartition(".")[2]
    _check_function(function, wanted.function, Place(key=f"{key}.function"))
    needs: Needs = "score" if wanted.needs == "decision" else wanted.needs
    return FunctionMetric(
        info=MetricInfo(name, name, wanted.greater_is_better, description=f"Own metric: {wanted.function}."),
        tasks=ALL_TASKS if needs == "labels" else CLASSIFICATION,
        needs=needs,
        undefined="the function returned NaN",
        support=_beside_largest,
        path=wanted.function,
        root=root,
        params=wanted.params,
    )


def _beside_largest(predictions: Predictions, target: Target) -> Sequence[Support]:
    """What a function does with classes is not known: of two, both have to have rows."""
    return (beside_largest if target.task.is_classification else no_class)(predictions, target)


def decode(codes: NDArray[Any], target: Target) -> NDArray[Any]:
    """A copy with class codes as the user's labels; numbers, and the 0 and 1 of multilabel, are what they are."""
    if target.task not in (Task.BINARY, Task.MULTICLASS):
        return codes.copy()
    kinds = {type(label) for label in target.classes}
    labels = np.array(target.classes, dtype=None if kinds <= {int} or kinds in ({bool}, {float}) else object)
    decoded: NDArray[Any] = labels[codes]
    return decoded


def _check_function(function: Any, path: str, place: Place) -> None:
    if hasattr(function, "_score_func"):
        raise MetricError(
            f"'{path}' is a scorer, which asks an estimator",
            place=place,
            hint="give the function below it, (y_true, y_pred) → float",
        )
    if not callable(function):
        raise MetricError(f"'{path}' is not a function", place=place, hint="give a function (y_true, y_pred) → float")


def _takes_weights(function: Callable[..., Any]) -> bool:
    try:
        return "sample_weight" in inspect.signature(function).parameters
    except (TypeError, ValueError):  # compiled functions may have no signature
        return False


def _number(value: Any) -> float:
    if np.ma.is_masked(value):  # as a number it would be what is below the mask, such as 0, a perfect loss
        raise NotApplicable("the function returned a masked value")
    array = np.asarray(value)
    if array.size != 1 or array.dtype.kind not in "iufb":
        raise Failed(f"the function returned {type(value).__name__}, not a number")
    number = float(array.reshape(()))
    if np.isnan(number):
        raise NotApplicable("the function returned NaN")
    return number
