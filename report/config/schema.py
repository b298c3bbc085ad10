"""The configuration as types: what a user can write, with its defaults. `python entrypoint.py schema` prints it."""

from __future__ import annotations

from typing import Annotated, Any, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field

Scalar: TypeAlias = bool | int | float | str
Names: TypeAlias = tuple[str, ...]


class Section(BaseModel):
    """A mapping of the file: unknown keys are errors, values do not change once read."""

    model_config = ConfigDict(extra="forbid", frozen=True, protected_namespaces=())


class LabelFile(Section):
    """Labels in a file of their own, row by row in the order of the data."""

    source: str | Names
    column: str | None = None
    read: dict[str, Any] = {}


class ValidationFile(Section):
    """A separate file of validation rows, with a label file of its own where the labels are apart."""

    source: str | Names
    target: LabelFile | None = None
    read: dict[str, Any] | None = None


class SplitConfig(Section):
    """How rows are split into training and validation."""

    method: Literal["hash", "random", "group", "time"] = "hash"
    size: Annotated[float, Field(gt=0, lt=1)] = 0.2
    seed: int = 42
    stratify: bool = False
    shuffle: bool = True


class DataConfig(Section):
    """Where the rows are, and what their columns mean."""

    source: str | Names
    read: dict[str, Any] = {}
    target: str | Names | LabelFile | None = None
    positive: Scalar | None = None
    id: str | None = None
    group: str | None = None
    time: str | None = None
    weight: str | None = None
    drop: Names = ()
    prepare: str | None = None
    validation: float | ValidationFile | SplitConfig = 0.2
    new: str | Names | None = None
    image_shape: tuple[int, int] | None = None


class PreprocessStep(Section):
    """Columns, by name or pattern, and the transformer that they go through ("passthrough" and "drop" included)."""

    columns: str | Names
    apply: str | dict[str, Any] | list[Any]


class ModelConfig(Section):
    """An estimator by import path, with parameters; a parameter may itself be `{estimator, params}`."""

    estimator: str
    params: dict[str, Any] = {}
    preprocess: Literal["auto", "none"] | tuple[PreprocessStep, ...] = "auto"


class OwnMetric(Section):
    """A function of the repository, (y_true, y_pred or y_score) → float, by import path."""

    function: str
    greater_is_better: bool
    name: str | None = None
    needs: Literal["labels", "probability", "decision"] = "labels"
    params: dict[str, Any] = {}


class CrossValidation(Section):
    folds: Annotated[int, Field(ge=2)] = 5
    repeats: Annotated[int, Field(ge=1)] = 1


class Gate(Section):
    """A rule that the job fails by: exactly one of `min` and `max`."""

    metric: str
    min: float | None = None
    max: float | None = None
    models: Names | None = None
    split: Literal["train", "validation"] = "validation"
    severity: Literal["fail", "warn"] = "fail"


class SamplesConfig(Section):
    rows: Annotated[int, Field(ge=0, le=100)] = 10


class ReportConfig(Section):
    plots: Literal["auto", "none"] | Names = "auto"
    sections: Literal["auto"] | Names = "auto"
    template: str | None = None


class ComputeConfig(Section):
    """How fits run: how many at a time, and for how long each may."""

    jobs: Literal["auto"] | Annotated[int, Field(ge=1)] = "auto"
    time_limit: str | float = "30m"


class Config(Section):
    """The whole file."""

    title: str | None = None
    task: Literal["auto", "classification", "regression"] = "auto"
    data: DataConfig
    models: dict[str, ModelConfig]
    metrics: tuple[str | OwnMetric, ...] = ()
    cross_validation: CrossValidation | None = None
    seeds: tuple[int, ...] = ()
    slices: Names = ()
    gates: tuple[Gate, ...] = ()
    samples: SamplesConfig = SamplesConfig()
    report: ReportConfig = ReportConfig()
    compute: ComputeConfig = ComputeConfig()
