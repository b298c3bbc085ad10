"""No verdict is surer than the data: rare classes, agreement, heavy tails and probabilities of 0."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from report.comparison.changes import estimate_change
from report.comparison.statistics.support import lacks_a_kind, too_few
from report.comparison.statistics.tails import heavy_losses, heavy_tails, l_moments, rows_in_effect
from report.core.losses import worst_loss
from report.core.pairing import MeanOfRows, Support
from report.core.values import Predictions, Target, Task
from report.evaluation.metrics import METRICS

BY_NAME = {metric.info.name: metric for metric in METRICS}
BINARY = Target(Task.BINARY, ("y",), np.empty(0), np.empty(0), ("no", "yes"), 1)
THREE = Target(Task.MULTICLASS, ("y",), np.empty(0), np.empty(0), ("a", "b", "c"))
OF_POSITIVE = ("recall", "f1", "jaccard", "balanced_accuracy", "f1_macro", "mcc", "cohen_kappa", "precision")


def answers(truth: np.ndarray, score: np.ndarray) -> Predictions:
    """Of a binary model; score : the probability of class 1."""
    columns = np.column_stack([1 - score, score])
    return Predictions((score > 0.5).astype(np.int64), np.arange(len(truth)), truth, columns, "probability")


def two_models(n_positive: int, n_rows: int = 200) -> tuple[Predictions, Predictions]:
    truth = np.zeros(n_rows, dtype=np.int64)
    truth[:n_positive] = 1
    generator = np.random.default_rng(0)
    scores = [np.clip(0.2 + 0.5 * truth + generator.normal(scale=0.2, size=n_rows), 0.01, 0.99) for _ in range(2)]
    return answers(truth, scores[0]), answers(truth, scores[1])


@pytest.mark.parametrize(
    ("name", "enough"), [*((name, 10) for name in OF_POSITIVE), ("roc_auc", 15), ("average_precision", 15)]
)
def test_a_class_of_fewer_than_ten_rows_gives_no_interval_and_of_fewer_than_fifteen_none_of_an_area(name, enough):
    few, estimate = (
        estimate_change(BY_NAME[name].pairing(BINARY), *two_models(count)) for count in (enough - 1, enough)
    )
    assert np.isfinite(estimate.standard_error)
    assert estimate.why is None
    assert not np.isfinite(few.standard_error)
    assert few.why == f"class 'yes' has {enough - 1} validation rows: too few to tell"


@pytest.mark.parametrize("name", ["accuracy", "f1_micro", "f1_weighted", "specificity"])
def test_a_rare_class_does_not_matter_where_it_does_not_count(name):
    assert np.isfinite(estimate_change(BY_NAME[name].pairing(BINARY), *two_models(4)).standard_error)


def test_rows_that_are_predicted_as_a_class_count_for_its_precision():
    base, head = two_models(40)
    never = replace(base, y_pred=np.zeros(200, dtype=np.int64))
    estimate = estimate_change(BY_NAME["precision"].pairing(BINARY), never, head)
    assert estimate.why == "the prediction 'yes' has 0 validation rows: too few to tell"


def test_every_class_counts_for_a_mean_over_classes_also_one_without_rows():
    truth = np.repeat([0, 1], 50)
    base, head = (Predictions(side, np.arange(100), truth) for side in (truth[::-1].copy(), truth))
    estimate = estimate_change(BY_NAME["balanced_accuracy"].pairing(THREE), base, head)
    assert estimate.why == "class 'c' has 0 validation rows: too few to tell"


def test_copies_of_a_few_rows_of_a_class_are_a_few_rows():
    support = Support(np.repeat([0, 1], 50), ("class 'a'", "class 'b'"))
    group = np.r_[np.arange(50), np.repeat(50 + np.arange(5), 10)]
    assert too_few(support, None, None) is None
    assert too_few(support, None, group) == "class 'b' has 5 groups of validation rows: too few to tell"


def test_rows_of_uneven_weight_are_as_many_as_would_tell_as_much():
    support = Support(np.zeros(50, dtype=np.int64), ("class 'a'",))
    weight = np.r_[np.full(2, 1e6), np.ones(48)]
    assert too_few(support, weight, None) == "class 'a' has 2 validation rows: too few to tell"


@pytest.mark.parametrize("name", ["accuracy", "balanced_accuracy", "recall", "f1", "precision", "mcc", "f1_macro"])
def test_no_interval_is_zero_where_answers_changed(name):
    """Two wrong answers that changed places: all metrics are as they were."""
    base, _ = two_models(40)
    truth = base.y_true
    wrong = truth.copy()
    wrong[[0, 60]] = 1 - wrong[[0, 60]]
    other = truth.copy()
    other[[1, 61]] = 1 - other[[1, 61]]
    estimate = estimate_change(BY_NAME[name].pairing(BINARY), replace(base, y_pred=wrong), replace(base, y_pred=other))
    assert estimate.difference == pytest.approx(0)
    assert estimate.interval.low < -0.001
    assert estimate.interval.high > 0.001


def test_recall_of_answers_that_agree_is_that_of_agresti_and_min_within_the_class():
    """One changed row is added to the 40 of the class: its variance is 1/40², but for the jackknife's n − 1."""
    base, _ = two_models(40)
    right = replace(base, y_pred=base.y_true)
    estimate = estimate_change(BY_NAME["recall"].pairing(BINARY), right, right)
    assert estimate.standard_error == pytest.approx(1 / 40, rel=0.05)


def test_a_probability_of_zero_may_meet_its_label_in_a_row_that_was_not_drawn():
    truth = np.tile([0, 1], 50)
    sure = answers(truth, truth.astype(float))
    unsure = answers(truth, np.where(truth == 1, 0.7, 0.3))
    pairing = BY_NAME["log_loss"].pairing(BINARY)
    clipped = estimate_change(pairing, unsure, sure)
    assert worst_loss(Task.BINARY, sure) == pytest.approx(36.04, abs=0.01)
    assert worst_loss(Task.BINARY, unsure) == 0
    assert clipped.standard_error == pytest.approx(np.sqrt(2) * 36.04 / 100, rel=0.01)  # as if two rows met it
    assert estimate_change(pairing, sure, unsure).standard_error == pytest.approx(clipped.standard_error)
    assert clipped.method == "paired t interval; a probability of 0 counts as 2e-16"
    assert estimate_change(pairing, unsure, unsure).method == "paired t interval"


def test_l_moments_of_known_distributions():
    """Normal 0 and 0.1226, exponential 1/3 and 1/6 (Hosking 1990)."""
    generator = np.random.default_rng(0)
    assert l_moments(generator.normal(size=100_000)) == pytest.approx((0, 0.1226), abs=0.01)
    assert l_moments(generator.exponential(size=100_000)) == pytest.approx((1 / 3, 1 / 6), abs=0.01)
    assert l_moments(np.ones(10)) == (0, 0)


def test_rows_in_effect_are_those_that_vary():
    assert rows_in_effect(np.r_[np.ones(7), -np.ones(7), np.zeros(100)]) == pytest.approx(14)
    assert rows_in_effect(np.zeros(5)) == np.inf


def test_one_row_that_decides_gives_no_interval_and_says_so():
    change = np.r_[100.0, np.linspace(-1, 1, 99)]
    sides = [Predictions(values, np.arange(100), np.zeros(100)) for values in (np.zeros(100), change)]
    estimate = estimate_change(MeanOfRows(lambda side: side.y_pred), *sides)
    assert estimate.why == "1 of 100 rows make 90% of the variance: too few to tell"
    assert not np.isfinite(estimate.standard_error)


def test_normal_changes_have_light_tails_and_a_rare_kind_of_row_does_too_once_it_has_rows_enough():
    generator = np.random.default_rng(0)
    assert heavy_tails(generator.normal(size=50)) is None
    rare = np.r_[np.ones(30), np.zeros(2000)] - 30 / 2030
    assert heavy_tails(rare) is None
    assert heavy_tails(np.r_[np.ones(5), np.zeros(2000)] - 5 / 2005) is not None


@pytest.mark.parametrize(("draw", "is_heavy"), [("normal", False), ("log-normal", True), ("t", True)])
def test_squared_errors_whose_mean_is_divided_by_have_to_be_light(draw, is_heavy):
    generator = np.random.default_rng(1)
    errors = {
        "normal": generator.normal(size=400),
        "log-normal": np.exp(1.2 * generator.normal(size=400)),
        "t": generator.standard_t(2.5, size=400),
    }[draw]
    assert (heavy_losses(np.square(errors)) is not None) == is_heavy


def test_a_draw_without_a_class_is_known():
    support = Support(np.array([0, 0, 1, -1]), ("class 'a'", "class 'b'"))
    assert lacks_a_kind(support, np.arange(4), np.array([1.0, 0.0, 0.0, 3.0]))
    assert not lacks_a_kind(support, np.arange(4), np.array([0.0, 2.0, 1.0, 0.0]))
