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
        for stage, answer in enumerate(_member_answers(estimator, X), start=1):
            total = answer if total is None else _sum(total, answer)
            if stage in wanted:
                yield [one / stage for one in total] if isinstance(total, list) else total / stage

    return Stages("iteration", points, kept=length, passes=length, answers=answers)


def _member_answers(ensemble: Any, X: Any) -> Iterator[Any]:
    """What each member says, in the form of the ensemble's answer."""
    if is_a(ensemble, "BaseForest"):
        yield from _tree_answers(ensemble, X)
        return
    for member in range(len(ensemble.estimators_)):
        one = _bag_of_one(ensemble, member)
        yield one.predict_proba(X) if hasattr(one, "predict_proba") else one.predict(X)


def _tree_answers(forest: Any, X: Any) -> Iterator[Any]:
    """Trees know classes by the forest's numbers; the rows are checked once, not per tree."""
    from sklearn.utils import check_array

    X = check_array(X, dtype="float32", accept_sparse="csr", ensure_all_finite=False)
    for tree in forest.estimators_:
        ask = tree.predict_proba if hasattr(forest, "predict_proba") else tree.predict
        yield ask(X, check_input=False)


def _bag_of_one(bagging: Any, member: int) -> Any:
    """The same ensemble with one member: its own code maps classes, features and votes."""
    one = copy.copy(bagging)
    one.estimators_ = bagging.estimators_[member : member + 1]
    one.estimators_features_ = bagging.estimators_features_[member : member + 1]
    one.n_estimators, one.n_jobs, one.verbose = 1, None, 0
    return one


def _sum(total: Any, answer: Any) -> Any:
    if isinstance(total, list):
        return [sums + scores for sums, scores in zip(total, answer, strict=True)]
    return total + answer
