"""Rows with cells that training did not have are asked about as they would be in production."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from tests.models.builders import classes_target, fitted, halves, make_dataset

N = 240
RNG = np.random.default_rng(11)
Y = RNG.integers(0, 2, N)
FRAME = pd.DataFrame(
    {
        "a": RNG.normal(size=N) + 2 * Y,
        "whole": RNG.integers(0, 5, N),
        "city": pd.Categorical(RNG.choice(["x", "y"], N)),
    }
)
LINEAR = {
    "estimator": "sklearn.linear_model.LogisticRegression",
    "preprocess": [
        {"columns": ["a", "whole"], "apply": "passthrough"},
        {"columns": "city", "apply": "sklearn.preprocessing.OneHotEncoder"},
    ],
}
NATIVE = {
    "light": {"estimator": "lightgbm.LGBMClassifier", "params": {"n_estimators": 5, "verbose": -1}},
    "extreme": {"estimator": "xgboost.XGBClassifier", "params": {"n_estimators": 5, "enable_categorical": True}},
    "trees": {
        "estimator": "sklearn.ensemble.HistGradientBoostingClassifier",
        "params": {"max_iter": 5, "categorical_features": "from_dtype"},
    },
}


def asked(models, frame, **more):
    return fitted(models, make_dataset(frame, classes_target(Y.tolist()), **more))


def test_a_model_that_fails_with_unknown_cells_is_asked_with_usual_ones():
    gaps = FRAME.assign(a=FRAME["a"].where(FRAME.index != 3), city=FRAME["city"].astype(object))
    gaps.loc[6, "city"] = "new"
    usual = FRAME.iloc[halves(make_dataset(FRAME, None)).train]
    mended = gaps.assign(a=gaps["a"].fillna(usual["a"].median()))
    mended.loc[6, "city"] = usual["city"].mode()[0]
    run, expected = asked({"m": LINEAR}, gaps)["m"], asked({"m": LINEAR}, mended)["m"]
    assert run.status == "ok"
    np.testing.assert_array_equal(run.validation.y_score, expected.validation.y_score)
    [notice] = [notice for notice in run.notices if "training row" in notice.message]
    assert notice.message.startswith("2 validation rows have values that no training row has, in 'a', 'city', and the ")


def test_a_model_that_fails_for_another_reason_says_so():
    gaps = FRAME.assign(a=FRAME["a"].where(FRAME.index != 3))
    run = asked({"m": {"estimator": "peeking.Failing", "preprocess": "none"}}, gaps)["m"]
    assert (run.status, run.reason) == ("failed", "RuntimeError: out of order")


@pytest.mark.parametrize("preprocess", ["auto", "none"])
def test_categories_of_new_rows_mean_the_same_whatever_their_codes_are(preprocess):
    models = {name: {**model, "preprocess": preprocess} for name, model in NATIVE.items()}
    other = FRAME.head(6).assign(city=pd.Categorical(FRAME["city"].head(6).astype(str), categories=["z", "y", "x"]))
    runs = [asked(models, FRAME, new=new) for new in (FRAME.head(6), other)]
    for name in models:
        same, recoded = (run[name] for run in runs)
        assert recoded.status == "ok", recoded.reason
        np.testing.assert_array_equal(same.new.y_score, recoded.new.y_score)


def test_unknown_categories_of_new_rows_are_missing_ones_to_boosters():
    models = {name: {**model, "preprocess": "none"} for name, model in NATIVE.items()}
    unknown, missing = (FRAME.head(6).assign(city=[cell, *FRAME["city"].head(5)]) for cell in ("new", None))
    runs = [asked(models, FRAME, new=new) for new in (unknown, missing)]
    for name in models:
        found, expected = (run[name] for run in runs)
        assert found.status == "ok", found.reason
        np.testing.assert_array_equal(found.new.y_score, expected.new.y_score)
