"""The numbers of a text file held against its text: zeros in front, digits that a float has not, codes like 12E4."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import numpy as np
import pandas as pd

from ..core.values import Notice
from .table import counted, short
from .words import SAMPLE_ROWS, can_read_again, read_as_text

if TYPE_CHECKING:
    from .formats import Options
    from .words import Read

Look: TypeAlias = "Callable[[pd.DataFrame, pd.DataFrame], dict[str, str]]"  # the first cell of each column found

_SHOWN = 5
_LONGEST_NAME = 24  # characters of a name among several
_EXACT = 2**53  # whole numbers up to here are floats without an error


def value_notices(frame: pd.DataFrame, read: Read, options: Options) -> tuple[Notice, ...]:
    """What the first 10,000 rows of number columns lost on the way from text to number.

    frame : as read, with its own column names. read : the reader of that file.
    """
    decided = [option for option in (options.get("dtype"), options.get("converters")) if option is not None]
    if any(not isinstance(option, Mapping) for option in decided):
        return ()
    named = {str(name) for option in decided for name in option}
    columns = [name for name, column in frame.items() if str(name) not in named and _is_number(column)]
    if not columns or not can_read_again(frame):
        return ()
    texts = read_as_text(read, options, columns, SAMPLE_ROWS)
    return tuple(
        _notice(found, one if len(found) == 1 else many, severity)
        for look, one, many, severity in _LOOKS
        if (found := look(texts, frame))
    )


def _is_number(column: pd.Series[Any]) -> bool:
    return pd.api.types.is_numeric_dtype(column.dtype) and not pd.api.types.is_bool_dtype(column.dtype)


def _is_whole(column: pd.Series[Any]) -> bool:
    head = column.iloc[:SAMPLE_ROWS].dropna().to_numpy(dtype=np.float64)
    return bool(np.isfinite(head).all() and (head % 1 == 0).all())


def _zeros_in_front(texts: pd.DataFrame, _: pd.DataFrame) -> dict[str, str]:
    return _first_cells(texts, r"\s*0\d+(?:[.,]\d+)?\s*")


def _codes_with_exponent(texts: pd.DataFrame, frame: pd.DataFrame) -> dict[str, str]:
    return _first_cells(texts[[name for name in texts if _is_whole(frame[name])]], r"\s*\d+[eE]\d+\s*")


def _digits_lost(texts: pd.DataFrame, frame: pd.DataFrame) -> dict[str, str]:
    found = {}
    for name, cells in texts.items():
        if pd.api.types.is_float_dtype(frame[name].dtype) and (frame[name].abs() > _EXACT).any():
            whole = cells[cells.str.fullmatch(r"\s*[+-]?\d{16,}\s*").fillna(value=False)]
            lost = [cell for cell in whole if int(float(cell)) != int(cell)]
            found.update({str(name): str(lost[0])} if lost else {})
    return found


def _first_cells(texts: pd.DataFrame, pattern: str) -> dict[str, str]:
    """The first cell of each column that has this form."""
    found = {}
    for name, cells in texts.items():
        matches = cells[cells.str.fullmatch(pattern).fillna(value=False)]
        if len(matches):
            found[str(name)] = str(matches.iloc[0]).strip()
    return found


def _notice(found: dict[str, str], what: str, severity: Literal["warning", "note"]) -> Notice:
    shown = ", ".join(
        f"'{short(name, _LONGEST_NAME)}' (such as {short(cell, _LONGEST_NAME)})"
        for name, cell in list(found.items())[:_SHOWN]
    )
    rest = f" and {len(found) - _SHOWN:,} more" if len(found) > _SHOWN else ""
    names = ", ".join(f"{json.dumps(name, ensure_ascii=False)}: str" for name in list(found)[:_SHOWN])
    message = f"{counted(len(found), 'column')} of numbers {what}: {shown}{rest}."
    hint = f"if they are codes: `read: {{dtype: {{{names}}}}}`"
    return Notice(message, hint, severity, next(iter(found)) if len(found) == 1 else None)


_LOOKS: tuple[tuple[Look, str, str, Literal["warning", "note"]], ...] = (
    (_zeros_in_front, "lost zeros in front", "lost zeros in front", "note"),
    (_codes_with_exponent, "was written with an exponent", "were written with exponents", "warning"),
    (_digits_lost, "lost digits of long ones", "lost digits of long ones", "warning"),
)
