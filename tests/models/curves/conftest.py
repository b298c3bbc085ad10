"""Small problems of every task, and a fit that is recorded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from sklearn.datasets import make_classification, make_multilabel_classification, make_regression

from report.core.values import Target, Task
from report.models.curves import CurveRows, Recorder, recorder_for

if TYPE_CHECKING:
    from collections.abc import Callable

    from report.core.values import LossCurve, Predictions

N_TRAIN = 150


@dataclass(frozen=True, eq=False)
class Problem:
    """Rows of which the first 150 train. y : as passed to `fit`."""

    X: Any
    y: Any
    target: Target

    @property
    def train(self) -> tuple[Any, Any]:
        return self.X[:N_TRAIN], self.y[:N_TRAIN]

    @property
    def validation(self) -> tuple[Any, Any]:
        return self.X[N_TRAIN:], self.y[N_TRAIN:]

    def coded(self) -> Problem:
        """The same with classes as numbers."""
        return Problem(self.X, self.target.encoded, target_of(self.target.task, self.target.encoded))


@dataclass(frozen=True, eq=False)
class Recorded:
    fitted: Any
    curve: LossCurve | None
    recorder: Recorder


def target_of(task: Task, y: Any) -> Target:
    if task is Task.MULTILABEL:
        return Target(task, ("a", "b", "c"), y, y.astype(np.int64), ("a", "b", "c"))
    if not task.is_classification:
        names = tuple(f"y{i}" for i in range(1 if y.ndim == 1 else y.shape[1]))
        return Target(task, names, y, y)
    classes, encoded = np.unique(y, return_inverse=True)
    return Target(task, ("y",), y, encoded, tuple(classes.tolist()), 1 if task is Task.BINARY else None)


def make_problem(task: Task) -> Problem:
    options: dict[str, Any] = {"n_samples": 220, "n_features": 6, "random_state": 0}
    if task is Task.MULTILABEL:
        X, y = make_multilabel_classification(**options, n_classes=3)
    elif task.is_classification:
        n_classes = 2 if task is Task.BINARY else 3
        X, codes = make_classification(**options, n_informative=4, n_classes=n_classes, flip_y=0.1)
        y = np.array(["no", "yes", "maybe"], dtype=object)[codes]
    else:
        X, y = make_regression(**options, n_targets=2 if task is Task.MULTIOUTPUT else 1, noise=20.0)
        y = y / 50
    return Problem(X, y, target_of(task, y))


@pytest.fixture
def problem() -> Callable[[Task], Problem]:
    return make_problem


@pytest.fixture
def recorder() -> Callable[..., Recorder]:
    """A recorder of a fit on the training rows of a problem."""
    return _recorder


@pytest.fixture
def record() -> Callable[..., Recorded]:
    """Fit an estimator on a problem under a recorder, and draw its curve."""

    def fit_and_draw(estimator: Any, problem: Problem, *, weight: Any = None, time_left: float = 1e6) -> Recorded:
        recorder = _recorder(estimator, problem, weight=weight, time_left=time_left)
        with recorder:
            fitted = estimator.fit(*problem.train, **_weights(None if weight is None else weight[:N_TRAIN]))
        return Recorded(fitted, recorder.curve(fitted), recorder)

    return fit_and_draw


def _recorder(estimator: Any, problem: Problem, *, weight: Any = None, time_left: float = 1e6) -> Recorder:
    rows = CurveRows(
        X_train=problem.train[0],
        y_train=problem.train[1],
        weight_train=None if weight is None else weight[:N_TRAIN],
        X_validation=problem.validation[0],
        weight_validation=None if weight is None else weight[N_TRAIN:],
        target=problem.target,
        train_positions=np.arange(N_TRAIN),
        validation_positions=np.arange(N_TRAIN, len(problem.y)),
        fit=lambda estimator, X, y, weight: estimator.fit(X, y, **_weights(weight)),
        time_left=lambda: time_left,
        score=RightShare(),
    )
    return recorder_for(estimator, rows)


class RightShare:
    """A metric of labels and numbers: the share of rows that are right, up to half a unit, every output of them."""

    name, title, greater_is_better = "right", "Share right", True

    def __call__(self, predictions: Predictions) -> float:
        return right_share(predictions.y_true, predictions.y_pred, predictions.weight)


def right_share(y_true: Any, y_pred: Any, weight: Any = None) -> float:
    right = abs(y_true - y_pred) < 0.5
    return float(np.average(right if right.ndim == 1 else right.all(axis=1), weights=weight))


def _weights(weight: Any) -> dict[str, Any]:
    return {} if weight is None else {"sample_weight": weight}
