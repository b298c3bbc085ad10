"""Answers that no model gave, by which two definitions of a metric are told apart."""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np
import pytest

from report.comparison.classes import shared_classes
from report.comparison.definitions import other_definitions
from report.comparison.labelling import Labelling
from report.comparison.result import BaseModel, OwnMetric
from report.core.probing import MOST, made_up, probes, weighed_probes
from report.core.results import MetricInfo
from report.core.values import Predictions, Task
from report.evaluation import own_values
from report.evaluation.metrics.base import ALL_TASKS, ValueMetric
from tests.evaluation.builders import make_run, make_target, perfect_rows, random_rows

N_ROWS = 80


def answers_of(task: Task) -> Predictions:
    return random_rows(task, N_ROWS)


def is_right(answers: Predictions) -> np.ndarray:
    right = answers.y_true == answers.y_pred
    return right.all(axis=1) if right.ndim > 1 else right


@pytest.mark.parametrize("task", list(Task))
def test_probes_reach_from_all_wrong_to_all_right_and_are_the_same_each_time(task: Task):
    answers, target = answers_of(task), make_target(task)
    made = list(probes(answers, target))
    assert len(made) == MOST
    np.testing.assert_array_equal(made[0].y_pred, answers.y_true)
    for one, other in zip(made, probes(answers, target), strict=True):
        np.testing.assert_array_equal(one.y_pred, other.y_pred)
        np.testing.assert_array_equal(one.y_true, answers.y_true)
        assert one.y_pred.shape == answers.y_pred.shape
        assert (one.weight, one.group) == (None, None)
    if task.is_classification:
        shares = [is_right(one).mean() for one in made]
        before = is_right(answers).mean()
        assert (max(shares), min(shares)) == (1, 0)
        finer = np.sort([share for share in shares if share >= before])
        assert np.diff(finer).max() <= max(1.01 / N_ROWS, (1 - before) / 16)
    else:
        errors = [np.abs(one.y_pred - one.y_true).mean() for one in made]
        before = np.abs(answers.y_pred - answers.y_true).mean()
        assert min(errors) == 0
        assert max(errors) > before * 1.9
        assert sum(error < before for error in errors) > MOST // 2


@pytest.mark.parametrize("task", [Task.BINARY, Task.MULTICLASS, Task.MULTILABEL])
@pytest.mark.parametrize("kind", ["probability", "decision"])
def test_scores_go_to_the_truth_and_stay_scores(task: Task, kind):
    answers, target = replace(answers_of(task), score_kind=kind), make_target(task)
    if kind == "decision":
        answers = replace(answers, y_score=8 * (answers.y_score - 0.5))
    first, second, *others = probes(answers, target)
    truth = answers.y_true if task.is_multi else np.eye(len(target.classes))[answers.y_true]
    scale = np.abs(answers.y_score).max() if kind == "decision" else 1
    np.testing.assert_array_equal(first.y_score > 0.5 * (kind == "probability"), truth == 1)
    assert not (second.y_score[truth == 1] > first.y_score[truth == 1]).any()
    for one in (first, second, *others):
        assert one.y_score.shape == answers.y_score.shape
        assert np.abs(one.y_score).max() <= max(scale, 1) + 1e-9
        if kind == "probability" and task is not Task.MULTILABEL:
            np.testing.assert_allclose(one.y_score.sum(axis=1), 1)


def test_made_up_answers_have_all_classes_and_are_right_three_times_of_four():
    answers, target = made_up(100, ("a", "b", "c"), "probability")
    assert (target.task, target.classes) == (Task.MULTICLASS, ("a", "b", "c"))
    assert np.bincount(answers.y_true).min() >= 33
    assert (answers.y_true == answers.y_pred).mean() == 0.75
    np.testing.assert_allclose(answers.y_score.sum(axis=1), 1)
    np.testing.assert_array_equal(answers.y_score.argmax(axis=1), answers.y_pred)
    two, pair = made_up(10, (False, True), "decision")
    assert (pair.task, pair.positive) == (Task.BINARY, 1)
    np.testing.assert_allclose(two.y_score.sum(axis=1), 0, atol=1e-12)
    assert made_up(10, ("a", "b"), None)[0].y_score is None


def metric_of(function, *, better: bool = True) -> ValueMetric:
    return ValueMetric(info=MetricInfo("own", "own", better), tasks=ALL_TASKS, function=function)


def accuracy(answers: Predictions, target) -> float:
    return float(np.average(is_right(answers), weights=answers.weight))


def reason(base, head, *, answers: Predictions, task: Task = Task.BINARY, shared=None, better: bool = True):
    """Why head's definition is another one than base's, as the comparison says."""
    target = make_target(task)
    values = own_values(make_run("m", validation=answers), [metric_of(base)], target)
    model = BaseModel(None, answers, {name: OwnMetric(*value) for name, value in values.items()})
    labelling = Labelling(target, target, shared=shared)
    return other_definitions(model, {"own": metric_of(head, better=better)}, labelling).get("own")


def above(base_value: float):
    """A definition that adds .15 to values above base's, and says the same of base's own answers."""
    return lambda answers, target: accuracy(answers, target) + 0.15 * (accuracy(answers, target) > base_value)


def error(answers: Predictions, target) -> float:
    return float(np.sqrt(np.mean((answers.y_true - answers.y_pred) ** 2)))


def test_a_definition_that_adds_above_base_s_value_is_another_one():
    answers = answers_of(Task.BINARY)
    told = reason(accuracy, above(accuracy(answers, None)), answers=answers)
    assert told == "base defines it in another way: of the same made-up predictions it says 1.0000, and head 1.1500"


@pytest.mark.parametrize("gain", [1, 2, 5])
def test_a_definition_that_adds_in_a_narrow_band_above_base_s_value_is_another_one(gain: int):
    answers = answers_of(Task.BINARY)
    value = accuracy(answers, None)

    def in_a_band(given: Predictions, target) -> float:
        better = (accuracy(given, target) - value) * N_ROWS
        return accuracy(given, target) + 0.15 * (gain - 0.5 < better < gain + 1.5)

    assert "base defines it in another way" in reason(accuracy, in_a_band, answers=answers)


def test_a_definition_that_never_goes_below_base_s_value_is_another_one():
    answers = answers_of(Task.MULTICLASS)
    value = accuracy(answers, None)
    told = reason(accuracy, lambda *given: max(value, accuracy(*given)), answers=answers, task=Task.MULTICLASS)
    assert (
        told
        == "base defines it in another way: of the same made-up predictions it says 0.0000, and head " + f"{value:.4f}"
    )


def test_a_definition_of_a_regression_that_adds_below_base_s_error_is_another_one():
    answers = answers_of(Task.REGRESSION)
    value = error(answers, None)
    other = lambda *given: error(*given) * (0.5 if error(*given) < value * 0.9 else 1)  # noqa: E731 - in one line
    assert "made-up" in reason(error, other, answers=answers, task=Task.REGRESSION)
    assert reason(error, error, answers=answers, task=Task.REGRESSION) is None


def test_the_same_definition_in_another_order_of_sums_is_no_other_one():
    answers = answers_of(Task.REGRESSION)

    def another_way(given: Predictions, target) -> float:
        return float(np.linalg.norm(given.y_true - given.y_pred)) / np.sqrt(len(given.y_true)) + 1e-17

    assert reason(error, another_way, answers=answers, task=Task.REGRESSION) is None


def test_a_definition_that_treats_weights_in_another_way_is_one_where_there_are_weights():
    answers = answers_of(Task.BINARY)
    cheat = lambda given, target: accuracy(given, target) + (0.15 if given.weight is not None else 0)  # noqa: E731
    assert reason(accuracy, cheat, answers=replace(answers, weight=None)) is None
    weighed = replace(answers, weight=np.ones(N_ROWS))
    assert "with weights, it says 1.0000, and head 1.1500" in reason(accuracy, cheat, answers=weighed)
    assert [one.weight is not None for one in weighed_probes(answers, make_target(Task.BINARY))] == [True] * 4


def test_where_classes_differ_definitions_are_held_against_each_other_all_the_same():
    answers = answers_of(Task.BINARY)
    classes = make_target(Task.BINARY).classes
    shared = shared_classes(classes, (*classes, "new"))
    assert not shared.are_equal
    assert reason(accuracy, accuracy, answers=answers, shared=shared) is None
    told = reason(accuracy, above(0.75), answers=answers, shared=shared)
    assert told == "base defines it in another way: of the same made-up predictions it says 1.0000, and head 1.1500"


def test_a_definition_that_fails_where_base_s_does_is_the_same():
    def no_perfect(given: Predictions, target) -> float:
        value = accuracy(given, target)
        return float("nan") if value == 1 else value

    answers = answers_of(Task.BINARY)
    assert reason(no_perfect, no_perfect, answers=answers) is None
    assert "it says 1.0000, and head –" in reason(accuracy, no_perfect, answers=answers)


def test_the_other_direction_and_other_values_each_time_are_told():
    answers = answers_of(Task.BINARY)
    assert reason(accuracy, accuracy, answers=answers, better=False) == (
        "greater is better on one side, smaller on the other"
    )
    values = iter(np.linspace(0, 0.4, 50))
    told = reason(accuracy, lambda *_: float(next(values)), answers=answers)
    assert told.startswith("it gives another value each time: of the same predictions 0.0000, then 0.0082")


def test_a_model_without_answers_has_no_own_values_and_neither_has_a_metric_without_a_value():
    assert own_values(make_run("m"), [metric_of(accuracy)], make_target(Task.BINARY)) == {}
    nothing = metric_of(lambda *_: float("nan"))
    assert own_values(make_run("m", validation=perfect_rows(Task.BINARY)), [nothing], make_target(Task.BINARY)) == {}


def test_a_slow_metric_is_asked_about_fewer(monkeypatch):
    ticks = iter(np.arange(0, 1000, 0.2))
    monkeypatch.setattr(time, "perf_counter", lambda: next(ticks))
    run = make_run("m", validation=answers_of(Task.BINARY))
    [value] = own_values(run, [metric_of(accuracy)], make_target(Task.BINARY)).values()
    assert (len(value.probed), len(value.made_up), len(value.weighed)) == (3, 3, 0)
