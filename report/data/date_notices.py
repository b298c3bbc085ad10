"""What to say of columns of dates that were read as text, and what reads them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from ..core.dates import Reading, date_readings
from ..core.errors import DataError
from ..core.values import Notice
from .table import counted, is_text, sample_texts, short
from .words import read_as_text

if TYPE_CHECKING:
    from .formats import Options
    from .words import Read

_FIRST_ROWS = 200  # these must look like dates before more are looked at
_SHOWN = 5
_MAY_BE_NUMBERS = ("%Y", "%Y%m%d")  # or codes


def readings_of(column: pd.Series[Any]) -> tuple[Reading, ...]:
    """How the dates of a text column may be read, by a sample of at most 10,000 rows; empty where they are no dates."""
    if not is_text(column):
        return ()
    texts = sample_texts(column)
    readings = date_readings(texts) if texts and date_readings(texts[:_FIRST_ROWS]) else ()
    return tuple(reading for reading in readings if reading.format not in _MAY_BE_NUMBERS)


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
            hint = format_hint([str(name)], [reading.format for reading in readings], has_options=True)
            raise DataError(f"dates in '{name}' may be {' or '.join(one.text for one in readings)}", hint=hint)


def date_notices(frame: pd.DataFrame, *, has_options: bool) -> tuple[Notice, ...]:
    """One notice for each way of reading, its columns together.

    has_options : whether `read:` says how dates are written.
    """
    found: dict[tuple[str, ...], list[str]] = {}
    examples: dict[str, str] = {}
    for name, column in frame.items():
        readings = readings_of(column)
        if readings:
            found.setdefault(tuple(reading.format for reading in readings), []).append(str(name))
            examples[str(name)] = _such_as(column, readings)
    return tuple(_notice(names, formats, examples, has_options=has_options) for formats, names in found.items())


def format_hint(names: Sequence[str], formats: Sequence[str], *, has_options: bool) -> str:
    """How to name the format, or one of several, of these columns. has_options : as in `date_notices`."""
    ways = " or ".join(f'"{entry}"' for entry in formats)
    if not has_options:
        return f"in the `prepare` hook, for such a column `c`: `pd.to_datetime(c, format=…)` with {ways}"
    columns = ", ".join(json.dumps(name, ensure_ascii=False) for name in names[:_SHOWN])
    return f"`read: {{parse_dates: [{columns}], date_format: {ways}}}`"


def _such_as(column: pd.Series[Any], readings: Sequence[Reading]) -> str:
    if len(readings) > 1:
        return " or ".join(reading.text for reading in readings)
    return f"such as {short(str(column.dropna().iloc[0]).strip())}"


def _notice(names: Sequence[str], formats: Sequence[str], examples: dict[str, str], *, has_options: bool) -> Notice:
    shown = ", ".join(f"'{short(name)}' ({examples[name]})" for name in names[:_SHOWN])
    rest = f" and {len(names) - _SHOWN:,} more" if len(names) > _SHOWN else ""
    verb = "holds" if len(names) == 1 else "hold"
    message = f"{counted(len(names), 'column')} {verb} dates as text: {shown}{rest}."
    subject = names[0] if len(names) == 1 else None
    return Notice(message, format_hint(names, formats, has_options=has_options), subject=subject)
