"""What each column holds, decided by its training rows: so that no single cell changes what is made of the others."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from numpy.typing import NDArray

# number : numbers and booleans, also written as text. date : instants, also written as text. category : few different
# values. text : many. empty : no value in training. other : whatever else there is, such as lists.
Name = Literal["number", "date", "category", "text", "empty", "other"]

UNSEEN = "no training row has"  # in every notice about a cell of another kind than training has
FEW = 40  # different values: fewer are categories, as skrub has it
_ODD_SHARE = 0.01  # of the cells may be something else than the column is, and one cell always
_SURE = 10  # times as many cells as are odd have to be what the column is
_LOOKED_AT = 50  # cells that show whether it is worth to look at all of them
_LISTED = 5  # columns named in a notice
_EXAMPLE = 40  # characters of a cell in a message
_NO_VALUE = frozenset(("", "?", "-", "--", ".", "..", "na", "n/a", "nan", "none", "null", "missing", "unknown", "#n/a"))
_BOOLEANS = {"true": 1.0, "false": 0.0}
_NUMBERS = frozenset(("boolean", "integer", "floating", "decimal", "mixed-integer-float"))
_DATES = frozenset(("date", "datetime", "datetime64"))


class Kind(NamedTuple):
    """What a column holds. format : of dates that are written as text. odd : training cells that are something else."""

    name: Name
    format: str | None = None
    odd: tuple[str, ...] = ()


def column_kinds(train: pd.DataFrame) -> dict[str, Kind]:
    """The kind of each column by its training rows alone."""
    return {str(name): _kind(column) for name, column in train.items()}


def is_plain(dtype: Any) -> bool:
    """Whether a dtype is of numbers or booleans."""
    return bool(pd.api.types.is_numeric_dtype(dtype) or pd.api.types.is_bool_dtype(dtype))


def as_numbers(column: pd.Series[Any]) -> pd.Series[Any]:
    """The cells as numbers: booleans as 1 and 0, what is no number as missing; numpy's own dtypes stay as they are."""
    if is_plain(column.dtype):
        return column if isinstance(column.dtype, np.dtype) else _floats(column.to_numpy(np.float64, na_value=np.nan))
    if isinstance(column.dtype, pd.CategoricalDtype):
        column = column.astype(object)
    values = pd.to_numeric(column, errors="coerce").to_numpy(np.float64, na_value=np.nan).copy()
    words = np.flatnonzero(np.isnan(values))
    values[words] = [_BOOLEANS.get(_word(cell), np.nan) for cell in column.iloc[words]]
    return _floats(values, column.index)


def as_dates(column: pd.Series[Any], form: str | None) -> pd.Series[Any]:
    """The cells as instants, what is none as missing; form : as in `Kind`."""
    if pd.api.types.is_datetime64_any_dtype(column.dtype):
        return column
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        zoned = form is None or "%z" in form
        found = pd.to_datetime(column.astype(object), format=form or "mixed", errors="coerce", utc=zoned)
    return found.dt.tz_localize(None) if zoned else found


def as_categories(column: pd.Series[Any]) -> pd.Series[Any]:
    """The cells as text, (n_rows,) object; missing ones as NaN."""
    cells = column.astype(object)
    return cells.where(cells.isna(), cells.map(str)).where(cells.notna(), np.nan)


def category_lists(train: pd.DataFrame, names: list[str]) -> list[NDArray[np.object_]]:
    """The sorted values of each of these columns."""
    return [np.array(sorted(set(as_categories(distinct(train[name])))), dtype=object) for name in names]


def distinct(column: pd.Series[Any]) -> pd.Series[Any]:
    """The different values, none of them missing."""
    return pd.Series(column.dropna().unique())


def _floats(values: NDArray[np.float64], index: Any = None) -> pd.Series[Any]:
    return pd.Series(values, index=index)


def _kind(column: pd.Series[Any]) -> Kind:
    dtype = column.dtype
    if column.head(1).isna().all() and column.isna().all():  # most columns begin with a value
        return Kind("empty")
    if is_plain(dtype):
        return Kind("number")
    values = column.dropna()
    if pd.api.types.is_datetime64_any_dtype(dtype):
        return Kind("date")
    if isinstance(dtype, pd.CategoricalDtype):
        return Kind("category" if values.nunique() < FEW else "text")
    return _of_objects(values)


def _of_objects(values: pd.Series[Any]) -> Kind:
    found = "string" if isinstance(values.dtype, pd.StringDtype) else pd.api.types.infer_dtype(values)
    if found in _NUMBERS:
        return Kind("number")
    if found in _DATES:
        return Kind("date")
    return _written(values) if found in ("string", "mixed", "mixed-integer") else Kind("other")


def _written(values: pd.Series[Any]) -> Kind:
    """Of cells that are text, or of several kinds."""
    try:
        looks_alike = _number_or_date(values.iloc[:_LOOKED_AT], share=0.2) is not None  # at some, as all take long
        found = _number_or_date(values) if looks_alike else None
        return found or Kind("category" if values.nunique() < FEW else "text")
    except TypeError:  # lists and the like have no hash
        return Kind("other")


def _number_or_date(values: pd.Series[Any], share: float = _ODD_SHARE) -> Kind | None:
    told = values[~values.map(_word).isin(_NO_VALUE)]
    return (_number(told, share) or _date(told, share)) if len(told) else None


def _number(told: pd.Series[Any], share: float) -> Kind | None:
    is_odd = as_numbers(told).isna().to_numpy()
    return Kind("number", odd=_examples(told, is_odd)) if _mostly(is_odd, share) else None


def _date(told: pd.Series[Any], share: float) -> Kind | None:
    """By the form of the first cells, the one that most cells have."""
    from pandas.tseries.api import guess_datetime_format

    first = [cell for cell in told.iloc[:_LOOKED_AT] if isinstance(cell, str)]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        guesses = {guess_datetime_format(cell, dayfirst=dayfirst) for cell in first for dayfirst in (False, True)}
    forms = ["ISO8601" if form.startswith("%Y-%m-%d") and "%z" not in form else form for form in guesses if form]
    odd = {form: as_dates(told, form).isna().to_numpy() for form in sorted({f for f in forms if _has_year(f)})}
    if not odd:
        return None
    best = min(odd, key=lambda form: odd[form].sum())
    return Kind("date", best, _examples(told, odd[best])) if _mostly(odd[best], share) else None


def _has_year(form: str) -> bool:
    return form == "ISO8601" or "%Y" in form or "%y" in form


def _mostly(is_odd: Any, share: float = _ODD_SHARE) -> bool:
    """Whether so few cells are odd that the column is what the others are."""
    n_odd, n_cells = int(np.sum(is_odd)), len(is_odd)
    return n_odd <= max(1, share * n_cells) and (share > _ODD_SHARE or n_odd * (_SURE + 1) <= n_cells)


def _examples(told: pd.Series[Any], is_odd: NDArray[np.bool_]) -> tuple[str, ...]:
    return tuple(str(cell)[:_EXAMPLE] for cell in told[is_odd])


def _word(cell: Any) -> str:
    return str(cell).strip().lower()


def listed(names: Collection[str]) -> str:
    """Columns as text, the first of them."""
    shown = ", ".join(f"'{name}'" for name in list(names)[:_LISTED])
    return shown if len(names) <= _LISTED else f"{shown} and {len(names) - _LISTED:,} more"


def of_kind(kinds: Mapping[str, Kind], *names: Name) -> list[str]:
    """The columns of these kinds, in the order of the data."""
    return [column for column, kind in kinds.items() if kind.name in names]
