"""JSON: objects a line, a list of objects, and the forms of one object that pandas writes or interfaces return."""

from __future__ import annotations

import codecs
import inspect
import json
import re
from typing import TYPE_CHECKING, Any, cast

import pandas as pd

from ..core.errors import DataError
from ..core.values import Notice
from .table import quoted

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_EXACT = 2**53  # whole numbers up to here are floats without an error
_MOST_BYTES = 1 << 24  # in which long numbers are looked for
_LONG_INTEGER = re.compile(rb"[\[,:\s]-?\d{16,}\s*[,}\]]")
_START = 4_096  # bytes that show how a file begins
_BY_OPTION = ("lines", "orient", "typ", "chunksize")
_ROWS_NEEDED = "write a list of objects, one a row; or read it in a function of yours: `source: python:MODULE:FUNCTION`"


def read_json_lines(path: Path, options: Mapping[str, Any]) -> pd.DataFrame:
    """One object a line."""
    return _read(path, {"lines": True, **options})


def read_json(path: Path, options: Mapping[str, Any]) -> pd.DataFrame:
    """Rows as objects, in a list or one a line, or one object whose form says what its rows are.

    Raises DataError where that is not certain.
    """
    with path.open("rb") as file:
        start = file.read(_START).decode("utf-8-sig", errors="replace").lstrip()
    if not start.startswith("{") or not options.keys().isdisjoint(_BY_OPTION):
        return _read(path, {"lines": False, **options})
    text = path.read_text(str(options.get("encoding") or "utf-8-sig"))
    try:
        found = json.loads(text)
    except json.JSONDecodeError:  # several objects
        return read_json_lines(path, options)
    return _of_object(found, path.name)


def _read(path: Path, options: Mapping[str, Any]) -> pd.DataFrame:
    # pandas guesses types by content and by name otherwise ("007" becomes 7, a "date" a date), and rounds numbers
    is_arrow = options.get("engine") == "pyarrow"
    plain: dict[str, Any] = {} if is_arrow else {"dtype": False, "precise_float": True}
    if _has_bom(path):
        plain["encoding"] = "utf-8-sig"
    if inspect.signature(pd.read_json).parameters["convert_dates"].default is True and not is_arrow:  # before 3.1
        plain["convert_dates"] = False
    return cast("pd.DataFrame", pd.read_json(path, **{**plain, **options}))


def _has_bom(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(len(codecs.BOM_UTF8)) == codecs.BOM_UTF8


def digit_notices(
    frame: pd.DataFrame,
    path: Path,
    _options: Mapping[str, Any],
    name: str,
) -> tuple[Notice, ...]:
    """A warning where whole numbers of many digits became floats, as they do in a column with gaps."""
    floats = frame.select_dtypes("float")
    found = [str(name) for name, column in floats.items() if (column.abs() > _EXACT).any()]
    if not found:
        return ()
    with path.open("rb") as file:
        if not _LONG_INTEGER.search(file.read(_MOST_BYTES)):
            return ()
    verb = "column" if len(found) == 1 else "columns"
    message = f"Numbers of {verb} {quoted(found)} of {name} have more digits than are kept where a value is missing."
    return (Notice(message, "if they are identifiers, write them as text, in quotation marks"),)


def _of_object(found: Mapping[str, Any], name: str) -> pd.DataFrame:
    """The rows of one object: `{"data": [{…}, …]}`, and what DataFrame.to_json writes in its several forms."""
    rows = found.get("data")
    if isinstance(found.get("columns"), list) and isinstance(rows, list):  # orient: split
        return pd.DataFrame(rows, columns=found["columns"])
    if isinstance(found.get("schema"), dict) and isinstance(rows, list):  # orient: table
        index = list(found["schema"].get("primaryKey", []))
        return pd.DataFrame([{key: row[key] for key in row if key not in index} for row in rows])
    lists = [key for key, value in found.items() if isinstance(value, list) and _are_objects(value)]
    if len(lists) == 1:
        return pd.DataFrame(found[lists[0]])
    if len(lists) > 1:
        raise DataError(f"{name} holds several lists of objects: {quoted(lists)}", hint=_ROWS_NEEDED)
    values = list(found.values())
    if values and all(isinstance(value, list) for value in values) and len({len(value) for value in values}) == 1:
        return pd.DataFrame(found)
    if values and all(isinstance(value, dict) for value in values):
        return _of_objects(found, name)
    if values and not any(isinstance(value, (list, dict)) for value in values):
        return pd.DataFrame([found])  # a single row
    raise DataError(f"{name} holds one object with {quoted(list(found))}, not rows", hint=_ROWS_NEEDED)


def _of_objects(found: Mapping[str, Mapping[str, Any]], name: str) -> pd.DataFrame:
    """By columns as pandas writes it by default, or by rows: whose keys count rows?"""
    inner = {key for value in found.values() for key in value}
    are_columns, are_rows = all(map(str.isdigit, inner)), all(map(str.isdigit, found))
    if are_columns != are_rows:
        return pd.DataFrame.from_dict(dict(found), orient="columns" if are_columns else "index")
    hint = "if the outer keys are columns: `read: {orient: columns}`; if they are rows: `read: {orient: index}`"
    raise DataError(f"{name} holds objects in an object, and does not say which are the rows", hint=hint)


def _are_objects(values: list[Any]) -> bool:
    return bool(values) and all(isinstance(value, dict) for value in values)
