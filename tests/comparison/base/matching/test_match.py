"""Which rows of head are rows of base: one test for each way in which data change."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from report.comparison.base.matching import NotComparable
from tests.comparison.base.matching.tables import NOT_THERE, found, matched, order_of, side, small, table

ORDER = order_of(200)


def test_one_source_is_matched_by_the_rows_of_the_source():
    base = side(table(5), fingerprint="same", origin=np.array([0, 2, 3, 5, 9]))
    head = side(table(4, seed=1), fingerprint="same", origin=np.array([9, 1, 3, 0]))
    match = matched(base, head)
    assert match.base_of_head.tolist() == [4, NOT_THERE, 2, 0]
    assert not match.edited.any()
    assert match.doubt is None


def test_rows_that_a_hook_repeats_are_matched_once_each():
    base = side(table(3), fingerprint="same", origin=np.array([4, 4, 7]))
    head = side(table(4), fingerprint="same", origin=np.array([7, 4, 4, 4]))
    assert found(base, head) == [2, 0, 1, NOT_THERE]


@pytest.mark.parametrize(
    "change",
    [
        lambda rows: rows,
        lambda rows: rows.assign(new=1.0),
        lambda rows: rows.assign(noise=np.random.default_rng(5).normal(size=len(rows))),
        lambda rows: rows.drop(columns="x1"),
        lambda rows: rows.rename(columns={"x0": "first", "c": "group"}),
        lambda rows: rows.rename(columns=str.upper).rename(columns={"Y": "y"}),
        lambda rows: rows.astype({"x0": str}),
        lambda rows: rows.astype({"c": "category"}),
        lambda rows: rows[["c", "y", "x3", "x1", "x0", "x2"]],
    ],
    ids=["nothing", "constant", "noise", "removed", "renamed", "capitals", "text", "category", "order"],
)
def test_a_column_that_is_added_removed_renamed_or_typed_anew_moves_no_row(change):
    match = matched(table(), change(table().iloc[ORDER]))
    assert match.base_of_head.tolist() == ORDER.tolist()
    assert not match.edited.any()
    assert not match.doubtful.any()


@pytest.mark.parametrize("kind", ["text", "instant"])
def test_dates_as_text_and_as_instants_are_the_same(kind):
    days = pd.Series(pd.date_range("2024-01-01", periods=200, freq="h"))
    as_text = days.dt.strftime("%Y-%m-%d %H:%M:%S")
    base, head = (as_text, days) if kind == "text" else (days, as_text)
    rows = small(200).drop(columns=["a", "b"])
    assert found(rows.assign(day=base), rows.assign(day=head).iloc[ORDER]) == ORDER.tolist()


def test_numbers_that_parsers_read_differently_in_the_last_place_are_not_edited():
    rows = table()
    match = matched(rows, rows.assign(x0=np.nextafter(rows.x0, np.inf)).iloc[ORDER])
    assert match.base_of_head.tolist() == ORDER.tolist()
    assert not match.edited.any()
    assert matched(rows, rows.assign(x0=rows.x0 * (1 + 1e-11))).edited.all()


class TestCopies:
    def test_the_first_copy_is_the_first_and_those_of_one_label_go_first(self):
        rows = pd.DataFrame({"a": [1, 1, 1, 2], "y": [0, 1, 0, 1]})
        head = pd.DataFrame({"a": [1, 2, 1, 1], "y": [1, 1, 0, 0]})
        assert found(rows, head) == [1, 3, 0, 2]

    def test_a_label_that_was_changed_is_matched_all_the_same(self):
        rows = pd.DataFrame({"a": [1, 1, 2], "y": [0, 0, 1]})
        assert found(rows, rows.assign(y=[1, 0, 1])) == [1, 0, 2]

    def test_a_copy_more_is_a_new_row_that_says_what_an_old_one_says(self):
        rows = table()
        match = matched(rows, pd.concat([rows, rows.iloc[[3, 5]]]))
        assert match.base_of_head[200:].tolist() == [NOT_THERE, NOT_THERE]
        assert match.copy_of[199:].tolist() == [NOT_THERE, 3, 5]
        assert not match.doubtful.any()

    def test_a_copy_fewer_leaves_nothing_in_doubt(self):
        rows = pd.concat([table(), table().iloc[:40]])
        match = matched(rows, table())
        assert match.base_of_head.tolist() == list(range(200))
        assert not match.doubtful.any()

    def test_tables_of_few_different_rows_match_copies(self):
        rows = small()
        head = rows.sample(frac=1, random_state=0)
        at = matched(rows, head).base_of_head
        assert sorted(at) == list(range(300))
        assert (rows.iloc[at].to_numpy() == head.to_numpy()).all()


class TestColumnsThatTellNothing:
    def test_a_removed_column_that_told_rows_apart_is_not_comparable(self):
        rows = small().assign(size=np.random.default_rng(0).normal(size=300))
        head = small().sample(frac=1, random_state=0)
        with pytest.raises(NotComparable, match=r"columns that both sides have \('a', 'b', 'c'\) do not tell rows"):
            matched(rows, head)

    def test_unless_it_named_rows_only(self):
        rows = small().assign(number=np.arange(1000, 1300))
        assert (np.array(found(rows, small().sample(frac=1, random_state=0))) >= 0).all()

    def test_or_the_order_of_other_rows_is_kept(self):
        rows = table().assign(x0=range(200))
        rows.loc[5:14, ["x0", "x2", "x3", "c"]] = [1.0, 1.0, 1.0, "a"]
        assert found(rows, rows.drop(columns="x1")) == list(range(200))

    @pytest.mark.parametrize("n_more", [0, 40])
    def test_or_all_rows_are_in_their_place(self, n_more):
        base = small(300).assign(size=order_of(300) % 7)
        head = pd.concat([base, base[:n_more]]).drop(columns="size")
        match = matched(base, head)
        assert match.base_of_head.tolist() == [*range(300), *[NOT_THERE] * n_more]
        assert match.doubt is None

    def test_but_the_place_of_sorted_rows_tells_nothing(self):
        base = small(300).assign(size=order_of(300) % 7).sort_values(["a", "b", "c", "y"])
        with pytest.raises(NotComparable, match="do not tell rows apart"):
            matched(base, base.drop(columns="size"))

    def test_few_rows_that_could_be_others_are_doubtful(self):
        rows = table()
        rows.loc[5:14, ["x0", "x2", "x3", "c"]] = [1.0, 1.0, 1.0, "a"]
        match = matched(rows, rows.drop(columns="x1").iloc[ORDER])
        assert np.flatnonzero(match.doubtful).tolist() == np.flatnonzero((ORDER >= 5) & (ORDER < 15)).tolist()
        assert "10 rows of head could be other rows of base too" in match.doubt


class TestOtherUnits:
    def test_the_order_of_values_matches_rows_in_other_units(self):
        head = table().assign(**{f"x{i}": table()[f"x{i}"] * 10 for i in range(4)}).iloc[ORDER]
        match = matched(table(), head)
        assert match.base_of_head.tolist() == ORDER.tolist()
        assert match.edited.all()

    def test_the_order_of_one_column_matches_nothing(self):
        rows = table(columns=1)[["x0", "y"]]
        with pytest.raises(NotComparable):
            matched(rows, rows.assign(x0=rows.x0 * 10).iloc[ORDER])

    def test_nor_does_that_of_columns_that_say_the_same(self):
        rows = table(columns=1)[["x0", "y"]].assign(twice=lambda rows: rows.x0 * 2)
        with pytest.raises(NotComparable):
            matched(rows, rows.assign(x0=rows.x0 * 10, twice=rows.twice * 10).iloc[ORDER])

    def test_position_matches_where_labels_stand_in_the_same_order(self):
        rows = table()[["x0", "y"]]
        assert found(rows, rows.assign(x0=np.random.default_rng(1).normal(50, 1, 200))) == list(range(200))

    def test_sorted_labels_say_nothing_of_the_position(self):
        rows = table()[["x0", "y"]].sort_values("y")
        with pytest.raises(NotComparable, match="0 rows of 200 in head's data are in base's"):
            matched(rows, rows.assign(x0=np.random.default_rng(1).normal(50, 1, 200)))

    def test_few_different_rows_in_other_units_could_not_be_others_though_a_column_was_dropped(self):
        base = small().assign(number=np.arange(300))
        head = small().assign(**{name: small()[name] * 10 + 7 for name in "abc"})
        match = matched(base, head)
        assert match.base_of_head.tolist() == list(range(300))
        assert not match.doubtful.any()

    def test_other_units_and_fewer_rows_are_not_comparable(self):
        head = table().assign(**{f"x{i}": table()[f"x{i}"] * 10 for i in range(4)}).iloc[ORDER[:100]]
        with pytest.raises(NotComparable, match=r"head has \(x0 .*\) and \(.*\), base has \(x0 "):
            matched(table(), head)

    def test_a_source_in_other_units_is_matched_by_what_the_hook_makes_of_it(self):
        rows = table()
        raw = rows.drop(columns="y").rename(columns=lambda name: f"raw {name}") * 10
        head = replace(side(rows.iloc[ORDER]), raw=raw.iloc[ORDER].reset_index(drop=True))
        assert found(side(rows), head) == ORDER.tolist()

    def test_the_source_matches_what_a_hook_ranks(self):
        rows = table()
        ranked = rows.drop(columns="y").rank().iloc[ORDER].reset_index(drop=True)
        assert found(side(rows), replace(side(rows.iloc[ORDER]), features=ranked)) == ORDER.tolist()

    def test_rows_that_cannot_be_followed_back_are_matched_after_the_hook(self):
        base, head = side(table()), replace(side(table().iloc[ORDER]), raw=None, origin=None)
        assert found(base, head) == ORDER.tolist()


class TestVersions:
    def test_edited_cells(self):
        head = table()
        head.loc[7, "x2"], head.loc[30, ["x0", "x1"]], head.loc[31, "c"] = 9.0, 5.0, "b"
        match = matched(table(), head.iloc[ORDER])
        assert match.base_of_head.tolist() == ORDER.tolist()
        assert set(ORDER[match.edited]) <= {7, 30, 31}
        assert match.edited.sum() >= 2

    def test_an_edited_cell_and_an_edited_label(self):
        head = table()
        head.loc[7, "x2"], head.loc[7, "y"] = 9.0, 1 - head.loc[7, "y"]
        assert found(table(), head) == list(range(200))

    def test_a_column_that_was_rescaled(self):
        assert found(table(), table().assign(x1=table().x1 * 100).iloc[ORDER]) == ORDER.tolist()

    @pytest.mark.parametrize("digits", [2, 3])
    def test_rounded(self, digits):
        match = matched(table(), table().round(digits).iloc[ORDER])
        at = match.base_of_head
        assert (at[at >= 0] == ORDER[at >= 0]).all()
        assert (at >= 0).mean() > 0.95
        assert match.doubtful[at < 0].all()

    def test_shifted_while_rows_are_added(self):
        moved = table().assign(**{f"x{i}": table()[f"x{i}"] + 0.01 for i in range(4)})
        head = pd.concat([table().iloc[:150], moved.iloc[150:]])
        assert found(table(), head) == list(range(200))

    def test_near_copies_are_doubtful(self):
        near = table().iloc[:50].assign(x0=lambda rows: rows.x0 + 0.003, x1=lambda rows: rows.x1 - 0.002)
        near["x2"], near["x3"] = near.x2 + 0.001, near.x3 + 0.002
        match = matched(table(), pd.concat([table(), near]))
        assert match.base_of_head.tolist() == [*range(200), *[NOT_THERE] * 50]
        assert match.doubtful.tolist() == [False] * 200 + [True] * 50
        assert match.doubt == (
            "50 rows of head may be other versions, or near-copies, of rows of base "
            "(row 201 of head and row 1 of base; row 202 of head and row 2 of base)"
        )

    @pytest.mark.parametrize("columns", [1, 2, 3, 6, 12])
    def test_new_rows_are_not(self, columns):
        doubtful = sum(
            int(matched(rows, pd.concat([rows.iloc[40:], table(60, columns, seed=seed + 50)])).doubtful.sum())
            for seed in range(5)
            for rows in [table(200, columns, seed=seed)]
        )
        assert doubtful <= 1

    def test_other_rows_altogether_are_not(self):
        match = matched(table(), table(seed=1))
        assert (match.base_of_head == NOT_THERE).all()
        assert not match.doubtful.any()

    def test_new_rows_of_a_denser_place_are_not(self):
        rows = table(600).assign(x0=lambda rows: rows.x0 * np.where(rows.y == 1, 0.05, 1))
        new = table(300, seed=9).assign(x0=lambda rows: rows.x0 * 0.05, y=1)
        assert matched(rows, pd.concat([rows, new])).doubtful.sum() <= 1

    def test_edited_rows_of_a_table_of_few_different_rows_are_doubtful(self):
        head = small().assign(a=lambda rows: rows.a.where(rows.index >= 20, 9))
        match = matched(small(), head)
        assert (match.doubtful[:20] | (match.base_of_head[:20] >= 0)).all()
        assert not match.doubtful[20:].any()

    def test_a_row_that_is_still_there_was_not_edited(self):
        head = pd.concat([table().drop(index=3), table().iloc[[7]].assign(x1=9.0)])
        match = matched(table(), head)
        assert match.base_of_head[-1] == NOT_THERE
        assert match.copy_of[-1] == NOT_THERE
        assert match.doubtful.tolist() == [False] * 199 + [True]

    def test_of_two_rows_that_it_could_have_been_it_is_none(self):
        rows = table()
        rows.loc[6, ["x0", "x1", "x2", "c", "y"]] = rows.loc[5, ["x0", "x1", "x2", "c", "y"]]
        head = pd.concat([rows.drop(index=[5, 6]), rows.iloc[[5]].assign(x3=9.0)])
        match = matched(rows, head)
        assert match.base_of_head[-1] == NOT_THERE
        assert match.doubtful.tolist() == [False] * 198 + [True]

    def test_two_rows_that_one_could_have_become_are_none(self):
        first = table().iloc[[5]]
        head = pd.concat([table().drop(index=5), first.assign(x3=9.0), first.assign(x3=-9.0)])
        match = matched(table(), head)
        assert match.base_of_head[-2:].tolist() == [NOT_THERE, NOT_THERE]
        assert match.doubtful[-2:].all()

    def test_copies_that_were_edited_in_the_same_way_are_matched_one_by_one(self):
        rows = pd.concat([table(), table().iloc[[5]]], ignore_index=True)
        head = rows.copy()
        head.loc[[5, 200], "x3"] = 9.0
        assert found(rows, head) == list(range(201))

    def test_of_two_versions_of_a_row_one_at_most_is_it(self):
        first = table().iloc[[7]]
        head = pd.concat([table().drop(index=7), first.assign(x1=9.0), first.assign(x3=-9.0)])
        match = matched(table(), head)
        assert sorted(match.base_of_head[-2:]) in ([NOT_THERE, 7], [NOT_THERE, NOT_THERE])
        assert (match.doubtful[-2:] | (match.base_of_head[-2:] >= 0)).all()

    def test_of_two_near_ones_the_nearer_is_it(self):
        near = [table().iloc[[7]] + [step, step, step, step, "", 0] for step in (2e-4, 1e-4)]
        match = matched(table(), pd.concat([table().drop(index=7), *near]))
        assert match.base_of_head[-2:].tolist() == [NOT_THERE, 7]
        assert match.doubtful[-2:].tolist() == [True, False]

    def test_more_rows_that_agree_but_for_one_column_than_by_chance_are_doubtful(self):
        rows = small(400).assign(x=np.random.default_rng(0).normal(size=400))
        head = rows.assign(x=np.where(np.arange(400) < 40, np.random.default_rng(1).normal(size=400), rows.x))
        match = matched(rows, head)
        assert match.doubtful.tolist() == [True] * 40 + [False] * 360

    def test_new_rows_in_the_place_of_old_ones_are_new(self):
        new = table(seed=1).assign(y=table().y)
        match = matched(table(), pd.concat([table().iloc[:120], new.iloc[120:]]))
        assert match.base_of_head.tolist() == [*range(120), *[NOT_THERE] * 80]
