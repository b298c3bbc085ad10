"""Rows with equal keys, paired one to one: the first copy with the first, the second with the second."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ....core.keys import Keys

    Rows: TypeAlias = NDArray[np.int64]
    Mask: TypeAlias = NDArray[np.bool_]

NOT_THERE = -1


def paired(base: Keys, head: Keys) -> Rows:
    """For each key of head the row of base with the same key and as many copies before it, (n_head,) int64; or -1."""
    found = np.full(len(head), NOT_THERE, dtype=np.int64)
    if not len(base) or not len(head):
        return found
    of_base, of_head = np.argsort(base, kind="stable"), np.argsort(head, kind="stable")
    ours, theirs = base[of_base], head[of_head]
    at = np.searchsorted(ours, theirs) + _copies_before(theirs)
    within = np.minimum(at, len(ours) - 1)
    is_same = (at < len(ours)) & (ours[within] == theirs)
    found[of_head[is_same]] = of_base[within[is_same]]
    return found


def _copies_before(ordered: Keys) -> Rows:
    """Of sorted keys, how many equal ones stand before each."""
    starts = np.flatnonzero(np.append(True, ordered[1:] != ordered[:-1]))
    lengths = np.diff(np.append(starts, len(ordered)))
    return np.arange(len(ordered), dtype=np.int64) - np.repeat(starts, lengths)


def is_single(keys: Keys) -> Mask:
    """Whether each key occurs once, (n_rows,) bool."""
    order = np.argsort(keys, kind="stable")
    ordered = keys[order]
    differs = np.append(True, ordered[1:] != ordered[:-1]) if len(keys) else np.zeros(0, dtype=np.bool_)
    single = np.empty(len(keys), dtype=np.bool_)
    single[order] = differs & np.append(differs[1:], True) if len(keys) else differs
    return single


def is_copy(keys: Keys, whole: Keys) -> Mask:
    """Whether all rows of a key are equal as a whole, (n_rows,) bool."""
    _, first, same = np.unique(keys, return_index=True, return_inverse=True)
    differs = whole != whole[first][same]
    return ~np.isin(same, same[differs])


class Pairs:
    """The rows that are matched so far, one to one. base_of_head : (n_head,) int64, or -1."""

    def __init__(self, n_base: int, n_head: int) -> None:
        self.base_of_head = np.full(n_head, NOT_THERE, dtype=np.int64)
        self.is_exact = np.zeros(n_head, dtype=np.bool_)
        self._is_taken = np.zeros(n_base, dtype=np.bool_)

    def new(self) -> Rows:
        """Rows of head without a match."""
        return np.flatnonzero(self.base_of_head == NOT_THERE)

    def gone(self) -> Rows:
        """Rows of base without a match."""
        return np.flatnonzero(~self._is_taken)

    def add(self, head: Rows, base: Rows, *, exact: bool) -> None:
        """Match rows that are new and gone, position by position."""
        self.base_of_head[head], self.is_exact[head] = base, exact
        self._is_taken[base] = True

    def add_equal(self, base: Keys, head: Keys, *, exact: bool) -> int:
        """Match the rows of equal keys among those without a match, and say how many these are."""
        gone, new = self.gone(), self.new()
        at = paired(base[gone], head[new])
        is_found = at >= 0
        self.add(new[is_found], gone[at[is_found]], exact=exact)
        return int(is_found.sum())

    def share(self) -> float:
        """Matched rows, of as many as could be."""
        return (
            1 - len(self.new()) / len(self.base_of_head)
            if len(self.base_of_head) <= len(self._is_taken)
            else (1 - len(self.gone()) / max(len(self._is_taken), 1))
        )
