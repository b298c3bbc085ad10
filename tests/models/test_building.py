"""Estimators by import path, with parameters as YAML gives them."""

from __future__ import annotations

import pytest
from sklearn.base import BaseEstimator
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import RandomForestClassifier, StackingClassifier
from sklearn.model_selection import GridSearchCV
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import Pipeline

from report.config.schema import ModelConfig
from report.core.errors import ModelError, ReportError
from report.core.values import Task
from report.models.building import build, build_transformer, check_task, flat_params
from tests.models.builders import REPOSITORY

LOGISTIC = "sklearn.linear_model.LogisticRegression"
FOREST = "sklearn.ensemble.RandomForestClassifier"


def built(estimator, params=None):
    return build(ModelConfig(estimator=estimator, params=params or {}), root=REPOSITORY, key="models.m")


STACK = {
    "estimators": [
        ["forest", {"estimator": FOREST, "params": {"n_estimators": 5}}],
        ["logistic", {"estimator": LOGISTIC}],
    ],
    "final_estimator": {"estimator": LOGISTIC, "params": {"C": 0.5}},
}


def test_estimators_nest_in_lists_and_parameters():
    stack = built("sklearn.ensemble.StackingClassifier", STACK)
    assert isinstance(stack, StackingClassifier)
    assert [name for name, _ in stack.estimators] == ["forest", "logistic"]
    assert isinstance(stack.estimators[0][1], RandomForestClassifier)
    assert stack.get_params()["forest__n_estimators"] == 5
    assert stack.get_params()["final_estimator__C"] == 0.5


def test_a_search_over_a_pipeline():
    steps = [["scale", {"estimator": "sklearn.preprocessing.StandardScaler"}], ["model", {"estimator": LOGISTIC}]]
    search = built(
        "sklearn.model_selection.GridSearchCV",
        {
            "estimator": {"estimator": "sklearn.pipeline.Pipeline", "params": {"steps": steps}},
            "param_grid": {"model__C": [0.1, 1.0]},
            "cv": 2,
        },
    )
    assert isinstance(search, GridSearchCV)
    assert isinstance(search.estimator, Pipeline)
    assert search.param_grid == {"model__C": [0.1, 1.0]}
    search.fit([[0.0], [1.0], [2.0], [3.0], [0.1], [2.9]], [0, 0, 1, 1, 0, 1])
    assert search.best_params_["model__C"] in (0.1, 1.0)


def test_inner_parameters_by_scikit_learns_names():
    calibrated = built(
        "sklearn.calibration.CalibratedClassifierCV", {"estimator": {"estimator": LOGISTIC}, "estimator__C": 7.0}
    )
    assert calibrated.estimator.C == 7.0
    with pytest.raises(ModelError, match="no parameter 'estimator__c'") as raised:
        built("sklearn.calibration.CalibratedClassifierCV", {"estimator": {"estimator": LOGISTIC}, "estimator__c": 7.0})
    assert raised.value.problems[0].hint == "did you mean 'estimator__C'?"
    assert raised.value.problems[0].place.key == "models.m.params.estimator__c"


def test_text_stays_text_even_if_it_looks_like_a_path():
    assert built(LOGISTIC, {"solver": "sklearn.svm.SVC"}).solver == "sklearn.svm.SVC"


def test_lists_become_tuples_where_only_a_tuple_will_do():
    scaler = build_transformer(
        {"estimator": "sklearn.preprocessing.MinMaxScaler", "params": {"feature_range": [0, 2]}},
        root=REPOSITORY,
        key="k",
    )
    assert scaler.feature_range == (0, 2)
    layers = built("sklearn.neural_network.MLPClassifier", {"hidden_layer_sizes": [8, 4]})
    assert isinstance(layers, MLPClassifier)
    assert list(layers.hidden_layer_sizes) == [8, 4]


def test_steps_with_three_parts():
    parts = [["numbers", {"estimator": "sklearn.preprocessing.StandardScaler"}, ["a", "b"]], ["rest", "drop", ["c"]]]
    columns = build_transformer(
        {"estimator": "sklearn.compose.ColumnTransformer", "params": {"transformers": parts}}, root=REPOSITORY, key="k"
    )
    assert isinstance(columns, ColumnTransformer)
    assert columns.transformers[0][2] == ["a", "b"]
    assert columns.transformers[1] == ("rest", "drop", ["c"])


def test_functions_of_the_repository():
    assert built("own:tree", {"max_depth": 2}).max_depth == 2


@pytest.mark.parametrize(
    ("estimator", "params", "key", "message", "hint"),
    [
        (
            FOREST,
            {"n_estimator": 5},
            "params.n_estimator",
            "no parameter 'n_estimator'",
            "did you mean 'n_estimators'?",
        ),
        ("own:tree", {"depht": 2}, "params.depht", "tree has no parameter 'depht'", "it has max_depth, random_state"),
        ("own:nothing", {"a": 2}, "params.a", "nothing has no parameter 'a'", "it takes none"),
        (
            "sklearn.ensemble.BaggingClassifier",
            {"estimator": {"estimator": LOGISTIC, "params": {"c": 1}}},
            "params.estimator.params.c",
            "LogisticRegression has no parameter 'c'",
            "did you mean 'C'?",
        ),
        (
            "sklearn.ensemble.VotingClassifier",
            {"estimators": [["a", {"estimator": "sklearn.svm.SVCC"}]]},
            "params.estimators.0.1.estimator",
            "has no 'SVCC'",
            "did you mean 'SVC'?",
        ),
        ("sklearn.ensemble.VotingClassifier", {}, "params", "VotingClassifier needs the parameter 'estimators'", None),
        ("sklearn.base", {}, "estimator", "is neither a class nor a function", None),
        ("sklearn.preprocessing.StandardScaler", {}, "estimator", "a StandardScaler, without predict", None),
        ("own:breaks", {}, None, "no model today", None),
    ],
)
def test_mistakes_name_their_key_and_the_way_out(estimator, params, key, message, hint):
    with pytest.raises(ReportError, match=message.replace("'", ".")) as raised:
        built(estimator, params)
    problem = raised.value.problems[0]
    assert problem.place.key == ("models.m" if key is None else f"models.m.{key}")
    assert hint is None or problem.hint == hint


@pytest.mark.parametrize(
    ("estimator", "task", "wrong"),
    [
        ("sklearn.linear_model.Ridge", Task.BINARY, "Ridge is a regressor, and the target needs a classifier"),
        (LOGISTIC, Task.REGRESSION, "LogisticRegression is a classifier, and the target needs a regressor"),
        ("sklearn.cluster.KMeans", Task.MULTICLASS, "KMeans is a clusterer"),
        ("sklearn.ensemble.IsolationForest", Task.BINARY, "IsolationForest is an outlier detector"),
        ("sklearn.linear_model.Ridge", Task.MULTIOUTPUT, None),
        (LOGISTIC, Task.MULTILABEL, None),
    ],
)
def test_estimators_of_another_task_are_refused(estimator, task, wrong):
    model = built(estimator)
    if wrong is None:
        check_task(model, task, key="models.m")
        return
    with pytest.raises(ModelError, match=wrong):
        check_task(model, task, key="models.m")


def test_pipelines_are_of_the_task_of_their_last_step():
    steps = [["scale", {"estimator": "sklearn.preprocessing.StandardScaler"}], ["model", {"estimator": LOGISTIC}]]
    with pytest.raises(ModelError, match="Pipeline is a classifier, and the target needs a regressor"):
        check_task(built("sklearn.pipeline.Pipeline", {"steps": steps}), Task.REGRESSION, key="models.m")


def test_objects_that_do_not_tell_their_task_are_let_through():
    class Plain:
        def fit(self, X, y): ...

        def predict(self, X): ...

    class Untold(BaseEstimator, Plain): ...

    for kind in (Plain, Untold):
        for task in Task:
            check_task(kind(), task, key="models.m")
    with pytest.raises(ModelError, match="is a regressor"):
        check_task(type("Old", (Plain,), {"_estimator_type": "regressor"})(), Task.BINARY, key="models.m")


def test_parameters_are_shown_flat_by_scikit_learns_names():
    assert flat_params(STACK) == {
        "estimators": "forest, logistic",
        "forest": FOREST,
        "forest__n_estimators": "5",
        "logistic": LOGISTIC,
        "final_estimator": LOGISTIC,
        "final_estimator__C": "0.5",
    }
    assert flat_params({"a": None, "b": [1, 2], "c": True, "d": {"x": 1}}) == {
        "a": "None",
        "b": "[1, 2]",
        "c": "True",
        "d": "{'x': 1}",
    }
