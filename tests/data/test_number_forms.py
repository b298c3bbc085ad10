"""Numbers that pandas reads as text are recognised, and what is said reads them as they are meant."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import yaml

from report.config.schema import DataConfig
from report.core.errors import DataError
from report.data import number_options
from report.data.number_forms import number_form

COLUMNS: dict[str, tuple[list[str], list[float]]] = {  # cells, and the numbers that they are
    "thousands": (["1,234", "950", "12,345"], [1234, 950, 12345]),
    "thousands and a fraction": (["1,234.50", "2.5", "-3"], [1234.5, 2.5, -3]),
    "Indian thousands": (["1,00,000", "5,000", "7"], [100000, 5000, 7]),
    "thousands by points": (["1.234,50", "3,5", "7"], [1234.5, 3.5, 7]),
    "decimal comma": (["3,5", "-4,25", "7"], [3.5, -4.25, 7]),
    "decimal comma below one": (["0,123", "0,456", "0,789"], [0.123, 0.456, 0.789]),
    "exponent": (["1,5E+3", "2,5e-1", "3,0"], [1500, 0.25, 3]),
    "blanks": (["1 234", "17", "1 000 000"], [1234, 17, 1000000]),
    "no-break blanks": (["1\u00a0234", "17", "5"], [1234, 17, 5]),
    "narrow blanks and a comma": (["1\u202f234,5", "17,25", "5"], [1234.5, 17.25, 5]),
    "apostrophes": (["1'234.5", "17", "5"], [1234.5, 17, 5]),
    "underscores": (["1_234", "17", "5"], [1234, 17, 5]),
    "percent": (["50.1%", "3%", "-1.5%"], [50.1, 3, -1.5]),
    "percent with a comma": (["50,1 %", "3 %", "0,5 %"], [50.1, 3, 0.5]),
    "dollars": (["$1,234.50", "$3", "-$7.25"], [1234.5, 3, -7.25]),
    "euros": (["€ 1.234,50", "€ 3,00", "€ 7,25"], [1234.5, 3, 7.25]),
    "euros behind": (["1.234,50 €", "3,00 €", "7,25 €"], [1234.5, 3, 7.25]),
    "reais": (["R$ 1.000,00", "R$ 2,50", "R$ 7,25"], [1000, 2.5, 7.25]),
    "a code of money": (["USD 12", "USD 13.5", "USD 1,000"], [12, 13.5, 1000]),
    "a minus sign": (["\u22125", "3", "\u22120.5"], [-5, 3, -0.5]),
    "accounts": (["(1,234.50)", "3", "(7)"], [-1234.5, 3, -7]),
    "minus behind": (["5-", "3", "7-"], [-5, 3, -7]),
    "a unit": (["12 kg", "3.5 kg", "0.25 kg"], [12, 3.5, 0.25]),
    "degrees": (["21.5 °C", "-3 °C", "0 °C"], [21.5, -3, 0]),
    "bounds": (["<0.01", "0.5", ">200"], [0.01, 0.5, 200]),
    "prices without cents": (["12,-", "79.-", "3,\u2013"], [12, 79, 3]),
    "prices without cents, and money": (["kr 12,-", "kr 3,50", "kr 7,-"], [12, 3.5, 7]),
    "a point behind the money": (["Rs.500", "Rs. 1,250", "Rs.7"], [500, 1250, 7]),
    "crowns": (["500 kr.", "3 kr.", "7 kr."], [500, 3, 7]),
    "francs": (["Fr. 1'200", "Fr. 7.50", "Fr. 3"], [1200, 7.5, 3]),
    "zloty": (["12,50 zł", "3,00 zł", "7,25 zł"], [12.5, 3, 7.25]),
    "yuan": (["123元", "5元", "7元"], [123, 5, 7]),
    "roubles": (["12 руб.", "5 руб.", "7 руб."], [12, 5, 7]),
    "money before three digits": (["$100,000", "$250,000", "$99,500"], [100000, 250000, 99500]),
    "areas before three digits": (["1,250 sqft", "2,500 sqft", "3,750 sqft"], [1250, 2500, 3750]),
    "an exponent beside a unit": (["1.5e3 eV", "2 eV", "2.5e-1 eV"], [1500, 2, 0.25]),
    "signs and blanks": (["\u2212 34", "- 5", "7"], [-34, -5, 7]),
    "a sign behind the money": (["$ -5", "-$ 6", "$7"], [-5, -6, 7]),
    "Arabic digits": (["٨٤٨", "٤٬٠٠٠٫٥", "١٢"], [848, 4000.5, 12]),
    "Persian digits": (["۸۴۸", "۷", "۱۲"], [848, 7, 12]),
    "full-width digits": (["１２", "３４．５", "７"], [12, 34.5, 7]),
    "a unit in two numbers": (["1 year", "2 years", "5 years"], [1, 2, 5]),
    "a unit with a slash": (["12 km/h", "3.5 km/h", "7 km/h"], [12, 3.5, 7]),
}
WHAT_READS = re.compile(r"`(read: .*|pd\.to_numeric\(c.*|c\..*)`")


def _apply(hint: str, frame: pd.DataFrame, file: Path) -> pd.Series[Any]:
    """The column as the hint would read it."""
    found = WHAT_READS.search(hint)
    assert found, hint
    if found[1].startswith("read:"):
        return pd.read_csv(file, **yaml.safe_load(found[1])["read"])["a"]
    numbers: pd.Series[Any] = eval(found[1], {"c": frame["a"], "pd": pd})  # noqa: S307 - our own hint
    return numbers


def _write(folder: Path, cells: list[str], **columns: list[Any]) -> pd.DataFrame:
    frame = pd.DataFrame({"a": cells * 10, "y": [0, 1] * (5 * len(cells)), **columns})
    frame.to_csv(folder / "d.csv", index=False)
    return frame


@pytest.mark.parametrize("name", COLUMNS)
def test_the_hint_for_a_feature_reads_its_numbers(name, tmp_path, load):
    cells, numbers = COLUMNS[name]
    frame = _write(tmp_path, cells)
    told = [n for n in load(source="d.csv", target="y").description.notices if "numbers as text" in n.message]
    assert len(told) == 1
    assert "'a'" in told[0].message
    assert len(told[0].message) < 300
    assert list(_apply(told[0].hint, frame, tmp_path / "d.csv")) == numbers * 10


@pytest.mark.parametrize("name", COLUMNS)
def test_a_target_of_such_numbers_is_refused_with_the_same_hint(name, tmp_path, load):
    cells, numbers = COLUMNS[name]
    frame = _write(tmp_path, cells)
    with pytest.raises(DataError) as error:
        load(source="d.csv", target="a", task="regression")
    assert "holds numbers as text" in str(error.value)
    assert "task: classification" not in str(error.value), "a way round in a circle"
    assert list(_apply(error.value.problems[0].hint, frame, tmp_path / "d.csv")) == numbers * 10


def test_many_different_prices_are_no_classes(tmp_path, load):
    _write(tmp_path, [f"{i},{i % 10}5" for i in range(30)])
    with pytest.raises(DataError, match="holds numbers as text, such as '0,05'"):
        load(source="d.csv", target="a")


def test_a_few_repeated_shares_are_classes(tmp_path, load):
    _write(tmp_path, ["50%", "100%"])
    assert load(source="d.csv", target="a").target.classes == ("100%", "50%")


OTHERS = {
    "codes with zeros": ["007", "012", "123"],
    "telephones": ["555 123 456", "555 222 111", "555 333 222"],
    "addresses": ["1.2.3.4", "10.0.0.1", "127.0.0.1"],
    "versions": ["1.2.3", "1.3.4", "2.0.0"],
    "ranges": ["18-24", "25-30", "31-40"],
    "answers": ["1,3,4", "1,2", "3"],
    "flats": ["1A", "2B", "3A"],
    "ordinals": ["1st", "2nd", "3rd"],
    "clock": ["10:30", "11:00", "12:15"],
    "quarters": ["Q1", "Q2", "Q3"],
    "rooms": ["R1", "R28", "r0"],
    "flats on floors": ["3A", "4A", "5A"],
    "streets": ["213 Main St", "7 Main St", "12 Main St"],
    "levels": ["4 Low", "1 Low", "2 Low"],
    "grades": ["1th grade", "7th grade", "9th grade"],
    "races": ["5K", "10K", "5K"],
    "calls": ["+46 70 205 60 71", "+46 70 205 60 72", "+46 70 205 60 73"],
    "other calls": ["+46 70 205 671", "+46 70 205 672", "+46 70 205 673"],
    "sizes": ["S", "1", "2"],
    "words": ["apple", "pear", "plum"],
}


@pytest.mark.parametrize("name", OTHERS)
def test_text_with_digits_is_not_taken_for_numbers(name):
    assert number_form(OTHERS[name]) is None


def test_a_comma_that_may_be_either_is_told_with_both_readings(tmp_path, load):
    _write(tmp_path, ["1,234", "2,345", "3,456"])
    (told,) = [n for n in load(source="d.csv", target="y").description.notices if "numbers as text" in n.message]
    assert told.hint == 'if it is 1.234: `read: {decimal: ","}`; if it is 1234: `read: {thousands: ","}`'


def test_signs_for_missing_values_are_named(tmp_path, load):
    frame = _write(tmp_path, [str(i) for i in range(19)] + ["n.a."])
    (told,) = [n for n in load(source="d.csv", target="y").description.notices if "numbers as text" in n.message]
    assert told.hint == '`read: {na_values: {"a": ["n.a."]}}`'
    assert _apply(told.hint, frame, tmp_path / "d.csv").isna().sum() == 10


@pytest.mark.parametrize(
    "other",
    [[0.5, 1.25, 2.75] * 10, ["1,2", "2,3,4", "3"] * 10],
    ids=["numbers with a point", "lists of codes"],
)
def test_an_option_that_would_change_another_column_is_not_proposed(other, tmp_path, load):
    frame = _write(tmp_path, ["3,5", "4,25", "7,75"], other=other)
    (told,) = [n for n in load(source="d.csv", target="y").description.notices if "numbers as text" in n.message]
    assert "read:" not in told.hint
    assert list(_apply(told.hint, frame, tmp_path / "d.csv"))[:3] == [3.5, 4.25, 7.75]


def test_columns_of_one_table_share_their_options(tmp_path, load):
    _write(tmp_path, ["3,5", "4,25", "7,75"], b=["1.234,5", "17", "2,5"] * 10)
    told = [n for n in load(source="d.csv", target="y").description.notices if "numbers as text" in n.message]
    assert {n.hint for n in told} == {'`read: {decimal: ","}`', '`read: {thousands: ".", decimal: ","}`'}


def test_a_source_without_options_gets_code(load_frame):
    frame = pd.DataFrame({"a": ["1,234", "950", "17"] * 10, "y": [0, 1] * 15})
    (told,) = [n for n in load_frame(frame).description.notices if "numbers as text" in n.message]
    assert told.hint == 'in the `prepare` hook, for such a column `c`: `c.str.replace(",", "").astype(float)`'


def test_a_million_cells_are_looked_at_in_a_sample():
    cells = pd.Series(np.arange(10_000).astype(str)) + "%"
    assert number_form(list(cells)).example == "0%"


NO_CODE = {  # and why
    "currencies": (["$5", "€7.5", "£3"], "the currencies differ ('$', '£', '€')"),
    "dollars of two countries": (["US$ 5", "A$ 7", "US$ 8"], "the currencies differ ('A$', 'US$')"),
    "shares of 100 and of 1": (["5%", "0.05", "7%"], "'%' is missing in some rows, which seem to be shares of 1"),
    "coordinates": (["59.3 N", "12.25 S", "7 N"], "the letters N, S, E and W say the sign"),
    "units": (["5000 sqft", "0.25 acres", "700 sqft"], "the units differ ('acres', 'sqft')"),
    "money and shares": (["$5", "5%", "$7"], "the units differ ('$', '%')"),
    "magnitudes": (["$350K", "$1.2M", "$7M"], "'K', 'M' say the magnitude"),
}


def _told(dataset: Any) -> list[Any]:
    return [notice for notice in dataset.description.notices if "numbers as text" in notice.message]


@pytest.mark.parametrize("name", NO_CODE)
def test_marks_that_say_more_than_the_number_are_told_without_code(name, tmp_path, load):
    cells, reason = NO_CODE[name]
    _write(tmp_path, cells)
    (told,) = _told(load(source="d.csv", target="y"))
    assert told.hint == f"{reason}: make it a number in the `prepare` hook"


def test_a_bound_is_told_as_dropped(tmp_path, load):
    _write(tmp_path, ["<0.5", ">200", "7"])
    (told,) = _told(load(source="d.csv", target="y"))
    assert told.hint.endswith("; the bound is dropped ('<', '>')")


def test_numbers_written_with_a_point_are_not_harmed_by_the_options_of_others(tmp_path, load):
    prices = [f"{i}.{i}50,25" for i in range(1, 10)] * 4
    for other in (["1.0", "2.0", "5.0"], ["1.5e3", "1.5e4", "2e3"], ["1.0", "", "3.0"]):
        lines = [f"{price};{other[i % 3]};{i % 2}" for i, price in enumerate(prices)]
        (tmp_path / "d.csv").write_text("a;b;y\n" + "\n".join(lines) + "\n")
        (told,) = _told(load(source="d.csv", target="y"))
        assert "read:" not in told.hint
        assert number_options(DataConfig(source="d.csv", target="y"), tmp_path) == {}, "which `init` writes"
        frame = pd.read_csv(tmp_path / "d.csv", sep=";")
        assert _apply(told.hint, frame, tmp_path / "d.csv").iloc[0] == 1150.25


def test_a_target_with_a_point_is_not_harmed_either(tmp_path, load):
    frame = _write(tmp_path, ["3,5", "4,25", "7,75"])
    frame.assign(y=np.arange(30) / 10).to_csv(tmp_path / "d.csv", index=False)
    (told,) = _told(load(source="d.csv", target="y", task="regression"))
    assert "read:" not in told.hint


def test_thousands_with_points_that_pandas_reads_as_fractions_keep_the_option(tmp_path, load):
    lines = [f"{i}.{i}50,25;{i}.{i}51;{i % 2}" for i in range(1, 10)] * 4
    (tmp_path / "d.csv").write_text("a;b;y\n" + "\n".join(lines) + "\n")
    (told,) = _told(load(source="d.csv", target="y"))
    assert told.hint == '`read: {thousands: ".", decimal: ","}`'


def test_telephones_are_not_harmed_by_thousands_with_blanks(tmp_path, load):
    _write(tmp_path, ["1 234", "17", "5"], b=["+46 70 205 60 71", "+46 70 205 60 72", "+46 70 205 60 73"] * 10)
    (told,) = _told(load(source="d.csv", target="y"))
    assert "read:" not in told.hint


def test_words_for_missing_values_are_those_of_their_column(tmp_path, load):
    _write(tmp_path, [str(i) for i in range(19)] + ["M"], b=["M", "F"] * 100)
    (told,) = _told(load(source="d.csv", target="y"))
    read = yaml.safe_load(told.hint.strip("`"))["read"]
    features = load(source="d.csv", target="y", read=read).features
    assert features["a"].isna().sum() == 10
    assert set(features["b"]) == {"M", "F"}


@pytest.mark.parametrize("n_words", [5, 12], ids=["all named", "more than a hint names"])
def test_many_words_are_all_read_as_missing(n_words, tmp_path, load):
    words = [f"reason {chr(97 + i)}" for i in range(n_words)]
    frame = _write(tmp_path, [str(i) for i in range(200)] + words)
    (told,) = _told(load(source="d.csv", target="y"))
    assert told.message.endswith(f"(but 'reason a', 'reason b', 'reason c' and {n_words - 3} more).")
    assert _apply(told.hint, frame, tmp_path / "d.csv").isna().sum() == 10 * n_words


def test_a_sign_for_missing_values_in_many_rows_is_told(tmp_path, load):
    cells = [str(i) for i in range(16)] + ["?"] * 4
    frame = _write(tmp_path, cells)
    (told,) = _told(load(source="d.csv", target="y"))
    assert _apply(told.hint, frame, tmp_path / "d.csv").isna().sum() == 40
    with pytest.raises(DataError, match="holds numbers as text"):
        load(source="d.csv", target="a", task="regression")


def test_words_that_were_kept_as_text_get_code_as_options_are_taken(tmp_path, load):
    frame = _write(tmp_path, [str(i) for i in range(16)] + ["NA"] * 4, b=["NA", "SE"] * 100)
    read = {"keep_default_na": False, "na_values": [""]}
    (told,) = _told(load(source="d.csv", target="y", read=read))
    assert "read:" not in told.hint
    assert _apply(told.hint, frame, tmp_path / "d.csv").isna().sum() == 40


def test_a_blank_before_the_word_is_part_of_it(tmp_path, load):
    frame = _write(tmp_path, [f" {i}" for i in range(16)] + [" ?"])
    (told,) = _told(load(source="d.csv", target="y"))
    assert _apply(told.hint, frame, tmp_path / "d.csv").isna().sum() == 10


def test_what_is_said_of_many_columns_stays_short(tmp_path, load):
    columns = {f"{name} " * 30: [f"word {name}", *map(str, range(29))] for name in "bcdefghi"}
    _write(tmp_path, ["12%", "3%", "7%"], **columns, **{f"{i} " * 40: ["5%", "6%", "7%"] * 10 for i in "jklmn"})
    told = _told(load(source="d.csv", target="y"))
    assert sum(int(notice.message.split()[0]) for notice in told) == 14
    assert all(len(notice.message) <= 300 and len(notice.hint) <= 300 for notice in told)


@pytest.mark.parametrize("cells", [["1,234 kg", "2,345 kg", "3,456 kg"], ["1.234 km", "123.456 km", "950 km"]])
def test_two_readings_without_options_get_code_for_each(cells, load_frame):
    frame = pd.DataFrame({"a": cells * 10, "y": [0, 1] * 15})
    (told,) = _told(load_frame(frame))
    codes = re.findall(r"`(c\..*?)`", told.hint)
    numbers = [eval(code, {"c": frame["a"]}) for code in codes]  # noqa: S307 - our own hint
    assert [column.iloc[0] for column in numbers] == [1.234, 1234]


def test_cells_of_many_blanks_are_not_searched():
    assert number_form([" " * 60_000 + "x", *map(str, range(30))]).words[0].strip() == ""
