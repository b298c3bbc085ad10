"""Rows of equal content have equal keys, whatever surrounds them; other rows have others."""

from __future__ import annotations

from datetime import date, datetime, timezone
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.pandas import column, data_frames, range_indexes

from report.data import row_keys

FRAMES = data_frames(
    [
        column("whole", elements=st.integers(-(2**53), 2**53)),
        column("real", elements=st.floats(allow_nan=True, allow_infinity=True)),
        column("text", elements=st.one_of(st.none(), st.text(st.characters(codec="utf-8"), max_size=5)), dtype=object),
        column("flag", elements=st.booleans()),
    ],
    index=range_indexes(min_size=1, max_size=30),
)


@given(FRAMES, st.randoms(use_true_random=False))
@settings(max_examples=50, deadline=None)
def test_keys_do_not_depend_on_the_order_of_columns(frame, random):
    columns = list(frame.columns)
    random.shuffle(columns)
    assert (row_keys(frame[columns]) == row_keys(frame)).all()


@given(FRAMES, st.randoms(use_true_random=False))
@settings(max_examples=50, deadline=None)
def test_a_row_keeps_its_key_wherever_it_stands(frame, random):
    order = list(range(len(frame)))
    random.shuffle(order)
    assert (row_keys(frame.iloc[order]) == row_keys(frame)[order]).all()
    assert row_keys(frame.iloc[:1])[0] == row_keys(frame)[0]


@given(FRAMES)
@settings(max_examples=50, deadline=None)
def test_keys_do_not_depend_on_dtypes(frame):
    other = pd.DataFrame(
        {
            "whole": frame["whole"].astype("Int64"),
            "real": frame["real"].astype(object),
            "text": frame["text"].astype("category"),
            "flag": frame["flag"].astype("float32"),
        }
    )
    assert (row_keys(other) == row_keys(frame)).all()
    assert (row_keys(frame.astype(object)) == row_keys(frame)).all()


@given(st.lists(st.decimals(-1000, 1000, places=3), min_size=1))
@settings(deadline=None)
def test_single_and_double_precision_of_a_short_decimal_agree(decimals):
    values = np.array(decimals, dtype=np.float64)
    single = pd.DataFrame({"a": values.astype(np.float32)})
    assert (row_keys(single) == row_keys(pd.DataFrame({"a": values}))).all()


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False, width=32), unique_by=lambda x: x + 0.0))
@settings(max_examples=50, deadline=None)
def test_different_numbers_have_different_keys(values):
    assert len(set(row_keys(pd.DataFrame({"a": np.array(values, dtype=np.float64)})))) == len(values)


SAME = {
    "one": [1, 1.0, True, np.int8(1), np.float32(1), Decimal(1)],
    "zero": [0, 0.0, -0.0, False],
    "missing": [None, np.nan, pd.NA, pd.NaT],
    "an instant": [
        pd.Timestamp("2024-03-01T12:00"),
        pd.Timestamp("2024-03-01T13:00+01:00"),
        datetime(2024, 3, 1, 12, tzinfo=timezone.utc),
        np.datetime64("2024-03-01T12:00", "s"),
    ],
    "a day": [date(2024, 3, 1), datetime(2024, 3, 1), pd.Timestamp("2024-03-01")],  # noqa: DTZ001 - without a zone is the point
    "text": ["a", b"a", pd.Categorical(["a"])[0]],
    "a list": [[1, 2], np.array([1, 2])],
    "large": [2**62 + 1, np.uint64(2**62 + 1)],
}


@pytest.mark.parametrize("name", SAME)
def test_cells_that_say_the_same_have_one_key(name):
    frames = [pd.DataFrame({"a": pd.Series([value], dtype=object)}) for value in SAME[name]]
    assert len({int(row_keys(frame)[0]) for frame in frames}) == 1


def test_cells_that_say_different_things_have_different_keys():
    cells = [
        *(values[0] for values in SAME.values()),
        "1",
        "",
        "None",
        2,
        2**62,
        2**62 + 2,
        1e300,
        1e-300,
        np.inf,
        -np.inf,
    ]
    frame = pd.DataFrame({"a": pd.Series(cells, dtype=object)})
    assert len(set(row_keys(frame))) == len(cells)


@pytest.mark.parametrize(
    "column",
    [
        pd.Series([1, 2, 1]),
        pd.Series([1, 2, 1], dtype="uint64"),
        pd.Series([1, None, 1], dtype="Int64"),
        pd.Series([1.5, None, 1.5], dtype="Float64"),
        pd.Series([True, None, True], dtype="boolean"),
        pd.Series(["a", None, "a"], dtype="string"),
        pd.Series(["a", None, "a"], dtype="string[pyarrow]"),
        pd.Series(["a", "b", "a"], dtype="category"),
        pd.Series([3, 4, 3], dtype="category"),
        pd.to_datetime(pd.Series(["2024-01-01", None, "2024-01-01"])),
        pd.to_datetime(pd.Series(["2024-01-01", None, "2024-01-01"])).dt.tz_localize("Asia/Tokyo"),
        pd.to_timedelta(pd.Series([1, 2, 1]), unit="D"),
        pd.Series(pd.period_range("2024", periods=2, freq="M").take([0, 1, 0])),
        pd.Series(pd.arrays.SparseArray([0.0, 1.5, 0.0])),
        pd.Series([1 + 2j, 1j, 1 + 2j]),
        pd.Series([[1], [2], [1]]),
        pd.Series([{"a": 1}, {"a": 2}, {"a": 1}]),
        pd.Series([1, "1", 1], dtype=object),
        pd.Series([2**64 - 1, 0, 2**64 - 1], dtype="uint64"),
        pd.Series([2**64 - 1, None, 2**64 - 1], dtype="UInt64"),
    ],
    ids=lambda column: str(column.dtype),
)
def test_every_dtype_has_keys(column):
    first, second, third = row_keys(column.to_frame("a"))
    assert first == third
    assert first != second


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
def test_an_instant_is_the_same_in_every_unit(unit):
    days = pd.Series(pd.date_range("1900-01-01", periods=3, freq="YS"))
    assert (row_keys(days.astype(f"datetime64[{unit}]").to_frame("a")) == row_keys(days.to_frame("a"))).all()


def test_the_name_of_a_column_belongs_to_the_key():
    frame = pd.DataFrame({"a": [1], "b": [2]})
    assert row_keys(frame)[0] != row_keys(frame.set_axis(["b", "a"], axis=1))[0]
    assert row_keys(frame[["a"]])[0] != row_keys(frame)[0]


def test_a_difference_in_the_last_place_changes_the_key():
    values = np.random.default_rng(0).normal(size=10_000)
    keys = row_keys(pd.DataFrame({"a": values}))
    assert (keys != row_keys(pd.DataFrame({"a": np.nextafter(values, np.inf)}))).all()


def test_instants_of_one_second_as_seconds_with_a_fraction_have_different_keys():
    seconds = 1_700_000_000 + np.arange(600) / 10
    assert len(set(row_keys(pd.DataFrame({"a": seconds})))) == 600


def test_values_that_differ_beyond_the_seventh_digit_have_different_keys():
    values = 0.123456 + np.arange(600) * 1e-10
    assert len(set(row_keys(pd.DataFrame({"a": values})))) == 600


@pytest.mark.parametrize(
    ("dtype", "digits", "powers"), [(np.float32, 6, range(-15, 12)), (np.float16, 3, range(-3, 3))]
)
def test_a_short_decimal_has_one_key_in_every_precision(dtype, digits, powers):
    numbers = np.random.default_rng(0).integers(10 ** (digits - 1), 10**digits, 200)
    decimals = np.array([float(f"{number}e{power - digits}") for number in numbers for power in powers])
    decimals = decimals[decimals != np.rint(decimals)]
    short = decimals.astype(dtype)
    keys = row_keys(pd.DataFrame({"a": decimals}))
    for cells in (short, pd.Series(list(short), dtype=object)):
        assert (row_keys(pd.DataFrame({"a": cells})) == keys).all()


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False, width=32), unique_by=lambda x: x + 0.0))
@settings(max_examples=100, deadline=None)
def test_different_singles_have_different_keys_whatever_holds_them(values):
    singles = np.array(values, dtype=np.float32)
    keys = row_keys(pd.DataFrame({"a": singles}))
    assert len(set(keys)) == len(values)
    assert (keys == row_keys(pd.DataFrame({"a": pd.Series(list(singles), dtype=object)}))).all()
    assert (keys == row_keys(pd.DataFrame({"a": pd.Series(singles, dtype="Float32")}))).all()


def test_keys_stay_what_they_are():
    """Keys of head and base may come from different versions of pandas and numpy: these numbers must never change."""
    frame = pd.DataFrame(
        {"n": [1.0, np.nan], "x": [0.1, -2.5e300], "s": ["é", None], "t": pd.to_datetime(["2024-01-01"] * 2)}
    )
    assert [f"{key:016x}" for key in row_keys(frame)] == ["0b67aa8689928d08", "05699b4b2f8df0e5"]


def test_half_of_a_surrogate_pair_has_a_key():
    halves = pd.DataFrame({"a": pd.Series(["\ud800", "b"], dtype=object)})
    assert len(set(row_keys(halves))) == 2


def test_an_empty_frame_has_no_keys():
    assert row_keys(pd.DataFrame({"a": []})).shape == (0,)
