"""The rows that a curve is measured on, and how they are drawn."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ...core.numbers import format_count

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ...core.scoring import Scorer
    from ...core.values import Target

MOST_ROWS = 100_000
FEWEST_ROWS = 20_000  # of a larger split: the standard error of a mean loss is below 1 % of the loss's spread
_ROW_BUDGET = 1_000_000  # rows × passes over them: a small part of the time of a fit on many rows


@dataclass(frozen=True, eq=False)
class CurveRows:
    """What a curve needs beside the estimator.

    X_train, X_validation : (n_rows, n_features), as passed to `fit` and `predict`.
    y_train : (n_train,) or (n_train, n_outputs), as passed to `fit`.
    weight_train, weight_validation : (n_rows,) float64, or None.
    train_positions, validation_positions : (n_rows,) int64 into `target`.
    fit : (unfitted estimator, X, y, weight) → the fitted estimator, for refits.
    time_left : seconds until the model's time limit.
    score : the metric that is drawn beside the loss, if any.
    """

    X_train: Any
    y_train: NDArray[Any]
    weight_train: NDArray[np.float64] | None
    X_validation: Any
    weight_validation: NDArray[np.float64] | None
    target: Target
    train_positions: NDArray[np.int64]
    validation_positions: NDArray[np.int64]
    fit: Callable[[Any, Any, NDArray[Any], NDArray[np.float64] | None], Any]
    time_left: Callable[[], float]
    score: Scorer | None = None


def take_rows(X: Any, rows: NDArray[np.int64]) -> Any:
    """Some rows of a data frame, an array or a sparse matrix; `X` itself when they are all, in order."""
    if len(rows) == X.shape[0] and np.array_equal(rows, np.arange(len(rows))):
        return X
    return X.iloc[rows] if hasattr(X, "iloc") else X[rows]


def as_array(X: Any) -> Any:
    """A data frame of plain numbers as one array, so that not every question has to make one; else `X` itself."""
    dtypes = getattr(X, "dtypes", None)
    plain = dtypes is not None and all(isinstance(dtype, np.dtype) and dtype.kind in "biuf" for dtype in dtypes)
    return X.to_numpy() if plain else X


def rows_within_budget(passes: int) -> int:
    """How many rows of a split a curve may use that goes `passes` times over them."""
    rows = _ROW_BUDGET // max(passes, 1) // 10_000 * 10_000
    return int(np.clip(rows, FEWEST_ROWS, MOST_ROWS))


def draw(n_rows: int, most: int) -> NDArray[np.int64]:
    """At most `most` of the rows, ascending, the same ones each time."""
    if n_rows <= most:
        return np.arange(n_rows)
    drawn: NDArray[np.int64] = np.sort(np.random.default_rng(0).choice(n_rows, most, replace=False))
    return drawn


def row_note(rows: CurveRows, most: int) -> str | None:
    """A sentence part on which rows were used, when they are not all."""
    capped = [
        f"{format_count(most)} of {format_count(len(positions))} {name} rows"
        for name, positions in (("training", rows.train_positions), ("validation", rows.validation_positions))
        if len(positions) > most
    ]
    return f"on {' and '.join(capped)}" if capped else None
