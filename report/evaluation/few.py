"""Values that rest on few rows: two rows of a class are no recall."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..core.numbers import format_count
from ..core.pairing import no_support
from .metrics.base import with_weight
from .metrics.own import FunctionMetric

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..core.pairing import Support
    from ..core.values import Predictions, Target
    from .metrics import Metric

FEW = 5  # rows; a kind with as many is none of the few
_MOST_NAMED = 3


def few_rows(metric: Metric, predictions: Predictions, target: Target) -> str | None:
    """The kinds of rows that a value rests on and that are few, the fewest first; None where all are enough.

    Those that are not there at all are not what it rests on; what a function of the repository rests on is not known.
    """
    if isinstance(metric, FunctionMetric):
        return None
    supports = getattr(metric.pairing(target), "support", no_support)(with_weight(predictions))
    counts = dict(found for support in supports for found in _counts(support))
    few = sorted(counts, key=lambda name: (counts[name], name))
    told = [f"{format_count(counts[name])} {'row' if counts[name] == 1 else 'rows'} of {name}" for name in few]
    more = [f"{format_count(len(told) - _MOST_NAMED)} more"] if len(told) > _MOST_NAMED else []
    return ", ".join([*told[:_MOST_NAMED], *more]) or None


def _counts(support: Support) -> Iterator[tuple[str, int]]:
    counts = np.bincount(support.codes[support.codes >= 0], minlength=len(support.names))
    for name, count in zip(support.names, counts.tolist(), strict=True):
        if 0 < count < FEW:
            yield name, count
