"""Rows of equal content: which of them is the row of the other side, which leak, and which are one observation."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy import sparse
from scipy.sparse import csgraph

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ...core.rows import RowMatch, SideRows

    Keys = NDArray[np.uint64]
    Mask = NDArray[np.bool_]
    Positions = NDArray[np.int64]

_ONE_LABEL = 0.95  # of the contents that occur more than once: where so many have one label, they are copies


def observed_contents(head: SideRows, base: SideRows, match: RowMatch, contents: Keys, ours: Keys | None) -> Positions:
    """Codes of the rows of head that are one observation, (n_head,): copies in head, in base or in the source.

    A column that head adds makes copies differ, which they do not in base. Rows of equal content and other labels are
    no copies: few columns bring them. contents, ours : (n_head,), as in `pair_rows`, of head's features and of the
    columns that both sources have.
    """
    base_of_head = match.base_of_head
    candidates = [contents] if ours is None else [contents, ours]
    if base.table.features.shape[1]:
        theirs = np.arange(head.n_rows).astype(np.uint64)
        theirs[base_of_head >= 0] = _base_keys(head, base, contents)[base_of_head[base_of_head >= 0]]
        candidates.append(theirs)
    return _joined(np.arange(head.n_rows), [keys for keys in candidates if _are_copies(head, keys)])


def drawn_together(head: SideRows, base: SideRows, match: RowMatch, contents: Keys, observed: Positions) -> Positions:
    """Codes of the rows of head that are one observation or that the split drew as one, (n_head,).

    A hash of the content has rows of equal content on one side, whatever their labels: of a table of few different rows
    it draws these, and the rows of each vary together. contents : (n_head,), of head's features; observed : (n_head,).
    """
    keys = np.arange(head.n_rows).astype(np.uint64)
    row_of_base = np.where(match.base_of_head >= 0, match.base_of_head, match.copy_of)
    known = row_of_base >= 0
    if _is_by_content(base):
        is_there = base.table.features.shape[1]  # else they are head's, and need not be handed over
        keys[known] = _base_keys(head, base, contents)[row_of_base[known]] if is_there else contents[known]
    if _is_by_content(head):
        keys[~known] = contents[~known]
    return _joined(observed, [keys])


def _base_keys(head: SideRows, base: SideRows, contents: Keys) -> Keys:
    """The keys of base's features, (n_base,): where both sides have one table, those of head's contents."""
    ours, theirs = head.table, base.table
    is_one = ours.features is theirs.features and ours.group is None and ours.time is None
    return contents if is_one else theirs.feature_keys


def _is_by_content(side: SideRows) -> bool:
    is_drawn = side.method == "hash" or (side.method == "folds" and bool(side.settings.get("shuffle")))
    return is_drawn and side.table.ids is None


def with_copies_on_their_side(head: SideRows, base: SideRows, match: RowMatch) -> RowMatch:
    """The match in which, of copies, the one is matched that head has on the side of base's row, if there is one."""
    ours, theirs = mask_of(head.validation, head.n_rows), mask_of(base.validation, base.n_rows)
    new = np.flatnonzero(match.copy_of >= 0)
    if not len(new):
        return match
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


def validating_copies(
    head: SideRows, train: Positions, validation: Positions, contents: Keys, *, is_users: bool
) -> Mask:
    """The validation rows that are copies of training rows, (n_validation,).

    is_users : whether head's models are reported by another split, whose own copies count as well.
    """
    found = are_among(contents[validation], contents[train])
    if is_users:
        both = head.validation[are_among(contents[head.validation], contents[head.train])]
        found |= are_among(contents[validation], contents[both])
    copies = contents[validation[found]]
    are_copies = found.any() and (_have_one_label(head, contents, copies) or _are_told_apart(head, contents, train))
    return found if are_copies else found & False


def in_other_folds(head: SideRows, contents: Keys, folds: Positions) -> Mask:
    """The rows that are copies of rows of another fold, (n_head,)."""
    grouped = pd.Series(folds).groupby(contents)
    found = (grouped.transform("max") != grouped.transform("min")).to_numpy(dtype=np.bool_).copy()
    return found if found.any() and _have_one_label(head, contents, contents[found]) else found & False


def _are_copies(head: SideRows, contents: Keys) -> bool:
    return _has_repeats(contents) and _have_one_label(head, contents, contents[pd.Series(contents).duplicated()])


def _are_told_apart(head: SideRows, contents: Keys, train: Positions) -> bool:
    """Whether rows of equal content and other labels are rare in training: columns are not few, and rows are copies.

    Then a row of validation with the content of one of training is its copy, also where its label was changed.
    """
    labels = pd.DataFrame(head.table.labels[train]).groupby(contents[train])
    differ = labels.transform("nunique", dropna=False).max(axis=1) > 1
    return bool(differ.mean() <= 1 - _ONE_LABEL)


def _have_one_label(head: SideRows, contents: Keys, shared: Keys) -> bool:
    """Whether rows of one content are copies of one row, and not only alike in a few columns: they have one label."""
    rows = are_among(contents, shared)
    labels = pd.DataFrame(head.table.labels[rows]).groupby(contents[rows]).nunique(dropna=False)
    return bool((labels.max(axis=1) == 1).mean() >= _ONE_LABEL)


def _joined(codes: Positions, keys: list[Keys]) -> Positions:
    """Codes of rows that equal codes or any of these keys join, (n_rows,)."""
    for others in keys:
        if not _has_repeats(others):
            continue
        links = pd.factorize(others)[0].astype(np.int64)
        n_codes, n_links = int(codes.max()) + 1, int(links.max()) + 1
        graph = sparse.coo_array((np.ones(len(codes)), (codes, n_codes + links)), (n_codes + n_links,) * 2)
        codes = csgraph.connected_components(graph, directed=False)[1][codes].astype(np.int64)
    return codes


def _has_repeats(keys: Keys) -> bool:
    ordered = np.sort(keys)
    return bool((ordered[1:] == ordered[:-1]).any())


def are_among(keys: Keys, others: Keys) -> Mask:
    return pd.Series(keys).isin(others).to_numpy(dtype=np.bool_).copy()


def mask_of(positions: Positions, n_rows: int) -> Mask:
    mask = np.zeros(n_rows, dtype=np.bool_)
    mask[positions] = True
    return mask
