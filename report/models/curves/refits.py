"""Models with a limit on their iterations: a fit that stops at k is the first k iterations of the longer one.

It starts from the same place, and draws the same random numbers in the same order, when its seed is an integer.
"""

from __future__ import annotations

import functools
import warnings
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from .stages import Fitted, Stages
from .unwrapping import is_a
from .watching import MethodWatch, Watch

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ...core.values import CurveKind

_DETERMINISTIC = ("lbfgs", "newton-cg", "newton-cholesky")
_STOCHASTIC = ("sag", "saga")


class FitInput(NamedTuple):
    """What `fit` was called with."""

    arguments: tuple[Any, ...]
    options: dict[str, Any]


def watch_input(estimator: Any) -> Watch | None:
    """A watch over an estimator that shorter fits are made of: they take what the preprocessing gave to the fit."""
    return None if _unit(estimator) is None else InputWatch(estimator, "fit")


class InputWatch(MethodWatch):
    """Remembers what `fit` was called with."""

    def wrapper(self, original: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(original)
        def remembering(estimator: Any, *arguments: Any, **options: Any) -> Any:
            self.recorded[estimator] = FitInput(arguments, options)
            return original(estimator, *arguments, **options)

        return remembering


def refit_stages(fitted: Fitted) -> Stages | None:
    """Stages of stochastic gradient descent, logistic regression and perceptrons by L-BFGS, each by a shorter fit."""
    unit = _unit(fitted.estimator)
    if unit is None or not isinstance(fitted.recorded, FitInput):
        return None
    length = int(np.max(fitted.estimator.n_iter_))
    every = halvings(length)
    points = affordable(every, fitted.fit_seconds / length, fitted.rows.time_left())

    def models() -> Iterator[Any]:
        yield from (_shorter(fitted.estimator, fitted.recorded, limit) for limit in points[:-1])
        yield fitted.estimator

    note = None if points == every else "fewer points for lack of time"
    return Stages(unit, points, kept=length, passes=len(points), models=models, note=note)


def halvings(length: int) -> tuple[int, ...]:
    """1, …, length / 4, length / 2, length: the shorter fits together take about as long as the whole."""
    points = {1, length}
    while length > 1:
        length = (length + 1) // 2
        points.add(length)
    return tuple(sorted(points))


def _unit(estimator: Any) -> CurveKind | None:
    if is_a(estimator, "BaseSGD"):
        return "epoch" if not estimator.shuffle or _seeded(estimator) else None
    if is_a(estimator, "BaseMultilayerPerceptron"):
        return "iteration" if estimator.solver == "lbfgs" and _seeded(estimator) else None
    if is_a(estimator, "LogisticRegression") and not is_a(estimator, "LogisticRegressionCV"):
        solver = estimator.solver
        exact = solver in _DETERMINISTIC or (solver in _STOCHASTIC and _seeded(estimator))
        return "iteration" if exact else None
    return None


def _seeded(estimator: Any) -> bool:
    return isinstance(estimator.random_state, (int, np.integer))


def affordable(points: tuple[int, ...], seconds: float, time_left: float) -> tuple[int, ...]:
    """Without the longest of the shorter fits while these would take more than half of the time that is left."""
    kept = list(points)
    while len(kept) > 1 and seconds * sum(kept[:-1]) > time_left / 2:
        del kept[-2]
    return tuple(kept)


def _shorter(estimator: Any, given: FitInput, limit: int) -> Any:
    """A copy of an estimator, fitted on the same input for at most `limit` iterations."""
    from sklearn.base import clone

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that it did not converge is the point
        return clone(estimator).set_params(max_iter=limit).fit(*given.arguments, **given.options)
