"""What the base process answers, in JSON and Parquet.

It is read as if somebody else had written it: a file that is not what it should be is BadExchange.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields, replace
from typing import TYPE_CHECKING, Annotated, Any, Literal

import numpy as np
import pandas as pd
from pydantic import Field, ValidationError

from ...core.comparison import ValueChange
from ...core.results import ModelEvaluation, Score
from ...core.run import PACKAGES
from ...core.values import CurveKind, LossCurve, MetricCurve, Notice, Predictions, ScoreKind, Task
from ..classes import shared_classes
from ..result import BaseModel, BaseResult, OwnMetric
from .files import BadExchange, Document, columns_of, read_table, storable, write_table

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from ...core.values import Target
    from ..classes import SharedClasses
    from .request import HeadRows

OUT = "out"
FORMAT: Literal[9] = 9  # of the files: a result of another one is not read
_OF_ROWS = ("n_scored", "left_out", "notices", "unfair", "given_away", "code")
_SAMPLE = "sample.parquet"


class _MetricCurve(Document):
    metric: str
    title: str
    greater_is_better: bool
    train: tuple[float, ...]
    validation: tuple[float, ...]


class _Curve(Document):
    kind: CurveKind
    loss: str
    x: tuple[float, ...]
    train: tuple[float, ...]
    validation: tuple[float, ...]
    note: str | None
    metric: _MetricCurve | None = None


class _Model(Document):
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
    n_folds: Annotated[int, Field(ge=0, lt=2**31)]


class _Result(Document):
    format: Literal[9]
    status: Literal["ok", "none", "failed", "not comparable"]
    reason: str | None
    config: dict[str, Any]
    kinds: dict[str, str]
    balance: dict[str, int]
    classes: tuple[bool | int | float | str, ...]
    packages: dict[str, str]
    n_scored: Annotated[int, Field(ge=0, lt=2**63)]
    left_out: str | None
    models: tuple[_Model, ...]
    has_sample: bool
    notices: tuple[Notice, ...]
    unfair: tuple[str, ...]
    given_away: tuple[str, ...]
    code: tuple[str, ...] | None


def write_result(result: BaseResult, folder: Path, *, packages: Mapping[str, str]) -> None:
    """Write what came out; positions count the judged rows from 0, those of folds the rows that base learns from."""
    place = folder / OUT
    place.mkdir(parents=True)
    if result.sample is not None:
        write_table(storable(result.sample)[0], place / _SAMPLE)
    for number, model in enumerate(result.models):
        if model.predictions is not None:
            write_table(_predicted(model.predictions), place / _answers(number))
        for seed, answers in model.repeats.items():
            write_table(_predicted(answers), place / _answers(number, seed))
        for fold, answers in enumerate(model.folds):
            write_table(_predicted(answers), place / _held_out(number, fold))
    names = ("status", "reason", "kinds", "balance", "classes", *_OF_ROWS)
    document = _Result(
        format=FORMAT,
        config=json.loads(json.dumps(dict(result.config), default=str)),
        packages=dict(packages),
        models=tuple(map(_model, result.models)),
        has_sample=result.sample is not None,
        **{name: getattr(result, name) for name in names},
    )
    (place / "result.json").write_text(document.model_dump_json(), "utf-8")


def write_failure(reason: str, folder: Path) -> None:
    """Write that base failed before it could begin."""
    write_result(BaseResult("failed", reason), folder, packages={})


def read_result(place: Path, rows: HeadRows | None, packages: Mapping[str, str]) -> BaseResult:
    """Read what `write_result` wrote into `place`; positions become those of head's Dataset, labels are head's.

    rows : None where base ended before it was asked. packages : those of head, to tell the differences.
    Raises BadExchange.
    """
    try:
        found = _Result.model_validate_json((place / "result.json").read_bytes())
    except (OSError, ValidationError) as error:
        raise BadExchange(str(error)) from error
    names = ("status", "reason", "config", "kinds", "balance", "classes", *_OF_ROWS)
    if not isinstance(found.config.get("models", {}), dict):
        raise BadExchange("a configuration of another form")
    if rows is None:
        return BaseResult(found.status, found.reason or "it ended before it was asked")
    shared = shared_classes(found.classes or rows.target.classes, rows.target.classes)
    models = tuple(_read_model(model, i, place, rows, shared) for i, model in enumerate(found.models))
    answers = [one for model in models for one in (model.predictions, *model.repeats.values()) if one is not None]
    if any(len(one.y_pred) != found.n_scored for one in answers):
        raise BadExchange("predictions of some rows only")
    return BaseResult(
        **{name: getattr(found, name) for name in names},
        sample=read_table(place / _SAMPLE) if found.has_sample else None,
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


def _held_out(number: int, fold: int) -> str:
    return f"answers-{number}-fold-{fold}.parquet"


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
        n_folds=len(model.folds),
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


def _read_model(model: _Model, number: int, place: Path, rows: HeadRows, shared: SharedClasses) -> BaseModel:
    known = {field.name for field in fields(ModelEvaluation)}
    kept = {name: getattr(model, name) for name in _Model.model_fields if name in known}
    kept["curve"] = _read_curve(model.curve)
    evaluation = ModelEvaluation(**kept)
    if not model.has_predictions:
        return BaseModel(evaluation, None, model.own_metrics)
    kind = model.score_kind
    repeats = {seed: _read_predicted(place / _answers(number, seed), kind, rows, shared) for seed in model.repeats}
    predictions = _read_predicted(place / _answers(number), kind, rows, shared)
    folds = _read_folds(model, number, place, rows, shared)
    return BaseModel(evaluation, predictions, model.own_metrics, repeats, model.is_fixed, folds)


def _read_folds(
    model: _Model, number: int, place: Path, rows: HeadRows, shared: SharedClasses
) -> tuple[Predictions, ...]:
    """What was predicted of held-out training rows; nothing where nobody asked."""
    if rows.trained is None:
        return ()
    trained = replace(rows, positions=rows.trained, weight=None, group=None)
    files = [place / _held_out(number, fold) for fold in range(model.n_folds)]
    return tuple(_read_predicted(file, model.score_kind, trained, shared) for file in files)


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
    tables = [pd.DataFrame({"row": answers.positions}), columns_of(answers.y_pred, "pred")]
    if answers.y_score is not None:
        tables.append(columns_of(answers.y_score, "score"))
    return pd.concat(tables, axis=1)


def _read_predicted(file: Path, kind: ScoreKind | None, rows: HeadRows, shared: SharedClasses) -> Predictions:
    table = read_table(file)
    target = rows.target
    at = table.get("row", pd.Series(dtype=object)).to_numpy()
    y_pred = table[[name for name in table.columns if name.startswith("pred")]].to_numpy()
    y_score = table[[name for name in table.columns if name.startswith("score")]].to_numpy()
    positions = _positions(at, rows)
    _check_answers(y_pred, y_score, kind, target, len(shared.base))
    answers = Predictions(
        y_pred=y_pred if target.task.is_multi else y_pred[:, 0],
        positions=positions,
        y_true=target.encoded[positions],
        y_score=None if kind is None else y_score.astype(np.float64),
        score_kind=kind,
        weight=None if rows.weight is None else rows.weight[at],
        group=None if rows.group is None else rows.group[at],
    )
    return shared.read(answers) if target.task in (Task.BINARY, Task.MULTICLASS) else answers


def _positions(at: NDArray[Any], rows: HeadRows) -> NDArray[np.int64]:
    n_rows = len(rows.positions)
    if at.dtype != np.int64 or (len(at) and (at.min() < 0 or at.max() >= n_rows or np.bincount(at).max() > 1)):
        raise BadExchange("predictions of rows that are not head's")
    return np.asarray(rows.positions[at], dtype=np.int64)


def _check_answers(
    y_pred: NDArray[Any], y_score: NDArray[Any], kind: ScoreKind | None, target: Target, n_classes: int
) -> None:
    outputs = target.encoded.shape[1] if target.task.is_multi else 1
    if y_pred.shape[1] != outputs or y_pred.dtype.kind != target.encoded.dtype.kind:
        raise BadExchange("predictions of another form")
    if target.task.is_classification:
        last = 1 if target.task.is_multi else n_classes - 1
        if y_pred.size and (y_pred.min() < 0 or y_pred.max() > last):
            raise BadExchange("predictions of classes that are not there")
    if y_score.shape[1] != (0 if kind is None else n_classes) or (
        kind is not None and (y_score.dtype.kind != "f" or not np.isfinite(y_score).all())
    ):
        raise BadExchange("scores of another form")
