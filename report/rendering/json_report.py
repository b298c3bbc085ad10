"""`report.json`: the comparison, serialised. Its schema is made from the same types by json_schema.py."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from enum import Enum
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from ..core.comparison import Comparison
from ..core.results import Evaluation

if TYPE_CHECKING:
    from ..core.comparison import ModelPair
    from ..core.results import ModelEvaluation

SCHEMA_VERSION = 1
DERIVED: Mapping[type, tuple[str, ...]] = {Comparison: ("passed", "verdict"), Evaluation: ("best_model",)}
_NUMBERS = 200_000  # in the arrays of a report, spread evenly over its models
_DIGITS = 6  # significant ones of an array's entries: these are for drawing
T = TypeVar("T")


def render_json(comparison: Comparison) -> str:
    """The report as JSON, in one line; NaN and infinity become null."""
    plain = {"schema_version": SCHEMA_VERSION, **to_plain(within_size(comparison))}
    return json.dumps(plain, ensure_ascii=False, allow_nan=False, separators=(",", ":")) + "\n"


def within_size(comparison: Comparison) -> Comparison:
    """The comparison without the largest arrays, so that a report of many classes or models stays small.

    The rows behind every curve and matrix are in predictions.parquet.
    """
    head = comparison.head
    pairs = comparison.base.pairs if comparison.base is not None else ()
    room = _NUMBERS // max(1, len(head.models) + sum(pair.evaluation is not None for pair in pairs))
    smaller = replace(head, models=tuple(_model(model, room) for model in head.models))
    if comparison.base is None:
        return replace(comparison, head=smaller)
    base = replace(comparison.base, pairs=tuple(_pair(pair, room) for pair in pairs))
    return replace(comparison, head=smaller, base=base)


def to_plain(value: Any) -> Any:
    """A value of the core types as JSON's: mappings with text keys, lists, text, numbers, booleans and null."""
    if is_dataclass(value):
        names = (*(field.name for field in fields(value)), *DERIVED.get(type(value), ()))
        return {name: to_plain(getattr(value, name)) for name in names}
    if isinstance(value, Mapping):
        return {to_plain(str(key)): to_plain(entry) for key, entry in value.items()}
    if isinstance(value, np.ndarray):
        return _rounded(value)
    return [to_plain(entry) for entry in value] if isinstance(value, (tuple, list)) else _scalar(value)


def _scalar(value: Any) -> Any:
    value = value.item() if isinstance(value, np.generic) else value.value if isinstance(value, Enum) else value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else value


def _pair(pair: ModelPair, room: int) -> ModelPair:
    return pair if pair.evaluation is None else replace(pair, evaluation=_model(pair.evaluation, room))


def _model(model: ModelEvaluation, room: int) -> ModelEvaluation:
    confusion, room = _fitting(model.confusion, room)
    curves, room = _fitting(model.curves, room)
    points, room = _fitting(model.actual_predicted, room)
    return replace(model, confusion=confusion, curves=curves, actual_predicted=points)


def _fitting(items: tuple[T, ...], room: int) -> tuple[tuple[T, ...], int]:
    """The first items whose arrays fit into the room, and the room that is left."""
    for count, item in enumerate(items):
        size = sum(value.size for value in vars(item).values() if isinstance(value, np.ndarray))
        if size > room:
            return items[:count], room
        room -= size
    return items, room


def _rounded(array: np.ndarray[Any, Any]) -> Any:
    """Nested lists, floats with six significant digits."""
    if array.dtype.kind != "f":
        return array.tolist()
    flat = [float(f"{entry:.{_DIGITS}g}") if math.isfinite(entry) else None for entry in array.ravel().tolist()]
    return _nested(flat, array.shape)


def _nested(flat: list[Any], shape: tuple[int, ...]) -> Any:
    if len(shape) == 1:
        return flat
    step = math.prod(shape[1:])
    return [_nested(flat[row * step : (row + 1) * step], shape[1:]) for row in range(shape[0])]
