"""Row keys: one number for the content of a row, whatever order or dtype its columns have.

Two cells are equal when they say the same thing: 1, 1.0, nullable 1 and True; a string and a category of that string;
every kind of missing value; 0.0 and -0.0; the same instant in any unit or time zone (to the microsecond; one without
a zone counts as UTC). Text is not a number: "1" differs from 1. Numbers count in full; those of less than double
precision count as the decimal of at most six digits that they stand for, so that a float32 and a float64 of it agree.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from numbers import Real
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from numpy.typing import NDArray

Keys: TypeAlias = "NDArray[np.uint64]"
Encoder: TypeAlias = "Callable[[slice], Keys]"  # some rows of one column → the bits that their cells are equal by

_ROWS = 16_384  # so many rows at a time stay in the processor's cache
_MISSING = np.uint64(0x9E3779B97F4A7C15)
_DATE = np.uint64(0xD1B54A32D192ED03)  # keeps an instant apart from the number that stores it
_INT64_END = 2.0**63
_DIGITS = {2: 3, 4: 6}  # decimal digits that a number of so many bytes keeps
_POWERS = 10.0 ** np.arange(23)  # those that are a float64 without an error


def row_keys(frame: pd.DataFrame) -> Keys:
    """The key of each row, (n_rows,) uint64, from its cells and the names of their columns."""
    keys = np.zeros(len(frame), dtype=np.uint64)
    with np.errstate(over="ignore", invalid="ignore"):
        columns = [(_encoder(column), name_seed(str(name))) for name, column in frame.items()]
        for start in range(0, len(frame), _ROWS):
            rows = slice(start, start + _ROWS)
            for encode, seed in columns:
                keys[rows] += mix(encode(rows) ^ seed)
            keys[rows] = mix(keys[rows])
    return keys


def cell_keys(column: pd.Series[Any]) -> Keys:
    """A number for what each cell of a column says, (n_rows,) uint64, whatever the column is called."""
    encode = _encoder(column)
    with np.errstate(over="ignore", invalid="ignore"):
        parts = [encode(slice(start, start + _ROWS)) for start in range(0, len(column), _ROWS)]
    return np.concatenate(parts) if parts else np.zeros(0, dtype=np.uint64)


def mix(values: Keys) -> Keys:
    """Spread each number over all 64 bits, one to one (the finaliser of SplitMix64, Steele et al. 2014)."""
    mixed = values ^ (values >> np.uint64(30))
    mixed *= np.uint64(0xBF58476D1CE4E5B9)
    mixed ^= mixed >> np.uint64(27)
    mixed *= np.uint64(0x94D049BB133111EB)
    mixed ^= mixed >> np.uint64(31)
    return mixed


def is_text_dtype(dtype: Any) -> bool:
    """Whether a dtype is for text only, whichever library stores it."""
    return not pd.api.types.is_object_dtype(dtype) and bool(pd.api.types.is_string_dtype(dtype))


def name_seed(name: str) -> np.uint64:
    """A number that stands for a name."""
    return np.uint64(int.from_bytes(hashlib.blake2b(name.encode(errors="replace"), digest_size=8).digest(), "little"))


def _encoder(column: pd.Series[Any]) -> Encoder:
    """How one column's cells become bits: numbers as they are, all else through a table of its distinct values."""
    dtype = column.dtype
    if isinstance(dtype, np.dtype) and dtype.kind in "biu":
        integers = column.to_numpy()
        return lambda rows: integers[rows].astype(np.int64).view(np.uint64)
    if isinstance(dtype, np.dtype) and dtype.kind == "f":
        floats = column.to_numpy()
        return lambda rows: _float_bits(_double(floats[rows]))
    if isinstance(dtype, pd.CategoricalDtype):
        return _lookup(column.cat.codes.to_numpy(), _distinct_bits(dtype.categories))
    codes, distinct = pd.factorize(_hashable(column))
    return _lookup(codes, _distinct_bits(pd.Index(distinct)))


def _lookup(codes: NDArray[np.integer[Any]], table: Keys) -> Encoder:
    bits = np.append(table, _MISSING)  # code -1, a missing value, finds the last entry
    return lambda rows: bits[codes[rows]]


def _float_bits(values: NDArray[np.float64]) -> Keys:
    """Whole numbers as the integer that they are, others by all of their bits."""
    integers = values.astype(np.int64)
    whole = (integers == values) & (np.abs(values) < _INT64_END)
    bits = np.where(whole, integers.view(np.uint64), values.view(np.uint64))
    return np.where(np.isnan(values), _MISSING, bits)


def _double(values: NDArray[np.floating[Any]]) -> NDArray[np.float64]:
    """Numbers of any precision as float64: shorter ones as the decimal that they stand for, where it has few digits."""
    doubles = values.astype(np.float64)
    digits = _DIGITS.get(values.dtype.itemsize)
    if digits is None:
        return doubles
    size = np.log10(np.abs(doubles), where=np.isfinite(doubles) & (doubles != 0), out=np.zeros(len(doubles)))
    factor = _POWERS[np.clip(digits - 1 - np.floor(size), 0, len(_POWERS) - 1).astype(np.int64)]
    decimals = np.rint(doubles * factor) / factor
    return np.where(decimals.astype(values.dtype) == values, decimals, doubles)


def _hashable(column: pd.Series[Any]) -> pd.Series[Any]:
    """The column with lists, dicts and arrays as text, which have no hash, and short floats as doubles."""
    if column.dtype != object:
        return column
    return pd.Series([_hashable_cell(cell) for cell in column], dtype=object)


def _hashable_cell(cell: Any) -> Any:
    if isinstance(cell, (np.float16, np.float32)):
        return float(_double(np.array([cell]))[0])
    return cell if type(cell).__hash__ is not None else _text(cell)


def _distinct_bits(distinct: pd.Index[Any]) -> Keys:
    """The bits of distinct values, none of them missing."""
    dtype = distinct.dtype
    if pd.api.types.is_unsigned_integer_dtype(dtype):
        return distinct.to_numpy(dtype=np.uint64)
    if pd.api.types.is_bool_dtype(dtype) or pd.api.types.is_integer_dtype(dtype):
        return distinct.to_numpy(dtype=np.int64).view(np.uint64)
    if pd.api.types.is_float_dtype(dtype):
        return _float_bits(_double(distinct.to_numpy(dtype=_float_dtype(dtype))))
    if pd.api.types.is_datetime64_any_dtype(dtype):
        return _instant_bits(pd.DatetimeIndex(distinct))
    values = distinct.to_numpy(dtype=object)
    return _text_bits(values) if is_text_dtype(dtype) else _object_bits(values)


def _float_dtype(dtype: Any) -> np.dtype[Any]:
    """The numpy dtype of a column of floats, whichever library stores them."""
    plain = getattr(dtype, "numpy_dtype", dtype)
    return plain if isinstance(plain, np.dtype) else np.dtype(np.float64)


def _instant_bits(instants: pd.DatetimeIndex) -> Keys:
    utc = instants.tz_convert(None) if instants.tz is not None else instants
    return utc.to_numpy().astype("datetime64[us]").view(np.uint64) ^ _DATE


def _object_bits(values: NDArray[np.object_]) -> Keys:
    """Values of any kind: numbers and instants as in columns of their own, everything else by its text."""
    bits = np.empty(len(values), dtype=np.uint64)
    texts = np.fromiter((isinstance(value, str) for value in values), dtype=np.bool_, count=len(values))
    for i in np.flatnonzero(~texts):
        bits[i] = _cell_bits(values[i])
    bits[texts] = _text_bits(values[texts])
    return bits


def _cell_bits(value: Any) -> np.uint64:
    if isinstance(value, (bool, np.bool_, int, np.integer)):
        return np.uint64(int(value) & 0xFFFF_FFFF_FFFF_FFFF)
    if isinstance(value, (Real, Decimal)):
        return np.uint64(_float_bits(np.array([value], dtype=np.float64))[0])
    if isinstance(value, (date, datetime, np.datetime64)):
        return np.uint64(_instant_bits(pd.DatetimeIndex([pd.Timestamp(value)]))[0])
    return np.uint64(_text_bits(np.array([_text(value)], dtype=object))[0])


def _text_bits(texts: NDArray[np.object_]) -> Keys:
    try:
        return pd.util.hash_array(texts, categorize=False)
    except UnicodeEncodeError:  # half of a surrogate pair, as broken JSON may hold
        encoded = [text.encode("utf-8", "surrogatepass") for text in texts]
        return pd.util.hash_array(np.array(encoded, dtype=object), categorize=False)


def _text(value: Any) -> str:
    if isinstance(value, bytes):
        return value.decode("latin-1")
    return str(value.tolist() if isinstance(value, np.ndarray) else value)
