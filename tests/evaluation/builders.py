"""Targets, predictions and runs as the other rooms would pass them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from report.core.values import (
    DataDescription,
    Dataset,
    ModelRun,
    Predictions,
    Split,
    Target,
    Task,
)

OUTPUTS = 3
CLASSES = {Task.BINARY: ("bad", "good"), Task.MULTICLASS: ("blue", "green", "red"), Task.MULTILABEL: ("a", "b", "c")}


def make_target(task: Task, encoded: np.ndarray | None = None, classes: tuple | None = None) -> Target:
    classes = CLASSES.get(task, ()) if classes is None else classes
    encoded = np.zeros(0, dtype=np.int64) if encoded is None else encoded
    values = np.array(classes, dtype=object)[encoded] if task in (Task.BINARY, Task.MULTICLASS) else encoded
    names = tuple(f"y{i}" for i in range(OUTPUTS)) if task.is_multi else ("y",)
    return Target(task, names, values, encoded, classes, 1 if task is Task.BINARY else None)


def random_rows(
    task: Task, n_rows: int = 60, *, seed: int = 0, weighted: bool = False, ties: bool = False
) -> Predictions:
    """Predictions that are right more often than not; regression has positive numbers, so that every metric applies."""
    rng = np.random.default_rng(seed)
    weight = rng.uniform(0.2, 3.0, n_rows) if weighted else None
    rows = np.arange(n_rows)
    if not task.is_classification:
        shape = (n_rows, OUTPUTS) if task is Task.MULTIOUTPUT else (n_rows,)
        y_true = rng.gamma(2.0, 2.0, shape) + 0.1
        return Predictions(y_true * rng.uniform(0.5, 1.6, shape), rows, y_true, weight=weight)
    if task is Task.MULTILABEL:
        y_true = rng.integers(0, 2, (n_rows, OUTPUTS))
        score = np.clip(0.35 * y_true + rng.uniform(0, 0.65, y_true.shape), 0.01, 0.99)
        score = score.round(1) if ties else score
        return Predictions((score > 0.5).astype(np.int64), rows, y_true, score, "probability", weight)
    n_classes = len(CLASSES[task])
    y_true = rng.integers(0, n_classes, n_rows)
    score = rng.dirichlet(np.ones(n_classes), n_rows) + 0.5 * np.eye(n_classes)[y_true]
    score = (score.round(1) + 0.05) if ties else score
    score /= score.sum(axis=1, keepdims=True)
    return Predictions(score.argmax(axis=1), rows, y_true, score, "probability", weight)


def perfect_rows(task: Task, n_rows: int = 60) -> Predictions:
    """Predictions that are all right, and certain."""
    rows = random_rows(task, n_rows)
    if not task.is_classification:
        return replace(rows, y_pred=rows.y_true.copy())
    score = rows.y_true.astype(float) if task is Task.MULTILABEL else np.eye(len(CLASSES[task]))[rows.y_true]
    return replace(rows, y_pred=rows.y_true.copy(), y_score=score)


def make_dataset(task: Task, encoded: np.ndarray, *, features: pd.DataFrame | None = None, **fields: object) -> Dataset:
    n_rows = len(encoded)
    if features is None:
        features = pd.DataFrame({"x": np.arange(n_rows) / 10, "name": [f"row {i}" for i in range(n_rows)]})
    classes = fields.pop("classes", None)
    return Dataset(
        features=features,
        target=make_target(task, encoded, classes),
        keys=np.random.default_rng(5).integers(0, 2**63, n_rows).astype(np.uint64),
        description=DataDescription("data.csv", "0" * 64, n_rows, ()),
        **fields,
    )


def make_split(n_rows: int, n_train: int) -> Split:
    return Split(np.arange(n_train), np.arange(n_train, n_rows), "hash", "80% train")


def make_run(name: str, train: Predictions | None = None, validation: Predictions | None = None, **fields) -> ModelRun:
    return ModelRun(
        name=name,
        estimator=fields.pop("estimator", "sklearn.linear_model.LogisticRegression"),
        params={},
        train=train,
        validation=validation,
        fit_seconds=fields.pop("fit_seconds", 1.5),
        predict_seconds=0.25,
        size_bytes=1234,
        **fields,
    )


def halves(rows: Predictions, n_train: int) -> tuple[Predictions, Predictions]:
    """The rows of a data set, split as `make_split` does."""

    def part(where: slice) -> Predictions:
        names = ("y_pred", "positions", "y_true", "y_score", "weight")
        arrays = {name: getattr(rows, name) for name in names}
        return replace(rows, **{name: array[where] for name, array in arrays.items() if array is not None})

    return part(slice(None, n_train)), part(slice(n_train, None))
