"""CSV and its relatives: the separator found by itself, and a first row that is no header noticed."""

from __future__ import annotations

import bz2
import codecs
import csv
import gzip
import lzma
import warnings
from collections import Counter
from collections.abc import Callable
from itertools import islice
from typing import TYPE_CHECKING, Any, cast

import pandas as pd

from ..core.errors import DataError
from ..core.values import Notice
from .table import quoted

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

_OPENERS: dict[str, Callable[..., Any]] = {".gz": gzip.open, ".bz2": bz2.open, ".xz": lzma.open}
_SAMPLE_BYTES = 65_536
_SAMPLE_LINES = 50
_SEPARATORS = ("\t", ";", "|", ",")  # the comma last: with others as separators it is a decimal point or part of a text
_WHITESPACE = r"\s+"


def read_text_file(path: Path, options: Mapping[str, Any]) -> pd.DataFrame:
    """A CSV, TSV or similar file by pandas.read_csv with these options; the separator is found when none is given."""
    chosen = dict(options)
    if not {"sep", "delimiter", "delim_whitespace"} & options.keys():
        chosen["sep"] = find_separator(sample_lines(path, options), str(options.get("quotechar", '"')))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", pd.errors.DtypeWarning)
            return cast("pd.DataFrame", pd.read_csv(path, **chosen))
    except pd.errors.DtypeWarning:  # parts of a large file looked different: decide on whole columns
        return cast("pd.DataFrame", pd.read_csv(path, **{**chosen, "low_memory": False}))


def text_header(path: Path, options: Mapping[str, Any]) -> list[str]:
    """The cells of the row that becomes the header; empty when the options name the columns or deny a header."""
    if options.get("header", "infer") not in ("infer", 0) or "names" in options:
        return []
    lines = sample_lines(path, options)
    separator = str(options.get("sep", options.get("delimiter")) or find_separator(lines))
    if not lines or (len(separator) > 1 and separator != _WHITESPACE):
        return []
    return _fields(lines[:1], separator, str(options.get("quotechar", '"')))[0]


def sample_lines(path: Path, options: Mapping[str, Any]) -> list[str]:
    """The first lines of the table as text: blank lines, comments and rows to be skipped left out."""
    opener = _OPENERS.get(path.suffix.lower(), open)
    with opener(path, "rb") as file:
        sample = cast("bytes", file.read(_SAMPLE_BYTES))
    if sample.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) and "encoding" not in options:
        raise DataError(f"{path.name} is UTF-16, not UTF-8", hint="`read: {encoding: utf-16}`")
    text = sample.decode(str(options.get("encoding") or "utf-8"), errors="replace").removeprefix("\ufeff")
    lines = text.splitlines()
    if len(sample) == _SAMPLE_BYTES and len(lines) > 1:
        lines.pop()  # cut in two
    skipped = options.get("skiprows")
    comment = options.get("comment")
    kept = (
        line
        for line in lines[skipped if isinstance(skipped, int) else 0 :]
        if line.strip() and not (comment and line.startswith(str(comment)))
    )
    return list(islice(kept, _SAMPLE_LINES))


def find_separator(lines: Sequence[str], quote: str = '"') -> str:
    """The separator that cuts every line into the same number of fields; else the one that cuts the first line most."""
    for separator in _SEPARATORS:
        widths = {len(fields) for fields in _fields(lines, separator, quote)}
        if len(widths) == 1 and widths != {1}:
            return separator
    counts = {separator: len(_fields(lines[:1], separator, quote)[0]) for separator in _SEPARATORS} if lines else {}
    best = max(counts, key=lambda separator: counts[separator], default=",")
    if counts.get(best, 1) > 1:
        return best
    widths = {len(line.split()) for line in lines}
    return _WHITESPACE if len(widths) == 1 and widths != {1} else ","


def check_header(cells: Sequence[str], name: str) -> tuple[Notice, ...]:
    """A notice when the header looks like a row of data. Raises DataError when two columns have one name."""
    like_data = _looks_like_data(cells)
    repeated = [cell for cell, count in Counter(cells).items() if count > 1 and cell.strip()]
    hint = "if the file has no header: `read: {header: null}`, the columns are then called '0', '1', …"
    if repeated and not like_data:
        raise DataError(f"{name} has several columns called {quoted(repeated)}", hint="give each its own name")
    if repeated:
        raise DataError(f"the first row of {name} looks like data, not like names: {quoted(cells)}", hint=hint)
    if like_data:
        return (Notice(f"The first row of {name} was read as names, but looks like data: {quoted(cells)}.", hint),)
    return ()


def _looks_like_data(cells: Sequence[str]) -> bool:
    """Whether all cells are numbers (other than a count 0, 1, 2, …), or half of them numbers with a point."""
    numbers = [cell.strip() for cell in cells if _is_number(cell)]
    if not numbers:
        return False
    counts = [str(i) for i in range(len(cells) + 1)]
    if list(cells) in (counts[:-1], counts[1:]):
        return False
    with_point = [number for number in numbers if "." in number]
    return len(numbers) == len(cells) or 2 * len(with_point) >= len(cells)


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return text.strip().lower().lstrip("+-") not in ("nan", "inf", "infinity")


def _fields(lines: Sequence[str], separator: str, quote: str) -> list[list[str]]:
    if len(separator) > 1:
        return [line.split() for line in lines]
    try:
        return list(csv.reader(lines, delimiter=separator, quotechar=quote))
    except csv.Error:  # a NUL, or a field without an end
        return [line.split(separator) for line in lines]
