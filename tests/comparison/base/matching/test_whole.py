"""Tables of which no cell is the same, by hand: position, ranks, and units."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from report.comparison.base.matching.columns import common_content
from report.comparison.base.matching.whole import by_position, by_rank, is_in_other_units
from tests.comparison.base.matching.tables import table

LABELS = np.random.default_rng(0).integers(0, 2, 60).astype(np.uint64)


@pytest.mark.parametrize(("n_in_place", "is_found"), [(9, True), (8, False)])
def test_nine_of_ten_rows_that_were_found_stand_in_their_place(n_in_place, is_found):
    matched = np.full(60, -1)
    matched[:10] = np.append(np.arange(n_in_place), np.arange(59, 59 - (10 - n_in_place), -1))
    assert (by_position((LABELS, LABELS), matched) is not None) is is_found


def test_ranks_match_tables_of_one_length_alone():
    """The row that is added has the greatest value in each column, so that the ranks of the others are the same."""
    base = table(60).drop(columns=["c", "y"])
    more = pd.concat([base, pd.DataFrame([[9.0] * 4], columns=base.columns)], ignore_index=True)
    order = np.random.default_rng(1).permutation(60)
    content = common_content(base, base.iloc[order] * 10, ())
    assert by_rank(content, (LABELS, LABELS[order])).tolist() == order.tolist()
    assert by_rank(common_content(base, more * 10, ()), (LABELS, np.append(LABELS, LABELS[:1]))) is None


@pytest.mark.parametrize(("n_columns", "expected"), [(2, False), (3, True)])
def test_a_table_is_in_other_units_where_more_than_half_of_its_columns_are(n_columns, expected):
    base = table(60).drop(columns=["c", "y"])
    head = base.assign(**{f"x{i}": base[f"x{i}"] * 10 for i in range(n_columns)})
    assert is_in_other_units(common_content(base, head, ())) is expected
