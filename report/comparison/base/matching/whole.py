"""Tables of which no cell is the same: by the ranks of all columns, by position, or not at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ....core.keys import mix, row_keys
from .columns import Content, kind_of
from .copies import Pairs

if TYPE_CHECKING:
    from typing import Any

    from numpy.typing import NDArray

    from ....core.keys import Keys
    from .copies import Rows

_MATCHED = 0.9  # of the rows that must have the same ranks
_CHANGES = 10  # of the label from one row to the next, that chance must be expected to make
_AS_BY_CHANCE = 0.5  # of these, that the labels must have: sorted labels say nothing of a row's position
_SPREADS = 2.0  # base's spreads between the medians of both sides, beyond which a column has other units
_RATIO = 3.0  # of the spreads of both sides
_MOST = 0.5  # of the columns


def by_rank(content: Content, labels: tuple[Keys, Keys]) -> Rows | None:
    """Rows by the ranks of their cells in each column, (n_head,); None where tables differ in more than their units."""
    names = [name for name in content.base.columns if kind_of(content.base[name].dtype) != "other"]
    names = [name for name in names if kind_of(content.head[name].dtype) != "other"]
    if len(content.base) != len(content.head) or len(names) < 2:
        return None
    base, head = (_ranks(side, names) for side in (content.base, content.head))
    if all((column == base[0]).all() or (column == base[0].max() - column).all() for column in base[1:]):
        return None
    others = [name for name in content.base.columns if name not in names]
    keys = [mix(_keys(ranks) ^ row_keys(side[others])) for ranks, side in ((base, content.base), (head, content.head))]
    pairs = Pairs(len(content.base), len(content.head))
    pairs.add_equal(mix(keys[0] ^ labels[0]), mix(keys[1] ^ labels[1]), exact=False)
    pairs.add_equal(keys[0], keys[1], exact=False)
    return pairs.base_of_head if pairs.share() >= _MATCHED else None


def _ranks(frame: Any, names: list[Any]) -> list[NDArray[np.int64]]:
    return [
        frame[name].rank(method="dense", na_option="top").to_numpy(dtype=np.float64).astype(np.int64) for name in names
    ]


def _keys(ranks: list[NDArray[np.int64]]) -> Keys:
    keys = np.zeros(len(ranks[0]), dtype=np.uint64)
    with np.errstate(over="ignore"):
        for i, column in enumerate(ranks):
            keys += mix(column.view(np.uint64) ^ mix(np.array([i], dtype=np.uint64)))
    return keys


def by_position(labels: tuple[Keys, Keys], matched: Rows) -> Rows | None:
    """Each row in its place, (n_head,), where both sides have the same labels in the same order; None elsewhere.

    matched : the rows of base that were found before, or -1; most of them must stand in their place.
    """
    base, head = labels
    if len(base) != len(head) or not (base == head).all() or not is_mixed(base):
        return None
    found = np.flatnonzero(matched >= 0)
    if len(found) and (matched[found] == found).mean() < _MATCHED:
        return None
    return np.arange(len(base), dtype=np.int64)


def is_mixed(labels: Keys) -> bool:
    """Whether labels change from row to row about as often as those of rows in no order."""
    counts = np.unique(labels, return_counts=True)[1] / len(labels)
    expected = (len(labels) - 1) * (1 - float((counts**2).sum()))
    changes = int((labels[1:] != labels[:-1]).sum())
    return expected >= _CHANGES and changes >= _AS_BY_CHANCE * expected


def is_in_other_units(content: Content) -> bool:
    """Whether most columns have values that base's do not have, so that no row can be held against another."""
    return bool(np.mean([_differs(content, name) for name in content.base.columns]) > _MOST)


def _differs(content: Content, name: Any) -> bool:
    base, head = content.base[name], content.head[name]
    if kind_of(base.dtype) != "number" or kind_of(head.dtype) != "number":
        return not bool(head.isin(base).mean() >= _MOST)
    quantiles = [
        np.nanquantile(side.to_numpy(dtype=np.float64, na_value=np.nan), (0.25, 0.5, 0.75)) for side in (base, head)
    ]
    spreads = [quartiles[2] - quartiles[0] for quartiles in quantiles]
    if spreads[0] == 0 or spreads[1] == 0:
        return bool(quantiles[0][1] != quantiles[1][1])
    apart = abs(quantiles[1][1] - quantiles[0][1]) / spreads[0]
    return bool(apart > _SPREADS or not 1 / _RATIO <= spreads[1] / spreads[0] <= _RATIO)
