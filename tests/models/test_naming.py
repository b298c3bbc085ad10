"""Columns may have any name: what XGBoost and LightGBM refuse is changed for them alone, and told."""

from __future__ import annotations

import copy
import pickle
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.ensemble import VotingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from report.core.scoring import Scorer
from report.models.naming import package_of, safe_names, with_safe_names
from tests.models.builders import classes_target, fitted, make_dataset, numbers_target

ODD = ["a[1]", "b<2", "c,d", "e:f", "{g}", 'h"', "i j", "i_j", ""]
RNG = np.random.default_rng(0)
X = RNG.normal(size=(120, len(ODD)))
PLAIN = pd.DataFrame(X).add_prefix("x")
FRAME = pd.DataFrame(X, columns=ODD)
Y = np.where(X[:, 0] + X[:, 4] > 0, "yes", "no").tolist()
BOOSTERS = {
    "xgboost": {"estimator": "xgboost.XGBClassifier", "params": {"n_estimators": 5, "n_jobs": 1}},
    "lightgbm": {"estimator": "lightgbm.LGBMClassifier", "params": {"n_estimators": 5, "n_jobs": 1, "verbose": -1}},
}


class OfLibrary(LogisticRegression):
    """A stand-in: it refuses what XGBoost does."""

    __module__ = "xgboost.sklearn"

    def fit(self, X, y, sample_weight=None):
        self._check(X)
        return super().fit(X, y, sample_weight)

    def predict(self, X):
        self._check(X)
        return super().predict(X)

    def predict_proba(self, X):
        self._check(X)
        return super().predict_proba(X)

    def _check(self, X):
        names = list(X.columns)
        if len(set(names)) < len(names) or any(mark in name for name in names for mark in "[]<"):
            raise ValueError("feature_names must be unique strings, and may not contain [, ] or <")


@pytest.mark.parametrize(
    ("names", "xgboost", "lightgbm"),
    [
        (["a", "b c"], None, None),
        (["a[1]", "b"], ["a_1_", "b"], ["a_1_", "b"]),
        (["a[", "a<", "a_", "a__2"], ["a__3", "a__4", "a_", "a__2"], ["a__3", "a<", "a_", "a__2"]),
        (["a,b", "é:ü", "日本"], None, ["a_b", "é_ü", "日本"]),
        (["a b", "a_b"], None, ["a_b", "a_b_2"]),
        ([1, "1", 2.5], ["1", "1_2", "2.5"], ["1", "1_2", "2.5"]),
        (["", "x\ny"], None, ["_", "x_y"]),
        (["a", "a"], ["a", "a_2"], ["a", "a_2"]),
    ],
)
def test_names_that_a_library_takes(names, xgboost, lightgbm):
    assert safe_names(names, "xgboost") == xgboost
    assert safe_names(names, "lightgbm") == lightgbm


@pytest.mark.parametrize("package", BOOSTERS)
@pytest.mark.parametrize("task", ["classes", "numbers"])
def test_the_same_answers_as_with_plain_names(package, task):
    pytest.importorskip(package, reason=f"{package} is not installed")
    model = BOOSTERS[package]
    target = classes_target(Y) if task == "classes" else numbers_target(X[:, 0])
    if task == "numbers":
        model = {**model, "estimator": model["estimator"].replace("Classifier", "Regressor")}
    odd, plain = (fitted({"m": model}, make_dataset(frame, target))["m"] for frame in (FRAME, PLAIN))
    assert (odd.status, odd.reason) == ("ok", None)
    np.testing.assert_array_equal(odd.validation.y_pred, plain.validation.y_pred)
    told = [notice for notice in odd.notices if "column names" in notice.message]
    assert [(notice.severity, notice.subject) for notice in told] == [("note", "m")]
    assert "'a[1]' as 'a_1_'" in told[0].message
    assert not any("column names" in notice.message for notice in plain.notices)


class Share(Scorer):
    name, title, greater_is_better = "accuracy", "Accuracy", True

    def __call__(self, predictions):
        return float(np.mean(predictions.y_pred == predictions.y_true))


def test_reports_keep_the_names_and_folds_and_seeds_have_them_too():
    pytest.importorskip("xgboost", reason="xgboost is not installed")
    run = fitted(
        {"m": BOOSTERS["xgboost"]},
        make_dataset(FRAME, classes_target(Y)),
        score=Share(),
        cross_validation={"folds": 2},
        seeds=[0, 1],
    )["m"]
    assert run.status == "ok"
    assert set(run.importance.features) == set(ODD)
    assert run.importance.features[0] in ("a[1]", "{g}")
    assert (len(run.folds), len(run.seeds), run.curve.kind) == (2, 2, "iteration")
    assert sum("column names" in notice.message for notice in run.notices) == 1


def test_categories_may_have_any_value():
    pytest.importorskip("xgboost", reason="xgboost is not installed")
    words = np.array(["<5", "[5, 9]", ">9"])[RNG.integers(0, 3, len(X))]
    frame = PLAIN.assign(**{"age[years]": words})
    steps = [
        {"columns": "x*", "apply": "passthrough"},
        {
            "columns": "age[years]",
            "apply": {"estimator": "sklearn.preprocessing.OneHotEncoder", "params": {"sparse_output": False}},
        },
    ]
    models = {"auto": BOOSTERS["xgboost"], "listed": {**BOOSTERS["xgboost"], "preprocess": steps}}
    runs = fitted(models, make_dataset(frame, classes_target(Y)))
    assert [(run.status, run.reason) for run in runs.values()] == [("ok", None)] * 2


WRAPPED = [
    make_pipeline(StandardScaler().set_output(transform="pandas"), OfLibrary()),
    VotingClassifier([("first", OfLibrary()), ("second", LogisticRegression())]),
    GridSearchCV(OfLibrary(), {"C": [0.1, 1.0]}, cv=2),
    GridSearchCV(
        make_pipeline(LogisticRegression()), {"logisticregression": [OfLibrary(), LogisticRegression()]}, cv=2
    ),
]


@pytest.mark.parametrize("model", WRAPPED)
def test_wherever_the_estimator_is(model):
    with_safe_names(model)
    with pytest.warns(UserWarning, match="column names"):
        model.fit(FRAME, Y)
    assert np.mean(model.predict(FRAME) == Y) > 0.8


def test_the_estimator_stays_what_it_is():
    model = OfLibrary(C=0.5)
    with_safe_names(model)
    assert isinstance(model, OfLibrary)
    assert (type(model).__name__, type(model).__module__) == ("OfLibrary", "xgboost.sklearn")
    with pytest.warns(UserWarning, match="column names"):
        fit = model.fit(FRAME, Y)
    for other in (copy.copy(fit), copy.deepcopy(fit)):
        np.testing.assert_array_equal(other.predict(FRAME), fit.predict(FRAME))
    assert clone(fit).get_params() == model.get_params()
    assert package_of(clone(fit)) == "xgboost"


@pytest.mark.parametrize("package", BOOSTERS)
def test_pickles_take_any_name_too(package):
    library = pytest.importorskip(package, reason=f"{package} is not installed")
    kind = library.XGBRegressor if package == "xgboost" else library.LGBMRegressor
    model = kind(n_estimators=2, **({} if package == "xgboost" else {"verbose": -1}))
    with_safe_names(model)
    with pytest.warns(UserWarning, match="column names"):
        model.fit(FRAME, X[:, 0])
    again = pickle.loads(pickle.dumps(model))  # noqa: S301 - our own
    np.testing.assert_array_equal(again.predict(FRAME), model.predict(FRAME))


ELSEWHERE = """
import pickle, sys, pathlib, warnings, importlib.util
import cloudpickle
assert importlib.util.find_spec("report") is None
here = pathlib.Path(sys.argv[1])
model, X, y = pickle.loads((here / "sent").read_bytes())
warnings.simplefilter("ignore")
(here / "back").write_bytes(cloudpickle.dumps(model.fit(X, y)))
"""


def test_processes_of_joblib_need_no_package_of_ours(tmp_path):
    library = pytest.importorskip("xgboost", reason="xgboost is not installed")
    cloudpickle = pytest.importorskip("cloudpickle", reason="joblib has one of its own before 1.6")
    model = library.XGBRegressor(n_estimators=2, n_jobs=1)
    with_safe_names(model)
    (tmp_path / "sent").write_bytes(cloudpickle.dumps((model, FRAME, X[:, 0])))
    subprocess.run([sys.executable, "-c", ELSEWHERE, str(tmp_path)], cwd=tmp_path, check=True, timeout=120)
    back = pickle.loads((tmp_path / "back").read_bytes())  # noqa: S301 - our own
    again = pickle.loads(pickle.dumps(back))  # noqa: S301 - our own
    np.testing.assert_array_equal(again.predict(FRAME), back.predict(FRAME))


def test_parameters_that_name_columns_keep_their_meaning():
    library = pytest.importorskip("xgboost", reason="xgboost is not installed")
    given = {"monotone_constraints": {"a[1]": 1, "b<2": -1}, "interaction_constraints": [["a[1]", "b<2"], ["c,d"]]}
    model = library.XGBRegressor(n_estimators=20, n_jobs=1, **given)
    with_safe_names(model)
    target = -X[:, 0] + RNG.normal(size=len(X)) / 10
    with pytest.warns(UserWarning, match="column names"):
        model.fit(FRAME, target)
    assert {name: model.get_params()[name] for name in given} == given
    rising = FRAME.iloc[[0] * 9].assign(**{"a[1]": np.linspace(-3, 3, 9)})
    assert (np.diff(model.predict(rising)) >= 0).all()
