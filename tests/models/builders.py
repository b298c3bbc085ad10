"""Targets, data sets and configurations in one line, and the runs that come of them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from report.config.schema import Config
from report.core.progress import Silent
from report.core.values import DataDescription, Dataset, Split, Target, Task
from report.models import fit_models

REPOSITORY = Path(__file__).parent / "repository"


def classes_target(labels, *, dtype=None):
    """A target as the data room makes it."""
    values = np.asarray(labels, dtype=object if isinstance(labels[0], str) else dtype)
    classes, encoded = np.unique(values, return_inverse=True)
    task = Task.BINARY if len(classes) == 2 else Task.MULTICLASS
    positive = 1 if task is Task.BINARY else None
    return Target(task, ("y",), values, encoded.astype(np.int64), tuple(classes.tolist()), positive)


def numbers_target(values):
    values = np.asarray(values, dtype=np.float64)
    if values.ndim == 1:
        return Target(Task.REGRESSION, ("y",), values, values)
    names = tuple(f"y{i}" for i in range(values.shape[1]))
    return Target(Task.MULTIOUTPUT, names, values, values)


def labels_target(values):
    values = np.asarray(values, dtype=np.int64)
    names = tuple(f"l{i}" for i in range(values.shape[1]))
    return Target(Task.MULTILABEL, names, values, values, names)


def make_dataset(features, target, **columns):
    frame = features if isinstance(features, pd.DataFrame) else pd.DataFrame(features).add_prefix("x")
    return Dataset(
        frame, target, np.arange(len(frame), dtype=np.uint64), DataDescription("test", "", len(frame), ()), **columns
    )


def halves(dataset, method="hash"):
    """Every third row validates."""
    rows = np.arange(len(dataset.features))
    return Split(rows[rows % 3 != 0], rows[rows % 3 == 0], method, "every third row")


def configured(models, **keys):
    return Config.model_validate({"data": {"source": "test.csv"}, "models": models, "compute": {"jobs": 2}, **keys})


def fitted(models, dataset, *, split=None, root=REPOSITORY, score=None, curves="auto", progress=None, **keys):
    """The runs by name."""
    config = models if isinstance(models, Config) else configured(models, **keys)
    split, progress = split or halves(dataset), progress or Silent()
    runs = fit_models(config, dataset, split, root=root, score=score, curves=curves, progress=progress)
    return {run.name: run for run in runs}
