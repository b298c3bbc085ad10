"""Rows of a text file held against its lines: quotation marks that join lines, and rows of too many or few fields."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ..core.errors import DataError
from ..core.values import Notice
from .table import counted, is_text
from .text_files import (
    WHITESPACE,
    fields_of,
    is_number,
    names_separator,
    open_binary,
    parse_text,
    quote_of,
    read_text_file,
    separator_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from .words import Read

_LOOKED_AT = 1_000  # cells of several lines that are looked at
_FEW_VALUES = 40  # a column of no more different texts has classes
_MOST_BYTES = 1 << 26  # of a file whose fields are counted
_TYPED = 0.9
_SURE = 3  # lines of the same number of fields as the table that are not part of a text
_TO_TEXT = "`read: {quoting: 3}` takes quotation marks as text"
_DROPS_LINES = ("nrows", "skipfooter", "on_bad_lines", "chunksize", "iterator", "usecols", "names", "comment", "header")


def open_text_file(path: Path, options: Mapping[str, Any], name: str) -> tuple[pd.DataFrame, Read, tuple[Notice, ...]]:
    """The table of a text file, what reads it with other options, and what is to be known of its lines.

    Lines that a quotation mark without its counterpart would join are read one by one where every line of the file is
    a row then. Raises DataError where that is not so, and where rows have more fields than the header has names.
    """
    read: Read = partial(read_text_file, path)
    try:
        frame = read(options)
    except pd.errors.ParserError:
        if not _has_quotes(options) or not _odd_lines(_lines_of(path, options), quote_of(options)):
            raise
        frame = None
    if not isinstance(frame, (pd.DataFrame, type(None))):
        return frame, read, ()
    notices: tuple[Notice, ...] = ()
    if frame is None or (_has_quotes(options) and _are_joined(frame, path, options)):
        text, notices = _lines_apart(path, options, name)
        read = partial(_parse_lines, text, separator_of(path, options))
        frame = read(options)
    notices = (*notices, *_separator_note(path, options, name), *_field_notices(frame, path, options, name))
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
    return any(_holds_rows(text, position, tests, separator) for position, text in cells)


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


def _holds_rows(text: str, position: int, tests: Sequence[Callable[[str], bool] | None], separator: str) -> bool:
    """Whether the lines of a cell are rows: the first from this column on, the last up to it, all others whole."""
    first, *between, last = (fields_of([line], separator, "")[0] for line in text.split("\n"))
    whole = [_fits(line, tests) for line in between]
    widths = {len(line) for line in between}
    if any(whole) or (len(between) >= _SURE and widths == {len(tests)} and len(tests) > (separator == ",") + 1):
        return True
    ends = [_fits(first, tests[position:]), _fits(last, tests[: position + 1])]
    lengths = len(first) == len(tests) - position, len(last) == position + 1
    return all(lengths) and any(ends)


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
            raise _unclosed(name, odd or _odd_lines(lines, quote))
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


def _odd_lines(lines: Sequence[str], quote: str) -> list[int]:
    return [number for number, line in enumerate(lines, start=1) if line.count(quote) % 2 == 1][:1]


def _unclosed(name: str, odd: Sequence[int]) -> DataError:
    where = f" in line {odd[0]:,}" if odd else ""
    message = f"a quotation mark{where} of {name} is not closed where its row ends, so that rows were joined"
    return DataError(message, hint=f"{_TO_TEXT}; if texts do run over lines: `read: {{quoting: 0}}`")


def _separator_note(path: Path, options: Mapping[str, Any], name: str) -> tuple[Notice, ...]:
    """Which separator was found, where it is not the one that the name of the file says."""
    suffixes = [suffix.lower() for suffix in path.suffixes]
    usual = "," if ".csv" in suffixes else "\t" if ".tsv" in suffixes or ".tab" in suffixes else None
    if names_separator(options) or (found := separator_of(path, options)) == usual:
        return ()
    words = {WHITESPACE: "blanks", "\t": "TAB", ",": "the comma", ";": "the semicolon"}.get(found, f"'{found}'")
    return (Notice(f"The separator of {name} was found: {words}.", "to name another one: `read: {sep: …}`", "note"),)


# Rows of another width than the header


def _field_notices(frame: pd.DataFrame, path: Path, options: Mapping[str, Any], name: str) -> tuple[Notice, ...]:
    if frame.empty:
        return ()
    if "index_col" not in options and not isinstance(frame.index, pd.RangeIndex):
        return _row_names(frame, name)
    if {*_DROPS_LINES} & options.keys() or not frame.iloc[:, -1].hasnans:
        return ()
    return _short_rows(path, options, frame.shape[1], name)


def _row_names(frame: pd.DataFrame, name: str) -> tuple[Notice, ...]:
    """Of rows with more fields than the header: pandas takes the first as row names, as R writes them."""
    if frame.iloc[:, -1].isna().all():
        message = f"rows of {name} end with a separator that its header has not: each value would be one column off"
        raise DataError(message, hint="`read: {index_col: false}`")
    index = frame.index
    are_names = index.nlevels == 1 and index.is_unique and index.dtype.kind != "f"
    if not are_names:
        message = f"rows of {name} have more fields than its header: each value would be some columns off"
        raise DataError(message, hint="give every column a name, in the file or by `read: {header: 0, names: […]}`")
    message = f"Rows of {name} have more fields than its header: the first were taken as row names, not as data."
    return (Notice(message, "give every column a name, or `read: {index_col: false}`"),)


def _short_rows(path: Path, options: Mapping[str, Any], width: int, name: str) -> tuple[Notice, ...]:
    """A warning where rows end before the last column: pandas fills them up without a word."""
    separator, quote = separator_of(path, options), quote_of(options)
    if len(separator) > 1:
        return ()
    short = [number for number, fields in _widths(path, options, separator, quote) if fields < width]
    if not short:
        return ()
    verb = "has" if len(short) == 1 else "have"
    message = f"{counted(len(short), 'row')} of {name} {verb} fewer fields than its header, first in line {short[0]:,}"
    return (Notice(f"{message}: the last columns are missing there.", "look at these lines: is a field left out?"),)


def _widths(path: Path, options: Mapping[str, Any], separator: str, quote: str) -> Iterator[tuple[int, int]]:
    """(number of the line, number of its fields) for the first 64 MiB; nothing where a text runs over lines."""
    mark, inner = separator.encode(), quote.encode()
    if not str(options.get("encoding", "utf-8")).lower().startswith(("utf-8", "utf8", "latin", "cp", "iso", "ascii")):
        return
    read, is_open = 0, False
    with open_binary(path) as file:
        for number, line in enumerate(file, start=1):
            read += len(line)
            if read > _MOST_BYTES:
                return
            is_open ^= line.count(inner) % 2 == 1
            if is_open:
                return
            if inner in line:
                yield number, len(fields_of([line.decode(errors="replace").rstrip("\r\n")], separator, quote)[0])
            elif line.strip():
                yield number, line.count(mark) + 1
