"""Which rows the value of a metric hangs on: with few of them, nothing can be told of a change.

Each function takes labelled rows and gives the kinds of rows that have to be enough.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ...core.pairing import Support
from ...core.text import cell_text
from ...core.values import Predictions, Target, Task
from .counts import positive_index, truth

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import TypeAlias

    from numpy.typing import NDArray

    SupportOf: TypeAlias = Callable[[Predictions, Target], Sequence[Support]]


def no_class(predictions: Predictions, target: Target) -> list[Support]:  # noqa: ARG001 -- one signature
    """Every row counts alike, whatever its class: few rows of one move the value little."""
    return []


def each_class(predictions: Predictions, target: Target) -> list[Support]:
    """The rows of each class; of several labels, the rows that have each."""
    y_true = truth(predictions)
    if target.task is Task.MULTILABEL:
        return _of_labels(y_true, target, "label")
    return [Support(y_true, tuple(f"class {_name(label)}" for label in target.classes))]


def positive_class(predictions: Predictions, target: Target) -> list[Support]:
    """The rows of the positive class of a binary target."""
    return [_one(truth(predictions), positive_index(target), f"class {_name(target.classes[positive_index(target)])}")]


def negative_class(predictions: Predictions, target: Target) -> list[Support]:
    """The rows of the other class of a binary target."""
    negative = 1 - positive_index(target)
    return [_one(truth(predictions), negative, f"class {_name(target.classes[negative])}")]


def both_sides(predictions: Predictions, target: Target) -> list[Support]:
    """The rows of each class, and those that are not of it."""
    y_true = truth(predictions)
    if target.task is Task.MULTILABEL:
        return [*_of_labels(y_true, target, "label"), *_of_labels(1 - y_true, target, "the absence of label")]
    return [*each_class(predictions, target), *beside_largest(predictions, target)]


def beside_largest(predictions: Predictions, target: Target) -> list[Support]:
    """All rows but those of the largest class: what a correlation of truth and prediction is made of."""
    y_true = truth(predictions)
    if target.task is Task.MULTILABEL or not len(y_true):
        return []
    largest = int(np.bincount(y_true).argmax())
    others = [label for code, label in enumerate(target.classes) if code != largest]
    name = f"class {_name(others[0])}" if len(others) == 1 else f"any class but {_name(target.classes[largest])}"
    return [Support(_codes(y_true != largest), (name,))]


def positive_and_predicted(predictions: Predictions, target: Target) -> list[Support]:
    """The rows of the positive class, and those that are predicted as it."""
    positive = positive_index(target)
    predicted = _one(predictions.y_pred, positive, f"the prediction {_name(target.classes[positive])}")
    return [*positive_class(predictions, target), predicted]


def each_predicted(predictions: Predictions, target: Target) -> list[Support]:
    """The rows of each class, and those that are predicted as each."""
    if target.task is Task.MULTILABEL:
        predicted = _of_labels(predictions.y_pred, target, "the prediction")
    else:
        names = tuple(f"the prediction {_name(label)}" for label in target.classes)
        predicted = [Support(predictions.y_pred, names)]
    return [*each_class(predictions, target), *predicted]


def _one(codes: NDArray[np.int64], code: int, name: str) -> Support:
    return Support(_codes(codes == code), (name,))


def _codes(is_of: NDArray[np.bool_]) -> NDArray[np.int8]:
    """0 for the rows of the one kind, −1 for others."""
    return is_of.view(np.int8) - np.int8(1)


def _of_labels(values: NDArray[np.int64], target: Target, what: str) -> list[Support]:
    return [_one(values[:, at], 1, f"{what} {_name(name)}") for at, name in enumerate(target.classes)]


def _name(label: Any) -> str:
    return f"'{cell_text(label)}'"
