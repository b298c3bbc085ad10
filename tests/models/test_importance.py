"""Permutation importance on raw columns: known values, the same each time, and honest about its caps."""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LinearRegression
from sklearn.metrics import accuracy_score, log_loss, mean_squared_error
from sklearn.pipeline import make_pipeline
from skrub import TableVectorizer

from report.core.errors import ModelError
from report.core.values import Target, Task
from report.models.importance import budget_for, permutation_importance


def endless():
    return float("inf")


@dataclass(frozen=True)
class Mse:
    name: str = "mse"
    greater_is_better: bool = False

    def __call__(self, predictions):
        return mean_squared_error(predictions.y_true, predictions.y_pred, sample_weight=predictions.weight)


@dataclass(frozen=True)
class Accuracy:
    name: str = "accuracy"
    greater_is_better: bool = True

    def __call__(self, predictions):
        return accuracy_score(predictions.y_true, predictions.y_pred, sample_weight=predictions.weight)


class Surprise(Mse):
    def __call__(self, predictions):
        return log_loss(predictions.y_true, predictions.y_score, sample_weight=predictions.weight)


class NeverApplies(Mse):
    def __call__(self, predictions):
        return float("nan")


def numbers(y):
    return Target(Task.REGRESSION, ("y",), y, y)


def classes(y):
    labels, encoded = np.unique(y, return_inverse=True)
    return Target(Task.BINARY, ("y",), y, encoded, tuple(labels.tolist()), 1)


@pytest.fixture(scope="module")
def linear():
    """y = 3 a - 2 b + noise, and c has nothing to do with it."""
    rng = np.random.default_rng(0)
    X = pd.DataFrame(rng.normal(size=(3_000, 3)), columns=["c", "a", "b"])
    y = (3 * X["a"] - 2 * X["b"] + 0.1 * rng.normal(size=len(X))).to_numpy()
    return X, y


def test_of_a_linear_model_it_is_twice_the_squared_coefficient_times_the_variance(linear):
    X, y = linear
    fitted = LinearRegression().fit(X, y)
    found = permutation_importance(fitted, X, numbers(y), np.arange(len(X)), None, Mse(), time_left=endless)
    assert (found.metric, found.features) == ("mse", ("a", "b", "c"))
    expected = 2 * fitted.coef_[[1, 2]] ** 2 * X[["a", "b"]].var().to_numpy()
    np.testing.assert_allclose(found.mean[:2], expected, rtol=0.1)
    assert abs(found.mean[2]) < 1e-3
    assert 0 < found.std[0] < 0.1 * found.mean[0]


def test_greater_is_better_turns_the_sign():
    rng = np.random.default_rng(0)
    X = pd.DataFrame({"noise": rng.normal(size=400), "signal": rng.normal(size=400)})
    y = np.where(X["signal"] > 0, "yes", "no").astype(object)
    fitted = RandomForestClassifier(20, random_state=0).fit(X, y)
    ask = (fitted, X, classes(y), np.arange(400), None)
    by_accuracy, by_loss = (
        permutation_importance(*ask, score, time_left=endless) for score in (Accuracy(), Surprise())
    )
    for found in (by_accuracy, by_loss):
        assert found.features == ("signal", "noise")
        assert found.mean[0] > 0.3
    assert by_accuracy.mean[0] <= 1.0


def test_text_and_categories_are_shuffled_before_they_are_preprocessed():
    rng = np.random.default_rng(0)
    colour = rng.choice(["red", "green", "blue"], 300)
    X = pd.DataFrame(
        {
            "colour": pd.Series(colour).astype("category"),
            "place": rng.choice(["north", "south"], 300),
            "when": pd.Timestamp("2024-01-01") + pd.to_timedelta(rng.integers(0, 300, 300), unit="D"),
            "size": pd.Series(rng.integers(0, 9, 300)).astype("Int64"),
        }
    )
    y = np.where(colour == "red", "stop", "go").astype(object)
    before = X.copy()
    fitted = make_pipeline(TableVectorizer(), RandomForestClassifier(20, random_state=0)).fit(X, y)
    found = permutation_importance(fitted, X, classes(y), np.arange(300), None, Accuracy(), time_left=endless)
    assert found.features[0] == "colour"
    assert set(found.features) == set(X.columns)
    assert found.mean[0] > 0.3 > max(found.mean[1:])
    pd.testing.assert_frame_equal(X, before)


def test_the_same_call_gives_the_same_whatever_other_columns_there_are(linear):
    X, y = linear
    ask = (numbers(y), np.arange(len(X)), None, Mse())
    cap = {"time_left": endless}
    first = permutation_importance(LinearRegression().fit(X, y), X, *ask, **cap)
    again = permutation_importance(LinearRegression().fit(X, y), X, *ask, **cap)
    assert first == again
    wide = pd.concat([X, pd.DataFrame(np.zeros((len(X), 1))).add_prefix("zero")], axis=1)
    model = LinearRegression().fit(wide, y)
    model.coef_[:3], model.intercept_ = LinearRegression().fit(X, y).coef_, LinearRegression().fit(X, y).intercept_
    found = permutation_importance(model, wide, *ask, **cap)
    ours = dict(zip(found.features, found.mean, strict=True))
    assert ours["a"] == pytest.approx(first.mean[0])
    assert ours["zero0"] == 0


def test_weights_and_positions_belong_to_their_rows(linear):
    X, y = linear
    half = np.arange(len(X)) % 2 == 0
    weight = half.astype(np.float64)
    broken = np.where(half, y, -1e6)  # rows without weight must not matter
    positions = np.arange(len(X))[::-1].copy()
    fitted = LinearRegression().fit(X, y)
    found = permutation_importance(fitted, X[::-1], numbers(broken), positions, weight[::-1], Mse(), time_left=endless)
    assert found.features == ("a", "b", "c")
    assert found.mean[0] == pytest.approx(18, rel=0.15)


def test_caps_are_told(linear):
    X, y = linear
    wide = pd.DataFrame(np.tile(X.to_numpy(), (1, 80))).add_prefix("x")
    ask = (numbers(y), np.arange(len(y)), None, Mse())
    found = permutation_importance(LinearRegression().fit(wide, y), wide, *ask, time_left=endless)
    assert len(found.features) == 80
    assert found.note == "one shuffle a column, on 250 of 3,000 validation rows, the first 80 of 240 columns"
    few = permutation_importance(LinearRegression().fit(X, y), X, *ask, time_left=endless)
    assert few.note == "5 shuffles a column, on 1,000 of 3,000 validation rows"


@pytest.mark.parametrize(
    ("n_rows", "n_columns", "n_asked", "expected"),
    [
        (36, 13, 178, (36, 13, 5)),  # all that there is
        (360, 64, 1_797, (250, 64, 1)),
        (2_000, 20, 10_000, (250, 20, 4)),
        (20_000, 10, 100_000, (1_000, 10, 5)),
        (20_000, 20, 100_000, (500, 20, 5)),
        (6_000, 20, 30_000, (300, 20, 5)),
        (20_000, 200, 100_000, (250, 200, 1)),
        (20_000, 500, 100_000, (250, 200, 1)),
        (20_000, 3_000, 100_000, (250, 33, 1)),
        (1, 1, 2, (1, 1, 5)),
        (500, 10_000_000, 2_000, (250, 1, 1)),
    ],
)
def test_what_is_asked_follows_from_counts(n_rows, n_columns, n_asked, expected):
    assert budget_for(n_rows, n_columns, n_asked) == expected


@given(st.integers(1, 10**7), st.integers(1, 10**5), st.integers(0, 10**7))
def test_no_budget_is_more_than_the_model_is_worth_asking(n_rows, n_columns, n_train):
    rows, columns, repeats = budget_for(n_rows, n_columns, n_rows + n_train)
    assert 1 <= rows <= n_rows
    assert 1 <= columns <= n_columns
    assert 1 <= repeats <= 5
    assert rows * columns * repeats <= min(max(n_rows + n_train, 20_000), 50_000)
    assert rows * columns * repeats * n_columns <= max(25_000_000, 250 * n_columns)


def test_a_score_that_does_not_apply_gives_none(linear):
    X, y = linear
    ask = (LinearRegression().fit(X, y), X, numbers(y), np.arange(len(y)), None, NeverApplies())
    assert permutation_importance(*ask, time_left=endless) is None


class Slow(LinearRegression):
    """A tenth of a millisecond a row: 1.5 seconds in all."""

    def predict(self, X):
        time.sleep(len(X) * 1e-4)
        return super().predict(X)


def test_a_slow_model_has_the_importance_of_a_fast_one(linear):
    X, y = linear
    ask = (X, numbers(y), np.arange(len(y)), None, Mse())
    slow, fast = (
        permutation_importance(kind().fit(X, y), *ask, time_left=endless) for kind in (Slow, LinearRegression)
    )
    assert slow == fast


def test_a_model_that_the_time_limit_would_end_is_not_asked(linear):
    X, y = linear
    ask = (Slow().fit(X, y), X, numbers(y), np.arange(len(y)), None, Mse())
    begun = time.perf_counter()
    with pytest.raises(ModelError, match="15 predictions of 1,000 rows would take longer than the time limit"):
        permutation_importance(*ask, time_left=lambda: 0.5)
    assert time.perf_counter() - begun < 1
