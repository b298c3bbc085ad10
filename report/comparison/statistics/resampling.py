"""Metrics without a closed form: bootstrap of the rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from .estimate import Estimate, from_error, settled, unknown

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Codes = NDArray[np.int64]
    OfRows: TypeAlias = Callable[[NDArray[np.int64], NDArray[np.float64]], float]  # rows, their weights → difference

ROW_DRAWS = 400  # the Monte Carlo error of an end is 1/(2√(2·400)) of the width: 1.8%
MAX_ROWS = 5_000
MIN_GROUPS = 200


def row_change(difference: float, of_rows: OfRows, n_rows: int, *, group: NDArray[np.int64] | None = None) -> Estimate:
    """Change of any metric, by a Poisson bootstrap: each row (or group) weighs as often as a Poisson(1) draw says.

    of_rows : the difference head − base over some rows, (m,) positions, that weigh so much, (m,); NaN without one.
    Beyond 5,000 rows a seeded draw of them, or of whole groups, is used, and the error is scaled to all (it falls
    with the root of their number).
    """
    generator = np.random.default_rng(0)
    rows, share = _drawn(n_rows, group, generator)
    unit = np.arange(len(rows)) if group is None else group[rows]
    n_units = int(unit.max()) + 1
    draws = np.array([of_rows(rows, generator.poisson(1.0, n_units)[unit].astype(float)) for _ in range(ROW_DRAWS)])
    known = settled(draws)
    if known is None:
        why = "more than a tenth of the draws of rows have no value"
        return unknown(difference, n_rows, _row_method(n_rows), why=why)
    error = float(known.std(ddof=1)) * np.sqrt(share * n_units / (n_units - 1))
    return from_error(difference, error, n_rows=n_rows, method=_row_method(n_rows), freedom=n_units - 1)


def _drawn(n_rows: int, group: Codes | None, generator: np.random.Generator) -> tuple[Codes, float]:
    """The rows to resample, and which share of all rows (or groups) they stand for.

    At least 200 groups are kept, or all: where they are large by some of their rows each, which widens the interval.
    """
    if n_rows <= MAX_ROWS:
        return np.arange(n_rows), 1.0
    share = MAX_ROWS / n_rows
    if group is None:
        return generator.choice(n_rows, MAX_ROWS, replace=False), share
    n_groups = int(group.max()) + 1
    n_kept = min(n_groups, max(MIN_GROUPS, round(n_groups * share)))
    is_kept = np.zeros(n_groups, dtype=np.bool_)
    is_kept[generator.choice(n_groups, n_kept, replace=False)] = True
    rows = np.flatnonzero(is_kept[group])
    return generator.permutation(rows)[:MAX_ROWS], n_kept / n_groups


def _row_method(n_rows: int) -> str:
    where = f", on {MAX_ROWS:,} of {n_rows:,} rows" if n_rows > MAX_ROWS else ""
    return f"Poisson bootstrap, {ROW_DRAWS} draws{where}"
