"""The change over the folds of cross-validation that both sides were fitted and asked on."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from report.comparison.changes import Fits
from report.comparison.cross_validation import (
    fold_changes,
    held_out,
    judged_over_folds,
    same_folds,
    told_of_folds,
)
from report.comparison.labelling import labelling_of
from report.comparison.pairs import Match
from report.comparison.result import BaseModel
from report.comparison.withholding import withheld
from report.core.comparison import FoldChange, MetricChange, ModelPair
from report.core.results import Interval, ModelEvaluation, Spread
from report.core.values import ModelRun, Predictions, Target, Task
from report.evaluation.metrics import METRICS

TRUTH = np.array([0, 1] * 10)
TARGET = Target(Task.BINARY, ("y",), TRUTH, TRUTH, ("no", "yes"), 1)
FOLDS = tuple(np.arange(start, 20, 4) for start in range(4))  # five rows each
ACCURACY = {metric.info.name: metric for metric in METRICS if metric.info.name == "accuracy"}
SPREAD = Spread("m", "accuracy", (0.5,), 0.5, None)
OTHER = np.arange(1, 19)


def fold(rows, wrong: int = 0) -> Predictions:
    """The answers about these rows, the first so many of them wrong."""
    y_pred = TRUTH[rows].copy()
    y_pred[:wrong] = 1 - y_pred[:wrong]
    return Predictions(y_pred, rows, TRUTH[rows])


def change(low: float = -0.3, high: float = 0.5, verdict="unclear") -> MetricChange:
    return MetricChange("accuracy", 0.5, 0.6, 0.1, Interval(low, high), verdict, 0.0, 20, "m")


def changed(base, head, given=None) -> FoldChange | None:
    [found] = fold_changes([given or change()], same_folds(base, head), labelling_of(TARGET, TARGET.classes), ACCURACY)
    return found.folds


def wrong(*counts: int) -> list[Predictions]:
    return [fold(rows, count) for rows, count in zip(FOLDS, counts, strict=True)]


def test_the_change_over_folds_is_that_of_nadeau_and_bengio():
    """Differences of .2, .4, .2, .4: their mean .3, variance .04 / 3, and one row tested for three learned from."""
    found = changed(wrong(2, 3, 2, 3), wrong(1, 1, 1, 1))
    half = 3.182446305284263 * np.sqrt(0.04 / 3 * (1 / 4 + 1 / 3))  # t with 3 degrees of freedom
    assert (found.difference, found.n_folds, found.verdict) == (pytest.approx(0.3), 4, "improved")
    assert (found.interval.low, found.interval.high) == (pytest.approx(0.3 - half), pytest.approx(0.3 + half))


def test_the_other_way_round_is_worse():
    assert changed(wrong(1, 1, 1, 1), wrong(2, 3, 2, 3)).verdict == "worse"


@pytest.mark.parametrize(("low", "high", "more"), [(-0.5, 0.5, True), (0.05, 0.15, False)])
def test_the_narrower_interval_tells_more(low, high, more):
    assert changed(wrong(2, 3, 2, 3), wrong(1, 1, 1, 1), change(low, high)).tells_more is more


def test_folds_tell_more_than_rows_without_an_interval():
    assert changed(wrong(2, 3, 2, 3), wrong(1, 1, 1, 1), replace(change(), interval=None)).tells_more


def test_equal_differences_are_no_certainty():
    found = changed(wrong(2, 2, 2, 2), wrong(1, 1, 1, 1))
    assert (found.interval, found.verdict, found.tells_more) == (None, "unclear", False)


@pytest.mark.parametrize("verdict", ["luck", "not comparable"])
def test_what_withholds_the_verdict_withholds_that_of_the_folds(verdict):
    base, head = wrong(2, 3, 2, 3), wrong(1, 1, 1, 1)
    assert changed(base, head, change(verdict=verdict)) is None
    given = replace(change(), folds=changed(base, head))
    pair = withheld(ModelPair("m", "m", "paired", changes=(given,)), verdict, "why")
    assert pair.changes[0].folds is None


def test_folds_are_the_same_where_they_hold_the_same_rows_in_whatever_order():
    base = [fold(rows[::-1]) for rows in FOLDS[::-1]]
    found = same_folds(base, wrong(0, 0, 0, 0))
    assert [pair.head[0].positions.tolist() for pair in found] == [rows.tolist() for rows in FOLDS]
    assert [pair.base[0].positions.tolist() for pair in found] == [rows.tolist() for rows in FOLDS]


@pytest.mark.parametrize(
    "base", [wrong(0, 0, 0, 0)[:3], [*wrong(0, 0, 0, 0)[:3], fold(FOLDS[3][:4])], []], ids=["failed", "other", "none"]
)
def test_folds_with_other_rows_or_without_a_like_are_not_compared(base):
    assert same_folds(base, wrong(0, 0, 0, 0)) is None


def test_positions_of_folds_count_the_rows_that_were_learned_from():
    train = np.arange(20)[::-1]
    run = ModelRun("m", "a.B", {}, "ok", folds=tuple(wrong(0, 0, 0, 0)))
    assert [fold.positions.tolist() for fold in held_out(run, train)] == [(19 - rows).tolist() for rows in FOLDS]
    assert held_out(run, train[:19]) == ()


@pytest.mark.parametrize(
    ("why", "base", "told"),
    [
        (None, wrong(0, 0, 0, 0), []),
        (None, [], ["its cross-validation is not compared: a fold failed, or holds other rows in base"]),
        ("rows differ", [], ["cross-validation of the two sides is not compared: rows differ"]),
    ],
)
def test_why_folds_are_not_compared_is_said_once(why, base, told):
    model = ModelEvaluation("m", "a.B", {}, "", "ok", None, None, (), folds=(SPREAD,))
    runs = {"m": ModelRun("m", "a.B", {}, "ok", folds=tuple(wrong(0, 0, 0, 0)))}
    matches = [Match(model, BaseModel(model, fold(OTHER), folds=tuple(base)))]
    assert [notice.message for notice in told_of_folds(matches, runs, [model], why)] == told
    assert told_of_folds(matches, {"m": replace(runs["m"], folds=())}, [replace(model, folds=())], why) == []


# Where the folds are the way to validate

LABELLING = labelling_of(TARGET, TARGET.classes)
FOLD_OF_ROW = np.arange(20) % 4


def whole(*counts: int) -> Predictions:
    """Answers about all rows, of each fold the first so many wrong."""
    parts = wrong(*counts)
    order = np.argsort(np.concatenate([part.positions for part in parts]))
    y_pred = np.concatenate([part.y_pred for part in parts])[order]
    return Predictions(y_pred, np.arange(20), TRUTH)


def over_folds(base, head, given, metrics=ACCURACY) -> MetricChange:
    pair = ModelPair("m", "m", "paired", changes=(given,))
    [found] = judged_over_folds(pair, Fits([base], [head]), FOLD_OF_ROW, LABELLING, metrics).changes
    return found


def surely(verdict="improved", low=0.29, high=0.31) -> MetricChange:
    return replace(change(low, high, verdict), difference=0.3, base=0.5, head=0.8, p_value=1e-9, detectable=0.01)


def test_a_verdict_over_rows_is_no_surer_than_the_corrected_t():
    """Differences of .2, .4, .2, .4, as above: the half width of Nadeau and Bengio around that of all rows."""
    half = 3.182446305284263 * np.sqrt(0.04 / 3 * (1 / 4 + 1 / 3))
    found = over_folds(whole(2, 3, 2, 3), whole(1, 1, 1, 1), surely())
    assert (found.interval.low, found.interval.high) == (pytest.approx(0.3 - half), pytest.approx(0.3 + half))
    assert (found.verdict, found.method, found.difference) == ("improved", "corrected resampled t", 0.3)
    assert found.p_value == pytest.approx(2 * stats.t.sf(0.3 / (half / 3.182446305284263), 3))


def test_folds_that_disagree_leave_no_verdict():
    found = over_folds(whole(5, 1, 5, 1), whole(0, 1, 0, 1), surely())
    assert found.verdict == "unclear"
    assert found.interval.low < 0 < found.interval.high
    assert over_folds(whole(0, 1, 0, 1), whole(5, 1, 5, 1), surely("worse", -0.31, -0.29)).verdict == "unclear"


@pytest.mark.parametrize("given", [surely("unclear", -0.5, 0.9), surely("improved", 0.0001, 0.9)])
def test_the_wider_interval_holds(given):
    found = over_folds(whole(2, 3, 2, 3), whole(1, 1, 1, 1), given)
    assert (found.interval, found.verdict) == (given.interval, given.verdict)
    assert found.p_value > given.p_value


def test_folds_without_any_variance_are_no_certainty():
    given = surely()
    found = over_folds(whole(2, 2, 2, 2), whole(1, 1, 1, 1), given)
    assert (found.interval, found.verdict) == (given.interval, "improved")


def test_a_metric_without_a_value_on_a_fold_has_no_verdict():
    recall = {metric.info.name: metric for metric in METRICS if metric.info.name == "recall"}
    known = np.where(FOLD_OF_ROW == 0, 0, TRUTH)
    answers = Predictions(known, np.arange(20), known)
    given = replace(surely(), metric="recall")
    found = over_folds(answers, answers, given, recall)
    assert (found.verdict, found.interval, found.p_value) == ("unclear", None, None)
    assert found.why == "it has no value on some of the folds"


@pytest.mark.parametrize("verdict", ["luck", "not comparable"])
def test_what_was_withheld_stays(verdict):
    given = replace(change(verdict=verdict), interval=None, why="so")
    assert over_folds(whole(2, 3, 2, 3), whole(1, 1, 1, 1), given) == given


def test_a_reason_to_be_unclear_stays():
    given = replace(surely("unclear"), why="precision of a solver")
    found = over_folds(whole(2, 3, 2, 3), whole(1, 1, 1, 1), given)
    assert (found.verdict, found.why) == ("unclear", "precision of a solver")


def test_the_loss_is_held_against_the_folds_too():
    """Without probabilities it is the share of wrong answers: the same differences, the other way round."""
    given = replace(surely("improved", -0.31, -0.29), metric="loss", difference=-0.3)
    found = over_folds(whole(2, 3, 2, 3), whole(1, 1, 1, 1), given)
    half = 3.182446305284263 * np.sqrt(0.04 / 3 * (1 / 4 + 1 / 3))
    assert found.interval.high == pytest.approx(-0.3 + half)
    assert found.verdict == "improved"
