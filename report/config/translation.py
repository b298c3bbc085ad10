"""pydantic's errors in plain words: what was expected, what was found, and the nearest known name."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Annotated, Any, Union, get_args, get_origin

from ..core.importing import nearest
from .fields import EXPECTED, FORMS, WRONG
from .flaws import Flaw, KeyPath, dotted, shown
from .schema import Config, DataConfig, ModelConfig
from .validation import Section

if TYPE_CHECKING:
    from pydantic import ValidationError
    from pydantic_core import ErrorDetails

_KEY = "[key]"  # pydantic's mark of an error in a key rather than its value
_MAPPING = "a mapping of keys and values"
_EXAMPLES = {
    "data": "data: {source: data.csv, target: COLUMN}",
    "models": "models: {logistic: sklearn.linear_model.LogisticRegression}",
    "cross_validation": "cross_validation: {folds: 5}",
    "samples": "samples: {rows: 10}",
    "baseline": "baseline: {against: base}",
    "compute": "compute: {time_limit: 30m}",
    "report": "report: {plots: auto}",
}
_WORDS = {  # by type of error, where no field says it better
    "model_type": _MAPPING,
    "mapping_type": _MAPPING,
    "dict_type": _MAPPING,
    "tuple_type": "a list",
    "list_type": "a list",
    "string_type": "text",
}
_BOOLEAN_WORDS = frozenset({"yes", "no", "on", "off", "y", "n"})


def flaws_of(error: ValidationError) -> Iterator[Flaw]:
    """Each error once, in pydantic's order."""
    for detail in error.errors(include_url=False):
        path = tuple(part for part in detail["loc"] if part not in FORMS)
        if (flaw := _flaw(path, detail)) is not None:
            yield flaw


def _flaw(path: KeyPath, detail: ErrorDetails) -> Flaw | None:
    if path and path[-1] == _KEY:
        return _bad_name(path[:-1], detail)
    return _TELLERS.get(detail["type"], _unexpected)(path, detail)


def _unexpected(path: KeyPath, detail: ErrorDetails) -> Flaw:
    kind, found = detail["type"], detail["input"]
    words = detail["msg"] if kind == EXPECTED else _WORDS.get(kind, "another value")
    return Flaw(path, f"expected {words}, found {shown(found)}", _shape_hint(path, words, found))


def _unknown_key(path: KeyPath, _: ErrorDetails) -> Flaw:
    return Flaw(path, "unknown key", _known_key(path))


def _missing(path: KeyPath, _: ErrorDetails) -> Flaw:
    return Flaw(path, "this key is needed", _purpose(path))


def _other_choice(path: KeyPath, detail: ErrorDetails) -> Flaw:
    names, found = re.findall(r"'([^']*)'", detail["ctx"]["expected"]), detail["input"]
    hint = nearest(found, names) if isinstance(found, str) else None
    return Flaw(path, f"expected {_either(names)}, found {shown(found)}", hint)


def _wrong(path: KeyPath, detail: ErrorDetails) -> Flaw:
    return Flaw(path, detail["ctx"]["message"], detail["ctx"]["hint"])


def _too_short(path: KeyPath, detail: ErrorDetails) -> Flaw | None:
    if detail["input"]:  # said of a list with a wrong entry too, which has a flaw of its own
        return None
    return Flaw(path, "expected at least one entry, found an empty list")


_TELLERS: dict[str, Callable[[KeyPath, ErrorDetails], Flaw | None]] = {
    "extra_forbidden": _unknown_key,
    "invalid_key": _unknown_key,
    "missing": _missing,
    "literal_error": _other_choice,
    "too_short": _too_short,
    WRONG: _wrong,
}


def _bad_name(path: KeyPath, detail: ErrorDetails) -> Flaw:
    if detail["type"] == WRONG:
        return _wrong(path, detail)
    return Flaw(path, f"a name must be text, found {shown(path[-1])}", f'put quotes around it: "{shown(path[-1])}"')


def _shape_hint(path: KeyPath, words: str, found: Any) -> str | None:
    if words == "a list" and isinstance(found, (str, int, float)):
        return f"put brackets around it: [{found}]"
    if words == _MAPPING and dotted(path) in _EXAMPLES:
        return f"write it like {_EXAMPLES[dotted(path)]}"
    return _quoting_hint(words, found)


def _quoting_hint(words: str, found: Any) -> str | None:
    if words == "true or false" and isinstance(found, str) and found.lower() in _BOOLEAN_WORDS:
        return f"{found} is text in YAML 1.2: write true or false"
    if words in ("text", "the name of a column") and isinstance(found, (int, float)):
        return f'put quotes around it: "{shown(found)}"'
    return None


def _either(names: list[str]) -> str:
    return " or ".join(part for part in (", ".join(names[:-1]), names[-1]) if part)


def _known_key(path: KeyPath) -> str:
    """A hint for an unknown key: the nearest known one, or where it belongs, or all that are known."""
    *parents, key = path
    types = _types_at(tuple(parents))
    known = [name for type_ in types for name in _fields(type_)]
    if not parents and key in DataConfig.model_fields:
        return f"it belongs into data: data.{key}"
    near = nearest(str(key), known)
    if ModelConfig in types:
        in_params = f"parameters of the estimator go into params: {dotted((*parents, 'params', key))}"
        return f"{near} {in_params}" if near else in_params
    return near or f"known keys: {', '.join(known)}"


def _purpose(path: KeyPath) -> str | None:
    *parents, key = path
    fields = [_fields(type_).get(key) for type_ in _types_at(tuple(parents))]
    return next((field.description for field in fields if field is not None), None)


def _fields(type_: Any) -> Mapping[str, Any]:
    """By the names that a file calls them."""
    fields = type_.model_fields if _is_section(type_) else {}
    return {field.alias or name: field for name, field in fields.items()}


def _types_at(path: KeyPath) -> list[Any]:
    """The types that the schema allows at a path, unions taken apart."""
    types = [Config]
    for part in path:
        types = [inner for type_ in types for inner in _types_below(type_, part)]
    return types


def _types_below(type_: Any, part: Any) -> list[Any]:
    if _is_section(type_):
        field = _fields(type_).get(part)
        return [] if field is None else _members(field.annotation)
    arguments = get_args(type_)
    if get_origin(type_) is tuple:
        return _members(arguments[0])
    return _members(arguments[1]) if get_origin(type_) is Mapping else []


def _members(annotation: Any) -> list[Any]:
    """The members of a union, annotations taken off."""
    if get_origin(annotation) is Annotated:
        return _members(get_args(annotation)[0])
    if get_origin(annotation) is Union or type(annotation).__name__ == "UnionType":
        return [member for argument in get_args(annotation) for member in _members(argument)]
    return [annotation]


def _is_section(type_: Any) -> bool:
    # Python 3.10 takes tuple[…] for a class
    return get_origin(type_) is None and isinstance(type_, type) and issubclass(type_, Section)
