"""The header of a text file or a workbook: names, a row of data, units below it, or itself once more further down."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ..core.errors import DataError
from ..core.values import Notice
from .table import is_text, quoted
from .text_files import is_number, open_binary

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

_NO_HEADER = "if the file has no header: `read: {header: null}`, the columns are then called '0', '1', …"
_LOOKED_AT = 1_000  # rows whose values a header is held against
_LONG_SCALE = 8  # so many ascending numbers are a scale, such as wavelengths, not a row
_UNIT = re.compile(r"[\[(].*[\])]|.*[%°/²³µμΩ].*|[a-zA-Z]{1,4}")
_NO_UNITS = frozenset(("na", "n/a", "nan", "none", "null", "nil", "?", "-", "nd", "bdl", "x", "tbd", "inf"))
_MOST_LINES = 5  # that a hint names


def check_names(cells: Sequence[str], name: str, options: Mapping[str, Any]) -> None:
    """Raise DataError when two columns have one name, or most have none. cells : the header as the file has it."""
    if cells and cells[0].lower().startswith("sep="):
        message = f"the first line of {name} is no header, but names the separator"
        raise DataError(message, hint="leave it out: `read: {skiprows: 1}`")
    empty = [cell for cell in cells if not cell.strip()]
    if len(empty) > 1 and 2 * len(empty) > len(cells) and "header" not in options:
        title = [cell for cell in cells if cell.strip()]
        message = f"the first line of {name} is no header, but a title: {quoted(title)}"
        hint = "leave it out: `read: {skiprows: 1}`; if these are the names: `read: {header: 0}`"
        raise DataError(message, hint=hint)
    repeated = [cell for cell, count in Counter(cells).items() if count > 1 and cell.strip()]
    if repeated and (_are_numbers(cells) or any(map(is_number, repeated))):
        message = f"the first row of {name} looks like data, not like names: {quoted(cells)}"
        raise DataError(message, hint=_NO_HEADER)
    if repeated:
        raise DataError(f"{name} has several columns called {quoted(repeated)}", hint="give each its own name")


def header_notices(
    cells: Sequence[str], frame: pd.DataFrame, name: str, options: Mapping[str, Any], path: Path | None
) -> tuple[Notice, ...]:
    """What the rows below the header say of it. frame : as read, with its own column names. path : of a file of lines.

    Raises DataError where the header is repeated below, or units stand there: columns of numbers are text then.
    """
    if not cells or frame.empty or frame.columns.nlevels > 1:
        return ()
    _check_repeated(frame, name, options, path)
    first = frame.iloc[:_LOOKED_AT]
    if _are_numbers(cells) or (len(cells) == frame.shape[1] and _are_data(cells, first)):
        return (
            Notice(f"The first row of {name} was read as names, but looks like data: {quoted(cells)}.", _NO_HEADER),
        )
    return _unit_notice(first, name, options)


def _are_numbers(cells: Sequence[str]) -> bool:
    """Whether all cells are numbers (other than a scale, such as 0, 1, 2, …), or half of them numbers with a point."""
    numbers = [cell.strip() for cell in cells if is_number(cell)]
    if not numbers or _are_scale(numbers):
        return False
    with_point = [number for number in numbers if "." in number]
    return len(numbers) == len(cells) or 2 * len(with_point) >= len(cells)


def _are_scale(numbers: Sequence[str]) -> bool:
    """Names that count up: years, pixels, wavelengths."""
    steps = np.diff([float(number) for number in numbers])
    is_even = len(steps) > 0 and bool(np.allclose(steps, steps[0]))
    return bool((steps > 0).all()) and (is_even or len(numbers) >= _LONG_SCALE)


def _are_data(cells: Sequence[str], rows: pd.DataFrame) -> bool:
    """Whether half of the cells are what the rows below have: numbers above numbers, or words that recur there."""
    if _are_scale([cell for cell in cells if is_number(cell)]):
        return False
    columns = [column for _, column in rows.items()]
    alike = [cell for cell, column in zip(cells, columns, strict=True) if _is_like(cell, column)]
    return 2 * len(alike) >= len(cells) and (len(alike) > 1 or any(map(is_number, alike)))


def _is_like(cell: str, column: pd.Series[Any]) -> bool:
    if pd.api.types.is_numeric_dtype(column.dtype):
        return is_number(cell)
    return bool(cell.strip()) and is_text(column) and bool((column == cell).any())


def _check_repeated(frame: pd.DataFrame, name: str, options: Mapping[str, Any], path: Path | None) -> None:
    is_header = np.ones(len(frame), dtype=np.bool_)
    for label, column in frame.items():
        if not is_text(column):
            return
        is_header &= (column == str(label)).to_numpy(dtype=np.bool_, na_value=False)
        if not is_header.any():
            return
    rows = np.flatnonzero(is_header)
    lines = [int(row) + 1 for row in rows] if path is None else _repeated_lines(path)
    hint = f"leave {'it' if len(rows) == 1 else 'them'} out: `read: {{skiprows: {lines}}}`"
    if "skiprows" in options or not 0 < len(lines) == len(rows) <= _MOST_LINES:
        hint = "leave such rows out of the file"
    raise DataError(f"{name} repeats its header in row {rows[0] + 1:,}, so that no column is one of numbers", hint=hint)


def _repeated_lines(path: Path) -> list[int]:
    """The lines that are the first one again, counted from 0 as pandas does."""
    with open_binary(path) as file:
        first = file.readline().strip()
        return [number for number, line in enumerate(file, start=1) if line.strip() == first]


def _unit_notice(rows: pd.DataFrame, name: str, options: Mapping[str, Any]) -> tuple[Notice, ...]:
    """A row of units below the header: words above columns of numbers, and no number in the row."""
    if len(rows) < 3:
        return ()
    first, columns = rows.iloc[0], [column for _, column in rows.items()]
    if any(is_number(str(cell)) for cell in first.dropna()):
        return ()
    words = [
        str(cell).strip()
        for cell, column in zip(first, columns, strict=True)
        if is_text(column) and isinstance(cell, str) and _are_all_numbers(column.iloc[1:])
    ]
    units = [word for word in words if word.lower() not in _NO_UNITS]
    if not units or (len(units) == 1 and not _UNIT.fullmatch(units[0])):
        return ()
    hint = "leave it out: `read: {skiprows: [1]}`" if "skiprows" not in options else "leave it out with `skiprows`"
    message = f"row 1 of {name} holds units or other words above numbers, which makes text of them: {quoted(units)}"
    if len(units) > 1:
        raise DataError(message, hint=hint)
    return (Notice(f"R{message[1:]}.", hint),)


def _are_all_numbers(column: pd.Series[Any]) -> bool:
    cells = column.dropna()
    return len(cells) > 0 and all(is_number(str(cell)) for cell in cells)
