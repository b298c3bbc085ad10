"""What tells rows and their labels apart, by which the data of two sides are compared."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from .keys import row_keys
from .table import only

if TYPE_CHECKING:
    from collections.abc import Collection

    from ..core.values import Dataset, Split


def row_table(dataset: Dataset, split: Split, columns: Collection[str]) -> pd.DataFrame:
    """A row for each labelled row: `key`, `id` (or missing) and `label`, uint64; `train`, bool.

    columns : those that the other side has; the key is of these of the features.
    """
    train = np.zeros(len(dataset.keys), dtype=np.bool_)
    train[split.train] = True
    labels = pd.DataFrame(dataset.target.values.reshape(len(train), -1))
    ids = None if dataset.ids is None else row_keys(pd.DataFrame({"id": dataset.ids}))
    return pd.DataFrame(
        {"key": row_keys(only(dataset.features, columns)), "id": ids, "label": row_keys(labels), "train": train}
    )
