"""Which rows both sides learn from and are judged by where a side keeps groups or times apart."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from tests.comparison.base.test_pairing import GROUP, HASH, TIME, match, paired, side


def test_by_time_base_learns_from_all_of_its_rows_that_are_earlier_than_heads_validation():
    """Two new days: base validated on days 8 and 9 by itself, head on days 10 and 11."""
    head = side(12, [10, 11], settings=TIME, time=range(12))
    base = side(10, [8, 9], settings=TIME, time=range(10))
    found = paired(head, base, match([*range(10), -1, -1]))
    assert found.judged.tolist() == [10, 11]
    assert found.base_train.tolist() == found.compared_train.tolist() == list(range(10))
    assert found.unfair == ()


def test_by_time_neither_side_learns_from_a_row_that_is_not_earlier_than_validation():
    """Head lost its latest days, so that it validates on days from which base learned by itself."""
    head = side(8, [6, 7], settings=TIME, time=range(8))
    base = side(12, [10, 11], settings=TIME, time=range(12))
    found = paired(head, base, match(range(8)))
    assert found.base_train.tolist() == list(range(6))
    assert found.n_held_out == 4


def test_another_share_of_the_latest_rows_is_compared_by_the_share_of_base():
    head = side(10, [5, 6, 7, 8, 9], settings=TIME | {"size": 0.5}, time=range(10))
    found = paired(head, side(10, [8, 9], settings=TIME, time=range(10)), match(range(10)))
    assert found.needs_another_fit
    assert found.judged.tolist() == [8, 9]
    assert found.compared_train.tolist() == found.base_train.tolist() == list(range(8))


def test_a_row_of_the_time_at_which_validation_begins_trains_no_side():
    """Row 7 is of the day of the first validation row: on base it trained, head has it twice as a new row."""
    head = side(11, [8, 9], settings=TIME, time=[0, 1, 2, 3, 4, 5, 6, 8, 8, 9, 8])
    base = side(10, [8, 9], settings=TIME, time=[0, 1, 2, 3, 4, 5, 6, 8, 8, 9])
    found = paired(head, base, match([*range(10), -1]))
    assert found.base_train.tolist() == found.compared_train.tolist() == list(range(7))
    assert found.n_held_out == 1


def test_by_the_share_of_base_a_new_row_validates_from_the_first_time_of_bases_validation_on():
    settings = TIME | {"size": 0.5}
    head = side(12, [6, 7, 8, 9, 10, 11], settings=settings, time=[*range(10), 8, 7])
    found = paired(head, side(10, [8, 9], settings=TIME, time=range(10)), match([*range(10), -1, -1]))
    assert found.judged.tolist() == [8, 9, 10]
    assert found.compared_train.tolist() == [*range(8), 11]


def test_times_of_another_kind_do_not_decide():
    """Base's days are numbers, head's are dates: matched rows keep their sides, and nothing else is known."""
    days = pd.date_range("2024-01-01", periods=10).to_numpy()
    head = side(10, [8, 9], settings=TIME, time=days)
    found = paired(head, side(10, [8, 9], settings=TIME, time=range(10)), match(range(10)))
    assert found.base_train.tolist() == found.compared_train.tolist() == list(range(8))


def test_without_times_of_one_kind_the_first_row_that_judges_does_not_train_base_either():
    days = pd.date_range("2024-01-01", periods=10).to_numpy()[::-1]
    head = side(10, [0, 1], settings=TIME, time=days)
    found = paired(head, side(10, [0, 1], settings=TIME, time=range(10, 0, -1)), match(range(10)))
    assert found.base_train.tolist() == list(range(2, 10))


def test_a_new_row_goes_where_its_group_is():
    base = side(4, [0, 1], settings=GROUP, group=["a", "a", "b", "b"])
    head = side(6, [5], settings=GROUP, group=["a", "a", "b", "b", "a", "b"])
    found = paired(head, base, match([0, 1, 2, 3, -1, -1]))
    assert np.flatnonzero(found.is_validation).tolist() == [0, 1, 4]


def test_a_new_row_goes_with_most_of_its_group_and_half_of_it_is_not_most():
    """Group a: two of three validate in base. Group b: one of two does. Head itself would put both rows elsewhere."""
    base = side(6, [0, 1, 3], group=["a", "a", "a", "b", "b", "c"])
    settings = GROUP
    head = side(8, [7], settings=settings, group=["a", "a", "a", "b", "b", "c", "a", "b"])
    base = replace(base, method="group", settings=settings)
    found = paired(head, base, match([*range(6), -1, -1]))
    assert found.is_validation[6]
    assert not found.is_validation[7]


@pytest.mark.parametrize("settings", [GROUP, HASH])
def test_no_row_of_a_group_that_judges_trains_on_either_side(settings):
    """Head names other groups: row 3 is of the group of the validation rows there."""
    base = side(6, [0, 1], settings=GROUP, group=["a", "a", "b", "b", "c", "c"])
    head = side(6, [0, 1], settings=settings, group=["a", "a", "b", "a", "c", "c"])
    found = paired(head, base, match(range(6)))
    assert found.base_train.tolist() == found.compared_train.tolist() == [2, 4, 5]
    assert found.needs_another_fit
    assert found.n_held_out == 1


@pytest.mark.parametrize("settings", [GROUP, TIME])
def test_rows_of_a_judging_group_or_later_ones_that_head_has_lost_do_not_train_base(settings):
    """Head begins to keep groups or times apart; base's row 6 is of the group of its validation rows, and later."""
    base = side(7, [1, 2], group=[1, 1, 2, 2, 3, 3, 3], time=range(7))
    head = side(6, [4, 5], settings=settings, group=[1, 1, 2, 2, 3, 3], time=range(6))
    assert paired(head, base, match(range(6))).base_train.tolist() == [0, 1, 2, 3]


def test_a_row_that_is_kept_from_base_does_not_train_head():
    """Row 3 is of the group that judges by the groups of base, and of another by those of head."""
    base = side(6, [1], group=[1, 1, 2, 3, 3, 3])
    head = side(6, [4, 5], settings=GROUP, group=[1, 1, 2, 2, 3, 3])
    found = paired(head, base, match(range(6)))
    assert found.base_train.tolist() == found.compared_train.tolist() == [0, 1, 2]


def test_groups_and_times_that_no_side_splits_by_decide_nothing():
    """All rows are of one group, and the validation rows are the earliest ones."""
    base = side(6, [0, 1], group=["a"] * 6, time=range(6))
    head = side(8, [7], group=["a"] * 8, time=range(8))
    found = paired(head, base, match([*range(6), -1, -1]))
    assert found.judged.tolist() == [0, 1, 7]
    assert found.compared_train.tolist() == [2, 3, 4, 5, 6]
    assert found.base_train.tolist() == [2, 3, 4, 5]


def test_new_rows_go_by_the_groups_or_times_of_base_where_head_gives_them_up():
    base = side(4, [0, 1], settings=GROUP, group=["a", "a", "b", "b"])
    head = side(6, [3, 5], group=["a", "a", "b", "b", "a", "b"])
    assert paired(head, base, match([0, 1, 2, 3, -1, -1])).judged.tolist() == [0, 1, 4]
    base, head = side(4, [2, 3], settings=TIME, time=range(4)), side(6, [0, 5], time=[0, 1, 2, 3, 5, 1])
    assert paired(head, base, match([0, 1, 2, 3, -1, -1])).judged.tolist() == [2, 3, 4]


def test_new_rows_of_a_new_group_have_the_side_that_head_gives_them():
    base = side(4, [2, 3], settings=GROUP, group=["a", "a", "b", "b"])
    head = side(6, [4], settings=GROUP, group=["a", "a", "b", "b", "c", "d"])
    found = paired(head, base, match([0, 1, 2, 3, -1, -1]))
    assert (found.judged.tolist(), found.compared_train.tolist()) == ([2, 3, 4], [0, 1, 5])


def test_new_rows_without_a_group_are_of_no_other_one():
    base = side(4, [2, 3], settings=GROUP, group=["a", "a", "b", "b"])
    head = side(5, [0], settings=GROUP, group=["a", "a", "b", "b", None])
    found = paired(head, base, match([0, 1, 2, 3, -1]))
    assert (found.judged.tolist(), found.compared_train.tolist()) == ([2, 3], [0, 1, 4])


def test_an_edited_time_of_a_judging_row_is_not_learned_from_ahead():
    """Row 9 is of day 7 by now: base trained on day 7, and does not any more."""
    base = side(10, [8, 9], settings=TIME, time=range(10))
    head = side(10, [8, 9], time=[*range(9), 7])
    found = paired(head, base, match(range(10)))
    assert found.base_train.tolist() == found.compared_train.tolist() == list(range(7))
    assert found.n_held_out == 1


@pytest.mark.parametrize("settings", [GROUP, TIME])
def test_groups_and_times_that_head_begins_to_keep_apart_are_kept_apart_on_both_sides(settings):
    """Base's own split would have groups, or later days, on both sides."""
    head = side(6, [4, 5], settings=settings, group=[1, 1, 2, 2, 3, 3], time=range(6))
    found = paired(head, side(6, [1, 2]), match(range(6)))
    assert found.judged.tolist() == [4, 5]
    assert found.base_train.tolist() == found.compared_train.tolist() == [0, 1, 2, 3]
    assert not found.needs_another_fit


def test_groups_that_were_numbers_and_are_text_now_are_the_same():
    base = side(5, [0, 1], group=[1.0, 1.0, 2.0, 2.0, 1.0])
    head = side(4, [0, 1], settings=GROUP, group=["1", "1", "2", "2"])
    found = paired(head, base, match(range(4)))
    assert found.base_train.tolist() == [2, 3]
