"""Which rows of base are rows of head: the same ones, and the same ones with other values in some columns.

Keys are uint64 numbers, equal for rows that say the same; a `KeysOf` makes them from a table.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import pandas as pd

from ....core.keys import cell_keys, mix, name_seed
from .copies import paired

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from numpy.typing import NDArray

    from ....core.keys import Keys
    from .columns import Content
    from .copies import Mask, Rows

KeysOf: TypeAlias = "Callable[[pd.DataFrame], Keys]"

LABEL = " label"  # the column of the labels' keys in the tables of `edited_rows`
_GROUPS = 8  # of columns, each left out in turn
_SAMPLE = 2_000  # rows that columns are judged by
_BY_CHANCE = 0.02  # of base's rows that may have some columns in common with a row of another content


def first_positions(base: Keys, head: Keys) -> NDArray[np.int64]:
    """For each key of head the first row of base that has it, (n_head,) int64; or −1."""
    if not len(base):
        return np.full(len(head), -1, dtype=np.int64)
    order = np.argsort(base, kind="stable")
    at = np.searchsorted(base[order], head)
    found = order[np.minimum(at, len(order) - 1)]
    return np.where(base[found] == head, found, -1).astype(np.int64)


def held_back(base: Keys, asked: Keys, trained: Keys | None) -> Mask:
    """Which of base's training rows are kept from it, because head validates on them, (n_base,) bool.

    Where head trains on copies of a row that it validates on, base may keep as many copies as head trains on: both
    sides then know it equally well. trained : the keys of head's training rows; None where they are not known.
    """
    found = _is_among(base, asked).copy()
    if trained is None or not found.any():
        return found
    copies = pd.Series(base[found])
    allowed = pd.Series(trained[_is_among(trained, base[found])]).value_counts()
    kept = copies.groupby(copies).cumcount() < copies.map(allowed).fillna(0)
    found[found] = ~kept.to_numpy()
    return found


def edited_rows(base: pd.DataFrame, head: pd.DataFrame, gone: Mask, keys_of: KeysOf) -> NDArray[np.int64]:
    """For each row of `head` the row of `base` that it is with other values in some columns, (n_head,) int64; or −1.

    base : all of base's rows. gone : (n_base,) bool, those that head has no more. head : rows that base does not have.
    Both have the same columns, `LABEL` among them. A row is known again by its label and at least half of its columns,
    when these are those of one row only, on both sides; rows that are equal in all columns count as one.
    """
    found = np.full(len(head), -1, dtype=np.int64)
    whole = keys_of(base), keys_of(head)
    lost = base if gone.all() else base[gone]
    for columns in _telling(lost, head, keys_of):
        left = np.flatnonzero(found < 0)
        if not len(left):
            break
        theirs = keys_of(_only(head.iloc[left], columns))
        if _is_among(theirs, keys_of(_only(lost, columns))).any():
            everywhere = keys_of(_only(base, columns))
            found[left] = _matched((everywhere, theirs), (whole[0], whole[1][left]), gone)
            gone = gone & ~_is_among(whole[0], whole[0][found[found >= 0]])
    return found


def _matched(keys: tuple[Keys, Keys], whole: tuple[Keys, Keys], gone: Mask) -> NDArray[np.int64]:
    """Rows of base by the keys of some columns, of base and of head; whole : those of all columns."""
    near = np.flatnonzero(_is_among(keys[0], keys[1]))
    usable = near[_is_single(keys[0][near], whole[0][near]) & gone[near]]
    at = first_positions(keys[0][usable], keys[1])
    is_found = (at >= 0) & _is_single(keys[1], whole[1])
    return np.where(is_found, usable[at] if len(usable) else -1, -1)


def _is_single(keys: Keys, whole: Keys) -> Mask:
    """Whether all rows of a key are equal as a whole, (n_rows,) bool."""
    _, first, same = np.unique(keys, return_index=True, return_inverse=True)
    differs = whole != whole[first][same]
    return ~np.isin(same, same[differs])


def _telling(base: pd.DataFrame, head: pd.DataFrame, keys_of: KeysOf) -> Iterator[list[str]]:
    """Columns that rows may be known by, the most likely ones first, each time with the label."""
    names = [name for name in base.columns if name != LABEL]
    kept = _unchanged(base, head, names, keys_of)
    seen: set[tuple[str, ...]] = set()
    for columns in (kept, *_without_a_group(names), *_halves(names), *_without_a_group(kept)):
        if 2 * len(columns) >= len(names) and columns and tuple(columns) not in seen:
            seen.add(tuple(columns))
            yield [*columns, LABEL]


def _unchanged(base: pd.DataFrame, head: pd.DataFrame, names: list[str], keys_of: KeysOf) -> list[str]:
    """The columns whose values in head are found in base about as often as those of any: the others are rescaled."""
    sample = head.iloc[np.linspace(0, len(head) - 1, min(_SAMPLE, len(head))).astype(np.int64)]
    shares = {name: float(_is_among(keys_of(sample[[name]]), keys_of(base[[name]])).mean()) for name in names}
    return [name for name in names if shares[name] and 2 * shares[name] >= max(shares.values())]


def _only(rows: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
    """These columns: dropping the others shares memory, where selecting would copy."""
    return rows.drop(columns=[name for name in rows.columns if name not in columns])


def _without_a_group(names: list[str]) -> Iterator[list[str]]:
    for group in np.array_split(np.array(names, dtype=object), min(_GROUPS, max(len(names), 1))):
        left_out = set(group)
        yield [name for name in names if name not in left_out]


def _halves(names: list[str]) -> Iterator[list[str]]:
    middle = (len(names) + 1) // 2
    yield names[:middle]
    yield names[-middle:]


def _is_among(keys: Keys, others: Keys) -> Mask:
    """Whether each key is one of the others, (n_keys,) bool: by a table of the shorter array."""
    if len(others) <= len(keys):
        return pd.Series(keys).isin(others).to_numpy()
    return pd.Series(keys).isin(others[pd.Series(others).isin(keys).to_numpy()]).to_numpy()


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
    named = [[str(column) for column in columns] for columns in (everything, kept)]
    numbered = (*_without_a_group(named[0]), *_halves(named[0]), *_without_a_group(named[1]))
    for columns in (kept, *([int(column) for column in names] for names in numbered)):
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
    usable = near[_is_single(keys[0][near], whole[0][near]) & is_gone[near]]
    theirs = np.flatnonzero(_is_single(keys[1], whole[1]))
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
    return float((~_is_single(keys, whole)).mean())
