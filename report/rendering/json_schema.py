"""The JSON Schema of `report.json`, made from the types that it serialises; `python -m` prints it."""

from __future__ import annotations

import json
import types
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

import numpy as np
from numpy.typing import NDArray

from ..core.comparison import Comparison
from .json_report import DERIVED, INFINITIES, OMITTED, PLOTS_KEY, SCHEMA_VERSION
from .plots.files import PlotFile

Schema = dict[str, Any]
_NUMBER: Schema = {"$ref": "#/$defs/Number"}
_NUMBERS: Schema = {
    "description": "A number; null is not a number, or none.",
    "anyOf": [{"type": ["number", "null"]}, {"enum": list(INFINITIES.values())}],
}
_PLAIN: Mapping[Any, Schema] = {
    str: {"type": "string"},
    bool: {"type": "boolean"},
    int: {"type": "integer"},
    float: _NUMBER,
    type(None): {"type": "null"},
    Any: {},
}


def report_schema() -> Schema:
    """The schema of report.json, strict: every key is required, and none other is allowed."""
    definitions: dict[str, Schema] = {"Number": _NUMBERS}
    _reference(Comparison, definitions)
    report = definitions.pop("Comparison")
    plots = {PLOTS_KEY: {"type": "array", "items": _reference(PlotFile, definitions)}}
    report["properties"] = {"schema_version": {"const": SCHEMA_VERSION}, **report["properties"], **plots}
    report["required"] = list(report["properties"])
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "report.json of ml-report-action",
        **report,
        "$defs": dict(sorted(definitions.items())),
    }


def _reference(kind: type, definitions: dict[str, Schema]) -> Schema:
    if kind.__name__ not in definitions:
        definitions[kind.__name__] = {}
        definitions[kind.__name__] = _object(kind, definitions)
    return {"$ref": f"#/$defs/{kind.__name__}"}


def type_hints(kind: type) -> dict[str, Any]:
    """The type of each field that is serialised, in their order."""
    hints = get_type_hints(kind, localns={"np": np, "NDArray": NDArray})
    omitted = OMITTED.get(kind, ())
    return {field.name: hints[field.name] for field in fields(kind) if field.name not in omitted}


def parts(hint: Any) -> tuple[Any, tuple[Any, ...]]:
    """Origin and arguments of a type; of an alias, as NDArray is one since numpy 2.5, those of what it stands for."""
    origin, arguments = get_origin(hint), get_args(hint)
    stands_for = getattr(origin, "__value__", None)
    return (origin, arguments) if stands_for is None else parts(stands_for[arguments])


def _object(kind: type, definitions: dict[str, Schema]) -> Schema:
    hints = type_hints(kind)
    properties = {name: _schema(hint, definitions) for name, hint in hints.items()}
    for name in DERIVED.get(kind, ()):
        properties[name] = _schema(get_type_hints(getattr(kind, name).fget)["return"], definitions)
    described = {"description": (kind.__doc__ or "").split("\n\n")[0].replace("\n", " ").strip()}
    return {
        "type": "object",
        **described,
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _schema(hint: Any, definitions: dict[str, Schema]) -> Schema:
    if hint in _PLAIN:
        return dict(_PLAIN[hint])
    if is_dataclass(hint) and isinstance(hint, type):
        return _reference(hint, definitions)
    if isinstance(hint, type) and issubclass(hint, Enum):
        return {"enum": [member.value for member in hint]}
    return _generic(hint, *parts(hint), definitions)


def _generic(hint: Any, origin: Any, arguments: tuple[Any, ...], definitions: dict[str, Schema]) -> Schema:
    if origin is Literal:
        return {"enum": list(arguments)}
    if origin is np.ndarray:
        return _array(arguments)
    if origin is tuple:
        return _tuple(arguments, definitions)
    if origin in (Union, types.UnionType):
        return _union([_schema(argument, definitions) for argument in arguments])
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return {"type": "object", "additionalProperties": _schema(arguments[1], definitions)}
    raise TypeError(f"no schema for {hint!r}")


def _array(arguments: tuple[Any, ...]) -> Schema:
    """Nested lists, of as many dimensions as the value has."""
    entry = get_args(arguments[1])[0]
    number = "integer" if issubclass(entry, np.integer) else "number"
    return {"type": "array", "items": {"type": [number, "null", "array"]}}


def _tuple(arguments: tuple[Any, ...], definitions: dict[str, Schema]) -> Schema:
    if arguments[-1] is ...:
        return {"type": "array", "items": _schema(arguments[0], definitions)}
    items = [_schema(argument, definitions) for argument in arguments]
    return {"type": "array", "prefixItems": items, "minItems": len(items), "maxItems": len(items)}


def _union(schemas: list[Schema]) -> Schema:
    """One schema of several types, or a choice where they are more than types."""
    if _NUMBER in schemas and {"type": "null"} in schemas:
        schemas = [schema for schema in schemas if schema != {"type": "null"}]  # a number may be null anyway
    if not all(set(schema) == {"type"} for schema in schemas):
        return schemas[0] if len(schemas) == 1 else {"anyOf": schemas}
    return {"type": [schema["type"] for schema in schemas]}


if __name__ == "__main__":
    print(json.dumps(report_schema(), indent=2, ensure_ascii=False))  # noqa: T201 - it speaks to the terminal
