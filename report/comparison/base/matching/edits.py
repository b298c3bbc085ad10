"""Rows of head that are rows of base with other values in some columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ....core.keys import cell_keys, mix, name_seed
from .chance import chance_of
from .copies import is_copy, paired

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from ....core.keys import Keys
    from .columns import Content
    from .copies import Mask, Rows

_GROUPS = 8  # of columns, each left out in turn
_SAMPLE = 2_000  # rows that columns are judged by
_MOST_VERSIONS = 50_000  # rows that are compared but for one column
_RARE = 1e-3  # the probability of so many rows that agree but for one column
_BY_CHANCE = 0.02  # of base's rows that may have some columns in common with a row of another content


def edited_pairs(content: Content, labels: tuple[Keys, Keys], new: Rows, gone: Rows) -> tuple[Rows, Rows]:
    """Rows of head and of base that are the same ones with other values in some columns: (head, base), one to one.

    new, gone : rows without a match. Rows are the same when they agree in at least half of the columns, where columns
    that agree tell all rows apart; with the label first, without it then.
    """
    cells = _cells(content.base), _cells(content.head.iloc[new])
    whole = _sum_of(cells[0], range(len(cells[0]))), _sum_of(cells[1], range(len(cells[1])))
    is_gone = np.zeros(len(content.base), dtype=np.bool_)
    is_gone[gone] = True
    found = np.full(len(new), -1, dtype=np.int64)
    for with_label in (True, False):
        for columns in _subsets(cells, is_gone):
            left = np.flatnonzero(found < 0)
            if not len(left) or not is_gone.any():
                break
            keys = _sum_of(cells[0], columns), _sum_of([column[left] for column in cells[1]], columns)
            if with_label:
                keys = mix(keys[0] ^ labels[0]), mix(keys[1] ^ labels[1][new[left]])
            at = _single_pairs(keys, (whole[0], whole[1][left]), is_gone)
            is_found = at >= 0
            found[left[is_found]] = at[is_found]
            is_gone[at[is_found]] = False
    is_found = found >= 0
    return new[is_found], found[is_found]


def possible_versions(content: Content, new: Rows, gone: Rows) -> tuple[Rows, Rows]:
    """Rows of head that agree with a row that base had in all columns but one, (head, base).

    Nothing where rows that are still there agree with rows that are gone as often, by chance, and content is rich
    enough to tell: one column at least has a value of its own in most rows.
    """
    gone, new = gone[:_MOST_VERSIONS], new[:_MOST_VERSIONS]
    kept = np.setdiff1d(np.arange(len(content.base)), gone)
    kept = kept[np.linspace(0, len(kept) - 1, min(_SAMPLE, len(kept))).astype(np.int64)]
    lost = _cells(content.base.iloc[gone])
    at, usual = (_but_for_one(_cells(frame), lost) for frame in (content.head.iloc[new], content.base.iloc[kept]))
    is_near, is_usual = at >= 0, usual >= 0
    by_chance = float(is_usual.mean()) if len(kept) else 0.0
    if by_chance > _BY_CHANCE and _has_own_values(content.base) and chance_of(is_near, is_usual) > _RARE:
        is_near[:] = False
    return new[is_near], gone[at[is_near]]


def edited_copies(content: Content, new: Rows) -> tuple[Rows, Rows]:
    """Rows of head that agree with a row of base in all columns but one, (head, base), as base's own rows do not."""
    nothing = np.zeros(0, dtype=np.int64)
    if len(content.base) > _MOST_VERSIONS:
        return nothing, nothing
    ours, theirs = _cells(content.base), _cells(content.head.iloc[new])
    whole = _sum_of(ours, range(len(ours)))
    found = np.full(len(new), -1, dtype=np.int64)
    for left_out in range(len(ours)):
        columns = [column for column in range(len(ours)) if column != left_out]
        keys = _sum_of(ours, columns)
        if _by_chance(keys, whole) <= _BY_CHANCE:
            at = _looked_up(keys, _sum_of(theirs, columns))
            found = np.where(at >= 0, at, found)
    return new[found >= 0], found[found >= 0]


def _looked_up(keys: Keys, wanted: Keys) -> Rows:
    order = np.argsort(keys, kind="stable")
    at = order[np.minimum(np.searchsorted(keys[order], wanted), len(order) - 1)]
    return np.where(keys[at] == wanted, at, -1)


def _but_for_one(cells: list[Keys], others: list[Keys]) -> Rows:
    """For each row one of the others that has the same cells in all columns but one, (n_rows,); or -1."""
    found = np.full(len(cells[0]), -1, dtype=np.int64)
    for left_out in range(len(cells)):
        columns = [column for column in range(len(cells)) if column != left_out]
        at = _looked_up(_sum_of(others, columns), _sum_of(cells, columns))
        found = np.where(at >= 0, at, found)
    return found


def _has_own_values(frame: pd.DataFrame) -> bool:
    some = frame.iloc[np.linspace(0, len(frame) - 1, min(_SAMPLE, len(frame))).astype(np.int64)]
    return any(2 * some[name].nunique() >= len(some) for name in some.columns)


def _cells(frame: pd.DataFrame) -> list[Keys]:
    return [mix(cell_keys(column) ^ name_seed(str(name))) for name, column in frame.items()]


def _sum_of(cells: list[Keys], columns: Iterable[int]) -> Keys:
    total = np.zeros(len(cells[0]), dtype=np.uint64)
    with np.errstate(over="ignore"):
        for column in columns:
            total += cells[column]
    return mix(total)


def _subsets(cells: tuple[list[Keys], list[Keys]], is_gone: Mask) -> Iterator[list[int]]:
    """Columns that rows may be matched by, the most likely ones first."""
    everything = list(range(len(cells[0])))
    kept = _kept(cells, is_gone)
    seen: set[tuple[int, ...]] = set()
    for columns in (kept, *_without_a_group(everything), *_halves(everything), *_without_a_group(kept)):
        chosen = tuple(columns)
        if chosen and 2 * len(chosen) >= len(everything) and chosen not in seen:
            seen.add(chosen)
            yield list(chosen)


def _kept(cells: tuple[list[Keys], list[Keys]], is_gone: Mask) -> list[int]:
    """The columns whose values in head are found in base about as often as those of any: the others were changed."""
    step = max(len(cells[1][0]) // _SAMPLE, 1)
    shares = [float(_is_among(theirs[::step], ours[is_gone]).mean()) for ours, theirs in zip(*cells, strict=True)]
    return [column for column, share in enumerate(shares) if share and 2 * share >= max(shares)]


def _single_pairs(keys: tuple[Keys, Keys], whole: tuple[Keys, Keys], is_gone: Mask) -> Rows:
    """Rows of base by keys of some columns, where all rows of a key are copies of one; whole : keys of all columns."""
    near = np.flatnonzero(_is_among(keys[0], keys[1]))
    at = np.full(len(keys[1]), -1, dtype=np.int64)
    if not len(near) or _by_chance(keys[0], whole[0]) > _BY_CHANCE:
        return at
    usable = near[is_copy(keys[0][near], whole[0][near]) & is_gone[near]]
    theirs = np.flatnonzero(is_copy(keys[1], whole[1]))
    found = paired(keys[0][usable], keys[1][theirs])
    is_found = found >= 0
    at[theirs[is_found]] = usable[found[is_found]]
    return at


def _by_chance(keys: Keys, whole: Keys) -> float:
    """The share of rows that have their key in common with a row of another content."""
    if len(keys) > _SAMPLE:
        order = np.argsort(keys, kind="stable")
        keys, whole = keys[order], whole[order]
        same = (keys[1:] == keys[:-1]) & (whole[1:] != whole[:-1])
        return float(same.mean())
    return float((~is_copy(keys, whole)).mean())


def _without_a_group(columns: Sequence[int]) -> Iterator[list[int]]:
    for group in np.array_split(np.array(columns), min(_GROUPS, max(len(columns), 1))):
        left_out = set(group.tolist())
        yield [column for column in columns if column not in left_out]


def _halves(columns: Sequence[int]) -> Iterator[list[int]]:
    middle = (len(columns) + 1) // 2
    yield list(columns[:middle])
    yield list(columns[-middle:])


def _is_among(keys: Keys, others: Keys) -> Mask:
    """Whether each key is one of the others, (n_keys,) bool: by a table of the shorter array."""
    if len(others) <= len(keys):
        return pd.Series(keys).isin(others).to_numpy()
    return pd.Series(keys).isin(others[pd.Series(others).isin(keys).to_numpy()]).to_numpy()
