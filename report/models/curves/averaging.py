"""Forests and bagging: the mean over the first members, from the fitted ensemble."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

from .stages import Fitted, Stages, choose_points
from .unwrapping import is_a

if TYPE_CHECKING:
    from collections.abc import Iterator


def averaging_stages(fitted: Fitted) -> Stages | None:
    """Stages of forests (extra trees included) and bagging; votes are shares of the members."""
    estimator = fitted.estimator
    if not is_a(estimator, "ForestClassifier", "ForestRegressor", "BaggingClassifier", "BaggingRegressor"):
        return None
    length = len(estimator.estimators_)
    points = choose_points(length)

    def answers(X: Any) -> Iterator[Any]:
        wanted, total = set(points), None
        for stage in range(1, length + 1):
            member = _ensemble_of_one(estimator, stage - 1)
            answer = member.predict_proba(X) if hasattr(member, "predict_proba") else member.predict(X)
            total = answer if total is None else _sum(total, answer)
            if stage in wanted:
                yield [one / stage for one in total] if isinstance(total, list) else total / stage

    return Stages("iteration", points, kept=length, passes=length, answers=answers)


def _ensemble_of_one(ensemble: Any, member: int) -> Any:
    """The same ensemble with one member: its own code maps classes, features and votes."""
    one = copy.copy(ensemble)
    one.estimators_ = ensemble.estimators_[member : member + 1]
    if hasattr(ensemble, "estimators_features_"):
        one.estimators_features_ = ensemble.estimators_features_[member : member + 1]
    one.n_estimators = 1
    one.n_jobs = None
    one.verbose = 0
    return one


def _sum(total: Any, answer: Any) -> Any:
    if isinstance(total, list):
        return [sums + scores for sums, scores in zip(total, answer, strict=True)]
    return total + answer
