"""What a model has to be better than, held against scikit-learn's dummies; and values that rest on few rows."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from sklearn.dummy import DummyClassifier, DummyRegressor
from sklearn.metrics import accuracy_score, f1_score, log_loss, mean_squared_error, r2_score

from report.core.values import Task
from report.evaluation import choose_metrics, evaluate
from report.evaluation.guessing import constant_answers
from tests.evaluation.builders import halves, make_dataset, make_run, make_split, make_target, random_rows

N, N_TRAIN = 100, 70


def evaluated(task, y, *runs, metrics=(), weight=None):
    dataset = make_dataset(task, y, weight=weight)
    chosen = choose_metrics(metrics, make_target(task), root=Path())
    return evaluate(dataset, make_split(len(y), N_TRAIN), runs, chosen, samples=0)


def run_of(name, task, y, answers, *, y_score=None, kind=None, weight=None):
    """A run whose validation answers are given."""
    train, validation = halves(random_rows(task, len(y)), N_TRAIN)
    known = {"y_score": y_score, "score_kind": kind, "weight": weight}
    validation = replace(validation, y_true=y[N_TRAIN:], y_pred=answers, **known)
    return make_run(name, train, validation)


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("task", list(Task))
def test_the_guess_is_that_of_scikit_learns_dummies(task, weighted):
    y = random_rows(task, N).y_true
    weight = np.random.default_rng(1).uniform(0, 3, N) if weighted else None
    dataset, split = make_dataset(task, y, weight=weight), make_split(N, N_TRAIN)
    answers = constant_answers(dataset, split)
    dummy = DummyClassifier(strategy="prior") if task.is_classification else DummyRegressor(strategy="mean")
    X = np.zeros((N, 1))
    dummy.fit(X[:N_TRAIN], y[:N_TRAIN], None if weight is None else weight[:N_TRAIN])
    np.testing.assert_allclose(answers.y_pred, dummy.predict(X[N_TRAIN:]))
    if task is Task.MULTILABEL:
        shares = np.column_stack([scores[:, 1] for scores in dummy.predict_proba(X[N_TRAIN:])])
        np.testing.assert_allclose(answers.y_score, shares)
    elif task.is_classification:
        np.testing.assert_allclose(answers.y_score, dummy.predict_proba(X[N_TRAIN:]))
    np.testing.assert_array_equal(answers.y_true, y[N_TRAIN:])
    np.testing.assert_array_equal(answers.positions, split.validation)


def test_its_scores_are_those_of_the_reports_metrics_on_validation_rows():
    y = random_rows(Task.BINARY, N).y_true
    found = evaluated(Task.BINARY, y, metrics=("f1", "roc_auc", "accuracy", "fit_time"))
    values = {score.metric: score.value for score in found.guess.scores}
    share = y[:N_TRAIN].mean()
    majority = int(share > 0.5)
    said, truth = np.full(N - N_TRAIN, majority), y[N_TRAIN:]
    assert values["accuracy"] == pytest.approx(accuracy_score(truth, said))
    assert values["f1"] == pytest.approx(f1_score(truth, said, zero_division=0))
    assert values["roc_auc"] == 0.5
    assert values["loss"] == pytest.approx(log_loss(truth, np.tile([1 - share, share], (len(truth), 1))))
    assert "fit_time" not in values
    assert found.guess.by == f"always '{('bad', 'good')[majority]}', the most frequent class of training"


def test_a_regression_is_held_against_the_mean_of_training():
    y = random_rows(Task.REGRESSION, N).y_true
    values = {score.metric: score.value for score in evaluated(Task.REGRESSION, y).guess.scores}
    said = np.full(N - N_TRAIN, y[:N_TRAIN].mean())
    assert values["r2"] == pytest.approx(r2_score(y[N_TRAIN:], said))
    assert values["loss"] == pytest.approx(mean_squared_error(y[N_TRAIN:], said))


IMBALANCED = np.array([0] * 60 + [1] * 10 + [0] * 20 + [1] * 10)  # training, then validation: 20 of 30 are of class 0


def test_models_that_are_no_better_are_named():
    y = IMBALANCED
    as_good, worse = np.zeros(30, dtype=int), np.where(np.arange(30) < 3, 1, 0)
    better = np.where(np.arange(30) < 21, 0, 1)
    runs = [
        run_of(name, Task.BINARY, y, said) for name, said in (("same", as_good), ("worse", worse), ("good", better))
    ]
    assert evaluated(Task.BINARY, y, *runs, metrics=("accuracy",)).guess.no_better == ("same", "worse")
    failed = replace(runs[0], status="failed", reason="no", train=None, validation=None)
    assert evaluated(Task.BINARY, y, failed, metrics=("accuracy",)).guess.no_better == ()


@pytest.mark.parametrize(
    ("metrics", "y", "why"),
    [
        (("recall",), 1 - IMBALANCED, "always the positive class has a recall of 1"),
        (("specificity",), IMBALANCED, "always the negative class has a specificity of 1"),
        (("accuracy",), np.array([0] * 60 + [1] * 10 + [0] * 30), "validation has one class"),
        (("precision",), IMBALANCED, "nothing is predicted positive: there is no precision"),
        (("fit_time", "accuracy"), IMBALANCED, "a time is no guess"),
    ],
)
def test_nothing_is_said_where_a_guess_tells_nothing(metrics, y, why):
    run = run_of("m", Task.BINARY, y, np.arange(30) % 2)
    assert evaluated(Task.BINARY, y, run, metrics=metrics).guess.no_better == (), why


def test_losses_of_two_kinds_are_not_held_against_each_other():
    y = IMBALANCED
    scores = np.tile([-3.0, 3.0], (30, 1))
    runs = [
        run_of("svm", Task.BINARY, y, np.ones(30, dtype=int), y_score=scores, kind="decision"),
        run_of(
            "sure", Task.BINARY, y, np.ones(30, dtype=int), y_score=np.tile([0.01, 0.99], (30, 1)), kind="probability"
        ),
    ]
    assert evaluated(Task.BINARY, y, *runs, metrics=("loss",)).guess.no_better == ("sure",)


def test_a_constant_regression_is_no_better_than_the_mean():
    y = random_rows(Task.REGRESSION, N).y_true
    off, close = np.full(30, y[:N_TRAIN].mean() + 2), y[N_TRAIN:] + 0.01
    runs = [run_of("off", Task.REGRESSION, y, off), run_of("close", Task.REGRESSION, y, close)]
    for metric in ("r2", "rmse", "mae"):
        assert evaluated(Task.REGRESSION, y, *runs, metrics=(metric,)).guess.no_better == ("off",)


def test_weights_that_are_all_zero_in_training_make_no_guess():
    y, weight = IMBALANCED, np.repeat([0.0, 1.0], [N_TRAIN, 30])
    assert evaluated(Task.BINARY, y, weight=weight).guess is None


TWO_OF_A_CLASS = np.array([0] * 35 + [1] * 35 + [0] * 28 + [1] * 2)


def few_of(y, answers, *metrics, task=Task.BINARY, weight=None):
    run = run_of("m", task, y, answers, weight=weight)
    evaluation = evaluated(task, y, run, metrics=metrics)
    return {score.metric: score.few for score in evaluation.models[0].scores if score.split == "validation"}


def test_values_that_rest_on_two_rows_of_a_class_say_so():
    said = np.arange(30) % 2
    found = few_of(TWO_OF_A_CLASS, said, "accuracy", "recall", "f1", "balanced_accuracy", "specificity", "f1_macro")
    two = "2 rows of class 'good'"
    assert found == {
        "accuracy": None,
        "recall": two,
        "f1": two,
        "balanced_accuracy": two,
        "specificity": None,
        "f1_macro": two,
        "loss": None,
    }


def test_a_precision_rests_on_the_rows_that_were_predicted():
    said = np.where(np.arange(30) < 3, 1, 0)
    assert few_of(IMBALANCED, said, "precision", "recall") == {
        "precision": "3 rows of the prediction 'good'",
        "recall": None,
        "loss": None,
    }


def test_an_area_rests_on_its_class_too():
    y = TWO_OF_A_CLASS
    scores = np.random.default_rng(0).dirichlet([1, 1], 30)
    run = run_of("m", Task.BINARY, y, scores.argmax(axis=1), y_score=scores, kind="probability")
    [model] = evaluated(Task.BINARY, y, run, metrics=("roc_auc", "average_precision", "log_loss")).models
    assert [model.score(name).few for name in ("roc_auc", "average_precision", "log_loss")] == [
        "2 rows of class 'good'",
        "2 rows of class 'good'",
        None,
    ]
    assert model.score("roc_auc", "train").few is None


@pytest.mark.parametrize(("count", "told"), [(1, "1 row of class 'good'"), (4, "4 rows of class 'good'"), (5, None)])
def test_five_rows_are_not_few(count, told):
    y = np.array([0] * 35 + [1] * 35 + [0] * (30 - count) + [1] * count)
    assert few_of(y, np.arange(30) % 2, "recall")["recall"] == told


def test_rows_without_weight_do_not_count():
    weight = np.append(np.ones(29), 0)
    assert few_of(TWO_OF_A_CLASS, np.arange(30) % 2, "recall", weight=weight)["recall"] == "1 row of class 'good'"


def test_many_classes_are_cut():
    y = np.concatenate([np.arange(70) % 3, np.repeat([0, 1, 2], [10, 10, 10])])
    assert few_of(y, y[N_TRAIN:], "f1_macro", task=Task.MULTICLASS) == {"f1_macro": None, "loss": None}
    y[N_TRAIN:] = np.repeat([0, 1, 2], [26, 1, 3])
    found = few_of(y, y[N_TRAIN:], "recall_macro", task=Task.MULTICLASS)["recall_macro"]
    assert found == "1 row of class 'green', 3 rows of class 'red'"


def test_a_regression_rests_on_no_class():
    y = random_rows(Task.REGRESSION, N).y_true
    assert set(few_of(y, y[N_TRAIN:], task=Task.REGRESSION).values()) == {None}
