"""Where the split has folds, every row is predicted once, as `cross_val_predict` does on the same folds."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from sklearn.dummy import DummyClassifier
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.metrics import accuracy_score, r2_score
from sklearn.model_selection import PredefinedSplit, cross_val_predict, cross_validate
from sklearn.neighbors import KNeighborsClassifier

from report.core.values import Split
from tests.models.builders import classes_target, fitted, labels_target, make_dataset, numbers_target
from tests.models.test_fit_models import Accuracy, told

RNG = np.random.default_rng(0)
X = RNG.normal(size=(90, 3))
CODES = np.digitize(X[:, 0] + 0.4 * RNG.normal(size=90), [-0.5, 0.5])
LABELS = np.array(["ant", "bee", "cat"])[CODES]
FOLDS = RNG.permutation(np.arange(90) % 4)
LOGISTIC = "sklearn.linear_model.LogisticRegression"
LINEAR = "sklearn.linear_model.LinearRegression"


def split_of(folds=FOLDS):
    every = np.arange(len(folds))
    return Split(every, every, "folds", "by folds", folds=folds)


def run_of(estimator, target, folds=FOLDS, *, params=None, dataset=None, **options):
    dataset = dataset or make_dataset(X, target)
    model = {"estimator": estimator, "params": params or {}}
    return fitted({"m": model}, dataset, split=split_of(folds), **options)["m"]


def test_labels_and_probabilities_are_those_of_cross_val_predict():
    run = run_of(LOGISTIC, classes_target(LABELS.tolist()))
    cv = PredefinedSplit(FOLDS)
    assert run.status == "ok", run.reason
    names = np.array(["ant", "bee", "cat"])
    assert names[run.validation.y_pred].tolist() == cross_val_predict(LogisticRegression(), X, LABELS, cv=cv).tolist()
    expected = cross_val_predict(LogisticRegression(), X, LABELS, cv=cv, method="predict_proba")
    np.testing.assert_allclose(run.validation.y_score, expected)
    assert run.validation.positions.tolist() == list(range(90))
    np.testing.assert_array_equal(run.validation.y_true, CODES)


def test_the_order_of_validation_is_that_of_the_split():
    dataset = make_dataset(X, classes_target(LABELS.tolist()))
    moved = np.random.default_rng(5).permutation(90)
    split = dataclasses.replace(split_of(), validation=moved)
    run = fitted({"m": LOGISTIC}, dataset, split=split)["m"]
    assert run.validation.positions.tolist() == moved.tolist()
    np.testing.assert_array_equal(run.validation.y_true, CODES[moved])
    expected = cross_val_predict(LogisticRegression(), X, CODES, cv=PredefinedSplit(FOLDS))
    np.testing.assert_array_equal(run.validation.y_pred, expected[moved])


def test_a_regression_too():
    y = X @ [1, 2, 3] + RNG.normal(size=90)
    run = run_of(LINEAR, numbers_target(y))
    expected = cross_val_predict(LinearRegression(), X, y, cv=PredefinedSplit(FOLDS))
    np.testing.assert_allclose(run.validation.y_pred, expected)
    assert r2_score(run.validation.y_true, run.validation.y_pred) == pytest.approx(r2_score(y, expected))


@pytest.mark.parametrize("kind", ["numbers", "labels"])
def test_several_outputs_too(kind):
    y = np.column_stack([X[:, 0] > 0, X[:, 1] > 0]).astype(int) if kind == "labels" else X[:, :2] * 3 + 1
    target = labels_target(y) if kind == "labels" else numbers_target(y)
    path = "sklearn.neighbors.KNeighborsClassifier" if kind == "labels" else LINEAR
    run = run_of(path, target)
    bare = KNeighborsClassifier() if kind == "labels" else LinearRegression()
    np.testing.assert_allclose(run.validation.y_pred, cross_val_predict(bare, X, y, cv=PredefinedSplit(FOLDS)))
    assert run.validation.y_pred.shape == (90, 2)


def test_training_scores_are_of_the_training_parts():
    folds = np.arange(90) % 3  # of equal size, so that the mean over parts is that over all of their rows
    params = {"n_estimators": 5, "max_depth": 3, "random_state": 0}
    run = run_of("sklearn.ensemble.RandomForestClassifier", classes_target(CODES.tolist()), folds, params=params)
    bare = cross_validate(
        RandomForestClassifier(**params), X, CODES, cv=PredefinedSplit(folds), return_train_score=True
    )
    assert len(run.train.positions) == 2 * 90
    assert accuracy_score(run.train.y_true, run.train.y_pred) == pytest.approx(bare["train_score"].mean())
    by_fold = [accuracy_score(fold.y_true, fold.y_pred) for fold in run.folds]
    assert by_fold == pytest.approx(bare["test_score"].tolist())


def test_weights_go_with_their_rows():
    weight = RNG.uniform(0.1, 5, 90)
    dataset = make_dataset(X, classes_target(CODES.tolist()), weight=weight)
    run = run_of(LOGISTIC, None, dataset=dataset)
    for fold in range(4):
        rest = fold != FOLDS
        bare = LogisticRegression().fit(X[rest], CODES[rest], weight[rest])
        np.testing.assert_allclose(run.validation.y_score[~rest], bare.predict_proba(X[~rest]))
    np.testing.assert_array_equal(run.validation.weight, weight)
    np.testing.assert_array_equal(run.train.weight, weight[run.train.positions])


def test_new_rows_are_predicted_by_a_model_of_all_rows():
    target = classes_target(CODES.tolist())
    new = make_dataset(RNG.normal(size=(7, 3)), target).features
    dataset = dataclasses.replace(make_dataset(X, target), new=new)
    run = run_of(LOGISTIC, None, dataset=dataset)
    bare = LogisticRegression().fit(X, CODES)
    np.testing.assert_allclose(run.new.y_score, bare.predict_proba(new.to_numpy()))
    assert len(run.validation.positions) == 90


def test_importance_and_curve_are_of_the_first_fold_and_say_so():
    run = run_of("sklearn.naive_bayes.GaussianNB", classes_target(CODES.tolist()), score=Accuracy())
    assert run.importance.note == "of the first of 4 folds; 5 shuffles a column"
    assert run.curve.note == "of the first of 4 folds"
    assert run.curve.x[-1] == np.count_nonzero(FOLDS != 0)


def test_a_fold_that_fails_fails_the_model_with_its_reason():
    fold = FOLDS[X[:, 0].argmax()]
    params = {"largest": float(X[:, 0].max())}
    run = run_of("misbehaving.NeedsARow", classes_target(CODES.tolist()), params=params)
    assert run.status == "failed"
    assert run.reason == f"fold {fold + 1} of 4: ValueError: the largest is gone"
    assert run.validation is None


def test_a_fold_that_takes_too_long_does_too():
    folds = np.where(np.arange(90) == X[:, 0].argmax(), 2, np.arange(90) % 3)
    params = {"largest": float(X[:, 0].max()), "waits": True}
    target = classes_target(CODES.tolist())
    run = run_of("misbehaving.NeedsARow", target, folds, params=params, compute={"time_limit": "6s", "jobs": 2})
    assert run.status == "timed out"
    assert run.reason == "fold 3 of 3: the time limit of 6.0 s was reached"


def test_a_class_that_one_fold_alone_has_is_never_predicted_there():
    labels = [*(["ant", "bee"] * 44), "cat", "cat"]
    folds = np.where(np.arange(90) >= 88, 1, np.arange(90) % 4)
    run = run_of(LOGISTIC, classes_target(labels), folds)
    assert run.status == "ok", run.reason
    assert run.validation.y_score.shape == (90, 3)
    assert (run.validation.y_score[folds == 1][:, 2] == 0).all()
    assert not np.isin(run.validation.y_pred[88:], 2).any()


def test_preprocessing_is_learned_from_the_other_folds_alone():
    """A category of one fold only is unknown where it is asked about."""
    features = make_dataset(X, numbers_target(X[:, 0])).features.assign(kind="a")
    features.loc[FOLDS == 2, "kind"] = "b"
    dataset = make_dataset(features, numbers_target(X[:, 0] * 2 + (FOLDS == 2)))
    run = run_of(LINEAR, None, dataset=dataset)
    assert run.status == "ok", run.reason
    np.testing.assert_allclose(run.validation.y_pred[FOLDS == 2], X[FOLDS == 2, 0] * 2, atol=1e-6)


def test_warnings_of_all_folds_are_told_once():
    run = run_of("misbehaving.Warns", classes_target(CODES.tolist()))
    plain = fitted({"m": "misbehaving.Warns"}, make_dataset(X, classes_target(CODES.tolist())))["m"]
    assert told(run) == told(plain)


def test_one_fit_a_fold_and_no_seeds_or_further_folds():
    target = classes_target(CODES.tolist())
    run = run_of(LOGISTIC, target, seeds=[0, 1], cross_validation={"folds": 3})
    assert run.seeds == ()
    assert len(run.folds) == 4
    assert sorted(np.concatenate([fold.positions for fold in run.folds]).tolist()) == list(range(90))


def test_a_model_without_probabilities_has_none():
    run = run_of("sklearn.svm.LinearSVC", classes_target(CODES.tolist()))
    assert run.validation.score_kind == "decision"
    dummy = run_of("sklearn.dummy.DummyClassifier", classes_target(CODES.tolist()))
    expected = cross_val_predict(DummyClassifier(), X, CODES, cv=PredefinedSplit(FOLDS))
    np.testing.assert_array_equal(dummy.validation.y_pred, expected)
