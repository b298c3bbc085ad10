"""Which rows are one observation: those of a group, and copies of each other."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from report.comparison.changes import estimate_change
from report.comparison.pairs import observations, with_copies
from report.core.values import ModelRun, Predictions, SeedRun
from tests.comparison.test_changes import CASES, N_ROWS, sides, target_of


def test_rows_that_all_differ_are_observations_of_their_own():
    assert observations(None, np.array([3, 1, 2], dtype=np.uint64)) is None


def test_rows_of_equal_content_are_one_observation():
    assert observations(None, np.array([3, 1, 3, 3], dtype=np.uint64)).tolist() == [0, 1, 0, 0]


def test_groups_stay_where_no_content_is_there_twice():
    assert observations(np.array(["b", "a", "b"], dtype=object), np.arange(3, dtype=np.uint64)).tolist() == [0, 1, 0]


def test_copies_join_the_groups_that_hold_them():
    group = np.array(["a", "a", "b", "b", "c"], dtype=object)
    codes = observations(group, np.array([1, 2, 2, 3, 4], dtype=np.uint64))
    assert len(set(codes[:4])) == 1
    assert codes[4] != codes[0]


def test_copies_are_looked_for_among_the_validation_rows_of_every_fit():
    answers = Predictions(np.zeros(3), np.array([0, 2, 4]))
    run = ModelRun("model", "Any", {}, validation=answers, seeds=(SeedRun(1, answers, answers),))
    (found,) = with_copies([run], np.array([7, 7, 8, 7, 7], dtype=np.uint64))
    assert found.validation.group.tolist() == [0, 1, 0]
    assert found.seeds[0].validation.group.tolist() == [0, 1, 0]
    assert found.seeds[0].train.group is None


@pytest.mark.parametrize(("metric", "task"), CASES, ids=lambda value: getattr(value, "name", None) or value.info.name)
def test_every_row_ten_times_tells_no_more_than_once(metric, task):
    """Equal but for Student's quantile, which clusters have and areas and shares have not."""
    pairing = metric.pairing(target_of(task))
    once = estimate_change(pairing, *sides(task))
    rows = np.tile(np.arange(N_ROWS), 10)
    copied = [replace(side.take(rows), group=rows) for side in sides(task)]
    many = estimate_change(pairing, *copied)
    assert many.difference == pytest.approx(once.difference)
    tolerance = 0.25 if "bootstrap" in once.method else 0.01
    assert many.standard_error == pytest.approx(once.standard_error, rel=tolerance)
