"""Permutation importance: how much worse a score gets on validation rows when one column of the raw data is shuffled.

Breiman, "Random Forests", Machine Learning 45 (2001).
"""

from __future__ import annotations

import time
import warnings
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from ..core.errors import ModelError
from ..core.numbers import format_count
from ..core.values import Importance
from .curves.rows import draw
from .predicting import predict

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    import pandas as pd
    from numpy.typing import NDArray

    from ..core.scoring import Scorer
    from ..core.values import Predictions, Target

    Draws = dict[str, list[float]]

_ROWS_A_CALL = 50_000
_CELLS_A_CALL = 2_000_000
_ROWS_ASKED = (20_000, 50_000)  # rows × columns × shuffles: at least and at most; between, as many as there are rows
_MOST_CELLS_ASKED = 25_000_000
_MOST_ROWS = 1_000
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
    time_left: Callable[[], float],
) -> Importance | None:
    """The mean and standard deviation, over some shuffles, of what each column is worth to the score.

    X_validation : (n_rows, n_columns), before preprocessing. positions : (n_rows,) into `target`.
    weight : (n_rows,), or None. time_left : seconds until the model's time limit.
    How many rows, shuffles and columns are used follows from how many there are, never from the clock: the same call
    gives the same numbers on every machine. None when the score does not apply.
    Raises ModelError where the model is so slow that the time limit would end it.
    """
    n_columns = X_validation.shape[1]
    budget = budget_for(len(positions), n_columns, len(target.encoded))
    part = draw(len(positions), budget.rows)
    rows = _Rows(X_validation.iloc[part], target, positions[part], None if weight is None else weight[part])
    names, repeats = list(X_validation.columns[: budget.columns]), budget.repeats
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what prediction has to say is told where the scores are made
        baseline = score(_in_time(fitted, rows, len(names) * repeats, time_left))
        if np.isnan(baseline):
            return None
        draws = _draws(fitted, rows, score, names, repeats)
    sign = 1.0 if score.greater_is_better else -1.0
    losses = {name: sign * (baseline - np.array(values)) for name, values in draws.items()}
    note = _note(len(rows.positions), len(positions), len(losses), n_columns, repeats)
    return _importance(score.name, losses, note)


class Budget(NamedTuple):
    """How many rows, columns and shuffles of each column are used."""

    rows: int
    columns: int
    repeats: int


def budget_for(n_rows: int, n_columns: int, n_asked: int) -> Budget:
    """All of them, as far as the model is not asked about more rows and cells than are worth it.

    At first there are fewer rows, then fewer shuffles, at last fewer columns. n_asked : rows of both sides, which the
    model has been asked about: this is not to take much longer.
    """
    least, most = _ROWS_ASKED
    asked = min(max(n_asked, least), most, _MOST_CELLS_ASKED // n_columns)
    columns = min(n_columns, _MOST_COLUMNS)
    rows = min(n_rows, _MOST_ROWS, max(asked // (columns * _REPEATS), _FEWEST_ROWS))
    repeats = min(max(asked // (columns * rows), 1), _REPEATS)
    return Budget(rows, min(columns, max(asked // (rows * repeats), 1)), repeats)


@dataclass(frozen=True, eq=False)
class _Rows:
    """The validation rows that are used, in their order."""

    X: pd.DataFrame
    target: Target
    positions: NDArray[np.int64]
    weight: NDArray[np.float64] | None

    def predicted(self, fitted: Any, X: pd.DataFrame) -> Predictions:
        """Predictions for `X`, which holds these rows any number of times over."""
        times = len(X) // len(self.positions)
        positions = np.tile(self.positions, times)
        y_true = self.target.encoded[positions]
        weight = None if self.weight is None else np.tile(self.weight, times)
        return predict(fitted, X, self.target, positions, y_true=y_true, weight=weight)


def _in_time(fitted: Any, rows: _Rows, calls: int, time_left: Callable[[], float]) -> Predictions:
    """Predictions of the rows as they are. Raises ModelError where as many `calls` more would take too long."""
    begun = time.perf_counter()
    answers = rows.predicted(fitted, rows.X)
    if (time.perf_counter() - begun) * calls > time_left():  # the first call may have loaded something
        begun = time.perf_counter()
        answers = rows.predicted(fitted, rows.X)
        if (time.perf_counter() - begun) * calls > time_left():
            raise ModelError(
                f"{format_count(calls)} predictions of {format_count(len(rows.positions))} rows would take longer "
                "than the time limit",
                hint="leave `importance` out of `report.plots`",
            )
    return answers


def _draws(fitted: Any, rows: _Rows, score: Scorer, names: Sequence[str], repeats: int) -> Draws:
    """The scores of each column's shuffles."""
    draws: Draws = {}
    for block in _blocks(names, len(rows.positions) * repeats, rows.X.shape[1]):
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
