"""Workbooks: the sheets that are read, and those that are not."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any

import pandas as pd

from ..core.errors import DataError
from ..core.values import Notice
from .table import quoted

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


def read_workbook(path: Path, options: Mapping[str, Any]) -> pd.DataFrame:
    """The rows of a sheet, or of several one below the other where `sheet_name` names them (null: all)."""
    found: pd.DataFrame | dict[Any, pd.DataFrame] = pd.read_excel(path, **options)
    if not isinstance(found, dict):
        return found
    sheets = {str(name): sheet for name, sheet in found.items() if not sheet.empty}
    if not sheets:
        return pd.DataFrame()
    (first, columns), *others = [(name, list(sheet.columns)) for name, sheet in sheets.items()]
    for other, names in others:
        differing = [name for name in (*columns, *names) if (name in columns) != (name in names)]
        if differing:
            message = f"the sheets '{first}' and '{other}' of {path.name} have different columns: {quoted(differing)}"
            raise DataError(message, hint="name sheets with the same columns: `read: {sheet_name: […]}`")
    return pd.concat(sheets.values(), ignore_index=True)


def workbook_header(path: Path, options: Mapping[str, Any]) -> list[str]:
    """The cells of the header row; empty when the options name the columns or deny a header."""
    if options.get("header", 0) != 0 or "names" in options:
        return []
    rows = {name: options[name] for name in ("sheet_name", "skiprows") if name in options}
    if "sheet_name" in rows and not isinstance(rows["sheet_name"], (str, int)):
        rows["sheet_name"] = rows["sheet_name"][0] if rows["sheet_name"] else 0
    first = read_workbook(path, {**rows, "header": None, "nrows": 1, "dtype": object})
    return [] if first.empty else ["" if pd.isna(cell) else str(cell) for cell in first.iloc[0]]


def sheet_notices(frame: pd.DataFrame, path: Path, options: Mapping[str, Any], name: str) -> tuple[Notice, ...]:
    """What is to be known of sheets that were not read. Raises DataError where only these have rows."""
    if "sheet_name" in options or "engine" in options:
        return ()
    headers = _headers(path)
    (first, header), others = next(iter(headers.items())), dict(islice(headers.items(), 1, None))
    others = {sheet: cells for sheet, cells in others.items() if cells}
    if frame.empty and others:
        hint = f"`read: {{sheet_name: {next(iter(others))}}}`"
        raise DataError(
            f"the first sheet '{first}' of {name} has no rows; others have: {quoted(list(others))}", hint=hint
        )
    if not others:
        return ()
    alike = [sheet for sheet, cells in others.items() if cells == header]
    verb = "was" if len(others) == 1 else "were"
    message = f"Only the first sheet of {name}, '{first}', was read: {quoted(list(others))} {verb} not."
    wanted = ", ".join([first, *alike] if alike else [next(iter(others))])
    hint = f"`read: {{sheet_name: [{wanted}]}}`" if alike else f"to read another one: `read: {{sheet_name: {wanted}}}`"
    return (Notice(message, hint, "warning" if alike else "note"),)


def _headers(path: Path) -> dict[str, list[str]]:
    """The first row of each visible sheet that has a second one; empty for a sheet without rows."""
    with pd.ExcelFile(path) as file:
        return {
            sheet.title: _first_row(sheet)
            for position, sheet in enumerate(file.book.worksheets)
            if position == 0 or sheet.sheet_state == "visible"
        }


def _first_row(sheet: Any) -> list[str]:
    rows = [row for row in islice(sheet.iter_rows(values_only=True), 2) if any(cell is not None for cell in row)]
    return [str(cell) for cell in rows[0]] if len(rows) > 1 else []
