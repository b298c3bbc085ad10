"""The loss of a model, or of answers that are there already, on the rows of one split."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from ...core.losses import Loss, mean_loss
from ..predicting import predict
from ..targets import codes_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ...core.values import Target
    from .unwrapping import Unwrapped


class Judge:
    """Measures the loss of the innermost estimator, or of a copy of it as it was earlier.

    X : the rows as the innermost estimator sees them. positions : (n_rows,) into `target`.
    """

    def __init__(
        self,
        unwrapped: Unwrapped,
        X: Any,
        target: Target,
        positions: NDArray[np.int64],
        weight: NDArray[np.float64] | None,
    ) -> None:
        self.X = X
        self._unwrapped = unwrapped
        self._target = target
        self._coded = replace(target, classes=tuple(range(len(target.classes))))
        self._positions = positions
        self._y_true = target.encoded[positions]
        self._weight = weight

    def of_model(self, estimator: Any) -> Loss:
        """The loss of a fitted estimator."""
        if self._unwrapped.targets:
            estimator = _Numbers(self._unwrapped.to_target_scale(estimator.predict(self.X)))
        return self._of(estimator, self._target)

    def of_answers(self, answers: Any) -> Loss:
        """The loss of predictions (regression), or of probabilities in the order of the estimator's classes."""
        if not self._target.task.is_classification:
            return self._of(_Numbers(self._unwrapped.to_target_scale(answers)), self._target)
        if isinstance(answers, list) or self._target.task.is_multi:
            return self._of(_Outputs(answers, self._unwrapped.estimator.classes_), self._target)
        codes = codes_of(np.asarray(self._unwrapped.estimator.classes_), self._target.classes)
        return self._of(_Probabilities(answers, codes), self._coded)

    def _of(self, estimator: Any, target: Target) -> Loss:
        predictions = predict(estimator, self.X, target, self._positions, y_true=self._y_true, weight=self._weight)
        return mean_loss(target.task, predictions)


class _Numbers:
    def __init__(self, y_pred: Any) -> None:
        self._y_pred = y_pred

    def predict(self, _X: Any) -> Any:
        return self._y_pred


class _Probabilities:
    def __init__(self, values: Any, classes: Any) -> None:
        self._values = values
        self.classes_ = classes

    def predict_proba(self, _X: Any) -> Any:
        return self._values

    def predict(self, _X: Any) -> Any:
        return self.classes_[self._values.argmax(axis=1)]


class _Outputs:
    """Probabilities of several outputs: one array an output, or one column an output."""

    def __init__(self, values: Any, classes: Any) -> None:
        self._values = values
        self.classes_ = classes

    def predict_proba(self, _X: Any) -> Any:
        return self._values

    def predict(self, _X: Any) -> Any:
        if isinstance(self._values, list):
            labels = zip(self.classes_, self._values, strict=True)
            return np.column_stack([classes[scores.argmax(axis=1)] for classes, scores in labels])
        return np.asarray(self._values) > 0.5
