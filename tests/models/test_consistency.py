"""What a model answers, held against itself."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from report.core.values import Predictions, Task
from report.models.consistency import check_labels, check_rows, unlike
from tests.models.builders import fitted

SKLEARN = {
    "near": "sklearn.neighbors.KNeighborsClassifier",
    "linear": "sklearn.linear_model.LogisticRegression",
    "trees": {"estimator": "sklearn.ensemble.HistGradientBoostingClassifier", "params": {"max_iter": 10}},
    "light": {"estimator": "lightgbm.LGBMClassifier", "params": {"n_estimators": 10, "verbose": -1}},
    "extreme": {"estimator": "xgboost.XGBClassifier", "params": {"n_estimators": 10}},
    "threshold": {
        "estimator": "sklearn.model_selection.TunedThresholdClassifierCV",
        "params": {"estimator": {"estimator": "sklearn.linear_model.LogisticRegression"}, "scoring": "f1"},
    },
    "fixed": {
        "estimator": "sklearn.model_selection.FixedThresholdClassifier",
        "params": {"estimator": {"estimator": "sklearn.linear_model.LogisticRegression"}, "threshold": 0.9},
    },
}


def told(run):
    return [notice for notice in run.notices if "disagree" in notice.message or "answers" in notice.message]


def test_the_usual_estimators_are_fair_and_agree_with_themselves(two_classes):
    for run in fitted(SKLEARN, two_classes).values():
        assert (run.status, run.unfair, told(run)) == ("ok", None, [])


def test_answers_that_depend_on_the_other_rows_are_not_fair(three_classes, quantities):
    runs = fitted({name: f"peeking.{name}" for name in ("Ranked", "ByPosition")}, three_classes)
    runs |= fitted({"Centred": "peeking.Centred"}, quantities)
    for run in runs.values():
        assert run.status == "ok"
        assert run.unfair.startswith("its answers depend on the other rows or on their order: ")
        assert run.unfair.endswith(" of 25 validation rows were answered otherwise without the others")


def test_a_model_that_knows_whole_files_only_is_not_fair(three_classes):
    run = fitted({"m": "peeking.WholeFileOnly"}, three_classes)["m"]
    assert run.unfair == "it fails when it is asked about 25 of its validation rows alone: KeyError: 25"


def test_numbers_drawn_at_prediction_have_words_of_their_own(quantities):
    run = fitted({"m": "peeking.Dropout"}, quantities)["m"]
    assert run.unfair is None
    [notice] = told(run)
    assert notice.severity == "warning"
    assert "asked again about the same rows, it answers otherwise in 50 of 50" in notice.message


def test_labels_of_another_model_than_the_probabilities_are_told(two_classes):
    run = fitted({"m": "peeking.TwoMinds"}, two_classes)["m"]
    [notice] = told(run)
    assert notice.severity == "warning"
    assert "its predict and its predict_proba disagree in " in notice.message
    assert run.unfair is None


# Thresholds


class Answering:
    """A model that answers `n_other` of the rows otherwise when it is not asked about all of them."""

    def __init__(self, n_rows, n_other):
        self.n_rows, self.n_other = n_rows, n_other

    def predict(self, X):
        answers = X["x"].to_numpy(float).copy()
        if len(X) < self.n_rows:
            answers[: self.n_other] += 10.0
        return answers


@pytest.mark.parametrize(("n_other", "is_fair"), [(0, True), (10, True), (11, False)])
def test_one_row_in_twenty_may_be_answered_otherwise(n_other, is_fair, frame_of):
    assert (checked(frame_of(500), n_other).unfair is None) == is_fair


@pytest.mark.parametrize(("n_other", "is_fair"), [(2, True), (3, False)])
def test_two_of_a_few_rows_may_be_answered_otherwise(n_other, is_fair, frame_of):
    assert (checked(frame_of(20), n_other).unfair is None) == is_fair


def test_nothing_is_asked_again_without_time_or_rows(frame_of):
    assert checked(frame_of(1), 1).unfair is None
    late = checked(frame_of(500), 200, seconds=10.0, time_left=29.0)
    assert (late.unfair, [notice.severity for notice in late.notices]) == (None, ["note"])
    assert checked(frame_of(500), 200, seconds=10.0, time_left=31.0).unfair is not None


def checked(given, n_other, *, seconds=0.0, time_left=60.0):
    X, target = given
    model = Answering(len(X), n_other)
    answers = Predictions(model.predict(X), np.arange(len(X)))
    return check_rows(model, X, target, answers, seconds, time_left)


def answers(labels, scores, kind="probability"):
    labels = np.asarray(labels)
    return Predictions(labels, np.arange(len(labels)), y_score=np.asarray(scores, float), score_kind=kind)


def test_scores_differ_beyond_a_ten_thousandth():
    first = answers([0, 1, 1], [[0.5, 0.5]] * 3)
    second = answers([0, 1, 0], [[0.5, 0.5], [0.5002, 0.4998], [0.50009, 0.49991]])
    assert unlike(first, second).tolist() == [False, True, True]
    assert unlike(first, answers([0, 1, 1], [[0.50009, 0.49991]] * 3)).tolist() == [False] * 3


RNG = np.random.default_rng(2)
TWO = np.column_stack([1 - (p := RNG.random(300)), p])
THREE = RNG.dirichlet([1, 1, 1], 300)


@pytest.mark.parametrize(
    ("labels", "scores", "task", "agree"),
    [
        (TWO.argmax(1), TWO, Task.BINARY, True),
        (TWO[:, 1] > 0.8, TWO, Task.BINARY, True),
        (TWO[:, 1] < 0.2, TWO, Task.BINARY, False),
        (THREE.argmax(1), THREE, Task.MULTICLASS, True),
        ((THREE * [1, 5, 0.3]).argmax(1), THREE, Task.MULTICLASS, True),
        (THREE.argmin(1), THREE, Task.MULTICLASS, False),
        (np.where(np.arange(300) < 3, THREE.argmin(1), THREE.argmax(1)), THREE, Task.MULTICLASS, True),
        (np.where(np.arange(300) < 4, THREE.argmin(1), THREE.argmax(1)), THREE, Task.MULTICLASS, False),
        (THREE > 0.3, THREE, Task.MULTILABEL, True),
        (THREE < 0.3, THREE, Task.MULTILABEL, False),
    ],
)
def test_labels_agree_with_probabilities_up_to_a_threshold(labels, scores, task, agree):
    given = answers(np.asarray(labels, dtype=np.int64), scores)
    assert (check_labels(given, task, object()) == ()) == agree
    assert check_labels(answers(labels.astype(int), scores, "decision"), task, object()) == ()


def test_support_vectors_are_known_to_disagree():
    svc = type("SVC", (), {"__module__": "sklearn.svm"})()
    [notice] = check_labels(answers(THREE.argmin(1), THREE), Task.MULTICLASS, svc)
    assert notice.severity == "note"
    [notice] = check_labels(answers(THREE.argmin(1), THREE), Task.MULTICLASS, SimpleNamespace())
    assert notice.severity == "warning"
