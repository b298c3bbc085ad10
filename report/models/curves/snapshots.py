"""What a model was after each iteration, recorded while it is fitted: parameters are copied, nothing is computed."""

from __future__ import annotations

import copy
import functools
import time
from typing import TYPE_CHECKING, Any

import numpy as np

from .stages import MOST_POINTS, Fitted, Stages
from .unwrapping import is_a
from .watching import MethodWatch, Watch

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    from ...core.values import CurveKind

    Parameters = tuple[NDArray[np.float64], ...]

_MOST_BYTES = 128 * 2**20
_FEWEST = 8
_EPOCH_END = "_update_no_improvement_count"


class Snapshots:
    """The parameters after some iterations: all, then every second, fourth, … as they get too many, and the latest.

    count : how many iterations there were. kept : (iteration, parameters), ascending from 1.
    """

    def __init__(self) -> None:
        self.count = 0
        self.kept: list[tuple[int, Parameters]] = []
        self._stride = 1

    def add(self, parameters: Parameters) -> None:
        """Record the parameters after one more iteration; they are copied."""
        if self.kept and not self._on_stride(self.kept[-1][0]):
            self.kept.pop()
        self.count += 1
        self.kept.append((self.count, tuple(array.copy() for array in parameters)))
        size = sum(array.nbytes for array in parameters)
        if len(self.kept) > max(_FEWEST, min(MOST_POINTS, _MOST_BYTES // max(size, 1))):
            self._stride *= 2
            self.kept = [entry for entry in self.kept if self._on_stride(entry[0]) or entry[0] == self.count]

    def _on_stride(self, iteration: int) -> bool:
        return (iteration - 1) % self._stride == 0


# Logistic regression by L-BFGS: scikit-learn ≥ 1.9 calls back after each iteration


def watch_logistic(estimator: Any) -> Watch | None:
    """A watch over a logistic regression that tells of its iterations."""
    tells = is_a(estimator, "LogisticRegression") and not is_a(estimator, "LogisticRegressionCV")
    if not tells or estimator.solver != "lbfgs" or not hasattr(estimator, "set_callbacks"):
        return None
    return LogisticWatch(estimator)


class LogisticWatch(Watch):
    """Sets itself as a callback, which clones carry along, and takes itself away again."""

    def __init__(self, estimator: Any) -> None:
        super().__init__()
        self._estimator = estimator

    def start(self) -> None:
        self._estimator.set_callbacks(*_callbacks(self._estimator), self)

    def stop(self) -> None:
        for estimator in (self._estimator, *self.recorded):
            estimator.set_callbacks(*(callback for callback in _callbacks(estimator) if callback is not self))

    def __reduce__(self) -> tuple[Any, ...]:
        """A search may fit in other processes, where nobody asks for what was recorded."""
        return (LogisticWatch, (None,))

    # The protocol of scikit-learn's callbacks, its argument names included

    def setup(self, estimator: Any, context: Any) -> None:  # noqa: ARG002 — see above
        self.recorded.pop(estimator, None)

    def teardown(self, estimator: Any, context: Any) -> None:
        pass

    def on_fit_task_begin(self, estimator: Any, context: Any) -> None:
        pass

    def on_fit_task_end(self, estimator: Any, context: Any, *, fitted_estimator: Any = None) -> None:
        """The task after the last iteration has no estimator."""
        if context.task_name == "lbfgs-iter" and fitted_estimator is not None:
            begun = time.perf_counter()
            parameters = (fitted_estimator.coef_, fitted_estimator.intercept_)
            self.recorded.setdefault(estimator, Snapshots()).add(parameters)
            self.seconds += time.perf_counter() - begun


def _callbacks(estimator: Any) -> list[Any]:
    return list(getattr(estimator, "_skl_callbacks", ()))


def logistic_stages(fitted: Fitted) -> Stages | None:
    """Stages of a logistic regression that was watched."""
    if not is_a(fitted.estimator, "LogisticRegression"):
        return None
    return _stages(fitted, "iteration", _set_coefficients)


def _set_coefficients(estimator: Any, parameters: Parameters) -> None:
    estimator.coef_, estimator.intercept_ = parameters


# Multi-layer perceptrons: each epoch ends with a method that decides whether to stop


def watch_perceptron(estimator: Any) -> Watch | None:
    """A watch over a multi-layer perceptron that learns by epochs."""
    if not is_a(estimator, "BaseMultilayerPerceptron") or estimator.solver == "lbfgs":
        return None
    return PerceptronWatch(estimator, _EPOCH_END) if hasattr(estimator, _EPOCH_END) else None


class PerceptronWatch(MethodWatch):
    """Records the layers at the end of each epoch."""

    def wrapper(self, original: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(original)
        def recording(estimator: Any, *arguments: Any, **options: Any) -> Any:
            begun = time.perf_counter()
            self.recorded.setdefault(estimator, Snapshots()).add((*estimator.coefs_, *estimator.intercepts_))
            self.seconds += time.perf_counter() - begun
            return original(estimator, *arguments, **options)

        return recording


def perceptron_stages(fitted: Fitted) -> Stages | None:
    """Stages of a multi-layer perceptron that was watched; with early stopping it is that of its best epoch."""
    estimator = fitted.estimator
    if not is_a(estimator, "BaseMultilayerPerceptron"):
        return None
    stopping = estimator.early_stopping and estimator.validation_scores_
    best = int(np.argmax(estimator.validation_scores_)) + 1 if stopping else None
    return _stages(fitted, "epoch", _set_layers, kept=best)


def _set_layers(estimator: Any, parameters: Parameters) -> None:
    layers = len(parameters) // 2
    estimator.coefs_, estimator.intercepts_ = list(parameters[:layers]), list(parameters[layers:])


def _stages(
    fitted: Fitted,
    unit: CurveKind,
    set_parameters: Callable[[Any, Parameters], None],
    *,
    kept: int | None = None,
) -> Stages | None:
    """Stages by snapshots; `kept`, the iteration that the fitted estimator equals, when it is not the last one."""
    snapshots = fitted.recorded
    if not isinstance(snapshots, Snapshots) or snapshots.count != np.max(fitted.estimator.n_iter_):
        return None
    states = dict(snapshots.kept)
    points = tuple(sorted({*states, kept or snapshots.count}))

    def models() -> Iterator[Any]:
        for point in points:
            earlier = copy.copy(fitted.estimator)
            if point in states:
                set_parameters(earlier, states[point])
            yield earlier

    return Stages(unit, points, kept=kept or snapshots.count, passes=len(points), models=models)
