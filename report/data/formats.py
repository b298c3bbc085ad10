"""The file formats, in one ordered table. A new format is one function and one line in `FORMATS`."""

from __future__ import annotations

import codecs
import inspect
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import pandas as pd

from ..core.errors import DataError, Place
from ..core.importing import nearest
from .json_files import digit_notices, read_json, read_json_lines
from .table import short
from .text_files import read_text_file, text_header, zipped_name
from .text_rows import open_text_file
from .workbooks import read_workbook, sheet_notices, workbook_header

if TYPE_CHECKING:
    from ..core.values import Notice
    from .words import Read

Options: TypeAlias = Mapping[str, Any]
Reader: TypeAlias = Callable[[Path, Options], pd.DataFrame]

_START = 65_536  # bytes that show an encoding
_MOSTLY_OTHER = 0.4  # of the letters
_LONGEST = 200  # characters of what a reader says
_COMPRESSIONS = (".gz", ".bz2", ".xz", ".zip")
_OF_TEXT = (".csv", ".tsv", ".txt", ".data", ".dat", ".test", ".train", ".tab", ".psv")


@dataclass(frozen=True)
class Format:
    """One file format.

    pandas_reader : the function of pandas whose options `read:` takes. header : the cells of the header row, where
    pandas would rename columns that have the same name; None for formats with a schema. look : what is to be known of
    a table that was read from a file with these options, whose name is the last argument.
    """

    name: str
    suffixes: tuple[str, ...]
    read: Reader
    pandas_reader: str
    header: Callable[[Path, Options], list[str]] | None = None
    compressible: bool = False
    look: Callable[[pd.DataFrame, Path, Options, str], tuple[Notice, ...]] | None = None

    @property
    def is_text(self) -> bool:
        """Whether it has lines."""
        return self.read is read_text_file

    def open(self, path: Path, options: Options, name: str) -> tuple[pd.DataFrame, Read, tuple[Notice, ...]]:
        """The table, what reads it again with other options, and what is to be known of its lines."""
        if self.is_text:
            return open_text_file(path, options, name)
        frame = self.read(path, options)
        notices = () if self.look is None else self.look(frame, path, options, name)
        return frame, partial(self.read, path), notices


def _read_parquet(path: Path, options: Options) -> pd.DataFrame:
    return pd.read_parquet(path, **options)


def _read_feather(path: Path, options: Options) -> pd.DataFrame:
    return pd.read_feather(path, **options)


FORMATS: tuple[Format, ...] = (
    Format("CSV", _OF_TEXT, read_text_file, "read_csv", text_header, compressible=True),
    Format("Parquet", (".parquet", ".pq"), _read_parquet, "read_parquet"),
    Format("Feather", (".feather", ".arrow"), _read_feather, "read_feather"),
    Format("JSON Lines", (".jsonl", ".ndjson"), read_json_lines, "read_json", compressible=True, look=digit_notices),
    Format("JSON", (".json",), read_json, "read_json", look=digit_notices),
    Format("Excel", (".xlsx", ".xlsm"), read_workbook, "read_excel", workbook_header, look=sheet_notices),
)


def format_of(path: Path, *, key: str) -> Format:
    """The format of a file by its suffix. Raises DataError with the suffixes that are known."""
    suffixes = [suffix.lower() for suffix in path.suffixes[-2:]]
    compressed = bool(suffixes) and suffixes[-1] in _COMPRESSIONS
    suffix = "".join(suffixes[-2:-1] if compressed else suffixes[-1:])
    if suffixes[-1:] == [".zip"] and path.is_file():
        suffix = _zipped_suffix(path, key)
    for entry in FORMATS:
        if suffix in entry.suffixes and (entry.compressible or not compressed):
            return entry
    known = ", ".join(suffix for entry in FORMATS for suffix in entry.suffixes)
    raise DataError(
        f"no reader for '{path.name}'",
        place=Place(key=key),
        hint=f"known are {known} (text also as .gz or .zip); `python:MODULE:FUNCTION` reads anything else",
    )


def _zipped_suffix(path: Path, key: str) -> str:
    try:
        with zipfile.ZipFile(path) as archive:
            return Path(zipped_name(archive)).suffix.lower()
    except zipfile.BadZipFile:
        raise DataError(f"{path.name} is no ZIP archive", place=Place(key=key)) from None
    except DataError as error:
        problem = error.problems[0]
        raise DataError(f"{path.name}: {problem.message}", place=Place(key=key), hint=problem.hint) from None


@contextmanager
def reading(name: str, entry: Format, options: Options, *, key: str) -> Iterator[None]:
    """Tell what a reader raises in the user's words, as DataError."""
    place = Place(key=key)
    try:
        yield
    except DataError as error:
        problem = error.problems[0]
        raise DataError(problem.message, place=place, hint=problem.hint) from error
    except pd.errors.EmptyDataError:
        raise DataError(f"{name} is empty", place=place) from None
    except UnicodeError as error:
        raise _encoding_error(name, error, options, place) from None
    except PermissionError:
        raise DataError(f"{name} may not be read", place=place, hint="look at its permissions") from None
    except TypeError as error:
        raise _option_error(name, entry, options, error, place) from error
    except zipfile.BadZipFile:
        raise _damaged(name, entry, "it is no workbook", place) from None
    except Exception as error:  # readers raise anything when a file is damaged
        raise _damaged(name, entry, _first_line(error), place) from error


def _encoding_error(name: str, error: UnicodeError, options: Options, place: Place) -> DataError:
    if "encoding" in options:
        message = f"{name} cannot be read as {short(options['encoding'])}"
        return DataError(
            message, place=place, hint="name the encoding that it has, such as utf-8 or cp1252, in `read:`"
        )
    if not isinstance(error, UnicodeDecodeError):
        return DataError(f"{name} is not UTF-8", place=place, hint="name its encoding: `read: {encoding: …}`")
    where = f" (byte 0x{error.object[error.start]:02x})"
    return DataError(f"{name} is not UTF-8{where}", place=place, hint=_encoding_hint(error.object))


def _encoding_hint(content: bytes) -> str:
    """By the look of the bytes: few above 127 are letters with accents, many are another script."""
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "`read: {encoding: utf-16}`"
    letters = [byte for byte in content[:_START] if byte > 64]
    if sum(byte > 127 for byte in letters) > _MOSTLY_OTHER * len(letters):
        return "name its encoding: `read: {encoding: cp1251}` for Cyrillic, shift_jis for Japanese, gb18030 for Chinese"
    return "name its encoding, such as `read: {encoding: cp1252}`"


def _option_error(name: str, entry: Format, options: Options, error: TypeError, place: Place) -> DataError:
    known = tuple(inspect.signature(getattr(pd, entry.pandas_reader)).parameters)
    unknown = [option for option in options if option not in known]
    if not unknown:
        return _damaged(name, entry, _first_line(error), place)
    return DataError(
        f"pandas.{entry.pandas_reader} has no option '{unknown[0]}'",
        place=Place(key=place.key.rpartition(".")[0] + ".read" if place.key else "read"),
        hint=_near_option(unknown[0], known),
    )


def _near_option(name: str, known: tuple[str, ...]) -> str | None:
    """Options are short: `separator` is meant for `sep`."""
    short = next((option for option in known if len(option) > 2 and name.startswith(option)), None)
    return f"did you mean '{short}'?" if short else nearest(name, known)


def _damaged(name: str, entry: Format, reason: str, place: Place) -> DataError:
    hint = "check that the file is whole, and the options in `read:`"
    return DataError(f"{name} cannot be read as {entry.name}: {short(reason, _LONGEST)}", place=place, hint=hint)


def _first_line(error: BaseException) -> str:
    text = str(error.args[0]) if isinstance(error, KeyError) and error.args else str(error)
    return (text.strip().splitlines() or [type(error).__name__])[0]
