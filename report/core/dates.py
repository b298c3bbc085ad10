"""Dates that are written as text: what they mean is found from the whole column, never from one cell."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd

from .date_forms import FORMS, ORDERS, format_of, instant_of, parts_of, unknown_zone

_ISO = re.compile(r"\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?)?", re.ASCII)
_LOOKED_AT = 200  # cells that decide which form a column has
_VERIFIED = 10_000  # cells that a format is tried on
_MOSTLY = 0.9
_YEARS = (1800, 2200)  # of features that are taken for dates
_LATE = 0.25  # of the days of a month are after the 12th, and more
_QUARTERS = 'c.map(lambda q: pd.Period(q, freq="Q").to_timestamp(), na_action="ignore")'
_GENERAL: dict[str, dict[str, Any]] = {  # what pandas finds out cell by cell
    'format="ISO8601"': {"format": "ISO8601"},
    'format="mixed"': {"format": "mixed"},
    'format="mixed", dayfirst=True': {"format": "mixed", "dayfirst": True},
}


@dataclass(frozen=True)
class Reading:
    """One meaning of a column.

    format : by which pandas reads all of its dates, "" where none does. text : the date of the example in words, `3
    April 2020`. code : of pandas, for a column `c`; "" where there is none. example : the cell. words : cells that are
    no dates. zone : one that is not known.
    """

    format: str
    text: str
    code: str = ""
    example: str = ""
    words: tuple[str, ...] = ()
    zone: str = ""


class NotDatesError(ValueError):
    """A cell that is not of the form of the others, or says no year."""


class AmbiguousDatesError(ValueError):
    """Dates that may be read in two ways, as no cell tells which number is the day."""

    def __init__(self, example: str, readings: tuple[Reading, ...]) -> None:
        self.example, self.readings = example, readings
        super().__init__(f"'{example}' may be {' or '.join(reading.text for reading in readings)}")


_Found = list[tuple[str, pd.DatetimeIndex]]


def read_dates(cells: pd.Series[Any]) -> pd.DatetimeIndex:
    """The instants of cells of text, UTC where a cell has no zone.

    Raises AmbiguousDatesError where two readings fit all cells, NotDatesError where none does.
    """
    texts = cells.astype(str)
    codes, distinct = pd.factorize(texts)
    return _instants([str(text) for text in distinct]).take(codes)


def date_readings(cells: Sequence[str]) -> tuple[Reading, ...]:
    """The readings that fit nearly all cells: one where their meaning is certain, none where they are no dates.

    For columns that nobody called dates: versions and scores such as 1.7.11 are none.
    """
    distinct = tuple(dict.fromkeys(cells))
    form = _form_of(distinct[:_LOOKED_AT])
    if form is None:
        return ()
    return _known_readings(form, distinct) if len(distinct) <= _LOOKED_AT else _readings(form, distinct)


@lru_cache(maxsize=2_000)
def _known_readings(form: re.Pattern[str], texts: tuple[str, ...]) -> tuple[Reading, ...]:
    return _readings(form, texts)


def _readings(form: re.Pattern[str], texts: tuple[str, ...]) -> tuple[Reading, ...]:
    parts = {text: match for text in texts if (match := parts_of(form, text)) is not None}
    if len(parts) < _MOSTLY * len(texts) or not _are_likely(list(parts.values())):
        return ()
    by_order = {order: [instant_of(match.groupdict(), order) for match in parts.values()] for order in _orders(parts)}
    most = max(sum(instant is not None for instant in instants) for instants in by_order.values())
    if most < _MOSTLY * len(texts):
        return ()
    good = next(instants for instants in by_order.values() if sum(one is not None for one in instants) == most)
    dates = [text for text, instant in zip(parts, good, strict=True) if instant is not None]
    found: _Found = []
    for order, instants in by_order.items():
        values = [one for one in instants if one is not None]
        if [one is None for one in instants] == [one is None for one in good]:
            _add(found, order, _index(values))
    are_dates = set(dates)
    words = tuple(text for text in texts if text not in are_dates)
    found = _without_months_first(found, parts[dates[0]].groupdict().get("between"))
    return tuple(replace(reading, words=words) for reading in _described(found, form, dates))


def _are_likely(parts: Sequence[re.Match[str]]) -> bool:
    """Whether numbers are dates rather than versions, scores or sizes, such as 1.7.11, 3-1-12 or 8/2013."""
    table = [found.groupdict() for found in parts]
    years = [row["year"] for row in table]
    if sum(len(year) == 2 or _YEARS[0] <= int(year) <= _YEARS[1] for year in years) < _MOSTLY * len(years):
        return False
    if "first" in table[0] and any(len(year) == 2 for year in years):
        numbers = [(row["first"], row["second_number"]) for row in table]
        if all(len(first) == len(second) == 2 for first, second in numbers):
            return True
        late = [sum(int(number[side]) > 12 for number in numbers) for side in (0, 1)]
        return max(late) > _LATE * len(numbers) and min(late) == 0
    if "month" in table[0] and "day" not in table[0] and "between" not in table[0]:
        return all(len(row["month"]) == 2 for row in table)
    return True


def _instants(texts: Sequence[str]) -> pd.DatetimeIndex:
    form = _form_of(texts[:_LOOKED_AT])
    if form is None:
        raise NotDatesError(_why_no_form(texts))
    found = _by_formats(texts, form) or _by_parts(texts, form)
    if len(found) > 1:
        example = texts[_telling(found)].strip()
        raise AmbiguousDatesError(example, tuple(_described(found, form, texts)))
    return found[0][1]


def _why_no_form(texts: Sequence[str]) -> str:
    forms: dict[int | None, str] = {}
    for text in texts[:_LOOKED_AT]:
        forms.setdefault(_index_of_form(text), text)
    forms.pop(None, None)
    counts = Counter(_index_of_form(text) for text in texts[:_LOOKED_AT])
    if len(forms) > 1 and counts[None] <= (1 - _MOSTLY) * counts.total():
        shown = ", ".join(f"'{_short(text)}'" for text in list(forms.values())[:3])
        return f"cells have several forms: {shown}"
    return f"'{_short(texts[0])}' is no date with a year"


def _index_of_form(text: str) -> int | None:
    return next((i for i, form in enumerate(FORMS) if parts_of(form, text) is not None), None)


def _by_formats(texts: Sequence[str], form: re.Pattern[str]) -> _Found:
    """The orders in which the format of the first cell fits all; empty where cells vary, as in their seconds."""
    text, parts = next((text, match) for text in texts if (match := parts_of(form, text)))
    found: _Found = []
    if unknown_zone(parts.groupdict()) or parts["year"] is None:
        return found
    for order in _orders({text: parts}):
        is_iso = order == "" and _ISO.fullmatch(text.strip()) is not None
        wanted = "ISO8601" if is_iso else format_of(parts, text, order)
        if not is_iso and ("Q" in wanted or wanted == "%Y" or "%z" in wanted):
            continue
        instants = pd.to_datetime(pd.Series(texts, dtype=object), format=wanted, errors="coerce", utc=True)
        first = instant_of(parts.groupdict(), order)
        if instants.notna().all() and first is not None and instants.iloc[list(texts).index(text)] == _utc(first):
            _add(found, order, pd.DatetimeIndex(instants))
    return _without_months_first(found, parts.groupdict().get("between"))


def _by_parts(texts: Sequence[str], form: re.Pattern[str]) -> _Found:
    parts = {text: parts_of(form, text) for text in texts}
    good = next(text for text, match in parts.items() if match is not None)
    odd = [text for text, match in parts.items() if match is None]
    if odd:
        shown = ", ".join(f"'{_short(text)}'" for text in odd[:3])
        rest = f" and {len(odd) - 3:,} more" if len(odd) > 3 else ""
        verb = "is" if len(odd) == 1 else "are"
        raise NotDatesError(f"{shown}{rest} {verb} not of the form of '{_short(good)}'")
    matches = {text: match for text, match in parts.items() if match is not None}
    return _without_months_first(_read(matches), matches[good].groupdict().get("between"))


def _read(parts: dict[str, re.Match[str]]) -> _Found:
    """Each order of day, month and year that fits all cells, with the instants; orders of the same meaning once."""
    for match in parts.values():
        if zone := unknown_zone(match.groupdict()):
            raise NotDatesError(f"the zone '{zone}' is not known: it has no offset such as +01:00")
    found: _Found = []
    wrong = ""
    for order in _orders(parts):
        instants = [instant_of(match.groupdict(), order) for match in parts.values()]
        values = [one for one in instants if one is not None]
        if len(values) == len(instants):
            _add(found, order, _index(values))
        wrong = wrong or next((text for text, one in zip(parts, instants, strict=True) if one is None), "")
    if not found:
        raise NotDatesError(f"'{_short(wrong)}' has a day, a month or a time that is out of range")
    return found


def _form_of(texts: Sequence[str]) -> re.Pattern[str] | None:
    """The form that nearly all of the first cells have."""
    allowed = len(texts) - _MOSTLY * len(texts)
    for form in FORMS if texts else ():
        missed = 0
        for text in texts:
            missed += parts_of(form, text) is None
            if missed > allowed:
                break
        else:
            return form
    return None


def _orders(parts: dict[str, re.Match[str]]) -> tuple[str, ...]:
    first = next(iter(parts.values())).groupdict()
    if "first" not in first:
        return ("",)
    is_short = all(len(found["year"]) == len(found["first"]) == 2 for found in parts.values())
    return (*ORDERS, "year first") if is_short else tuple(ORDERS)


def _add(found: _Found, order: str, instants: pd.DatetimeIndex) -> None:
    if not any((instants == other).all() for _, other in found):
        found.append((order, instants))


def _without_months_first(found: _Found, between: str | None) -> _Found:
    """Dates with points have the day first: nobody writes 12.31.2020."""
    certain = [entry for entry in found if entry[0] == "day first"]
    return certain if between == "." and certain else found


def _index(instants: Sequence[datetime]) -> pd.DatetimeIndex:
    return pd.DatetimeIndex(np.array(instants, dtype="datetime64[us]")).tz_localize("UTC")


def _utc(instant: datetime) -> pd.Timestamp:
    return pd.Timestamp(np.datetime64(instant, "us")).tz_localize("UTC")


def _telling(found: _Found) -> int:
    """A cell that the readings differ in."""
    if len(found) < 2:
        return 0
    return int(np.argmax(np.asarray(found[0][1] != found[1][1])))


def _described(found: _Found, form: re.Pattern[str], texts: Sequence[str]) -> list[Reading]:
    """The readings of an example, with what of pandas gives the same instants for all of the cells."""
    position = _telling(found)
    return [_reading(position, order, instants, form, texts) for order, instants in found]


def _reading(
    position: int, order: str, instants: pd.DatetimeIndex, form: re.Pattern[str], texts: Sequence[str]
) -> Reading:
    text, instant = texts[position], instants[position]
    parts = parts_of(form, text)
    assert parts is not None  # noqa: S101 - its year was found above
    said = Reading("", f"{instant.day} {instant.month_name()} {instant.year}", example=text.strip())
    if zone := unknown_zone(parts.groupdict()):
        return replace(said, zone=zone)
    cells, wanted = pd.Series(texts[:_VERIFIED], dtype=object), instants[:_VERIFIED]
    if parts.groupdict().get("quarter"):
        return replace(said, code=_QUARTERS if _are_quarters(cells, wanted) else "")
    own = format_of(parts, text, order)
    zones = {match["zone"] for one in cells if (match := parts_of(form, one))} if "%z" in own else set()
    for way, arguments in {f'format="{own}"': {"format": own}, **_GENERAL}.items():
        if _reads(cells, wanted, arguments):
            is_format = arguments.get("format") == own and len(zones) < 2
            more = ", utc=True" if len(zones) > 1 or (not is_format and _has_zone(form, texts)) else ""
            return replace(said, format=own if is_format else "", code=f"pd.to_datetime(c, {way}{more})")
    return said


def _are_quarters(cells: pd.Series[Any], instants: pd.DatetimeIndex) -> bool:
    """Whether pandas knows quarters that are written so."""
    try:
        return [pd.Period(cell, freq="Q").to_timestamp() for cell in cells] == list(instants.tz_localize(None))
    except ValueError:
        return False


def _has_zone(form: re.Pattern[str], texts: Sequence[str]) -> bool:
    return any(bool(found.groupdict().get("zone")) for text in texts[:_VERIFIED] if (found := parts_of(form, text)))


def _reads(cells: pd.Series[Any], instants: pd.DatetimeIndex, arguments: dict[str, Any]) -> bool:
    """Whether pandas reads these cells so, and as the instants that they are."""
    try:
        read = pd.DatetimeIndex(pd.to_datetime(cells, errors="coerce", utc=True, **arguments))
    except (ValueError, TypeError, OverflowError):
        return False
    return bool((read == instants).all())


def _short(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:40]}…"
