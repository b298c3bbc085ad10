"""Numbers that pandas reads as text are recognised, and what is said reads them as they are meant."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import yaml

from report.core.errors import DataError
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
    "bounds": (["<0.01", "0.5", "2"], [0.01, 0.5, 2]),
}
WHAT_READS = re.compile(r"`(read: .*|(?:pd\.to_numeric\()?c\..*)`")


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
    assert told.hint == '`read: {na_values: ["n.a."]}`'
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
