"""A model of a plain configuration as values by name: its estimator, parameters and preprocessing, inner ones too."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

_KEYWORDS = ("passthrough", "drop")


def model_values(model: Any) -> dict[str, Any] | None:
    """Values by name: `C`, `final_estimator__C`, `preprocess[0].StandardScaler.with_std`; None of what is no model.

    What is not given is not there: a parameter has its default then.
    """
    if not _is_inner(model):
        return None
    values: dict[str, Any] = {"estimator": model["estimator"]}
    for name, value in _mapping(model.get("params")).items():
        values |= _flat(name, value, "")
    preprocess = model.get("preprocess", "auto")
    if not isinstance(preprocess, list):
        return {**values, "preprocess": preprocess}
    for place, step in enumerate(preprocess):
        values |= _step(_mapping(step), f"preprocess[{place}].")
    return values


def shown_value(value: Any) -> str:
    """A value as the report shows it: text as it is, lists and mappings as in the file."""
    return json.dumps(value, ensure_ascii=False, default=str) if isinstance(value, (list, dict)) else str(value)


def _step(step: Mapping[str, Any], above: str) -> dict[str, Any]:
    """A transformer's path and its parameters; of several in turn all paths, and the parameters by their classes."""
    columns, apply = step.get("columns"), step.get("apply")
    applied = [_pair(entry) for entry in (apply if isinstance(apply, list) else [apply])]
    paths = [path for path, _ in applied]
    values: dict[str, Any] = {
        f"{above}columns": columns if isinstance(columns, list) else [columns],
        f"{above}apply": paths[0] if len(paths) == 1 else " → ".join(map(str, paths)),
    }
    for (_, params), name in zip(applied, _classes(paths), strict=True):
        for key, value in params.items():
            values |= _flat(key, value, f"{above}{name}.")
    return values


def _pair(entry: Any) -> tuple[Any, Mapping[str, Any]]:
    if _is_inner(entry):
        return entry["estimator"], _mapping(entry.get("params"))
    return entry, {}


def _classes(paths: list[Any]) -> Iterator[str]:
    """The last part of each import path, with a number from the second of a name on."""
    seen: list[str] = []
    for path in paths:
        name = str(path).replace(":", ".").rpartition(".")[2]
        seen.append(name)
        yield name if seen.count(name) == 1 else f"{name}{seen.count(name)}"


def _flat(name: str, value: Any, above: str) -> dict[str, Any]:
    """A parameter, and those of the estimators in it, by the names that scikit-learn gives them."""
    here = f"{above}{name}"
    if _is_inner(value):
        flat = {here: value["estimator"]}
        for inner, given in _mapping(value.get("params")).items():
            flat |= _flat(inner, given, f"{here}__")
        return flat
    if isinstance(value, list) and value and all(map(_is_named, value)):
        flat = {here: ", ".join(entry[0] for entry in value)}
        for entry in value:
            flat |= _flat(entry[0], entry[1], above)
            flat |= {f"{above}{entry[0]}__columns": part for part in entry[2:]}
        return flat
    return {here: value}


def _is_inner(value: Any) -> bool:
    return isinstance(value, Mapping) and isinstance(value.get("estimator"), str)


def _is_named(entry: Any) -> bool:
    """A step of a pipeline, `[name, {estimator, params}]`; a column transformer's has its columns as a third part."""
    is_pair = isinstance(entry, list) and len(entry) in (2, 3) and isinstance(entry[0], str)
    return is_pair and (_is_inner(entry[1]) or entry[1] in _KEYWORDS)


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
