"""`report.json` read back, as if somebody else had written it: in a pull request from a fork, somebody else has.

The schema is made from the same types as the file is (json_schema.py): what does not fit is one error that says where.
Nothing of the file is executed, no path in it is followed, and sizes have limits.
"""

from __future__ import annotations

import math
import types
from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, fields, is_dataclass
from enum import Enum
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Union, get_args, get_type_hints

import numpy as np
from pydantic_core import PydanticCustomError, SchemaValidator, ValidationError, core_schema, from_json

from ..core.comparison import Comparison
from ..core.errors import OutputError, Place
from .escaping import shorten
from .json_report import DERIVED, INFINITIES, PLOTS_KEY, SCHEMA_VERSION
from .json_schema import parts, type_hints
from .plots import PLOT_IDS, PlotFile
from .sections import SECTION_IDS

if TYPE_CHECKING:
    from pydantic_core import CoreSchema

AT_MOST_BYTES = 16_000_000
_TEXT = 100_000  # characters of one text
_ITEMS = 200_000  # of one list or mapping
_FEWER: Mapping[str, int] = {  # of lists that are looked through for each entry of others
    "models": 500,
    "metrics": 200,
    "pairs": 1_000,
    "gates": 10_000,
    "scores": 1_000,
    "changes": 1_000,
    PLOTS_KEY: 100,
}
_DIMENSIONS = 3
_LARGEST = 2**64  # of whole numbers
_PIXELS = 10_000  # of a plot's width
_TOLD = 3  # problems
_SAME_VERSION = "let both workflows use the same version of the action"
_NAMED = {text: number for number, text in INFINITIES.items()}


@dataclass(frozen=True, eq=False)
class StoredReport:
    """What a `report.json` holds: the comparison, and the pictures that were beside it."""

    comparison: Comparison
    plots: tuple[PlotFile, ...] = ()

    @property
    def sections(self) -> Literal["auto"] | tuple[str, ...]:
        """Those that the configuration asks for."""
        report = self.comparison.config.get("report")
        wanted = report.get("sections") if isinstance(report, dict) else None
        return tuple(name for name in SECTION_IDS if name in wanted) if isinstance(wanted, list) else "auto"


def read_report(content: bytes, *, name: str = "report.json") -> StoredReport:
    """The report that `render_json` has written: rendered again, it gives the same text.

    Raises OutputError, its place `name`, for what is no report, too large, or of another version.
    """
    place = Place(name)
    if len(content) > AT_MOST_BYTES:
        raise OutputError(f"the file is larger than {AT_MOST_BYTES // 1_000_000} MB", place=place)
    _check_version(_json(content, place), place)
    try:
        stored: StoredReport = _validator().validate_json(content)
    except ValidationError as error:
        told = [f"{_where(problem['loc'])}: {problem['msg']}" for problem in error.errors(include_input=False)[:_TOLD]]
        more = f", and {error.error_count() - _TOLD} more" if error.error_count() > _TOLD else ""
        said = f"this is no report: {shorten('; '.join(told), 600)}{more}"
        raise OutputError(said, place=place, hint=_SAME_VERSION) from None
    return stored


def _json(content: bytes, place: Place) -> Any:
    try:
        return from_json(content, allow_inf_nan=False)
    except ValueError as error:
        raise OutputError(f"the file is not JSON: {shorten(str(error), 200)}", place=place) from None


def _check_version(plain: Any, place: Place) -> None:
    version = plain.get("schema_version") if isinstance(plain, dict) else None
    if version != SCHEMA_VERSION or isinstance(version, bool):
        given = f"version {shorten(str(version), 20)}" if isinstance(version, (int, str)) else "no version"
        raise OutputError(
            f"the report has {given}, and this program reads version {SCHEMA_VERSION}",
            place=place,
            hint=_SAME_VERSION,
        )


def _where(path: tuple[int | str, ...]) -> str:
    return shorten(".".join(str(step) for step in path), 100) or "the report"


@lru_cache(maxsize=1)  # making it takes a moment
def _validator() -> SchemaValidator:
    beside = {"schema_version": core_schema.int_schema(), PLOTS_KEY: _sequence(_of(PlotFile), PLOTS_KEY)}
    return SchemaValidator(_object(Comparison, beside, make=_stored))


def _stored(values: dict[str, Any]) -> StoredReport:
    values.pop("schema_version")
    plots = values.pop(PLOTS_KEY, ())
    return StoredReport(Comparison(**values), plots)


def _object(
    kind: type, beside: Mapping[str, CoreSchema] | None = None, make: Callable[[dict[str, Any]], Any] | None = None
) -> CoreSchema:
    """A frozen dataclass. A field with a default may be missing: an older report of this version has not known it."""
    needed = {field.name for field in fields(kind) if field.default is field.default_factory is MISSING}
    derived = {name: get_type_hints(getattr(kind, name).fget)["return"] for name in DERIVED.get(kind, ())}
    shapes = {name: _of(hint, name) for name, hint in (type_hints(kind) | derived).items()} | dict(beside or {})
    known = {name: core_schema.typed_dict_field(shape, required=name in needed) for name, shape in shapes.items()}
    shape = core_schema.typed_dict_schema(known, extra_behavior="forbid")

    def build(values: dict[str, Any]) -> Any:
        given = {name: value for name, value in values.items() if name not in derived}
        return (make or _MAKERS.get(kind) or (lambda known: kind(**known)))(given)

    return core_schema.no_info_after_validator_function(build, shape)


def _of(hint: Any, name: str = "") -> CoreSchema:
    """What JSON has to hold for a type; name : of the field, for its limits."""
    if hint in _SHAPES:
        return _DIGITS if name == "digits" else _SHAPES[hint]
    if is_dataclass(hint) and isinstance(hint, type):
        return _object(hint)
    if isinstance(hint, type) and issubclass(hint, Enum):
        values = core_schema.literal_schema([member.value for member in hint])
        return core_schema.no_info_after_validator_function(hint, values)
    return _generic(*parts(hint), name)


def _generic(origin: Any, arguments: tuple[Any, ...], name: str) -> CoreSchema:
    if origin is Literal:
        return core_schema.literal_schema(list(arguments))
    if origin is np.ndarray:
        return _array(get_args(arguments[1])[0])
    if origin is tuple and arguments[-1] is ...:
        return _sequence(_of(arguments[0]), name)
    if origin is tuple:
        return core_schema.tuple_schema([_of(argument) for argument in arguments])
    if origin in (Union, types.UnionType):
        return _union(arguments, name)
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return core_schema.dict_schema(_SHAPES[str], _of(arguments[1]), max_length=_ITEMS)
    raise TypeError(f"no shape for {origin!r}")


def _union(arguments: tuple[Any, ...], name: str) -> CoreSchema:
    shapes = [_of(argument, name) for argument in arguments if argument is not type(None)]
    shape = shapes[0] if len(shapes) == 1 else core_schema.union_schema(list(shapes))
    return core_schema.nullable_schema(shape) if type(None) in arguments else shape


def _sequence(entry: CoreSchema, name: str) -> CoreSchema:
    least = 1 if name == "metrics" else 0  # the first is the primary one
    return core_schema.tuple_schema(
        [entry], variadic_item_index=0, min_length=least, max_length=_FEWER.get(name, _ITEMS)
    )


def _array(entry: type[np.generic]) -> CoreSchema:
    """Nested lists of one shape, null for NaN."""
    whole = issubclass(entry, np.integer)
    allowed: tuple[type, ...] = (int,) if whole else (float, int, type(None))

    def build(value: Any) -> Any:
        numbers, shape = _flat(value)
        if not all(type(number) in allowed and _is_finite(number) for number in numbers):
            raise PydanticCustomError("array", "Input should be an array of numbers")
        try:
            flat = np.array([math.nan if number is None else number for number in numbers], dtype=entry)
        except OverflowError:
            raise PydanticCustomError("array", "Input should be an array of smaller numbers") from None
        return flat.reshape(shape)

    return core_schema.no_info_after_validator_function(build, core_schema.list_schema())


def _flat(value: list[Any]) -> tuple[list[Any], tuple[int, ...]]:
    """The entries of nested lists in their order, and the shape."""
    shape = [len(value)]
    while value and isinstance(value[0], list) and len(shape) < _DIMENSIONS:
        if any(not isinstance(row, list) or len(row) != len(value[0]) for row in value):
            raise PydanticCustomError("array", "Input should be an array whose rows are equally long")
        shape.append(len(value[0]))
        value = [entry for row in value for entry in row]
    return value, tuple(shape)


def _is_finite(value: Any) -> bool:
    """Whether no number in it is too large for a float: JSON's 1e999 reads as infinity."""
    if isinstance(value, (list, dict)):
        return all(map(_is_finite, value.values() if isinstance(value, dict) else value))
    return not isinstance(value, float) or math.isfinite(value)


def _any(value: Any) -> Any:
    if not _is_finite(value):
        raise PydanticCustomError("finite_number", "Input should be a finite number")
    return value


def _number(value: Any) -> float:
    return math.nan if value is None else _NAMED.get(value, value)


def _plot(values: dict[str, Any]) -> PlotFile:
    if values["id"] not in PLOT_IDS or not 0 < values["width"] <= _PIXELS:
        raise PydanticCustomError("plot", "Input should be one of the plots of a report")
    return PlotFile(file=Path("plots") / f"{values['id']}.png", **values)


_MAKERS: Mapping[type, Callable[[dict[str, Any]], Any]] = {PlotFile: _plot}
_FINITE = core_schema.float_schema(strict=True, allow_inf_nan=False)
_NAMES = core_schema.literal_schema(list(_NAMED))
_DIGITS = core_schema.int_schema(strict=True, ge=0, le=30)  # after the point: each is a character
_SHAPES: Mapping[Any, CoreSchema] = {
    str: core_schema.str_schema(strict=True, max_length=_TEXT),
    bool: core_schema.bool_schema(strict=True),
    int: core_schema.int_schema(strict=True, ge=-_LARGEST, le=_LARGEST),
    float: core_schema.no_info_after_validator_function(
        _number, core_schema.nullable_schema(core_schema.union_schema([_FINITE, _NAMES]))
    ),
    Any: core_schema.no_info_after_validator_function(_any, core_schema.any_schema()),
}
