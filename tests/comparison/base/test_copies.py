"""Rows of equal content: which of them is base's row, which leak, and which are one observation."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from report.comparison.base.copies import drawn_together, observed_contents, with_copies_on_their_side
from report.comparison.base.matching import NotComparable
from tests.comparison.base.test_pairing import GIVEN, HASH, match, paired, side


def test_of_copies_the_one_is_matched_that_is_on_the_side_of_the_row_of_base():
    """Head has row 1, which validates, a second time in training, before it: the copy does not become the row."""
    base = side(4, [1], settings=GIVEN)
    head = side(5, [4], settings=GIVEN, labels=[0, 1, 2, 3, 1])
    rows = match([0, 1, 2, 3, -1], copy_of=[-1, -1, -1, -1, 1])
    rows = with_copies_on_their_side(head, base, rows)
    assert rows.base_of_head.tolist() == [0, -1, 2, 3, 1]
    assert rows.copy_of.tolist() == [-1, 1, -1, -1, -1]
    with pytest.raises(NotComparable, match="none of 1 validation row can be judged: 1 are training rows too"):
        paired(head, base, rows, [0, 1, 2, 3, 1])


def test_a_copy_on_the_other_side_than_its_row_changes_no_match():
    base, head = side(4, [1], settings=GIVEN), side(5, [1], settings=GIVEN, labels=[0, 1, 2, 3, 1])
    rows = with_copies_on_their_side(head, base, match([0, 1, 2, 3, -1], copy_of=[-1, -1, -1, -1, 1]))
    assert rows.base_of_head.tolist() == [0, 1, 2, 3, -1]


def test_copies_are_one_observation_though_a_new_column_of_head_makes_them_differ():
    """Rows 0 and 1, and rows 2 and 3, are copies in the source of both sides."""
    head, base = side(6, [0, 1], labels=[1, 1, 2, 2, 3, 4]), side(6, [0, 1], labels=[1, 1, 2, 2, 3, 4])
    sources = np.array([7, 7, 8, 8, 9, 10], dtype=np.uint64)
    found = observed_contents(head, base, match(range(6)), np.arange(6).astype(np.uint64), sources)
    assert found[0] == found[1] != found[2] == found[3]
    assert len(set(found)) == 4


def test_rows_of_equal_content_and_other_labels_are_observations_of_their_own():
    head, base = side(6, [0], labels=[0, 1, 0, 1, 0, 1]), side(6, [0], labels=[0, 1, 0, 1, 0, 1])
    contents = np.array([7, 7, 7, 7, 8, 8], dtype=np.uint64)
    found = observed_contents(head, base, match(range(6)), contents, None)
    assert len(set(found)) == 6


def test_copies_in_head_and_copies_in_the_source_are_joined():
    head, base = side(4, [0], labels=[1, 1, 1, 2]), side(4, [0], labels=[1, 1, 1, 2])
    contents, sources = np.array([5, 5, 6, 7], dtype=np.uint64), np.array([1, 2, 2, 3], dtype=np.uint64)
    found = observed_contents(head, base, match(range(4)), contents, sources)
    assert found[0] == found[1] == found[2] != found[3]


@pytest.mark.parametrize(("size", "judged"), [(0.2, [0, 1, 5]), (0.4, [1])])
def test_copies_on_both_sides_of_the_split_of_the_user_do_not_judge_the_models_that_it_reports(size, judged):
    """Rows 0 and 5 are copies; base validates on both, head's own split has one of them on either side."""
    labels = [0, 1, 2, 3, 4, 0]
    head = side(6, [0, 2], settings=HASH | {"size": size}, labels=labels)
    found = paired(head, side(6, [0, 1, 5], labels=labels), match(range(6)), labels)
    assert found.judged.tolist() == judged


def test_rows_that_are_only_alike_in_a_few_columns_judge():
    """Two contents with both labels each: rows of a table of few categories are no copies of one another."""
    contents, labels = [0, 0, 1, 1] * 10, [0, 1, 0, 1] * 10
    head = side(40, range(20), labels=labels)
    found = paired(head, side(40, range(20), labels=labels), match(range(40)), contents)
    assert len(found.judged) == 20
    assert found.left_out is None


def test_copies_of_validation_rows_are_copies_though_some_of_their_labels_were_changed():
    """Ten of twenty validation rows are in training, four of them with another label; no other content occurs twice."""
    contents = [*range(20), *range(10), *range(20, 50)]
    labels = [0] * 20 + [1] * 4 + [0] * 36
    head = side(60, range(20), labels=labels)
    found = paired(head, side(60, range(20), labels=labels), match(range(60)), contents)
    assert found.judged.tolist() == list(range(10, 20))


@pytest.mark.parametrize("row", [0, 1])
def test_the_row_that_a_copy_takes_the_place_of_may_be_the_first(row):
    base = side(3, [row], settings=GIVEN)
    head = side(4, [3], settings=GIVEN)
    before = [0, 1, 2, -1]
    rows = with_copies_on_their_side(head, base, match(before, copy_of=[-1, -1, -1, row]))
    before[row], before[3] = -1, row
    assert rows.base_of_head.tolist() == before


@pytest.mark.parametrize("validation", [[1, 4], [0]], ids=["both on its side", "both on the other one"])
def test_a_copy_that_is_on_the_same_side_as_the_matched_row_changes_no_match(validation):
    base, head = side(4, [1], settings=GIVEN), side(5, validation, settings=GIVEN)
    rows = with_copies_on_their_side(head, base, match([0, 1, 2, 3, -1], copy_of=[-1, -1, -1, -1, 1]))
    assert rows.base_of_head.tolist() == [0, 1, 2, 3, -1]


def test_of_two_copies_on_the_side_of_the_row_of_base_the_first_is_matched():
    base, head = side(4, [1], settings=GIVEN), side(6, [4, 5], settings=GIVEN)
    rows = with_copies_on_their_side(head, base, match([0, 1, 2, 3, -1, -1], copy_of=[-1, -1, -1, -1, 1, 1]))
    assert rows.base_of_head.tolist() == [0, -1, 2, 3, 1, -1]
    assert rows.copy_of.tolist() == [-1, 1, -1, -1, -1, 1]


def test_a_copy_of_a_row_of_base_that_head_does_not_have_changes_no_match():
    """It has another id, so that it is another row."""
    base, head = side(4, [1], settings=GIVEN), side(4, [0], settings=GIVEN)
    rows = with_copies_on_their_side(head, base, match([-1, 0, 2, 3], copy_of=[1, -1, -1, -1]))
    assert rows.base_of_head.tolist() == [-1, 0, 2, 3]


def test_copies_by_the_split_of_base_do_not_judge_though_the_split_of_the_user_keeps_them_together():
    """Rows 0 and 5 are copies: base's split has one of them on either side, head's has both in training."""
    labels = [0, 1, 2, 3, 4, 0]
    head = side(6, [2], settings=HASH | {"size": 0.4}, labels=labels)
    assert paired(head, side(6, [0, 1], labels=labels), match(range(6)), labels).judged.tolist() == [1]


def test_copies_of_one_label_do_not_judge_though_other_rows_are_alike_in_all_columns():
    """Ten validation rows are in training, with their labels; ten contents of training have both labels."""
    contents = [*range(20), *range(10), *np.repeat(range(30, 40), 2)]
    labels = [0] * 30 + [0, 1] * 10
    head = side(50, range(20), labels=labels)
    found = paired(head, side(50, range(20), labels=labels), match(range(50)), contents)
    assert found.judged.tolist() == list(range(10, 20))


@pytest.mark.parametrize(("n_others", "n_observed"), [(1, 20), (2, 40)])
def test_rows_are_copies_where_nineteen_of_twenty_contents_have_one_label(n_others, n_observed):
    contents = np.repeat(np.arange(20), 2).astype(np.uint64)
    labels = np.repeat(np.arange(20), 2)
    labels[1 : 2 * n_others : 2] = 99
    rows = side(40, [0], labels=labels)
    assert len(set(observed_contents(rows, rows, match(range(40)), contents, None))) == n_observed


def test_rows_of_equal_features_in_base_are_one_observation_without_a_common_source():
    base = with_features(side(4, [0], labels=[1, 1, 2, 3]), [7, 7, 8, 9])
    head = side(4, [0], labels=[1, 1, 2, 3])
    found = observed_contents(head, base, match(range(4)), np.arange(4).astype(np.uint64), None)
    assert found[0] == found[1]
    assert len(set(found)) == 3


@pytest.mark.parametrize("mark", ["group", "time"])
def test_copies_are_one_observation_in_two_groups_or_at_two_times_also_where_nothing_of_the_data_changed(mark):
    """The contents say the group or time as well, so that they differ; both sides have one table."""
    rows = with_features(side(4, [0], labels=[1, 1, 2, 3]), [7, 7, 8, 9], **{mark: np.arange(4)})
    found = observed_contents(rows, rows, match(range(4)), np.arange(4).astype(np.uint64), None)
    assert found[0] == found[1]
    assert len(set(found)) == 3


def with_features(rows, values, **changes):
    return replace(rows, table=replace(rows.table, features=pd.DataFrame({"x": values}), **changes))


def test_rows_of_one_content_that_a_hash_draws_together_vary_together_whatever_their_labels():
    """By base's content, which drew: head has a column more that tells all rows apart. Rows 6 and 7 are new."""
    base = with_features(side(6, [0, 1]), [7, 7, 7, 8, 8, 9])
    rows = match([0, 1, 2, 3, 4, 5, -1, -1], copy_of=[-1] * 6 + [3, -1])
    contents = np.arange(8).astype(np.uint64)
    found = drawn_together(side(8, [0, 1]), base, rows, contents, np.arange(8))
    assert pd.factorize(found)[0].tolist() == [0, 0, 0, 1, 1, 2, 1, 3]


def test_new_rows_of_one_content_are_drawn_together_by_head():
    contents = np.array([1, 2, 5, 5], dtype=np.uint64)
    found = drawn_together(side(4, [0, 2, 3]), side(2, [0]), match([0, 1, -1, -1]), contents, np.arange(4))
    assert pd.factorize(found)[0].tolist() == [0, 1, 2, 2]


@pytest.mark.parametrize("drawn", ["at random", "by an id"])
def test_rows_that_are_drawn_one_by_one_vary_one_by_one(drawn):
    given = {"settings": {**HASH, "method": "random"}} if drawn == "at random" else {}
    ids = {"ids": np.arange(4)} if drawn == "by an id" else {}
    rows = with_features(side(4, [0, 1], **given), [7, 7, 7, 7], **ids)
    contents = np.zeros(4, dtype=np.uint64)
    assert drawn_together(rows, rows, match(range(4)), contents, np.arange(4)).tolist() == [0, 1, 2, 3]
