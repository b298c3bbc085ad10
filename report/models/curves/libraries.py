"""XGBoost, LightGBM and CatBoost: predictions by the first iterations, from the fitted model."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

from .stages import Fitted, Stages, choose_points

if TYPE_CHECKING:
    from collections.abc import Iterator

_POINTS = 40


class _Iterations(NamedTuple):
    """length : how many there are. kept : how many the model predicts by. until : the argument for the first k."""

    length: int
    kept: int
    until: Callable[[int], dict[str, Any]]


def library_stages(fitted: Fitted) -> Stages | None:
    """Stages of the estimators of three boosting libraries, none of which is imported here."""
    estimator = fitted.estimator
    iterations = _iterations(estimator)
    if iterations is None:
        return None
    points = choose_points(iterations.length, most=_POINTS, also=iterations.kept)
    ask = getattr(estimator, "predict_proba", estimator.predict)

    def answers(X: Any) -> Iterator[Any]:
        yield from (ask(X, **iterations.until(stage)) for stage in points)

    return Stages("iteration", points, kept=iterations.kept, passes=sum(points), answers=answers)


def _iterations(estimator: Any) -> _Iterations | None:
    for package, describe in _LIBRARIES:
        if any(kind.__module__.partition(".")[0] == package for kind in type(estimator).__mro__):
            return describe(estimator)
    return None


def _xgboost(estimator: Any) -> _Iterations | None:
    if estimator.booster == "gblinear":
        return None
    length = int(estimator.get_booster().num_boosted_rounds())
    best = getattr(estimator, "best_iteration", None) if estimator.early_stopping_rounds else None
    return _Iterations(length, length if best is None else best + 1, lambda k: {"iteration_range": (0, k)})


def _lightgbm(estimator: Any) -> _Iterations:
    length = int(estimator.booster_.current_iteration())
    return _Iterations(length, int(estimator.best_iteration_ or length), lambda k: {"num_iteration": k})


def _catboost(estimator: Any) -> _Iterations:
    length = int(estimator.tree_count_)
    return _Iterations(length, length, lambda k: {"ntree_end": k})


_LIBRARIES: tuple[tuple[str, Callable[[Any], _Iterations | None]], ...] = (
    ("xgboost", _xgboost),
    ("lightgbm", _lightgbm),
    ("catboost", _catboost),
)
