"""What the two processes hand each other: JSON and Parquet in a folder, and nothing that runs when it is read.

Both directions are read as if somebody else had written them: a file that is not what it should be is BadExchange.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import numpy as np
import pandas as pd
from pydantic import BaseModel as Document
from pydantic import ConfigDict, Field, ValidationError

from ...config import Override
from ...core.comparison import ValueChange
from ...core.results import ModelEvaluation, Score
from ...core.run import PACKAGES
from ...core.values import CurveKind, Label, LossCurve, MetricCurve, Notice, Predictions, ScoreKind, Task
from ..result import BaseModel, BaseResult, OwnMetric

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from .request import HeadRows

IN, OUT = "in", "out"
FORMAT: Literal[4] = 4  # of the files: a result of another one is not read
_MARKS = ("ids", "group", "time", "weight")
_OF_ROWS = ("n_scored", "n_leaked", "left_out", "identity", "notices", "unfair")
_ROW_KINDS = [("key", "u"), ("id", "u"), ("label", "u"), ("train", "b")]  # of their dtypes
_TABLES = {"rows": "rows.parquet", "sample": "sample.parquet"}


class BadExchange(Exception):  # noqa: N818 - told as "damaged", whoever reads decides what that means
    """A file of the exchange is missing, damaged, or says what cannot be."""


class _Document(Document):
    model_config = ConfigDict(extra="forbid", frozen=True, ser_json_inf_nan="constants", strict=False)


class _Override(_Document):
    origin: str
    key: str
    value: str


class _Question(_Document):
    format: Literal[4]
    names: tuple[str, ...]
    task: Task
    classes: tuple[bool | int | float | str, ...]
    positive: int | None
    metrics: tuple[Any, ...]
    overrides: tuple[_Override, ...]
    config: str
    text_columns: tuple[str, ...]
    columns: dict[str, str]
    groups_apart: bool
    by_time: bool
    seeds: tuple[int, ...]


@dataclass(frozen=True, eq=False)
class Question:
    """What the base process is asked. Of head's validation rows: features, and ids, group and time where it has them.

    truth : (n_rows,) or (n_rows, n_outputs), encoded as head does. text_columns : columns that were handed over as
    text, because their cells are of several kinds. columns : what id, group, time and weight are called in the data.
    groups_apart, by_time : whether whole groups, or the latest rows, validate. trained : keys of the rows that head
    trains on, as in `HeadRows`. seeds : that head is fitted with.
    """

    names: tuple[str, ...]
    task: Task
    classes: tuple[Label, ...]
    positive: int | None
    metrics: tuple[Any, ...]
    overrides: tuple[Override, ...]
    config: Path
    text_columns: tuple[str, ...]
    columns: Mapping[str, str]
    groups_apart: bool
    by_time: bool
    features: pd.DataFrame
    truth: NDArray[Any]
    marks: pd.DataFrame
    trained: pd.DataFrame
    seeds: tuple[int, ...] = ()


def write_question(rows: HeadRows, folder: Path, *, config: str, overrides: Sequence[Override]) -> None:
    """Write what the base process is asked."""
    place = folder / IN
    place.mkdir(parents=True)
    features, text_columns = _storable(rows.features)
    target = rows.target
    question = _Question(
        format=FORMAT,
        names=target.names,
        task=target.task,
        classes=target.classes,
        positive=target.positive,
        metrics=rows.metrics,
        overrides=tuple(_Override(**asdict(override)) for override in overrides),
        config=config,
        text_columns=text_columns,
        columns=dict(rows.columns),
        groups_apart=rows.groups_apart,
        by_time=rows.by_time,
        seeds=rows.seeds,
    )
    (place / "question.json").write_text(question.model_dump_json(), "utf-8")
    _write(features, place / "features.parquet")
    truth = target.encoded[rows.positions]
    _write(_columns(truth, "truth"), place / "truth.parquet")
    marks = {name: values for name in _MARKS if (values := getattr(rows, name)) is not None}
    _write(_storable(pd.DataFrame(marks, index=range(len(truth))))[0], place / "marks.parquet")
    _write(pd.DataFrame(dict(rows.trained)), place / "trained.parquet")


def read_question(folder: Path) -> Question:
    """Read what `write_question` wrote; raises BadExchange."""
    place = folder / IN
    try:
        asked = _Question.model_validate_json((place / "question.json").read_bytes())
        truth = _table(place / "truth.parquet").to_numpy()
    except (OSError, ValidationError) as error:
        raise BadExchange(str(error)) from error
    same = [name for name in _Question.model_fields if name not in {"format", "config", "overrides"}]
    return Question(
        **{name: getattr(asked, name) for name in same},
        config=Path(asked.config),
        overrides=tuple(Override(entry.origin, entry.key, entry.value) for entry in asked.overrides),
        features=_table(place / "features.parquet"),
        truth=truth if asked.task.is_multi else truth[:, 0],
        marks=_table(place / "marks.parquet"),
        trained=_table(place / "trained.parquet"),
    )


class _MetricCurve(_Document):
    metric: str
    title: str
    greater_is_better: bool
    train: tuple[float, ...]
    validation: tuple[float, ...]


class _Curve(_Document):
    kind: CurveKind
    loss: str
    x: tuple[float, ...]
    train: tuple[float, ...]
    validation: tuple[float, ...]
    note: str | None
    metric: _MetricCurve | None = None


class _Model(_Document):
    name: str
    estimator: str
    params: dict[str, str]
    preprocessing: str
    status: Literal["ok", "failed", "timed out"]
    reason: str | None
    output: str | None
    scores: tuple[Score, ...]
    curve: _Curve | None
    fit_seconds: float | None
    predict_seconds: float | None
    size_bytes: Annotated[int, Field(ge=0, lt=2**63)] | None
    notices: tuple[Notice, ...]
    unfair: str | None
    score_kind: ScoreKind | None
    has_predictions: bool
    own_metrics: dict[str, OwnMetric]
    repeats: tuple[Annotated[int, Field(ge=0, lt=2**32)], ...]
    is_fixed: bool


class _Result(_Document):
    format: Literal[4]
    status: Literal["ok", "none", "failed", "not comparable"]
    reason: str | None
    config: dict[str, Any]
    kinds: dict[str, str]
    balance: dict[str, int]
    packages: dict[str, str]
    n_scored: Annotated[int, Field(ge=0, lt=2**63)]
    n_leaked: Annotated[int, Field(ge=0, lt=2**63)]
    left_out: str | None
    models: tuple[_Model, ...]
    tables: tuple[str, ...]
    identity: tuple[str, ...]
    notices: tuple[Notice, ...]
    unfair: tuple[str, ...]


def write_result(result: BaseResult, folder: Path, *, packages: Mapping[str, str]) -> None:
    """Write what came out; the positions of predictions count head's validation rows from 0."""
    place = folder / OUT
    place.mkdir(parents=True)
    tables = {name: table for name in _TABLES if (table := getattr(result, name)) is not None}
    for name, table in tables.items():
        _write(_storable(table)[0], place / _TABLES[name])
    for number, model in enumerate(result.models):
        if model.predictions is not None:
            _write(_predicted(model.predictions), place / _answers(number))
        for seed, answers in model.repeats.items():
            _write(_predicted(answers), place / _answers(number, seed))
    names = ("status", "reason", "kinds", "balance", *_OF_ROWS)
    document = _Result(
        format=FORMAT,
        config=json.loads(json.dumps(dict(result.config), default=str)),
        packages=dict(packages),
        models=tuple(map(_model, result.models)),
        tables=tuple(tables),
        **{name: getattr(result, name) for name in names},
    )
    (place / "result.json").write_text(document.model_dump_json(), "utf-8")


def write_failure(reason: str, folder: Path) -> None:
    """Write that base failed before it could begin."""
    write_result(BaseResult("failed", reason), folder, packages={})


def read_result(place: Path, rows: HeadRows, packages: Mapping[str, str]) -> BaseResult:
    """Read what `write_result` wrote into `place`; positions become those of head's Dataset, labels are head's.

    packages : those of head, to tell the differences. Raises BadExchange.
    """
    try:
        found = _Result.model_validate_json((place / "result.json").read_bytes())
    except (OSError, ValidationError) as error:
        raise BadExchange(str(error)) from error
    names = ("status", "reason", "config", "kinds", "balance", *_OF_ROWS)
    tables = {name: _table(place / _TABLES[name]) for name in found.tables if name in _TABLES}
    if ("rows" in tables and not _are_rows(tables["rows"])) or not isinstance(found.config.get("models", {}), dict):
        raise BadExchange("rows or a configuration of another form")
    models = tuple(_read_model(model, i, place, rows) for i, model in enumerate(found.models))
    answers = [one for model in models for one in (model.predictions, *model.repeats.values()) if one is not None]
    if any(len(one.y_pred) != found.n_scored for one in answers):
        raise BadExchange("predictions of some rows only")
    return BaseResult(
        **{name: getattr(found, name) for name in names},
        rows=tables.get("rows"),
        sample=tables.get("sample"),
        packages=package_changes(found.packages, packages) if found.packages else (),
        models=models,
    )


def package_changes(base: Mapping[str, str], head: Mapping[str, str]) -> tuple[ValueChange, ...]:
    """The packages whose versions differ; those that decide what a model learns come first."""
    names = sorted({*base, *head}, key=lambda name: (name not in PACKAGES, name))
    return tuple(
        ValueChange(name, base.get(name), head.get(name)) for name in names if base.get(name) != head.get(name)
    )


def _answers(number: int, seed: int | None = None) -> str:
    return f"answers-{number}.parquet" if seed is None else f"answers-{number}-seed-{seed}.parquet"


def _model(model: BaseModel) -> _Model:
    evaluation, answers = model.evaluation, model.predictions
    kept = {name: getattr(evaluation, name) for name in _Model.model_fields if hasattr(evaluation, name)}
    kept |= {"params": dict(evaluation.params), "curve": _curve(evaluation.curve)}
    return _Model(
        **kept,
        score_kind=None if answers is None else answers.score_kind,
        has_predictions=answers is not None,
        own_metrics=dict(model.own_metrics),
        repeats=tuple(model.repeats),
        is_fixed=model.is_fixed,
    )


def _curve(curve: LossCurve | None) -> _Curve | None:
    if curve is None:
        return None
    arrays = {name: tuple(getattr(curve, name).tolist()) for name in ("x", "train", "validation")}
    return _Curve(kind=curve.kind, loss=curve.loss, note=curve.note, metric=_metric_curve(curve.metric), **arrays)


def _metric_curve(curve: MetricCurve | None) -> _MetricCurve | None:
    if curve is None:
        return None
    said = {name: getattr(curve, name) for name in ("metric", "title", "greater_is_better")}
    return _MetricCurve(**said, train=tuple(curve.train.tolist()), validation=tuple(curve.validation.tolist()))


def _read_model(model: _Model, number: int, place: Path, rows: HeadRows) -> BaseModel:
    known = {field.name for field in fields(ModelEvaluation)}
    kept = {name: getattr(model, name) for name in _Model.model_fields if name in known}
    kept["curve"] = _read_curve(model.curve)
    evaluation = ModelEvaluation(**kept)
    if not model.has_predictions:
        return BaseModel(evaluation, None, model.own_metrics)
    kind = model.score_kind
    repeats = {seed: _read_predicted(place / _answers(number, seed), kind, rows) for seed in model.repeats}
    answers = _read_predicted(place / _answers(number), kind, rows)
    return BaseModel(evaluation, answers, model.own_metrics, repeats, model.is_fixed)


def _read_curve(curve: _Curve | None) -> LossCurve | None:
    if curve is None:
        return None
    arrays = {name: np.array(getattr(curve, name), dtype=np.float64) for name in ("x", "train", "validation")}
    metric = None if curve.metric is None else _read_metric_curve(curve.metric)
    sides = [*arrays.values(), *((metric.train, metric.validation) if metric else ())]
    if len({len(array) for array in sides}) != 1:
        raise BadExchange("a curve has sides of several lengths")
    return LossCurve(kind=curve.kind, loss=curve.loss, note=curve.note, metric=metric, **arrays)


def _read_metric_curve(curve: _MetricCurve) -> MetricCurve:
    said = {name: getattr(curve, name) for name in ("metric", "title", "greater_is_better")}
    return MetricCurve(**said, train=np.array(curve.train, float), validation=np.array(curve.validation, float))


def _predicted(answers: Predictions) -> pd.DataFrame:
    tables = [pd.DataFrame({"row": answers.positions}), _columns(answers.y_pred, "pred")]
    if answers.y_score is not None:
        tables.append(_columns(answers.y_score, "score"))
    return pd.concat(tables, axis=1)


def _read_predicted(file: Path, kind: ScoreKind | None, rows: HeadRows) -> Predictions:
    table = _table(file)
    target = rows.target
    at = table.get("row", pd.Series(dtype=object)).to_numpy()
    y_pred = table[[name for name in table.columns if name.startswith("pred")]].to_numpy()
    y_score = table[[name for name in table.columns if name.startswith("score")]].to_numpy()
    positions = _positions(at, rows)
    _check_answers(y_pred, y_score, kind, rows)
    return Predictions(
        y_pred=y_pred if target.task.is_multi else y_pred[:, 0],
        positions=positions,
        y_true=target.encoded[positions],
        y_score=None if kind is None else y_score.astype(np.float64),
        score_kind=kind,
        weight=None if rows.weight is None else rows.weight[at],
        group=None if rows.group is None else rows.group[at],
    )


def _are_rows(table: pd.DataFrame) -> bool:
    kinds = {str(name): dtype.kind for name, dtype in table.dtypes.items()}
    has_no_ids = "id" in kinds and table["id"].isna().all()
    return list((kinds | {"id": "u"} if has_no_ids else kinds).items()) == _ROW_KINDS


def _positions(at: NDArray[Any], rows: HeadRows) -> NDArray[np.int64]:
    n_rows = len(rows.positions)
    if at.dtype != np.int64 or len(np.unique(at)) != len(at) or (len(at) and (at.min() < 0 or at.max() >= n_rows)):
        raise BadExchange("predictions of rows that are not head's")
    return np.asarray(rows.positions[at], dtype=np.int64)


def _check_answers(y_pred: NDArray[Any], y_score: NDArray[Any], kind: ScoreKind | None, rows: HeadRows) -> None:
    target = rows.target
    outputs = target.encoded.shape[1] if target.task.is_multi else 1
    if y_pred.shape[1] != outputs or y_pred.dtype.kind != target.encoded.dtype.kind:
        raise BadExchange("predictions of another form")
    if target.task.is_classification:
        last = 1 if target.task.is_multi else len(target.classes) - 1
        if y_pred.size and (y_pred.min() < 0 or y_pred.max() > last):
            raise BadExchange("predictions of classes that are not there")
    if y_score.shape[1] != (0 if kind is None else len(target.classes)) or (
        kind is not None and (y_score.dtype.kind != "f" or not np.isfinite(y_score).all())
    ):
        raise BadExchange("scores of another form")


def _columns(values: NDArray[Any], name: str) -> pd.DataFrame:
    table = values if values.ndim == 2 else values[:, np.newaxis]
    return pd.DataFrame({f"{name}{i}": table[:, i] for i in range(table.shape[1])})


def _storable(frame: pd.DataFrame) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """A frame that Parquet takes; the names of the columns whose cells had to become text for that."""
    import pyarrow as pa

    as_text: dict[str, Any] = {}
    for name, column in frame.items():
        try:
            pa.Array.from_pandas(column)
        except (pa.ArrowInvalid, pa.ArrowTypeError, pa.ArrowNotImplementedError):  # noqa: PERF203 - a few columns
            as_text[str(name)] = text_of(column)
    return frame.assign(**as_text) if as_text else frame, tuple(as_text)


def text_of(column: pd.Series[Any]) -> pd.Series[Any]:
    """The cells as text, missing ones as None."""
    return pd.Series([None if pd.api.types.is_scalar(cell) and pd.isna(cell) else str(cell) for cell in column])


def _write(frame: pd.DataFrame, file: Path) -> None:
    """Text with a dictionary; numbers seldom repeat, and to look whether they do takes longer than to write them."""
    texts = [str(name) for name, dtype in frame.dtypes.items() if dtype.kind not in "biufmM"]
    frame.to_parquet(file, index=False, use_dictionary=texts)


def _table(file: Path) -> pd.DataFrame:
    try:
        return pd.read_parquet(file)
    except Exception as error:  # a damaged file raises whatever the reader stumbles over
        raise BadExchange(f"{file.name}: {error}") from error
