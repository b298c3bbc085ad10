"""By which labels and classes both sides are judged."""

from __future__ import annotations

import numpy as np

from report.comparison.changes import Fits
from report.comparison.labelling import labelling_of, margins_of
from report.comparison.labels import MatchedLabels
from report.core.values import Predictions, Target, Task

NAMES = np.array(["a", "b", "c"], dtype=object)
TRUTH = np.array([0, 1, 2, 0, 1, 0])
THREE = Target(Task.MULTICLASS, ("y",), NAMES[TRUTH], TRUTH, tuple(NAMES))


def fits_of(y_true, *answers) -> Fits:
    return Fits(*([Predictions(np.array(answer), np.arange(len(y_true)), np.array(y_true))] for answer in answers))


def test_rows_of_common_classes_judge_and_the_report_says_so():
    labelling = labelling_of(THREE, ("a", "b"))
    assert (labelling.target.classes, labelling.every.classes, labelling.has_equal_classes) == (
        ("a", "b"),
        tuple(NAMES),
        False,
    )
    kept = labelling.restrict(fits_of(TRUTH, TRUTH, TRUTH))
    assert kept.base[0].positions.tolist() == kept.head[0].positions.tolist() == [0, 1, 3, 4, 5]
    assert labelling.n_outside(np.arange(6)) == 1
    assert labelling.headlines(np.arange(6)) == [
        "the classes differ: only head has 'c'; the 5 of 6 validation rows of common classes are compared"
    ]


def test_a_class_of_base_alone_has_a_name_for_its_answers():
    labelling = labelling_of(THREE, ("a", "b", "c", "d"))
    assert labelling.every.classes == ("a", "b", "c", "d")
    assert labelling.target.classes == ("a", "b", "c")
    assert labelling.n_outside(np.arange(6)) == 0


def test_equal_classes_and_labels_say_nothing():
    labelling = labelling_of(THREE, ("a", "b", "c"), MatchedLabels(NAMES[TRUTH], NAMES[TRUTH], np.arange(6)))
    fits = fits_of(TRUTH, TRUTH, TRUTH)
    assert labelling.target is THREE
    assert labelling.restrict(fits).base[0] is fits.base[0]
    assert labelling.headlines(np.arange(6)) == []


def test_rows_that_were_relabelled_to_a_new_class_judge_by_the_labels_of_base():
    """A change that calls rows of its mistakes by a new name does not take them out of the comparison."""
    was = np.array([0, 1, 1, 0, 1, 0])
    labelling = labelling_of(THREE, ("a", "b"), MatchedLabels(NAMES[was], NAMES[TRUTH], np.arange(6)))
    judged = []

    def measure(fits):
        judged.append((fits.head[0].positions.tolist(), fits.head[0].y_true.tolist()))
        return ()

    assert labelling.judge(fits_of(TRUTH, TRUTH, TRUTH), measure, {}) == ()
    assert judged == [([0, 1, 3, 4, 5], [0, 1, 0, 1, 0]), ([0, 1, 2, 3, 4, 5], was.tolist())]


def test_without_changed_labels_rows_are_measured_once():
    labelling = labelling_of(THREE, ("a", "b", "c"), MatchedLabels(NAMES[TRUTH], NAMES[TRUTH], np.arange(6)))
    judged = []
    labelling.judge(fits_of(TRUTH, TRUTH, TRUTH), lambda fits: judged.append(fits) or (), {})
    assert len(judged) == 1


def test_several_outputs_and_quantities_have_no_classes_to_share():
    many = Target(Task.MULTILABEL, ("p", "q"), np.eye(2, dtype=int), np.eye(2, dtype=int), ("p", "q"))
    assert labelling_of(many, ("p", "q")).shared is None
    numbers = Target(Task.REGRESSION, ("y",), np.arange(3.0), np.arange(3.0))
    assert labelling_of(numbers, ()).target is numbers


def test_margins_are_those_of_the_gates_of_both_sides():
    base = {"gates": [{"metric": "f1", "not": "worse", "margin": 0.1}, {"metric": "f1", "min": 0.5}]}
    head = {"gates": [{"metric": "f1", "not": "worse", "margin": "1%"}]}
    assert margins_of(base, head, {}) == {"f1": [0.1, "1%"]}
