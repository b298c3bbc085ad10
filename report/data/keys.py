"""Row keys: one number for the content of a row, whatever order or dtype its columns have.

Two cells are equal when they say the same thing: 1, 1.0, nullable 1 and True; a string and a category of that string;
every kind of missing value; 0.0 and -0.0; the same instant in any unit or time zone (to the microsecond; one without
a zone counts as UTC). Text is not a number: "1" differs from 1. Whole numbers count in full. Other numbers count with
24 significant bits (about seven digits), so that a float32 and a float64 of one decimal agree, and so do two
computations that differ in the last place.
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

from .table import is_text_dtype

if TYPE_CHECKING:
    from numpy.typing import NDArray

Keys: TypeAlias = "NDArray[np.uint64]"
Encoder: TypeAlias = "Callable[[slice], Keys]"  # some rows of one column → the bits that their cells are equal by

_ROWS = 16_384  # so many rows at a time stay in the processor's cache
_MISSING = np.uint64(0x9E3779B97F4A7C15)
_DATE = np.uint64(0xD1B54A32D192ED03)  # keeps an instant apart from the number that stores it
_DROPPED_BITS = np.uint64(29)  # of the 53 of a float64; the other 24 are those of a float32
_INT64_END = 2.0**63


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


def mix(values: Keys) -> Keys:
    """Spread each number over all 64 bits, one to one (the finaliser of SplitMix64, Steele et al. 2014)."""
    mixed = values ^ (values >> np.uint64(30))
    mixed *= np.uint64(0xBF58476D1CE4E5B9)
    mixed ^= mixed >> np.uint64(27)
    mixed *= np.uint64(0x94D049BB133111EB)
    mixed ^= mixed >> np.uint64(31)
    return mixed


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
        return lambda rows: _float_bits(floats[rows].astype(np.float64))
    if isinstance(dtype, pd.CategoricalDtype):
        return _lookup(column.cat.codes.to_numpy(), _distinct_bits(dtype.categories))
    codes, distinct = pd.factorize(_hashable(column))
    return _lookup(codes, _distinct_bits(pd.Index(distinct)))


def _lookup(codes: NDArray[np.integer[Any]], table: Keys) -> Encoder:
    bits = np.append(table, _MISSING)  # code -1, a missing value, finds the last entry
    return lambda rows: bits[codes[rows]]


def _float_bits(values: NDArray[np.float64]) -> Keys:
    """Whole numbers as the integer that they are, others by their first 24 bits."""
    rounded = np.where(values == np.rint(values), values, _rounded(values))
    integers = rounded.astype(np.int64)
    whole = (integers == rounded) & (np.abs(rounded) < _INT64_END)
    bits = np.where(whole, integers.view(np.uint64), rounded.view(np.uint64))
    return np.where(np.isnan(values), _MISSING, bits)


def _rounded(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """To the nearest number of 24 significant bits, ties to even, as a cast to float32 does but at any magnitude."""
    bits = values.view(np.uint64)
    half = np.uint64((1 << 28) - 1) + ((bits >> _DROPPED_BITS) & np.uint64(1))
    return ((bits + half) >> _DROPPED_BITS << _DROPPED_BITS).view(np.float64)


def _hashable(column: pd.Series[Any]) -> pd.Series[Any]:
    """The column with lists, dicts and arrays as text, which have no hash of their own."""
    if column.dtype != object:
        return column
    cells = [cell if type(cell).__hash__ is not None else _text(cell) for cell in column]
    return pd.Series(cells, dtype=object)


def _distinct_bits(distinct: pd.Index[Any]) -> Keys:
    """The bits of distinct values, none of them missing."""
    dtype = distinct.dtype
    if pd.api.types.is_unsigned_integer_dtype(dtype):
        return distinct.to_numpy(dtype=np.uint64)
    if pd.api.types.is_bool_dtype(dtype) or pd.api.types.is_integer_dtype(dtype):
        return distinct.to_numpy(dtype=np.int64).view(np.uint64)
    if pd.api.types.is_float_dtype(dtype):
        return _float_bits(distinct.to_numpy(dtype=np.float64))
    if pd.api.types.is_datetime64_any_dtype(dtype):
        return _instant_bits(pd.DatetimeIndex(distinct))
    values = distinct.to_numpy(dtype=object)
    return _text_bits(values) if is_text_dtype(dtype) else _object_bits(values)


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
