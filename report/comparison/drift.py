"""Columns whose distribution is another one in head than in base."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from scipy import special

from ..core.comparison import ColumnChange
from ..core.numbers import format_share
from ..core.text import cell_text, shortened

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

INDEX = 0.2  # a population stability index from which people speak of a shift
DISTANCE = 0.1  # of Kolmogorov and Smirnov
SURE = 0.001  # a p-value that small is hardly the luck of a sample, among many columns either
_CELLS = 4_000_000  # of both tables that are looked at
_ROWS = (1_000, 20_000)


def drifted_columns(base: pd.DataFrame, head: pd.DataFrame, kinds: Mapping[str, str]) -> tuple[ColumnChange, ...]:
    """Columns that drifted, as far as a sample of at most 20,000 rows of each side shows.

    Categories and booleans by the population stability index, Σ (h − b) ln(h / b) over their shares, with a χ² test;
    numbers and dates by the distance of Kolmogorov and Smirnov. kinds : column → kind, of the columns to look at.
    """
    sides = [_sample(side, len(kinds)) for side in (base, head)]
    places = [{str(name): place for place, name in enumerate(side.columns)} for side in sides]
    found = (
        _drift(name, kind, *(side.iloc[:, at[name]] for side, at in zip(sides, places, strict=True)))
        for name, kind in kinds.items()
        if all(name in at for at in places)
    )
    return tuple(change for change in found if change is not None)


def stability_index(base: Floats, head: Floats) -> float:
    """The population stability index of two tables of counts, (n_values,); half a row is added to each."""
    before, after = ((counts + 0.5) / (counts.sum() + 0.5 * len(counts)) for counts in (base, head))
    return float(np.sum((after - before) * np.log(after / before)))


def _drift(name: str, kind: str, base: pd.Series[Any], head: pd.Series[Any]) -> ColumnChange | None:
    try:
        if kind in ("category", "boolean"):
            return _of_categories(name, base, head)
        if kind in ("number", "date"):
            return _of_numbers(name, base, head)
    except (TypeError, ValueError, OverflowError):  # cells of several kinds: no distribution to speak of
        return None
    return None


def _of_categories(name: str, base: pd.Series[Any], head: pd.Series[Any]) -> ColumnChange | None:
    sides = [side.astype("string").fillna("(missing)").value_counts() for side in (base, head)]
    table = pd.concat(sides, axis=1).fillna(0).to_numpy(dtype=np.float64)
    values = pd.concat(sides, axis=1).index
    if len(values) < 2:
        return None
    index = stability_index(table[:, 0], table[:, 1])
    if index <= INDEX or not _p_value(table) < SURE:
        return None
    shares = table / table.sum(axis=0)
    most = int(np.argmax(np.abs(shares[:, 1] - shares[:, 0])))
    detail = f"{shortened(str(values[most]))}: {format_share(shares[most, 0])} → {format_share(shares[most, 1])}"
    return ColumnChange(name, "drift", detail, index)


def _p_value(table: Floats) -> float:
    from scipy.stats import chi2_contingency  # loads for long: only where there is a drift to be told

    return float(chi2_contingency(table).pvalue)


def _of_numbers(name: str, base: pd.Series[Any], head: pd.Series[Any]) -> ColumnChange | None:
    before, after = (side.dropna() for side in (base, head))
    if not len(before) or not len(after):
        return None
    distance = _distance(np.sort(_numbers(before)), np.sort(_numbers(after)))
    rows = len(before) * len(after) / (len(before) + len(after))
    if distance <= DISTANCE or not special.kolmogorov(distance * math.sqrt(rows)) < SURE:
        return None
    medians = [cell_text(side.quantile(0.5, interpolation="nearest")) for side in (before, after)]
    return ColumnChange(name, "drift", f"median {medians[0]} → {medians[1]}", distance)


def _distance(base: Floats, head: Floats) -> float:
    """The greatest distance of two empirical distribution functions of sorted values."""
    values = np.concatenate([base, head])
    shares = [np.searchsorted(side, values, side="right") / len(side) for side in (base, head)]
    return float(np.max(np.abs(shares[1] - shares[0])))


def _numbers(values: pd.Series[Any]) -> Floats:
    if pd.api.types.is_datetime64_any_dtype(values.dtype):
        return pd.DatetimeIndex(values).as_unit("us").asi8.astype(np.float64)
    return values.to_numpy(dtype=np.float64)


def _sample(frame: pd.DataFrame, n_columns: int) -> pd.DataFrame:
    most = int(np.clip(_CELLS // max(n_columns, 1), *_ROWS))
    if len(frame) <= most:
        return frame
    return frame.iloc[np.sort(np.random.default_rng(0).choice(len(frame), most, replace=False))]
