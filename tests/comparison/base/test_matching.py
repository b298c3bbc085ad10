"""Which rows of base are rows of head, from their content alone."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from report.comparison.base.matching import LABEL, edited_rows, first_positions, held_back
from report.data import row_keys

NOT_THERE = -1


def keys(*values: int) -> np.ndarray:
    return np.array(values, dtype=np.uint64)


def table(count: int, *, seed: int = 0, columns: int = 6) -> pd.DataFrame:
    random = np.random.default_rng(seed)
    drawn = pd.DataFrame(random.normal(size=(count, columns)), columns=[f"x{i}" for i in range(columns)])
    return drawn.assign(**{LABEL: random.integers(0, 2, count)})


def known_again(base: pd.DataFrame, head: pd.DataFrame, gone: np.ndarray | None = None) -> list[int]:
    gone = np.ones(len(base), dtype=np.bool_) if gone is None else gone
    return edited_rows(base, head.reset_index(drop=True), gone, row_keys).tolist()


def test_the_first_row_with_a_key():
    assert first_positions(keys(5, 3, 5), keys(5, 4, 3)).tolist() == [0, NOT_THERE, 1]
    assert first_positions(keys(), keys(1)).tolist() == [NOT_THERE]


class TestHeldBack:
    def test_rows_that_head_validates_on(self):
        assert held_back(keys(1, 2, 3, 2), keys(2), trained=keys(1, 3)).tolist() == [False, True, False, True]

    def test_as_many_copies_are_kept_as_head_trains_on(self):
        assert held_back(keys(2, 2, 2), keys(2), trained=keys(2, 2)).tolist() == [False, False, True]

    def test_copies_are_held_back_where_nothing_is_known_of_head(self):
        assert held_back(keys(2, 2, 1), keys(2), trained=None).tolist() == [True, True, False]

    def test_the_same_split_holds_nothing_back(self):
        base = np.random.default_rng(0).integers(0, 50, 200).astype(np.uint64)
        assert not held_back(base[:150], base[150:], trained=base[:150]).any()


class TestEditedRows:
    def test_one_cell(self):
        base = table(50)
        head = base.iloc[[7, 30]].copy()
        head.iloc[0, 2], head.iloc[1, 5] = 9.0, -9.0
        assert known_again(base, head) == [7, 30]

    def test_cells_of_neighbouring_columns(self):
        head = table(50).iloc[[7]].copy()
        head.iloc[0, :3] = 9.0
        assert known_again(table(50), head) == [7]

    def test_a_whole_column_and_more(self):
        base = table(50)
        head = base.assign(x1=base.x1 * 100, x3=base.x3 - 7, x5=base.x5.round(1)).iloc[::-1]
        assert known_again(base, head) == list(range(49, -1, -1))

    def test_a_whole_column_while_rows_are_added(self):
        base = table(50)
        head = pd.concat([base.iloc[:20], table(30, seed=1)]).assign(x1=lambda rows: rows.x1 * 100)
        assert known_again(base, head) == [*range(20), *[NOT_THERE] * 30]

    def test_a_row_with_another_label_is_another_row(self):
        head = table(50).iloc[[7]].assign(x1=9.0)
        head[LABEL] = 1 - head[LABEL]
        assert known_again(table(50), head) == [NOT_THERE]

    def test_a_row_that_is_still_there_was_not_edited(self):
        gone = np.ones(50, dtype=np.bool_)
        gone[7] = False
        assert known_again(table(50), table(50).iloc[[7]].assign(x1=9.0), gone) == [NOT_THERE]

    def test_columns_that_many_rows_agree_in_tell_nothing(self):
        base = pd.DataFrame({"a": [0, 1] * 20, "b": [0, 0, 1, 1] * 10, "c": range(40), LABEL: 0})
        head = pd.DataFrame({"a": [1], "b": [1], "c": [99], LABEL: [0]})
        assert known_again(base, head) == [NOT_THERE]

    def test_one_row_of_base_is_one_row_of_head(self):
        base = table(50)
        one, other = (base.iloc[[7]].assign(**{column: 9.0}) for column in ("x1", "x4"))
        assert known_again(base, pd.concat([one, other])).count(7) <= 1

    def test_copies_count_as_one_row(self):
        base = table(50)
        twice = pd.concat([base, base.iloc[[7]]], ignore_index=True)
        edited = base.iloc[[7]].assign(x1=9.0)
        assert known_again(twice, pd.concat([edited, edited])) == [7, 7]

    @pytest.mark.parametrize("columns", [1, 2, 3])
    def test_few_columns(self, columns: int):
        base = table(20, columns=columns)
        found = known_again(base, base.iloc[[3]].assign(x0=9.0))
        assert found == ([NOT_THERE] if columns == 1 else [3])
