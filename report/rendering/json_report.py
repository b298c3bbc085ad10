"""`report.json`: the comparison, serialised; reading.py reads it. json_schema.py makes its schema from the same types.

NaN is null. Infinity is null in arrays, which are for drawing, and the text "Infinity" or "-Infinity" elsewhere.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass, replace
from enum import Enum
from typing import TYPE_CHECKING, Any, TypeVar, cast

import numpy as np

from ..core.comparison import Comparison
from ..core.results import Evaluation
from .plots.files import PlotFile

if TYPE_CHECKING:
    from ..core.comparison import ModelPair
    from ..core.results import ModelEvaluation

SCHEMA_VERSION = 1
DERIVED: Mapping[type, tuple[str, ...]] = {Comparison: ("passed", "verdict"), Evaluation: ("best_model",)}
OMITTED: Mapping[type, tuple[str, ...]] = {PlotFile: ("file",)}  # its name follows from the id
PLOTS_KEY = "plots"
INFINITIES = {math.inf: "Infinity", -math.inf: "-Infinity"}
_NUMBERS = 200_000  # in the arrays of a report, spread evenly over its models
_DIGITS = 6  # significant ones of an array's entries, where they are only drawn
_LONE = re.compile(r"[\ud800-\udfff]")  # halves of characters, which no file can hold
T = TypeVar("T")


def render_json(comparison: Comparison, plots: Sequence[PlotFile] = ()) -> str:
    """The report as JSON, in one line. plots : the pictures beside it."""
    plain = {"schema_version": SCHEMA_VERSION, **to_plain(within_size(comparison)), PLOTS_KEY: to_plain(tuple(plots))}
    return json.dumps(plain, ensure_ascii=False, allow_nan=False, separators=(",", ":")) + "\n"


def within_size(comparison: Comparison) -> Comparison:
    """The comparison without the largest arrays, so that a report of many classes or models stays small.

    What is only drawn has six significant digits. The rows behind every curve and matrix are in predictions.parquet.
    """
    head = comparison.head
    pairs = comparison.base.pairs if comparison.base is not None else ()
    room = _NUMBERS // max(1, len(head.models) + sum(pair.evaluation is not None for pair in pairs))
    models = tuple(_model(model, room) for model in head.models)
    smaller = replace(head, models=models, samples=tuple(map(_rounded, head.samples)))
    if comparison.base is None:
        return replace(comparison, head=smaller)
    base = replace(comparison.base, pairs=tuple(_pair(pair, room) for pair in pairs))
    return replace(comparison, head=smaller, base=base)


def to_plain(value: Any) -> Any:
    """A value of the core types as JSON's: mappings with text keys, lists, text, numbers, booleans and null."""
    if is_dataclass(value):
        kept = (field.name for field in fields(value) if field.name not in OMITTED.get(type(value), ()))
        return {name: to_plain(getattr(value, name)) for name in (*kept, *DERIVED.get(type(value), ()))}
    if isinstance(value, Mapping):
        return {to_plain(str(key)): to_plain(entry) for key, entry in value.items()}
    if isinstance(value, np.ndarray):
        return _nested(value.tolist())
    return [to_plain(entry) for entry in value] if isinstance(value, (tuple, list)) else _scalar(value)


def _nested(value: Any) -> Any:
    """The lists of an array, numbers that are not finite as null."""
    if isinstance(value, list):
        return [_nested(entry) for entry in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _scalar(value: Any) -> Any:
    value = value.item() if isinstance(value, np.generic) else value.value if isinstance(value, Enum) else value
    if isinstance(value, float) and not math.isfinite(value):
        return INFINITIES.get(value)
    return _LONE.sub("\N{REPLACEMENT CHARACTER}", value) if isinstance(value, str) else value


def _pair(pair: ModelPair, room: int) -> ModelPair:
    return pair if pair.evaluation is None else replace(pair, evaluation=_model(pair.evaluation, room))


def _model(model: ModelEvaluation, room: int) -> ModelEvaluation:
    confusion, room = _fitting(model.confusion, room)
    curves, room = _fitting(model.curves, room)
    points, room = _fitting(model.actual_predicted, room)
    return replace(model, confusion=confusion, curves=curves, actual_predicted=points)


def _fitting(items: tuple[T, ...], room: int) -> tuple[tuple[T, ...], int]:
    """The first items whose arrays fit into the room, rounded, and the room that is left."""
    kept: list[T] = []
    for item in items:
        size = sum(value.size for value in vars(item).values() if isinstance(value, np.ndarray))
        if size > room:
            break
        room -= size
        kept.append(_rounded(item))
    return tuple(kept), room


def _rounded(item: T) -> T:
    """The item with six significant digits in its arrays of floats."""
    arrays = {name: value for name, value in vars(item).items() if isinstance(value, np.ndarray)}
    floats = {name: _significant(value) for name, value in arrays.items() if value.dtype.kind == "f"}
    return cast("T", replace(cast("Any", item), **floats))


def _significant(array: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    return np.array([float(f"{entry:.{_DIGITS}g}") for entry in array.ravel().tolist()]).reshape(array.shape)
