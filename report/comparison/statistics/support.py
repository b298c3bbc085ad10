"""Whether the kinds of rows that a metric hangs on have rows enough for a verdict."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ...core.pairing import Support

FEW_KINDS = 10  # that are counted faster one by one
ENOUGH = 10  # below, the draws in which all rows of a kind answer alike are too many for any interval
ENOUGH_TO_RANK = 15  # of an area: where each row is ranked among all others, one that is ranked low weighs more


def too_few(
    support: Support, weight: NDArray[np.float64] | None, group: NDArray[np.int64] | None, *, enough: int = ENOUGH
) -> str | None:
    """Which kind of rows is too rare, with their number, in a sentence; None where all are enough.

    weight : (n_rows,). group : (n_rows,) codes; rows of one group are one observation. Rows that count unevenly are as
    many as would tell as much if they counted alike (Kish 1965).
    """
    counts = _counts(support, weight, group)
    rarest = int(np.argmin(counts)) if len(counts) else 0
    if not len(counts) or counts[rarest] >= enough - 1e-9:
        return None
    number, what = int(counts[rarest]), "validation row" if group is None else "group of validation rows"
    return f"{support.names[rarest]} has {_counted(number, what)}: too few to tell"


def lacks_a_kind(support: Support, rows: NDArray[np.int64], times: NDArray[np.float64]) -> bool:
    """Whether a draw has no row of some kind; rows : (n_drawn_from,) positions, times : how often each was drawn."""
    codes = support.codes[rows]
    chosen = codes >= 0
    return not np.bincount(codes[chosen], weights=times[chosen], minlength=len(support.names)).all()


def _counted(number: int, what: str) -> str:
    if number == 1:
        return f"1 {what}"
    return f"{number} {'groups of validation rows' if what.startswith('group') else what + 's'}"


def _counts(
    support: Support, weight: NDArray[np.float64] | None, group: NDArray[np.int64] | None
) -> NDArray[np.float64]:
    """How many rows or groups each kind has, (n_kinds,); uneven ones as so many equal ones."""
    n_kinds = len(support.names)
    if weight is None and group is None and n_kinds <= FEW_KINDS:
        return np.array([np.count_nonzero(support.codes == kind) for kind in range(n_kinds)], dtype=np.float64)
    chosen = support.codes >= 0
    codes = support.codes[chosen]
    parts: NDArray[np.float64] = np.ones(len(codes)) if weight is None else weight[chosen]
    if group is not None:
        cells, at = np.unique(group[chosen] * n_kinds + codes, return_inverse=True)
        codes, parts = cells % n_kinds, np.bincount(at, weights=parts).astype(np.float64)
    totals = np.bincount(codes, weights=parts, minlength=n_kinds)
    squares = np.bincount(codes, weights=parts**2, minlength=n_kinds)
    return np.divide(totals**2, squares, out=np.zeros(n_kinds), where=squares > 0)
