"""Which rows both sides learn from, and which rows judge them: a function of the rows that were matched.

Matched rows keep the side of the split that they have in base, so that a new column, id or type moves nothing. Where
the user changes the split itself, head is fitted once more with base's sides, for the comparison alone. Two exceptions
take head's sides, and base learns from its rows that are on head's training side: a split by time on both sides, whose
latest rows move as rows are added; and groups or times that head begins to keep apart, which base's sides would mix.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from scipy import sparse
from scipy.sparse import csgraph

from ...core.keys import row_keys
from ...core.numbers import format_count
from .made_rows import made_anew
from .matching import NotComparable

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ...core.rows import RowMatch, SideRows

    Keys = NDArray[np.uint64]
    Mask = NDArray[np.bool_]
    Positions = NDArray[np.int64]

FEW_ROWS = 20  # fewer judged rows than this, after rows were left out, are too few
FEW_SHARE = 0.1  # of head's validation rows: likewise
MANY_DOUBTS = 0.05  # doubtful rows, as a share of head's validation rows
_UNEQUAL = 0.02  # of the training rows that both sides have: more of them on one side alone are an advantage
_ONE_LABEL = 0.95  # of the contents that occur more than once: where so many have one label, they are copies


@dataclass(frozen=True, eq=False)
class PairedRows:
    """What both sides learn from and are judged by; positions are of head's rows unless said otherwise.

    is_validation : (n_head,), head's split as it is reported. compared_train, compared_validation : the split by which
    it is compared; the same one unless the user changed the split or a fair comparison needs another. judged :
    (n_judged,) rows of `compared_validation`. base_of_judged : (n_judged,) the same rows of base, or -1. base_train :
    rows of base that it learns from. n_held_out : rows of base's own training part that it does not learn from.
    left_out : why other validation rows are not judged. unfair : why there can be no verdict. n_gone : rows that base
    validates on and that head has no more, nor a copy of them.
    """

    is_validation: Mask
    compared_train: Positions
    compared_validation: Positions
    judged: Positions
    base_of_judged: Positions
    base_train: Positions
    n_held_out: int = 0
    left_out: str | None = None
    unfair: tuple[str, ...] = ()
    n_gone: int = 0

    @property
    def needs_another_fit(self) -> bool:
        """Whether the models that are reported learned from other rows than a fair comparison allows."""
        return not np.array_equal(self.compared_train, np.flatnonzero(~self.is_validation))


@dataclass(frozen=True, eq=False)
class MatchedRows:
    """The labelled rows of both sides, which of them are the same, and what follows for a fair comparison."""

    head: SideRows
    base: SideRows
    match: RowMatch
    paired: PairedRows

    @property
    def differ(self) -> Mask:
        """Which of head's rows have other cells, another label or weight in base, (n_head,); False for new rows."""
        matched = np.flatnonzero(self.match.base_of_head >= 0)
        differ = self.match.edited.copy()
        differ[matched] |= self.relabelled(matched)
        return differ

    @property
    def trained(self) -> Positions | None:
        """Of the rows that base learns from the same ones of head, (n_train,); None where head learns from others."""
        train = self.paired.compared_train
        head_of_base = np.full(self.base.n_rows, -1, dtype=np.int64)
        known = train[self.match.base_of_head[train] >= 0]
        head_of_base[self.match.base_of_head[known]] = known
        found = head_of_base[self.paired.base_train]
        return found if len(found) == len(train) and (found >= 0).all() else None

    def relabelled(self, rows: Positions) -> Mask:
        """Which of these rows of head, all of them matched, have another label or weight in base, (n_rows,)."""
        found: Mask = _label_keys(self.head, rows) != _label_keys(self.base, self.match.base_of_head[rows])
        return found

    @property
    def train_alike(self) -> bool:
        """Whether both sides learn from the same rows with the same cells and labels."""
        theirs = self.match.base_of_head[self.paired.compared_train]
        same = np.array_equal(np.sort(theirs), np.sort(self.paired.base_train))
        return same and not self.differ.any()


def observed_contents(matched: MatchedRows, contents: Keys, ours: Keys | None) -> Positions:
    """Codes of the rows of head that are one observation, (n_head,): copies in head, in base or in the source.

    A column that head adds makes copies differ, which they do not in base. Rows of equal content and other labels are
    no copies: few columns bring them. contents, ours : (n_head,), as in `pair_rows`, of head's features and of the
    columns that both sources have.
    """
    base_of_head = matched.match.base_of_head
    candidates = [contents] if ours is None else [contents, ours]
    if matched.base.table.features.shape[1]:
        theirs = np.arange(matched.head.n_rows).astype(np.uint64)
        keys = row_keys(matched.base.table.features)
        theirs[base_of_head >= 0] = keys[base_of_head[base_of_head >= 0]]
        candidates.append(theirs)
    every = np.arange(matched.head.n_rows).astype(np.uint64)
    return _joined([every, *(keys for keys in candidates if _are_copies(matched.head, keys))])


def _are_copies(head: SideRows, contents: Keys) -> bool:
    repeated = contents[pd.Series(contents).duplicated()]
    return len(repeated) > 0 and _have_one_label(head, contents, repeated)


def _joined(keys: list[Keys]) -> Positions:
    """Codes of rows that any of these keys joins."""
    codes = pd.factorize(keys[0])[0].astype(np.int64)
    for others in keys[1:]:
        links = pd.factorize(others)[0].astype(np.int64)
        n_codes, n_links = int(codes.max()) + 1, int(links.max()) + 1
        graph = sparse.coo_array((np.ones(len(codes)), (codes, n_codes + links)), (n_codes + n_links,) * 2)
        codes = csgraph.connected_components(graph, directed=False)[1][codes].astype(np.int64)
    return codes


def pair_rows(
    head: SideRows, base: SideRows, match: RowMatch, contents: Keys, sources: tuple[Keys, Keys] | None = None
) -> PairedRows:
    """The rows of a fair comparison.

    contents : (n_head,) uint64, equal for rows of head that no model can tell apart. sources : the same of the rows of
    head and of base as their sources have them; None where these have nothing in common.
    Raises NotComparable where no row is left to learn from or to judge by.
    """
    natural = _mask(head.validation, head.n_rows)
    is_users = _is_changed_by_user(head, base, match)
    is_heads = _takes_sides_of_head(head, base, is_users=is_users)
    sides = natural if is_heads else _with_sides_of_base(head, base, match, natural)
    validation = np.flatnonzero(sides)
    if not len(validation):
        raise NotComparable("head has none of the rows that base validates on")
    base_train, held_out = _base_train(head, base, match, sides, is_heads=is_heads)
    if sources is not None:
        copies = _copies_of_old_rows(match, sides, sources)
        base_train, held_out = base_train[~copies[base_train]], held_out | _mask(base.train, base.n_rows) & copies
    train = _compared_train(head, match, sides, held_out)
    if not len(train) or not len(base_train):
        raise NotComparable("no row is left to learn from that neither side validates on")
    rejected = {
        "are training rows too": _copies(head, train, validation, contents, is_users=is_users),
        "may be other versions of rows of base": match.doubtful[validation],
    }
    judged = validation[np.logical_and.reduce([~rows for rows in rejected.values()])]
    if not len(judged):
        raise NotComparable(f"none of {_rows(len(validation), 'validation row')} can be judged: {_listed(rejected)}")
    return PairedRows(
        is_validation=natural if is_users else sides,
        compared_train=train,
        compared_validation=validation,
        judged=judged,
        base_of_judged=match.base_of_head[judged],
        base_train=base_train,
        n_held_out=int(held_out.sum()),
        left_out=_listed(rejected) or None,
        unfair=(
            *_unfair(match, len(judged), len(validation), rejected, (train, base_train)),
            *made_anew(head, base, match.base_of_head[judged]),
        ),
        n_gone=_n_gone(base, match, sources),
    )


def _label_keys(side: SideRows, rows: Positions) -> Keys:
    """Equal for rows of equal label and weight."""
    weight = np.ones(len(rows)) if side.weight is None else side.weight[rows]
    return row_keys(pd.DataFrame(side.table.labels[rows]).assign(weight=weight))


def with_copies_on_their_side(head: SideRows, base: SideRows, match: RowMatch) -> RowMatch:
    """The match in which, of copies, the one is matched that head has on the side of base's row, if there is one."""
    ours, theirs = _mask(head.validation, head.n_rows), _mask(base.validation, base.n_rows)
    new = np.flatnonzero(match.copy_of >= 0)
    new = new[ours[new] == theirs[match.copy_of[new]]]
    rows = match.copy_of[new]
    _, first = np.unique(rows, return_index=True)
    new, rows = new[first], rows[first]
    head_of_base = np.full(base.n_rows, -1, dtype=np.int64)
    head_of_base[match.base_of_head[match.base_of_head >= 0]] = np.flatnonzero(match.base_of_head >= 0)
    matched = head_of_base[rows]
    wrong = (matched >= 0) & (ours[matched] != theirs[rows])
    found, copy_of = match.base_of_head.copy(), match.copy_of.copy()
    found[new[wrong]], found[matched[wrong]] = rows[wrong], -1
    copy_of[matched[wrong]], copy_of[new[wrong]] = rows[wrong], -1
    return replace(match, base_of_head=found, copy_of=copy_of)


def _is_changed_by_user(head: SideRows, base: SideRows, match: RowMatch) -> bool:
    """Whether the configuration asks for another split, or rows were moved between files that are the split."""
    if dict(head.settings) != dict(base.settings):
        return True
    if head.method != "given":
        return False
    matched = match.base_of_head >= 0
    there = _mask(base.validation, base.n_rows)[match.base_of_head[matched]]
    return bool((there != _mask(head.validation, head.n_rows)[matched]).any())


def _takes_sides_of_head(head: SideRows, base: SideRows, *, is_users: bool) -> bool:
    if head.method == base.method:
        return head.method == "time" and not is_users
    return head.method in ("group", "time")


def _with_sides_of_base(head: SideRows, base: SideRows, match: RowMatch, natural: Mask) -> Mask:
    """Head's sides, (n_head,): matched rows as in base; new ones with their group or time, else as in head."""
    matched = match.base_of_head >= 0
    sides = natural.copy()
    sides[matched] = _mask(base.validation, base.n_rows)[match.base_of_head[matched]]
    if "group" in (head.method, base.method) and head.table.group is not None:
        sides = _with_groups(sides, matched, _codes(head.table.group))
    if base.method == "time" and (times := _comparable_times(head, base)) is not None:
        sides[~matched] = times[0][~matched] >= times[1][base.validation].min()
    return sides


def _with_groups(sides: Mask, matched: Mask, group: Positions) -> Mask:
    """New rows on the side where most of the matched rows of their group are."""
    n_groups = int(group.max()) + 1
    known = np.bincount(group[matched], minlength=n_groups)
    validating = np.bincount(group[matched & sides], minlength=n_groups)
    new = ~matched & (known[group] > 0)
    found = sides.copy()
    found[new] = (2 * validating > known)[group[new]]
    return found


def _base_train(
    head: SideRows, base: SideRows, match: RowMatch, sides: Mask, *, is_heads: bool
) -> tuple[Positions, Mask]:
    """The rows that base learns from, and which rows of its own training part are kept from it, (n_base,)."""
    own = _mask(base.train, base.n_rows)
    candidates = np.ones(base.n_rows, dtype=np.bool_) if is_heads else own
    judging = match.base_of_head[sides]
    kept_out = _mask(judging[judging >= 0], base.n_rows)
    kept_out |= _of_validating_groups(head, base, match, sides)
    if "time" in (head.method, base.method) and (times := _comparable_times(head, base)) is not None:
        kept_out |= times[1] >= times[0][sides].min()
    return np.flatnonzero(candidates & ~kept_out), own & kept_out


def _copies_of_old_rows(match: RowMatch, sides: Mask, sources: tuple[Keys, Keys]) -> Mask:
    """Rows that base alone has, with the content of a row that head validates on, (n_base,)."""
    ours, theirs = sources
    alone = np.ones(len(theirs), dtype=np.bool_)
    alone[match.base_of_head[match.base_of_head >= 0]] = False
    return alone & _is_among(theirs, ours[sides])


def _n_gone(base: SideRows, match: RowMatch, sources: tuple[Keys, Keys] | None) -> int:
    gone = ~np.isin(base.validation, match.base_of_head)
    if sources is not None:
        ours, theirs = sources
        gone &= ~_is_among(theirs[base.validation], ours)
    return int(gone.sum())


def _of_validating_groups(head: SideRows, base: SideRows, match: RowMatch, sides: Mask) -> Mask:
    """Base's rows of the groups that head validates on, where a side keeps groups together, (n_base,)."""
    found = np.zeros(base.n_rows, dtype=np.bool_)
    if "group" not in (head.method, base.method) or head.table.group is None:
        return found
    group = _texts(head.table.group)
    validating = set(group[sides])
    matched = match.base_of_head >= 0
    found[match.base_of_head[matched]] = pd.Series(group[matched]).isin(validating)
    if base.table.group is not None:
        found |= pd.Series(_texts(base.table.group)).isin(validating).to_numpy()
    return found


def _compared_train(head: SideRows, match: RowMatch, sides: Mask, held_out: Mask) -> Positions:
    """The rows that head learns from for the comparison: without the ones that are kept from base, and later ones."""
    train = ~sides
    matched = match.base_of_head >= 0
    train[matched] &= ~held_out[match.base_of_head[matched]]
    if head.method == "group" and head.table.group is not None:
        group = _codes(head.table.group)
        train &= ~np.isin(group, group[sides])
    if head.method == "time" and head.table.time is not None:
        train &= head.table.time < head.table.time[sides].min()
    return np.flatnonzero(train)


def _copies(head: SideRows, train: Positions, validation: Positions, contents: Keys, *, is_users: bool) -> Mask:
    """The validation rows that are copies of training rows, (n_validation,).

    is_users : whether head's models are reported by another split, whose own copies count as well.
    """
    found = _is_among(contents[validation], contents[train])
    if is_users:
        both = head.validation[_is_among(contents[head.validation], contents[head.train])]
        found |= _is_among(contents[validation], contents[both])
    copies = contents[validation[found]]
    are_copies = found.any() and (_have_one_label(head, contents, copies) or _are_told_apart(head, contents, train))
    return found if are_copies else found & False


def _are_told_apart(head: SideRows, contents: Keys, train: Positions) -> bool:
    """Whether rows of equal content and other labels are rare in training: columns are not few, and rows are copies.

    Then a row of validation with the content of one of training is its copy, also where its label was changed.
    """
    labels = pd.DataFrame(head.table.labels[train]).groupby(contents[train])
    differ = labels.transform("nunique", dropna=False).max(axis=1) > 1
    return bool(differ.mean() <= 1 - _ONE_LABEL)


def _have_one_label(head: SideRows, contents: Keys, shared: Keys) -> bool:
    """Whether rows of one content are copies of one row, and not only alike in a few columns: they have one label."""
    rows = _is_among(contents, shared)
    labels = pd.DataFrame(head.table.labels[rows]).groupby(contents[rows]).nunique(dropna=False)
    return bool((labels.max(axis=1) == 1).mean() >= _ONE_LABEL)


def _unfair(
    match: RowMatch,
    n_judged: int,
    n_validation: int,
    rejected: dict[str, Mask],
    learned: tuple[Positions, Positions],
) -> list[str]:
    reasons = []
    if match.doubtful.sum() > MANY_DOUBTS * n_validation:
        reasons.append(match.doubt or f"{_rows(int(match.doubtful.sum()))} may be other versions of rows of base")
    elif n_judged < n_validation and n_judged < max(FEW_ROWS, FEW_SHARE * n_validation):
        said = f"{format_count(n_judged)} of {_rows(n_validation, 'validation row')} can judge"
        reasons.append(f"{said}: {_listed(rejected)}")
    if (why := _unequal(match, *learned)) is not None:
        reasons.append(why)
    return reasons


def _unequal(match: RowMatch, train: Positions, base_train: Positions) -> str | None:
    """That one side learns from rows that both have, and the other side does not."""
    theirs = match.base_of_head[train]
    theirs = theirs[theirs >= 0]
    both = match.base_of_head[match.base_of_head >= 0]
    only_head = int(np.count_nonzero(~np.isin(theirs, base_train)))
    only_base = int(np.count_nonzero(np.isin(base_train, both) & ~np.isin(base_train, theirs)))
    if only_head + only_base <= _UNEQUAL * len(base_train):
        return None
    return (
        f"of the rows that both sides have, {format_count(only_head)} train head alone and {format_count(only_base)} "
        "train base alone"
    )


def _listed(rejected: dict[str, Mask]) -> str:
    counts = {why: int(rows.sum()) for why, rows in rejected.items()}
    return ", and ".join(f"{format_count(count)} {why}" for why, count in counts.items() if count)


def _comparable_times(head: SideRows, base: SideRows) -> tuple[NDArray[Any], NDArray[Any]] | None:
    """The times of both sides where they are of one kind."""
    ours, theirs = head.table.time, base.table.time
    if ours is None or theirs is None or (ours.dtype.kind == "M") != (theirs.dtype.kind == "M"):
        return None
    return ours, theirs


def _is_among(keys: Keys, others: Keys) -> Mask:
    return pd.Series(keys).isin(others).to_numpy(dtype=np.bool_).copy()


def _mask(positions: Positions, n_rows: int) -> Mask:
    mask = np.zeros(n_rows, dtype=np.bool_)
    mask[positions] = True
    return mask


def _codes(values: NDArray[Any]) -> Positions:
    return pd.factorize(values, use_na_sentinel=False)[0].astype(np.int64)


def _texts(values: NDArray[Any]) -> NDArray[Any]:
    """Group names as text, so that a group that was a number and is text now is the same one."""
    return np.array([_text(value) for value in values.tolist()], dtype=object)


def _text(value: Any) -> str:
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _rows(count: int, noun: str = "row") -> str:
    return f"{format_count(count)} {noun}{'' if count == 1 else 's'}"
