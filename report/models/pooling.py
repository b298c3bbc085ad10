"""The fits of all folds as one run: every row with the answer of the model that had not seen it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from ..core.values import Predictions

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from ..core.values import Dataset, ModelRun, Split
    from .units import FitPart


def known(answers: Predictions | None, dataset: Dataset, positions: NDArray[np.int64] | None = None) -> Predictions:
    """Answers with what is known of their rows. positions : an array of these that is there already."""
    assert answers is not None  # noqa: S101 — the fit's process saves them together
    at = answers.positions if positions is None else positions
    return replace(
        answers,
        positions=at,
        y_true=dataset.target.encoded[at],
        weight=None if dataset.weight is None else dataset.weight[at],
        group=None if dataset.group is None else dataset.group[at],
    )


def of_folds(run: ModelRun, fits: Sequence[FitPart], dataset: Dataset, split: Split) -> ModelRun:
    """The run of the first fold with the answers of all: of validation rows in the order of the split.

    Training answers are those of every model about its own training rows, so that each row counts once a model. The
    time to fit is that of an average fold; curve, importance and size are of the first one. fits : of the folds, and
    of all rows where there are new ones.
    """
    parts = [fit for fit in fits if fit.train is not None and fit.validation is not None]
    held_out = [known(fit.validation, dataset) for fit in parts]
    together = pooled(held_out)
    order = np.argsort(together.positions)[np.argsort(np.argsort(split.validation))]
    return replace(
        run,
        train=pooled([known(fit.train, dataset) for fit in parts]),
        validation=together.take(order),
        new=next((fit.new for fit in fits if fit.new is not None), None),
        folds=tuple(held_out),
        fit_seconds=_mean([fit.fit_seconds for fit in parts]),
        predict_seconds=None if run.predict_seconds is None else run.predict_seconds * len(parts),
        curve=run.curve and replace(run.curve, note=_of_first(run.curve.note, len(parts))),
        importance=run.importance and replace(run.importance, note=_of_first(run.importance.note, len(parts))),
    )


def pooled(answers: Sequence[Predictions]) -> Predictions:
    """Answers of several models as one; without scores where these are not of one kind."""
    kinds = {part.score_kind for part in answers}
    return Predictions(
        y_pred=np.concatenate([part.y_pred for part in answers]),
        positions=np.concatenate([part.positions for part in answers]),
        y_true=_joined([part.y_true for part in answers]),
        y_score=_joined([part.y_score for part in answers]) if len(kinds) == 1 else None,
        score_kind=kinds.pop() if len(kinds) == 1 else None,
        weight=_joined([part.weight for part in answers]),
        group=_joined([part.group for part in answers]),
    )


def _joined(arrays: Sequence[NDArray[Any] | None]) -> NDArray[Any] | None:
    there = [array for array in arrays if array is not None]
    return np.concatenate(there) if len(there) == len(arrays) else None


def _mean(seconds: Sequence[float | None]) -> float | None:
    there = [value for value in seconds if value is not None]
    return sum(there) / len(there) if there else None


def _of_first(note: str | None, n_folds: int) -> str:
    return "; ".join(part for part in (f"of the first of {n_folds} folds", note) if part)
