"""Whatever is done to any table: a match is a true one, and no row is new that base has another version of."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from report.comparison.base.matching import NotComparable, match_rows
from tests.comparison.base.matching.tables import side, table

TRUE = "true row"  # the column that says which row of base a row of head is


def permuted(rows: pd.DataFrame, random: np.random.Generator) -> pd.DataFrame:
    return rows.iloc[random.permutation(len(rows))]


def column_added(rows: pd.DataFrame, random: np.random.Generator) -> pd.DataFrame:
    return rows.assign(added=random.normal(size=len(rows)))


def column_renamed(rows: pd.DataFrame, random: np.random.Generator) -> pd.DataFrame:
    return rows.rename(columns={random.choice(["x0", "x1", "x2"]): "other"})


def column_dropped(rows: pd.DataFrame, random: np.random.Generator) -> pd.DataFrame:
    return rows.drop(columns=random.choice(["x0", "x1", "x2"]), errors="ignore")


def rounded(rows: pd.DataFrame, random: np.random.Generator) -> pd.DataFrame:
    return rows.round(int(random.integers(3, 6)))


def appended(rows: pd.DataFrame, random: np.random.Generator) -> pd.DataFrame:
    new = table(int(random.integers(1, 40)), 6, seed=int(random.integers(100, 10_000)))
    new = new.drop(columns=[name for name in new if name not in rows])
    return pd.concat([rows, new.assign(**{TRUE: -1})])


def deleted(rows: pd.DataFrame, random: np.random.Generator) -> pd.DataFrame:
    return rows.iloc[int(random.integers(1, 30)) :]


def edited(rows: pd.DataFrame, random: np.random.Generator) -> pd.DataFrame:
    numbers = [name for name in rows if str(name).startswith("x")]
    at = random.permutation(len(rows))[:20]
    cells = rows[numbers[0]].to_numpy().copy()
    cells[at] = random.normal(size=len(at))
    return rows.assign(**{numbers[0]: cells})


CHANGES: list[Callable[..., pd.DataFrame]] = [
    permuted,
    column_added,
    column_renamed,
    column_dropped,
    rounded,
    appended,
    deleted,
    edited,
]


@given(
    st.lists(st.sampled_from(CHANGES), min_size=1, max_size=4, unique=True),
    st.integers(0, 2**32 - 1),
    st.sampled_from(["no ids", "true ids", "counted anew"]),
)
@settings(max_examples=40, deadline=None)
def test_matches_are_true_and_no_version_of_a_row_is_new(changes, seed, kind):
    random = np.random.default_rng(seed)
    rows = table(150, 6, seed=seed % 1000)
    head = rows.assign(**{TRUE: range(150)})
    for change in changes:
        head = change(head, random)
    true = head.pop(TRUE).to_numpy()
    new_ids = np.where(true >= 0, true, 1000 + np.arange(len(true)))
    ids = {"no ids": (None, None), "true ids": (np.arange(150), new_ids)}
    ours, theirs = ids.get(kind, (np.arange(150), np.arange(len(true))))
    match = match_rows(side(rows, ours), side(head, theirs))
    at = match.base_of_head
    assert (at[at >= 0] == true[at >= 0]).all()
    assert match.doubtful[(at < 0) & (true >= 0)].all()
    assert (at >= 0).sum() >= 0.75 * (true >= 0).sum()  # rounded and edited ones are in doubt
    assert (at[true < 0] < 0).all()


@given(
    st.integers(1, 4),
    st.integers(2, 5),
    st.lists(st.sampled_from([permuted, appended, deleted]), min_size=1, max_size=3, unique=True),
    st.integers(0, 2**32 - 1),
)
@settings(max_examples=40, deadline=None)
def test_tables_of_few_different_rows_match_copies_only(n_columns, n_values, changes, seed):
    random = np.random.default_rng(seed)
    drawn = random.integers(0, n_values, (200, n_columns))
    rows = pd.DataFrame(drawn, columns=[f"x{i}" for i in range(n_columns)]).assign(y=random.integers(0, 2, 200))
    head = rows.assign(**{TRUE: range(200)})
    for change in changes:
        extra = rows.sample(20, replace=True, random_state=seed % 1000).assign(**{TRUE: -1})
        head = pd.concat([head, extra]) if change is appended else change(head, random)
    head = head.drop(columns=TRUE)
    try:
        match = match_rows(side(rows), side(head))
    except NotComparable:
        raise AssertionError("copies are comparable") from None
    is_found = match.base_of_head >= 0
    names = list(rows.drop(columns="y"))
    assert (rows[names].to_numpy()[match.base_of_head[is_found]] == head[names].to_numpy()[is_found]).all()
    assert len(set(match.base_of_head[is_found])) == is_found.sum()
    assert (match.copy_of[~is_found] >= 0).all()
    assert not match.doubtful.any()
