"""Answers that differ by no more than a solver's precision are no change of a model."""

from __future__ import annotations

import numpy as np
import pytest

from report.comparison.changes import Fits
from report.comparison.precision import WHY, answer_closely, judged_for_precision
from report.core.comparison import MetricChange, ModelPair
from report.core.values import Predictions


def probabilities(*chances: float, kind: str = "probability") -> Predictions:
    """Of the second of two classes."""
    chance = np.array(chances)
    scores = np.column_stack([1 - chance, chance])
    return Predictions(scores.argmax(axis=1), np.arange(len(chance)), np.zeros(len(chance), np.int64), scores, kind)


def numbers(*values: float) -> Predictions:
    """Of a truth that is 1 away in every row, and 100 in size."""
    truth = 100.0 + np.tile([1.0, -1.0], len(values))[: len(values)]
    return Predictions(np.array(values, dtype=np.float64), np.arange(len(values)), truth)


@pytest.mark.parametrize(
    ("base", "head", "alike"),
    [
        ((0.5, 0.9), (0.5009, 0.8995), True),
        ((0.5, 0.9), (0.5011, 0.9), False),
        ((0.5, 0.001), (0.5, 0.0015), False),  # of a rare class half as many again
        ((0.5, 0.0), (0.5, 1e-12), True),
        ((0.4999,), (0.5001,), True),  # another label, by a hair
    ],
)
def test_probabilities_are_alike_to_three_digits_and_their_odds_to_one_percent(base, head, alike):
    assert answer_closely(probabilities(*base), probabilities(*head)) is alike


def test_scores_that_are_no_probabilities_and_labels_alone_are_never_alike():
    scores = probabilities(0.5, 0.6, kind="decision")
    labels = Predictions(np.array([0, 1]), np.arange(2), np.array([0, 1]))
    assert not answer_closely(scores, scores)
    assert not answer_closely(labels, labels)


@pytest.mark.parametrize(("by", "alike"), [(0.0009, True), (0.0011, False)])
def test_numbers_are_alike_to_a_thousandth_of_the_usual_error(by, alike):
    assert answer_closely(numbers(100, 100), numbers(100, 100 + by)) is alike


def test_an_exact_model_is_not_like_one_that_errs():
    exact = Predictions(np.array([1.0, 2.0]), np.arange(2), np.array([1.0, 2.0]))
    near = Predictions(np.array([1.0, 2.0001]), np.arange(2), np.array([1.0, 2.0]))
    assert not answer_closely(exact, near)


@pytest.mark.parametrize(("verdict", "said"), [("improved", "unclear"), ("worse", "unclear"), ("no worse", "no worse")])
def test_a_change_of_alike_answers_is_unclear(verdict, said):
    change = MetricChange("log_loss", 0.5, 0.49999, -1e-5, None, verdict, 0.0, 2, "paired t interval")
    pair = ModelPair("m", "m", "paired", changes=(change,))
    fits = Fits([probabilities(0.5, 0.9)], [probabilities(0.5001, 0.9)])
    [judged] = judged_for_precision(pair, fits).changes
    assert (judged.verdict, judged.why) == (said, WHY if said != verdict else None)
    other = Fits(fits.base, [probabilities(0.6, 0.9)])
    assert judged_for_precision(pair, other).changes == (change,)
    assert judged_for_precision(pair, Fits(fits.base * 2, fits.head)).changes == (change,)
