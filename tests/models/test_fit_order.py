"""Fits, folds and seeds see the training rows by their rank: a shuffled file trains the same models."""

from __future__ import annotations

import numpy as np
from sklearn.ensemble import RandomForestClassifier

from report.core.values import Split
from tests.models.builders import classes_target, fitted, make_dataset

FOREST = {"estimator": "sklearn.ensemble.RandomForestClassifier", "params": {"n_estimators": 5, "random_state": 0}}
N_TRAIN = 60


def data():
    random = np.random.default_rng(0)
    X = random.normal(size=(90, 3))
    return X, np.where(X[:, 0] + random.normal(size=90) > 0, "yes", "no")


def answers(order: np.ndarray):
    """The run of a file whose row i is row order[i], ranked by what the row was; validation rows are the last 30."""
    X, y = data()
    dataset = make_dataset(X[order], classes_target(y[order]), rank=order)
    split = Split(np.flatnonzero(order < N_TRAIN), np.argsort(order)[N_TRAIN:], "hash", "")
    run = fitted({"m": FOREST}, dataset, split=split, cross_validation={"folds": 3}, seeds=[1])["m"]
    held_out = [sorted(order[fold.positions]) for fold in run.folds]
    scores = [fit.y_score for fit in (run.validation, run.seeds[0].validation)]
    return scores, held_out, order[run.train.positions]


def test_a_shuffled_file_trains_the_same_models_on_the_same_folds():
    scores, folds, order = answers(np.arange(90))
    shuffled_scores, shuffled_folds, shuffled_order = answers(np.random.default_rng(1).permutation(90))
    assert all(np.array_equal(*pair) for pair in zip(scores, shuffled_scores, strict=True))
    assert folds == shuffled_folds
    assert order.tolist() == shuffled_order.tolist() == list(range(N_TRAIN))


def test_without_ranks_the_order_is_that_of_the_file():
    X, y = data()
    order = np.random.default_rng(1).permutation(90)
    dataset = make_dataset(X[order], classes_target(y[order]))
    split = Split(np.arange(N_TRAIN), np.arange(N_TRAIN, 90), "hash", "")
    run = fitted({"m": FOREST}, dataset, split=split)["m"]
    bare = RandomForestClassifier(n_estimators=5, random_state=0).fit(X[order[:N_TRAIN]], y[order[:N_TRAIN]])
    assert np.array_equal(run.validation.y_score, bare.predict_proba(X[order[N_TRAIN:]]))
