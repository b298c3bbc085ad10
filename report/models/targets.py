"""Targets between the form that estimators take and the form that is evaluated."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from ..core.errors import ModelError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from ..core.values import Label, Target


_ONLY_CODES = "xgboost"  # its classifiers refuse labels other than 0, 1, …
_OF_XGBOOST = "Invalid classes inferred from unique values of `y`"  # what they say then
_CODES_ASKED = re.compile(  # and what its core, LightGBM's, torch and Keras say
    rf"{re.escape(_OF_XGBOOST)}|label must be in \[0|target -?\d+ is out of bounds|outside the valid range of \[0",
    re.IGNORECASE,
)


def takes_codes_only(estimator: Any) -> bool:
    """Whether an estimator, or one inside it, refuses class labels other than 0, 1, …"""
    try:
        inner = estimator.get_params(deep=True).values()
    except Exception:  # noqa: BLE001 — not every object of a repository knows scikit-learn's parameters
        inner = ()
    return any(
        kind.__module__.partition(".")[0] == _ONLY_CODES for one in (estimator, *inner) for kind in type(one).__mro__
    )


def wants_codes(error: BaseException) -> bool:
    """Whether an estimator failed because labels are not 0, 1, … without a gap, as one that has XGBoost's inside."""
    return isinstance(error, Exception) and _CODES_ASKED.search(str(error)) is not None


def lacks_a_class(error: BaseException) -> bool:
    """Whether XGBoost's classifiers say it, which look at nothing but the classes of the rows that they are given."""
    return isinstance(error, ValueError) and _OF_XGBOOST in str(error)


def as_codes(target: Target, train: NDArray[np.int64]) -> Target:
    """The target with codes in place of labels: the same for whoever evaluates it.

    train : positions of the rows that are fitted. Their classes are 0, 1, …, in their order; those without a row there
    come behind, so that no estimator sees a gap.
    """
    if not target.classes or target.task.is_multi:
        return target
    has_rows = np.isin(np.arange(len(target.classes)), target.encoded[train])
    codes = np.empty(len(has_rows), dtype=np.int64)
    codes[np.argsort(~has_rows, kind="stable")] = np.arange(len(codes))
    return replace(target, values=codes[target.encoded], classes=tuple(codes.tolist()))


def training_values(target: Target, positions: NDArray[np.int64]) -> NDArray[Any]:
    """The target of some rows as `fit` takes it: (n_rows,) or (n_rows, n_outputs).

    Booleans go in as such: scikit-learn refuses them in object arrays.
    """
    values = target.values[positions]
    if values.dtype == object and all(isinstance(label, (bool, np.bool_)) for label in target.classes):
        return values.astype(bool) if target.classes else values
    return values


def codes_of(labels: NDArray[Any], classes: Sequence[Label] | NDArray[Any]) -> NDArray[np.int64]:
    """The index into `classes` of each label, (n_rows,).

    Labels may have another dtype than the classes, as long as they are equal (1.0 and 1, NumPy and Python strings).
    Raises ModelError for a label that is not among the classes.
    """
    import pandas as pd

    known = pd.Index(_comparable(np.asarray(classes)))
    codes = known.get_indexer(_comparable(labels))
    if (codes < 0).any():
        unseen = labels[codes < 0].tolist()[0]
        raise ModelError(
            f"the model predicts {unseen!r}, which is not a class of the target",
            hint="an estimator must give back labels as it was given them",
        )
    return np.asarray(codes, dtype=np.int64)


def _comparable(labels: NDArray[Any]) -> NDArray[Any]:
    """Booleans as 0 and 1, text as objects."""
    if labels.dtype.kind == "b" or (labels.dtype == object and labels.size and isinstance(labels[0], (bool, np.bool_))):
        return labels.astype(np.int64)
    return labels if labels.dtype.kind in "iuf" else labels.astype(object)
