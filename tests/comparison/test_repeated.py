"""The change between two models that were fitted several times, each with another seed."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from report.comparison.changes import estimate_change, estimate_repeated
from report.comparison.statistics.estimate import from_error
from report.comparison.statistics.training import with_training
from report.core.pairing import AnyOfRows, MeanOfRows
from report.core.values import Predictions, Task
from tests.comparison.test_changes import CASES, N_ROWS, sides, target_of


def noisy(side: Predictions, seed: int) -> Predictions:
    """A fit that errs on some rows of its own: it gives them the answers of other rows."""
    generator = np.random.default_rng(seed)
    rows = np.where(generator.random(N_ROWS) < 0.1, generator.permutation(N_ROWS), np.arange(N_ROWS))
    return replace(side, y_pred=side.y_pred[rows], y_score=None if side.y_score is None else side.y_score[rows])


def fits(task: Task, n_base: int = 3, n_head: int = 4):
    base, head = sides(task)
    return [noisy(base, seed) for seed in range(n_base)], [noisy(head, 10 + seed) for seed in range(n_head)]


def mean_of_answers(values) -> list[Predictions]:
    """A fit for each row of values, (n_fits, n_rows)."""
    return [Predictions(np.asarray(rows, float), np.arange(len(rows)), np.zeros(len(rows))) for rows in values]


@pytest.mark.parametrize(("metric", "task"), CASES, ids=lambda value: getattr(value, "name", None) or value.info.name)
def test_the_change_is_that_of_the_mean_over_fits(metric, task):
    target = target_of(task)
    base, head = fits(task)
    estimate = estimate_repeated(metric.pairing(target), base, head)
    means = [np.mean([metric.compute(fit, target) for fit in side]) for side in (base, head)]
    assert estimate.difference == pytest.approx(means[1] - means[0], abs=1e-12)
    assert estimate.interval.low < estimate.difference < estimate.interval.high


@pytest.mark.parametrize(("metric", "task"), CASES, ids=lambda value: getattr(value, "name", None) or value.info.name)
def test_equal_fits_are_as_good_as_one(metric, task):
    base, head = sides(task)
    pairing = metric.pairing(target_of(task))
    once, thrice = estimate_change(pairing, base, head), estimate_repeated(pairing, [base] * 3, [head] * 3)
    assert thrice.difference == pytest.approx(once.difference)
    assert thrice.standard_error == pytest.approx(once.standard_error)


def test_the_variance_is_that_of_rows_of_the_means_and_of_training():
    """Three fits against two of six rows each, by hand: Welch's t with Satterthwaite's degrees of freedom.

    The changes of the rows, -2 to 1, lie evenly around their mean: skew ones have a longer interval.
    """
    base = np.array([[1, 2, 3, 4, 5, 9], [2, 2, 3, 4, 6, 9], [3, 2, 3, 4, 4, 6]], float)
    head = np.array([[0, 2, 2, 4, 6, 9], [0, 0, 2, 4, 4, 9]], float)
    estimate = estimate_repeated(MeanOfRows(lambda side: side.y_pred), mean_of_answers(base), mean_of_answers(head))
    change = head.mean(axis=0) - base.mean(axis=0)
    parts = [change.var(ddof=1) / 6, base.mean(axis=1).var(ddof=1) / 3, head.mean(axis=1).var(ddof=1) / 2]
    freedom = sum(parts) ** 2 / (parts[0] ** 2 / 5 + parts[1] ** 2 / 2 + parts[2] ** 2 / 1)
    assert estimate.standard_error == pytest.approx(math.sqrt(sum(parts)))
    assert estimate.freedom == pytest.approx(freedom)
    low, high = stats.t.interval(0.95, freedom, change.mean(), math.sqrt(sum(parts)))
    assert (estimate.interval.low, estimate.interval.high) == pytest.approx((low, high))
    assert estimate.method == "paired t interval, with the variance of 3 and 2 fits"


def test_without_the_variance_of_rows_it_is_welchs_test():
    base, head = [0.8, 0.82, 0.79, 0.84], [0.85, 0.83, 0.88]
    estimate = with_training(from_error(0.0, 0.0, n_rows=100, method="any"), base, head)
    oracle = stats.ttest_ind(head, base, equal_var=False)
    assert estimate.standard_error == pytest.approx((np.mean(head) - np.mean(base)) / oracle.statistic)
    assert estimate.freedom == pytest.approx(oracle.df)


def test_a_side_of_one_fit_is_taken_to_vary_as_the_other():
    estimate = with_training(from_error(0.0, 0.0, n_rows=100, method="any"), [0.8], [0.85, 0.83, 0.88])
    assert estimate.standard_error == pytest.approx(math.sqrt(np.var([0.85, 0.83, 0.88], ddof=1) * (1 + 1 / 3)))
    assert estimate.freedom == 2


def test_one_fit_a_side_says_nothing_of_training():
    rows = from_error(0.1, 0.04, n_rows=100, method="any")
    assert with_training(rows, [0.8], [0.9]) == rows


def test_any_function_of_rows_gets_the_same_draws_of_rows_for_all_fits():
    """All fits of a side agree, so that only rows vary, and the mean is what the function gives for one of them."""
    base, head = sides(Task.REGRESSION)
    median = AnyOfRows(lambda side: float(np.median(np.abs(side.y_pred - side.y_true))))
    once, many = estimate_change(median, base, head), estimate_repeated(median, [base, base], [head] * 3)
    assert many.standard_error == pytest.approx(once.standard_error)
