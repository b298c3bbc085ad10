"""Boosting in scikit-learn: the predictions of every stage, from the fitted ensemble."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

from .stages import Fitted, Stages, choose_points
from .unwrapping import is_a

if TYPE_CHECKING:
    from collections.abc import Iterator

_MEDIAN_POINTS = 25


def boosting_stages(fitted: Fitted) -> Stages | None:
    """Stages of gradient boosting, histogram gradient boosting and AdaBoost."""
    estimator = fitted.estimator
    if is_a(estimator, "AdaBoostRegressor"):
        return _median_stages(estimator)
    if is_a(estimator, "BaseGradientBoosting", "BaseHistGradientBoosting", "AdaBoostClassifier"):
        return _staged(estimator)
    return None


def _staged(estimator: Any) -> Stages:
    length = _length(estimator)
    points = choose_points(length)
    ask = getattr(estimator, "staged_predict_proba", estimator.staged_predict)

    def answers(X: Any) -> Iterator[Any]:
        wanted = set(points)
        yield from (answer for stage, answer in enumerate(ask(X), start=1) if stage in wanted)

    return Stages("iteration", points, kept=length, passes=length * _trees_per_stage(estimator), answers=answers)


def _length(estimator: Any) -> int:
    if is_a(estimator, "BaseHistGradientBoosting"):
        return int(estimator.n_iter_)
    return len(estimator.estimators_)


def _trees_per_stage(estimator: Any) -> int:
    classes = len(getattr(estimator, "classes_", ()))
    return classes if classes > 2 and not is_a(estimator, "AdaBoostClassifier") else 1


def _median_stages(estimator: Any) -> Stages:
    """`staged_predict` takes the median of all predictions afresh at every stage: fewer stages do."""
    length = len(estimator.estimators_)
    points = choose_points(length, most=_MEDIAN_POINTS)

    def models() -> Iterator[Any]:
        for stage in points:
            shorter = copy.copy(estimator)
            shorter.estimators_ = estimator.estimators_[:stage]
            yield shorter

    return Stages("iteration", points, kept=length, passes=sum(points), models=models)
