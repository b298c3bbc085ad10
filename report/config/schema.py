"""The configuration as types: what a user can write, with its defaults. `python entrypoint.py schema` prints it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import BeforeValidator, ConfigDict, Field, Tag

from .fields import (
    LIST,
    MAPPING,
    TEXT,
    Column,
    Commands,
    Count,
    EstimatorPath,
    Flag,
    Folds,
    ImportPath,
    ListOfColumns,
    ListOfNames,
    Margin,
    ModelName,
    Number,
    OneOrManyColumns,
    OneOrManySources,
    Paths,
    SampleRows,
    Scalar,
    Seed,
    Seeds,
    Text,
    TimeLimit,
    expects,
    form_of,
    one_of,
    one_to_many,
    seconds_of,
)
from .validation import LabelFile as LabelFile  # noqa: PLC0414 - they are of the schema too
from .validation import Options, Section, Target, Validation
from .validation import SplitConfig as SplitConfig  # noqa: PLC0414 - they are of the schema too
from .validation import ValidationFile as ValidationFile  # noqa: PLC0414 - they are of the schema too

_VERDICTS = "worse, unclear or not compared, or a list of them"

Names: TypeAlias = tuple[str, ...]


ImageShape: TypeAlias = Annotated[
    tuple[Count, Count],
    expects("height and width in pixels, such as [28, 28]"),
]


class DataConfig(Section):
    """Where the rows are, and what their columns mean."""

    source: OneOrManySources = Field(
        description="CSV, TSV, Parquet, Feather, JSON Lines or Excel; a path, a glob or a list of them; "
        "sklearn:NAME for a bundled data set; python:MODULE:FUNCTION for your own loader.",
        examples=["data/wine.csv", "sklearn:digits", "python:features:load"],
    )
    read: Options = Field(default={}, description='Options of the pandas reader, such as {sep: ";", decimal: ","}.')
    target: Target | None = Field(
        default=None,
        description="The column to predict (several for several outputs), or {source: FILE} for labels in a file of "
        "their own.",
        examples=["quality"],
    )
    positive: Scalar | None = Field(default=None, description="The positive class of a binary task, such as malignant.")
    id: Column | None = Field(
        default=None, description="A column that identifies a row, such as sample_id; otherwise its content does."
    )
    group: Column | None = Field(
        default=None, description="Rows of one group, such as patient, stay on one side of the split."
    )
    time: Column | None = Field(
        default=None, description="A column of dates or numbers: validation is the latest part."
    )
    weight: Column | None = Field(default=None, description="A column of row weights, none negative.")
    drop: ListOfColumns = Field(default=(), description='Columns to leave out, such as [comment, "Unnamed*"].')
    prepare: ImportPath | None = Field(
        default=None, description="A function of yours, DataFrame → DataFrame, such as features:clean."
    )
    validation: Validation = Field(
        default=0.2,
        description="The rows that validate: a share of them, {source: data/test.csv} for a separate file, "
        "or {method: random, size: 0.2, seed: 42, stratify: true}.",
    )
    keep_order: Flag = Field(
        default=False,
        description="Fit on rows in the order of the file. By default they are sorted by id or content (by time first, "
        "where there is one), so that the order of the file changes nothing.",
    )
    new: OneOrManySources | None = Field(
        default=None, description="Rows without labels, shown with their predictions, such as data/new.csv."
    )
    shared: Paths = Field(
        default=(),
        description="Files and folders that git does not have, such as data/raw: base takes them from head's checkout.",
        examples=["data/raw"],
    )
    image_shape: ImageShape | None = Field(
        default=None, description="Height and width when the features are the pixels of a picture, such as [28, 28]."
    )


Apply: TypeAlias = Annotated[
    Annotated[Text, Tag(TEXT)] | Annotated[list[Any], Tag(LIST)] | Annotated[dict[str, Any], Tag(MAPPING)],
    one_of("a transformer by import path, {estimator: PATH, params: …}, or a list of them", form_of),
]


class PreprocessStep(Section):
    """Columns, by name or pattern, and the transformer that they go through ("passthrough" and "drop" included)."""

    columns: OneOrManyColumns = Field(description='Columns by name or pattern, such as [age, "income_*"].')
    apply: Apply = Field(
        description="A transformer by import path, {estimator: PATH, params: …}, a list of them that is applied in "
        "turn, passthrough or drop.",
        examples=["sklearn.preprocessing.StandardScaler"],
    )


Preprocess: TypeAlias = Annotated[
    Annotated[Literal["auto", "none"], expects("auto, none, or a list of {columns, apply}"), Tag(TEXT)]
    | Annotated[tuple[PreprocessStep, ...], Field(min_length=1), Tag(LIST)],
    one_of("auto, none, or a list of {columns, apply}", form_of),
]


class ModelConfig(Section):
    """An estimator by import path, with parameters; a parameter may itself be `{estimator, params}`."""

    estimator: EstimatorPath = Field(
        description="The import path of a class, or of a function that returns one; your own modules too.",
        examples=["sklearn.ensemble.RandomForestClassifier"],
    )
    params: Options = Field(
        default={},
        description="Its parameters, such as {n_estimators: 200}; an inner estimator is {estimator: PATH, params: …}.",
    )
    preprocess: Preprocess = Field(
        default="auto",
        description="auto: numbers as they are, gaps filled; categories, text and dates are encoded. none: nothing. "
        "Or a list of {columns, apply}.",
    )


def _expand_shorthand(value: Any) -> Any:
    return {"estimator": value} if isinstance(value, str) else value


Model: TypeAlias = Annotated[ModelConfig, BeforeValidator(_expand_shorthand)]


class OwnMetric(Section):
    """A function of the repository, (y_true, y_pred or y_score) → float, by import path."""

    function: ImportPath = Field(description="Its import path, such as scoring:profit.")
    greater_is_better: Flag = Field(description="Its direction: true for a score, false for a loss.")
    name: Text | None = Field(default=None, description="What the report calls it; by default the function's name.")
    needs: Literal["labels", "probability", "decision"] = Field(
        default="labels",
        description="What it is given beside y_true: predicted labels, probabilities or decision values.",
    )
    params: Options = Field(default={}, description="Further arguments, by name.")


MetricEntry: TypeAlias = Annotated[
    Annotated[Text, Tag(TEXT)] | Annotated[OwnMetric, Tag(MAPPING)],
    one_of("a metric's name, or {function: PATH, greater_is_better: true or false}", form_of),
]


Metrics: TypeAlias = Annotated[tuple[MetricEntry, ...], BeforeValidator(one_to_many, Text | tuple[MetricEntry, ...])]


class CrossValidation(Section):
    """Further fits on parts of the training rows, which show how much the scores depend on the rows."""

    folds: Folds = Field(default=5, description="How many parts, such as 5.")
    repeats: Count = Field(default=1, description="How often, each time split anew.")
    shuffle: Flag = Field(default=True, description="Shuffle the training rows before they are parted.")
    seed: Seed = Field(default=0, description="The seed of the first repeat; each further one has the next.")


GatedVerdict: TypeAlias = Literal["worse", "unclear", "not compared"]
Verdicts: TypeAlias = Annotated[
    Annotated[GatedVerdict, expects(_VERDICTS), Tag(TEXT)]
    | Annotated[tuple[GatedVerdict, ...], Field(min_length=1), expects(_VERDICTS), Tag(LIST)],
    one_of(_VERDICTS, form_of),
]


class Gate(Section):
    """A rule that the job fails by: exactly one of `min`, `max` and `not`."""

    model_config = ConfigDict(serialize_by_alias=True)

    metric: Text = Field(description="The metric, such as accuracy, loss or fit_time.")
    min: Number | None = Field(default=None, description="The least value that passes, such as 0.85.")
    max: Number | None = Field(default=None, description="The greatest value that passes, such as 120.")
    not_: Verdicts | None = Field(
        default=None,
        alias="not",
        description="Verdicts on the change from base that do not pass: worse; unclear, which luck counts as; "
        "not compared, for a change that could have been compared with base and was not. One, or a list of them.",
        examples=[["worse", "not compared"]],
    )
    margin: Margin | None = Field(
        default=None,
        description="With `not`: how much worse counts as no worse, such as 0.01, or 1% of base. "
        "By default that of `baseline`.",
    )
    models: ListOfNames | None = Field(default=None, description="The models that it holds for; by default every one.")
    split: Literal["train", "validation"] = Field(default="validation", description="The rows that it looks at.")
    severity: Literal["fail", "warn"] = Field(
        default="fail", description="warn: shown in the report, and fails nothing."
    )


class BaselineConfig(Section):
    """What the change is held against."""

    against: Text = Field(
        default="base",
        description="base: the branch that a pull request goes into, or the commit before a push. none. "
        "Or a git ref, such as v1.2.",
    )
    environment: Annotated[Literal["auto", "same"], expects("auto, or same")] = Field(
        default="auto",
        description="auto: base gets an environment of its own when the file that the action's input `requirements` "
        "names differs. same: base is always trained with head's packages.",
    )
    margin: Margin = Field(
        default=0.0, description="How much worse counts as no worse, such as 0.01, or 1% of base.", examples=[0.01]
    )
    accept_label: Text = Field(
        default="ml-report: accepted",
        description="The label of a pull request by which its own gates, metrics and margin judge it, in place of "
        "those of base.",
    )


class SamplesConfig(Section):
    """Output samples: rows with what each model says of them."""

    rows: SampleRows = Field(default=10, description="How many rows are shown; 0 for none.")


class ReportConfig(Section):
    """What the report shows."""

    plots: Annotated[Literal["auto", "none"] | tuple[Text, ...], expects("auto, none, or a list of plots")] = Field(
        default="auto", description="auto: those that fit the task. none. Or a list of names."
    )
    sections: Annotated[Literal["auto"] | tuple[Text, ...], expects("auto, or a list of sections")] = Field(
        default="auto", description="auto: every section that has something to say. Or a list of names."
    )
    curves: Annotated[Literal["auto", "iteration", "none"], expects("auto, iteration or none")] = Field(
        default="auto",
        description="Learning curves. auto: by iteration, else by training size, which takes four smaller fits a side. "
        "iteration: only of models that learn by iterations. none.",
    )
    template: Text | None = Field(default=None, description="A Jinja2 template of your own for the report.")


class ComputeConfig(Section):
    """How fits run: how many at a time, and for how long each may."""

    jobs: Annotated[Literal["auto"] | Count, expects("auto, or a whole number from 1")] = Field(
        default="auto", description="How many models are fitted at a time; auto: as many as there are cores."
    )
    time_limit: TimeLimit = Field(
        default="30m",
        description="How long one fit, or one command of `prepare`, may take: 90s, 30m, 2h, or a number of seconds.",
        examples=["30m"],
    )

    @property
    def seconds(self) -> float:
        """The time limit in seconds."""
        seconds = seconds_of(self.time_limit)
        assert seconds is not None  # noqa: S101 - the field's own validator has seen to it
        return seconds


class Config(Section):
    """The whole file."""

    title: Text | None = Field(default=None, description="The heading of the report, such as Wine quality.")
    task: Literal["auto", "classification", "regression"] = Field(
        default="auto", description="auto looks at the target, and the report says what it decided."
    )
    prepare: Commands = Field(
        default=(),
        description="Commands that make the data, run in a shell before these are read, for head and for base.",
        examples=["dvc pull"],
    )
    data: DataConfig = Field(description="Where the rows are, and what their columns mean.")
    models: Mapping[ModelName, Model] = Field(
        description="Each model by name: an import path, or {estimator: PATH, params: …}.",
        examples=[{"logistic": "sklearn.linear_model.LogisticRegression"}],
    )
    metrics: Metrics = Field(
        default=(),
        description="By name, the first is the primary one; your own as {function: PATH, greater_is_better: true}. "
        "By default some that fit the task.",
        examples=[["accuracy", "f1_macro", "log_loss"]],
    )
    primary: Text | None = Field(
        default=None,
        description="The model that the verdict of a pull request is of, by name. By default the one that is best in "
        "base.",
        examples=["logistic"],
    )
    cross_validation: CrossValidation | None = Field(
        default=None, description="Fit each model on folds of the training rows too, such as {folds: 5}."
    )
    seeds: Seeds = Field(
        default=(),
        description="Fit both sides again with each seed, and judge the mean over seeds: a number of seeds, such as 5, "
        "or a list such as [0, 1, 2].",
        examples=[5],
    )
    slices: ListOfColumns = Field(default=(), description="Columns that scores are broken down by, such as [region].")
    gates: tuple[Gate, ...] = Field(
        default=(), description="Rules that the job fails by.", examples=[[{"metric": "accuracy", "min": 0.85}]]
    )
    baseline: BaselineConfig = Field(default_factory=BaselineConfig, description="What the change is held against.")
    samples: SamplesConfig = Field(default_factory=SamplesConfig, description="Output samples.")
    report: ReportConfig = Field(default_factory=ReportConfig, description="What the report shows.")
    compute: ComputeConfig = Field(default_factory=ComputeConfig, description="How fits run.")
