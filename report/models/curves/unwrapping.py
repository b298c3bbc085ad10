"""From the estimator of the configuration to the one inside it that learns by iterations."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import Any

_SEARCH = "BaseSearchCV"
_TRANSFORMED = "TransformedTargetRegressor"


def is_a(estimator: Any, *names: str) -> bool:
    """Whether an estimator is of one of scikit-learn's classes, told without importing them."""
    return any(kind.__name__ in names and kind.__module__.startswith("sklearn.") for kind in type(estimator).__mro__)


def inner(estimator: Any) -> Any:
    """The estimator that a pipeline, a search or a transformed target hands its work to, fitted where they are."""
    while (step := _one_inside(estimator)) is not None:
        estimator = step
    return estimator


def unfitted_copy(estimator: Any) -> Any:
    """A copy to be fitted: scikit-learn's clone, or, of what it refuses (CatBoost with `cat_features`), a deep copy.

    estimator : not fitted.
    """
    from sklearn.base import clone

    try:
        return clone(estimator, safe=False)
    except RuntimeError:
        return copy.deepcopy(estimator)


@dataclass(frozen=True, eq=False)
class Unwrapped:
    """A fitted estimator taken apart: what goes in is transformed, and what comes out transformed back."""

    estimator: Any
    transformers: tuple[Any, ...]
    targets: tuple[Any, ...]  # TransformedTargetRegressor, outermost first

    def transform(self, X: Any) -> Any:
        """The rows as the innermost estimator sees them."""
        for transformer in self.transformers:
            X = transformer.transform(X)
        return X

    def to_target_scale(self, y_pred: Any) -> Any:
        """Predictions of the innermost estimator on the scale of the target."""
        for wrapper in reversed(self.targets):
            answering = copy.copy(wrapper)
            answering.regressor_ = _Answered(y_pred)
            y_pred = answering.predict(y_pred)
        return y_pred


def unwrap(fitted: Any) -> Unwrapped:
    """Take a fitted estimator apart down to the one that learned."""
    transformers: list[Any] = []
    targets: list[Any] = []
    while (step := _one_inside(fitted)) is not None:
        if is_a(fitted, "Pipeline") and len(fitted.steps) > 1:
            transformers.append(fitted[:-1])
        elif is_a(fitted, _TRANSFORMED):
            targets.append(fitted)
        fitted = step
    return Unwrapped(fitted, tuple(transformers), tuple(targets))


class _Answered:
    """A regressor that has given its answer already."""

    def __init__(self, y_pred: Any) -> None:
        self._y_pred = y_pred

    def predict(self, _X: Any) -> Any:
        return self._y_pred


def _one_inside(estimator: Any) -> Any:
    if is_a(estimator, "Pipeline"):
        last = estimator.steps[-1][1]
        return None if isinstance(last, str) else last
    if is_a(estimator, _SEARCH):
        return getattr(estimator, "best_estimator_", estimator.estimator)
    if is_a(estimator, _TRANSFORMED):
        return getattr(estimator, "regressor_", estimator.regressor)
    return None
