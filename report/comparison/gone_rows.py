"""Rows that base validates on and head has no more, or many new ones: a change does not choose what it is judged by."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..core.numbers import format_count
from .known_rows import are_mostly_new
from .withholding import GOOD, withheld

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..core.comparison import ModelPair
    from .base.pairing import MatchedRows

SAID = 0.02  # of the rows that base validates on, as for labels that change
DECISIVE = 0.05  # as for rows that may be other versions of rows of base


def told_of_gone(matched: MatchedRows) -> list[str]:
    """A sentence on removed validation rows, where they are more than are cleaned up in passing."""
    n_gone, n_rows = matched.paired.n_gone, len(matched.base.validation)
    return [f"{_counted(n_gone, n_rows)}: they judge nothing"] if n_gone and n_gone >= SAID * n_rows else []


def told_of_new(matched: MatchedRows) -> list[str]:
    """A sentence on added rows, where most rows that judge are such; told_of_gone says it where base's are gone."""
    if not are_mostly_new(matched) or told_of_gone(matched):
        return []
    own = matched.paired.base_of_judged
    n_new = int(np.count_nonzero(own < 0))
    return [
        f"{format_count(n_new)} of the {format_count(len(own))} rows that judge are new: base's data do not have them"
    ]


def judged_without_gone(pairs: Sequence[ModelPair], matched: MatchedRows) -> tuple[ModelPair, ...]:
    """The pairs, without a good verdict that rows which were removed might undo.

    Where most rows that judge are new, the data are others, and nobody has chosen among known rows.
    """
    n_gone, n_rows = matched.paired.n_gone, len(matched.base.validation)
    own = matched.paired.base_of_judged
    if n_gone <= DECISIVE * n_rows or np.count_nonzero(own >= 0) < len(own) / 2:
        return tuple(pairs)
    why = f"{_counted(n_gone, n_rows)}: the change has chosen the rows that are left"
    return tuple(withheld(pair, "not comparable", why, only=GOOD) for pair in pairs)


def _counted(n_gone: int, n_rows: int) -> str:
    are = "is" if n_gone == 1 else "are"
    return f"{format_count(n_gone)} of the {format_count(n_rows)} rows that base validates on {are} not in head's data"
