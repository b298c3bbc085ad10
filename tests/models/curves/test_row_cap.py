"""Many rows: a curve uses some of them, and says so."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LinearRegression

from report.core.values import Target, Task
from report.models.curves import CurveRows, recorder_for
from report.models.curves.rows import FEWEST_ROWS, MOST_ROWS, draw, rows_within_budget


def curve_of(estimator, X, target, n_train):
    rows = CurveRows(
        X_train=X[:n_train],
        y_train=target.values[:n_train],
        weight_train=None,
        X_validation=X[n_train:],
        weight_validation=None,
        target=target,
        train_positions=np.arange(n_train),
        validation_positions=np.arange(n_train, len(X)),
        fit=lambda estimator, X, y, _: estimator.fit(X, y),
        time_left=lambda: 1e6,
    )
    recorder = recorder_for(estimator, rows)
    with recorder:
        fitted = estimator.fit(X[:n_train], target.values[:n_train])
    return recorder.curve(fitted)


@pytest.fixture(scope="module")
def many():
    X = np.random.default_rng(0).normal(size=(140_000, 3))
    return X, (X[:, 0] + 0.3 * X[:, 1] ** 2 > 0).astype(np.int64)


def test_long_boosting_on_many_rows_is_judged_on_some_of_them(many):
    X, y = many
    target = Target(Task.BINARY, ("y",), y, y, (0, 1), 1)
    estimator = HistGradientBoostingClassifier(max_iter=60, early_stopping=False, random_state=0)
    curve = curve_of(estimator, X, target, 110_000)
    assert curve.note == "on 20,000 of 110,000 training rows and 20,000 of 30,000 validation rows"
    assert (curve.kind, len(curve.x)) == ("iteration", 60)
    assert curve.validation[-1] < curve.validation[0]


def test_a_curve_by_training_size_is_judged_on_some_rows_and_fitted_on_all(many):
    X, _ = many
    y = X @ [1.0, 2.0, 3.0] + np.random.default_rng(1).normal(size=len(X))
    curve = curve_of(LinearRegression(), X, Target(Task.REGRESSION, ("y",), y, y), 110_000)
    assert curve.note == "on 20,000 of 110,000 training rows and 20,000 of 30,000 validation rows"
    assert list(curve.x) == [11_000, 22_000, 44_000, 77_000, 110_000]
    np.testing.assert_allclose(curve.validation, 1.0, atol=0.05)


@pytest.mark.parametrize(("passes", "rows"), [(1, MOST_ROWS), (15, 60_000), (100, FEWEST_ROWS), (10_000, FEWEST_ROWS)])
def test_the_more_passes_the_fewer_rows(passes, rows):
    assert rows_within_budget(passes) == rows


def test_rows_are_drawn_once_and_always_the_same():
    drawn = draw(1_000_000, 100_000)
    assert len(np.unique(drawn)) == 100_000
    np.testing.assert_array_equal(drawn, draw(1_000_000, 100_000))
    assert abs(drawn.mean() - 500_000) < 5_000
    np.testing.assert_array_equal(draw(5, 10), np.arange(5))
