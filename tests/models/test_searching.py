"""Candidates of a search: None among them is nothing, and those that fail are counted."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.tree import DecisionTreeClassifier

from report.config.schema import ModelConfig
from report.models.building import build, flat_params
from report.models.searching import told_of_searches
from tests.models.builders import REPOSITORY

GRID, TREE = "sklearn.model_selection.GridSearchCV", "sklearn.tree.DecisionTreeClassifier"
LOGISTIC = "sklearn.linear_model.LogisticRegression"


def built(estimator, params):
    return build(ModelConfig(estimator=estimator, params=params), root=REPOSITORY, key="models.m")


GRIDS = [
    (TREE, {"max_depth": [1, "None"]}, {"max_depth": [1, None]}),
    (TREE, {"max_depth": ["None"]}, {"max_depth": [None]}),
    (TREE, [{"max_features": ["None", "log2"]}, {"C": [1]}], [{"max_features": [None, "log2"]}, {"C": [1]}]),
    (LOGISTIC, {"class_weight": ["None", "balanced"], "C": [1, 2]}, {"class_weight": [None, "balanced"], "C": [1, 2]}),
    ("own:tree", {"max_features": ["None", "sqrt"]}, {"max_features": [None, "sqrt"]}),
    ("sklearn.impute.SimpleImputer", {"fill_value": ["None", "none"]}, {"fill_value": ["None", "none"]}),
    (TREE, {"no_such": ["None", "a"], "a__b": ["None", "a"]}, {"no_such": ["None", "a"], "a__b": ["None", "a"]}),
]  # fmt: skip


@pytest.mark.parametrize(("inner", "given", "grid"), GRIDS)
@pytest.mark.parametrize("form", [str, lambda path: {"estimator": path}], ids=["bare", "mapping"])
def test_a_candidate_that_is_none_is_nothing(inner, given, grid, form):
    assert built(GRID, {"estimator": form(inner), "param_grid": given}).param_grid == grid


def test_a_candidate_that_is_none_of_a_step_of_a_pipeline():
    steps = [["model", {"estimator": TREE}]]
    pipeline = {"estimator": "sklearn.pipeline.Pipeline", "params": {"steps": steps}}
    search = built(GRID, {"estimator": pipeline, "param_grid": {"model__max_features": ["None", "log2"]}})
    assert search.param_grid == {"model__max_features": [None, "log2"]}


def test_none_among_what_is_not_all_text_is_nothing_in_any_list():
    given = {"steps": {"deep": [["None", 1], ["None", "a"]]}}
    assert built("own:kept", given).kept == {"deep": [[None, 1], ["None", "a"]]}
    assert flat_params({"y": [1, "None"], "x": ["None", "a"]}) == {"y": "[1, None]", "x": "['None', 'a']"}


X, Y = np.arange(20.0).reshape(-1, 1), np.arange(20) % 2


def search(*depths: object, **params: object) -> GridSearchCV:
    return GridSearchCV(DecisionTreeClassifier(random_state=0), {"max_depth": list(depths)}, cv=2, **params)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("scoring", [None, ["accuracy", "f1"]])
@pytest.mark.parametrize(
    "around", [lambda found: found, make_pipeline, lambda found: make_pipeline("passthrough", found)]
)
def test_candidates_that_failed_are_counted(scoring, around):
    given = {"scoring": scoring, "refit": "f1" if scoring else True}
    (notice,) = told_of_searches(around(search(1, "None", "x", **given)).fit(X, Y))
    assert notice.message == "2 of 3 candidates of GridSearchCV failed: it chose among the others"
    assert notice.severity == "warning"
    assert notice.hint is not None
    assert told_of_searches(around(search(1, None, **given)).fit(X, Y)) == ()


def test_what_is_no_search_has_no_candidates():
    assert told_of_searches(DecisionTreeClassifier().fit(X, Y)) == ()
