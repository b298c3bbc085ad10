"""Rows by their ids, as far as ids are unique, and agree with the content of the rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ....core.keys import cell_keys
from .columns import Content, comparable, kind_of
from .copies import is_single

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ....core.keys import Keys
    from ....core.rows import MatchTable
    from .copies import Mask, Rows

_EXACT_END = 2.0**53  # from here on not every whole number is a float
_NEAREST = 0.5  # of the rows, whose content must be nearest to that of the row with their id
_BEYOND_CHANCE = 0.5  # of the agreement that is possible, where many rows have one content
_TOLERANCE = 0.05  # of the range of ranks: cells that are further apart do not agree at all
_SAMPLE = 1_000  # rows of which content is compared
_BLOCK = 250  # rows next to each other in it: where ids moved by one, the true row is a neighbour
_COLUMNS = 24


@dataclass(frozen=True, eq=False)
class Ids:
    """The ids of both sides as keys; `usable` : those that are there, and unique."""

    base: Keys
    head: Keys
    usable_base: Mask
    usable_head: Mask

    def both(self) -> tuple[tuple[Keys, Keys], tuple[Mask, Mask]]:
        """(ids of base and of head), (their usable ones)."""
        return (self.base, self.head), (self.usable_base, self.usable_head)


def common_ids(base: MatchTable, head: MatchTable) -> tuple[Ids | None, str]:
    """The ids of both sides, where one names them and the other has them; and why they are not used, or ''."""
    ours, theirs = _ids_of(base, head), _ids_of(head, base)
    if ours is None or theirs is None:
        return None, ""
    ours, theirs = comparable(*(_whole(ids) for ids in (ours, theirs)))
    if _is_blurred(ours) or _is_blurred(theirs):
        return None, "ids of more than 15 digits were read as floats, which do not tell them apart"
    keys = cell_keys(ours), cell_keys(theirs)
    usable = [is_single(key) & ids.notna().to_numpy() for key, ids in zip(keys, (ours, theirs), strict=True)]
    return Ids(*keys, *usable), "" if all(mask.all() for mask in usable) else _of_repeated(usable)


def _ids_of(side: MatchTable, other: MatchTable) -> pd.Series[Any] | None:
    if side.ids is not None:
        return pd.Series(side.ids)
    for frame in (side.raw, side.features):
        if other.id_name is not None and frame is not None and other.id_name in frame.columns:
            return frame[other.id_name]
    return None


def _whole(ids: pd.Series[Any]) -> pd.Series[Any]:
    """Ids of one kind: objects that are all whole numbers as such."""
    return ids.infer_objects() if ids.dtype == object else ids


def _is_blurred(ids: pd.Series[Any]) -> bool:
    if kind_of(ids.dtype) != "number" or not pd.api.types.is_float_dtype(ids.dtype):
        return False
    return bool((ids.abs() >= _EXACT_END).any())


def _of_repeated(usable: list[Mask]) -> str:
    base, head = (int((~mask).sum()) for mask in usable)
    return f"{base:,} rows of base and {head:,} of head share their id with another row, or have none"


def mates(ids: Ids, new: Rows, gone: Rows) -> tuple[Rows, Rows]:
    """Rows of head and of base that have the same unique id, among those without a match."""
    theirs, ours = new[ids.usable_head[new]], gone[ids.usable_base[gone]]
    order = np.argsort(ids.base[ours], kind="stable")
    ours = ours[order]
    if not len(ours) or not len(theirs):
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
    at = np.minimum(np.searchsorted(ids.base[ours], ids.head[theirs]), len(ours) - 1)
    same = ids.base[ours[at]] == ids.head[theirs]
    return theirs[same], ours[at[same]]


def agrees(content: Content, head: Rows, base: Rows, *, telling: bool) -> bool:
    """Whether the rows of the pairs have the same content, however its cells were rescaled, rounded or edited.

    telling : whether content tells rows apart: the row with the id is then the nearest one, else nearer than others.
    """
    if not content.base.shape[1]:
        return False
    chosen = _blocks(base)
    distance = _distances(content, head[chosen], base[chosen])
    own = np.diagonal(distance)
    if telling:
        return bool((own <= distance.min(axis=1) + 1e-9).mean() >= _NEAREST)
    possible = distance.mean()
    return bool(possible > 0 and 1 - own.mean() / possible >= _BEYOND_CHANCE)


def _blocks(base: Rows) -> NDArray[np.int64]:
    """Positions of pairs in a few runs of base's order."""
    order = np.argsort(base, kind="stable")
    if len(order) <= _SAMPLE:
        return order
    starts = np.linspace(0, len(order) - _BLOCK, _SAMPLE // _BLOCK).astype(np.int64)
    return order[np.unique((starts[:, None] + np.arange(_BLOCK)).ravel())]


def _distances(content: Content, head: Rows, base: Rows) -> NDArray[np.float64]:
    """The mean share by which cells disagree, of each row of head with each of base: numbers by their ranks."""
    total = np.zeros((len(head), len(base)))
    names = content.base.columns[:_COLUMNS]
    for name in names:
        ours, theirs = content.base[name].iloc[base], content.head[name].iloc[head]
        if kind_of(ours.dtype) == kind_of(theirs.dtype) == "number":
            gaps = np.abs(_ranks(theirs)[:, None] - _ranks(ours)[None, :])
            total += np.minimum(gaps / _TOLERANCE, 1)
        else:
            total += cell_keys(theirs)[:, None] != cell_keys(ours)[None, :]
    return np.asarray(total / len(names), dtype=np.float64)


def _ranks(column: pd.Series[Any]) -> NDArray[np.float64]:
    return np.asarray(column.rank(pct=True).fillna(-1.0), dtype=np.float64)
