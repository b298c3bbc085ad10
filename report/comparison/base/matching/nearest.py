"""Rows that are near to each other as no two different rows of base are: older versions, and near-copies."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ....core.keys import cell_keys, mix
from .chance import chance_of
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
_DRAWN = 1_000  # rows of base whose neighbours show what is usual
_TREE = 5_000  # rows among which these neighbours are looked for
_LARGE = 100_000  # rows of base from which on fewer neighbours are looked for, to stay fast
_WRONG = 0.05  # rows in all that may be near by chance
_CLOSER = (0.05, 0.5)  # quantiles of the usual ratios, which show how rare smaller ones are
_NEAREST = 0.3  # the greatest ratio at which rows are near: in many columns all rows are about as far apart
_NEAREST_OF_LARGE = 0.1
_TOGETHER = 20  # rows from which on they are judged together
_BY_CHANCE = 1e-4  # the probability of so many near rows
_HALF = 0.5  # the ratio that they are counted below
_TWICE = 2  # times as many as are usual
_VERSIONS = 0.9  # the quantile of the distances of versions, within which the others are expected
_TINY = 1e-12
_ALONE = 4  # times that distance without another row: the version is of no other


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
    """Which new rows of head are near to rows of base, as no two different rows of base are."""
    nothing = np.zeros(0, dtype=np.int64)
    names = _telling(content)
    if not len(new) or not any(kind_of(content.base[name].dtype) != "other" for name in names):
        return Near((nothing, nothing), (nothing, nothing))
    base, head = _points(content, names, new)
    space = _space(base, gone, len(new))
    if space is None:
        return Near((nothing, nothing), (nothing, nothing))
    versions = _versions(space, head)
    hit, at, distance = _hits(space, head) if versions is None else _hits_of_versions(space, head - versions)
    pairs = _one_to_one(space, at, distance)
    others = np.setdiff1d(np.arange(len(hit)), pairs)
    doubt, mates = hit[others], at[others]
    if versions is not None:
        left = np.setdiff1d(np.arange(len(new)), hit)
        doubt, mates = np.append(doubt, left), np.append(mates, space.tree.query(head[left])[1])
    return Near((new[hit[pairs]], space.row[at[pairs]]), (new[doubt], space.row[mates]))


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


def _space(base: Points, gone: Rows, n_new: int) -> _Space | None:
    from scipy.spatial import cKDTree

    is_gone = np.zeros(len(base), dtype=np.bool_)
    is_gone[gone] = True
    keys = _keys(base)
    order = np.lexsort((~is_gone, keys))
    row = order[np.append(True, keys[order[1:]] != keys[order[:-1]])].astype(np.int64)
    points = base[row]
    if len(points) < 3:
        return None
    own, ratios = _usual(points)
    limit = min(_limit(ratios, n_new), _NEAREST if len(points) <= _LARGE else _NEAREST_OF_LARGE)
    tree = cKDTree(points, balanced_tree=False, compact_nodes=False)
    return _Space(points, row, is_gone[row], tree, limit, limit * float(np.quantile(own, 0.99)), ratios)


def _limit(ratios: NDArray[np.float64], n_new: int) -> float:
    """The ratio that so many different rows have by chance in `_WRONG` cases: shares below are powers of the ratio."""
    rare, usual = np.quantile(ratios, _CLOSER)
    if rare <= 0 or rare >= usual:
        return 0.0 if rare <= 0 else float(rare)
    power = np.log(_CLOSER[1] / _CLOSER[0]) / np.log(usual / rare)
    return float(rare * (min(_WRONG / n_new, _CLOSER[0]) / _CLOSER[0]) ** (1 / power))


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
    distance, at = space.tree.query(head, k=1, distance_upper_bound=space.reach + _TINY)
    hit = np.flatnonzero(np.isfinite(distance))
    return _alone(space, hit, at[hit], distance[hit], distance[hit] / max(space.limit, _TINY))


def _hits_of_versions(space: _Space, head: Points) -> tuple[Rows, Rows, NDArray[np.float64]]:
    """The same of rows that are versions of base's rows, about as far from them as from each other."""
    distance, at = space.tree.query(head, k=1)
    ratios = _ratios(space.tree, at, distance)
    usual = float(np.quantile(distance[ratios < _HALF], _VERSIONS)) if (ratios < _HALF).any() else 0.0
    rare = distance / max(space.limit, _TINY)
    reach = np.where(distance <= _TWICE * usual, np.minimum(rare, _ALONE * usual), rare)
    return _alone(space, np.arange(len(head)), at, distance, reach)


def _alone(
    space: _Space, hit: Rows, at: Rows, distance: NDArray[np.float64], reach: NDArray[np.float64]
) -> tuple[Rows, Rows, NDArray[np.float64]]:
    """Those whose point of base has no other point within reach."""
    is_alone = space.tree.query_ball_point(space.points[at], reach, return_length=True) <= 1
    return hit[is_alone], at[is_alone].astype(np.int64), distance[is_alone]


def _one_to_one(space: _Space, at: Rows, distance: NDArray[np.float64]) -> Rows:
    """Which hits are the row that head has no more: the nearest of those that are near to it."""
    order = np.lexsort((distance, at))
    first = np.append(True, at[order[1:]] != at[order[:-1]]) if len(order) else np.zeros(0, dtype=np.bool_)
    best = order[first]
    return np.asarray(best[space.is_gone[at[best]]])


def _versions(space: _Space, head: Points) -> NDArray[np.float64] | None:
    """By how much rows were shifted that are near to rows of base too often for chance; None where they are not."""
    if len(head) < _TOGETHER or len(space.points) > _LARGE:
        return None
    some = np.linspace(0, len(head) - 1, min(len(head), _DRAWN)).astype(np.int64)
    distance, at = space.tree.query(head[some], k=1)
    near, usual = _ratios(space.tree, at, distance) < _HALF, space.ratios < _HALF
    if not near.any() or chance_of(near, usual) > _BY_CHANCE:
        return None
    return np.asarray(np.median(head[some][near] - space.points[at[near]], axis=0))
