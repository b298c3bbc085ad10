"""Models are fitted on rows in an order of their own: that of the file changes nothing, unless it is to be kept."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from report.config.schema import DataConfig
from report.data import load_dataset
from report.data.order import row_ranks, shared_ranks

NONE = np.zeros(4, dtype=np.uint64)


def keys(*values: int) -> np.ndarray:
    return np.array(values, dtype=np.uint64)


def test_ranks_follow_the_keys_and_equal_keys_the_content_then_the_label():
    assert row_ranks(keys(9, 2, 7, 4), NONE, NONE).tolist() == [3, 0, 2, 1]
    assert row_ranks(keys(5, 5, 5, 1), keys(2, 1, 1, 9), keys(0, 8, 3, 0)).tolist() == [3, 2, 1, 0]


def test_time_comes_before_the_key():
    time = np.array(["2024-03-01", "2024-01-01", "2024-02-01", "2024-01-01"], dtype="datetime64[s]")
    assert row_ranks(keys(1, 8, 3, 4), NONE, NONE, time=time).tolist() == [3, 1, 2, 0]
    assert row_ranks(keys(4, 4, 4, 4), keys(1, 9, 2, 3), NONE, time=time).tolist() == [3, 1, 2, 0]


def test_rows_that_base_has_come_in_the_order_of_base_and_new_ones_last():
    base_of_head = np.array([2, -1, 0, 1, -1])
    own, theirs = np.array([0, 1, 2, 3, 4]), np.array([1, 0, 2])
    assert shared_ranks(own, theirs, base_of_head, None).tolist() == [2, 3, 1, 0, 4]
    days = np.array([1, 0, 1, 1, 2])
    assert shared_ranks(own, theirs, base_of_head, days).tolist() == [3, 0, 2, 1, 4]


def test_the_own_order_stays_where_it_is_that_of_base_too():
    own = np.array([4, 1, 0, 2, 3])
    assert shared_ranks(own, np.array([1, 0, 2]), np.array([2, -1, 1, 0, -1]), None) is own


def table(n_rows: int = 200) -> pd.DataFrame:
    random = np.random.default_rng(0)
    drawn = pd.DataFrame({"x": random.integers(0, 30, n_rows), "y": random.choice(["a", "b"], n_rows)})
    return drawn.assign(who=random.integers(0, 150, n_rows), w=random.integers(1, 4, n_rows), day=np.arange(n_rows) % 9)


ROLES = [{}, {"id": "who"}, {"weight": "w"}, {"time": "day"}, {"id": "who", "time": "day", "weight": "w"}]


@pytest.mark.parametrize("roles", ROLES, ids=str)
def test_rows_of_a_shuffled_file_come_in_the_same_order_copies_included(tmp_path, roles):
    """With equal ids, and equal rows under other labels and weights."""
    config = DataConfig(source="data.csv", target="y", **roles)
    seen = []
    for seed in (None, 1):
        rows = table() if seed is None else table().sample(frac=1, random_state=seed)
        rows.to_csv(tmp_path / "data.csv", index=False)
        dataset = load_dataset(config, task="classification", slices=(), root=tmp_path)
        order = np.argsort(dataset.rank)
        weight = np.ones(len(order)) if dataset.weight is None else dataset.weight
        seen.append(dataset.features.assign(label=dataset.target.encoded, weight=weight).iloc[order].to_numpy())
        assert sorted(dataset.rank) == list(range(len(rows)))
        if dataset.time is not None:
            assert (np.diff(dataset.time[order]) >= 0).all()
    assert np.array_equal(*seen)


def test_the_order_of_the_file_is_kept_for_who_wants_it(tmp_path):
    table().to_csv(tmp_path / "data.csv", index=False)
    config = DataConfig(source="data.csv", target="y", keep_order=True)
    assert load_dataset(config, task="classification", slices=(), root=tmp_path).rank is None
