"""Ids match rows as far as they are unique, and agree with what the rows say."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from report.comparison.base.matching import NotComparable
from tests.comparison.base.matching.tables import NOT_THERE, found, matched, order_of, side, small, table

ORDER = order_of(200)
IDS = np.arange(1000, 1200)


def test_the_same_ids_in_another_order():
    match = matched(side(table(), IDS), side(table().iloc[ORDER], IDS[ORDER]))
    assert match.base_of_head.tolist() == ORDER.tolist()
    assert match.how == "by id and content"


def test_ids_match_copies():
    rows = small()
    order = order_of(300)
    ids = np.arange(300)
    assert found(side(rows, ids), side(rows.iloc[order], ids[order])) == order.tolist()


@pytest.mark.parametrize("make", [str, lambda number: f"{number:08d}", float], ids=["text", "zeros", "floats"])
def test_ids_as_text_and_as_numbers_are_the_same(make):
    ids = np.array([make(number) for number in IDS])
    edited = table().assign(x0=5.0, x1=table().x1.round(1))
    assert found(side(table(), IDS), side(edited.iloc[ORDER], ids[ORDER])) == ORDER.tolist()


def test_the_column_that_the_other_side_calls_id():
    base = side(table().assign(id=IDS))
    edited = table().assign(x0=5.0, x1=table().x1.round(1)).iloc[ORDER]
    head = side(edited, IDS[ORDER])
    assert found(base, head) == ORDER.tolist()
    assert found(side(edited, IDS[ORDER]), base) == np.argsort(ORDER).tolist()


def test_edited_cells_under_true_ids():
    head = table()
    head.loc[:50, ["x0", "x1", "x2"]] = 0.5
    match = matched(side(table(), IDS), side(head.iloc[ORDER], IDS[ORDER]))
    assert match.base_of_head.tolist() == ORDER.tolist()
    assert set(ORDER[match.edited]) == set(range(51))


@pytest.mark.parametrize("change", [lambda x: x * 10, lambda x: x.round(1), lambda x: x + 0.01, np.exp])
def test_other_units_under_true_ids(change):
    head = table().apply(lambda column: change(column) if column.name.startswith("x") else column)
    match = matched(side(table(), IDS), side(head.iloc[ORDER[:150]], IDS[ORDER[:150]]))
    assert match.base_of_head.tolist() == ORDER[:150].tolist()
    assert match.edited.all()


@pytest.mark.parametrize("change", [lambda x: x, lambda x: x.round(3), lambda x: x + 0.0001])
def test_ids_exported_anew(change):
    head = table().apply(lambda column: change(column) if column.name.startswith("x") else column).iloc[ORDER]
    assert found(side(table(), IDS), side(head, IDS)) == ORDER.tolist()
    assert found(side(table(), IDS), side(head, IDS + 5000)) == ORDER.tolist()


def test_one_row_on_top_and_ids_that_count_rows():
    new = table(1, seed=9)
    match = matched(side(table(), np.arange(200)), side(pd.concat([new, table()]), np.arange(201)))
    assert match.base_of_head.tolist() == [NOT_THERE, *range(200)]
    assert not match.edited.any()


def test_one_row_on_top_of_a_walk():
    walk = table().assign(**{f"x{i}": table()[f"x{i}"].cumsum() for i in range(4)})
    head = pd.concat([table(1, seed=9), walk.round(4)])
    at = matched(side(walk, np.arange(200)), side(head, np.arange(201))).base_of_head
    assert (at[1:][at[1:] >= 0] == np.flatnonzero(at[1:] >= 0)).all()
    assert (at[1:] >= 0).mean() > 0.9


def test_rows_deleted_in_the_middle_and_numbered_anew():
    kept = np.delete(np.arange(200), np.arange(90, 100))
    match = matched(side(table(), np.arange(200)), side(table().iloc[kept], np.arange(190)))
    assert match.base_of_head.tolist() == kept.tolist()


def test_ids_that_begin_again():
    ids = np.append(np.arange(150), np.arange(50))
    assert found(side(table(), ids), side(table().iloc[ORDER], ids[ORDER])) == ORDER.tolist()


def test_three_rows_of_a_customer_that_were_edited():
    head = table()
    head.loc[:20, "x0"] = 5.0
    customers = np.arange(200) // 3
    assert found(side(table(), customers), side(head.iloc[ORDER], customers[ORDER])) == ORDER.tolist()


def test_long_ids_that_were_read_as_floats_are_no_ids():
    long = (10**17 + np.arange(200)).astype(float)
    assert found(side(table(), long), side(table().iloc[ORDER], long[ORDER])) == ORDER.tolist()
    edited = table().assign(x0=5.0, x1=1.0, x2=2.0, x3=3.0)
    with pytest.raises(NotComparable, match="more than 15 digits were read as floats"):
        matched(side(table(), long), side(edited.assign(x0=9e9, x1=9e9, x2=9e9, c="z").iloc[ORDER], long[ORDER]))


@pytest.mark.parametrize(("last", "usable"), [(2.0**53 - 1, True), (2.0**53, False)])
def test_floats_are_ids_as_long_as_they_tell_whole_numbers_apart(last, usable):
    ids = np.arange(200, dtype=float)
    ids[-1] = last
    head = table().assign(x0=5.0, x1=1.0, x2=2.0, x3=3.0)
    match_of = matched(side(table(), ids), side(head.iloc[:0:-1], ids[:0:-1])) if usable else None
    if match_of is not None:
        assert match_of.base_of_head.tolist() == list(range(199, 0, -1))
    else:
        with pytest.raises(NotComparable):
            matched(side(table(), ids), side(head.iloc[:0:-1].assign(c="z"), ids[:0:-1]))


def test_ids_without_a_common_column_are_checked_by_the_labels():
    other = side(table().iloc[ORDER], IDS[ORDER])
    other = replace(other, raw=pd.DataFrame({"z": np.arange(200.0)}), features=pd.DataFrame({"z": np.arange(200.0)}))
    assert found(side(table(), IDS), other) == ORDER.tolist()
    with pytest.raises(NotComparable, match="have the id of a row of base and other content"):
        matched(side(table(), IDS), replace(other, ids=IDS))


def test_a_row_of_another_id_is_another_row_where_content_is_not_its_own():
    rows = small()
    ids = np.arange(300)
    head = pd.concat([rows.iloc[1:], rows.iloc[:1]])
    match = matched(side(rows, ids), side(head, np.append(ids[1:], 999)))
    assert match.base_of_head.tolist() == [*range(1, 300), NOT_THERE]
    assert match.copy_of[-1] >= 0


@pytest.mark.parametrize("n_recoded", [60, 300])
def test_codes_that_were_swapped_in_a_table_of_few_different_rows_leave_the_ids_true(n_recoded):
    """The new content of a row is that of others in base; its label is its own."""
    rows, ids, order = small(), np.arange(300), order_of(300)
    head = rows.assign(a=rows.a.where(rows.index >= n_recoded, 3 - rows.a))
    match = matched(side(rows, ids), side(head.iloc[order], ids[order]))
    assert match.base_of_head.tolist() == order.tolist()
    assert set(order[match.edited]) == set(range(n_recoded))


@pytest.mark.parametrize("others", [0.0, 0.1])
def test_ids_that_count_sorted_rows_anew_are_none_though_most_labels_are_those_of_the_next_row(others):
    """Five columns, so that a row agrees with the next one in most of them; all labels, or most, are that of `a`."""
    random = np.random.default_rng(0)
    drawn = pd.DataFrame(random.integers(0, 3, (400, 5)), columns=list("abcde")).sort_values(list("abcde"))
    rows = drawn.assign(y=np.where(random.random(400) < others, 9, drawn.a)).reset_index(drop=True)
    head = pd.concat([rows.iloc[:1].assign(a=7), rows], ignore_index=True)
    at = matched(side(rows, np.arange(400)), side(head, np.arange(401))).base_of_head
    assert (rows[list("abcde")].to_numpy()[at[1:]] == rows[list("abcde")].to_numpy()).all()


def test_two_rows_that_changed_their_ids_are_matched_by_content():
    swapped = IDS.copy()
    swapped[[5, 6]] = swapped[[6, 5]]
    match = matched(side(table(), IDS), side(table(), swapped))
    assert match.base_of_head.tolist() == list(range(200))
    assert not match.edited.any()


def test_few_rows_of_which_all_cells_were_edited_are_matched_by_id():
    head = pd.concat([table(5, seed=3), table().iloc[5:]])
    match = matched(side(table(), IDS), side(head, IDS))
    assert match.base_of_head.tolist() == list(range(200))
    assert np.flatnonzero(match.edited).tolist() == list(range(5))


def test_one_row_on_top_of_sorted_rows_of_which_few_differ():
    rows = small().sort_values(["a", "b", "c"], ignore_index=True)
    top = pd.DataFrame({"a": [9], "b": [9], "c": [9], "y": [0]})
    head = pd.concat([top, rows], ignore_index=True)
    match = matched(side(rows, np.arange(300)), side(head, np.arange(301)))
    assert match.base_of_head[0] == NOT_THERE
    columns = ["a", "b", "c"]
    assert (rows[columns].to_numpy()[match.base_of_head[1:]] == rows[columns].to_numpy()).all()
    assert not match.edited.any()
