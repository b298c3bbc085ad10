"""How dates are written: their forms, the names of months, and the format by which strptime reads a cell."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import lru_cache

_NAMES = (  # English, then others; abbreviations too
    "january jan januar janner januari janvier janv jnv enero ene gennaio gen janeiro",
    "february feb februar feber februari fevrier fevr fev febrero febbraio fevereiro",
    "march mar marz mrz maerz mars marzo marco maart mrt",
    "april apr avril avr abril abr aprile",
    "may mai maj mayo maggio mag maio mei",
    "june jun juni juin junio giugno giu junho",
    "july jul juli juillet juil juill julio luglio lug julho",
    "august aug aout aou agosto ago augustus augusti",
    "september sep sept septembre septiembre setiembre set settembre sett setembro",
    "october oct oktober okt octobre octubre ottobre ott outubro out",
    "november nov novembre noviembre novembro",
    "december dec dezember dez decembre diciembre dic dicembre dezembro",
)
_MONTHS = {name: number for number, names in enumerate(_NAMES, 1) for name in names.split()}
_LETTERS = str.maketrans("áàâäãåéèêëíìîïóòôöõúùûüçñ\u00a0\u202f\u2009", "aaaaaaeeeeiiiiooooouuuucn   ")
_MONTH = rf"(?P<name>{'|'.join(sorted(_MONTHS, key=len, reverse=True))})\.?(?![a-z])"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th|er|º)?"
_OF = r"(?:[-/., ]|\bde\b|\bdel\b|\bof\b)*"
_YEAR = r"(?P<year>\d{4}|\d{2})"
_WEEKDAY = (
    r"(?:(?P<weekday>(?:mon|tue|wed|thu|fri|sat|sun|mo|di|mi|do|fr|sa|so|lun|mar|mer|jeu|ven|sam|dim|mie|jue|vie"
    r"|sab|dom|gio|seg|ter|qua|qui|sex|ma|wo|vr|za|zo)[a-z]{0,9})\.?,?\s+)?"
)
_ZONES = (
    "EST|EDT|CST|CDT|MST|MDT|PST|PDT|CET|CEST|MEZ|MESZ|EET|EEST|WET|WEST|BST|IST|JST|KST|MSK|AEST|AEDT|ACST|AWST|NZST"
    "|NZDT|HST|AKST|AKDT|SGT|HKT"
)
_ZONE = (
    rf"(?:\s*(?P<zone>Z|(?:UTC|GMT)?\s?[+-]\d{{1,2}}(?::?\d{{2}})?|UTC|GMT|{_ZONES})(?![a-z0-9])"
    r"(?:\s*\([^)]*\))?)?"
)
_CLOCK = r"(?P<hour>\d{1,2})[:.h](?P<minute>\d{2})(?:[:.](?P<second>\d{2})(?P<fraction>[.,]\d{1,9})?)?"
_TIME = (
    rf"(?:(?:[T ]|,\s*|\s+at\s+|\s+-\s+|:(?=\d\d:))\s*{_CLOCK}"
    rf"\s*(?P<half>[ap]\.?\s?m\b\.?)?(?:\s*(?:Uhr|h)\b)?{_ZONE})?"
)
_UNIX = rf"{_MONTH}\s+(?P<day>\d{{1,2}})\s+{_CLOCK}{_ZONE}\s+(?P<year>\d{{4}})"
_COMPACT = (
    r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})[T _-](?P<hour>\d{2}):?(?P<minute>\d{2})(?::?(?P<second>\d{2}))?"
)
FORMS = tuple(
    re.compile(rf"\s*{_WEEKDAY}{form}\s*", re.IGNORECASE | re.ASCII)
    for form in (
        rf"(?P<first>\d{{1,2}})(?P<between>[-/. ])(?P<second_number>\d{{1,2}})(?P=between){_YEAR}{_TIME}",
        rf"(?P<year>\d{{4}})(?P<between>[-/. ])(?P<month>\d{{1,2}})(?:(?P=between)(?P<day>\d{{1,2}}))?{_TIME}",
        rf"(?P<month>\d{{1,2}})[-/.](?P<year>\d{{4}}){_TIME}",
        rf"{_DAY}{_OF}{_MONTH}{_OF}{_YEAR}{_TIME}",
        rf"{_MONTH}[-/. ]*{_DAY}(?:,\s*|[-/. ]+){_YEAR}{_TIME}",
        rf"{_MONTH}(?:[-/.,' ]|\bde\b)*{_YEAR}{_TIME}",
        rf"(?P<year>\d{{4}})[-/. ]*{_MONTH}(?:[-/. ]*{_DAY})?{_TIME}",
        rf"(?P<year>\d{{4}})(?P<month>\d{{2}})(?P<day>\d{{2}}){_TIME}",
        rf"{_COMPACT}{_ZONE}",
        _UNIX,
        rf"(?P<year>\d{{4}})\s*[年년]\s*(?P<month>\d{{1,2}})\s*[月월](?:\s*(?P<day>\d{{1,2}})\s*[日일])?{_TIME}",
        r"(?P<year>\d{4})[-/. ]?Q(?P<quarter>[1-4])",
        r"Q(?P<quarter>[1-4])[-/. ]?(?P<year>\d{4})",
        r"(?P<year>\d{4})",
    )
)
ORDERS = {"day first": ("first", "second_number"), "month first": ("second_number", "first")}
_PIVOT = 69  # years of two digits from here on are of the last century, as POSIX has it
_LONGEST = 80  # characters of a date
_LAST_HOUR = 24  # 24:00 is the end of a day
Parts = Mapping[str, "str | None"]


def parts_of(form: re.Pattern[str], text: str) -> re.Match[str] | None:
    """The parts of a date in this form, by their names; None where a cell is not of this form."""
    return form.fullmatch(text.translate(_LETTERS)) if len(text) <= _LONGEST else None


def unknown_zone(parts: Parts) -> str:
    """A zone that has no offset which all agree on, such as EST; "" where there is none."""
    zone = parts.get("zone") or ""
    return zone if re.fullmatch(_ZONES, zone, re.IGNORECASE) else ""


def instant_of(parts: Parts, order: str) -> datetime | None:
    """The instant in UTC, without a zone; None where there is no such day or time. order : one of ORDERS, or none."""
    year, month, day = _date(parts, order)
    time = _time_of_day(parts)
    if time is None:
        return None
    try:
        return datetime(year, month, day) + time - _offset(parts.get("zone") or "")  # noqa: DTZ001 - of UTC
    except (ValueError, OverflowError):
        return None


def _date(parts: Parts, order: str) -> tuple[int, int, int]:
    if "first" in parts:
        first, second, last = (parts[part] or "" for part in ("first", "second_number", "year"))
        if order == "year first":
            return _full(first), int(second), int(last)
        day, month = (first, second) if order == "day first" else (second, first)
        return _full(last), int(month), int(day)
    return _full(parts["year"] or ""), _month(parts), int(parts.get("day") or 1)


def _month(parts: Parts) -> int:
    if name := parts.get("name"):
        return _MONTHS[name.lower()]
    if quarter := parts.get("quarter"):
        return int(quarter) * 3 - 2
    return int(parts.get("month") or 1)


def _full(year: str) -> int:
    return int(year) if len(year) > 2 else int(year) + (1900 if int(year) >= _PIVOT else 2000)


def _time_of_day(parts: Parts) -> timedelta | None:
    """None where there is no such time, as 25:61 or 13:05 PM."""
    if not parts.get("hour"):
        return timedelta()
    hour, minute, second = (int(parts.get(part) or 0) for part in ("hour", "minute", "second"))
    half = (parts.get("half") or "").lower()
    if minute > 59 or second > 59 or hour > (12 if half else _LAST_HOUR):
        return None
    if hour == _LAST_HOUR and (minute or second):
        return None
    if half:
        hour = hour % 12 + 12 * half.startswith("p")
    fraction = (parts.get("fraction") or ".0")[1:]
    microseconds = int(fraction[:6].ljust(6, "0"))
    return timedelta(hours=hour, minutes=minute, seconds=second, microseconds=microseconds)


@lru_cache(maxsize=1_000)
def _offset(zone: str) -> timedelta:
    found = re.search(r"([+-])(\d{1,2}):?(\d{2})?$", zone)
    if found is None:
        return timedelta()
    minutes = int(found[2]) * 60 + int(found[3] or 0)
    return timedelta(minutes=-minutes if found[1] == "-" else minutes)


def format_of(parts: re.Match[str], raw: str, order: str) -> str:
    """What strptime reads this cell by, in this order of day and month. raw : the cell as it is written."""
    text = raw
    spans = [(parts.start(group), parts.end(group), group) for group in _CODES if parts.groupdict().get(group)]
    for start, end, group in sorted(spans, reverse=True):
        text = (
            text[:start] + _code(group, raw[start:end], order, is_half=bool(parts.groupdict().get("half"))) + text[end:]
        )
    return text.strip()


_CODES = dict(
    zip(
        ("weekday", "year", "month", "day", "name", "hour", "minute", "second", "fraction", "half", "zone"),
        ("%a", "%Y", "%m", "%d", "%b", "%H", "%M", "%S", "%f", "%p", "%z"),
        strict=True,
    ),
    first="%d",
    second_number="%m",
)


def _code(group: str, value: str, order: str, *, is_half: bool) -> str:
    if order == "year first":
        codes = {"first": "%y", "second_number": "%m", "year": "%d"}
    elif order == "month first":
        codes = {"first": "%m", "second_number": "%d"}
    else:
        codes = {}
    if group in codes:
        return codes[group]
    if group == "fraction":
        return f"{value[0]}%f"
    if group == "hour" and is_half:
        return "%I"
    if group == "year" and len(value) == 2:
        return "%y"
    if group in ("name", "weekday") and len(value) != 3:
        return "%B" if group == "name" else "%A"
    return _CODES[group]
