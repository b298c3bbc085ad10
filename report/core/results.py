"""What evaluation and comparison find out, ready to be shown: nothing here needs another computation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from .values import DataDescription, Importance, Label, LossCurve, Notice, SplitName, Task

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True)
class MetricInfo:
    """What a reader needs to know of a metric to read its value: only here is said whether greater is better."""

    name: str  # as in the configuration: "f1_macro"
    title: str  # as in the report: "F1 (macro)"
    greater_is_better: bool
    unit: str = ""  # "" or "s" or "bytes"
    digits: int = 4  # significant places after the decimal point
    best: float | None = None  # the value of a perfect model, where there is one
    description: str = ""  # one sentence with its definition
    is_share: bool = False  # within 0 and 1, so that a change of it is told in points of a hundred


@dataclass(frozen=True)
class Interval:
    """A confidence interval."""

    low: float
    high: float
    level: float = 0.95


@dataclass(frozen=True)
class Score:
    """One metric of one model on one split; `value` is None exactly when `status` is not "ok": see `reason`."""

    model: str
    metric: str
    split: SplitName
    value: float | None
    status: Literal["ok", "not applicable", "failed"] = "ok"
    reason: str | None = None
    note: str | None = None  # what to know of this value, such as which loss it is
    few: str | None = None  # the kinds of rows that it rests on and that are few: "2 rows of class 'yes'"


@dataclass(frozen=True)
class Guess:
    """What the same answer for every validation row scores: a model has to be better.

    by : how it is made from the training rows, in words. no_better : the models that are not, by the primary metric.
    """

    by: str
    scores: tuple[Score, ...]
    no_better: tuple[str, ...] = ()


@dataclass(frozen=True)
class Spread:
    """One metric over several fits (folds or seeds), in their order, with mean and standard deviation (n - 1)."""

    model: str
    metric: str
    values: tuple[float | None, ...]
    mean: float | None
    std: float | None


@dataclass(frozen=True)
class SliceScore:
    """One metric of one model on the validation rows that have one value in one column."""

    model: str
    metric: str
    column: str
    value: str
    n_rows: int
    score: float | None


@dataclass(frozen=True, eq=False)
class ConfusionMatrix:
    """Counts on validation rows; rows are the truth, columns the prediction. counts : (n_classes, n_classes) int64."""

    model: str
    classes: tuple[Label, ...]
    counts: NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class XYCurve:
    """A curve on validation rows, thinned to at most 500 points.

    kind "roc": x false positive rate, y true positive rate, value ROC AUC.
    kind "precision_recall": x recall, y precision, value average precision.
    kind "calibration": x mean predicted probability, y observed share, value Brier score, weight rows per bin.
    label : the class, against the rest.
    """

    model: str
    kind: Literal["roc", "precision_recall", "calibration"]
    label: str
    x: NDArray[np.float64]
    y: NDArray[np.float64]
    value: float | None
    weight: NDArray[np.float64] | None = None


@dataclass(frozen=True, eq=False)
class ActualPredicted:
    """Validation rows of a regression, at most 5,000 drawn evenly: y_true, y_pred (n_points,) float64."""

    model: str
    output: str
    y_true: NDArray[np.float64]
    y_pred: NDArray[np.float64]


@dataclass(frozen=True)
class SamplePrediction:
    """One model's answer for one sample: the label or number as text, and the probability of it where there is one."""

    text: str
    probability: float | None = None
    correct: bool | None = None


@dataclass(frozen=True, eq=False)
class Samples:
    """Output samples: some rows, and what every model says of them.

    columns, cells : (n_samples, n_columns), a few of the features as text. predictions : model name → one a row.
    images : (n_samples, height, width) float64 when the features are pixels.
    """

    kind: Literal["new", "validation", "worst"]
    columns: tuple[str, ...]
    rows: tuple[str, ...]  # what each row is called: its id or its position
    cells: tuple[tuple[str, ...], ...]
    predictions: Mapping[str, tuple[SamplePrediction, ...]]
    truth: tuple[str, ...] | None = None
    images: NDArray[np.float64] | None = None


@dataclass(frozen=True, eq=False)
class ModelEvaluation:
    """All that is known of one model. unfair : as in `ModelRun`."""

    name: str
    estimator: str
    params: Mapping[str, str]
    preprocessing: str
    status: Literal["ok", "failed", "timed out"]
    reason: str | None
    output: str | None
    scores: tuple[Score, ...]
    curve: LossCurve | None = None
    importance: Importance | None = None
    folds: tuple[Spread, ...] = ()
    seeds: tuple[Spread, ...] = ()
    slices: tuple[SliceScore, ...] = ()
    confusion: tuple[ConfusionMatrix, ...] = ()
    curves: tuple[XYCurve, ...] = ()
    actual_predicted: tuple[ActualPredicted, ...] = ()
    fit_seconds: float | None = None
    predict_seconds: float | None = None
    size_bytes: int | None = None
    notices: tuple[Notice, ...] = ()
    unfair: str | None = None

    def score(self, metric: str, split: SplitName = "validation") -> Score | None:
        """The score of a metric on a split, if it was asked for."""
        return next((s for s in self.scores if s.metric == metric and s.split == split), None)


@dataclass(frozen=True, eq=False)
class SplitSummary:
    """The split in figures; `balance`: class → rows in training and in validation (classification only).

    n_folds : where every row is predicted by the model of the other folds, which are counted on both sides then.
    """

    method: str
    description: str
    n_train: int
    n_validation: int
    n_new: int = 0
    balance: Mapping[str, tuple[int, int]] | None = None
    n_folds: int | None = None


@dataclass(frozen=True, eq=False)
class RunInfo:
    """Where and when the report was made. packages : name → version. seconds : stage → wall time."""

    started: str  # ISO 8601, UTC
    seconds: Mapping[str, float]
    python: str
    platform: str
    cores: int
    packages: Mapping[str, str]
    version: str
    commit: str | None = None
    config_file: str | None = None
    seed_notice: str | None = None


@dataclass(frozen=True, eq=False)
class Evaluation:
    """One side: every model of one commit on the same rows. `metrics` are in the report's order, the primary first."""

    task: Task
    target: tuple[str, ...]
    classes: tuple[Label, ...]
    positive: Label | None
    metrics: tuple[MetricInfo, ...]
    models: tuple[ModelEvaluation, ...]
    data: DataDescription
    split: SplitSummary
    samples: tuple[Samples, ...] = ()
    notices: tuple[Notice, ...] = ()
    guess: Guess | None = None

    @property
    def primary(self) -> MetricInfo:
        return self.metrics[0]

    @property
    def best_model(self) -> str | None:
        """The model with the best primary metric on validation rows, the first of equals; None when all failed."""
        scored = [
            (score.value, model.name)
            for model in self.models
            if (score := model.score(self.primary.name)) is not None and score.value is not None
        ]
        if not scored:
            return None
        pick = max if self.primary.greater_is_better else min
        return pick(scored, key=lambda pair: pair[0])[1]


@dataclass(frozen=True)
class GateResult:
    """One rule for one model. `rule` is what was asked for, in words: "accuracy ≥ 0.85".

    base, difference : of the metric on the rows that base and head were both scored on, where they are compared.
    p_adjusted : of rules on that difference, by Holm over all comparisons that such rules look at.
    checked : whether there was something to hold the rule against; a rule that was not checked has not passed, and does
    not fail the job either. applies : False where there is nothing to hold it against by nature, as for a first
    commit, a new model or a removed one. held : a rule of base's configuration that head removes or weakens.
    """

    rule: str
    model: str
    metric: str
    value: float | None
    passed: bool
    severity: Literal["fail", "warn"]
    reason: str | None = None
    base: float | None = None
    difference: float | None = None
    p_adjusted: float | None = None
    checked: bool = True
    applies: bool = True
    held: bool = False

    @property
    def failed(self) -> bool:
        """Whether the rule was checked, and is broken."""
        return self.checked and not self.passed

    @property
    def state(self) -> Literal["passed", "failed", "not compared", "not checked"]:
        """The state in words: "not compared" where a comparison could have been and was not."""
        if self.checked:
            return "passed" if self.passed else "failed"
        return "not compared" if self.applies else "not checked"
