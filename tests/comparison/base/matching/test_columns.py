"""The columns that both sides have, whatever they are called and typed."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from report.comparison.base.matching.columns import common_content, comparable


@pytest.mark.parametrize(("n_others", "kind"), [(2, "f"), (3, "O")])
def test_text_is_read_as_numbers_where_ninety_nine_of_a_hundred_cells_are(n_others, kind):
    numbers = pd.Series(np.arange(200.0))
    text = numbers.astype(str).astype(object)
    text.iloc[:n_others] = "none"
    assert comparable(text, numbers)[0].dtype.kind == kind
    assert comparable(numbers, text)[1].dtype.kind == kind


def test_of_columns_with_the_same_values_the_one_is_renamed_that_is_called_alike():
    values = np.arange(50.0)
    base = pd.DataFrame({"first": values, "second": values[::-1]})
    head = pd.DataFrame({"SECOND": values[::-1], "First ": values})
    content = common_content(base, head, ())
    assert content.head["first"].tolist() == values.tolist()
    assert content.head["second"].tolist() == values[::-1].tolist()


def test_two_columns_are_not_renamed_to_one():
    values = np.arange(50.0)
    content = common_content(pd.DataFrame({"a": values}), pd.DataFrame({"b": values, "c": values}), ())
    assert list(content.head.columns) == ["a"]
