"""Verdicts by the labels of both sides."""

from __future__ import annotations

import numpy as np
import pytest

from report.comparison.both_labels import judged_by_both, told_of_labels, truths_of
from report.comparison.changes import Fits
from report.comparison.classes import shared_classes
from report.comparison.labels import MatchedLabels, label_change
from report.comparison.measuring import metric_changes
from report.core.values import Predictions, Target, Task
from report.evaluation import choose_metrics

N_ROWS = 200
WORDS = np.array(["no", "yes"], dtype=object)
RNG = np.random.default_rng(2)
TRUTH = RNG.integers(0, 2, N_ROWS)


def binary(truth) -> Target:
    return Target(Task.BINARY, ("y",), WORDS[truth], truth, ("no", "yes"), 1)


def wrong_in(truth, rows) -> np.ndarray:
    answers = truth.copy()
    answers[rows] = 1 - answers[rows]
    return answers


def judged(was, now, base, head, *, names=("accuracy",), margin=0.0, margins=None, target=None):
    """The changes by both labels: was, now : labels of base and of head; base, head : answers."""
    target = binary(now) if target is None else target
    classes = target.task.is_classification
    labels = MatchedLabels(WORDS[was] if classes else was, WORDS[now] if classes else now, np.arange(len(now)))
    change = label_change(labels, target.names, classes=classes)
    shared = shared_classes(target.classes, target.classes) if classes else None
    truths = truths_of(target, labels, change, shared)
    metrics = choose_metrics(names, target, root=None)
    sides = [Predictions(answers, np.arange(len(now)), now) for answers in (base, head)]
    by_name = {metric.info.name: metric for metric in metrics}
    infos = [metric.info for metric in metrics]

    def measure(fits):
        return metric_changes(fits, infos, by_name, target, margin)

    fits = Fits([sides[0]], [sides[1]])
    return judged_by_both(measure(fits), fits, truths, measure, by_name, margins or {}), truths


def test_five_labels_edited_to_what_head_predicts_do_not_decide():
    base = wrong_in(TRUTH, np.arange(20))
    head = wrong_in(base, np.arange(100, 106))  # six more mistakes, which the labels are then edited to
    edited = wrong_in(TRUTH, np.arange(100, 106))
    [change], _ = judged(TRUTH, edited, base, head)
    assert (change.verdict, change.interval, change.p_value) == ("not comparable", None, None)
    assert change.why == (
        "by base's labels worse, by head's improved: 6 of 200 validation labels were changed, "
        "all of them to what head's model predicts"
    )
    [change], _ = judged(TRUTH, TRUTH, base, head)
    assert (change.verdict, change.why) == ("worse", None)


def test_a_verdict_that_both_labels_give_is_kept_and_says_so():
    base, head = wrong_in(TRUTH, np.arange(60)), wrong_in(TRUTH, np.arange(10))
    corrected = wrong_in(TRUTH, np.array([3, 150]))
    [change], truths = judged(TRUTH, corrected, base, head)
    assert change.verdict == "improved"
    assert change.why == (
        "by base's labels too: 2 of 200 validation labels were changed, 1 of them to what head's model predicts"
    )
    assert change.interval is not None
    assert truths.base.tolist() == TRUTH.tolist()


def test_an_unclear_verdict_by_both_labels_is_unclear():
    base, head = wrong_in(TRUTH, np.arange(30)), wrong_in(TRUTH, np.arange(1, 31))
    [change], _ = judged(TRUTH, wrong_in(TRUTH, np.array([150])), base, head)
    assert (change.verdict, change.interval is None) == ("unclear", False)
    assert change.why == (
        "by base's labels too: 1 of 200 validation label was changed, 0 of them to what head's model predicts"
    )


def test_many_changed_labels_that_both_judge_alike_are_compared():
    base, head = wrong_in(TRUTH, np.arange(120)), wrong_in(TRUTH, np.arange(10))
    [change], _ = judged(TRUTH, wrong_in(TRUTH, np.arange(180, 200)), base, head)
    assert change.verdict == "improved"


def test_a_loss_that_is_worse_by_both_labels_stays_worse():
    was = RNG.normal(size=N_ROWS)
    target = Target(Task.REGRESSION, ("y",), was, was)
    now = was + RNG.normal(scale=0.05, size=N_ROWS)
    target = Target(Task.REGRESSION, ("y",), now, now)
    base, head = was + RNG.normal(scale=0.3, size=N_ROWS), was + RNG.normal(scale=2, size=N_ROWS)
    found, _ = judged(was, now, base, head, names=("mae", "r2"), target=target)
    assert [change.verdict for change in found] == ["worse", "worse"]
    assert all("validation labels were changed" in change.why and "towards" in change.why for change in found)


def test_labels_moved_to_what_head_predicts_are_not_comparable_for_a_quantity():
    was = RNG.normal(size=N_ROWS)
    base, head = was + RNG.normal(scale=0.5, size=N_ROWS), was + RNG.normal(scale=0.5, size=N_ROWS)
    now = np.where(np.arange(N_ROWS) % 4 == 0, head, was)
    found, _ = judged(was, now, base, head, names=("mae",), target=Target(Task.REGRESSION, ("y",), now, now))
    assert found[0].verdict == "not comparable"
    assert found[0].why.endswith(
        "50 of 200 validation labels were changed, all of them towards what head's model predicts"
    )


@pytest.mark.parametrize(("margins", "verdict"), [({}, "worse"), ({"accuracy": (0.1,)}, "not comparable")])
def test_the_margin_of_a_gate_counts_too(margins, verdict):
    """Worse by both labels, but by more than the gate allows by base's alone."""
    base, head = wrong_in(TRUTH, np.arange(2)), wrong_in(TRUTH, np.arange(40))
    edited = wrong_in(TRUTH, np.arange(10, 16))
    [change], _ = judged(TRUTH, edited, base, head, margins=margins)
    assert change.verdict == verdict


def test_better_by_one_labelling_and_no_worse_by_the_other_is_no_worse():
    base, head = wrong_in(TRUTH, np.arange(30)), wrong_in(TRUTH, np.arange(10))
    edited = wrong_in(TRUTH, np.arange(10, 26))
    [change], _ = judged(TRUTH, edited, base, head, margin=0.2)
    assert change.verdict == "no worse"


@pytest.mark.parametrize(("n_changed", "is_told"), [(3, False), (4, True)])
def test_two_in_a_hundred_changed_validation_labels_are_told_whatever_the_verdict_is(n_changed, is_told):
    _, truths = judged(TRUTH, wrong_in(TRUTH, np.arange(n_changed)), TRUTH, TRUTH)
    told = [f"{n_changed} of 200 validation labels were changed: both labels judge"]
    assert told_of_labels(truths, np.arange(N_ROWS)) == (told if is_told else [])
    assert told_of_labels(truths, np.arange(100, N_ROWS)) == []


def test_labels_of_base_are_numbered_as_in_head_whatever_their_type():
    target = Target(Task.BINARY, ("y",), np.array(["10", "9"], dtype=object), np.array([0, 1, 0]), ("10", "9"), 1)
    was = np.array([10, 9, 9])
    labels = MatchedLabels(was, np.array(["10", "9", "10"], dtype=object), np.arange(3))
    truths = truths_of(
        target, labels, label_change(labels, ("y",), classes=True), shared_classes((9, 10), target.classes)
    )
    assert (truths.base.tolist(), truths.changed.tolist()) == ([0, 1, 1], [False, False, True])


def test_rows_that_base_does_not_have_keep_their_label():
    target = binary(np.array([0, 1, 1, 0]))
    labels = MatchedLabels(WORDS[[1]], WORDS[[0]], np.array([3]))
    truths = truths_of(
        target, labels, label_change(labels, ("y",), classes=True), shared_classes(WORDS.tolist(), target.classes)
    )
    assert (truths.base.tolist(), truths.changed.tolist()) == ([0, 1, 1, 1], [False, False, False, True])


def test_several_outputs_have_the_labels_of_base_each():
    now = np.array([[1, 0], [1, 1]])
    target = Target(Task.MULTILABEL, ("a", "b"), now, now, ("a", "b"))
    labels = MatchedLabels(np.array([["1", "1"], ["1", "1"]], dtype=object), now, np.arange(2))
    truths = truths_of(target, labels, label_change(labels, ("a", "b"), classes=True), None)
    assert truths.base.tolist() == [[1, 1], [1, 1]]
    assert truths.changed.tolist() == [True, False]
