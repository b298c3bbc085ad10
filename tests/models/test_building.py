"""Estimators by import path, with parameters as YAML gives them."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
from sklearn.base import BaseEstimator
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import RandomForestClassifier, StackingClassifier
from sklearn.model_selection import GridSearchCV
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import Pipeline
from sklearn.tree import DecisionTreeClassifier

from report.config.schema import ModelConfig
from report.core.errors import ModelError, ReportError
from report.core.values import Task
from report.models.building import build, build_transformer, check_task, flat_params
from tests.models.builders import REPOSITORY, classes_target, labels_target, numbers_target

LOGISTIC = "sklearn.linear_model.LogisticRegression"
FOREST = "sklearn.ensemble.RandomForestClassifier"
TARGETS = {
    Task.BINARY: classes_target(["a", "b"]),
    Task.MULTICLASS: classes_target(["a", "b", "c"]),
    Task.MULTILABEL: labels_target([[0, 1]]),
    Task.REGRESSION: numbers_target([0.5, 1.5]),
    Task.MULTIOUTPUT: numbers_target([[0.5, 1.5]]),
}


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


BAGGING, GRID = "sklearn.ensemble.BaggingClassifier", "sklearn.model_selection.GridSearchCV"
TRANSFORMER, TREE = "sklearn.preprocessing.FunctionTransformer", "sklearn.tree.DecisionTreeClassifier"


@pytest.mark.parametrize("given", [{"function": "numpy.log1p"}, "numpy.log1p"], ids=["mapping", "text"])
def test_a_function_is_a_parameter(given):
    params = {"regressor": {"estimator": "sklearn.linear_model.Ridge"}, "func": given, "inverse_func": "numpy.expm1"}
    model = built("sklearn.compose.TransformedTargetRegressor", params)
    assert (model.func, model.inverse_func) == (np.log1p, np.expm1)
    assert model.fit([[0.0], [1.0], [2.0]], [1.0, 2.0, 4.0]).predict([[1.0]]).shape == (1,)
    transformer = build_transformer({"estimator": TRANSFORMER, "params": {"func": given}}, root=REPOSITORY, key="k")
    assert transformer.transform(np.array([[np.e - 1]])) == 1.0
    assert flat_params(params) == {
        "regressor": "sklearn.linear_model.Ridge",
        "func": "numpy.log1p",
        "inverse_func": "numpy.expm1",
    }


def test_a_function_of_the_repository_where_text_would_do_too_needs_its_mapping():
    search = {"estimator": {"estimator": LOGISTIC}, "param_grid": {"C": [1.0]}}
    assert callable(built(GRID, {**search, "scoring": {"function": "own:tree"}}).scoring)
    assert callable(built(GRID, {**search, "scoring": "own:tree"}).scoring)
    assert built(GRID, {**search, "scoring": "roc_auc"}).scoring == "roc_auc"


def test_a_parameter_that_is_called_function_and_mappings_with_that_key_stay():
    kept = build_transformer(
        {"estimator": TRANSFORMER, "params": {"kw_args": {"function": "numpy.log1p"}}}, root=REPOSITORY, key="k"
    )
    assert kept.kw_args == {"function": "numpy.log1p"}
    assert built("own:named", {"function": "numpy.log1p"}).C == 11  # letters


@pytest.mark.parametrize(
    "path",
    [
        "sklearn.impute.IterativeImputer",
        "sklearn.model_selection.HalvingGridSearchCV",
        "sklearn.model_selection.HalvingRandomSearchCV",
    ],
)
def test_what_is_experimental_is_enabled(path):
    code = (  # in a process that nobody has enabled it in
        "import sys; from pathlib import Path; from report.core.importing import import_object;"
        "print(import_object(sys.argv[1], Path.cwd()).__name__)"
    )
    asked = subprocess.run([sys.executable, "-c", code, path], capture_output=True, text=True, check=True, timeout=120)
    assert asked.stdout.strip() == path.rpartition(".")[2]


def test_text_that_says_nothing_is_nothing_where_text_is_refused():
    assert built(FOREST, {"max_depth": "None", "random_state": "None"}).max_depth is None
    assert built("own:tree", {"random_state": "None"}).random_state is None
    filled = {"estimator": "sklearn.impute.SimpleImputer", "params": {"strategy": "constant", "fill_value": "None"}}
    assert build_transformer(filled, root=REPOSITORY, key="k").fill_value == "None"


@pytest.mark.parametrize(("text", "sizes"), [("(10,)", (10,)), ("(8, 4)", (8, 4))])
def test_a_tuple_as_python_writes_it(text, sizes):
    assert (
        tuple(built("sklearn.neural_network.MLPClassifier", {"hidden_layer_sizes": text}).hidden_layer_sizes) == sizes
    )
    vectors = {"estimator": "sklearn.feature_extraction.text.TfidfVectorizer", "params": {"ngram_range": "(1, 2)"}}
    assert build_transformer(vectors, root=REPOSITORY, key="k").ngram_range == (1, 2)


def test_the_bare_path_of_an_inner_estimator():
    assert isinstance(built(BAGGING, {"estimator": TREE, "n_estimators": 2}).estimator, DecisionTreeClassifier)
    steps = [["scale", "sklearn.preprocessing.StandardScaler"], ["model", LOGISTIC]]
    assert [type(step).__name__ for _, step in built("sklearn.pipeline.Pipeline", {"steps": steps}).steps] == [
        "StandardScaler",
        "LogisticRegression",
    ]
    votes = built("sklearn.ensemble.VotingClassifier", {"estimators": [["a", TREE], ["b", {"estimator": LOGISTIC}]]})
    assert [type(one).__name__ for _, one in votes.estimators] == ["DecisionTreeClassifier", "LogisticRegression"]
    assert flat_params({"steps": steps}) == {
        "steps": "scale, model",
        "scale": "sklearn.preprocessing.StandardScaler",
        "model": LOGISTIC,
    }


WRONG_FORMS = [
    (
        "sklearn.ensemble.VotingClassifier",
        {"estimators": [["a", LOGISTIC], ["b", "SVC"]]},
        "estimators[1][1]",
        "this is an estimator, found the text 'SVC'",
        "such as {estimator: sklearn.svm.SVC}",
    ),
    (BAGGING, {"estimator": "DecisionTree"}, "estimator", "this is an estimator", "{estimator: PATH}"),
    (BAGGING, {"estimator": "sklearn.tree.DecisionTre"}, "estimator.estimator", "has no 'DecisionTre'", "did you mean"),
    (
        "sklearn.compose.TransformedTargetRegressor",
        {"func": "log1p"},
        "func",
        "this is a function, found the text 'log1p'",
        "such as {function: numpy.log1p}",
    ),
    (
        "sklearn.compose.TransformedTargetRegressor",
        {"func": {"function": "log1p"}},
        "func.function",
        "'log1p' is not an import path",
        "{function: numpy.log1p}",
    ),
    (
        "sklearn.compose.TransformedTargetRegressor",
        {"func": {"function": "numpy.pi"}},
        "func.function",
        "neither a class nor a function",
        "name a function",
    ),
    (
        "sklearn.compose.TransformedTargetRegressor",
        {"func": {"function": "numpy.log1"}},
        "func.function",
        "has no 'log1'",
        "did you mean 'log1p'",
    ),
    (GRID, {"estimator": LOGISTIC, "param_grid": {}, "refit": False}, "refit", "no model that could predict", "remove"),
    (
        "sklearn.neural_network.MLPClassifier",
        {"hidden_layer_sizes": "(10", ")": None},
        ")",
        "no parameter",
        "YAML has no tuples: write a list in brackets, such as [10, 5]",
    ),
]


@pytest.mark.parametrize(("estimator", "params", "key", "message", "hint"), WRONG_FORMS)
def test_forms_that_cannot_be_meant_end_in_what_to_write(estimator, params, key, message, hint):
    with pytest.raises(ReportError, match=message) as raised:
        built(estimator, params)
    problem = raised.value.problems[0]
    assert problem.place.key == f"models.m.params.{key}"
    assert hint in problem.hint


def test_what_a_function_of_the_repository_is_given_stays_as_it_is():
    steps = [["age", "numpy.log1p"], ["size", "none of it"]]
    assert built("own:kept", {"steps": steps}).kept == steps


def test_all_problems_of_a_model_are_told_together():
    with pytest.raises(ReportError) as raised:
        built(
            "sklearn.ensemble.VotingClassifier",
            {
                "estimators": [["a", "sklearn.svm.SVCC"], ["b", {"estimator": FOREST, "params": {"depth": 1}}]],
                "vote": "soft",
            },
        )
    assert [problem.place.key for problem in raised.value.problems] == [
        "models.m.params.vote",
        "models.m.params.estimators[0][1].estimator",
        "models.m.params.estimators[1][1].params.depth",
    ]


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
            "params.estimators[0][1].estimator",
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
        check_task(model, TARGETS[task], key="models.m")
        return
    with pytest.raises(ModelError, match=wrong):
        check_task(model, TARGETS[task], key="models.m")


@pytest.mark.parametrize(
    ("estimator", "target", "hint"),
    [
        (
            "sklearn.linear_model.Ridge",
            [1, 2, 3],
            "this is multiclass classification: name a classifier, or say `task: regression`",
        ),
        ("sklearn.linear_model.Ridge", ["a", "b", "c"], "this is multiclass classification: name a classifier"),
        ("sklearn.cluster.KMeans", [1, 2, 3], "this is multiclass classification: name a classifier"),
        (LOGISTIC, [0.5, 1.0], "this is regression: name a regressor"),
        (LOGISTIC, [1.0, 2.0], "this is regression: name a regressor, or say `task: classification`"),
    ],
)
def test_an_estimator_of_the_other_kind_ends_in_the_other_task(estimator, target, hint):
    given = numbers_target(target) if isinstance(target[0], float) else classes_target(target)
    with pytest.raises(ModelError) as raised:
        check_task(built(estimator), given, key="models.m")
    assert raised.value.problems[0].hint == hint


def test_pipelines_are_of_the_task_of_their_last_step():
    steps = [["scale", {"estimator": "sklearn.preprocessing.StandardScaler"}], ["model", {"estimator": LOGISTIC}]]
    with pytest.raises(ModelError, match="Pipeline is a classifier, and the target needs a regressor"):
        check_task(built("sklearn.pipeline.Pipeline", {"steps": steps}), TARGETS[Task.REGRESSION], key="models.m")


def test_objects_that_do_not_tell_their_task_are_let_through():
    class Plain:
        def fit(self, X, y): ...

        def predict(self, X): ...

    class Untold(BaseEstimator, Plain): ...

    for kind in (Plain, Untold):
        for task in Task:
            check_task(kind(), TARGETS[task], key="models.m")
    with pytest.raises(ModelError, match="is a regressor"):
        check_task(type("Old", (Plain,), {"_estimator_type": "regressor"})(), TARGETS[Task.BINARY], key="models.m")


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
