"""What may be wrong with a column, each check a small function in one ordered table.

Checks look at a sample of at most 10,000 rows where that is enough, and at the whole column only to confirm.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import numpy as np
import pandas as pd

from ..core.keys import is_text_dtype
from ..core.numbers import format_share
from ..core.values import Notice, Target, Task
from .date_notices import readings_of
from .number_notices import form_of_column
from .table import counted, short

if TYPE_CHECKING:
    from numpy.typing import NDArray

Kind: TypeAlias = Literal["number", "boolean", "category", "text", "date", "other"]

_SAMPLE_ROWS = 10_000
_SAMPLE_CELLS = 2_000_000  # wide data are looked at in fewer rows
_FEWEST_ROWS = 200
_MOST_CATEGORIES = 40  # more different texts than this are no categories
_ENOUGH_ROWS = 20  # fewer say nothing about a pattern
_MOSTLY = 0.9
_MUCH_MISSING = 0.5
_ENOUGH_FOR_RELATIONS = 50
_ROWS_PER_LEVEL = 5  # a level or a class with fewer rows may fit by chance
_MOST_LEVELS = 50
_NEARLY_LINEAR = 0.999
_SHOWN = 5
_LONGEST_NAME = 30  # characters of a name among several


@dataclass(frozen=True, eq=False)
class Seen:
    """A column, a sample of it, and the targets of the sampled rows.

    sample : without missing values. targets : one array for each output, like `Target.encoded`, for the rows of
    `sample`.
    """

    name: str
    full: pd.Series[Any]
    sample: pd.Series[Any]
    missing: int
    targets: tuple[NDArray[Any], ...]
    classes: int

    @cached_property
    def kind(self) -> Kind:
        dtype = self.full.dtype
        if pd.api.types.is_bool_dtype(dtype):
            return "boolean"
        if isinstance(dtype, pd.CategoricalDtype):
            return "category"
        if pd.api.types.is_numeric_dtype(dtype):
            return "number"
        if pd.api.types.is_datetime64_any_dtype(dtype):
            return "date"
        if not self.is_text:
            return "other"
        return "category" if (self.distinct or 0) <= _MOST_CATEGORIES else "text"

    @cached_property
    def is_text(self) -> bool:
        if self.full.dtype != object:
            return is_text_dtype(self.full.dtype)
        return all(isinstance(cell, str) for cell in self.sample)

    @cached_property
    def distinct(self) -> int | None:
        """Distinct values in the sample; None when they cannot be told apart."""
        return None if self.codes is None else int(self.codes.max(initial=-1)) + 1

    @cached_property
    def codes(self) -> NDArray[np.int64] | None:
        try:
            return np.asarray(pd.factorize(self.sample)[0], dtype=np.int64)
        except TypeError:  # lists and the like
            return None

    @cached_property
    def numbers(self) -> NDArray[np.float64] | None:
        """The sample as numbers, None when the column is no quantity."""
        return self.sample.to_numpy(dtype=np.float64) if self.kind == "number" else None


Find: TypeAlias = Callable[[Seen], "str | None"]


@dataclass(frozen=True)
class ColumnCheck:
    """One thing to look for. find : what to say of a column in brackets, "" for nothing, None when it is fine.

    one, many : what is said of one and of several columns. {columns} in the hint becomes their names.
    """

    find: Find
    one: str
    many: str
    hint: str


def look_at(features: pd.DataFrame, target: Target) -> tuple[Seen, ...]:
    """Every column with its sample."""
    n_rows, n_columns = features.shape
    size = min(n_rows, _SAMPLE_ROWS, max(_FEWEST_ROWS, _SAMPLE_CELLS // n_columns))
    rows = np.linspace(0, n_rows - 1, size).astype(np.int64)
    sample = features.take(rows)
    encoded = target.encoded[rows]
    outputs = (encoded,) if encoded.ndim == 1 else tuple(encoded.T)
    classes = 2 if target.task is Task.MULTILABEL else len(target.classes)
    columns = zip(features.items(), sample.items(), strict=True)
    return tuple(_seen(str(name), full, part, outputs, classes) for (name, full), (_, part) in columns)


def likely_roles(features: pd.DataFrame, target: Target) -> dict[str, str]:
    """The first column that may be the `id`, and the first that may be the `time`, by these names."""
    roles: dict[str, str] = {}
    for seen in look_at(features, target):
        if _identifier(seen) is not None:
            roles.setdefault("id", seen.name)
        elif seen.kind == "date" or bool(readings_of(seen.sample)):
            roles.setdefault("time", seen.name)
    return roles


def column_notices(columns: Sequence[Seen], *, are_pixels: bool = False) -> tuple[Notice, ...]:
    """One notice for each check that finds something, its columns together; a pixel may be the same in all pictures."""
    notices = []
    for check in (check for check in COLUMN_CHECKS if not (are_pixels and check.find is _constant)):
        found = [(seen.name, detail) for seen in columns if (detail := check.find(seen)) is not None]
        if found:
            notices.append(_notice(check, found))
    return tuple(notices)


def _seen(
    name: str, full: pd.Series[Any], sample: pd.Series[Any], outputs: tuple[NDArray[Any], ...], classes: int
) -> Seen:
    there = sample.notna().to_numpy(dtype=np.bool_)
    missing = int(full.isna().sum())
    if missing:
        sample, outputs = sample[there], tuple(output[there] for output in outputs)
    return Seen(name, full, sample, missing, outputs, classes)


def _notice(check: ColumnCheck, found: list[tuple[str, str]]) -> Notice:
    shown = ", ".join(
        f"'{short(name, _LONGEST_NAME)}'{f' ({detail})' if detail else ''}" for name, detail in found[:_SHOWN]
    )
    rest = f" and {len(found) - _SHOWN:,} more" if len(found) > _SHOWN else ""
    what = check.one if len(found) == 1 else check.many
    names = ", ".join(f'"{name}"' for name, _ in found[:_SHOWN]) + (", …" if rest else "")
    return Notice(
        f"{counted(len(found), 'column')} {what}: {shown}{rest}.",
        check.hint.replace("{columns}", names),
        subject=found[0][0] if len(found) == 1 else None,
        kind="target given away" if check.find is _gives_target_away else None,
    )


def _constant(seen: Seen) -> str | None:
    if seen.missing == len(seen.full):
        return "always missing"
    if seen.missing or seen.distinct != 1:
        return None
    first = seen.full.iloc[0]
    return f"always {short(first)}" if bool((seen.full == first).all()) else None


def _identifier(seen: Seen) -> str | None:
    """All different, and either counting up or down, a shuffled count, or text without spaces."""
    if len(seen.full) < _ENOUGH_ROWS or seen.missing or seen.distinct != len(seen.sample):
        return None
    if pd.api.types.is_integer_dtype(seen.full.dtype):
        values = seen.full
        ordered = values.is_monotonic_increasing or values.is_monotonic_decreasing
        dense = int(values.max()) - int(values.min()) < 2 * len(values)
        return "" if (ordered or dense) and values.is_unique else None
    if not seen.is_text or seen.sample.astype(str).str.contains(r"\s").mean() > 1 - _MOSTLY:
        return None
    is_other = bool(readings_of(seen.sample)) or form_of_column(seen.sample) is not None
    return "" if not is_other and seen.full.is_unique else None


def _gives_target_away(seen: Seen) -> str | None:
    if len(seen.sample) < _ENOUGH_FOR_RELATIONS or (seen.distinct or 0) < 2:
        return None
    relation = _tells_classes if seen.classes else _is_linear
    return next((reason for target in seen.targets if (reason := relation(seen, target))), None)


def _is_linear(seen: Seen, target: NDArray[Any]) -> str | None:
    values = seen.numbers
    if values is None or not np.isfinite(values).all() or not values.std() or not target.std():
        return None
    correlation = float(np.corrcoef(values, target)[0, 1])
    return f"correlation {correlation:.4f}" if abs(correlation) > _NEARLY_LINEAR else None


def _tells_classes(seen: Seen, target: NDArray[Any]) -> str | None:
    """Whether few levels each have one class, or a number falls into one range for each class."""
    rows = np.bincount(target)
    rows = rows[rows > 0]
    if seen.codes is None or seen.distinct is None or len(rows) < 2 or rows.min() < _ROWS_PER_LEVEL:
        return None
    if seen.distinct <= min(_MOST_LEVELS, len(seen.codes) // _ROWS_PER_LEVEL):
        pairs = len(np.unique(seen.codes * (int(target.max()) + 1) + target))
        return "each value has one class" if pairs == seen.distinct else None
    if seen.numbers is None:
        return None
    changes = np.count_nonzero(np.diff(target[np.lexsort((target, seen.numbers))]))
    return "each class has a range of its own" if changes < len(rows) else None


def _much_missing(seen: Seen) -> str | None:
    share = seen.missing / len(seen.full)
    return format_share(share) if _MUCH_MISSING <= share < 1 else None


def _infinite(seen: Seen) -> str | None:
    if not pd.api.types.is_float_dtype(seen.full.dtype):
        return None
    count = int(np.isinf(seen.full.to_numpy(dtype=np.float64, na_value=np.nan)).sum())
    return counted(count, "row") if count else None


def _mixed_types(seen: Seen) -> str | None:
    if seen.full.dtype != object or seen.is_text:
        return None
    types = sorted({type(cell).__name__ for cell in seen.sample})
    return " and ".join(types) if len(types) > 1 else None


COLUMN_CHECKS: tuple[ColumnCheck, ...] = (
    ColumnCheck(
        _gives_target_away,
        "gives the target away",
        "give the target away",
        "if not known before the target is, leave out: `drop: [{columns}]`",
    ),
    ColumnCheck(
        _identifier,
        "looks like a row number or an identifier",
        "look like row numbers or identifiers",
        "leave out: `drop: [{columns}]`; or make it the row key: `id:`",
    ),
    ColumnCheck(_constant, "never changes", "never change", "leave out: `drop: [{columns}]`"),
    ColumnCheck(
        _infinite, "holds infinite values", "hold infinite values", "most estimators refuse them: `prepare` hook"
    ),
    ColumnCheck(
        _much_missing,
        "is missing in most rows",
        "are missing in most rows",
        "look at how that is read, or leave out: `drop: [{columns}]`",
    ),
    ColumnCheck(_mixed_types, "mixes types", "mix types", "give it one type in the `prepare` hook"),
)
