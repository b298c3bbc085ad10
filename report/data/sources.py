"""Where rows come from: files, lists and globs of files, scikit-learn's bundled data, the repository's functions."""

from __future__ import annotations

import difflib
import glob
import hashlib
import json
from collections.abc import Callable, Collection, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeAlias

import pandas as pd

from ..core.errors import DataError, Place
from ..core.importing import nearest
from ..core.keys import row_keys
from ..core.lfs import POINTER
from .date_notices import check_parsed_dates
from .formats import Options, format_of, reading
from .hooks import call_hook
from .objects import frame_of
from .table import EatenWord, Table, plain_frame, quoted, stacked
from .text_footer import footer_notice
from .text_header import check_names, header_notices
from .text_values import value_notices
from .words import find_words

Names: TypeAlias = tuple[str, ...]

SKLEARN, PYTHON = "sklearn:", "python:"
SKLEARN_NAMES = ("iris", "wine", "digits", "breast_cancer", "diabetes", "linnerud")
_BLOCK = 1 << 20  # bytes that are read at a time


def read_table(
    source: str | Names,
    options: Options,
    root: Path,
    *,
    key: str,
    labels: Collection[str] | None = (),
    keep: Collection[str] = (),
) -> Table:
    """The rows of a source.

    key : its key in the configuration, for messages. labels : the target columns that it may hold, None for all.
    keep : index levels that are wanted as columns. Raises DataError when it cannot be read or has no rows.
    """
    if isinstance(source, str) and source.startswith(SKLEARN):
        table = _bundled_table(source.removeprefix(SKLEARN), key)
    elif isinstance(source, str) and source.startswith(PYTHON):
        table = _function_table(source.removeprefix(PYTHON), root, key, list(keep))
    else:
        table = _file_table(source, options, root, key, labels, list(keep))
    if table.frame.empty:
        missing = "columns" if len(table.frame) else "rows"
        raise DataError(f"{table.source} has no {missing}", place=Place(key=key))
    return table if table.digest else replace(table, digest=_content_digest(table.frame))


def _file_table(
    source: str | Names, options: Options, root: Path, key: str, labels: Collection[str] | None, keep: list[str]
) -> Table:
    files = find_files(source, root, key)
    tables = [_one_file(file, options, _shown(file, root), key, labels, keep) for file in files]
    names = [table.source for table in tables]
    return Table(
        frame=_stacked(tables, key),
        source=names[0] if len(names) == 1 else f"{len(names)} files: {', '.join(names)}",
        notices=tuple(notice for table in tables for notice in table.notices),
        words=tuple(word for table in tables for word in table.words),
        digest=digest_of(table.digest for table in tables),
        has_text_options=all(table.has_text_options for table in tables),
    )


def _one_file(
    path: Path, options: Options, name: str, key: str, labels: Collection[str] | None, keep: list[str]
) -> Table:
    _check_file(path, name, key)
    entry = format_of(path, key=key)
    words: tuple[EatenWord, ...] = ()
    with reading(name, entry, options, key=key):
        header = [] if entry.header is None else entry.header(path, options)
        check_names(header, name, options)
        frame, again, notices = entry.open(path, options, name)
        if not isinstance(frame, pd.DataFrame):
            frame.close()  # a reader of parts
            raise DataError(f"the options in `read:` give a {type(frame).__name__}, not a table")
        if entry.header is not None:
            notices = (
                *notices,
                *header_notices(header, frame, name, options, path if entry.is_text else None),
                *value_notices(frame, again, options),
                *footer_notice(frame, name, options, is_text=entry.is_text),
            )
            frame, words = find_words(frame, again, options, labels)
            check_parsed_dates(frame, again, options)
    return Table(
        _checked(plain_frame(frame, keep), name, key),
        name,
        notices,
        words=words,
        digest=_file_digest(path),
        has_text_options=entry.header is not None,
    )


def _file_digest(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()


def digest_of(parts: Iterable[str]) -> str:
    """One SHA-256 of several texts, in their order."""
    return hashlib.sha256(json.dumps(list(parts)).encode()).hexdigest()


def _content_digest(frame: pd.DataFrame) -> str:
    """SHA-256 of the cells and the names of the columns, in their order."""
    cells = hashlib.sha256(row_keys(frame).astype("<u8").tobytes()).hexdigest()
    return digest_of([*map(str, frame.columns), cells])


def _stacked(tables: list[Table], key: str) -> pd.DataFrame:
    first = tables[0]
    for table in tables[1:]:
        check_same_columns(first.frame, table.frame, f"{table.source} and {first.source}", key)
    if len(tables) == 1:
        return first.frame
    return stacked([table.frame for table in tables])


def check_same_columns(expected: pd.DataFrame, found: pd.DataFrame, names: str, key: str) -> None:
    """Raise DataError when two frames have other columns than each other; their order does not matter."""
    missing = [name for name in expected.columns if name not in found.columns]
    extra = [name for name in found.columns if name not in expected.columns]
    if missing or extra:
        raise DataError(
            f"{names} have different columns: {differing_columns(missing, extra)}",
            place=Place(key=key),
            hint="give them the same columns, or leave some out with `drop`",
        )


def differing_columns(missing: list[str], extra: list[str]) -> str:
    """What is missing and what is too many, in words."""
    parts = [f"missing {quoted(missing)}"] if missing else []
    return ", ".join([*parts, f"not expected {quoted(extra)}"] if extra else parts)


def find_files(source: str | Names, root: Path, key: str) -> list[Path]:
    """The files that paths and glob patterns name, those of one pattern sorted; relative ones start at `root`."""
    files = []
    for entry in (source,) if isinstance(source, str) else source:
        path = root / entry
        if path.exists() or not glob.has_magic(entry):
            files.append(path)
            continue
        found = glob.iglob(entry, root_dir=root, recursive=True)  # noqa: PTH207 - a Path refuses absolute patterns
        matches = sorted(match for match in found if (root / match).is_file())
        if not matches:
            raise DataError(f"no file matches '{entry}'", place=Place(key=key), hint=f"looked in {root}")
        files += [root / match for match in matches]
    return files


def _check_file(path: Path, name: str, key: str) -> None:
    place = Place(key=key)
    if path.is_dir():
        raise DataError(f"{name} is a directory", place=place, hint=f"name its files, such as '{name}/*.csv'")
    if not path.exists():
        raise DataError(f"there is no file {name}", place=place, hint=_missing_file_hint(path, name))
    try:
        with path.open("rb") as file:
            start = file.read(len(POINTER))
    except OSError as error:
        raise DataError(f"{name} may not be read: {error.strerror}", place=place) from None
    if not start:
        raise DataError(f"{name} is empty", place=place)
    if start == POINTER:
        raise DataError(f"{name} is a Git LFS pointer, not the data", place=place, hint="check out with `lfs: true`")


def _missing_file_hint(path: Path, name: str) -> str | None:
    if "://" in name or ":/" in name:
        return "only files are read: download it in a step before, or read it in a function, `python:MODULE:FUNCTION`"
    if any(part.name and part.with_name(f"{part.name}.dvc").exists() for part in (path, *path.parents)):
        return "it is tracked by DVC: `prepare: dvc pull` gets it, for head and for base"
    if not path.parent.is_dir():
        return f"there is no folder {Path(name).parent.as_posix()} either"
    names = {entry.name.partition(".")[0]: entry.name for entry in sorted(path.parent.iterdir()) if entry.is_file()}
    stem = difflib.get_close_matches(path.name.partition(".")[0], names, n=1, cutoff=0.6)
    return f"did you mean '{names[stem[0]]}'?" if stem else None


def _shown(path: Path, root: Path) -> str:
    return (path.relative_to(root) if path.is_relative_to(root) else path).as_posix()


def _bundled_table(name: str, key: str) -> Table:
    if name not in SKLEARN_NAMES:
        hint = nearest(name, SKLEARN_NAMES) or f"bundled are {', '.join(SKLEARN_NAMES)}"
        raise DataError(f"scikit-learn has no bundled data set '{name}'", place=Place(key=key), hint=hint)
    from sklearn import datasets

    loader: Callable[..., Any] = getattr(datasets, f"load_{name}")
    bunch = loader(as_frame=True)
    target = bunch.target.to_frame() if isinstance(bunch.target, pd.Series) else bunch.target
    return Table(
        frame=plain_frame(pd.concat([bunch.data, target], axis=1)),
        source=f"{SKLEARN}{name}",
        target=tuple(map(str, target.columns)),
        image_shape=(8, 8) if name == "digits" else None,
    )


def _function_table(path: str, root: Path, key: str, keep: list[str]) -> Table:
    result = call_hook(path, root=root, key=key, doing="while giving the data")
    if not isinstance(result, (tuple, list)) and (frame := frame_of(result, "", key)) is not None:
        return Table(_checked(plain_frame(frame, keep), path, key), f"{PYTHON}{path}")
    if isinstance(result, tuple) and len(result) == 2:
        features, target = frame_of(result[0], "", key), frame_of(result[1], "target", key)
        if features is not None and target is not None:
            return _pair_table(features, target, path, key)
    raise DataError(
        f"'{path}' returned {_kind(result)}",
        place=Place(key=key),
        hint="return a DataFrame (pandas, polars, pyarrow), or a pair of features (sparse ones too) and target",
    )


def _pair_table(features: pd.DataFrame, target: pd.DataFrame, path: str, key: str) -> Table:
    if len(features) != len(target):
        raise DataError(
            f"'{path}' returned {len(features):,} rows of features and {len(target):,} of target", place=Place(key=key)
        )
    features, target = plain_frame(features), plain_frame(target)
    frame = _checked(pd.concat([features, target], axis=1), path, key)
    return Table(frame, f"{PYTHON}{path}", target=tuple(target.columns))


def _checked(frame: pd.DataFrame, path: str, key: str) -> pd.DataFrame:
    repeated = list(frame.columns[frame.columns.duplicated()].unique())
    if repeated:
        raise DataError(
            f"'{path}' gives several columns called {quoted(repeated)}",
            place=Place(key=key),
            hint="give each its own name",
        )
    return frame


def _kind(result: Any) -> str:
    if isinstance(result, tuple):
        return f"a tuple of {len(result)}: {quoted([type(part).__name__ for part in result])}"
    return "nothing" if result is None else f"an object of type {type(result).__name__}"
