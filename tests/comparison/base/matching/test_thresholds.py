"""How many rows are few, and how many are most: on either side of each threshold of the matching."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from report.comparison.base.matching import NotComparable
from tests.comparison.base.matching.tables import NOT_THERE, found, matched, order_of, side, small, table

ORDER = order_of(200)
IDS = np.arange(1000, 1200)


@pytest.mark.parametrize(("n_copies", "last"), [(20, 0), (21, NOT_THERE)])
def test_content_tells_rows_apart_where_nine_of_ten_are_different(n_copies, last):
    """Else a row with an id of its own is another row, whatever it says."""
    rows = table()
    rows.iloc[200 - n_copies :] = rows.iloc[:n_copies].to_numpy()
    rows = rows.infer_objects()
    head = pd.concat([rows.iloc[1:], rows.iloc[:1]])
    assert found(side(rows, IDS), side(head, [*IDS[1:], 9999]))[-1] == last


@pytest.mark.parametrize(("n_rows", "is_by_id"), [(10, True), (11, False)])
def test_one_row_in_twenty_may_say_something_else_under_its_id(n_rows, is_by_id):
    """Other labels too, so that nothing but the id is the same."""
    other = table(n_rows, seed=3).assign(y=1 - table().y.iloc[:n_rows])
    at = found(side(table(), IDS), side(pd.concat([other, table().iloc[n_rows:]]), IDS))
    assert at == [*(range(n_rows) if is_by_id else [NOT_THERE] * n_rows), *range(n_rows, 200)]


@pytest.mark.parametrize(("n_edited", "is_by_id"), [(4, False), (6, True)])
def test_ids_are_new_ones_where_half_of_what_they_name_is_in_base_under_another(n_edited, is_by_id):
    """Two pairs of rows have changed their ids; others have no cell in common with the row of their id."""
    head = pd.concat([table(n_edited, seed=3), table().iloc[n_edited:]])
    ids = IDS.copy()
    ids[[100, 101, 110, 111]] = ids[[101, 100, 111, 110]]
    at = found(side(table(), IDS), side(head, ids))
    assert at == [*(range(n_edited) if is_by_id else [NOT_THERE] * n_edited), *range(n_edited, 200)]


@pytest.mark.parametrize(("n_same", "others"), [(150, [NOT_THERE] * 150), (149, list(range(149, 300)))])
def test_ids_of_half_of_the_rows_say_that_copies_of_other_ids_are_other_rows(n_same, others):
    """A table of few different rows; all rows after the first ones have new ids."""
    ids = np.arange(300)
    new = np.where(ids < n_same, ids, ids + 1000)
    assert found(side(small(), ids), side(small(), new)) == [*range(n_same), *others]


def test_an_edited_row_of_a_table_of_few_different_rows_is_matched_by_id_though_others_say_the_same():
    rows, ids = small(), np.arange(300)
    head = rows.copy()
    head.loc[5, ["a", "b", "c"]] = (head.loc[5, ["a", "b", "c"]] + 1) % 4
    match = matched(side(rows, ids), side(head, ids))
    assert match.base_of_head.tolist() == list(range(300))
    assert np.flatnonzero(match.edited).tolist() == [5]


@pytest.mark.parametrize(("n_same", "n_found"), [(100, 100), (99, 200)])
def test_sources_with_half_of_their_rows_in_common_are_what_is_matched(n_same, n_found):
    """Else what the hooks make of them, which is the same."""
    raw = side(table()).raw
    other = pd.concat([raw.iloc[:n_same], table(200 - n_same, seed=5).drop(columns="y")], ignore_index=True)
    made = pd.DataFrame({"z": np.arange(200.0)})
    base, head = (replace(side(table()), raw=source, features=made) for source in (raw, other))
    assert (np.array(found(base, head)) >= 0).sum() == n_found


@pytest.mark.parametrize(
    ("base", "head", "expected"), [([4, 7], [4, 4, 7], [0, NOT_THERE, 1]), ([4, 4, 7], [7, 4], [2, 0])]
)
def test_rows_of_one_source_that_the_hook_of_one_side_repeats_are_matched_once(base, head, expected):
    sides = [side(table(len(rows)), fingerprint="same", origin=np.array(rows)) for rows in (base, head)]
    assert found(*sides) == expected


@pytest.mark.parametrize(("n_same", "others"), [(100, [NOT_THERE] * 100), (99, list(range(99, 200)))])
def test_position_matches_where_less_than_half_of_the_rows_are_found_otherwise(n_same, others):
    """Labels stand in the same order; row 0 is one of those that are found, with one edited cell."""
    other = table(seed=1).assign(y=table().y)
    head = pd.concat([table().iloc[:n_same], other.iloc[n_same:]])
    head.iloc[0, 2] = 9.0
    match = matched(table(), head)
    assert match.base_of_head.tolist() == [*range(n_same), *others]
    assert match.edited[:n_same].tolist() == [True] + [False] * (n_same - 1)


def test_a_row_that_is_near_and_agrees_but_for_one_column_is_counted_once():
    near = table().iloc[[7]].assign(x1=lambda rows: rows.x1 + 1e-3)
    match = matched(table(), pd.concat([table().drop(index=3), near]))
    assert match.doubt.startswith("1 row of head may be")


def alike(n_alike: int, n_rows: int = 200) -> pd.DataFrame:
    """Rows of which the first ones differ in x1 alone; the others are in order of x0."""
    rows = table(n_rows).assign(x0=np.arange(n_rows, dtype=float))
    rows.loc[: n_alike - 1, ["x0", "x2", "x3", "c"]] = [-1.0, 1.0, 1.0, "a"]
    return rows


def test_one_row_in_ten_may_be_another_one_and_is_doubtful():
    match = matched(alike(20), alike(20).drop(columns="x1").iloc[ORDER])
    assert ORDER[match.doubtful].tolist() == ORDER[ORDER < 20].tolist()
    with pytest.raises(NotComparable, match="21 of 200 rows could be others"):
        matched(alike(21), alike(21).drop(columns="x1").iloc[ORDER])


def test_eleven_rows_show_an_order():
    """A new row on top, so that no row is in its place."""
    top = table(1, seed=9)
    head = pd.concat([top, alike(29, 40)]).drop(columns="x1")
    assert found(alike(29, 40), head) == [NOT_THERE, *range(40)]
    with pytest.raises(NotComparable, match="30 of 40 rows could be others"):
        matched(alike(30, 40), pd.concat([top, alike(30, 40)]).drop(columns="x1"))


@pytest.mark.parametrize(("swapped", "n_doubtful"), [([100], 0), ([100, 150], 10)])
def test_ninety_nine_of_a_hundred_rows_keep_an_order(swapped, n_doubtful):
    """Of 189 steps from a row to the next one, one or two go back."""
    order = np.arange(200)
    for row in swapped:
        order[[row, row + 1]] = row + 1, row
    match = matched(alike(10), alike(10).drop(columns="x1").iloc[order])
    assert match.doubtful.sum() == n_doubtful


@pytest.mark.parametrize(("n_kept", "is_matched"), [(2, False), (3, True)])
def test_rows_are_the_same_that_agree_in_half_of_their_columns(n_kept, is_matched):
    """Of five numbers, each another one in each row."""
    rows, other = (table(200, 5, seed=seed).drop(columns="c") for seed in (0, 1))
    names = [f"x{i}" for i in range(n_kept)]
    at = found(rows, other.assign(y=rows.y, **{name: rows[name] for name in names}).iloc[ORDER])
    assert at == (ORDER.tolist() if is_matched else [NOT_THERE] * 200)
