"""How likely chance is."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .copies import Mask


def chance_of(some: Mask, usual: Mask) -> float:
    """The probability that `some` is true so much more often than `usual` (Fisher's exact test, one-sided)."""
    from scipy.stats import fisher_exact

    counts = [[int(side.sum()), int((~side).sum())] for side in (some, usual)]
    return float(fisher_exact(counts, alternative="greater").pvalue)
