"""The order of rows that models are fitted in: of what the rows say, never of where they stand in a file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from .keys import Keys


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


def _has_ties(ordered: Keys) -> bool:
    return bool((ordered[1:] == ordered[:-1]).any())
