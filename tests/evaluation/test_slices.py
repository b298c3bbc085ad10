"""How a column cuts the validation rows."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from report.evaluation.slices import slice_rows


def sliced(values, **options) -> dict[str, list[int]]:
    slices, _ = slice_rows(pd.DataFrame({"c": pd.Series(values, **options)}))
    return {part.value: part.rows.tolist() for part in slices}


def test_one_slice_a_value_in_the_order_of_values():
    assert sliced(["b", "a", "b", None]) == {"a": [1], "b": [0, 2], "(missing)": [3]}
    assert list(sliced(["b", "a", "b", None])) == ["a", "b", "(missing)"]


@pytest.mark.parametrize(
    ("values", "options", "names"),
    [
        ([2, 10, 2], {}, ["2", "10"]),
        ([2.5, 10.0, np.nan], {}, ["2.5", "10", "(missing)"]),
        ([True, False], {}, ["False", "True"]),
        ([True, None], {"dtype": "boolean"}, ["True", "(missing)"]),
        (["b", "a"], {"dtype": "category"}, ["a", "b"]),
        ([1, "a", 2.5], {"dtype": object}, ["1", "2.5", "a"]),
        (pd.to_datetime(["2024-02-01", "2024-01-01"]), {}, ["2024-01-01", "2024-02-01"]),
    ],
)
def test_values_of_any_type(values, options, names):
    assert list(sliced(values, **options)) == names


def test_the_twelve_most_frequent_values_are_kept_and_the_rest_is_noted():
    values = [f"v{i:02}" for i in range(20) for _ in range(1 + (i >= 10) + (i == 3))]
    slices, notices = slice_rows(pd.DataFrame({"c": values}))
    assert [part.value for part in slices] == ["v00", "v03", *(f"v{i}" for i in range(10, 20))]
    (notice,) = notices
    assert notice.message == "slices of 'c': the 12 most frequent of 20 values are shown"
    assert (notice.severity, notice.subject) == ("note", "c")


@pytest.mark.parametrize("dtype", ["int64", "Int64", "float32"])
def test_numbers_are_put_into_quarters(dtype):
    slices, notices = slice_rows(pd.DataFrame({"c": pd.Series(range(100)[::-1], dtype=dtype)}))
    assert [len(part.rows) for part in slices] == [25, 25, 25, 25]
    assert slices[0].value == "0 … 24.75"
    assert slices[0].rows.tolist() == list(range(75, 100))
    assert notices == ()


def test_missing_numbers_are_a_slice_of_their_own():
    slices, _ = slice_rows(pd.DataFrame({"c": [*range(40), np.nan, np.inf]}))
    assert [(part.value, len(part.rows)) for part in slices][-1] == ("(missing)", 2)
    assert sum(len(part.rows) for part in slices) == 42


def test_a_value_that_fills_several_quarters_is_not_torn():
    slices, _ = slice_rows(pd.DataFrame({"c": [0.0] * 80 + list(range(1, 21))}))
    zero = [part for part in slices if 0 in part.rows]
    assert len(zero) == 1
    assert set(range(80)) <= set(zero[0].rows.tolist())
    assert sum(len(part.rows) for part in slices) == 100
