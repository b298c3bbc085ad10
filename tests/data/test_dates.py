"""Dates as text are read by the form of their whole column; where two readings fit, nobody guesses."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest

from report.config.schema import DataConfig
from report.core.dates import AmbiguousDatesError, NotDatesError, read_dates
from report.core.errors import DataError
from report.data import load_dataset, split_dataset

FORMS = {
    "%d/%m/%Y": True,
    "%m/%d/%Y": True,
    "%d.%m.%Y": True,
    "%Y-%m-%d": True,
    "%Y/%m/%d": True,
    "%d-%m-%Y %H:%M": True,
    "%m/%d/%Y %I:%M %p": True,
    "%d %B %Y": True,
    "%B %d, %Y": True,
    "%d-%b-%y": True,
    "%a, %d %b %Y": True,
    "%Y-%m-%dT%H:%M:%SZ": True,
    "%Y%m%d": True,
}
MONTHS = ["%b-%y", "%b %Y", "%Y-%m", "%m/%Y", "%B %Y"]
DAYS = pd.date_range("2019-12-01", periods=100)


@pytest.mark.parametrize("form", FORMS)
def test_the_format_is_found_from_all_cells(form):
    texts = pd.Series(DAYS.strftime(form)).sample(frac=1, random_state=1)
    assert list(read_dates(texts).tz_convert(None).normalize()) == list(DAYS[texts.index])


@pytest.mark.parametrize("form", MONTHS)
def test_a_month_and_a_year_are_its_first_day(form):
    months = pd.date_range("2009-01-01", periods=40, freq="MS")
    assert list(read_dates(pd.Series(months.strftime(form))).tz_convert(None)) == list(months)


def test_cells_may_vary_in_what_they_say_of_the_time():
    texts = pd.Series(["2020-01-02 03:04:05.5", "2020-01-02 03:04:06", "2020-01-02 03:04", "2020-01-02"])
    seconds = (read_dates(texts) - pd.Timestamp("2020-01-02", tz="UTC")).total_seconds()
    assert list(seconds) == [11045.5, 11046, 11040, 0]


def test_zones_are_kept():
    texts = pd.Series(["03 Apr 2020 10:00 +0200", "03 Apr 2020 09:00 UTC", "03 Apr 2020 08:30"])
    assert [instant.strftime("%H:%M") for instant in read_dates(texts)] == ["08:00", "09:00", "08:30"]


AMBIGUOUS = {
    "03/04/2020": ["%d/%m/%Y", "%m/%d/%Y"],
    "03-04-20": ["%d-%m-%y", "%m-%d-%y", "%y-%m-%d"],
    "3/4/2020 10:15": ["%d/%m/%Y %H:%M", "%m/%d/%Y %H:%M"],
}


@pytest.mark.parametrize("text", AMBIGUOUS)
def test_two_readings_are_refused_with_both(text):
    with pytest.raises(AmbiguousDatesError, match="may be 3 April 2020 or 4 March 2020") as error:
        read_dates(pd.Series([text, text]))
    assert [reading.format for reading in error.value.readings] == AMBIGUOUS[text]


def test_readings_of_the_same_meaning_are_one():
    assert list(read_dates(pd.Series(["01/01/2020", "02/02/2020"])).month) == [1, 2]


@pytest.mark.parametrize(
    "text", ["10-Nov", "Monday", "10:30", "January", "hello", "2020-13-01", "31/02/2020", "0", "12"]
)
def test_what_says_no_year_or_no_day_is_no_date(text):
    with pytest.raises(NotDatesError):
        read_dates(pd.Series([text] * 5))


def _file(folder, dates, **columns):
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({"when": dates, "a": rng.normal(size=len(dates)), "y": [0, 1] * (len(dates) // 2), **columns})
    frame.to_csv(folder / "d.csv", index=False)


def _validation(folder, **data):
    config = DataConfig(source="d.csv", target="y", time="when", **data)
    dataset = load_dataset(config, task="auto", slices=(), root=folder)
    return sorted(split_dataset(dataset, config).validation)


@pytest.mark.parametrize("form", ["%d/%m/%Y", "%d.%m.%Y", "%m/%d/%Y", "%d %b %Y"])
def test_the_latest_part_validates(form, tmp_path):
    _file(tmp_path, DAYS.strftime(form))
    assert _validation(tmp_path) == list(range(80, 100))


def test_months_of_years_are_in_their_order(tmp_path):
    _file(tmp_path, pd.date_range("2009-01-01", periods=40, freq="MS").strftime("%b-%y"))
    assert _validation(tmp_path) == list(range(32, 40))


EARLY = [f"{day:02}/{month:02}/2020" for month in range(1, 11) for day in range(1, 11)]  # no day above 12


def test_an_ambiguous_time_is_refused_and_either_option_mends_it(tmp_path):
    _file(tmp_path, EARLY)
    with pytest.raises(DataError, match="may be 2 January 2020 or 1 February 2020") as error:
        _validation(tmp_path)
    hint = error.value.problems[0].hint
    assert hint == '`read: {parse_dates: ["when"], date_format: "%d/%m/%Y" or "%m/%d/%Y"}`'
    days = {"parse_dates": ["when"], "date_format": "%d/%m/%Y"}
    months = {"parse_dates": ["when"], "date_format": "%m/%d/%Y"}
    assert _validation(tmp_path, read=days) == list(range(80, 100))
    assert _validation(tmp_path, read=months) == [i for i in range(100) if i % 10 >= 8]


def test_pandas_does_not_guess_the_month_in_silence(tmp_path):
    _file(tmp_path, EARLY)
    with pytest.raises(DataError, match="may be 2 January 2020 or 1 February 2020"):
        _validation(tmp_path, read={"parse_dates": ["when"]})
    assert _validation(tmp_path, read={"parse_dates": ["when"], "dayfirst": True}) == list(range(80, 100))


def test_numbers_with_the_year_behind_are_refused(tmp_path):
    _file(tmp_path, DAYS.strftime("%d%m%Y"))
    with pytest.raises(DataError, match="whose order is not that of time"):
        _validation(tmp_path)
    _file(tmp_path, DAYS.strftime("%Y%m%d"))
    assert _validation(tmp_path) == list(range(80, 100))


def test_a_long_cell_is_cut(tmp_path):
    _file(tmp_path, ["no date at all, but a long text " * 20] * 100)
    with pytest.raises(DataError) as error:
        _validation(tmp_path)
    assert len(error.value.problems[0].message) < 300


def test_a_feature_of_dates_is_told_with_what_reads_it(tmp_path, load):
    _file(tmp_path, DAYS.strftime("%d/%m/%Y"), early=EARLY)
    told = [n for n in load(source="d.csv", target="y").description.notices if "dates as text" in n.message]
    assert [(n.message, n.hint) for n in told] == [
        (
            "1 column holds dates as text: 'when' (such as 01/12/2019).",
            '`read: {parse_dates: ["when"], date_format: "%d/%m/%Y"}`',
        ),
        (
            "1 column holds dates as text: 'early' (2 January 2020 or 1 February 2020).",
            '`read: {parse_dates: ["early"], date_format: "%d/%m/%Y" or "%m/%d/%Y"}`',
        ),
    ]
    read = {"parse_dates": ["when"], "date_format": "%d/%m/%Y"}
    assert list(load(source="d.csv", target="y", read=read).features["when"]) == list(DAYS)


@pytest.mark.parametrize("cells", [["12", "13", "14"], ["3.5", "4.25", "x"], ["2020", "2021", "1999"]])
def test_numbers_are_no_dates(cells, load_frame):
    frame = pd.DataFrame({"a": cells * 10, "y": [0, 1] * 15})
    assert not [n for n in load_frame(frame).description.notices if re.search("dates", n.message)]
