"""Rows to predict in the dtypes of the rows that a model learned from."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from report.models.aligning import as_trained, sides, stacked

CATEGORY = pd.CategoricalDtype(["b", "a"])
TRAINED = pd.DataFrame(
    {
        "whole": [1, 2],
        "share": [0.5, 1.5],
        "flag": [True, False],
        "kind": pd.Series(["a", "b"], dtype=CATEGORY),
        "day": pd.to_datetime(["2024-01-01", "2024-01-02"]),
        "word": ["u", "v"],
    }
)


@pytest.mark.parametrize(
    ("column", "cells", "expected", "dtype"),
    [
        ("whole", [3.0, 4.0], [3, 4], "int64"),
        ("whole", [3.0, None], [3.0, None], "float64"),
        ("whole", ["3", "x"], [3.0, None], "float64"),
        ("whole", [3.5, 4.0], [3.5, 4.0], "float64"),
        ("share", [3, 4], [3.0, 4.0], "float64"),
        ("flag", [1, 0], [True, False], "bool"),
        ("flag", [True, None], [1.0, None], "float64"),
        ("flag", ["true", "?"], [1.0, None], "float64"),
        ("kind", ["a", "new"], ["a", None], CATEGORY),
        ("kind", pd.Categorical(["a", "b"], categories=["a", "b"]), ["a", "b"], CATEGORY),
        ("kind", [None, "b"], [None, "b"], CATEGORY),
        ("day", ["2024-03-01", "soon"], [pd.Timestamp("2024-03-01"), None], TRAINED["day"].dtype),
        ("word", [1, 2], ["1", "2"], TRAINED["word"].dtype),
        ("word", [1.0, None], ["1", None], TRAINED["word"].dtype),
    ],
)
def test_cells_keep_their_meaning_and_what_the_dtype_cannot_say_is_missing(column, cells, expected, dtype):
    rows = TRAINED.assign(**{column: cells})
    found = as_trained(rows, TRAINED)
    assert found[column].dtype == dtype
    assert [None if pd.isna(cell) else cell for cell in found[column]] == expected
    assert list(found) == list(TRAINED)
    others = [name for name in TRAINED if name != column]
    pd.testing.assert_frame_equal(found[others], TRAINED[others])


def test_categories_of_another_order_get_the_codes_of_training():
    rows = TRAINED.assign(kind=pd.Categorical(["a", "b"], categories=["a", "b"]))
    assert as_trained(rows, TRAINED)["kind"].cat.codes.tolist() == TRAINED["kind"].cat.codes.tolist() == [1, 0]


def test_rows_stacked_behind_training_change_no_dtype_of_it():
    rows = TRAINED.assign(
        whole=["7", "8"], flag=[1, 0], kind=["new", "a"], day=["2024-05-01", "2024-05-02"], word=[1, 2]
    )
    both = stacked(TRAINED, rows)
    assert both.dtypes.to_dict() == TRAINED.dtypes.to_dict()
    pd.testing.assert_frame_equal(both.head(2), TRAINED)
    gap = stacked(TRAINED, TRAINED.assign(flag=[None, True], whole=[None, 1]))
    assert gap["flag"].tolist()[:2] == [1.0, 0.0]
    assert {name: str(gap[name].dtype) for name in ("flag", "whole")} == {"flag": "float64", "whole": "float64"}


def test_training_rows_have_the_dtype_that_they_would_have_alone():
    features = pd.DataFrame({"a": pd.Series([1.5, 2.5, "oops", 3], dtype=object), "b": ["x", "y", "x", "z"]})
    new = pd.DataFrame({"a": ["7", "?"], "b": ["x", "y"]})
    train, validation, asked, notices = sides(features, np.array([0, 1]), np.array([2, 3]), new)
    assert train["a"].dtype == validation["a"].dtype == asked["a"].dtype == np.float64
    assert np.isnan(validation["a"].iloc[0])
    assert validation["a"].iloc[1] == 3.0
    assert asked["a"].iloc[0] == 7.0
    assert [notice.message for notice in notices] == [
        f"1 {side} row has values that no training row has, in 'a': taken as missing" for side in ("validation", "new")
    ]
    numbers = features.assign(a=[1.0, 2.0, 3.0, 4.0])
    assert sides(numbers, np.array([0, 1]), np.array([2, 3]), None)[2:] == (None, ())
