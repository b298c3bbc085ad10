"""Permutation importance: how much worse a score gets on validation rows when one column of the raw data is shuffled.

Breiman, "Random Forests", Machine Learning 45 (2001).
"""

from __future__ import annotations

import time
import warnings
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from ..core.numbers import format_count
from ..core.values import Importance
from .curves.rows import draw
from .predicting import predict

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import pandas as pd
    from numpy.typing import NDArray

    from ..core.scoring import Scorer
    from ..core.values import Predictions, Target

    Draws = dict[str, list[float]]

_ROWS_A_CALL = 50_000
_CELLS_A_CALL = 2_000_000
_FEWEST_ROWS = 250
_MOST_COLUMNS = 200
_REPEATS = 5


def permutation_importance(
    fitted: Any,
    X_validation: pd.DataFrame,
    target: Target,
    positions: NDArray[np.int64],
    weight: NDArray[np.float64] | None,
    score: Scorer,
    *,
    max_rows: int = 1_000,
    seconds: float = 20.0,
) -> Importance | None:
    """The mean and standard deviation, over some shuffles, of what each column is worth to the score.

    X_validation : (n_rows, n_columns), before preprocessing. positions : (n_rows,) into `target`.
    weight : (n_rows,), or None. seconds : slow models are asked for fewer rows and shuffles, and at last fewer columns.
    The same call gives the same numbers, unless it has to be cut for time. None when the score does not apply.
    """
    part = draw(len(positions), max_rows)
    rows = _Rows(X_validation.iloc[part], target, positions[part], None if weight is None else weight[part])
    deadline = time.perf_counter() + seconds
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what prediction has to say is told where the scores are made
        names = list(X_validation.columns[:_MOST_COLUMNS])
        rows, repeats = _affordable(fitted, rows, len(names), seconds)
        baseline = score(rows.predicted(fitted, rows.X))
        if np.isnan(baseline):
            return None
        draws = _draws(fitted, rows, score, names, repeats, deadline)
    sign = 1.0 if score.greater_is_better else -1.0
    losses = {name: sign * (baseline - np.array(values)) for name, values in draws.items()}
    note = _note(len(rows.positions), len(positions), len(losses), X_validation.shape[1], repeats)
    return _importance(score.name, losses, note)


@dataclass(frozen=True, eq=False)
class _Rows:
    """The validation rows that are used, in their order."""

    X: pd.DataFrame
    target: Target
    positions: NDArray[np.int64]
    weight: NDArray[np.float64] | None

    def first(self, count: int) -> _Rows:
        weight = None if self.weight is None else self.weight[:count]
        return _Rows(self.X.iloc[:count], self.target, self.positions[:count], weight)

    def predicted(self, fitted: Any, X: pd.DataFrame) -> Predictions:
        """Predictions for `X`, which holds these rows any number of times over."""
        times = len(X) // len(self.positions)
        positions = np.tile(self.positions, times)
        y_true = self.target.encoded[positions]
        weight = None if self.weight is None else np.tile(self.weight, times)
        return predict(fitted, X, self.target, positions, y_true=y_true, weight=weight)


def _affordable(fitted: Any, rows: _Rows, n_columns: int, seconds: float) -> tuple[_Rows, int]:
    """Fewer rows, then fewer shuffles, while all columns would take longer than the time there is."""
    repeats = _REPEATS
    calls = n_columns * repeats
    expected = calls * _seconds(fitted, rows)
    if expected > seconds:  # the first call may have loaded something
        expected = calls * _seconds(fitted, rows)
    count = len(rows.positions)
    while expected > seconds and count > _FEWEST_ROWS:
        count, expected = count // 2, expected / 2
    while expected > seconds and repeats > 1:
        repeats, expected = repeats - 1, expected * (repeats - 1) / repeats
    return rows.first(count), repeats


def _seconds(fitted: Any, rows: _Rows) -> float:
    begun = time.perf_counter()
    rows.predicted(fitted, rows.X)
    return time.perf_counter() - begun


def _draws(fitted: Any, rows: _Rows, score: Scorer, names: Sequence[str], repeats: int, deadline: float) -> Draws:
    """The scores of each column's shuffles; columns are left out once the deadline has passed."""
    draws: Draws = {}
    for block in _blocks(names, len(rows.positions) * repeats, rows.X.shape[1]):
        if draws and time.perf_counter() > deadline:
            break
        predictions = rows.predicted(fitted, _shuffled(rows.X, block, repeats))
        values = [score(piece) for piece in _pieces(predictions, len(rows.positions))]
        for place, name in enumerate(block):
            draws[name] = values[place * repeats : (place + 1) * repeats]
    return draws


def _blocks(names: Sequence[str], rows_a_column: int, n_columns: int) -> Iterator[Sequence[str]]:
    """Columns that are shuffled in one call of the model, as many as keep it within bounds."""
    most = min(_ROWS_A_CALL, _CELLS_A_CALL // n_columns)
    size = max(1, most // rows_a_column)
    yield from (names[start : start + size] for start in range(0, len(names), size))


def _shuffled(X: pd.DataFrame, block: Sequence[str], repeats: int) -> pd.DataFrame:
    """`X` below itself, `repeats` times a column of the block, that column shuffled in those rows."""
    n_rows = len(X)
    order = np.tile(np.arange(n_rows), len(block) * repeats)
    stacked = X.take(order).reset_index(drop=True)
    for place, name in enumerate(block):
        shuffled = order.copy()
        start = place * repeats * n_rows
        shuffled[start : start + repeats * n_rows] = _permutations(n_rows, repeats)
        stacked[name] = X[name].array.take(shuffled)
    return stacked


def _permutations(n_rows: int, repeats: int) -> NDArray[np.int64]:
    """The same for every column, so that a column's importance does not depend on what other columns there are."""
    generator = np.random.default_rng(0)
    return np.concatenate([generator.permutation(n_rows) for _ in range(repeats)])


def _pieces(predictions: Predictions, n_rows: int) -> Iterator[Predictions]:
    for start in range(0, len(predictions.positions), n_rows):
        part = slice(start, start + n_rows)
        yield replace(
            predictions,
            y_pred=predictions.y_pred[part],
            positions=predictions.positions[part],
            y_true=_cut(predictions.y_true, part),
            y_score=_cut(predictions.y_score, part),
            weight=_cut(predictions.weight, part),
        )


def _cut(values: NDArray[Any] | None, part: slice) -> NDArray[Any] | None:
    return None if values is None else values[part]


def _importance(metric: str, losses: dict[str, NDArray[np.float64]], note: str | None) -> Importance:
    ranked = sorted(losses, key=lambda name: -float(losses[name].mean()))
    return Importance(
        metric=metric,
        features=tuple(map(str, ranked)),
        mean=tuple(float(losses[name].mean()) for name in ranked),
        std=tuple(float(losses[name].std()) for name in ranked),
        note=note,
    )


def _note(n_rows: int, of_rows: int, n_columns: int, of_columns: int, repeats: int) -> str:
    shuffles = f"{repeats} shuffles a column" if repeats > 1 else "one shuffle a column"
    rows = f"on {format_count(n_rows)} of {format_count(of_rows)} validation rows" if n_rows < of_rows else ""
    columns = f"the first {format_count(n_columns)} of {format_count(of_columns)} columns"
    return ", ".join(part for part in (shuffles, rows, columns if n_columns < of_columns else "") if part)
