"""Curves of estimators inside pipelines, searches and transformed targets, and what recording leaves behind."""

from __future__ import annotations

import pickle

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.compose import TransformedTargetRegressor
from sklearn.ensemble import GradientBoostingRegressor, RandomForestClassifier, StackingClassifier
from sklearn.linear_model import LogisticRegression, SGDClassifier
from sklearn.metrics import log_loss, mean_squared_error
from sklearn.model_selection import GridSearchCV
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler

from report.core.values import Task

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")

LEARNERS = [
    LogisticRegression(),
    LogisticRegression(solver="newton-cg"),
    SGDClassifier(loss="log_loss", random_state=0),
    MLPClassifier((5,), max_iter=10, random_state=0),
    RandomForestClassifier(n_estimators=6, random_state=0),
]
BY_NAME = {"ids": lambda learner: f"{type(learner).__name__}-{getattr(learner, 'solver', '')}".rstrip("-")}


@pytest.mark.parametrize("learner", LEARNERS, **BY_NAME)
def test_a_pipeline_has_the_curve_of_its_last_step(learner, problem, record):
    data = problem(Task.MULTICLASS)
    recorded = record(make_pipeline(StandardScaler(), clone(learner)), data)
    scaler = StandardScaler().fit(data.train[0])
    scaled = type(data)(scaler.transform(data.X), data.y, data.target)
    alone = record(clone(learner), scaled).curve
    np.testing.assert_allclose(recorded.curve.validation, alone.validation)
    assert (recorded.curve.kind, recorded.curve.x[0]) == (alone.kind, 1)
    final = log_loss(data.validation[1], recorded.fitted.predict_proba(data.validation[0]))
    assert recorded.curve.validation[-1] == pytest.approx(final)


@pytest.mark.parametrize("learner", LEARNERS, **BY_NAME)
def test_a_search_has_the_curve_of_what_it_chose(learner, problem, record):
    data = problem(Task.MULTICLASS)
    pipeline = make_pipeline(StandardScaler(), clone(learner))
    name = pipeline.steps[-1][0]
    parameter, values = {
        "logisticregression": ("C", [0.01, 1.0]),
        "sgdclassifier": ("alpha", [1e-4, 1e-2]),
        "mlpclassifier": ("alpha", [1e-4, 1e-2]),
        "randomforestclassifier": ("max_depth", [1, 4]),
    }[name]
    recorded = record(GridSearchCV(pipeline, {f"{name}__{parameter}": values}, cv=2), data)
    chosen = make_pipeline(StandardScaler(), clone(learner)).set_params(**recorded.fitted.best_params_)
    np.testing.assert_allclose(recorded.curve.validation, record(chosen, data).curve.validation)
    assert recorded.curve.kind in {"iteration", "epoch"}


def test_a_pipeline_keeps_data_frames_and_column_names(problem, record):
    data = problem(Task.BINARY)
    frame = pd.DataFrame(data.X, columns=list("abcdef"))
    framed = type(data)(frame, data.y, data.target)
    picked = FunctionTransformer(lambda X: X[["b", "a"]], feature_names_out=None)
    curve = record(make_pipeline(picked, RandomForestClassifier(n_estimators=5, random_state=0)), framed).curve
    columns = type(data)(data.X[:, [1, 0]], data.y, data.target)
    alone = record(RandomForestClassifier(n_estimators=5, random_state=0), columns).curve
    np.testing.assert_allclose(curve.validation, alone.validation)


@pytest.mark.parametrize(
    "regressor",
    [
        GradientBoostingRegressor(n_estimators=8, random_state=0),
        MLPRegressor(hidden_layer_sizes=(5,), max_iter=8, random_state=0),
    ],
)
def test_a_transformed_target_has_its_loss_on_its_own_scale(regressor, problem, record):
    data = problem(Task.REGRESSION)
    inner = make_pipeline(StandardScaler(), clone(regressor))
    recorded = record(TransformedTargetRegressor(inner, func=np.arcsinh, inverse_func=np.sinh), data)
    name = regressor.__class__.__name__.lower()
    limit = "n_estimators" if hasattr(regressor, "n_estimators") else "max_iter"
    shorter = TransformedTargetRegressor(
        make_pipeline(StandardScaler(), clone(regressor)).set_params(**{f"{name}__{limit}": 5}),
        func=np.arcsinh,
        inverse_func=np.sinh,
    ).fit(*data.train)
    expected = mean_squared_error(data.validation[1], shorter.predict(data.validation[0]))
    assert recorded.curve.kind in {"iteration", "epoch"}
    assert recorded.curve.validation[4] == pytest.approx(expected)


def test_several_transformed_targets_at_once(problem, record):
    data = problem(Task.MULTIOUTPUT)
    recorded = record(
        TransformedTargetRegressor(
            MLPRegressor(hidden_layer_sizes=(5,), max_iter=8, random_state=0), transformer=StandardScaler()
        ),
        data,
    )
    expected = mean_squared_error(data.validation[1], recorded.fitted.predict(data.validation[0]))
    assert recorded.curve.kind == "epoch"
    assert recorded.curve.validation[-1] == pytest.approx(expected)


def test_a_composite_is_one_piece(problem, record):
    stack = StackingClassifier([("forest", RandomForestClassifier(n_estimators=4, random_state=0))], cv=2)
    assert record(stack, problem(Task.BINARY)).curve.kind == "training size"


# What recording leaves behind


class Breaks(StandardScaler):
    def fit(self, X, y=None, sample_weight=None):
        raise RuntimeError("no")


@pytest.mark.parametrize("learner", LEARNERS, **BY_NAME)
def test_nothing_is_left_behind_after_success_or_failure(learner, problem, record):
    kind = type(learner)
    owners = [(base, dict(vars(base))) for base in kind.__mro__]
    data = problem(Task.BINARY)
    recorded = record(make_pipeline(StandardScaler(), clone(learner)), data)
    pipeline = make_pipeline(Breaks(), clone(learner))
    with pytest.raises(RuntimeError, match="no"):
        record(pipeline, data)
    for base, before in owners:
        assert {name: vars(base).get(name) for name in before} == before
    for left in (recorded.fitted[-1], pipeline[-1]):
        assert not hasattr(left, "_skl_callbacks")
    plain = make_pipeline(StandardScaler(), clone(learner)).fit(*data.train)
    assert set(vars(recorded.fitted[-1])) == set(vars(plain[-1]))


def test_callbacks_of_the_users_own_stay_and_are_called(problem, record):
    callback = pytest.importorskip("sklearn.callback", reason="scikit-learn < 1.9 has no callbacks")
    assert callback

    class Counts:
        def __init__(self):
            self.calls = 0

        def setup(self, estimator, context):
            pass

        def teardown(self, estimator, context):
            pass

        def on_fit_task_begin(self, estimator, context):
            pass

        def on_fit_task_end(self, estimator, context):
            self.calls += 1

    own = Counts()
    estimator = LogisticRegression().set_callbacks(own)
    recorded = record(estimator, problem(Task.BINARY))
    assert own.calls > recorded.fitted.n_iter_[0]
    assert estimator._skl_callbacks == [own]
    assert recorded.curve.x[-1] == recorded.fitted.n_iter_[0]


def test_the_fitted_model_holds_nothing_of_ours(problem, record):
    data = problem(Task.BINARY)
    search = GridSearchCV(LogisticRegression(), {"C": [0.1, 1.0]}, cv=2)
    assert b"report" not in pickle.dumps(record(search, data).fitted)


def test_a_watched_estimator_can_be_sent_to_another_process(problem, recorder):
    data = problem(Task.BINARY)
    estimator = LogisticRegression()
    with recorder(estimator, data) as watching:
        sent = pickle.loads(pickle.dumps(estimator))  # noqa: S301 — our own bytes
        sent.fit(*data.train)
        estimator.fit(*data.train)
    assert watching.curve(estimator).kind == "iteration"
    np.testing.assert_array_equal(sent.coef_, estimator.coef_)


def test_watching_costs_a_small_part_of_the_fit(problem, record):
    recorded = record(MLPClassifier((20,), max_iter=50, random_state=0), problem(Task.BINARY))
    assert 0 < recorded.recorder.overhead_seconds < 0.5 * recorded.recorder._seconds
    assert record(RandomForestClassifier(n_estimators=3), problem(Task.BINARY)).recorder.overhead_seconds == 0
