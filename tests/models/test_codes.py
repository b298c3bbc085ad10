"""A library that takes no labels but 0, 1, … is given these: no report shows the difference."""

from __future__ import annotations

import sys

import numpy as np
import pytest

from report.core.values import Split
from report.models.targets import as_codes, wants_codes
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


CLASSES = ["ant", "bee", "cat", "dog"]


def split_without(code, *, training):
    """80 rows of four classes, all of one of them in validation (or in training) alone; and where each row is."""
    codes = np.arange(80) // 3 % 4
    is_validation = np.arange(80) % 3 == 0
    is_validation[codes == code] = training
    X = np.random.default_rng(0).normal(size=(80, 2)) + codes[:, np.newaxis]
    rows = np.arange(80)
    split = Split(rows[~is_validation], rows[is_validation], "given", "a class apart")
    return make_dataset(X, classes_target([CLASSES[code] for code in codes])), split, codes


HIDDEN = {**MODELS, "hidden": "boosted.Hidden"}
COUNTED = np.repeat([1, 2, 3], 20)


def test_an_estimator_that_counts_classes_gets_codes():
    target = classes_target(COUNTED.tolist(), dtype=np.int64)
    run = fitted({"m": "boosted.OutOfBounds"}, make_dataset(np.eye(3)[COUNTED - 1], target))["m"]
    assert (run.status, run.reason) == ("ok", None)
    np.testing.assert_array_equal(run.validation.y_pred, run.validation.y_true)


@pytest.mark.parametrize("code", range(4))
def test_a_class_that_only_validation_has_counts_as_wrong(code):
    dataset, split, codes = split_without(code, training=True)
    runs = fitted(HIDDEN, dataset, split=split, cross_validation={"folds": 2}, seeds=[0, 1])
    plain = runs["plain"]
    for name in ("codes", "searched", "hidden"):
        run = runs[name]
        assert (run.status, run.reason) == ("ok", None)
        np.testing.assert_array_equal(run.validation.y_pred, plain.validation.y_pred)
        np.testing.assert_allclose(run.validation.y_score, plain.validation.y_score)
        np.testing.assert_array_equal(run.validation.y_true, codes[split.validation])
        assert (run.validation.y_score[:, code] == 0).all()
        of_class = codes[split.validation] == code
        assert (run.validation.y_pred[of_class] != code).all()
        assert (len(run.folds), len(run.seeds)) == (2, 2)
        assert not any("failed" in notice.message for notice in run.notices)


@pytest.mark.parametrize("code", range(4))
def test_a_class_that_only_training_has(code):
    dataset, split, codes = split_without(code, training=False)
    runs = fitted(HIDDEN, dataset, split=split)
    for name in ("codes", "searched", "hidden"):
        assert runs[name].status == "ok"
        np.testing.assert_array_equal(runs[name].train.y_pred, runs["plain"].train.y_pred)
        np.testing.assert_array_equal(runs[name].train.y_true, codes[split.train])


def test_a_fold_that_lacks_a_class_has_its_own_codes():
    """By time, the first fold has seen neither the first nor the third class, by their order."""
    labels = ["bee"] * 20 + ["dog"] * 20 + (["ant", "bee", "cat", "dog"] * 20)
    X = np.random.default_rng(0).normal(size=(120, 2))
    dataset = make_dataset(X, classes_target(labels), time=np.arange(120.0))
    rows = np.arange(120)
    split = Split(rows[:100], rows[100:], "time", "the last")
    runs = fitted(HIDDEN, dataset, split=split, cross_validation={"folds": 2})
    for name in ("codes", "hidden"):
        assert not any("failed" in notice.message for notice in runs[name].notices)
        for fold, plain in zip(runs[name].folds, runs["plain"].folds, strict=True):
            np.testing.assert_array_equal(fold.y_pred, plain.y_pred)
            np.testing.assert_allclose(fold.y_score, plain.y_score)


def test_a_part_inside_of_the_model_that_lacks_a_class_is_told_in_labels():
    labels = ["a rare one"] + ["ant", "bee"] * 40
    dataset = make_dataset(np.random.default_rng(0).normal(size=(81, 2)), classes_target(labels))
    model = {"estimator": "boosted.OnFirstHalf", "params": {"inner": {"estimator": "boosted.OnlyCodes"}}}
    rows = np.arange(81)
    run = fitted({"m": model}, dataset, split=Split(rows[::-1][20:], rows[::-1][:20], "given", "the last"))["m"]
    assert run.status == "failed"
    assert "'a rare one' has 1 training row" in run.reason
    assert "[0" not in run.reason


@pytest.mark.parametrize(
    ("told", "wanted"),
    [
        ("Invalid classes inferred from unique values of `y`.  Expected: [0 1], got [1 2]", True),
        ("SoftmaxMultiClassObj: label must be in [0, num_class).", True),
        ("Label must be in [0, 3), but found 3 in label", True),
        ("Target 3 is out of bounds.", True),
        ("Received a label value of 3 which is outside the valid range of [0, 3).", True),
        ("could not convert string to float: 'ant'", False),
        ("the axis is out of bounds", False),
    ],
)
def test_what_asks_for_codes(told, wanted):
    assert wants_codes(IndexError(told)) is wanted


def test_codes_are_dense_over_the_rows_that_are_fitted():
    target = classes_target(["a", "b", "c", "d"] * 2)
    coded = as_codes(target, np.array([1, 3, 5]))
    assert coded.classes == (2, 0, 3, 1)
    np.testing.assert_array_equal(coded.values, [2, 0, 3, 1] * 2)
    np.testing.assert_array_equal(as_codes(coded, np.arange(8)).values, target.encoded)


@pytest.mark.skipif(sys.platform == "darwin", reason="its library of threads is no Python package there")
def test_xgboost_itself():
    pytest.importorskip("xgboost", reason="xgboost is not installed")
    X = np.random.default_rng(0).normal(size=(60, 2))
    target = classes_target(np.where(X[:, 0] > 0, "yes", "no").tolist())
    model = {"estimator": "xgboost.XGBClassifier", "params": {"n_estimators": 5, "n_jobs": 1}}
    run = fitted({"xgb": model}, make_dataset(X, target))["xgb"]
    assert (run.status, run.reason) == ("ok", None)
    assert np.mean(run.train.y_pred == run.train.y_true) > 0.9


@pytest.mark.skipif(sys.platform == "darwin", reason="its library of threads is no Python package there")
@pytest.mark.parametrize("code", range(4))
def test_xgboost_and_a_class_that_only_validation_has(code):
    pytest.importorskip("xgboost", reason="xgboost is not installed")
    dataset, split, codes = split_without(code, training=True)
    model = {"estimator": "xgboost.XGBClassifier", "params": {"n_estimators": 5, "n_jobs": 1}}
    run = fitted({"xgb": model}, dataset, split=split, cross_validation={"folds": 2})["xgb"]
    assert (run.status, run.reason, len(run.folds)) == ("ok", None, 2)
    assert (run.validation.y_score[:, code] == 0).all()
    assert (run.curve.kind, np.isfinite(run.curve.validation).all()) == ("iteration", True)
    of_class = codes[split.validation] == code
    assert not (run.validation.y_pred == codes[split.validation])[of_class].any()
    assert (run.validation.y_pred == codes[split.validation])[~of_class].mean() > 0.4
