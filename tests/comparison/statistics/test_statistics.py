"""Every method against its oracle: a published value, a definition, or a brute-force version of itself."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from sklearn.metrics import average_precision_score, f1_score, r2_score, roc_auc_score

from report.comparison.changes import estimate_change
from report.comparison.statistics.auc import Areas, auc_change, auc_part, mean_area_change, precision_part
from report.comparison.statistics.confusion import confusion_change
from report.comparison.statistics.estimate import from_influence
from report.comparison.statistics.folds import fold_change
from report.comparison.statistics.means import explained_change, mean_change, root_mean_change
from report.comparison.statistics.multiple import holm
from report.comparison.statistics.proportions import accuracy_change, mcnemar
from report.comparison.statistics.resampling import row_change
from report.core.pairing import MeanOfRows
from report.core.values import Predictions, Target, Task
from report.evaluation.metrics import METRICS


def rng():
    return np.random.default_rng(12)


def f1_of(hits, predicted, actual):
    """F1 of class 1 from sums over the confusion matrix, (…, 2) each."""
    return 2 * hits[..., 1] / (predicted[..., 1] + actual[..., 1])


def test_agresti_min_of_25_fixed_and_15_broken_in_10000():
    estimate = accuracy_change(25, 15, 10_000)
    assert estimate.difference == pytest.approx(0.001)
    assert (estimate.interval.low, estimate.interval.high) == pytest.approx((-0.000255, 0.002254), abs=5e-7)


@pytest.mark.parametrize(
    ("fixed", "broken", "statistic", "p_value"),
    [(25, 15, 2.025, 0.155), (61, 27, 12.375, 4.35e-4), (11, 1, None, 0.00635), (0, 0, None, 1.0)],
)
def test_mcnemar_known_values(fixed, broken, statistic, p_value):
    found, p_found = mcnemar(fixed, broken)
    assert found == (None if statistic is None else pytest.approx(statistic, rel=1e-3))
    assert p_found == pytest.approx(p_value, rel=5e-3)


def test_mean_change_is_the_paired_t_interval():
    base, head = rng().exponential(size=(2, 300))
    estimate = mean_change(base, head)
    oracle = stats.ttest_rel(head, base).confidence_interval()
    assert (estimate.interval.low, estimate.interval.high) == pytest.approx((oracle.low, oracle.high))


def test_whole_weights_move_the_mean_like_repeated_rows():
    base, head = rng().exponential(size=(2, 200))
    weight = rng().integers(1, 4, 200).astype(float)
    repeated = mean_change(np.repeat(base, weight.astype(int)), np.repeat(head, weight.astype(int)))
    assert mean_change(base, head, weight=weight).difference == pytest.approx(repeated.difference)


def test_groups_count_as_one_observation_each():
    base, head = rng().exponential(size=(2, 100))
    group = np.repeat(np.arange(100), 5)
    once = mean_change(base, head)
    copied = mean_change(np.repeat(base, 5), np.repeat(head, 5), group=group)
    assert copied.interval.low == pytest.approx(once.interval.low)
    assert copied.interval.high == pytest.approx(once.interval.high)


def test_delta_methods_agree_with_a_row_bootstrap():
    generator = rng()
    y = generator.normal(size=1_000)
    base, head = (y + generator.normal(scale=s, size=1_000) for s in (0.5, 0.45))
    squares = [(y - side) ** 2 for side in (base, head)]
    rmse = root_mean_change(*squares)
    r2 = explained_change(*squares, (y - y.mean()) ** 2)
    draws = _resampled(generator.integers(0, len(y), (1_000, len(y))), y, base, head)
    assert rmse.difference == pytest.approx(np.sqrt(squares[1].mean()) - np.sqrt(squares[0].mean()))
    assert r2.difference == pytest.approx(r2_score(y, head) - r2_score(y, base))
    assert rmse.standard_error == pytest.approx(draws[:, 0].std(), rel=0.1)
    assert r2.standard_error == pytest.approx(draws[:, 1].std(), rel=0.1)


def _resampled(rows, y, base, head):
    """RMSE and R² of each draw, (n_draws, 2); rows : (n_draws, n_rows)."""
    left = [np.mean((y[rows] - side[rows]) ** 2, axis=1) for side in (base, head)]
    return np.column_stack([np.sqrt(left[1]) - np.sqrt(left[0]), (left[0] - left[1]) / y[rows].var(axis=1)])


def delong_by_definition(truth, base, head):
    """Variance of the difference of two areas from the kernel of all pairs (DeLong, DeLong & Clarke-Pearson 1988)."""
    kernels = [
        np.sign(score[truth][:, None] - score[~truth][None, :]) / 2 + 0.5 for score in (base, head)
    ]  # (m, n) of 0, ½ and 1
    difference = kernels[1] - kernels[0]
    m, n = difference.shape
    return difference.mean(), difference.mean(axis=1).var(ddof=1) / m + difference.mean(axis=0).var(ddof=1) / n


@given(st.integers(0, 10_000))
def test_delong_equals_its_definition_ties_included(seed):
    generator = np.random.default_rng(seed)
    truth = generator.random(60) < 0.4
    truth[:4] = True, True, False, False
    base, head = (np.round(truth + generator.normal(scale=2, size=60), 0) for _ in range(2))
    estimate = auc_change(truth, base, head)
    difference, variance = delong_by_definition(truth, base, head)
    assert estimate.difference == pytest.approx(difference, abs=1e-12)
    shorter = min(difference - estimate.interval.low, estimate.interval.high - difference)  # the other may be skewed
    quantile = stats.norm.ppf(0.975) if np.isinf(estimate.freedom) else stats.t.ppf(0.975, estimate.freedom)
    assert shorter == pytest.approx(quantile * np.sqrt(variance), abs=1e-12)


def test_area_equals_scikit_learn():
    generator = rng()
    truth = generator.random(500) < 0.3
    score = np.round(truth + generator.normal(size=500), 1)
    assert auc_part(truth, score, np.argsort(score)).value == pytest.approx(roc_auc_score(truth, score))


def test_mean_area_of_equal_problems_is_the_area_of_one():
    generator = rng()
    truth = generator.random(200) < 0.5
    base, head = truth + generator.normal(size=(2, 200))
    once = auc_change(truth, base, head)
    twice = mean_area_change(*([Areas.of([(truth, score, np.argsort(score))] * 2)] for score in (base, head)))
    assert twice.standard_error == pytest.approx(once.standard_error)


def test_average_precision_equals_scikit_learn_and_its_influence_is_its_derivative():
    """One more row of some kind moves the value by its influence over the number of rows, ties included."""
    generator = rng()
    truth = generator.random(400) < 0.3
    score = np.round(truth + generator.normal(size=400), 1)
    part = precision_part(truth, score, np.argsort(score))
    assert part.value == pytest.approx(average_precision_score(truth, score))
    assert part.influence.mean() == pytest.approx(0, abs=1e-12)
    for row in (0, 7, 100, 399):
        weight = np.ones(400)
        weight[row] += 1e-5
        moved = average_precision_score(truth, score, sample_weight=weight)
        assert (moved - part.value) / 1e-5 * 400 == pytest.approx(part.influence[row], rel=1e-3, abs=1e-3)


def test_area_of_one_class_is_refused():
    with pytest.raises(ValueError, match="both classes"):
        auc_part(np.ones(3, dtype=bool), np.arange(3.0), np.arange(3))


def labels(n_rows):
    generator = rng()
    truth = generator.integers(0, 2, n_rows)
    sides = [np.where(generator.random(n_rows) < share, truth, 1 - truth) for share in (0.75, 0.8)]
    return truth, *sides


def test_confusion_bootstrap_equals_a_row_bootstrap():
    truth, base, head = labels(600)
    generator = rng()
    rows = generator.integers(0, 600, (1_000, 600))
    draws = _f1(truth[rows], head[rows]) - _f1(truth[rows], base[rows])
    estimate = confusion_change(truth, base, head, f1_of, n_classes=2)
    assert estimate.difference == pytest.approx(f1_score(truth, head) - f1_score(truth, base))
    assert estimate.standard_error == pytest.approx(np.std(draws), rel=0.1)
    assert estimate.interval.low == pytest.approx(np.quantile(draws, 0.025), abs=0.006)
    assert estimate.interval.high == pytest.approx(np.quantile(draws, 0.975), abs=0.006)


def _f1(truth, answers):
    """Of each draw, (n_draws,)."""
    return 2 * (truth & answers).sum(axis=1) / (truth.sum(axis=1) + answers.sum(axis=1))


def test_confusion_jackknife_agrees_with_the_bootstrap_when_weights_are_one():
    truth, base, head = labels(2_000)
    plain = confusion_change(truth, base, head, f1_of, n_classes=2)
    weighted = confusion_change(truth, base, head, f1_of, n_classes=2, weight=np.ones(2_000))
    assert weighted.difference == pytest.approx(plain.difference)
    assert weighted.standard_error == pytest.approx(plain.standard_error, rel=0.08)


def test_confusion_bootstrap_with_many_classes_stays_within_its_memory():
    generator = rng()
    truth, base, head = generator.integers(0, 60, (3, 3_000))
    accuracy = lambda hits, _, actual: hits.sum(-1) / actual.sum(-1)  # noqa: E731
    estimate = confusion_change(truth, base, head, accuracy, n_classes=60)
    assert estimate.difference == pytest.approx(np.mean(head == truth) - np.mean(base == truth))


def test_row_bootstrap_agrees_with_the_t_interval_of_a_mean():
    base, head = rng().exponential(size=(2, 500))
    change = head - base
    estimate = row_change(change.mean(), lambda rows, weights: np.average(change[rows], weights=weights), 500)
    oracle = mean_change(base, head)
    assert estimate.standard_error == pytest.approx(oracle.standard_error, rel=0.12)


def test_row_bootstrap_of_many_rows_scales_its_error_to_all_of_them():
    change = rng().normal(size=60_000)
    estimate = row_change(change.mean(), lambda rows, weights: np.average(change[rows], weights=weights), 60_000)
    assert estimate.standard_error == pytest.approx(1 / np.sqrt(60_000), rel=0.15)
    assert "5,000 of 60,000 rows" in estimate.method


@pytest.mark.parametrize("n_groups", [20_000, 2_000, 40])
def test_row_bootstrap_of_many_rows_keeps_groups_together(n_groups):
    """A draw of rows would part the rows of a group, which say the same, and take them for as many answers."""
    group = np.arange(n_groups).repeat(40_000 // n_groups)
    change = rng().normal(size=n_groups)[group]
    estimate = row_change(
        change.mean(), lambda rows, weights: np.average(change[rows], weights=weights), 40_000, group=group
    )
    oracle = mean_change(np.zeros(40_000), change, group=group)
    assert 0.85 < estimate.standard_error / oracle.standard_error < 1.2
    assert estimate.interval.high - estimate.difference == pytest.approx(
        estimate.standard_error * stats.t.ppf(0.975, min(n_groups, 2_500) - 1), rel=0.01
    )


def test_corrected_resampled_t_of_scikit_learns_example():
    """Ten times ten folds whose uncorrected statistic is 2.611: corrected 0.750, one-sided p 0.227."""
    raw = rng().normal(size=100)
    differences = (raw - raw.mean()) / raw.std(ddof=1) + 2.611 / 10
    estimate = fold_change(differences, test_share=1 / 9)
    statistic = estimate.difference / estimate.standard_error
    assert statistic == pytest.approx(0.750, abs=5e-4)
    assert stats.t.sf(statistic, 99) == pytest.approx(0.227, abs=1e-3)


def test_holm_steps_down():
    assert holm([0.01, 0.02, 0.03, 0.04, 0.05]) == pytest.approx((0.05, 0.08, 0.09, 0.09, 0.09))
    assert holm([0.04, 0.01]) == pytest.approx((0.04, 0.02))
    assert holm([]) == ()


def test_one_group_gives_no_interval():
    estimate = from_influence(0.1, np.array([0.1, -0.1]), group=np.zeros(2, dtype=int), method="any")
    assert np.isinf(estimate.interval.high)


def test_no_change_is_an_interval_of_zero():
    losses = rng().exponential(size=50)
    estimate = mean_change(losses, losses)
    assert (estimate.difference, estimate.interval.low, estimate.interval.high) == (0, 0, 0)


@pytest.mark.parametrize("n_rows", [200, 1_000])
def test_intervals_of_a_mean_cover_about_as_often_as_they_say(n_rows):
    generator = rng()
    covered = 0
    for _ in range(400):
        base, head = generator.exponential(size=(2, n_rows))
        interval = mean_change(base, head + 0.1).interval
        covered += interval.low <= 0.1 <= interval.high
    assert 0.92 <= covered / 400 <= 0.98


def test_few_rows_of_a_class_give_no_false_alarms_of_auc():
    generator = np.random.default_rng(0)
    truth = np.r_[np.ones(4, bool), np.zeros(100, bool)]
    alarms = 0
    for _ in range(500):
        known = 2 * truth + generator.normal(size=104)
        estimate = auc_change(truth, *(known + generator.normal(scale=3, size=104) for _ in range(2)))
        alarms += estimate.interval.low > 0 or estimate.interval.high < 0
    assert alarms / 500 < 0.075  # 0.11 with normal quantiles


@pytest.mark.parametrize("rows_of_a_group", [1, 4])
def test_rows_that_count_unevenly_give_an_interval_as_wide_as_it_has_to_be(rows_of_a_group):
    """One of a few heavy rows (or groups) pulls the mean to itself: 9% of the intervals would miss the truth."""
    generator, n_groups, repeats = np.random.default_rng(0), 25, 1500
    group = np.repeat(np.arange(n_groups), rows_of_a_group)
    missed = 0
    for _ in range(repeats):
        weight = np.exp(generator.normal(size=n_groups))[group]
        errors = generator.normal(size=n_groups)[group]
        sides = [
            Predictions(values, np.arange(len(group)), np.zeros(len(group)), weight=weight, group=group)
            for values in (np.zeros(len(group)), errors)
        ]
        interval = estimate_change(MeanOfRows(lambda side: side.y_pred), *sides).interval
        missed += not interval.low <= 0 <= interval.high
    assert missed / repeats < 0.07


@pytest.mark.parametrize("name", ["rmse", "r2", "explained_variance", "rmsle", "d2_absolute_error", "d2_pinball"])
@pytest.mark.parametrize("n_outputs", [1, 2])
def test_metrics_of_numbers_have_a_closed_form_that_agrees_with_a_bootstrap(name, n_outputs):
    generator, n_rows = rng(), 1_000
    y = 9 + generator.normal(size=(n_rows, n_outputs))
    sides = [y + generator.normal(scale=s, size=y.shape) for s in (0.5, 0.45)]
    base, head = (_numbers(side, y) for side in sides)
    task, names = (Task.REGRESSION, ("y",)) if n_outputs == 1 else (Task.MULTIOUTPUT, ("a", "b"))
    target = Target(task, names, np.empty(0), np.empty(0))
    assert method_that_agrees_with_a_bootstrap(name, target, base, head) == "delta method, paired"


def test_an_output_that_is_constant_does_not_count_for_the_share_that_is_explained():
    generator = rng()
    y = np.column_stack([generator.normal(size=100), np.ones(100)])
    base, head = (_numbers(y + generator.normal(scale=0.3, size=y.shape), y) for _ in range(2))
    both, one = (
        estimate_change(R2.pairing(Target(Task.MULTIOUTPUT, ("a", "b"), y, y)), *sides)
        for sides in ((base, head), [_numbers(side.y_pred[:, :1], y[:, :1]) for side in (base, head)])
    )
    assert both.standard_error == pytest.approx(one.standard_error)


@pytest.mark.parametrize(
    "name", ["f1_macro", "f1_micro", "f1_weighted", "recall_macro", "jaccard_macro", "specificity_macro"]
)
@pytest.mark.parametrize("is_weighted", [False, True])
def test_metrics_of_labels_have_a_closed_form_that_agrees_with_a_bootstrap(name, is_weighted):
    generator, n_rows = rng(), 1_000
    y = (generator.random((n_rows, 3)) < (0.5, 0.3, 0.2)).astype(np.int64)
    weight = np.exp(generator.normal(scale=0.5, size=n_rows)) if is_weighted else None
    base, head = (
        Predictions(np.where(generator.random(y.shape) < wrong, 1 - y, y), np.arange(n_rows), y, weight=weight)
        for wrong in (0.2, 0.1)
    )
    target = Target(Task.MULTILABEL, ("a", "b", "c"), np.empty(0), np.empty(0), ("a", "b", "c"))
    assert method_that_agrees_with_a_bootstrap(name, target, base, head) == "jackknife, paired"


R2 = next(metric for metric in METRICS if metric.info.name == "r2")


def _numbers(y_pred, y_true):
    """The answers of a model of one output, (n_rows,), or of several."""
    return Predictions(
        np.squeeze(y_pred, 1) if y_pred.shape[1] == 1 else y_pred,
        np.arange(len(y_true)),
        np.squeeze(y_true, 1) if y_true.shape[1] == 1 else y_true,
    )


def method_that_agrees_with_a_bootstrap(name, target, base, head):
    metric = next(metric for metric in METRICS if metric.info.name == name)
    estimate = estimate_change(metric.pairing(target), base, head)
    resampled = row_change(estimate.difference, _difference_of(metric, base, head, target), len(head.y_pred))
    assert estimate.difference == pytest.approx(metric.compute(head, target) - metric.compute(base, target))
    assert estimate.standard_error == pytest.approx(resampled.standard_error, rel=0.15)
    return estimate.method


def _difference_of(metric, base, head, target):
    def difference(rows, times):
        drawn = np.repeat(rows, times.astype(int))
        return metric.compute(head.take(drawn), target) - metric.compute(base.take(drawn), target)

    return difference


def test_a_root_is_known_with_as_many_degrees_of_freedom_as_its_variance_is():
    """2n/(κ − 1): all n − 1 for parts of a kurtosis below 3, half of n for one of 5."""
    flat, tailed = np.tile([0.0, 1.0, 2.0, 3.0], 100), np.r_[np.full(40, 3.0), np.full(40, 7.0), np.full(320, 5.0)]
    estimates = [root_mean_change(np.full(400, 1e6), 1e6 + values) for values in (flat, tailed)]
    assert [estimate.freedom for estimate in estimates] == [399, pytest.approx(200)]
