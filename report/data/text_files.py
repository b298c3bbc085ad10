"""CSV and its relatives: opened, decompressed, and their separator found where none is given."""

from __future__ import annotations

import bz2
import codecs
import csv
import gzip
import io
import lzma
import re
import warnings
import zipfile
from collections.abc import Callable
from itertools import islice
from typing import TYPE_CHECKING, Any, cast

import pandas as pd

from ..core.errors import DataError
from .table import quoted

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path
    from typing import BinaryIO

_OPENERS: dict[str, Callable[..., Any]] = {".gz": gzip.open, ".bz2": bz2.open, ".xz": lzma.open}
_SAMPLE_BYTES = 65_536
_SAMPLE_LINES = 50
_SEPARATORS = ("\t", ";", "|", ",")  # the comma last: with others as separators it is a decimal point or part of a text
WHITESPACE = r"\s+"
_WORDS = re.compile(r'"[^"]*"|\S+')


def read_text_file(path: Path, options: Mapping[str, Any]) -> pd.DataFrame:
    """A CSV, TSV or similar file by pandas.read_csv with these options; the separator is found when none is given."""
    chosen = {**options, "sep": separator_of(path, options)} if not names_separator(options) else dict(options)
    return parse_text(lambda: open_binary(path) if path.suffix.lower() == ".zip" else path, chosen)


def parse_text(source: Callable[[], Any], options: Mapping[str, Any]) -> pd.DataFrame:
    """What pandas.read_csv makes of a source, which is called for each attempt."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", pd.errors.DtypeWarning)
            warnings.simplefilter("ignore", pd.errors.ParserWarning)  # of rows of another width, which are counted
            return cast("pd.DataFrame", pd.read_csv(source(), **options))
    except pd.errors.DtypeWarning:  # parts of a large file looked different: decide on whole columns
        return cast("pd.DataFrame", pd.read_csv(source(), **{**options, "low_memory": False}))


def names_separator(options: Mapping[str, Any]) -> bool:
    """Whether the options say what separates fields."""
    return not {"sep", "delimiter", "delim_whitespace"}.isdisjoint(options)


def separator_of(path: Path, options: Mapping[str, Any]) -> str:
    """The separator that the options name, else the one that is found."""
    if names_separator(options):
        return str(options.get("sep") or options.get("delimiter") or WHITESPACE)
    return find_separator(sample_lines(path, options), quote_of(options))


def quote_of(options: Mapping[str, Any]) -> str:
    """The quotation mark, "" where quotation marks are text."""
    return "" if options.get("quoting") == csv.QUOTE_NONE else str(options.get("quotechar", '"'))


def open_binary(path: Path) -> BinaryIO:
    """A text file, decompressed. Raises DataError for an archive of several files."""
    if path.suffix.lower() != ".zip":
        return cast("BinaryIO", _OPENERS.get(path.suffix.lower(), open)(path, "rb"))
    with zipfile.ZipFile(path) as archive:
        return io.BytesIO(archive.read(zipped_name(archive)))


def zipped_name(archive: zipfile.ZipFile) -> str:
    """The only file of an archive, those of macOS left out. Raises DataError where there are more or none."""
    names = [info.filename for info in archive.infolist() if not info.is_dir()]
    names = [name for name in names if not name.startswith("__MACOSX/")]
    if len(names) != 1:
        what = f"has {len(names)} files: {quoted(names)}" if names else "is empty"
        raise DataError(f"the archive {what}", hint="unpack it with a command in `prepare`, and name the file")
    return names[0]


def text_header(path: Path, options: Mapping[str, Any]) -> list[str]:
    """The cells of the row that becomes the header; empty when the options name the columns or deny a header."""
    if options.get("header", "infer") not in ("infer", 0) or "names" in options:
        return []
    lines, separator = sample_lines(path, options), separator_of(path, options)
    if not lines or (len(separator) > 1 and separator != WHITESPACE):
        return []
    return fields_of(lines[:1], separator, quote_of(options))[0]


def sample_lines(path: Path, options: Mapping[str, Any]) -> list[str]:
    """The first lines of the table as text: blank lines, comments and rows to be skipped left out."""
    skipped, comment = options.get("skiprows"), options.get("comment")
    kept = (
        line
        for line in first_lines(path, options)[max(skipped, 0) if isinstance(skipped, int) else 0 :]
        if line.strip() and not (comment and line.startswith(str(comment)))
    )
    return list(islice(kept, _SAMPLE_LINES))


def first_lines(path: Path, options: Mapping[str, Any]) -> list[str]:
    """The lines of the first 64 KiB as they are, the last one left out where it is cut in two."""
    with open_binary(path) as file:
        sample = file.read(_SAMPLE_BYTES)
    if "encoding" not in options:
        _check_encoding(sample, path.name)
    text = sample.decode(str(options.get("encoding") or "utf-8"), errors="replace").removeprefix("\ufeff")
    lines = text.splitlines()
    if len(sample) == _SAMPLE_BYTES and len(lines) > 1:
        lines.pop()
    return lines


def _check_encoding(sample: bytes, name: str) -> None:
    if sample.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise DataError(f"{name} is UTF-16, not UTF-8", hint="`read: {encoding: utf-16}`")
    if b"\x00" in sample:
        encoding = "utf-16-be" if sample[:1] == b"\x00" else "utf-16-le"
        hint = f"if it is UTF-16: `read: {{encoding: {encoding}}}`"
        raise DataError(f"{name} holds NUL characters, which text in UTF-8 has not", hint=hint)


def find_separator(lines: Sequence[str], quote: str = '"') -> str:
    """The separator that cuts every line into the same number of fields; else the one that cuts the first line most."""
    are_words = _are_columns([_WORDS.findall(line) for line in lines])
    for separator in _SEPARATORS:
        rows = fields_of(lines, separator, quote)
        if _have_one_width(rows):
            return WHITESPACE if separator == "\t" and are_words and _holds_columns(rows) else separator
    counts = {separator: len(fields_of(lines[:1], separator, quote)[0]) for separator in _SEPARATORS} if lines else {}
    best = max(counts, key=lambda separator: counts[separator], default=",")
    if counts.get(best, 1) > 1:
        return best
    return WHITESPACE if are_words else ","


def _have_one_width(rows: Sequence[Sequence[str]]) -> bool:
    widths = {len(row) for row in rows}
    return len(widths) == 1 and widths != {1}


def _are_columns(rows: Sequence[Sequence[str]]) -> bool:
    """Whether rows have one width; the header may lack the name of the first, as R writes it."""
    is_short = len(rows) > 1 and len(rows[0]) == len(rows[1]) - 1 > 1
    return _have_one_width(rows[1:] if is_short else rows)


def _holds_columns(rows: Sequence[Sequence[str]]) -> bool:
    """Whether a field is itself a row of numbers, as where blanks separate them and a TAB stands before a text."""
    return any(
        all(2 <= sum(map(is_number, cells)) >= len(cells) / 2 for cells in (field.split() for field in column))
        for column in zip(*rows[1:], strict=False)
    )


def is_number(text: str) -> bool:
    """Whether pandas reads a cell as a number, other than a word such as nan and inf."""
    try:
        float(text)
    except ValueError:
        return False
    return "_" not in text and text.strip().lower().lstrip("+-") not in ("nan", "inf", "infinity")


def fields_of(lines: Sequence[str], separator: str, quote: str) -> list[list[str]]:
    """The fields of lines. separator : one character, or that of blanks. quote : "" where there is none."""
    if len(separator) > 1:
        return [_WORDS.findall(line) if quote else line.split() for line in lines]
    if not quote:
        return [line.split(separator) for line in lines]
    try:
        return list(csv.reader(lines, delimiter=separator, quotechar=quote))
    except csv.Error:  # a NUL, or a field without an end
        return [line.split(separator) for line in lines]
