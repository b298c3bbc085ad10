"""Where most rows that judge are new: what those that base has say must not be the opposite."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..core.numbers import format_count
from .changes import Fits
from .pairs import some_rows
from .withholding import without_verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from ..core.comparison import MetricChange
    from .base.pairing import MatchedRows

_OPPOSITE = ({"improved", "worse"}, {"no worse", "worse"})


def are_mostly_new(matched: MatchedRows) -> bool:
    """Whether base does not have most of the rows that judge; by time it is always the latest rows that judge."""
    own = matched.paired.base_of_judged
    return 2 * int(np.count_nonzero(own < 0)) > len(own) and matched.head.method != "time"


def rows_of_base(matched: MatchedRows) -> NDArray[np.bool_]:
    """Which of head's rows base has too, (n_head,)."""
    return np.asarray(matched.match.base_of_head >= 0)


def judged_by_known(
    changes: Sequence[MetricChange],
    fits: Fits,
    known: NDArray[np.bool_],
    judge: Callable[[Fits], Sequence[MetricChange]],
) -> tuple[MetricChange, ...]:
    """The changes, without a verdict where the known rows give the opposite one: the change has chosen the others.

    fits : the predictions that the changes are of. known : (n_rows of head,). judge : the changes of some predictions.
    """
    given = Fits(*([some_rows(fit, known[fit.positions]) for fit in side] for side in fits))
    n_known, n_rows = (len(side.head[0].positions) for side in (given, fits))
    if not n_known:
        return tuple(changes)
    others = {change.metric: change for change in judge(given)}
    rows = f"on the {format_count(n_known)} rows that base has", f"on all {format_count(n_rows)}"
    return tuple(_agreed(change, others.get(change.metric), rows) for change in changes)


def _agreed(change: MetricChange, other: MetricChange | None, rows: tuple[str, str]) -> MetricChange:
    if other is None or {change.verdict, other.verdict} not in _OPPOSITE:
        return change
    why = f"{other.verdict} {rows[0]}, {change.verdict} {rows[1]}"
    return without_verdict(change, why)
