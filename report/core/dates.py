"""Dates that are written as text: what they mean is found from the whole column, never from one cell."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Iterator

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = r"(?P<name>(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*)\.?"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_YEAR = r"(?P<year>\d{4}|\d{2})"
_WEEKDAY = r"(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\.?,?\s+)?"
_TIME = (
    r"(?:(?:[T ]|,\s*|\s+at\s+)\s*(?P<hour>\d{1,2})[:.h](?P<minute>\d{2})(?:[:.](?P<second>\d{2}(?:[.,]\d+)?))?"
    r"\s*(?P<half>[ap]\.?m\.?)?\s*(?P<zone>Z|UTC|GMT|[+-]\d{2}:?\d{2})?)?"
)
_FORMS = tuple(
    re.compile(rf"\s*{_WEEKDAY}{form}{_TIME}\s*", re.IGNORECASE)
    for form in (
        r"(?P<first>\d{1,2})(?P<between>[-/. ])(?P<second_number>\d{1,2})(?P=between)(?P<year>\d{4}|\d{2})",
        r"(?P<year>\d{4})(?P<between>[-/. ])(?P<month>\d{1,2})(?:(?P=between)(?P<day>\d{1,2}))?",
        r"(?P<month>\d{1,2})[-/.](?P<year>\d{4})",
        rf"{_DAY}[-/., ]*{_MONTH}[-/., ]*{_YEAR}",
        rf"{_MONTH}[-/. ]*{_DAY}(?:,\s*|[-/. ]+){_YEAR}",
        rf"{_MONTH}[-/.,' ]*{_YEAR}",
        rf"(?P<year>\d{{4}})[-/. ]*{_MONTH}(?:[-/. ]*{_DAY})?",
        r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})",
        r"(?P<year>\d{4})[-/. ]?Q(?P<quarter>[1-4])",
        r"Q(?P<quarter>[1-4])[-/. ]?(?P<year>\d{4})",
        r"(?P<year>\d{4})",
    )
)
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?)?")
_LOOKED_AT = 200  # cells that decide which form a column has
_MOSTLY = 0.9
_PIVOT = 69  # years of two digits from here on are of the last century, as POSIX has it
_ORDERS = {"day first": ("first", "second_number", "year"), "month first": ("second_number", "first", "year")}
_YEAR_FIRST = ("year", "second_number", "first")


@dataclass(frozen=True)
class Reading:
    """One meaning of a cell. format : as strptime takes it. text : the date of the example in words, `3 April 2020`."""

    format: str
    text: str


class NotDatesError(ValueError):
    """A cell that is not of the form of the others, or says no year."""


class AmbiguousDatesError(ValueError):
    """Dates that may be read in two ways, as no cell tells which number is the day."""

    def __init__(self, example: str, readings: tuple[Reading, ...]) -> None:
        self.example, self.readings = example, readings
        super().__init__(f"'{example}' may be {' or '.join(reading.text for reading in readings)}")


def read_dates(cells: pd.Series[Any]) -> pd.DatetimeIndex:
    """The instants of cells of text, UTC where a cell has no zone.

    Raises AmbiguousDatesError where two readings fit all cells, NotDatesError where none does.
    """
    texts = cells.astype(str)
    codes, distinct = pd.factorize(texts)
    return _instants(pd.Series(distinct, dtype=object)).take(codes)


def date_readings(cells: Sequence[str]) -> tuple[Reading, ...]:
    """The readings that fit all of these cells: one where their meaning is certain; none where they are no dates."""
    form = _form_of(cells[:_LOOKED_AT])
    if form is None:
        return ()
    parts = [found for cell in dict.fromkeys(cells) if (found := form.fullmatch(cell))]
    if len(parts) < _MOSTLY * len(set(cells)):
        return ()
    table = pd.DataFrame([found.groupdict() for found in parts])
    try:
        found_readings = _read(table)
    except NotDatesError:
        return ()
    example = _telling(found_readings)
    return tuple(
        Reading(_format(parts[example], order), _in_words(instants[example])) for order, instants in found_readings
    )


def _instants(texts: pd.Series[Any]) -> pd.DatetimeIndex:
    form = _form_of(texts.iloc[:_LOOKED_AT].tolist())
    if form is None:
        raise NotDatesError(f"'{_short(texts.iloc[0])}' is no date with a year")
    found = _by_formats(texts, form) or _by_parts(texts, form)
    if len(found) > 1:
        example = _telling(found)
        parts = form.fullmatch(texts.iloc[example])
        assert parts is not None  # noqa: S101 - its year was found above
        readings = tuple(Reading(_format(parts, order), _in_words(instants[example])) for order, instants in found)
        raise AmbiguousDatesError(texts.iloc[example].strip(), readings)
    return found[0][1]


def _by_formats(texts: pd.Series[Any], form: re.Pattern[str]) -> list[tuple[str, pd.DatetimeIndex]]:
    """The orders in which the format of the first cell fits all; empty where cells vary, as in their seconds."""
    parts = next(match for text in texts if (match := form.fullmatch(text)))
    found: list[tuple[str, pd.DatetimeIndex]] = []
    for order in (*_ORDERS, "year first") if "first" in parts.groupdict() else ("",):
        wanted = "ISO8601" if order == "" and _ISO.fullmatch(parts.string.strip()) else _format(parts, order)
        if "Q" in wanted or (order == "year first" and len(parts["year"]) > 2):
            continue
        instants = pd.to_datetime(texts, format=wanted, errors="coerce", utc=True)
        if instants.notna().all():
            _add(found, order, pd.DatetimeIndex(instants))
    return _without_months_first(found, parts.groupdict().get("between"))


def _by_parts(texts: pd.Series[Any], form: re.Pattern[str]) -> list[tuple[str, pd.DatetimeIndex]]:
    table = texts.str.extract(form)
    odd = table["year"].isna().to_numpy()
    if odd.any():
        raise NotDatesError(f"'{_short(texts[odd].iloc[0])}' is not of the form of '{_short(texts[~odd].iloc[0])}'")
    return _read(table)


def _form_of(texts: Sequence[str]) -> re.Pattern[str] | None:
    """The form that nearly all of the first cells have."""
    for form in _FORMS:
        if texts and sum(form.fullmatch(text) is not None for text in texts) >= _MOSTLY * len(texts):
            return form
    return None


def _read(parts: pd.DataFrame) -> list[tuple[str, pd.DatetimeIndex]]:
    """Each order of day, month and year that fits all cells, with the instants; orders of the same meaning once."""
    found: list[tuple[str, pd.DatetimeIndex]] = []
    for order, numbers in _orders(parts):
        instants = _by_numbers(*numbers, parts)
        if instants is not None:
            _add(found, order, instants)
    if not found:
        raise NotDatesError("a day or a month is out of range")
    return _without_months_first(found, parts["between"].iloc[0] if "between" in parts else None)


def _add(found: list[tuple[str, pd.DatetimeIndex]], order: str, instants: pd.DatetimeIndex) -> None:
    if not any((instants == other).all() for _, other in found):
        found.append((order, instants))


def _without_months_first(
    found: list[tuple[str, pd.DatetimeIndex]], between: str | None
) -> list[tuple[str, pd.DatetimeIndex]]:
    """Dates with points have the day first: nobody writes 12.31.2020."""
    certain = [entry for entry in found if entry[0] == "day first"]
    return certain if between == "." and certain else found


def _orders(parts: pd.DataFrame) -> Iterator[tuple[str, tuple[Any, Any, Any]]]:
    year = _number(parts["year"])
    if "first" not in parts:
        yield "", (_full(year, parts["year"]), _month(parts), _number(parts["day"]) if "day" in parts else 1)
        return
    for order, (day, month, _) in _ORDERS.items():
        yield order, (_full(year, parts["year"]), _number(parts[month]), _number(parts[day]))
    if (parts["year"].str.len() == 2).all():
        century = _full(_number(parts["first"]), parts["first"])
        yield "year first", (century, _number(parts["second_number"]), year)


def _month(parts: pd.DataFrame) -> Any:
    if "name" in parts:
        return parts["name"].str.lower().str[:3].map({name: i + 1 for i, name in enumerate(_MONTHS)})
    if "quarter" in parts:
        return _number(parts["quarter"]) * 3 - 2
    return _number(parts["month"]) if "month" in parts else 1


def _number(texts: pd.Series[Any]) -> pd.Series[Any]:
    return pd.to_numeric(texts).fillna(1).astype(np.int64)


def _full(year: pd.Series[Any], texts: pd.Series[Any]) -> pd.Series[Any]:
    return year.where(texts.str.len() > 2, year + np.where(year >= _PIVOT, 1900, 2000))


def _by_numbers(year: Any, month: Any, day: Any, parts: pd.DataFrame) -> pd.DatetimeIndex | None:
    dates = pd.to_datetime(pd.DataFrame({"year": year, "month": month, "day": day}, index=parts.index), errors="coerce")
    if dates.isna().any():
        return None
    instants = pd.DatetimeIndex(dates + _time_of_day(parts)).tz_localize("UTC")
    return pd.DatetimeIndex(instants - _offset(parts["zone"]))


def _time_of_day(parts: pd.DataFrame) -> pd.Series[Any]:
    hour = pd.to_numeric(parts["hour"]).fillna(0)
    is_late = parts["half"].str.lower().str.startswith("p").fillna(value=False).astype(bool)
    hour = hour.where(parts["half"].isna(), hour % 12 + 12 * is_late)
    seconds = pd.to_numeric(parts["second"].str.replace(",", ".")).fillna(0)
    return pd.to_timedelta(hour * 3600 + pd.to_numeric(parts["minute"]).fillna(0) * 60 + seconds, unit="s")


def _offset(zone: pd.Series[Any]) -> Any:
    digits = zone.str.extract(r"(?P<sign>[+-])(?P<hours>\d{2}):?(?P<minutes>\d{2})")
    minutes = pd.to_numeric(digits["hours"]).fillna(0) * 60 + pd.to_numeric(digits["minutes"]).fillna(0)
    return pd.TimedeltaIndex(pd.to_timedelta(minutes.where(digits["sign"] != "-", -minutes), unit="min"))


def _telling(found: Sequence[tuple[str, pd.DatetimeIndex]]) -> int:
    """A cell that the readings differ in."""
    if len(found) < 2:
        return 0
    return int(np.argmax(np.asarray(found[0][1] != found[1][1])))


def _format(parts: re.Match[str], order: str) -> str:
    """What strptime reads this cell by, in this order of day and month."""
    text, formats = parts.string.strip(), []
    shift = len(parts.string) - len(parts.string.lstrip())
    for group, value in parts.groupdict().items():
        if value is not None and group in _CODES:
            start = parts.start(group) - shift
            formats.append((start, start + len(value), _code(group, value, order, parts)))
    for start, end, code in sorted(formats, reverse=True):
        text = text[:start] + code + text[end:]
    return text


_CODES = ("first", "second_number", "year", "month", "day", "name", "hour", "minute", "second", "half", "zone")


def _code(group: str, value: str, order: str, parts: re.Match[str]) -> str:
    if group == "year":
        return "%d" if order == "year first" else "%Y" if len(value) == 4 else "%y"
    if group in ("first", "second_number"):
        is_first = group == "first"
        if order == "year first":
            return "%y" if is_first else "%m"
        return "%d" if is_first == (order == "day first") else "%m"
    if group == "second":
        return "%S.%f" if "." in value else "%S"
    if group == "hour":
        return "%I" if parts["half"] else "%H"
    name = "%b" if len(value) == 3 else "%B"
    return {"month": "%m", "day": "%d", "name": name, "minute": "%M", "half": "%p", "zone": "%z"}[group]


def _in_words(instant: pd.Timestamp) -> str:
    return f"{instant.day} {instant.month_name()} {instant.year}"


def _short(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:40]}…"
