"""Dates as text are read by the form of their whole column; where two readings fit, nobody guesses."""

from __future__ import annotations

import re
import time

import numpy as np
import pandas as pd
import pytest
import yaml

from report.config.schema import DataConfig
from report.core.dates import AmbiguousDatesError, NotDatesError, date_readings, read_dates
from report.core.errors import DataError
from report.data import load_dataset, split_dataset
from report.data.date_notices import date_notices

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


MONTHS_OF = {
    "French": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "German": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
    "Spanish": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    "Italian": "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
    "Portuguese": "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",
    "Dutch": "januari februari maart april mei juni juli augustus september oktober november december",
}


@pytest.mark.parametrize("language", MONTHS_OF)
def test_months_of_other_languages_are_read(language):
    of = " de " if language in ("Spanish", "Portuguese") else ". " if language == "German" else " "
    year = " de " if of == " de " else " "
    texts = pd.Series([f"{day.day}{of}{MONTHS_OF[language].split()[day.month - 1]}{year}{day.year}" for day in YEAR])
    assert list(read_dates(texts).tz_convert(None)) == list(YEAR)


YEAR = pd.date_range("2023-12-20", periods=60, freq="6D")
WRITTEN: dict[str, list[str]] = {  # the same days, in forms that one format of one cell may not read
    "quarters": [f"{day.year}-Q{day.quarter}" for day in YEAR],
    "weekdays": list(YEAR.strftime("%A, %d %B %Y")),
    "weekdays in short": list(YEAR.strftime("%a, %d %b %Y")),
    "ordinals": [f"{day.day}{'st' if day.day == 1 else 'th'} {day.month_name()} {day.year}" for day in YEAR],
    "with and without seconds": [f"{day:%m/%d/%Y} 10:15{':30' if i % 3 else ''}" for i, day in enumerate(YEAR)],
    "days first, without seconds": [f"{day:%d/%m/%Y} 10:15{':30' if i % 3 else ''}" for i, day in enumerate(YEAR)],
    "fractions": [f"{day:%Y-%m-%d} 10:15:30{'.125' if i % 3 else ''}" for i, day in enumerate(YEAR)],
    "a comma before the fraction": list(YEAR.strftime("%Y-%m-%d 10:15:30,749")),
    "several zones": [f"{day:%Y-%m-%d}T10:15:30{'+02:00' if i % 3 else 'Z'}" for i, day in enumerate(YEAR)],
    "September in four letters": [day.strftime("%b %d %Y").replace("Sep", "Sept") for day in YEAR],
    "Postgres": list(YEAR.strftime("%Y-%m-%d 10:00:00+01")),
    "compact": list(YEAR.strftime("%Y%m%dT101112")),
    "as date prints it": list(YEAR.strftime("%a %b %d 10:00:00 %Y")),
    "as tweets have it": list(YEAR.strftime("%a %b %d 10:00:00 +0000 %Y")),
    "a log of a server": list(YEAR.strftime("%d/%b/%Y:13:55:36 -0700")),
    "Chinese": [f"{day.year}年{day.month}月{day.day}日" for day in YEAR],
    "no-break blanks": list(YEAR.strftime("%d.%m.%Y\u00a010:15")),
    "words": [f"{day:%d/%m/%Y}" if i % 15 else "unknown" for i, day in enumerate(YEAR)],
    "days that are not": [f"{day:%Y-%m-%d}" if i % 15 else "2024-02-30" for i, day in enumerate(YEAR)],
}


@pytest.mark.parametrize("name", WRITTEN)
def test_what_is_said_of_dates_reads_all_of_them(name, tmp_path, load):
    texts = WRITTEN[name]
    _file(tmp_path, texts)
    (told,) = [n for n in load(source="d.csv", target="y").description.notices if "dates as text" in n.message]
    assert len(told.message) <= 300
    assert len(told.hint) <= 300
    found = re.search(r"`(read: .*|(?:pd|c)\..*)`", told.hint)
    assert found, told.hint
    if found[1].startswith("read:"):
        read = load(source="d.csv", target="y", read=yaml.safe_load(found[1])["read"]).features["when"]
    else:
        read = eval(found[1], {"c": pd.Series(texts), "pd": pd})  # noqa: S307 - our own hint
    assert pd.api.types.is_datetime64_any_dtype(read.dtype)
    is_date = [text not in ("unknown", "2024-02-30") for text in texts]
    wanted = read_dates(pd.Series(texts)[is_date])
    assert list(pd.to_datetime(read[is_date], utc=True)) == list(wanted)
    assert read.isna().sum() == len(texts) - sum(is_date)


def test_an_offset_behind_gmt_is_read():
    texts = pd.Series(["2024/03/02 8:57:07 AM GMT+1", "2024/03/02 8:57:07 PM GMT+1"])
    assert list(read_dates(texts).strftime("%H:%M")) == ["07:57", "19:57"]


def test_words_between_dates_are_named_and_the_example_is_a_date(tmp_path, load):
    _file(tmp_path, WRITTEN["words"])
    (told,) = [n for n in load(source="d.csv", target="y").description.notices if "dates as text" in n.message]
    assert told.message == "1 column holds dates as text: 'when' (such as 26/12/2023, but 'unknown')."


REFUSED = {
    "25:61": (["2020-01-01 25:61", "2020-01-02 10:00"], "'2020-01-01 25:61' has a day, a month or a time"),
    "13 PM": (["2024-01-02 13:05 PM", "2024-01-02 1:05 PM"], "'2024-01-02 13:05 PM' has a day, a month or a time"),
    "EST": (["2024-03-17 10:00 EST", "2024-03-18 10:00 EST"], "the zone 'EST' is not known"),
    "forms": (["03/25/2024", "5 Mar 2024", "2024-03-05"], "several forms: '03/25/2024', '5 Mar 2024', '2024-03-05'"),
    "digits": (["٢٠٢٤-٠٢-٢٠", "٢٠٢٤-٠٢-٢١"], "is no date with a year"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_time_is_refused_with_the_reason(name, tmp_path, load):
    cells, reason = REFUSED[name]
    _file(tmp_path, cells * 30)
    with pytest.raises(DataError) as error:
        _validation(tmp_path)
    assert reason in str(error.value)
    assert len(error.value.problems[0].message) <= 300


NUMBERS = {
    "%m%Y": YEAR,
    "%d%m%y": pd.date_range("2016-01-05", periods=60, freq="45D"),
    "%m.%Y": YEAR,
    "%d%m%Y": DAYS,
    "%m%d%Y": DAYS,
}


@pytest.mark.parametrize("form", NUMBERS)
def test_numbers_whose_order_is_not_that_of_time_are_refused(form, tmp_path):
    texts = NUMBERS[form].strftime(form)
    _file(tmp_path, texts)
    with pytest.raises(DataError, match="whose order is not that of time") as error:
        _validation(tmp_path)
    code = re.search(r"`(pd\..*?)`", error.value.problems[0].hint)
    assert code
    assert " or " not in code[1], "the days tell the order"
    column = pd.read_csv(tmp_path / "d.csv")["when"]
    read = eval(code[1], {"c": column, "pd": pd})  # noqa: S307 - our own hint
    assert list(read) == list(pd.to_datetime(pd.Series(texts), format=form))


@pytest.mark.parametrize(
    "numbers",
    [
        YEAR.strftime("%Y%m"),
        YEAR.strftime("%y%m%d"),
        range(100_100, 100_160),
        np.linspace(1, 12, 60),
        range(2000, 2060),
    ],
    ids=["YYYYMM", "YYMMDD", "a count", "fractions", "years"],
)
def test_numbers_in_the_order_of_time_stay(numbers, tmp_path):
    _file(tmp_path, list(numbers))
    assert len(_validation(tmp_path)) >= 10


OTHERS = {
    "versions": ["1.7.11", "5.7.16", "3.5.11", "2.10.14"],
    "scores": ["3-1-12", "3-9-12", "3-8-15", "4-4-10"],
    "sizes": ["7/3/14", "3/8/26", "3/3/19", "9/2/11"],
    "ratios": ["8/2013", "6/2011", "10/2016", "1/2012"],
    "Arabic digits": ["٢٠٢٤-٠٢-٢٠", "٢٠٢٤-٠٢-٢١"],
}


@pytest.mark.parametrize("name", OTHERS)
def test_versions_scores_and_sizes_are_not_called_dates(name):
    assert date_readings(OTHERS[name] * 15) == ()


@pytest.mark.parametrize("form", ["%d.%m.%y", "%m/%d/%y", "%d-%b-%y"])
def test_years_of_two_digits_are_dates_where_days_are_padded(form):
    assert date_readings(list(YEAR.strftime(form)))


def test_many_columns_of_dates_are_told_in_short(load_frame):
    columns = {f"{i} column with a rather long name " * 3: YEAR.strftime("%d/%m/%Y") for i in range(40)}
    frame = pd.DataFrame({**columns, "y": [0, 1] * 30})
    for notice in (n for n in load_frame(frame).description.notices if "dates as text" in n.message):
        assert notice.message.startswith("40 columns hold dates as text")
        assert len(notice.message) <= 300
        assert len(notice.hint) <= 300


def test_thousands_of_columns_are_read_in_seconds():
    texts = [[f"{day:%Y-%m-%d} {i:02}:00" for day in YEAR[:40]] for i in range(24)]
    frame = pd.DataFrame({f"c{i}": texts[i % 24] for i in range(600)})
    frame["blanks"] = " " * 60_000
    start = time.monotonic()
    date_notices(frame, has_options=True)
    assert time.monotonic() - start < 20


@pytest.mark.parametrize("cells", [["12", "13", "14"], ["3.5", "4.25", "x"], ["2020", "2021", "1999"]])
def test_numbers_are_no_dates(cells, load_frame):
    frame = pd.DataFrame({"a": cells * 10, "y": [0, 1] * 15})
    assert not [n for n in load_frame(frame).description.notices if re.search("dates", n.message)]
