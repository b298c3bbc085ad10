"""What tells rows and their labels apart, by which the data of two sides are compared."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from .keys import row_keys
from .table import only

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from typing import Any

    from numpy.typing import NDArray

    from ..core.values import Dataset, Split, Target


def row_table(dataset: Dataset, split: Split, columns: Collection[str], identity: Collection[str] = ()) -> pd.DataFrame:
    """A row for each labelled row: `key`, `id` (or missing) and `label` (with the weight), uint64; `train`, bool.

    columns : those that the other side has; the key is of these of the features. identity : features that stand for
    an id where rows have none.
    """
    train = np.zeros(len(dataset.keys), dtype=np.bool_)
    train[split.train] = True
    ids = id_keys(dataset)
    if ids is None and identity:
        ids = row_keys(only(dataset.features, identity))
    label = label_keys(dataset.target)
    if dataset.weight is not None:  # a row that counts for more than it did has been edited
        label = row_keys(pd.DataFrame({"label": label, "weight": dataset.weight}))
    return pd.DataFrame({"key": _feature_keys(dataset, columns), "id": ids, "label": label, "train": train})


def _feature_keys(dataset: Dataset, columns: Collection[str]) -> NDArray[np.uint64]:
    has_marks = any(values is not None for values in (dataset.ids, dataset.group, dataset.time))
    if not has_marks and set(dataset.features.columns) <= set(columns):
        return dataset.keys  # they are of the same cells
    return row_keys(only(dataset.features, columns))


def label_keys(target: Target) -> NDArray[np.uint64]:
    """The keys of the labels, (n_rows,)."""
    return row_keys(pd.DataFrame(target.values.reshape(len(target.values), -1)))


def id_keys(dataset: Dataset) -> NDArray[np.uint64] | None:
    """The keys of the ids, (n_rows,); None where rows have none."""
    return None if dataset.ids is None else row_keys(pd.DataFrame({"id": dataset.ids}))


def content_keys(dataset: Dataset) -> NDArray[np.uint64]:
    """The keys of features, group and time, (n_rows,), whatever the latter two are called."""
    if dataset.ids is None and dataset.group is None and dataset.time is None:
        return dataset.keys
    return row_keys(with_marks(dataset.features, {"group": dataset.group, "time": dataset.time}))


def shared_rows(dataset: Dataset, split: Split) -> NDArray[np.bool_]:
    """Which validation rows say what a training row says, (n_validation,): features, group and time, not the label."""
    keys = content_keys(dataset)
    return np.isin(keys[split.validation], keys[split.train])


def with_marks(features: pd.DataFrame, marks: Mapping[str, NDArray[Any] | None]) -> pd.DataFrame:
    """Features with columns beside them that no feature is called like."""
    return features.assign(**{f" {name}": values for name, values in marks.items() if values is not None})
