"""The number of fields in each row of a text file, held against its header: pandas fills up, cuts off or moves them."""

from __future__ import annotations

import csv
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pandas as pd

from ..core.errors import DataError
from ..core.values import Notice
from .table import counted, quoted
from .text_files import fields_of, first_lines, is_number, open_binary, quote_of, sample_lines, separator_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

_MOST_BYTES = 1 << 27  # of a file whose fields are counted
_OF_BYTES = ("utf-8", "utf8", "utf_8", "latin", "cp", "iso", "ascii", "windows", "koi8", "mac")
_OTHER_ROWS = ("nrows", "skipfooter", "comment", "header", "names")
_SAMPLE_LINES, _FEWEST_LINES = 100, 5
_OTHER_FIELDS = ("escapechar", "quotechar", "dialect", "skipinitialspace", "doublequote")
_WAYS: tuple[tuple[str, dict[str, Any]], ...] = (  # what reads rows that seem to have too many fields
    ("skipinitialspace: true", {"skipinitialspace": True}),
    (r'escapechar: "\\"', {"escapechar": "\\", "doublequote": False}),
    ('''quotechar: "'"''', {"quotechar": "'"}),
)
_LOOK = "look at that line: is a separator in a text or a number without quotation marks?"
_NAMES = "name all columns: `read: {header: 0, names: […]}`; if the first are row names: `read: {index_col: 0}`"


@dataclass
class _Widths:
    """How many rows have so many fields, and the first line of each; the last line, and the last of a short row."""

    rows: Counter[int] = field(default_factory=Counter)
    first_line: dict[int, int] = field(default_factory=dict)
    with_empty_end: int = 0
    last: int = 0
    last_short: int = 0


def width_notices(frame: pd.DataFrame, path: Path, options: Mapping[str, Any], name: str) -> tuple[Notice, ...]:
    """What is to be known of rows with more or fewer fields than the header.

    Raises DataError where values stand in other columns than those of their names.
    """
    if frame.empty or not _can_be_counted(path, options):
        return ()
    separator, quote = separator_of(path, options), quote_of(options)
    header, *rows = fields_of(sample_lines(path, options)[:2], separator, quote)
    has_more = bool(rows) and len(rows[0]) > len(header)
    are_left_out = options.get("on_bad_lines", "error") != "error"
    are_cut = "usecols" in options or options.get("index_col") is False or are_left_out
    if not (has_more or are_cut or frame.iloc[:, -1].hasnans):
        return ()
    widths = _counted(path, options, separator, quote, len(header))
    if has_more and (are_left_out or not are_cut):
        way = _way_to_read(path, options)
        return _of_more(frame, header, widths, name, way, takes_names="index_col" in options)
    long = _of_long(widths, len(header), name, are_left_out=are_left_out)
    return (*long, *_of_short(widths, len(header), name))


def ragged_hint(path: Path, options: Mapping[str, Any]) -> str:
    """What may read a file of which a row has too many fields."""
    return _way_to_read(path, options) or f"{_LOOK} `read: {{on_bad_lines: warn}}` leaves such lines out"


def _way_to_read(path: Path, options: Mapping[str, Any]) -> str | None:
    """The option by which all lines of the sample have as many fields; None where there is none."""
    lines = sample_lines(path, options)
    separator = separator_of(path, options)
    if (n_above := _lines_above(path, options)) > 0:
        return f"leave the lines above the header out: `read: {{skiprows: {n_above}}}`"
    if len(separator) > 1 or len(lines) < 2:
        return None
    for written, way in _WAYS:
        rows = list(csv.reader(lines, delimiter=separator, **way))
        if len({len(row) for row in rows}) == 1 and len(rows[0]) > 1:
            return f"`read: {{{written}}}`"
    return None


def _lines_above(path: Path, options: Mapping[str, Any]) -> int:
    """How many lines stand above a header of at least two names, whose columns all lines of the sample below have."""
    skipped = options.get("skiprows", 0)
    if not isinstance(skipped, int) or quote_of(options) != '"':
        return 0
    lines, found = first_lines(path, options)[:_SAMPLE_LINES], 0
    for separator in (",", ";", "\t", "|"):
        widths = [len(fields_of([line], separator, '"')[0]) if line.strip() else 0 for line in lines]
        last = next((width for width in reversed(widths) if width), 0)
        start = next((at for at, width in enumerate(widths) if at >= skipped and width == last), 0)
        rest = {width for width in widths[start:] if width}
        is_table = len(rest) == 1 and last > 1 and len(widths) - start >= _FEWEST_LINES
        if start > 0 and is_table and not any(map(is_number, fields_of([lines[start]], separator, '"')[0])):
            found = max(found, start)
    return found


def _can_be_counted(path: Path, options: Mapping[str, Any]) -> bool:
    if not {*_OTHER_ROWS, *_OTHER_FIELDS}.isdisjoint(options) or not isinstance(options.get("skiprows", 0), int):
        return False
    encoding = str(options.get("encoding") or "utf-8").lower()
    return encoding.startswith(_OF_BYTES) and len(separator_of(path, options)) == 1


def _counted(path: Path, options: Mapping[str, Any], separator: str, quote: str, width: int) -> _Widths:
    found = _Widths()
    for line, fields, has_empty_end in _rows(path, options, separator, quote):
        found.rows[fields] += 1
        found.first_line.setdefault(fields, line)
        found.with_empty_end += has_empty_end
        found.last = line
        found.last_short = line if fields < width else found.last_short
    return found


def _rows(path: Path, options: Mapping[str, Any], separator: str, quote: str) -> Iterator[tuple[int, int, bool]]:
    """(line, number of fields, whether the last is empty) of each row below the header, of the first 128 MiB."""
    mark, inner = separator.encode(), quote.encode()
    skipped, seen_header, read, start = int(options.get("skiprows") or 0), False, 0, 0
    begun: list[bytes] = []  # the lines of a row whose quotation marks are open
    is_open = False
    with open_binary(path) as file:
        for number, line in enumerate(file, start=1):
            read += len(line)
            if read > _MOST_BYTES:
                return
            if number <= skipped or (not begun and not line.strip()):
                continue
            start = start if begun else number
            begun.append(line)
            is_open ^= bool(inner) and line.count(inner) % 2 == 1
            if is_open:
                continue
            row = b"".join(begun)
            begun.clear()
            if seen_header:
                yield start, _width(row, mark, inner, separator, quote), row.rstrip(b"\r\n").endswith(mark)
            seen_header = True


def _width(row: bytes, mark: bytes, inner: bytes, separator: str, quote: str) -> int:
    if not inner or inner not in row:
        return row.count(mark) + 1
    text = row.decode(errors="replace").rstrip("\r\n")
    return sum(len(fields) for fields in fields_of(text.splitlines(keepends=True), separator, quote)[:1])


def _of_more(
    frame: pd.DataFrame, header: list[str], widths: _Widths, name: str, way: str | None, *, takes_names: bool
) -> tuple[Notice, ...]:
    """Of rows with more fields than the header: pandas takes the first as row names, as R writes them.

    way : the option that reads the file, where one does.
    """
    if len(header) == 1 or header[0].startswith("#"):
        message = f"the first line of {name} is no header, but a title or a comment: {quoted(header)}"
        raise DataError(message, hint=way or "leave it out: `read: {skiprows: 1}`")
    rows = sum(widths.rows.values())
    if widths.rows[len(header) + 1] == widths.with_empty_end == rows:
        message = f"rows of {name} end with a separator that its header has not: each value would be one column off"
        raise DataError(message, hint="`read: {index_col: false}`")
    if len(widths.rows) > 1:
        counts = sorted(widths.rows)
        line = min(line for count, line in widths.first_line.items() if count != len(header))
        message = f"rows of {name} have {counts[0]} to {counts[-1]} fields, and its header has {len(header)} names"
        raise DataError(f"{message}: look at line {line:,}", hint=way or _LOOK)
    if takes_names:
        return ()
    if not _are_names(frame.index):
        message = f"rows of {name} have {max(widths.rows)} fields, and its header has {len(header)} names"
        raise DataError(message, hint=way or _NAMES)
    message = f"Rows of {name} have more fields than its header: the first were taken as row names, not as data."
    return (Notice(message, _NAMES),)


def _are_names(index: pd.Index[Any]) -> bool:
    """Whether an index is of words that tell rows apart; a number may be the first value of its row."""
    return index.nlevels == 1 and index.is_unique and not any(is_number(str(label)) for label in index[:100])


def _of_long(widths: _Widths, width: int, name: str, *, are_left_out: bool) -> tuple[Notice, ...]:
    """Of rows that pandas cuts off, as it does where the options say which columns are read, or leaves out."""
    long = {count: rows for count, rows in widths.rows.items() if count > width}
    if not long or (set(long) == {width + 1} and widths.with_empty_end >= long[width + 1]):
        return ()
    verb = "has" if sum(long.values()) == 1 else "have"
    message = f"{counted(sum(long.values()), 'row')} of {name} {verb} more fields than its header"
    message = f"{message}, first in line {min(widths.first_line[count] for count in long):,}"
    if are_left_out:
        return (Notice(f"{message}: left out, as `on_bad_lines` says.", _LOOK),)
    raise DataError(message, hint=_LOOK)


def _of_short(widths: _Widths, width: int, name: str) -> tuple[Notice, ...]:
    """A warning where rows end before the last column: pandas fills them up without a word."""
    short = {count: rows for count, rows in widths.rows.items() if count < width}
    if not short:
        return ()
    count, line = sum(short.values()), min(widths.first_line[fields] for fields in short)
    verb = "has" if count == 1 else "have"
    message = f"{counted(count, 'row')} of {name} {verb} fewer fields than its header, first in line {line:,}"
    hint = "look at these lines: is a field left out?"
    if widths.last_short == widths.last and count < _FEWEST_LINES:
        hint = f"if they are no data but a footer: `read: {{skipfooter: {count}, engine: python}}`"
    return (Notice(f"{message}: the last columns are missing there.", hint),)
