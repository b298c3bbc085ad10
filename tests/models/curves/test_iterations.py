"""A curve's point at iteration k is the loss and the metric of a fresh fit of k iterations."""

from __future__ import annotations

import copy
import warnings
from typing import Any

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.ensemble import (
    AdaBoostClassifier,
    AdaBoostRegressor,
    BaggingClassifier,
    BaggingRegressor,
    ExtraTreesClassifier,
    ExtraTreesRegressor,
    GradientBoostingClassifier,
    GradientBoostingRegressor,
    HistGradientBoostingClassifier,
    HistGradientBoostingRegressor,
    RandomForestClassifier,
    RandomForestRegressor,
)
from sklearn.linear_model import LogisticRegression, Perceptron, SGDClassifier, SGDRegressor
from sklearn.metrics import log_loss, mean_squared_error
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.svm import LinearSVC

from report.core.values import Task
from report.models.curves.refits import affordable
from tests.models.curves.conftest import right_share

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")

BINARY, MULTICLASS, MULTILABEL = Task.BINARY, Task.MULTICLASS, Task.MULTILABEL
REGRESSION, MULTIOUTPUT = Task.REGRESSION, Task.MULTIOUTPUT

TREES, ITERATIONS = "n_estimators", "max_iter"
SMALL_MLP: dict[str, Any] = {"hidden_layer_sizes": (8,), "max_iter": 25, "random_state": 0, "learning_rate_init": 0.01}
HIST: dict[str, Any] = {"max_iter": 12, "min_samples_leaf": 5, "random_state": 0, "early_stopping": False}

# estimator, the parameter that limits its iterations, tasks, unit
CASES = [
    (GradientBoostingClassifier(n_estimators=12, random_state=0), TREES, (BINARY, MULTICLASS), "iteration"),
    (GradientBoostingClassifier(n_estimators=9, loss="exponential", random_state=0), TREES, (BINARY,), "iteration"),
    (GradientBoostingRegressor(n_estimators=12, subsample=0.7, random_state=0), TREES, (REGRESSION,), "iteration"),
    (HistGradientBoostingClassifier(**HIST), ITERATIONS, (BINARY, MULTICLASS), "iteration"),
    (HistGradientBoostingRegressor(**HIST), ITERATIONS, (REGRESSION,), "iteration"),
    (AdaBoostClassifier(n_estimators=10, random_state=0), TREES, (BINARY, MULTICLASS), "iteration"),
    (AdaBoostRegressor(n_estimators=10, random_state=0), TREES, (REGRESSION,), "iteration"),
    (RandomForestClassifier(n_estimators=9, random_state=0), TREES, (BINARY, MULTICLASS, MULTILABEL), "iteration"),
    (ExtraTreesClassifier(n_estimators=9, max_depth=4, random_state=0), TREES, (BINARY, MULTILABEL), "iteration"),
    (RandomForestRegressor(n_estimators=9, random_state=0), TREES, (REGRESSION, MULTIOUTPUT), "iteration"),
    (ExtraTreesRegressor(n_estimators=9, random_state=0), TREES, (REGRESSION, MULTIOUTPUT), "iteration"),
    (BaggingClassifier(n_estimators=8, max_features=0.5, random_state=0), TREES, (BINARY, MULTICLASS), "iteration"),
    (BaggingClassifier(LinearSVC(), n_estimators=8, random_state=0), TREES, (BINARY, MULTICLASS), "iteration"),
    (BaggingRegressor(n_estimators=8, max_features=0.5, random_state=0), TREES, (REGRESSION,), "iteration"),
    (LogisticRegression(), ITERATIONS, (BINARY, MULTICLASS), "iteration"),
    (LogisticRegression(fit_intercept=False, class_weight="balanced"), ITERATIONS, (BINARY, MULTICLASS), "iteration"),
    (LogisticRegression(solver="newton-cg"), ITERATIONS, (BINARY, MULTICLASS), "iteration"),
    (LogisticRegression(solver="saga", random_state=0), ITERATIONS, (BINARY, MULTICLASS), "iteration"),
    (MLPClassifier(**SMALL_MLP), ITERATIONS, (BINARY, MULTICLASS, MULTILABEL), "epoch"),
    (MLPClassifier(**SMALL_MLP | {"solver": "sgd", "learning_rate": "adaptive"}), ITERATIONS, (MULTICLASS,), "epoch"),
    (MLPRegressor(**SMALL_MLP), ITERATIONS, (REGRESSION, MULTIOUTPUT), "epoch"),
    (MLPRegressor(**SMALL_MLP | {"solver": "lbfgs"}), ITERATIONS, (REGRESSION, MULTIOUTPUT), "iteration"),
    (SGDClassifier(loss="log_loss", random_state=0), ITERATIONS, (BINARY, MULTICLASS), "epoch"),
    (SGDClassifier(loss="log_loss", early_stopping=True, random_state=3), ITERATIONS, (BINARY,), "epoch"),
    (SGDClassifier(loss="log_loss", average=True, shuffle=False), ITERATIONS, (MULTICLASS,), "epoch"),
    (SGDRegressor(random_state=0, learning_rate="adaptive"), ITERATIONS, (REGRESSION,), "epoch"),
]
FITS = [
    pytest.param(estimator, limit, task, unit, id=f"{type(estimator).__name__}-{task.name.lower()}-{number}")
    for number, (estimator, limit, tasks, unit) in enumerate(CASES)
    for task in tasks
]


def oracle(fitted, X, y, task, weight=None) -> float:
    """scikit-learn's own loss of a fitted estimator."""
    if not task.is_classification:
        return mean_squared_error(y, fitted.predict(X), sample_weight=weight)
    scores = fitted.predict_proba(X)
    if task is not Task.MULTILABEL:
        return log_loss(y, scores, labels=fitted.classes_, sample_weight=weight)
    columns = [s[:, 1] for s in scores] if isinstance(scores, list) else list(scores.T)
    return float(np.mean([log_loss(y[:, i], column, labels=[0, 1]) for i, column in enumerate(columns)]))


@pytest.mark.parametrize(("estimator", "limit", "task", "unit"), FITS)
def test_each_point_is_a_shorter_fit(estimator, limit, task, unit, problem, record):
    data = problem(task)
    recorded = record(clone(estimator), data)
    curve = recorded.curve
    assert curve.kind == unit
    assert curve.x[0] == 1
    assert len(curve.x) >= 3
    for point in sorted({0, len(curve.x) // 2, len(curve.x) - 1}):
        shorter = clone(estimator).set_params(**{limit: int(curve.x[point])}).fit(*data.train)
        assert curve.train[point] == pytest.approx(oracle(shorter, *data.train, task), rel=1e-6, abs=1e-12)
        assert curve.validation[point] == pytest.approx(oracle(shorter, *data.validation, task), rel=1e-6)


@pytest.mark.parametrize(("estimator", "limit", "task", "unit"), FITS)
def test_the_metric_is_that_of_the_same_shorter_fits(estimator, limit, task, unit, problem, record):
    data = problem(task)
    curve = record(clone(estimator), data).curve
    assert (curve.metric.metric, curve.metric.title, curve.metric.greater_is_better) == ("right", "Share right", True)
    for point in sorted({0, len(curve.x) // 2, len(curve.x) - 1}):
        shorter = clone(estimator).set_params(**{limit: int(curve.x[point])}).fit(*data.train)
        for side, X, encoded in (
            (curve.metric.train, data.train[0], data.target.encoded[: len(data.train[1])]),
            (curve.metric.validation, data.validation[0], data.target.encoded[len(data.train[1]) :]),
        ):
            assert side[point] == pytest.approx(right_share(encoded, coded(shorter.predict(X), data.target)))


def coded(answers, target):
    return np.searchsorted(target.classes, answers) if answers.dtype.kind in "OU" else answers


@pytest.mark.parametrize(("estimator", "limit", "task", "unit"), FITS)
def test_recording_leaves_the_model_as_it_would_be(estimator, limit, task, unit, problem, record):
    data = problem(task)
    recorded = record(clone(estimator), data).fitted
    plain = clone(estimator).fit(*data.train)
    ask = "predict_proba" if task.is_classification else "predict"
    np.testing.assert_array_equal(getattr(recorded, ask)(data.X), getattr(plain, ask)(data.X))
    assert set(vars(recorded)) == set(vars(plain))
    for name in ("coef_", "intercept_", "n_iter_", "t_"):
        if hasattr(plain, name):
            np.testing.assert_array_equal(getattr(recorded, name), getattr(plain, name))
    for name in ("coefs_", "intercepts_"):
        for ours, theirs in zip(getattr(recorded, name, ()), getattr(plain, name, ()), strict=True):
            np.testing.assert_array_equal(ours, theirs)


def test_weights_count_in_fit_and_loss(problem, record):
    data = problem(BINARY)
    weight = np.random.default_rng(0).uniform(0.1, 3.0, len(data.y))
    curve = record(GradientBoostingClassifier(n_estimators=6, random_state=0), data, weight=weight).curve
    n_train = len(data.train[1])
    shorter = GradientBoostingClassifier(n_estimators=4, random_state=0).fit(*data.train, weight[:n_train])
    assert curve.train[3] == pytest.approx(oracle(shorter, *data.train, BINARY, weight[:n_train]))
    assert curve.validation[3] == pytest.approx(oracle(shorter, *data.validation, BINARY, weight[n_train:]))


@pytest.mark.parametrize("estimator", [LogisticRegression(), SGDClassifier(loss="log_loss", random_state=0)])
def test_weights_count_in_watched_fits(estimator, problem, record):
    data = problem(MULTICLASS)
    weight = np.random.default_rng(0).uniform(0.1, 3.0, len(data.y))
    curve = record(clone(estimator), data, weight=weight).curve
    limit, n_train = int(curve.x[2]), len(data.train[1])
    shorter = clone(estimator).set_params(max_iter=limit).fit(*data.train, sample_weight=weight[:n_train])
    assert curve.validation[2] == pytest.approx(oracle(shorter, *data.validation, MULTICLASS, weight[n_train:]))


def test_decision_functions_have_hinge_loss(problem, record):
    data = problem(BINARY)
    curve = record(Perceptron(random_state=0), data).curve
    fitted = Perceptron(random_state=0, max_iter=int(curve.x[1])).fit(*data.train)
    signs = np.where(data.validation[1] == fitted.classes_[1], 1.0, -1.0)
    hinge = np.maximum(0, 1 - signs * fitted.decision_function(data.validation[0])).mean()
    assert (curve.kind, curve.loss) == ("epoch", "hinge loss")
    assert curve.validation[1] == pytest.approx(hinge)


def test_early_stopping_says_which_epoch_the_model_is_of(problem, record):
    data = problem(MULTICLASS).coded()  # scikit-learn 1.6 cannot stop early on strings
    estimator = MLPClassifier(**SMALL_MLP | {"early_stopping": True, "max_iter": 60, "n_iter_no_change": 5})
    recorded = record(estimator, data)
    best = int(np.argmax(recorded.fitted.validation_scores_)) + 1
    assert best < recorded.fitted.n_iter_
    assert recorded.curve.note == f"the model is that of epoch {best}"
    kept = list(recorded.curve.x).index(best)
    assert recorded.curve.validation[kept] == pytest.approx(oracle(recorded.fitted, *data.validation, MULTICLASS))


def test_a_class_without_training_rows_has_no_probability(problem, record):
    data = problem(MULTICLASS)
    keep = np.concatenate([np.flatnonzero(data.train[1] != "maybe"), np.arange(len(data.train[1]), len(data.y))])
    kept = data.X[keep], data.y[keep]
    X_train = np.resize(kept[0][: len(keep) - 70], (150, 6))
    y_train = np.resize(kept[1][: len(keep) - 70], 150)
    X, y = np.vstack([X_train, data.validation[0]]), np.concatenate([y_train, data.validation[1]])
    target = copy.copy(data.target)
    object.__setattr__(target, "encoded", np.searchsorted(np.array(target.classes), y.astype(str)))
    unseen = type(data)(X, y, target)
    recorded = record(RandomForestClassifier(n_estimators=5, random_state=0), unseen)
    assert len(recorded.fitted.classes_) == 2
    assert recorded.curve.kind == "iteration"
    share = np.mean(data.validation[1] == "maybe")
    assert (recorded.curve.validation >= -share * np.log(np.finfo(float).eps)).all()


def test_long_runs_are_thinned_between_the_first_and_the_last(problem, record):
    data = problem(REGRESSION)
    curve = record(GradientBoostingRegressor(n_estimators=400, max_depth=1, random_state=0), data).curve
    assert 50 <= len(curve.x) <= 100
    assert (curve.x[0], curve.x[-1]) == (1, 400)
    shorter = GradientBoostingRegressor(n_estimators=int(curve.x[60]), max_depth=1, random_state=0).fit(*data.train)
    assert curve.validation[60] == pytest.approx(oracle(shorter, *data.validation, REGRESSION))


def test_long_trainings_keep_a_bounded_number_of_snapshots(problem, record):
    data = problem(REGRESSION)
    curve = record(MLPRegressor(**SMALL_MLP | {"max_iter": 230, "n_iter_no_change": 999}), data).curve
    assert 25 <= len(curve.x) <= 101
    assert (curve.x[0], curve.x[-1]) == (1, 230)
    middle = len(curve.x) // 2
    shorter = MLPRegressor(**SMALL_MLP | {"max_iter": int(curve.x[middle]), "n_iter_no_change": 999}).fit(*data.train)
    assert curve.validation[middle] == pytest.approx(oracle(shorter, *data.validation, REGRESSION))


class Overconfident(RandomForestClassifier):
    """Its probabilities are not the mean of its trees."""

    def predict_proba(self, X):
        return np.round(super().predict_proba(X))


def test_a_subclass_that_predicts_otherwise_gets_no_wrong_curve(problem, record):
    recorded = record(Overconfident(n_estimators=5, random_state=0), problem(BINARY))
    assert recorded.curve.kind == "training size"


def test_unseeded_descent_is_not_repeated(problem, record):
    assert record(SGDClassifier(loss="log_loss"), problem(BINARY)).curve.kind == "training size"


def test_refits_are_at_halves_of_the_run(problem, record):
    curve = record(SGDClassifier(loss="log_loss", random_state=0, max_iter=64, tol=None), problem(BINARY)).curve
    assert list(curve.x) == [1, 2, 4, 8, 16, 32, 64]
    assert curve.note is None


@pytest.mark.parametrize(("time_left", "points"), [(126, 7), (125, 6), (62, 6), (61, 5), (2, 2), (1, 1), (0, 1)])
def test_refits_take_half_of_the_time_that_is_left_the_longest_are_left_out(time_left, points):
    every = (1, 2, 4, 8, 16, 32, 64)
    assert affordable(every, 1.0, time_left) == (*every[: points - 1], 64)


def test_curves_are_silent(problem, record):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        curve = record(LogisticRegression(solver="newton-cholesky"), problem(BINARY)).curve
    assert curve.kind == "iteration"
