"""What each column is for: target, row key, group, time, weight, slice, feature, or dropped."""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ..core.dates import AmbiguousDatesError, read_dates
from ..core.errors import DataError, Place, Problem
from ..core.importing import nearest
from ..core.values import Notice
from .date_notices import date_hint
from .table import counted, is_text, quoted, short

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

    from ..config.schema import DataConfig

_TIME = Place(key="data.time")
_YEARS = (1900, 2100)  # of dates that are written as numbers
_MONTHS = 12
_LATE_DAY = 29  # which is a year to come, if it is one
_LONGEST = 180  # characters of a reason


@dataclass(frozen=True)
class Roles:
    """The columns that the configuration names."""

    target: tuple[str, ...]
    id: str | None = None
    group: str | None = None
    time: str | None = None
    weight: str | None = None
    slices: tuple[str, ...] = ()
    drop: tuple[str, ...] = ()

    @classmethod
    def of(cls, config: DataConfig, target: tuple[str, ...], slices: tuple[str, ...]) -> Roles:
        return cls(target, config.id, config.group, config.time, config.weight, slices, config.drop)

    def named(self) -> list[tuple[str, str]]:
        """(configuration key, column) of every column that is named, in the order of the keys."""
        single = [(f"data.{key}", getattr(self, key)) for key in ("id", "group", "time", "weight")]
        return [
            *(("data.target", name) for name in self.target),
            *((key, name) for key, name in single if name is not None),
            *(("slices", name) for name in self.slices),
        ]

    def apart(self) -> tuple[str, ...]:
        """The columns that estimators do not see, other than dropped ones."""
        others = (self.id, self.group, self.time, self.weight)
        return (*self.target, *dict.fromkeys(name for name in others if name is not None))

    def drops(self, name: str) -> bool:
        """Whether a pattern of `drop` matches this column."""
        return any(name == pattern or fnmatchcase(name, pattern) for pattern in self.drop)

    def features(self, frame: pd.DataFrame) -> list[str]:
        """The columns that estimators see."""
        apart = self.apart()
        return [name for name in frame.columns if name not in apart and not self.drops(name)]

    def key(self, frame: pd.DataFrame) -> list[str]:
        """The columns that make a row's key: `id`, else everything but target, weight and dropped columns."""
        if self.id is not None and self.id in frame.columns:
            return [self.id]
        without = {*self.target, self.weight}
        return [name for name in frame.columns if name not in without and not self.drops(name)]

    def needed(self, frame: pd.DataFrame) -> pd.DataFrame:
        """The frame without the dropped columns that nothing else names."""
        named = {name for _, name in self.named()}
        return frame.drop(columns=[name for name in frame.columns if self.drops(name) and name not in named])


def check_roles(frame: pd.DataFrame, roles: Roles) -> None:
    """Raise DataError that tells all of the named columns that are not there, or are used twice."""
    known = list(frame.columns)
    problems = [
        Problem(
            f"there is no column '{name}'",
            Place(key=key),
            nearest(name, known) or f"the columns are {quoted(known, 12)}",
        )
        for key, name in roles.named()
        if name not in known
    ]
    problems += [
        Problem(f"column '{name}' is the target as well", Place(key=key), "name another column")
        for key, name in roles.named()
        if name in roles.target and key not in ("data.target", "slices")
    ]
    if not problems and not roles.features(frame):
        problems.append(
            Problem("no feature is left: every column is dropped or named otherwise", Place(key="data.drop"))
        )
    if problems:
        raise DataError.of(tuple(problems))


def role_notices(frame: pd.DataFrame, roles: Roles) -> tuple[Notice, ...]:
    """What was left out of the features, and patterns of `drop` that match no column."""
    notices = [
        Notice(f"`drop` pattern '{pattern}' matches no column.", nearest(pattern, list(frame.columns)))
        for pattern in roles.drop
        if not any(name == pattern or fnmatchcase(name, pattern) for name in frame.columns)
    ]
    apart = roles.apart()[len(roles.target) :]
    if apart:
        hint = "to use one as a feature as well, copy it in the `prepare` hook"
        notices.append(Notice(f"Not used as features, because they have another role: {quoted(apart)}.", hint, "note"))
    return tuple(notices)


def row_name(position: Any, n_labelled: int) -> str:
    """How messages call a row, counted from 1 and without the header; validation files count on their own."""
    position = int(position)
    if position < n_labelled:
        return f"row {position + 1:,}"
    return f"row {position - n_labelled + 1:,} of the validation rows"


def weights(column: pd.Series[Any], n_labelled: int) -> NDArray[np.float64]:
    """The row weights as float64. Raises DataError naming the first row whose weight is no number, NaN or negative."""
    place = Place(key="data.weight")
    if not pd.api.types.is_numeric_dtype(column.dtype):
        raise DataError(f"the weights in '{column.name}' are not numbers", place=place)
    values = column.to_numpy(dtype=np.float64, na_value=np.nan)
    for wrong, what in ((~np.isfinite(values), "missing or infinite"), (values < 0, "negative")):
        if wrong.any():
            where = row_name(column.index[int(np.argmax(wrong))], n_labelled)
            message = f"the weight in '{column.name}' is {what} in {counted(int(wrong.sum()), 'row')}, first in {where}"
            raise DataError(message, place=place, hint="mend the data, or fill them in the `prepare` hook")
    if not values.any():
        raise DataError(f"all weights in '{column.name}' are zero", place=place)
    return values


def groups(column: pd.Series[Any], n_labelled: int) -> NDArray[Any]:
    """The group of each row, (n_rows,) object. Raises DataError when one is missing."""
    _check_complete(column, "data.group", n_labelled)
    return column.to_numpy(dtype=object)


def times(column: pd.Series[Any], n_labelled: int, *, has_options: bool) -> NDArray[Any]:
    """The time of each row as datetime64 (UTC where there is a zone) or number; dates written as text are read.

    has_options : whether `read:` says how dates are written. Raises DataError where a cell is neither, or where
    dates may be read in two ways.
    """
    _check_complete(column, "data.time", n_labelled)
    if isinstance(column.dtype, pd.CategoricalDtype):
        column = column.astype(column.dtype.categories.dtype)
    if pd.api.types.is_numeric_dtype(column.dtype) and not pd.api.types.is_bool_dtype(column.dtype):
        _check_order(column)
        return column.to_numpy(dtype=np.float64 if pd.api.types.is_float_dtype(column.dtype) else np.int64)
    try:
        instants = read_dates(column) if is_text(column) else pd.DatetimeIndex(pd.to_datetime(column, utc=True))
    except AmbiguousDatesError as error:
        hint = date_hint([str(column.name)], error.readings, has_options=has_options)
        raise DataError(f"dates in '{short(column.name)}': {error}", place=_TIME, hint=hint) from None
    except (ValueError, TypeError) as error:
        reason = short(str(error).splitlines()[0], _LONGEST)
        message = f"column '{short(column.name)}' does not hold dates or numbers: {reason}"
        raise DataError(message, place=_TIME, hint="make it a date in the `prepare` hook") from None
    return instants.tz_convert(None).to_numpy()


def _check_order(column: pd.Series[Any]) -> None:
    """Raise DataError for dates as numbers with the year behind, such as 31122019, whose order is not that of time."""
    values = column.to_numpy(dtype=np.float64)
    code = _misordered(values[np.isfinite(values)])
    if code:
        message = f"numbers in '{short(column.name)}' such as {column.iloc[0]} look like dates with the year last"
        hint = f"in the `prepare` hook, for that column `c`: {code}"
        raise DataError(f"{message}, whose order is not that of time", place=_TIME, hint=hint)


def _misordered(values: Floats) -> str:
    """What reads numbers that look like dates with the year behind, "" where they do not, or may have it in front."""
    low, middle, high = values % 100, values // 100 % 100, values // 10_000
    read = "`pd.to_datetime(c.astype(int).astype(str).str.zfill({}), format={})`"
    if _are_dates(values % 10_000, high % 100, values // 1_000_000, either=True) and not _are_dates(high, middle, low):
        return read.format(8, _format(values // 1_000_000, high % 100, "%Y"))
    one = np.ones_like(values)
    if _are_dates(values % 10_000, high, one) and not _are_dates(values // 100, low, one):
        return read.format(6, '"%m%Y"')
    years = np.full_like(values, _YEARS[0])
    is_short = _are_dates(years, middle, high, either=True) and len(np.unique(high)) > 1 and (values % 1 == 0).all()
    if is_short and (not _are_dates(years, middle, low) or _are_days(high, low)):
        return read.format(6, _format(high, middle, "%y"))
    whole, fraction = np.floor(values), np.round(values % 1 * 10_000, 4)
    is_whole = bool((fraction % 1 == 0).all())
    if is_whole and _are_dates(fraction, whole, one) and len(np.unique(whole)) > 1:
        return "`pd.to_datetime(c.map('{:.4f}'.format), format=\"%m.%Y\")`"
    return ""


def _format(first: Floats, second: Floats, year: str) -> str:
    """The format of numbers with the year last; both where either of the others may be the day."""
    formats = [f'"%d%m{year}"'] if second.max() <= _MONTHS else []
    formats += [f'"%m%d{year}"'] if first.max() <= _MONTHS else []
    return " or ".join(formats)


def _are_days(high: Floats, low: Floats) -> bool:
    """Whether of DDMMYY and YYMMDD it is the first: days up to the end of a month, of a few years."""
    return bool(high.max() >= _LATE_DAY and len(np.unique(high)) >= 2 * len(np.unique(low)))


def _are_dates(year: Floats, month: Floats, day: Floats, *, either: bool = False) -> bool:
    """Whether these may be dates. either : whether month and day may be the other way round."""
    low, high = (np.minimum(month, day), np.maximum(month, day)) if either else (month, day)
    is_year = (year >= _YEARS[0]) & (year <= _YEARS[1])
    return bool((is_year & (low >= 1) & (low <= 12) & (high >= 1) & (high <= 31)).all())


def _check_complete(column: pd.Series[Any], key: str, n_labelled: int) -> None:
    missing = column.isna().to_numpy(dtype=np.bool_)
    if missing.any():
        where = row_name(column.index[int(np.argmax(missing))], n_labelled)
        message = f"column '{column.name}' is missing in {counted(int(missing.sum()), 'row')}, first in {where}"
        raise DataError(message, place=Place(key=key), hint="drop or fill them in the `prepare` hook")
