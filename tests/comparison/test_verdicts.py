"""Verdicts follow from the interval of the gain and the margin alone."""

from __future__ import annotations

import pytest

from report.comparison.verdicts import absolute_margin, verdict_of
from report.core.results import Interval


@pytest.mark.parametrize(
    ("low", "high", "margin", "verdict"),
    [
        (0.01, 0.03, 0.0, "improved"),
        (0.0, 0.03, 0.0, "unclear"),
        (-0.01, 0.03, 0.0, "unclear"),
        (-0.03, -0.01, 0.0, "worse"),
        (-0.03, -0.01, 0.02, "unclear"),
        (-0.03, -0.021, 0.02, "worse"),
        (-0.01, 0.03, 0.02, "no worse"),
        (-0.019, -0.001, 0.02, "no worse"),
        (0.01, 0.03, 0.02, "improved"),
        (0.0, 0.0, 0.0, "unclear"),
        (float("-inf"), float("inf"), 0.0, "unclear"),
    ],
)
def test_verdict(low, high, margin, verdict):
    assert verdict_of(Interval(low, high), margin, greater_is_better=True) == verdict
    assert verdict_of(Interval(-high, -low), margin, greater_is_better=False) == verdict


def test_without_an_interval_nothing_is_clear():
    assert verdict_of(None, 0.0, greater_is_better=True) == "unclear"


@pytest.mark.parametrize(("margin", "base", "expected"), [(0.01, 5.0, 0.01), ("1%", 5.0, 0.05), ("1%", -5.0, 0.05)])
def test_a_margin_in_percent_is_of_the_size_of_base(margin, base, expected):
    assert absolute_margin(margin, base) == pytest.approx(expected)


def test_a_margin_in_percent_of_a_huge_value_is_no_margin_without_end():
    assert absolute_margin("5%", -1e308) == pytest.approx(5e306)
