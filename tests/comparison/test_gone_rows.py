"""Rows that a change removes from those that judge: it says so, and is not called better by what it has left."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from report.comparison.base.pairing import pair_rows
from report.comparison.gone_rows import judged_without_gone, told_of_gone, told_of_new
from report.core.comparison import MetricChange, ModelPair
from report.core.results import Interval
from tests.comparison.base.test_pairing import match, matched_of, side

IMPROVED = MetricChange("accuracy", 0.8, 0.9, 0.1, Interval(0.05, 0.15), "improved", 0.0, 100, "paired")


def without(n_gone: int, n_new: int = 0):
    """Base validates on rows 0 to 99; head has lost the last of them and has new ones, which validate too."""
    rows = [*range(100 - n_gone), *range(100, 200), *[-1] * n_new]
    validation = [*range(100 - n_gone), *range(200 - n_gone, 200 - n_gone + n_new)]
    return matched_of(side(len(rows), validation), side(200, range(100)), match(rows))


def verdict(matched, before: str = "improved") -> str:
    pair = ModelPair("m", "m", "same", changes=(replace(IMPROVED, verdict=before),))
    return judged_without_gone([pair], matched)[0].changes[0].verdict


@pytest.mark.parametrize(("n_gone", "found"), [(0, "improved"), (5, "improved"), (6, "not comparable")])
def test_more_than_one_row_in_twenty_that_is_gone_leaves_no_improvement(n_gone, found):
    assert verdict(without(n_gone)) == found


def test_the_reason_counts_the_rows():
    [pair] = judged_without_gone([ModelPair("m", "m", "same", changes=(IMPROVED,))], without(30))
    assert pair.changes[0].why == (
        "30 of the 100 rows that base validates on are not in head's data: the change has chosen the rows that are left"
    )
    assert pair.changes[0].interval is None


@pytest.mark.parametrize(
    ("before", "after"), [("no worse", "not comparable"), ("worse", "worse"), ("unclear", "unclear")]
)
def test_only_good_verdicts_are_withheld(before, after):
    assert verdict(without(30), before) == after


@pytest.mark.parametrize(("n_new", "found"), [(50, "not comparable"), (51, "improved")])
def test_other_data_are_no_choice_among_known_rows(n_new, found):
    """Where most rows that judge are new: fifty are known."""
    assert verdict(without(50, n_new)) == found


@pytest.mark.parametrize(("n_gone", "n_told"), [(0, 0), (1, 0), (2, 1)])
def test_what_is_cleaned_up_in_passing_is_not_told(n_gone, n_told):
    assert len(told_of_gone(without(n_gone))) == n_told


def test_a_copy_that_is_removed_is_not_gone():
    head, base = side(3, [0]), side(4, [0, 3])
    contents = np.arange(3).astype(np.uint64)
    sources = contents, np.array([0, 1, 2, 0], dtype=np.uint64)
    assert pair_rows(head, base, match(range(3)), contents, sources).n_gone == 0
    assert pair_rows(head, base, match(range(3)), contents).n_gone == 1


@pytest.mark.parametrize(("n_gone", "n_new", "n_told"), [(0, 0, 0), (0, 100, 0), (0, 101, 1), (30, 101, 0)])
def test_rows_that_are_mostly_new_are_told_unless_those_that_are_gone_are(n_gone, n_new, n_told):
    told = told_of_new(without(n_gone, n_new))
    assert told == ["101 of the 201 rows that judge are new: base's data do not have them"] * n_told


def test_that_the_latest_rows_are_new_is_not_told():
    matched = without(0, 101)
    assert told_of_new(replace(matched, head=replace(matched.head, method="time"))) == []
