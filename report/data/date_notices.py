"""What to say of columns of dates that were read as text, and what reads them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from ..core.dates import Reading, date_readings
from ..core.errors import DataError
from ..core.values import Notice
from .number_code import LONGEST
from .number_notices import listed
from .table import counted, is_text, sample_texts, short
from .words import read_as_text

if TYPE_CHECKING:
    from .formats import Options
    from .words import Read

_FIRST_ROWS = 200  # these must look like dates before more are looked at
_MOST_WORDS = 10  # signs for missing values that a hint names
_LONGEST_WORD = 20
_BY_HAND = "make it a date in the `prepare` hook"
_MAY_BE_NUMBERS = ("%Y", "%Y%m%d")  # or codes


def readings_of(column: pd.Series[Any]) -> tuple[Reading, ...]:
    """How the dates of a text column may be read, by a sample of at most 10,000 rows; empty where they are no dates."""
    if not is_text(column):
        return ()
    texts = sample_texts(column)
    if not texts or (len(texts) > _FIRST_ROWS and not date_readings(texts[:_FIRST_ROWS])):
        return ()
    return tuple(reading for reading in date_readings(texts) if reading.format not in _MAY_BE_NUMBERS)


def check_parsed_dates(frame: pd.DataFrame, read: Read, options: Options) -> None:
    """Raise DataError where `parse_dates` names dates that may be read in two ways: pandas takes the month first.

    frame : as read, with its own column names. read : the reader of that file.
    """
    wanted = options.get("parse_dates")
    if not isinstance(wanted, list) or {"dayfirst", "date_format"} & options.keys():
        return
    labels = [frame.columns[name] if isinstance(name, int) and 0 <= name < frame.shape[1] else name for name in wanted]
    named = [name for name in labels if isinstance(name, str) and name in frame.columns]
    parsed = [name for name in named if pd.api.types.is_datetime64_any_dtype(frame[name].dtype)]
    if not parsed:
        return
    for name, column in read_as_text(read, options, parsed).items():
        readings = readings_of(column)
        if len(readings) > 1:
            hint = date_hint([str(name)], readings, has_options=True)
            raise DataError(f"dates in '{name}' may be {' or '.join(one.text for one in readings)}", hint=hint)


def date_notices(frame: pd.DataFrame, *, has_options: bool) -> tuple[Notice, ...]:
    """One notice for each way of reading, its columns together.

    has_options : whether `read:` says how dates are written.
    """
    readings = {str(name): found for name, column in frame.items() if (found := readings_of(column))}
    alike: dict[str, list[str]] = {}
    for name, found in readings.items():
        alike.setdefault(date_hint(["c"], found, has_options=has_options), []).append(name)
    return tuple(_notice(names, readings, has_options=has_options) for names in alike.values())


def date_hint(names: Sequence[str], readings: Sequence[Reading], *, has_options: bool) -> str:
    """What reads the dates of these columns, in each of their readings. has_options : as in `date_notices`."""
    if readings[0].zone:
        return f"the zone '{readings[0].zone}' is not known: {_BY_HAND}, and say its offset"
    if has_options and (hint := _as_options(names, readings)):
        return hint
    if not all(reading.code for reading in readings) or (readings[0].words and "lambda" in readings[0].code):
        return _BY_HAND
    coerce = ', errors="coerce")' if readings[0].words else ")"
    codes = [f"`{reading.code.removesuffix(')')}{coerce}`" for reading in readings]
    if len(codes) > 1:
        codes = [f"if it is {reading.text}: {code}" for reading, code in zip(readings, codes, strict=True)]
    hint = f"in the `prepare` hook, for such a column `c`: {'; '.join(codes)}"
    return hint if len(hint) <= LONGEST else _BY_HAND


def _as_options(names: Sequence[str], readings: Sequence[Reading]) -> str:
    """Options of `read:`, "" where no format reads all cells, or they are too long."""
    words = readings[0].words
    are_named = len(words) <= _MOST_WORDS and not any(char.isdigit() for word in words for char in word)
    if not all(reading.format for reading in readings) or not are_named:
        return ""
    ways = " or ".join(json.dumps(reading.format, ensure_ascii=False) for reading in readings)
    columns = ", ".join(json.dumps(name, ensure_ascii=False) for name in names)
    missing = json.dumps({name: list(words) for name in names}, ensure_ascii=False)
    hint = f"`read: {{parse_dates: [{columns}], date_format: {ways}{f', na_values: {missing}' if words else ''}}}`"
    return hint if len(hint) <= LONGEST else ""


def _such_as(readings: Sequence[Reading]) -> str:
    words = readings[0].words
    more = f" and {len(words) - 1:,} more" if len(words) > 1 else ""
    but = f", but '{short(words[0].strip(), _LONGEST_WORD)}'{more}" if words else ""
    if len(readings) > 1:
        return " or ".join(reading.text for reading in readings) + but
    return f"such as {short(readings[0].example)}{but}"


def _notice(names: Sequence[str], readings: Mapping[str, Sequence[Reading]], *, has_options: bool) -> Notice:
    verb = "holds" if len(names) == 1 else "hold"
    start = f"{counted(len(names), 'column')} {verb} dates as text: "
    shown = listed([(name, _such_as(readings[name])) for name in names], LONGEST - len(start) - 1)
    subject = names[0] if len(names) == 1 else None
    hint = date_hint(names, readings[names[0]], has_options=has_options)
    return Notice(f"{start}{shown}.", hint, subject=subject)
