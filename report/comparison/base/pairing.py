"""Which rows both sides learn from, and which rows judge them: a function of the rows that were matched.

Matched rows keep the side of the split that they have in base, so that a new column, id or type moves nothing. Where
the user changes the split itself, head is fitted once more with base's sides, for the comparison alone. Two exceptions
take head's sides, and base learns from its rows that are on head's training side: a split by time on both sides, whose
latest rows move as rows are added; and groups or times that head begins to keep apart, which base's sides would mix.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ...core.keys import row_keys
from ...core.numbers import format_count
from .copies import are_among, mask_of, validating_copies
from .made_rows import made_anew
from .matching import NotComparable
from .pairing_folds import folds_of_base, not_judging

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


@dataclass(frozen=True, eq=False)
class PairedRows:
    """What both sides learn from and are judged by; positions are of head's rows unless said otherwise.

    is_validation : (n_head,), head's split as it is reported. compared_train, compared_validation : the split by which
    it is compared; the same one unless the user changed the split or a fair comparison needs another. judged :
    (n_judged,) rows of `compared_validation`. base_of_judged : (n_judged,) the same rows of base, or -1. base_train :
    rows of base that it learns from. n_held_out : rows of base's own training part that it does not learn from.
    left_out : why other validation rows are not judged. unfair : why there can be no verdict. n_gone : rows that base
    validates on and that head has no more, nor a copy of them. folds : (n_head,) the folds that rows are compared by,
    where every row judges; has_other_folds : whether head is reported by another split than this.
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
    folds: Positions | None = None
    has_other_folds: bool = False

    @property
    def needs_another_fit(self) -> bool:
        """Whether the models that are reported learned from other rows than a fair comparison allows."""
        if self.folds is not None:
            return self.has_other_folds
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
        theirs = self.match.base_of_head[rows]
        found = _differ(self.head.table.labels[rows], self.base.table.labels[theirs])
        if self.head.weight is None and self.base.weight is None:
            return found
        return found | _differ(_weights(self.head, rows), _weights(self.base, theirs))

    @property
    def train_alike(self) -> bool:
        """Whether both sides learn from the same rows with the same cells and labels."""
        theirs = self.match.base_of_head[self.paired.compared_train]
        same = np.array_equal(np.sort(theirs), np.sort(self.paired.base_train))
        return same and not self.differ.any()


def pair_rows(
    head: SideRows, base: SideRows, match: RowMatch, contents: Keys, sources: tuple[Keys, Keys] | None = None
) -> PairedRows:
    """The rows of a fair comparison.

    contents : (n_head,) uint64, equal for rows of head that no model can tell apart. sources : the same of the rows of
    head and of base as their sources have them; None where these have nothing in common.
    Raises NotComparable where no row is left to learn from or to judge by.
    """
    if base.folds is not None:
        return _pair_by_folds(head, base, match, contents, sources)
    natural = mask_of(head.validation, head.n_rows) & (head.folds is None)  # with folds, every row is on both sides
    is_users = _is_changed_by_user(head, base, match)
    is_heads = _takes_sides_of_head(head, base, is_users=is_users)
    sides = natural if is_heads else _with_sides_of_base(head, base, match, natural)
    validation = np.flatnonzero(sides)
    if not len(validation):
        raise NotComparable("head has none of the rows that base validates on")
    base_train, held_out = _base_train(head, base, match, sides, is_heads=is_heads)
    if sources is not None:
        copies = _copies_of_old_rows(match, sides, sources)
        base_train, held_out = base_train[~copies[base_train]], held_out | mask_of(base.train, base.n_rows) & copies
    train = _compared_train(head, match, sides, held_out)
    if not len(train) or not len(base_train):
        raise NotComparable("no row is left to learn from that neither side validates on")
    rejected = {
        "are training rows too": validating_copies(
            head, train, validation, contents, is_users=is_users and head.folds is None
        ),
        "may be other versions of rows of base": match.doubtful[validation],
    }
    judged = validation[np.logical_and.reduce([~rows for rows in rejected.values()])]
    if not len(judged):
        raise NotComparable(f"none of {_rows(len(validation), 'validation row')} can be judged: {_listed(rejected)}")
    return PairedRows(
        is_validation=mask_of(head.validation, head.n_rows) if is_users else sides,
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


def _pair_by_folds(
    head: SideRows, base: SideRows, match: RowMatch, contents: Keys, sources: tuple[Keys, Keys] | None
) -> PairedRows:
    """The rows of a fair comparison by base's folds: all of them learn and judge, each in its fold."""
    folds = folds_of_base(head, base, match, contents)
    every, base_train = np.arange(head.n_rows), np.arange(base.n_rows)
    rejected = not_judging(head, match, contents, folds)
    judged = every[np.logical_and.reduce([~rows for rows in rejected.values()])]
    if not len(judged):
        raise NotComparable(f"none of {_rows(head.n_rows)} can be judged: {_listed(rejected)}")
    has_other_folds = head.folds is None or _is_changed_by_user(head, base, match)
    return PairedRows(
        is_validation=mask_of(head.validation, head.n_rows),
        compared_train=every,
        compared_validation=every,
        judged=judged,
        base_of_judged=match.base_of_head[judged],
        base_train=base_train,
        left_out=_listed(rejected) or None,
        unfair=(
            *_unfair(match, len(judged), head.n_rows, rejected, (every, base_train)),
            *made_anew(head, base, match.base_of_head[judged]),
        ),
        n_gone=_n_gone(base, match, sources),
        folds=folds,
        has_other_folds=has_other_folds,
    )


def _weights(side: SideRows, rows: Positions) -> NDArray[np.float64]:
    """The weights of some rows, (n_rows, 1)."""
    return np.ones((len(rows), 1)) if side.weight is None else side.weight[rows].reshape(-1, 1)


def _differ(head: NDArray[Any], base: NDArray[Any]) -> Mask:
    """Which rows say something else, (n_rows,). head, base : (n_rows, n_columns)."""
    if head.dtype == base.dtype and head.dtype.kind in "biu":
        differ: Mask = (head != base).any(axis=1)
    else:
        differ = row_keys(pd.DataFrame(head)) != row_keys(pd.DataFrame(base))
    return differ


def _is_changed_by_user(head: SideRows, base: SideRows, match: RowMatch) -> bool:
    """Whether the configuration asks for another split, or rows were moved between files that are the split."""
    if dict(head.settings) != dict(base.settings):
        return True
    if head.method != "given":
        return False
    matched = match.base_of_head >= 0
    there = mask_of(base.validation, base.n_rows)[match.base_of_head[matched]]
    return bool((there != mask_of(head.validation, head.n_rows)[matched]).any())


def _takes_sides_of_head(head: SideRows, base: SideRows, *, is_users: bool) -> bool:
    if head.method == base.method:
        return head.method == "time" and not is_users
    return head.method in ("group", "time")


def _with_sides_of_base(head: SideRows, base: SideRows, match: RowMatch, natural: Mask) -> Mask:
    """Head's sides, (n_head,): matched rows as in base; new ones with their group or time, else as in head."""
    matched = match.base_of_head >= 0
    sides = natural.copy()
    sides[matched] = mask_of(base.validation, base.n_rows)[match.base_of_head[matched]]
    if base.method == "group" and head.table.group is not None:
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
    own = mask_of(base.train, base.n_rows)
    candidates = np.ones(base.n_rows, dtype=np.bool_) if is_heads else own
    judging = match.base_of_head[sides]
    kept_out = mask_of(judging[judging >= 0], base.n_rows)
    kept_out |= _of_validating_groups(head, base, match, sides)
    if "time" in (head.method, base.method) and (times := _comparable_times(head, base)) is not None:
        kept_out |= times[1] >= times[0][sides].min()
    return np.flatnonzero(candidates & ~kept_out), own & kept_out


def _copies_of_old_rows(match: RowMatch, sides: Mask, sources: tuple[Keys, Keys]) -> Mask:
    """Rows that base alone has, with the content of a row that head validates on, (n_base,)."""
    ours, theirs = sources
    alone = np.ones(len(theirs), dtype=np.bool_)
    alone[match.base_of_head[match.base_of_head >= 0]] = False
    return alone & are_among(theirs, ours[sides])


def _n_gone(base: SideRows, match: RowMatch, sources: tuple[Keys, Keys] | None) -> int:
    gone = ~np.isin(base.validation, match.base_of_head)
    if sources is not None:
        ours, theirs = sources
        gone &= ~are_among(theirs[base.validation], ours)
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


def _codes(values: NDArray[Any]) -> Positions:
    return pd.factorize(values, use_na_sentinel=False)[0].astype(np.int64)


def _texts(values: NDArray[Any]) -> NDArray[Any]:
    """Group names as text, so that a group that was a number and is text now is the same one."""
    return np.array([_text(value) for value in values.tolist()], dtype=object)


def _text(value: Any) -> str:
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _rows(count: int, noun: str = "row") -> str:
    return f"{format_count(count)} {noun}{'' if count == 1 else 's'}"
