"""The order of rows that models are fitted in: of what the rows say, never of where they stand in a file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Keys = NDArray[np.uint64]


def row_ranks(keys: Keys, content: Keys, labels: Keys, *, time: NDArray[Any] | None = None) -> NDArray[np.int64]:
    """The place of each row, (n_rows,) int64: by time where there is one, then by key, then by content and label.

    All are (n_rows,). Rows that are equal in all of these keep the order that they have: nothing tells them apart.
    """
    order = np.argsort(keys, kind="stable") if time is None else np.lexsort((keys, time))
    if _has_ties(keys[order]):
        order = np.lexsort((labels, content, keys) if time is None else (labels, content, keys, time))
    ranks = np.empty(len(keys), dtype=np.int64)
    ranks[order] = np.arange(len(keys))
    return ranks


def shared_ranks(
    own: NDArray[np.int64], theirs: NDArray[np.int64], base_of_own: NDArray[np.int64], time: NDArray[Any] | None
) -> NDArray[np.int64]:
    """The places of head's rows, (n_head,), with those that base has in base's order.

    own, theirs : the ranks of head and of base. base_of_own : (n_head,) the same row of base, or -1: such rows come
    last, in head's order. time : of head's rows, where there is one: it goes before all. Where both have the rows in
    one order anyway, it is head's.
    """
    matched = np.flatnonzero(base_of_own >= 0)
    by_base = matched[np.argsort(theirs[base_of_own[matched]])]
    if (np.diff(own[by_base]) > 0).all():
        return own
    there = np.where(base_of_own >= 0, theirs[base_of_own], np.iinfo(np.int64).max)
    order = np.lexsort((own, there) if time is None else (own, there, time))
    ranks = np.empty(len(own), dtype=np.int64)
    ranks[order] = np.arange(len(own))
    return ranks


def _has_ties(ordered: Keys) -> bool:
    return bool((ordered[1:] == ordered[:-1]).any())
