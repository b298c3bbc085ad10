"""Where most rows that judge are new, those that base has must not say the opposite."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from report.comparison.changes import Fits
from report.comparison.known_rows import are_mostly_new, judged_by_known, rows_of_base
from report.core.comparison import MetricChange
from report.core.results import Interval
from report.core.values import Predictions
from tests.comparison.base.test_pairing import match, matched_of, side


def grown(n_new: int):
    """Base validates on rows 0 to 99 of 200; head has all of them and new ones, which validate too."""
    rows = [*range(200), *[-1] * n_new]
    validation = [*range(100), *range(200, 200 + n_new)]
    return matched_of(side(len(rows), validation), side(200, range(100)), match(rows))


@pytest.mark.parametrize(("n_new", "mostly"), [(0, False), (100, False), (101, True)])
def test_more_than_half_of_the_rows_that_judge_are_new(n_new, mostly):
    matched = grown(n_new)
    assert are_mostly_new(matched) is mostly
    assert rows_of_base(matched).tolist() == [True] * 200 + [False] * n_new


def test_by_time_the_latest_rows_judge_and_nobody_has_chosen_them():
    matched = grown(101)
    assert not are_mostly_new(replace(matched, head=replace(matched.head, method="time")))


def change(verdict: str) -> MetricChange:
    return MetricChange("accuracy", 0.8, 0.9, 0.1, Interval(0.05, 0.15), verdict, 0.0, 5, "paired", p_value=0.01)


def judged(verdict: str, known: str, has_rows: bool = True) -> tuple[MetricChange, list[Fits]]:
    """The change on rows 3, 4 and 6 to 8 of head, of which base has 3 and 6."""
    fit = Predictions(np.zeros(5), np.array([3, 4, 6, 7, 8]), group=np.array([0, 1, 4, 3, 2]))
    is_known = np.zeros(10, dtype=np.bool_)
    is_known[[1, 3, 6] if has_rows else [1]] = True
    asked: list[Fits] = []
    [found] = judged_by_known(
        [change(verdict)], Fits([fit], [fit]), is_known, lambda given: [asked.append(given) or change(known)]
    )
    return found, asked


@pytest.mark.parametrize(("verdict", "known"), [("improved", "worse"), ("worse", "improved"), ("no worse", "worse")])
def test_opposite_verdicts_are_none(verdict, known):
    found, [given] = judged(verdict, known)
    assert (found.verdict, found.interval, found.p_value) == ("not comparable", None, None)
    assert found.why == f"{known} on the 2 rows that base has, {verdict} on all 5"
    assert given.head[0].positions.tolist() == given.base[0].positions.tolist() == [3, 6]
    assert given.head[0].group.tolist() == [0, 1]


@pytest.mark.parametrize("known", ["improved", "unclear", "no worse", "not comparable"])
def test_known_rows_that_agree_or_do_not_tell_change_nothing(known):
    assert judged("improved", known)[0] == change("improved")


def test_without_a_known_row_nothing_is_asked():
    assert judged("improved", "worse", has_rows=False) == (change("improved"), [])
