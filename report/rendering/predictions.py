"""`predictions.parquet`: what every model says of every row, written in pieces so that memory stays small."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pyarrow as pa

from ..core.values import Task

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from ..core.values import Dataset, ModelRun, Predictions, Split, Target

PIECE = 262_144  # rows written at a time
_SPLITS = ("train", "validation", "new")
_TEXT = pa.dictionary(pa.int32(), pa.string())


class Part(NamedTuple):
    """One split's rows: positions : (n_rows,) int64 into the data set, or into its new rows."""

    split: str
    positions: NDArray[np.int64]
    keys: NDArray[np.uint64]


class Writer:
    """Turns encoded targets and scores into named columns of one schema, whatever a model lacks."""

    def __init__(self, target: Target, runs: Sequence[ModelRun]) -> None:
        self._target = target
        self._outputs = tuple(f".{name}" for name in target.names) if target.task.is_multi else ("",)
        self._labels = _label_values(target)
        self._scored = {run.name: _any_score(run) for run in runs}

    def columns(self, part: Part, rows: slice, answers: Sequence[tuple[str, Predictions | None]]) -> pa.RecordBatch:
        """The columns of some rows of a part. answers : per model, its predictions for the whole part."""
        keys = part.keys[rows]
        codes = np.full(len(keys), _SPLITS.index(part.split), np.int32)
        truth = None if part.split == "new" else self._target.encoded[part.positions[rows]]
        named = [("key", pa.array(keys)), ("split", pa.DictionaryArray.from_arrays(codes, list(_SPLITS)))]
        named += self._answers("y_true", truth, len(keys))
        for model, predictions in answers:
            told = None if predictions is None else predictions.y_pred[rows]
            scores = None if predictions is None or predictions.y_score is None else predictions.y_score[rows]
            named += self._answers(f"{model}.pred", told, len(keys))
            named += self._scores(model, scores, len(keys))
        return pa.RecordBatch.from_arrays([array for _, array in named], names=_distinct([name for name, _ in named]))

    def _answers(self, prefix: str, encoded: NDArray[Any] | None, count: int) -> list[tuple[str, Any]]:
        by_output = [None] * len(self._outputs) if encoded is None else _columns_of(encoded)
        return [
            (f"{prefix}{output}", self._decoded(column, count))
            for output, column in zip(self._outputs, by_output, strict=True)
        ]

    def _decoded(self, encoded: NDArray[Any] | None, count: int) -> pa.Array[Any]:
        labels = self._labels
        if labels is None:
            kind = pa.int8() if self._target.task is Task.MULTILABEL else pa.float64()
            return pa.nulls(count, kind) if encoded is None else pa.array(encoded, kind)
        if pa.types.is_string(labels.type):
            codes = pa.nulls(count, pa.int32()) if encoded is None else pa.array(encoded.astype(np.int32))
            return pa.DictionaryArray.from_arrays(codes, labels)
        return pa.nulls(count, labels.type) if encoded is None else labels.take(pa.array(encoded))

    def _scores(self, model: str, scores: NDArray[Any] | None, count: int) -> list[tuple[str, Any]]:
        if not self._scored[model]:
            return []
        names = self._target.names if self._target.task.is_multi else self._target.classes
        return [
            (f"{model}.score.{name}", pa.nulls(count, pa.float32()) if scores is None else _float32(scores[:, index]))
            for index, name in enumerate(names)
        ]


def write_predictions(file: Path, dataset: Dataset, split: Split, runs: Sequence[ModelRun]) -> None:
    """Write row key, split, y_true, and per model `NAME.pred` and `NAME.score.CLASS` (float32).

    Labels are as the user wrote them. Targets of several outputs have one set of columns an output:
    `y_true.OUTPUT`, `NAME.pred.OUTPUT`, `NAME.score.OUTPUT`. Rows without labels have no y_true.
    """
    import pyarrow.parquet as pq

    fitted = [run for run in runs if run.status == "ok"]
    pieces = _pieces(dataset, split, fitted)
    first = next(pieces)
    text = [field.name for field in first.schema if pa.types.is_dictionary(field.type)]
    with pq.ParquetWriter(file, first.schema, use_dictionary=text, compression="snappy") as writer:
        writer.write_batch(first)
        for piece in pieces:
            writer.write_batch(piece)


def _pieces(dataset: Dataset, split: Split, runs: Sequence[ModelRun]) -> Iterator[pa.RecordBatch]:
    writer = Writer(dataset.target, runs)
    for part in _parts(dataset, split):
        answers = [(run.name, _in_order(_predictions(run, part.split), part.positions)) for run in runs]
        for start in range(0, len(part.positions), PIECE):
            yield writer.columns(part, slice(start, start + PIECE), answers)


def _parts(dataset: Dataset, split: Split) -> Iterator[Part]:
    if split.folds is None:  # else each row has been trained on by several models, and is among the others
        yield Part("train", split.train, dataset.keys[split.train])
    yield Part("validation", split.validation, dataset.keys[split.validation])
    if dataset.new is not None:
        keys = np.zeros(len(dataset.new), np.uint64) if dataset.new_keys is None else dataset.new_keys
        yield Part("new", np.arange(len(dataset.new), dtype=np.int64), keys)


def _predictions(run: ModelRun, split: str) -> Predictions | None:
    return {"train": run.train, "validation": run.validation, "new": run.new}[split]


def _any_score(run: ModelRun) -> bool:
    return any(part is not None and part.y_score is not None for part in (run.train, run.validation, run.new))


def _in_order(predictions: Predictions | None, positions: NDArray[np.int64]) -> Predictions | None:
    """The predictions in the order of `positions`; None where they are not of the same rows."""
    if predictions is None or np.array_equal(predictions.positions, positions):
        return predictions
    given = np.argsort(predictions.positions, kind="stable")
    wanted = np.argsort(positions, kind="stable")
    if not np.array_equal(predictions.positions[given], positions[wanted]):
        return None
    order = np.empty_like(given)
    order[wanted] = given
    score = None if predictions.y_score is None else predictions.y_score[order]
    return replace(predictions, y_pred=predictions.y_pred[order], y_score=score, positions=positions)


def _label_values(target: Target) -> pa.Array[Any] | None:
    """The classes as one type, as text where they are of several; None when values need no decoding."""
    if target.task not in (Task.BINARY, Task.MULTICLASS):
        return None
    kinds = {type(label) for label in target.classes}
    if len(kinds) == 1 and kinds <= {bool, int, float}:
        return pa.array(target.classes)
    return pa.array([_text(label) for label in target.classes])


def _text(label: object) -> str:
    return str(label).encode("utf-8", "replace").decode()


def _columns_of(values: NDArray[Any]) -> list[NDArray[Any] | None]:
    return [values] if values.ndim == 1 else list(values.T)


def _float32(values: NDArray[Any]) -> pa.Array[Any]:
    return pa.array(values.astype(np.float32))


def _distinct(names: Sequence[str]) -> list[str]:
    """The names, each a second time with a number: classes 1 and "1" are two."""
    distinct: dict[str, None] = {}
    for name in map(_text, names):
        unique, count = name, 2
        while unique in distinct:
            unique, count = f"{name}.{count}", count + 1
        distinct[unique] = None
    return list(distinct)
