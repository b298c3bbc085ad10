"""Whatever form a model's labels and scores have, they become the same Predictions."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn.calibration import CalibratedClassifierCV
from sklearn.ensemble import (
    BaggingClassifier,
    ExtraTreesClassifier,
    GradientBoostingClassifier,
    HistGradientBoostingClassifier,
    RandomForestClassifier,
)
from sklearn.linear_model import LogisticRegression, LogisticRegressionCV, Ridge, SGDClassifier
from sklearn.model_selection import GridSearchCV
from sklearn.multiclass import OneVsRestClassifier
from sklearn.multioutput import MultiOutputClassifier
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC, LinearSVC
from sklearn.tree import DecisionTreeClassifier, ExtraTreeClassifier

from report.core.errors import ModelError
from report.models.predicting import predict
from tests.models.builders import classes_target, labels_target, numbers_target

ROWS = np.arange(6)
LABELS = classes_target(["a", "b", "c", "a", "b", "c"])
TWO = classes_target(["no", "yes", "no", "yes", "no", "yes"])


class Answers:
    """A fitted model with given answers."""

    def __init__(self, labels, **answers):
        self._labels = labels
        self.classes_ = answers.pop("classes", None)
        if self.classes_ is None:
            del self.classes_
        for method, answer in answers.items():
            setattr(self, method, lambda X, answer=answer: self._given(answer))

    @staticmethod
    def _given(answer):
        if isinstance(answer, Exception):
            raise answer
        return answer

    def predict(self, X):
        return self._labels


def asked(model, target=LABELS, X=None):
    rows = np.arange(len(target.encoded))
    return predict(model, np.zeros((len(rows), 1)) if X is None else X, target, rows, y_true=target.encoded)


@pytest.mark.parametrize(
    "labels",
    [
        np.array(["a", "b", "c", "c", "b", "a"]),
        np.array(["a", "b", "c", "c", "b", "a"], dtype=object),
        ["a", "b", "c", "c", "b", "a"],
        pd.Series(["a", "b", "c", "c", "b", "a"], index=[9, 8, 7, 6, 5, 4]),
        pd.Series(["a", "b", "c", "c", "b", "a"], dtype="category"),
        np.array([["a"], ["b"], ["c"], ["c"], ["b"], ["a"]]),
    ],
)
def test_labels_in_any_form_become_indices_into_the_classes(labels):
    answer = asked(Answers(labels))
    np.testing.assert_array_equal(answer.y_pred, [0, 1, 2, 2, 1, 0])
    assert answer.y_pred.dtype == np.int64


@pytest.mark.parametrize(
    ("classes", "labels"),
    [
        ([10, 20] * 3, np.array([20.0, 10, 10, 20, 20, 10])),
        ([10, 20] * 3, np.array([20, 10, 10, 20, 20, 10], dtype=object)),
        ([False, True] * 3, np.array([True, False, False, True, True, False])),
        ([False, True] * 3, np.array([1, 0, 0, 1, 1, 0])),
        ([False, True] * 3, np.array([True, False, False, True, True, False], dtype=object)),
        ([0, 1] * 3, np.array([True, False, False, True, True, False])),
    ],
)
def test_equal_labels_of_another_dtype_are_the_same_class(classes, labels):
    np.testing.assert_array_equal(asked(Answers(labels), classes_target(classes)).y_pred, [1, 0, 0, 1, 1, 0])


def test_a_label_that_is_no_class_is_an_error():
    with pytest.raises(ModelError, match="predicts 'dog', which is not a class"):
        asked(Answers(["a", "dog", "c", "c", "b", "a"]))


def test_scores_are_in_the_order_of_the_target_and_unseen_classes_have_none():
    scores = np.array([[0.25, 0.75]] * 6)
    answer = asked(Answers(["a"] * 6, classes=np.array(["c", "a"]), predict_proba=scores))
    np.testing.assert_array_equal(answer.y_score, [[0.75, 0.0, 0.25]] * 6)
    assert answer.score_kind == "probability"


def test_a_binary_decision_becomes_two_columns():
    distances = np.array([-2.0, -1.0, 0.5, 1.0, 2.0, 3.0])
    answer = asked(Answers(["no"] * 6, classes=["no", "yes"], decision_function=distances), TWO)
    np.testing.assert_array_equal(answer.y_score, np.column_stack([-distances, distances]))
    assert answer.score_kind == "decision"


def test_a_single_column_of_probabilities_is_that_of_the_second_class():
    p = np.array([[0.1], [0.2], [0.3], [0.4], [0.5], [0.9]])
    answer = asked(Answers(["no"] * 6, classes=["no", "yes"], predict_proba=p), TWO)
    np.testing.assert_allclose(answer.y_score, np.hstack([1 - p, p]))


def test_votes_that_are_called_probabilities_are_decision_values():
    answer = asked(Answers(["a"] * 6, classes=["a", "b", "c"], predict_proba=np.full((6, 3), 2.0)))
    assert answer.score_kind == "decision"


@pytest.mark.parametrize("error", [AttributeError("no"), NotImplementedError()])
def test_absent_probabilities_give_way_to_decision_values(error):
    answers = {"predict_proba": error, "decision_function": np.zeros((6, 3))}
    assert asked(Answers(["a"] * 6, classes=["a", "b", "c"], **answers)).score_kind == "decision"


def test_failing_probabilities_are_told_and_the_labels_stay():
    with pytest.warns(UserWarning, match="predict_proba failed, so it is left out: ValueError: oh"):
        answer = asked(Answers(["a"] * 6, predict_proba=ValueError("oh")))
    assert answer.y_score is None
    assert answer.score_kind is None


@pytest.mark.parametrize(
    ("scores", "told"), [(np.full((6, 3), np.nan), "NaN"), (np.zeros((6, 2)), "shape"), (np.zeros((5, 3)), "shape")]
)
def test_unusable_probabilities_are_told_and_left_out(scores, told):
    with pytest.warns(UserWarning, match=told):
        assert asked(Answers(["a"] * 6, classes=["a", "b", "c"], predict_proba=scores)).y_score is None


def test_scores_of_pairs_of_classes_are_left_out(table):
    X, cluster = table
    model = SVC(decision_function_shape="ovo").fit(X, cluster)
    assert asked(model, classes_target(cluster.tolist()), X).y_score is None


@pytest.mark.parametrize("labels", [["a"] * 5, np.full((6, 2), "a")])
def test_predictions_of_another_shape_are_an_error(labels):
    with pytest.raises(ModelError, match="predictions are of shape"):
        asked(Answers(labels))


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_numbers_that_are_none_are_an_error(value):
    with pytest.raises(ModelError, match="1 of 6 predictions are NaN or infinite"):
        asked(Answers([1.0, 2, 3, 4, 5, value]), numbers_target(np.arange(6)))


def test_text_where_a_number_belongs_is_an_error():
    with pytest.raises(ModelError, match="'a', which is not a number"):
        asked(Answers(["a"] * 6), numbers_target(np.arange(6)))


def test_one_column_of_numbers_is_flattened_and_several_are_kept():
    assert asked(Answers(np.ones((6, 1))), numbers_target(np.arange(6))).y_pred.shape == (6,)
    assert asked(Answers(np.ones((6, 2))), numbers_target(np.ones((6, 2)))).y_pred.shape == (6, 2)


def test_truth_weights_and_groups_go_with_the_answers():
    weight, group = np.arange(6.0), np.array(list("uvwxyz"), dtype=object)
    answer = predict(Answers(["a"] * 6), np.zeros((6, 1)), LABELS, ROWS + 3, weight=weight, group=group)
    assert answer.y_true is None
    assert answer.weight is weight
    assert answer.group is group
    np.testing.assert_array_equal(answer.positions, ROWS + 3)


MULTILABEL = [
    KNeighborsClassifier(),
    RandomForestClassifier(10, random_state=0),
    MLPClassifier(max_iter=2000, random_state=0, hidden_layer_sizes=(4,)),
    MultiOutputClassifier(LogisticRegression()),
    OneVsRestClassifier(LogisticRegression()),
    make_pipeline(StandardScaler(), DecisionTreeClassifier(random_state=0)),
]


@pytest.mark.parametrize("model", MULTILABEL, ids=lambda model: type(model).__name__)
def test_multilabel_scores_are_those_of_the_positive_sides(model, table):
    X, cluster = table
    target = labels_target(np.column_stack([cluster == 1, cluster > 0, X[:, 0] > 0]))
    model.fit(X, target.values)
    answer = asked(model, target, X)
    raw = model.predict_proba(X)
    expected = np.column_stack([side[:, 1] for side in raw]) if isinstance(raw, list) else raw
    np.testing.assert_allclose(answer.y_score, expected)
    np.testing.assert_array_equal(answer.y_pred, model.predict(X))
    assert answer.score_kind == "probability"


def test_a_label_that_training_had_on_one_side_only():
    X = np.arange(6.0)[:, None]
    model = KNeighborsClassifier(1).fit(X, np.column_stack([[0, 1] * 3, [0] * 6, [1] * 6]))
    answer = asked(model, labels_target(np.column_stack([[0, 1] * 3, [0, 1] * 3, [1] * 6])), X)
    np.testing.assert_array_equal(answer.y_score, [[0, 0, 1], [1, 0, 1]] * 3)


def test_multilabel_decision_values(table):
    X, cluster = table
    target = labels_target(np.column_stack([cluster == 1, cluster > 0]))
    model = OneVsRestClassifier(LinearSVC()).fit(X, target.values)
    answer = asked(model, target, X)
    assert answer.score_kind == "decision"
    np.testing.assert_allclose(answer.y_score, model.decision_function(X))


CLASSIFIERS = [
    BaggingClassifier(random_state=0),
    CalibratedClassifierCV(GaussianNB(), cv=2),
    DecisionTreeClassifier(max_depth=2, random_state=0),
    ExtraTreeClassifier(max_depth=2, random_state=0),
    ExtraTreesClassifier(4, max_depth=2, random_state=0),
    GaussianNB(),
    GradientBoostingClassifier(n_estimators=3),
    HistGradientBoostingClassifier(max_iter=2, min_samples_leaf=40),
    KNeighborsClassifier(4),
    KNeighborsClassifier(2, weights="distance"),
    LogisticRegression(),
    LogisticRegressionCV(Cs=2, cv=2),
    MLPClassifier(max_iter=2000, random_state=0),
    RandomForestClassifier(4, max_depth=2, random_state=0),
    SVC(),
    SGDClassifier(random_state=0),
    make_pipeline(StandardScaler(), RandomForestClassifier(4, max_depth=2, random_state=0)),
    GridSearchCV(make_pipeline(StandardScaler(), KNeighborsClassifier()), {"kneighborsclassifier__n_neighbors": [2]}),
]


@pytest.mark.parametrize("n_classes", [2, 3])
@pytest.mark.parametrize("model", CLASSIFIERS, ids=lambda model: type(model).__name__)
@pytest.mark.filterwarnings("ignore::FutureWarning")  # LogisticRegressionCV's defaults change; not our subject
def test_labels_and_scores_are_the_models_own_ties_included(model, n_classes, table):
    X = np.round(np.vstack([table[0]] * 2))  # coarse: neighbours and leaves tie
    labels = np.array(["ant", "bee", "cat"], dtype=object)[np.hstack([table[1]] * 2) % n_classes]
    target = classes_target(labels.tolist())
    model.fit(X, labels)
    answer = asked(model, target, X)
    np.testing.assert_array_equal(np.array(target.classes, dtype=object)[answer.y_pred], model.predict(X))
    if hasattr(model, "predict_proba"):
        np.testing.assert_array_equal(answer.y_score, model.predict_proba(X))


def test_a_pipelines_transformers_run_once(table):
    calls = []

    class Counting(StandardScaler):
        def transform(self, X, copy=None):
            calls.append(len(X))
            return super().transform(X)

    X, cluster = table
    model = make_pipeline(Counting(), LinearSVC()).fit(X, cluster)
    calls.clear()
    asked(model, classes_target(cluster.tolist()), X)
    assert calls == [150]


def test_regression_answers_are_the_models_own(table):
    X, cluster = table
    model = Ridge().fit(X, cluster.astype(float))
    np.testing.assert_array_equal(asked(model, numbers_target(cluster), X).y_pred, model.predict(X))
