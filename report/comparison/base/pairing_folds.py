"""Which folds the rows of both sides are of, where base validates by folds: every row judges, and a row is never
predicted by a model that learned from it, from a copy of it or from a row of its group.

Matched rows have the fold that they have in base; a new row has that of its copy or of its group, else head's own. Both
sides learn from all their rows but those of the fold that is asked.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from .copies import in_other_folds
from .matching import NotComparable

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ...core.rows import RowMatch, SideRows

    Keys = NDArray[np.uint64]
    Mask = NDArray[np.bool_]
    Positions = NDArray[np.int64]

_MIXED = "head keeps rows of a group together, and the folds of base do not"


def folds_of_base(head: SideRows, base: SideRows, match: RowMatch, contents: Keys) -> Positions:
    """The fold of each row of head, (n_head,), in the numbers of base.

    contents : (n_head,) uint64, equal for rows that no model can tell apart.
    Raises NotComparable where groups that head keeps together are in several folds of base.
    """
    theirs = base.folds
    assert theirs is not None  # noqa: S101 - the caller has seen to it
    n_folds = int(theirs.max()) + 1
    known = np.where(match.base_of_head >= 0, match.base_of_head, match.copy_of)
    folds = np.where(known >= 0, theirs[known], _own(head, base, contents, n_folds))
    if head.table.group is None:
        return folds
    folds = _with_groups(folds, known >= 0, head.table.group)
    of_group = pd.Series(folds).groupby(_codes(head.table.group))
    if head.folds is not None and bool((of_group.max() != of_group.min()).any()):
        raise NotComparable(_MIXED)
    return folds


def not_judging(head: SideRows, match: RowMatch, contents: Keys, folds: Positions) -> dict[str, Mask]:
    """The rows of head that cannot judge, by reason, (n_head,) each."""
    return {
        "have copies in other folds": in_other_folds(head, contents, folds),
        "may be other versions of rows of base": match.doubtful,
    }


def _own(head: SideRows, base: SideRows, contents: Keys, n_folds: int) -> Positions:
    """Head's own folds where both sides are parted alike; else folds by what rows say."""
    if head.folds is not None and dict(head.settings) == dict(base.settings):
        return head.folds
    return (contents % np.uint64(n_folds)).astype(np.int64)


def _with_groups(folds: Positions, known: Mask, group: NDArray[np.object_]) -> Positions:
    """New rows in the fold where most of the known rows of their group are; of new groups, in that of the first row."""
    codes = _codes(group)
    table = pd.DataFrame({"group": codes, "fold": folds})
    counts = table[known].value_counts().reset_index().sort_values(["count", "fold"], ascending=[False, True])
    leading = pd.concat([counts, table[~known]])[["group", "fold"]].drop_duplicates("group").set_index("group")["fold"]
    found = folds.copy()
    found[~known] = leading.reindex(codes[~known]).to_numpy()
    return found


def _codes(values: NDArray[np.object_]) -> Positions:
    return pd.factorize(values, use_na_sentinel=False)[0].astype(np.int64)
