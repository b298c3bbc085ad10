"""The rows of a side and its split, as the two sides hold them against each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..core.rows import SideRows
from .row_table import match_table

if TYPE_CHECKING:
    from ..core.values import Dataset, Split


def side_rows(dataset: Dataset, split: Split) -> SideRows:
    """All labelled rows with the part of the split that each is in."""
    return SideRows(
        table=match_table(dataset),
        train=np.sort(split.train),
        validation=np.sort(split.validation),
        method=split.method,
        settings=split.settings,
        weight=dataset.weight,
        rank=dataset.rank,
        folds=split.folds,
    )
