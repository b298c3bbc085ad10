"""The order of evidence by which a row of head is a row of base: the source, ids, content, most of the content."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ....core.keys import mix, row_keys
from ....core.rows import RowMatch
from .columns import Content, common_content, is_same_but_for_rounding
from .copies import NOT_THERE, Pairs, is_copy, paired
from .edits import edited_copies, edited_pairs, possible_versions
from .ids import agrees, common_ids, mates
from .nearest import near_rows
from .whole import by_position, by_rank, is_in_other_units, is_mixed
from .words import NotComparable, counted, examples, first_rows

if TYPE_CHECKING:
    from typing import Any

    from numpy.typing import NDArray

    from ....core.keys import Keys
    from ....core.rows import MatchTable
    from .copies import Rows

_TELLING = 0.9  # of base's rows that all columns tell apart, the common ones must tell so many
_FEW = 0.05  # of the rows with one id that may have other content without a doubt about the ids
_RENUMBERED = 0.5  # of such rows, whose content is in base under another id
_SURE = 0.9  # of the agreement of labels beyond chance, which no ids have that count rows anew
_HALF = 0.5
_MANY = 0.1  # of the matched rows that could be others
_FEWEST = 10  # rows that show an order
_IN_ORDER = 0.99  # of the rows that must follow each other as in base, for copies to do so too


def match_rows(base: MatchTable, head: MatchTable) -> RowMatch:
    """Which rows of base the rows of head are; raises NotComparable where that cannot be told.

    By the source where it is the same, bytes and all; else by ids as far as they are unique and agree with the content;
    by the content of the columns that both sources have; by most of these; by the nearest content; and where no content
    is the same, by the position in tables that are otherwise alike.
    """
    if base.fingerprint == head.fingerprint and base.origin is not None and head.origin is not None:
        return _by_origin(base.origin, head.origin)
    return _Matching(base, head).result()


def _by_origin(base: Rows, head: Rows) -> RowMatch:
    size = max(base.max(initial=-1), head.max(initial=-1)) + 1
    if _has_repeated(base, size) or _has_repeated(head, size):
        found = paired(base.astype(np.uint64), head.astype(np.uint64))
    else:
        position = np.full(size, NOT_THERE, dtype=np.int64)
        position[base] = np.arange(len(base))
        found = position[head]
    nothing = np.zeros(len(head), dtype=np.bool_)
    return RowMatch(found, nothing, nothing, np.full(len(head), NOT_THERE), "by the source, which is the same")


def _has_repeated(rows: Rows, size: int) -> bool:
    is_there = np.zeros(size, dtype=np.bool_)
    is_there[rows] = True
    return int(is_there.sum()) < len(rows)


class _Matching:
    """One matching of two sides; each step matches rows that the ones before have left."""

    def __init__(self, base: MatchTable, head: MatchTable) -> None:
        self.base, self.head = base, head
        self.pairs = Pairs(len(base.features), len(head.features))
        self.labels = _label_keys(base.labels), _label_keys(head.labels)
        self.ids, self.why_no_ids = common_ids(base, head)
        self.content = self._content()
        self.keys = self.content.keys()
        self.is_telling = len(np.unique(self.keys[0])) >= _TELLING * len(self.keys[0])
        self.is_by_id = np.zeros(len(head.features), dtype=np.bool_)
        self.is_by_whole = False
        self.how: list[str] = []

    def result(self) -> RowMatch:
        self._by_ids_and_content()
        self._by_ids()
        self._by_content()
        self._by_most_columns()
        self._as_a_whole()
        return self._with_doubt()

    def _content(self) -> Content:
        """Of the sources; after `prepare` where rows cannot be followed back, or the sources have nothing in common."""
        apart = {name for name in (self.base.id_name, self.head.id_name) if name is not None}
        after = common_content(_prepared(self.base), _prepared(self.head), apart)
        if self.base.raw is None or self.head.raw is None:
            return after
        before = common_content(self.base.raw, self.head.raw, apart)
        if before.base.shape[1] and 2 * _n_common(before) >= min(len(before.base), len(before.head)):
            return before
        return after if after.base.shape[1] and _n_common(after) > _n_common(before) else before

    def _by_ids_and_content(self) -> None:
        if self.ids is None or not self.content.base.shape[1]:
            return
        keys = [mix(ids ^ content) for ids, content in zip((self.ids.base, self.ids.head), self.keys, strict=True)]
        self._note("id and content", self.pairs.add_equal(keys[0], keys[1], exact=True))
        self.is_by_id = self.pairs.base_of_head >= 0

    def _by_ids(self) -> None:
        """Rows with one id and other content, unless that content is in base under another id."""
        if self.ids is None:
            return
        head, base = mates(self.ids, self.pairs.new(), self.pairs.gone())
        if not len(head):
            return
        elsewhere = np.isin(self.keys[1][head], self.keys[0][self.pairs.gone()]) & bool(self.content.base.shape[1])
        if elsewhere.mean() >= _RENUMBERED and not self._is_elsewhere_by_chance(head, base):
            why = "the content that base has under another id"
            self.ids, self.why_no_ids = None, f"{counted(int(elsewhere.sum()))} of head have {why}"
            return
        if not self._are_few(head) and not self._ids_agree(head, base):
            shown = examples(zip(head, base, strict=True))
            why = f"{counted(len(head))} of head have the id of a row of base and other content: {shown}"
            self.ids, self.why_no_ids = None, why
            return
        kept = ~elsewhere if self.is_telling else np.ones(len(head), dtype=np.bool_)
        self.pairs.add(head[kept], base[kept], exact=False)
        self.is_by_id[head[kept]] = True
        self._note("id", int(kept.sum()))

    def _are_few(self, head: Rows) -> bool:
        n_exact = int(self.pairs.is_exact.sum())
        return len(head) <= _FEW * (n_exact + len(head))

    def _is_elsewhere_by_chance(self, head: Rows, base: Rows) -> bool:
        """Few different rows: content that was edited, or recoded, is that of other rows too; the labels hold then.

        Labels in an order say nothing of ids that count rows: the next row has the same one.
        """
        if self.is_telling:
            return False
        return self._are_few(head) or (is_mixed(self.labels[0]) and self._agreement_of_labels(head, base) >= _SURE)

    def _ids_agree(self, head: Rows, base: Rows) -> bool:
        if agrees(self.content, head, base, telling=self.is_telling):
            return True
        return self._agreement_of_labels(head, base) >= _HALF

    def _agreement_of_labels(self, head: Rows, base: Rows) -> float:
        """Beyond chance, of rows with one id: 1 where all labels are the same; 0 where chance makes them so."""
        labels = pd.Series(self.labels[0][base]), pd.Series(self.labels[1][head])
        by_chance = float((labels[0].value_counts(normalize=True) ** 2).sum())
        same = float((labels[0] == labels[1]).mean())
        return (same - by_chance) / (1 - by_chance) if by_chance < 1 else 0.0

    def _by_content(self) -> None:
        """Rows of equal content, copies in their order, those of the same label first."""
        if not self.content.base.shape[1]:
            return
        keys = self._keys_of_copies()
        with_label = [mix(content ^ label) for content, label in zip(keys, self.labels, strict=True)]
        n_found = self.pairs.add_equal(with_label[0], with_label[1], exact=True)
        self._note("content", n_found + self.pairs.add_equal(keys[0], keys[1], exact=True))

    def _keys_of_copies(self) -> tuple[Keys, Keys]:
        """The keys of the content; with ids that hold, where it is not telling: copies of other ids are other rows."""
        if self.ids is None or self.is_telling or 2 * self.is_by_id.sum() < min(map(len, self.keys)):
            return self.keys
        base, head = (
            np.where(usable, mix(content ^ ids), content)
            for content, ids, usable in zip(self.keys, *self.ids.both(), strict=True)
        )
        return base, head

    def _by_most_columns(self) -> None:
        """Rows of which some cells were edited; a row that head has a copy of more is not one."""
        new, gone = self._other_content(), self.pairs.gone()
        if len(new) and len(gone) and self.content.base.shape[1] > 1:
            head, base = edited_pairs(self.content, self.labels, new, gone)
            self.pairs.add(head, base, exact=False)
            self._note("most columns", len(head))

    def _other_content(self) -> Rows:
        """New rows of head whose content base does not have."""
        new = self.pairs.new()
        if not self.content.base.shape[1]:
            return new
        return new[~np.isin(self.keys[1][new], self.keys[0])]

    def _as_a_whole(self) -> None:
        """Where nearly no content is the same: by the ranks in all columns, or by position."""
        if self.pairs.share() >= _HALF or not len(self.pairs.gone()):
            return
        found = by_rank(self.content, self.labels)
        how = "the order of the values in each column"
        if found is None:
            found, how = by_position(self.labels, self.pairs.base_of_head), "position"
        if found is not None:
            fresh = Pairs(len(self.base.features), len(self.head.features))
            at = np.flatnonzero(found >= 0)
            fresh.add(at, found[at], exact=False)
            same = fresh.base_of_head == self.pairs.base_of_head
            fresh.is_exact = self.pairs.is_exact & same
            self.pairs, self.how, self.is_by_whole = fresh, [how], True

    def _with_doubt(self) -> RowMatch:
        near = near_rows(self.content, self._other_content(), self.pairs.gone())
        self.pairs.add(*near.pairs, exact=False)
        self._note("the nearest content", len(near.pairs[0]))
        self._check_common()
        others = np.setdiff1d(self._other_content(), near.doubtful[0])
        gone = self.pairs.gone()
        versions = near.doubtful
        if len(others) and len(gone) and self.content.base.shape[1] > 1:
            versions = _joined(versions, possible_versions(self.content, others, gone))
            others = np.setdiff1d(others, versions[0])
        if len(others) and self.content.base.shape[1] > 1:
            versions = _joined(versions, edited_copies(self.content, others))
        doubts = [
            self._doubt(versions, "may be other versions, or near-copies, of rows of base"),
            self._doubt(self._ambiguous(), "could be other rows of base too, which differ in columns that head lacks"),
        ]
        doubtful = np.zeros(len(self.head.features), dtype=np.bool_)
        for rows, _ in doubts:
            doubtful[rows] = True
        return RowMatch(
            self.pairs.base_of_head,
            self._edited(),
            doubtful,
            self._copies(),
            f"by {', '.join(self.how)}" if self.how else "no row is the same",
            "; ".join(words for _, words in doubts if words) or None,
        )

    def _doubt(self, pairs: tuple[Rows, Rows], words: str) -> tuple[Rows, str]:
        rows = pairs[0]
        shown = examples(zip(*pairs, strict=True))
        return rows, f"{counted(len(rows))} of head {words} ({shown})" if len(rows) else ""

    def _ambiguous(self) -> tuple[Rows, Rows]:
        """Matched rows that stand for one of several rows of base, and the order of rows does not decide which.

        Raises NotComparable where these are many.
        """
        nothing = np.zeros(0, dtype=np.int64)
        names = [name for name in self.content.base_only if not _is_identifier(self.content.whole[name])]
        if not names or self.is_by_whole:
            return nothing, nothing
        full = mix(self.keys[0] ^ row_keys(self.content.whole[names]))
        is_open = ~is_copy(self.keys[0], full)
        matched = np.flatnonzero((self.pairs.base_of_head >= 0) & ~self.is_by_id)
        base = self.pairs.base_of_head[matched]
        unsure = is_open[base]
        if not unsure.any() or _is_in_order(base, ~unsure) or self._are_in_place():
            return nothing, nothing
        if unsure.sum() > _MANY * len(base):
            shared = ", ".join(f"'{name}'" for name in list(self.content.base.columns)[:5]) or "none"
            raise NotComparable(
                f"the columns that both sides have ({shared}) do not tell rows apart: {int(unsure.sum()):,} of "
                f"{counted(len(base))} could be others; name a column that does as `data.id`"
            )
        return matched[unsure], base[unsure]

    def _are_in_place(self) -> bool:
        """Whether the rows of both sides say the same one after the other, so that the order tells them apart."""
        n_rows = min(map(len, self.keys))
        said = [mix(keys ^ labels)[:n_rows] for keys, labels in zip(self.keys, self.labels, strict=True)]
        return by_position((said[0], said[1]), self.pairs.base_of_head[:n_rows]) is not None

    def _edited(self) -> NDArray[np.bool_]:
        """Rows that were matched although cells differ, by more than the last digits of a float."""
        edited = (self.pairs.base_of_head >= 0) & ~self.pairs.is_exact
        at = np.flatnonzero(edited)
        if len(at) and self.content.base.shape[1]:
            edited[at] = ~is_same_but_for_rounding(self.content, at, self.pairs.base_of_head[at])
        return edited

    def _check_common(self) -> None:
        """Raises NotComparable where both sides have nothing in common, so that no row can be the same or another."""
        n_base, n_head = len(self.base.features), len(self.head.features)
        if self.pairs.share() >= _FEW or not n_base or not n_head:
            return
        if self.content.base.shape[1] and not is_in_other_units(self.content):
            return
        shown = f"head has {first_rows(self.head.features)}, base has {first_rows(self.base.features)}"
        why = f" ({self.why_no_ids})" if self.why_no_ids else ""
        raise NotComparable(
            f"{counted(n_head - len(self.pairs.new()))} of {n_head:,} in head's data are in base's{why}, "
            f"whose values are others: {shown}"
        )

    def _copies(self) -> Rows:
        """Rows without a match that say what a row of base says."""
        copies = np.full(len(self.head.features), NOT_THERE, dtype=np.int64)
        new = self.pairs.new()
        if len(new) and self.content.base.shape[1]:
            order = np.argsort(self.keys[0], kind="stable")
            at = order[np.minimum(np.searchsorted(self.keys[0][order], self.keys[1][new]), len(order) - 1)]
            copies[new] = np.where(self.keys[0][at] == self.keys[1][new], at, NOT_THERE)
        return copies

    def _note(self, how: str, count: int) -> None:
        if count:
            self.how.append(how)


def _label_keys(labels: NDArray[Any]) -> Keys:
    return row_keys(pd.DataFrame(labels.reshape(len(labels), -1)))


def _joined(one: tuple[Rows, Rows], other: tuple[Rows, Rows]) -> tuple[Rows, Rows]:
    return np.append(one[0], other[0]), np.append(one[1], other[1])


def _is_identifier(column: pd.Series[Any]) -> bool:
    """Whether a column names rows and says nothing of them: whole numbers or text, another one in each row."""
    return not pd.api.types.is_float_dtype(column.dtype) and bool(column.is_unique)


def _is_in_order(base: Rows, is_sure: NDArray[np.bool_]) -> bool:
    """Whether rows that are surely matched follow each other as they do in base; base : in the order of head."""
    steps = np.diff(base[is_sure])
    return len(steps) >= _FEWEST and bool((steps > 0).mean() >= _IN_ORDER)


def _prepared(side: MatchTable) -> pd.DataFrame:
    marks = {f" {name}": values for name in ("group", "time") if (values := getattr(side, name)) is not None}
    return side.features.assign(**marks) if marks else side.features


def _n_common(content: Content) -> int:
    return int((paired(*content.keys()) >= 0).sum()) if content.base.shape[1] else 0
