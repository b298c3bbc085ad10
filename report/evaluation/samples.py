"""Output samples: some rows, and what every model says of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd

from ..core.losses import row_losses
from ..core.results import SamplePrediction, Samples
from ..core.text import cell_text, label_text, label_texts
from ..core.values import Dataset, ModelRun, Predictions, Target, Task

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

MAX_COLUMNS = 6
MAX_IMAGES = 24


@dataclass(frozen=True, eq=False)
class _Draw:
    """Some rows of one table. rows : (n_samples,) positions into the predictions of every model."""

    kind: Literal["new", "validation", "worst"]
    table: pd.DataFrame
    asked: Mapping[str, Predictions]  # by model
    rows: NDArray[np.int64]

    @property
    def positions(self) -> NDArray[np.int64]:
        """Positions into the table."""
        return next(iter(self.asked.values())).positions[self.rows]


def output_samples(dataset: Dataset, runs: Sequence[ModelRun], best: str | None, n_rows: int) -> tuple[Samples, ...]:
    """New rows, or validation rows when there are none; and those that the best model is most wrong about.

    At most `n_rows` of each kind, and 24 where they are pictures.
    """
    pictured = has_pictures(dataset)
    count = min(n_rows, MAX_IMAGES) if pictured else n_rows
    if not count:
        return ()
    columns = () if pictured else _columns(dataset, next((run for run in runs if run.name == best), None))
    usual = _new_rows(dataset, runs, count) or _validation_rows(dataset, runs, count)
    draws = (usual, _worst_rows(dataset, runs, best, count))
    return tuple(_samples(draw, dataset, columns) for draw in draws if draw is not None)


def has_pictures(dataset: Dataset) -> bool:
    """Whether an image shape is given, and the features are so many numbers."""
    features, shape = dataset.features, dataset.image_shape
    if shape is None or features.shape[1] != shape[0] * shape[1]:
        return False
    return all(pd.api.types.is_numeric_dtype(kind) for kind in features.dtypes)


def _new_rows(dataset: Dataset, runs: Sequence[ModelRun], count: int) -> _Draw | None:
    asked = {run.name: run.new for run in runs if run.new is not None}
    if dataset.new is None or not asked or not len(dataset.new):
        return None
    return _Draw("new", dataset.new, asked, np.arange(min(count, len(dataset.new))))


def _validation_rows(dataset: Dataset, runs: Sequence[ModelRun], count: int) -> _Draw | None:
    """Rows drawn by their keys alone, so that the same rows are shown whatever other rows surround them."""
    asked = _validation(runs)
    if not asked:
        return None
    keys, first = np.unique(dataset.keys[next(iter(asked.values())).positions], return_index=True)
    drawn = first[np.argsort(_mixed(keys))[:count]]
    return _Draw("validation", dataset.features, asked, np.sort(drawn))


def _worst_rows(dataset: Dataset, runs: Sequence[ModelRun], best: str | None, count: int) -> _Draw | None:
    """The rows with the greatest loss of the best model, the worst first; of classes only those that it gets wrong."""
    asked = _validation(runs)
    if best is None or best not in asked:
        return None
    predictions = asked[best]
    losses = row_losses(dataset.task, predictions)
    wrong = np.asarray(predictions.y_true != predictions.y_pred)
    candidates = np.flatnonzero((wrong if wrong.ndim == 1 else wrong.any(axis=1)) & np.isfinite(losses))
    worst = candidates[np.argsort(-losses[candidates], kind="stable")[:count]]
    return _Draw("worst", dataset.features, asked, worst) if len(worst) else None


def _validation(runs: Sequence[ModelRun]) -> dict[str, Predictions]:
    return {run.name: run.validation for run in runs if run.validation is not None and len(run.validation.positions)}


def _mixed(keys: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Keys in another order (the finaliser of SplitMix64), as their own order already decides the split."""
    mixed = keys ^ np.uint64(0x9E3779B97F4A7C15)
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return mixed ^ (mixed >> np.uint64(31))


def _columns(dataset: Dataset, best: ModelRun | None) -> tuple[str, ...]:
    """The features that are shown: those that matter most to the best model where that is known, else the first."""
    names = [str(name) for name in dataset.features.columns]
    known = best.importance.features if best is not None and best.importance is not None else ()
    ordered = dict.fromkeys([*(name for name in known if name in names), *names])
    return tuple(ordered)[:MAX_COLUMNS]


def _samples(draw: _Draw, dataset: Dataset, columns: tuple[str, ...]) -> Samples:
    target = dataset.target
    rows = draw.table.iloc[draw.positions]
    truth = next(iter(draw.asked.values())).y_true if draw.kind != "new" else None
    return Samples(
        kind=draw.kind,
        columns=columns,
        rows=_row_names(draw, dataset),
        cells=_cells(rows, columns),
        predictions={name: _answers(asked.take(draw.rows), target) for name, asked in draw.asked.items()},
        truth=None if truth is None else label_texts(truth[draw.rows], target),
        images=_images(rows, dataset),
    )


def _row_names(draw: _Draw, dataset: Dataset) -> tuple[str, ...]:
    """Ids where there are, else positions in the file, from 1."""
    positions, given = draw.positions, dataset.given_validation
    ids = dataset.new_ids if draw.kind == "new" else dataset.ids
    if ids is not None:
        return tuple(cell_text(name) for name in ids[positions])
    if given is not None and draw.kind != "new":
        positions = np.searchsorted(np.flatnonzero(given), positions)
    return tuple(f"row {position + 1:,}" for position in positions)


def _cells(rows: pd.DataFrame, columns: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    chosen = [[cell_text(value) for value in rows.iloc[:, _place(rows, name)]] for name in columns]
    return tuple(zip(*chosen, strict=True)) if columns else tuple(() for _ in range(len(rows)))


def _place(rows: pd.DataFrame, name: str) -> int:
    return [str(column) for column in rows.columns].index(name)


def _answers(predictions: Predictions, target: Target) -> tuple[SamplePrediction, ...]:
    single = target.task in (Task.BINARY, Task.MULTICLASS)
    chances = predictions.y_score if single and predictions.score_kind == "probability" else None
    truth = predictions.y_true if target.task.is_classification else None
    return tuple(
        SamplePrediction(
            text=label_text(answer, target),
            probability=None if chances is None else float(chances[row, answer]),
            correct=None if truth is None else bool(np.all(truth[row] == answer)),
        )
        for row, answer in enumerate(predictions.y_pred)
    )


def _images(rows: pd.DataFrame, dataset: Dataset) -> NDArray[np.float64] | None:
    """(n_samples, height, width)."""
    if dataset.image_shape is None or not has_pictures(dataset):
        return None
    return rows.to_numpy(dtype=np.float64, na_value=np.nan).reshape(len(rows), *dataset.image_shape)
