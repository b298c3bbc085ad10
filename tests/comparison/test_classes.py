"""Classes that only one side has: the rows of the others are compared, and answers keep their meaning."""

from __future__ import annotations

import numpy as np
import pytest

from report.comparison.classes import shared_classes, why_not_shared
from report.core.values import Predictions, Target, Task


def predictions(truth, predicted, score=None, kind="probability", **given) -> Predictions:
    arrays = {"y_true": np.array(truth), "y_pred": np.array(predicted)}
    rows = np.arange(len(truth))
    score = None if score is None else np.array(score, float)
    return Predictions(positions=rows, y_score=score, score_kind=None if score is None else kind, **arrays, **given)


@pytest.mark.parametrize(
    ("base", "head"),
    [
        ((0, 1), (0, 1)),
        ((0, 1), (0.0, 1.0)),
        ((0, 1), ("0", "1")),
        ((False, True), (0, 1)),
        ((False, True), ("False", "True")),
    ],
)
def test_classes_of_another_type_are_the_same_ones(base, head):
    for one, other in ((base, head), (head, base)):
        shared = shared_classes(one, other)
        assert (shared.are_equal, shared.of_base.tolist(), shared.labels, shared.difference) == (
            True,
            [0, 1],
            other,
            "",
        )


def test_classes_that_sort_in_another_order_as_text_keep_their_meaning():
    shared = shared_classes((9, 10), ("10", "9"))
    assert (shared.are_equal, shared.of_base.tolist()) == (True, [1, 0])
    read = shared.read(predictions([0, 1], [0, 1], [[0.9, 0.1], [0.2, 0.8]]))
    assert (read.y_pred.tolist(), read.y_score.tolist()) == ([1, 0], [[0.1, 0.9], [0.8, 0.2]])


def test_texts_that_say_the_same_number_are_two_classes():
    shared = shared_classes(("007", "7"), ("007", "7", "8"))
    assert (shared.of_base.tolist(), shared.difference) == ([0, 1], "only head has '8'")


def test_a_class_that_only_head_has():
    shared = shared_classes(("a", "c"), ("a", "b", "c"))
    assert (shared.are_equal, shared.of_base.tolist(), shared.common.tolist()) == (False, [0, 2], [0, -1, 1])
    assert (shared.labels, shared.difference) == (("a", "c"), "only head has 'b'")
    read = shared.read(predictions([0], [1], [[0.3, 0.7]]))
    assert (read.y_pred.tolist(), read.y_score.tolist()) == ([2], [[0.3, 0.0, 0.7]])
    read = shared.read(predictions([0], [1], [[-0.5, 0.5]], kind="decision"))
    assert read.y_score.tolist() == [[-0.5, -0.5, 0.5]]


def test_a_class_that_only_base_has_is_numbered_behind_those_of_head():
    shared = shared_classes(("a", "b", "c"), ("a", "c"))
    assert (shared.of_base.tolist(), shared.common.tolist()) == ([0, 2, 1], [0, 1, -1])
    assert shared.difference == "only base has 'b'"


def test_rows_of_other_classes_are_left_out_and_answers_of_them_are_wrong():
    shared = shared_classes(("a", "c"), ("a", "b", "c"))
    score = [[0.1, 0.8, 0.1], [0.2, 0.5, 0.3], [0.0, 0.1, 0.9], [0.5, 0.3, 0.2]]
    answers = predictions([0, 2, 1, 0], [1, 1, 2, 0], score, group=np.array([0, 2, 1, 2]))
    kept = shared.restrict(answers)
    assert kept.positions.tolist() == [0, 1, 3]
    assert kept.y_true.tolist() == [0, 1, 0]
    assert kept.y_pred.tolist() == [1, 0, 0], "an answer of b is wrong, whatever the row is"
    assert kept.y_score.tolist() == [[0.1, 0.1], [0.2, 0.3], [0.5, 0.2]]
    assert kept.group.tolist() == [0, 1, 1]


def test_answers_of_equal_classes_are_left_alone():
    answers = predictions([0, 1], [0, 1], [[0.9, 0.1], [0.2, 0.8]])
    shared = shared_classes(("a", "b"), ("a", "b"))
    assert shared.restrict(answers) is answers
    assert shared.read(answers) is answers


def test_decision_values_of_other_classes_are_left_out():
    shared = shared_classes(("a", "c"), ("a", "b", "c"))
    kept = shared.restrict(predictions([0, 2], [0, 2], [[2.0, 1.0, 0.0], [0.0, 1.0, 2.0]], kind="decision"))
    assert (kept.y_pred.tolist(), kept.y_score, kept.score_kind) == ([0, 1], None, None)


def test_the_target_is_that_of_the_common_classes():
    labels = np.array(["a", "b", "c"], dtype=object)
    target = Target(Task.MULTICLASS, ("y",), labels, np.arange(3), ("a", "b", "c"))
    common = shared_classes(("a", "c"), target.classes).target(target)
    assert (common.task, common.classes, common.encoded.tolist(), common.positive) == (
        Task.BINARY,
        ("a", "c"),
        [0, -1, 1],
        None,
    )
    binary = Target(Task.BINARY, ("y",), labels[:2], np.arange(2), ("a", "b"), 1)
    common = shared_classes(("a", "b", "c"), binary.classes).target(binary)
    assert (common.task, common.classes, common.positive) == (Task.BINARY, ("a", "b"), 1)
    assert shared_classes(("a", "b"), binary.classes).target(binary) is binary


@pytest.mark.parametrize(
    ("base", "head", "why"),
    [
        (("a", "b"), ("a", "b"), None),
        (("a", "b"), ("a", "b", "c"), None),
        (("a", "b"), ("b", "c"), "the classes differ: only base has 'a'; only head has 'c'"),
        (("a", "b"), ("c", "d"), "the classes differ: only base has 'a', 'b'; only head has 'c', 'd'"),
    ],
)
def test_fewer_than_two_common_classes_are_not_comparable(base, head, why):
    assert why_not_shared(shared_classes(base, head), np.array([0, 0, 1])) == why


@pytest.mark.parametrize(("n_new", "is_comparable"), [(50, True), (51, False)])
def test_half_of_the_validation_rows_have_to_be_of_common_classes(n_new, is_comparable):
    truth = np.where(np.arange(100) < n_new, 2, 0)
    why = why_not_shared(shared_classes(("a", "b"), ("a", "b", "c")), truth)
    assert why == (
        None if is_comparable else "the classes differ: only head has 'c'; 49 of 100 validation rows are of common ones"
    )
