"""Rows of a text file held against its lines: a quotation mark that is never closed joins them."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ..core.errors import DataError
from ..core.values import Notice
from .table import counted, is_text, short
from .text_files import (
    WHITESPACE,
    fields_of,
    is_number,
    names_separator,
    open_binary,
    parse_text,
    quote_of,
    read_text_file,
    sample_lines,
    separator_of,
)
from .text_widths import ragged_hint, width_notices

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from .words import Read

_LOOKED_AT = 1_000  # cells of several lines that are looked at
_FEW_VALUES = 40  # a column of no more different texts has classes
_LONGEST = 200  # characters of what pandas says
_TYPED = 0.9
_ESCAPED = re.compile(r'(?:^|[,;\t|])"[^"]*\\"(?![,;\t|]|$)')
_MANY_LINES = 3  # of the same number of fields as the table are not part of a text
_UNLIKELY, _LIKELY, _SURE = range(3)
_TO_TEXT = "`read: {quoting: 3}` takes quotation marks as text"


def open_text_file(path: Path, options: Mapping[str, Any], name: str) -> tuple[pd.DataFrame, Read, tuple[Notice, ...]]:
    """The table of a text file, what reads it with other options, and what is to be known of its lines.

    Lines that a quotation mark without its counterpart would join are read one by one where every line of the file is
    a row then. Raises DataError where that is not so, and where rows have more fields than the header has names.
    """
    read: Read = partial(read_text_file, path)
    try:
        frame = read(options)
    except pd.errors.ParserError as error:
        if not _has_quotes(options) or _first_odd(_lines_of(path, options), quote_of(options)) is None:
            reason = short(str(error).strip(), _LONGEST)
            raise DataError(f"{name} cannot be read as CSV: {reason}", hint=ragged_hint(path, options)) from error
        frame = None
    if not isinstance(frame, (pd.DataFrame, type(None))):
        return frame, read, ()
    notices: tuple[Notice, ...] = ()
    if frame is None or (_has_quotes(options) and _are_joined(frame, path, options)):
        text, notices = _lines_apart(path, options, name)
        read = partial(_parse_lines, text, separator_of(path, options))
        frame = read(options)
    notices = (
        *notices,
        *_separator_note(path, options, name),
        *_escape_notice(path, options, name),
        *width_notices(frame, path, options, name),
    )
    return frame, read, notices


def _parse_lines(text: str, separator: str, options: Mapping[str, Any]) -> pd.DataFrame:
    kept = {name: value for name, value in options.items() if name not in ("encoding", "compression")}
    return parse_text(lambda: io.StringIO(text), {**kept, "sep": separator})


def _has_quotes(options: Mapping[str, Any]) -> bool:
    return {"quoting", "quotechar", "engine", "escapechar", "dialect"}.isdisjoint(options)


# Lines that were joined


def _are_joined(frame: pd.DataFrame, path: Path, options: Mapping[str, Any]) -> bool:
    """Whether a cell of several lines holds what looks like rows of this file."""
    cells = _cells_of_lines(frame)
    if not cells:
        return False
    separator = separator_of(path, options)
    if len(separator) > 1 and separator != WHITESPACE:
        return False
    tests = [_type_of(column) for _, column in frame.items()]
    signs = [_rows_within(text, position, tests, separator) for position, text in cells]
    return _SURE in signs or 2 * signs.count(_LIKELY) >= len(cells)


def _cells_of_lines(frame: pd.DataFrame) -> list[tuple[int, str]]:
    """(position of the column, cell) of the first cells that have a line break."""
    found: list[tuple[int, str]] = []
    for position, (_, column) in enumerate(frame.items()):
        if is_text(column):
            has_break = column.str.contains("\n", regex=False).to_numpy(dtype=np.bool_, na_value=False)
            found += [(position, str(cell)) for cell in column[has_break].iloc[:_LOOKED_AT]]
    return found


def _type_of(column: pd.Series[Any]) -> Callable[[str], bool] | None:
    """Whether a text may be a cell of this column; None for a column of free text, which anything may be."""
    if pd.api.types.is_numeric_dtype(column.dtype):
        return is_number
    if not is_text(column):
        return None
    cells = column.dropna().iloc[:_LOOKED_AT]
    plain = cells[~cells.str.contains("\n", regex=False)]
    if len(plain) and np.mean([is_number(str(cell)) for cell in plain]) >= _TYPED:
        return is_number
    values = set(plain)
    if not values:
        return None
    return values.__contains__ if len(values) <= min(_FEW_VALUES, len(plain) // 2) else None


def _rows_within(text: str, position: int, tests: Sequence[Callable[[str], bool] | None], separator: str) -> int:
    """Whether the lines of a cell are rows: the first from this column on, the last up to it, all others whole."""
    first, *between, last = (fields_of([line], separator, "")[0] for line in text.split("\n"))
    whole = [_fits(line, tests) for line in between]
    are_many = len(between) >= _MANY_LINES
    if any(whole) if len(tests) > 2 else are_many and all(whole):
        return _SURE
    if are_many and {len(line) for line in between} == {len(tests)} and len(tests) > (separator == ",") + 1:
        return _SURE
    ends = [_fits(first, tests[position:]), _fits(last, tests[: position + 1])]
    lengths = len(first) == len(tests) - position, len(last) == position + 1
    return _LIKELY if any(whole) or (all(lengths) and any(ends)) else _UNLIKELY


def _fits(fields: Sequence[str], tests: Sequence[Callable[[str], bool] | None]) -> bool:
    """Whether fields are those of these columns, in a column at least that not anything fits."""
    if len(fields) != len(tests):
        return False
    typed = [test(field.strip()) for field, test in zip(fields, tests, strict=True) if test is not None]
    return bool(typed) and all(typed)


def _lines_apart(path: Path, options: Mapping[str, Any], name: str) -> tuple[str, tuple[Notice, ...]]:
    """The text with every line a row; raises DataError where some line has another number of fields."""
    separator, quote = separator_of(path, options), quote_of(options)
    lines, width, written = _lines_of(path, options), 0, io.StringIO()
    odd: list[int] = []
    writer = csv.writer(written, delimiter=separator if len(separator) == 1 else " ", lineterminator="\n")
    for number, line in enumerate(lines, start=1):
        is_odd = line.count(quote) % 2 == 1
        fields = fields_of([line], separator, "" if is_odd else quote)[0]
        width = width or len(fields)
        if line.strip() and len(fields) != width:
            raise _unclosed(name, _first_odd(lines, quote))
        odd += [number] if is_odd else []
        if is_odd:
            writer.writerow(fields)
        else:
            written.write(f"{line}\n")
    more = f" and in {counted(len(odd) - 1, 'other')}" if len(odd) > 1 else ""
    message = f"A quotation mark in line {odd[0]:,} of {name}{more} is never closed: it was taken as text."
    return written.getvalue(), (Notice(message, _TO_TEXT),)


def _lines_of(path: Path, options: Mapping[str, Any]) -> list[str]:
    with open_binary(path) as file:
        text = file.read().decode(str(options.get("encoding") or "utf-8-sig"), errors="replace")
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def _first_odd(lines: Sequence[str], quote: str) -> int | None:
    """The first line with a quotation mark that has no counterpart in it, from 1."""
    return next((number for number, line in enumerate(lines, start=1) if line.count(quote) % 2 == 1), None)


def _unclosed(name: str, odd: int | None) -> DataError:
    where = f" in line {odd:,}" if odd else ""
    message = f"a quotation mark{where} of {name} is not closed where its row ends, so that rows were joined"
    return DataError(message, hint=f"{_TO_TEXT}; if texts do run over lines: `read: {{quoting: 0}}`")


def _escape_notice(path: Path, options: Mapping[str, Any], name: str) -> tuple[Notice, ...]:
    """A warning where quotation marks within texts have a backslash: pandas takes them for the end of the text."""
    if not _has_quotes(options) or not any(_ESCAPED.search(line) for line in sample_lines(path, options)):
        return ()
    message = f"Texts of {name} have backslashes before quotation marks, which were read as the end of the text."
    return (Notice(message, r'`read: {escapechar: "\\"}`'),)


def _separator_note(path: Path, options: Mapping[str, Any], name: str) -> tuple[Notice, ...]:
    """Which separator was found, where it is not the one that the name of the file says."""
    suffixes = [suffix.lower() for suffix in path.suffixes]
    usual = "," if ".csv" in suffixes else "\t" if ".tsv" in suffixes or ".tab" in suffixes else None
    if names_separator(options) or (found := separator_of(path, options)) == usual:
        return ()
    words = {WHITESPACE: "blanks", "\t": "TAB", ",": "the comma", ";": "the semicolon"}.get(found, f"'{found}'")
    return (Notice(f"The separator of {name} was found: {words}.", "to name another one: `read: {sep: …}`", "note"),)
