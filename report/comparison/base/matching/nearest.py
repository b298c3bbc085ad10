"""Rows that are near to each other as no two different rows of base are: older versions, and near-copies."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ....core.keys import cell_keys, mix
from .columns import Content, kind_of

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray
    from scipy.spatial import cKDTree

    from ....core.keys import Keys
    from .copies import Mask, Rows

    Points = NDArray[np.float64]

_COLUMNS = 24  # that distances are of
_FAR = 1_000.0  # standard deviations between cells that are no numbers, or missing
_DRAWN = 300  # rows of base whose neighbours show what is usual
_TREE = 20_000  # rows among which these neighbours are looked for
_RARE = 0.01  # the quantile of the usual distances below which rows are near
_HALF = 0.5  # of that quantile
_NEAREST = (
    0.3  # of the distance to the next row, the most that a row may be away: in many columns all rows are far apart
)
_LARGE = 100_000  # rows of base from which on only rows much nearer than that are looked for, to stay fast
_NEAREST_OF_LARGE = 0.1
_TOGETHER = 20  # rows from which on they are judged together
_BY_CHANCE = 1e-4  # the probability of so many near rows


@dataclass(frozen=True, eq=False)
class Near:
    """(rows of head, rows of base) that are the same, and that may be versions of each other."""

    pairs: tuple[Rows, Rows]
    doubtful: tuple[Rows, Rows]


@dataclass(frozen=True, eq=False)
class _Space:
    """Different rows of base as points. first : (n_points,) a row of base each; is_gone : whether one has no match."""

    points: Points
    row: Rows
    is_gone: Mask
    tree: cKDTree
    limit: float  # of the ratio of a distance to the distance of base's next row
    reach: float  # beyond which no row is near
    ratios: NDArray[np.float64]  # of base's own rows


def near_rows(content: Content, new: Rows, gone: Rows) -> Near:
    """Which new rows of head are near to rows of base."""
    nothing = np.zeros(0, dtype=np.int64)
    names = _telling(content)
    if not len(new) or not any(kind_of(content.base[name].dtype) != "other" for name in names):
        return Near((nothing, nothing), (nothing, nothing))
    base, head = _points(content, names, new)
    space = _space(base, gone)
    if space is None:
        return Near((nothing, nothing), (nothing, nothing))
    shift, together = _together(space, head)
    hit, at, distance = _hits(space, head - shift)
    pairs = _one_to_one(space, at, distance)
    matched = np.isin(hit, hit[pairs])
    doubt, mate = new[hit[~matched]], space.row[at[~matched]]
    if together is not None:
        left = np.setdiff1d(np.arange(len(new)), hit)
        doubt, mate = np.append(doubt, new[left]), np.append(mate, space.row[together[left]])
    return Near((new[hit[pairs]], space.row[at[pairs]]), (doubt, mate))


def _telling(content: Content) -> list[Any]:
    """The columns with most different values."""
    sample = content.base.iloc[np.linspace(0, len(content.base) - 1, min(len(content.base), 2_000)).astype(np.int64)]
    different = {name: len(np.unique(cell_keys(sample[name]))) for name in sample.columns}
    return sorted(different, key=lambda name: -different[name])[:_COLUMNS]


def _points(content: Content, names: list[Any], new: Rows) -> tuple[Points, Points]:
    base, head = np.empty((len(content.base), len(names))), np.empty((len(new), len(names)))
    for i, name in enumerate(names):
        base[:, i], head[:, i] = _coordinates(content.base[name], content.head[name].iloc[new])
    return base, head


def _coordinates(base: pd.Series[Any], head: pd.Series[Any]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Numbers and instants by base's standard deviation; anything else, and what is missing, far from all others."""
    if kind_of(base.dtype) == "other" or kind_of(base.dtype) != kind_of(head.dtype):
        return _scattered(base), _scattered(head)
    ours, theirs = _numbers(base), _numbers(head)
    finite = ours[np.isfinite(ours)]
    centre = float(np.median(finite)) if len(finite) else 0.0
    spread = float(finite.std()) if len(finite) else 1.0
    scale = spread if np.isfinite(spread) and spread > 0 else 1.0
    return tuple(np.clip(np.nan_to_num((side - centre) / scale, nan=_FAR), -_FAR, _FAR) for side in (ours, theirs))  # type: ignore[return-value]


def _numbers(column: pd.Series[Any]) -> NDArray[np.float64]:
    if kind_of(column.dtype) == "time":
        instants = column.dt.tz_convert(None) if getattr(column.dtype, "tz", None) is not None else column
        whole = instants.to_numpy().astype("datetime64[us]")
        return np.where(np.isnat(whole), np.nan, whole.view(np.int64).astype(np.float64))
    return column.to_numpy(dtype=np.float64, na_value=np.nan)


def _scattered(column: pd.Series[Any]) -> NDArray[np.float64]:
    return mix(cell_keys(column)).astype(np.float64) / 2.0**64 * _FAR


def _space(base: Points, gone: Rows) -> _Space | None:
    from scipy.spatial import cKDTree

    is_gone = np.zeros(len(base), dtype=np.bool_)
    is_gone[gone] = True
    keys = _keys(base)
    order = np.lexsort((~is_gone, keys))
    row = order[np.append(True, keys[order[1:]] != keys[order[:-1]])].astype(np.int64)
    points = base[row]
    if len(points) < 3:
        return None
    tree = cKDTree(points, balanced_tree=False, compact_nodes=False)
    limit = _NEAREST if len(points) <= _LARGE else _NEAREST_OF_LARGE
    own, ratios = _usual(points)
    limit = min(limit, _HALF * float(np.quantile(ratios, _RARE)))
    return _Space(points, row, is_gone[row], tree, limit, limit * float(np.quantile(own, 0.99)), ratios)


def _keys(points: Points) -> Keys:
    keys = np.zeros(len(points), dtype=np.uint64)
    with np.errstate(over="ignore"):
        for i, column in enumerate(points.T):
            keys += mix(column.copy().view(np.uint64) + np.uint64(i))
    return keys


def _usual(points: Points) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Of some rows of base the distance to the nearest other row, and its ratio to that from there to a third."""
    from scipy.spatial import cKDTree

    random = np.random.default_rng(0)
    some = points if len(points) <= _TREE else points[random.choice(len(points), _TREE, replace=False)]
    tree = cKDTree(some, balanced_tree=False, compact_nodes=False)
    drawn = random.permutation(len(some))[:_DRAWN]
    distance, at = tree.query(some[drawn], k=2)
    return distance[:, 1], _ratios(tree, at[:, 1], distance[:, 1], leave_out=drawn)


def _ratios(
    tree: cKDTree, at: Rows, distance: NDArray[np.float64], leave_out: Rows | None = None
) -> NDArray[np.float64]:
    """Distances over the distance from the row that was found to its next one, other than `leave_out`."""
    others, which = tree.query(tree.data[at], k=3)
    skip = which[:, 1] == leave_out if leave_out is not None else np.zeros(len(at), dtype=np.bool_)
    nearest = np.where(skip, others[:, 2], others[:, 1])
    return np.asarray(distance / np.maximum(nearest, np.finfo(np.float64).tiny))


def _hits(space: _Space, head: Points) -> tuple[Rows, Rows, NDArray[np.float64]]:
    """Rows that are near: their positions, the point of base, and the distance."""
    distance, at = space.tree.query(head, k=1, distance_upper_bound=space.reach + 1e-12)
    hit = np.flatnonzero(np.isfinite(distance))
    others = space.tree.query_ball_point(space.points[at[hit]], distance[hit] / space.limit, return_length=True)
    hit = hit[others <= 1]
    return hit, at[hit], distance[hit]


def _one_to_one(space: _Space, at: Rows, distance: NDArray[np.float64]) -> Rows:
    """Which hits are the row that head has no more: the nearest of those that are near to it."""
    order = np.lexsort((distance, at))
    first = np.append(True, at[order[1:]] != at[order[:-1]]) if len(order) else np.zeros(0, dtype=np.bool_)
    best = order[first]
    return np.asarray(best[space.is_gone[at[best]]])


def _together(space: _Space, head: Points) -> tuple[Points, Rows | None]:
    """By how much all rows were shifted, and the nearest points, where too many rows are near for chance."""
    from scipy.stats import binomtest

    still = np.zeros(head.shape[1])
    if len(head) < _TOGETHER or len(space.points) > _LARGE:
        return still, None
    distance, at = space.tree.query(head, k=1)
    some = np.linspace(0, len(head) - 1, min(len(head), 1_000)).astype(np.int64)
    ratios = _ratios(space.tree, at[some], distance[some])
    usual = max(float((space.ratios < _HALF).mean()), 1 / len(space.ratios))
    n_near = int((ratios < _HALF).sum())
    if binomtest(n_near, len(some), usual, alternative="greater").pvalue > _BY_CHANCE:
        return still, None
    near = some[ratios < _HALF]
    return np.median(head[near] - space.points[at[near]], axis=0), at.astype(np.int64)
