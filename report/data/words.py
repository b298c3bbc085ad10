"""Words such as None and NA that pandas reads as missing values, found again by a second look at the text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import pandas as pd

from ..core.values import Notice
from .table import EatenWord, is_text, quoted, short

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from .formats import Options

LABEL_WORD = "None"  # a class of its own in a text target; the others (NA, NaN, NULL, …) are how programs write missing
SAMPLE_ROWS = 10_000
_SEEN_TO = ("na_values", "keep_default_na", "na_filter")  # the user has decided
_OF_OTHER_COLUMNS = ("index_col", "parse_dates", "date_format", "converters", "dtype", "usecols", "low_memory")
_HINT = 'to keep such words as text: `read: {keep_default_na: false, na_values: [""]}`'

Read: TypeAlias = "Callable[[Options], pd.DataFrame]"


def find_words(
    frame: pd.DataFrame, read: Read, options: Options, labels: Collection[str] | None
) -> tuple[pd.DataFrame, tuple[EatenWord, ...]]:
    """The frame with the label None put back where the target is text, and every word that was read as missing.

    frame : as read, with its own column names. labels : the target columns, all columns when None.
    Target columns are read again in full, text columns among the features for the first 10,000 rows only.
    """
    if any(option in options for option in _SEEN_TO) or not can_read_again(frame):
        return frame, ()
    missing = [name for name in frame.columns if frame[name].hasnans]
    targets = [name for name in missing if labels is None or str(name) in labels]
    texts = [name for name in missing if name not in targets and is_text(frame[name])]
    words: list[EatenWord] = []
    if targets:
        again = read_as_text(read, options, targets)
        for name in targets:
            kept = is_text(frame[name])
            found = _eaten(frame[name], again, name)
            words += _entries(str(name), found, len(frame), is_target=True, keep=kept)
            if kept and found[LABEL_WORD]:
                frame[name] = frame[name].mask(again[name] == LABEL_WORD, LABEL_WORD)
    if texts:
        again = read_as_text(read, options, texts, SAMPLE_ROWS)
        for name in texts:
            found = _eaten(frame[name].iloc[:SAMPLE_ROWS], again, name)
            words += _entries(str(name), found, len(again), is_target=False, keep=False)
    return frame, tuple(words)


def word_notices(words: Iterable[EatenWord]) -> tuple[Notice, ...]:
    """One notice a column and word, the rows of several files together."""
    rows: Counter[tuple[str, str, bool, bool]] = Counter()
    of: Counter[tuple[str, str, bool, bool]] = Counter()
    for word in words:
        kind = (word.column, word.word, word.is_target, word.kept)
        rows[kind] += word.rows
        of[kind] += word.of
    return (
        *(_target_notice(*kind, rows[kind], of[kind]) for kind in rows if kind[2]),
        *_feature_notices({kind[:2]: rows[kind] for kind in rows if not kind[2]}, max(of.values(), default=0)),
    )


def _target_notice(column: str, word: str, _: bool, kept: bool, rows: int, of: int) -> Notice:
    where = f"The target '{short(column)}' is '{short(word)}' in {rows:,} of {of:,} rows"
    if kept:
        message = f"{where}: taken as a class, though pandas reads this word as missing."
        return Notice(message, f"to leave these rows out: `read: {{na_values: [{word}]}}`", subject=column)
    return Notice(f"{where}, which was read as a missing label: these rows are left out.", _HINT, subject=column)


def _feature_notices(rows: dict[tuple[str, str], int], of: int) -> tuple[Notice, ...]:
    notices = []
    for column in dict.fromkeys(column for column, _ in rows):
        found = {word: count for (name, word), count in rows.items() if name == column}
        shown = quoted(sorted(found, key=lambda word: -found[word]))
        message = (
            f"{shown} in column '{short(column)}' was read as missing ({sum(found.values()):,} of {of:,} rows seen)."
        )
        notices.append(Notice(message, _HINT, subject=column))
    return tuple(notices)


def can_read_again(frame: pd.DataFrame) -> bool:
    """Whether columns can be read once more by their names, row for row."""
    return isinstance(frame.index, pd.RangeIndex) and frame.columns.nlevels == 1


def read_as_text(read: Read, options: Options, columns: Sequence[Any], rows: int | None = None) -> pd.DataFrame:
    """Columns of a file once more, each cell as the text that is there. rows : so many of the first, None for all."""
    kept = {name: value for name, value in options.items() if name not in _OF_OTHER_COLUMNS}
    if kept.get("engine") == "pyarrow":  # which takes no number of rows
        del kept["engine"]
    # a number is a position to pandas: without a header that is what it means, in a workbook it may be a name
    wanted: Any = list(columns) if "header" in kept else set(columns).__contains__
    limit = {} if rows is None or "skipfooter" in kept else {"nrows": min(rows, kept.get("nrows") or rows)}
    return read({**kept, **limit, "usecols": wanted, "dtype": str, "keep_default_na": False, "na_values": []})


def _eaten(column: pd.Series[Any], again: pd.DataFrame, name: Any) -> Counter[str]:
    if len(again) != len(column):
        return Counter()
    texts = again[name].to_numpy(dtype=object)[column.isna().to_numpy(dtype=np.bool_)]
    return Counter(text for text in texts if isinstance(text, str) and text.strip())


def _entries(column: str, found: Counter[str], of: int, *, is_target: bool, keep: bool) -> list[EatenWord]:
    return [
        EatenWord(column, word, rows, of, is_target=is_target, kept=keep and word == LABEL_WORD)
        for word, rows in found.most_common()
    ]
