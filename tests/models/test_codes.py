"""A library that takes no labels but 0, 1, … is given these: no report shows the difference."""

from __future__ import annotations

import sys

import numpy as np
import pytest

from tests.models.builders import classes_target, fitted, make_dataset

MODELS = {
    "plain": "sklearn.linear_model.LogisticRegression",
    "codes": "boosted.OnlyCodes",
    "searched": {
        "estimator": "sklearn.model_selection.GridSearchCV",
        "params": {"estimator": {"estimator": "boosted.OnlyCodes"}, "param_grid": {"C": [1.0]}, "cv": 2},
    },
}


@pytest.mark.parametrize("labels", [["no", "yes"], [True, False], [3, 7], ["a", "b", "c"]], ids=str)
def test_labels_of_every_kind(labels):
    X = np.random.default_rng(0).normal(size=(60, 2))
    target = classes_target([labels[i // 2 % len(labels)] for i in range(60)], dtype=type(labels[0]))
    runs = fitted(MODELS, make_dataset(X, target))
    for name in ("codes", "searched"):
        assert (runs[name].status, runs[name].reason) == ("ok", None)
        np.testing.assert_array_equal(runs[name].validation.y_pred, runs["plain"].validation.y_pred)
        np.testing.assert_array_equal(runs[name].validation.y_score, runs["plain"].validation.y_score)
        np.testing.assert_array_equal(runs[name].validation.y_true, target.encoded[runs[name].validation.positions])


@pytest.mark.skipif(sys.platform == "darwin", reason="its library of threads is no Python package there")
def test_xgboost_itself():
    pytest.importorskip("xgboost", reason="xgboost is not installed")
    X = np.random.default_rng(0).normal(size=(60, 2))
    target = classes_target(np.where(X[:, 0] > 0, "yes", "no").tolist())
    model = {"estimator": "xgboost.XGBClassifier", "params": {"n_estimators": 5, "n_jobs": 1}}
    run = fitted({"xgb": model}, make_dataset(X, target))["xgb"]
    assert (run.status, run.reason) == ("ok", None)
    assert np.mean(run.train.y_pred == run.train.y_true) > 0.9
