"""Models that learn in one piece: the loss against the number of training rows."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.linear_model import LinearRegression
from sklearn.metrics import log_loss, mean_squared_error
from sklearn.multioutput import MultiOutputClassifier
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.svm import SVC
from sklearn.tree import DecisionTreeRegressor

from report.core.values import Target, Task
from report.models.curves.training_size import nested_order, sizes


def test_the_last_point_is_the_fitted_model_and_the_others_fits_on_fewer_rows(problem, record):
    data = problem(Task.REGRESSION)
    recorded = record(LinearRegression(), data)
    curve = recorded.curve
    assert (curve.kind, curve.loss, curve.note) == ("training size", "mean squared error", None)
    assert list(curve.x) == [15, 30, 60, 105, 150]
    for side, rows in (("train", data.train), ("validation", data.validation)):
        expected = mean_squared_error(rows[1], recorded.fitted.predict(rows[0]))
        assert getattr(curve, side)[-1] == pytest.approx(expected)
    first = np.sort(nested_order(data.target, np.arange(150))[:30])
    smaller = LinearRegression().fit(data.X[first], data.y[first])
    assert curve.train[1] == pytest.approx(mean_squared_error(data.y[first], smaller.predict(data.X[first])))
    assert curve.validation[1] == pytest.approx(
        mean_squared_error(data.validation[1], smaller.predict(data.validation[0]))
    )


def test_the_metric_is_that_of_the_same_fits(problem, record):
    data = problem(Task.BINARY)
    recorded = record(GaussianNB(), data)
    curve = recorded.curve
    assert len(curve.metric.train) == len(curve.metric.validation) == len(curve.x)
    assert curve.metric.train[-1] == pytest.approx(recorded.fitted.score(*data.train))
    assert curve.metric.validation[-1] == pytest.approx(recorded.fitted.score(*data.validation))
    first = np.sort(nested_order(data.target, np.arange(150))[:30])
    smaller = GaussianNB().fit(data.X[first], data.y[first])
    assert curve.metric.validation[1] == pytest.approx(smaller.score(*data.validation))


@pytest.mark.parametrize(
    ("estimator", "task", "loss"),
    [
        (GaussianNB(), Task.MULTICLASS, "log loss"),
        (SVC(), Task.BINARY, "hinge loss"),
        (MultiOutputClassifier(GaussianNB()), Task.MULTILABEL, "log loss"),
        (DecisionTreeRegressor(random_state=0), Task.MULTIOUTPUT, "mean squared error"),
    ],
    ids=lambda value: type(value).__name__ if hasattr(value, "fit") else None,
)
def test_every_task_has_a_curve(estimator, task, loss, problem, record):
    curve = record(estimator, problem(task)).curve
    assert (curve.kind, curve.loss) == ("training size", loss)
    assert len(curve.x) == 5
    assert np.isfinite(curve.train).all()
    assert np.isfinite(curve.validation).all()


def test_weights_go_with_their_rows(problem, record):
    data = problem(Task.BINARY)
    weight = np.random.default_rng(0).uniform(0.1, 3.0, len(data.y))
    curve = record(GaussianNB(), data, weight=weight).curve
    part = np.sort(nested_order(data.target, np.arange(150))[:30])
    smaller = GaussianNB().fit(data.X[part], data.y[part], weight[part])
    scores = smaller.predict_proba(data.validation[0])
    assert curve.validation[1] == pytest.approx(log_loss(data.validation[1], scores, sample_weight=weight[150:]))


def test_sizes_that_are_too_small_for_the_model_are_left_out_and_named(problem, record):
    curve = record(KNeighborsClassifier(n_neighbors=40), problem(Task.BINARY)).curve
    assert list(curve.x) == [60, 105, 150]
    assert curve.note == "no fit on 15 rows (ValueError); no fit on 30 rows (ValueError)"


def test_no_time_means_no_curve(problem, record):
    assert record(GaussianNB(), problem(Task.BINARY), time_left=0.0).curve is None


class Slow(ClassifierMixin, BaseEstimator):
    """Takes a millisecond a row."""

    def fit(self, X, y):
        import time

        time.sleep(len(X) / 1000)
        self.classes_, counts = np.unique(y, return_counts=True)
        self.shares_ = counts / len(y)
        return self

    def predict_proba(self, X):
        return np.tile(self.shares_, (len(X), 1))

    def predict(self, X):
        return self.classes_[self.predict_proba(X).argmax(axis=1)]


def test_sizes_that_would_take_too_long_are_left_out(problem, record):
    curve = record(Slow(), problem(Task.BINARY), time_left=0.08).curve
    assert curve.x[-1] == 150
    assert 2 <= len(curve.x) < 5
    assert curve.note == "larger parts left out for lack of time"


@given(st.lists(st.integers(0, 4), min_size=1, max_size=300))
def test_any_beginning_of_the_order_has_every_class_in_its_share(labels):
    codes = np.unique(labels, return_inverse=True)[1]
    target = Target(Task.MULTICLASS, ("y",), codes, codes, tuple(range(5)))
    order = nested_order(target, np.arange(len(codes)))
    assert sorted(order) == list(range(len(codes)))
    n_classes = codes.max() + 1
    assert set(codes[order[:n_classes]]) == set(range(n_classes))
    half = np.bincount(codes[order[: len(codes) // 2]], minlength=n_classes)
    assert np.abs(half - np.bincount(codes) / 2).max() <= n_classes


@given(st.integers(1, 120), st.integers(0, 2**32 - 1))
def test_both_sides_of_every_label_come_first(n_rows, seed):
    y = np.random.default_rng(seed).integers(0, 2, (n_rows, 4)) * (np.arange(4) > 0)
    target = Target(Task.MULTILABEL, tuple("abcd"), y, y, tuple("abcd"))
    order = nested_order(target, np.arange(n_rows))
    assert sorted(order) == list(range(n_rows))
    for column in y[order].T:
        assert set(column[:8]) == set(column)


@given(st.integers(1, 10_000), st.integers(2, 50))
def test_sizes_ascend_below_all_rows_with_room_for_every_class(n_rows, n_classes):
    target = Target(Task.MULTICLASS, ("y",), np.zeros(1), np.zeros(1, dtype=int), tuple(range(n_classes)))
    parts = sizes(target, n_rows)
    assert parts == sorted(set(parts))
    assert all(2 * n_classes <= part < n_rows for part in parts)
