"""What flows from stage to stage, up to the boundary between models and everything above: `ModelRun`.

All arrays are read-only by convention; nobody writes into a value that was passed in.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, TypeVar

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    from .rows import RawRows

Made = TypeVar("Made")
Label: TypeAlias = str | int | float | bool
SplitName: TypeAlias = Literal["train", "validation"]
CurveKind: TypeAlias = Literal["iteration", "epoch", "training size"]
ScoreKind: TypeAlias = Literal["probability", "decision"]
Curves: TypeAlias = Literal["auto", "iteration", "none"]  # the learning curves that are made: see `ReportConfig`


class Task(str, Enum):
    """What is predicted."""

    BINARY = "binary classification"
    MULTICLASS = "multiclass classification"
    MULTILABEL = "multilabel classification"
    REGRESSION = "regression"
    MULTIOUTPUT = "multi-output regression"

    @property
    def is_classification(self) -> bool:
        return self in (Task.BINARY, Task.MULTICLASS, Task.MULTILABEL)

    @property
    def is_multi(self) -> bool:
        """Whether the target has several columns."""
        return self in (Task.MULTILABEL, Task.MULTIOUTPUT)


@dataclass(frozen=True)
class Notice:
    """Something that a reader of the report should know; a warning when `severity` says so."""

    message: str
    hint: str | None = None
    severity: Literal["warning", "note"] = "warning"
    subject: str | None = None  # the model or column it is about
    # What the comparison needs to know: see `check_labels` and `column_notices`.
    kind: Literal["labels apart", "target given away"] | None = None


@dataclass(frozen=True, eq=False)
class Target:
    """What is predicted, in the form that estimators take and in the form that is evaluated.

    values : (n_rows,) or (n_rows, n_outputs), as a user would pass them to `fit`
        (strings as object arrays, booleans as bool, integers as int64, regression as float64).
    encoded : classification: (n_rows,) int64, index into `classes`; multilabel: (n_rows, n_outputs) int64 of 0 and 1;
        regression: float64, (n_rows,) or (n_rows, n_outputs).
    classes : the labels in sorted order (for multilabel the names of the outputs); empty for regression.
    positive : binary tasks: the index into `classes` of the positive class.
    """

    task: Task
    names: tuple[str, ...]
    values: NDArray[Any]
    encoded: NDArray[Any]
    classes: tuple[Label, ...] = ()
    positive: int | None = None

    @property
    def other(self) -> Task | None:
        """What it would be by the other `task`: numbers may be quantities or, without a fraction, labels."""
        if self.task.is_classification:
            quantities = Task.MULTIOUTPUT if self.task.is_multi else Task.REGRESSION
            return quantities if self.values.dtype.kind in "iuf" else None
        distinct = set(self.values.ravel().tolist())
        if self.task.is_multi:
            return Task.MULTILABEL if distinct <= {0, 1} else None
        if len(distinct) < 2 or not all(float(value).is_integer() for value in distinct):
            return None
        return Task.BINARY if len(distinct) == 2 else Task.MULTICLASS

    @property
    def other_task(self) -> Literal["classification", "regression"] | None:
        """What `task` could say instead."""
        if self.other is None:
            return None
        return "classification" if self.other.is_classification else "regression"


@dataclass(frozen=True)
class ColumnSummary:
    """One column of the data as the report describes it."""

    name: str
    kind: Literal["number", "boolean", "category", "text", "date", "other"]
    missing: int
    unique: int | None


@dataclass(frozen=True)
class DataDescription:
    """The data in figures. `fingerprint` is a SHA-256 over the rows, whatever their order."""

    source: str
    fingerprint: str
    n_rows: int
    columns: tuple[ColumnSummary, ...]
    notices: tuple[Notice, ...] = ()


@dataclass(frozen=True, eq=False)
class Dataset:
    """Every labelled row, before it is split, and the rows without labels.

    features : (n_rows, n_features) with a fresh RangeIndex; exactly what the estimators may see.
    keys : (n_rows,) uint64, equal for rows with equal content (or equal `id`), whatever the order or dtype of columns.
    weight : (n_rows,) float64, finite and not negative. group : (n_rows,) object.
    time : (n_rows,) datetime64 or number.
    slices : (n_rows, n_slices), the columns that scores are broken down by.
    new : (n_new, n_features), the same columns as `features`.
    given_validation : (n_rows,) whether a row is of the separate validation file, when there is one.
    ids, new_ids : (n_rows,) and (n_new,), the values of the `id` column, when there is one.
    raw : the rows as the source has them.
    rank : (n_rows,) int64, the place of each row when models are fitted, the same whatever the order of the file; None
        where models are to see the order of the file.
    """

    features: pd.DataFrame
    target: Target
    keys: NDArray[np.uint64]
    description: DataDescription
    weight: NDArray[np.float64] | None = None
    group: NDArray[Any] | None = None
    time: NDArray[Any] | None = None
    slices: pd.DataFrame | None = None
    new: pd.DataFrame | None = None
    new_keys: NDArray[np.uint64] | None = None
    given_validation: NDArray[np.bool_] | None = None
    image_shape: tuple[int, int] | None = None
    ids: NDArray[Any] | None = None
    new_ids: NDArray[Any] | None = None
    raw: RawRows | None = None
    rank: NDArray[np.int64] | None = None

    @property
    def task(self) -> Task:
        return self.target.task


@dataclass(frozen=True, eq=False)
class Split:
    """Which rows train and which validate: positions into `Dataset`, (n_train,) and (n_validation,) int64, disjoint.

    settings : what the user says about the split, such as its size and seed; what follows from the columns is no part.
    folds : (n_rows,) int64, the fold of each row, where the validation rows of a fold are predicted by a model that was
    fitted on the training rows of the others: then all rows are on both sides. None for one model.
    """

    train: NDArray[np.int64]
    validation: NDArray[np.int64]
    method: str  # hash | random | group | time | given | folds
    description: str  # one sentence for the report
    notices: tuple[Notice, ...] = ()
    settings: Mapping[str, Any] = field(default_factory=dict)
    folds: NDArray[np.int64] | None = None


@dataclass(frozen=True, eq=False)
class Predictions:
    """What one model says of some rows: the boundary between models and everything above.

    y_true : like `Target.encoded` for these rows; None for rows without labels.
    y_pred : the same form as `y_true`.
    y_score : None, or float64: binary and multiclass (n_rows, n_classes) in the order of `Target.classes`
        (a binary decision function gives two columns, -d and d); multilabel (n_rows, n_outputs), of the positive side.
    score_kind : "probability" when the rows of `y_score` are probabilities, "decision" for any other real score.
    positions : (n_rows,) int64 into `Dataset` (or into `Dataset.new`).
    """

    y_pred: NDArray[Any]
    positions: NDArray[np.int64]
    y_true: NDArray[Any] | None = None
    y_score: NDArray[np.float64] | None = None
    score_kind: ScoreKind | None = None
    weight: NDArray[np.float64] | None = None
    group: NDArray[Any] | None = None

    def by_score(self, column: int) -> NDArray[np.int64]:
        """The rows from the lowest value of a column of `y_score` to the highest, (n_rows,); sorted once."""
        if (scores := self.y_score) is None:
            raise ValueError("needs scores")
        return self.once(("order", column), scores[:, column].argsort)

    def once(self, name: Hashable, make: Callable[[], Made]) -> Made:
        """What is made from these predictions under a name, kept with them: many metrics need the same."""
        if name not in self._made:
            self._made[name] = make()
        made: Made = self._made[name]
        return made

    @cached_property
    def _made(self) -> dict[Hashable, Any]:
        return {}

    def take(self, rows: NDArray[Any]) -> Predictions:
        """Some of the rows, by position (also repeatedly) or by mask."""
        names = ("y_pred", "positions", "y_true", "y_score", "weight", "group")
        arrays = {name: getattr(self, name) for name in names}
        return replace(self, **{name: array[rows] for name, array in arrays.items() if array is not None})


@dataclass(frozen=True, eq=False)
class MetricCurve:
    """A metric at the points of a loss curve; `train`, `validation`: (n_points,) float64, NaN where it has no value."""

    metric: str  # as in the configuration
    title: str  # as in the report
    greater_is_better: bool
    train: NDArray[np.float64]
    validation: NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class LossCurve:
    """Loss over the course of training; `x`, `train`, `validation`: (n_points,) float64, NaN where unknown.

    metric : the report's metric at the same points, from the same answers on the same rows.
    """

    kind: CurveKind
    loss: str  # the loss's name, such as "log loss" or "mean squared error"
    x: NDArray[np.float64]
    train: NDArray[np.float64]
    validation: NDArray[np.float64]
    note: str | None = None  # such as "on 100,000 of 800,000 training rows"
    metric: MetricCurve | None = None


@dataclass(frozen=True)
class Importance:
    """Permutation importance: how much worse `metric` gets on validation rows when a column is shuffled.

    One entry a feature, largest mean first; `note` tells a cap on rows or columns.
    """

    metric: str
    features: tuple[str, ...]
    mean: tuple[float, ...]
    std: tuple[float, ...]
    note: str | None = None


@dataclass(frozen=True, eq=False)
class SeedRun:
    """The same model fitted again with another seed."""

    seed: int
    train: Predictions
    validation: Predictions


@dataclass(frozen=True, eq=False)
class ModelRun:
    """One model of the configuration, fitted and asked; or the reason why it could not be.

    params : what the configuration gave, flattened (`final__C`), as text.
    preprocessing : one sentence on what was done to the columns.
    folds : cross-validation, the held-out predictions of each fold, in order (repeats follow one another).
    output : the last lines that the model printed, kept when it failed.
    is_fixed : whether it is known that no seed can change the fit, where seeds were asked for.
    fit_seconds, predict_seconds : wall time; the latter of predicting the validation rows. size_bytes : pickled.
    unfair : why its answers cannot be held against those of another model, in words; None where they can.
    code : files of the repository that its fits have loaded, by name from the top; None where that is not known.
    """

    name: str
    estimator: str
    params: Mapping[str, str]
    status: Literal["ok", "failed", "timed out"] = "ok"
    reason: str | None = None
    output: str | None = None
    preprocessing: str = ""
    train: Predictions | None = None
    validation: Predictions | None = None
    new: Predictions | None = None
    curve: LossCurve | None = None
    importance: Importance | None = None
    folds: tuple[Predictions, ...] = ()
    seeds: tuple[SeedRun, ...] = ()
    is_fixed: bool = False
    fit_seconds: float | None = None
    predict_seconds: float | None = None
    size_bytes: int | None = None
    notices: tuple[Notice, ...] = field(default=())
    unfair: str | None = None
    code: tuple[str, ...] | None = None
