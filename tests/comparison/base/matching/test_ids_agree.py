"""Which ids can be used, and whether rows of one id agree in what they say."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from report.comparison.base.matching import NotComparable
from report.comparison.base.matching.columns import common_content
from report.comparison.base.matching.ids import agrees
from tests.comparison.base.matching.tables import NOT_THERE, found, matched, side, small, table

IDS = np.arange(1000.0, 1200.0)
WITHOUT = [0, 1, 2, NOT_THERE, NOT_THERE, *range(5, 200)]


def others() -> pd.DataFrame:
    """The table, of which rows 3 and 4 say something else, with the other label."""
    new = table(2, seed=3).assign(y=1 - table().y.iloc[3:5].to_numpy())
    return pd.concat([table().iloc[:3], new, table().iloc[5:]])


@pytest.mark.parametrize(("base", "head"), [({3: np.nan}, {4: np.nan}), ({4: 1003.0}, {}), ({}, {4: 1003.0})])
def test_rows_without_an_id_or_with_that_of_another_row_are_not_matched_by_it(base, head):
    ours, theirs = IDS.copy(), IDS.copy()
    for ids, changed in ((ours, base), (theirs, head)):
        ids[list(changed)] = list(changed.values())
    assert found(side(table(), ours), side(others(), theirs)) == WITHOUT


@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize("kinds", [(float, int), (int, float)])
def test_long_ids_that_one_side_reads_as_floats_are_no_ids(sign, kinds):
    ours, theirs = ((sign * (10**17 + 100 * np.arange(200))).astype(kind) for kind in kinds)
    order = np.random.default_rng(0).permutation(200)
    edited = table().assign(x0=9e9, x1=9e9, x2=9e9, x3=9e9, c="z")
    with pytest.raises(NotComparable, match="more than 15 digits were read as floats"):
        matched(side(table(), ours), side(edited.iloc[order], theirs[order]))


@pytest.mark.parametrize(("n_wrong", "expected"), [(100, True), (101, False)])
def test_half_of_the_rows_must_be_nearest_to_the_row_of_their_id(n_wrong, expected):
    content = common_content(table().drop(columns="y"), table().drop(columns="y"), ())
    base = np.append(np.roll(np.arange(n_wrong), 1), np.arange(n_wrong, 200))
    assert agrees(content, np.arange(200), base, telling=True) is expected


@pytest.mark.parametrize(("recoded", "expected"), [(["a"], True), (["a", "b"], False)])
def test_few_different_rows_must_be_half_nearer_than_by_chance(recoded, expected):
    rows = small().drop(columns="y")
    random = np.random.default_rng(0)
    head = rows.assign(**{name: random.permutation(rows[name]) for name in recoded})
    assert agrees(common_content(rows, head, ()), np.arange(300), np.arange(300), telling=False) is expected


def test_no_column_agrees_with_nothing():
    nothing = pd.DataFrame(index=range(5))
    assert not agrees(common_content(nothing, nothing, ()), np.arange(5), np.arange(5), telling=True)
