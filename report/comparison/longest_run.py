"""How far values are in order."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from numpy.typing import NDArray


def longest_run(values: NDArray[Any]) -> int:
    """The length of the longest subsequence that never decreases (patience sorting: Fredman, 1975), O(n log n)."""
    ends: list[Any] = []
    for value in values.tolist():
        place = bisect_right(ends, value)
        ends[place : place + 1] = [value]
    return len(ends)
