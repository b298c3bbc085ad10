"""Estimators and transformers from import paths and parameters, nested ones included."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ..core.errors import ModelError, Place, ReportError
from ..core.importing import import_object, nearest, user_traceback
from .tags import estimator_type

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from ..config.schema import ModelConfig
    from ..core.values import Task

_NESTED = frozenset({"estimator", "params"})
_KEYWORDS = ("passthrough", "drop")
_LONGEST_LIST = 12  # known names in a hint


def build(config: ModelConfig, *, root: Path, key: str) -> Any:
    """The estimator that a model's configuration describes, not fitted.

    root : the repository. key : the configuration key of the model, such as `models.forest`, for messages.
    Raises ReportError where the import path, a parameter's name or the result is wrong.
    """
    estimator = _made(config.estimator, config.params, root, key)
    missing = [method for method in ("fit", "predict") if not _has(estimator, method)]
    if missing or inspect.isclass(estimator):
        what = (
            "a class" if inspect.isclass(estimator) else f"{_article(type(estimator).__name__)}, without {missing[0]}"
        )
        raise ModelError(
            f"'{config.estimator}' gives {what}",
            place=Place(key=f"{key}.estimator"),
            hint="a model needs `fit` and `predict`, as scikit-learn's classifiers and regressors have them",
        )
    return estimator


def _has(estimator: Any, method: str) -> bool:
    """Whether a method is there, or will be after the fit: composite estimators learn theirs from what is inside."""
    return callable(getattr(estimator, method, None)) or callable(getattr(type(estimator), method, None))


def build_transformer(given: str | Mapping[str, Any], *, root: Path, key: str) -> Any:
    """A transformer by import path or `{estimator, params}`; "passthrough" and "drop" stay as they are."""
    if isinstance(given, str):
        return given if given in _KEYWORDS else _made(given, {}, root, key)
    if not _is_nested(given):
        raise ModelError("a transformer is an import path or {estimator: PATH, params: …}", place=Place(key=key))
    return _made(given["estimator"], given.get("params") or {}, root, key)


def check_task(estimator: Any, task: Task, *, key: str) -> None:
    """Raise ModelError for an estimator of another task; objects that do not tell their kind are let through."""
    kind, wanted = estimator_type(estimator), "classifier" if task.is_classification else "regressor"
    if kind is None or kind == wanted:
        return
    words = kind.replace("_", " ")
    raise ModelError(
        f"{type(estimator).__name__} is {_article(words)}, and the target needs a {wanted}",
        place=Place(key=f"{key}.estimator"),
        hint=f"this is {task.value}: name a {wanted}, or set `task`",
    )


def flat_params(params: Mapping[str, Any]) -> dict[str, str]:
    """What the configuration gives, as text; inner estimators by their own names: `final_estimator__C` → '1.0'."""
    flat: dict[str, str] = {}
    for name, value in params.items():
        _flatten(name, value, "", flat)
    return flat


def _flatten(name: str, value: Any, prefix: str, flat: dict[str, str]) -> None:
    if _is_nested(value):
        flat[prefix + name] = value["estimator"]
        for inner, given in (value.get("params") or {}).items():
            _flatten(inner, given, f"{prefix}{name}__", flat)
    elif isinstance(value, list) and value and all(_is_named_step(entry) for entry in value):
        flat[prefix + name] = ", ".join(entry[0] for entry in value)
        for entry in value:
            _flatten(entry[0], entry[1], prefix, flat)
    else:
        flat[prefix + name] = str(value)


def _is_nested(value: Any) -> bool:
    return isinstance(value, Mapping) and isinstance(value.get("estimator"), str) and value.keys() <= _NESTED


def _is_named_step(entry: Any) -> bool:
    """`[name, {estimator, params}]`, as in the steps of a pipeline; a column transformer's have a third part."""
    return (
        isinstance(entry, list)
        and len(entry) in (2, 3)
        and isinstance(entry[0], str)
        and (_is_nested(entry[1]) or (isinstance(entry[1], str) and entry[1] in _KEYWORDS))
    )


def _made(path: str, params: Mapping[str, Any], root: Path, key: str) -> Any:
    factory = import_object(path, root, key=f"{key}.estimator")
    if not callable(factory):
        raise ModelError(
            f"'{path}' is neither a class nor a function",
            place=Place(key=f"{key}.estimator"),
            hint="name a class, or a function that returns an estimator",
        )
    built = {name: _value(value, root, f"{key}.params.{name}") for name, value in params.items()}
    inner = {name: value for name, value in built.items() if "__" in name.strip("_")}
    direct = {name: value for name, value in built.items() if name not in inner}
    _check_names(factory, direct, key)
    made = _called(factory, _as_tuples(factory, direct), path, root, key)
    _set_inner(made, inner, key)
    return made


def _value(value: Any, root: Path, key: str) -> Any:
    if _is_nested(value):
        return _made(value["estimator"], value.get("params") or {}, root, key)
    if isinstance(value, Mapping):
        return {name: _value(entry, root, f"{key}.{name}") for name, entry in value.items()}
    if isinstance(value, list):
        entries = [_value(entry, root, f"{key}.{index}") for index, entry in enumerate(value)]
        return [tuple(entry) if _is_named_step(raw) else entry for entry, raw in zip(entries, value, strict=True)]
    return value


def _check_names(factory: Callable[..., Any], params: Mapping[str, Any], key: str) -> None:
    try:
        signature = inspect.signature(factory)
    except (TypeError, ValueError):  # some compiled callables do not tell
        return
    kinds = inspect.Parameter
    named = [
        name for name, p in signature.parameters.items() if p.kind in (kinds.POSITIONAL_OR_KEYWORD, kinds.KEYWORD_ONLY)
    ]
    open_ended = any(p.kind is kinds.VAR_KEYWORD for p in signature.parameters.values())
    called = getattr(factory, "__name__", "it")
    for name in params:
        if name not in named and not open_ended:
            raise ModelError(
                f"{called} has no parameter '{name}'",
                place=Place(key=f"{key}.params.{name}"),
                hint=nearest(name, named) or _known(named),
            )
    for name, parameter in signature.parameters.items():
        if parameter.default is kinds.empty and name in named and name not in params:
            raise ModelError(f"{called} needs the parameter '{name}'", place=Place(key=f"{key}.params"))


def _known(names: list[str]) -> str:
    if not names:
        return "it takes none"
    more = ", …" if len(names) > _LONGEST_LIST else ""
    return f"it has {', '.join(names[:_LONGEST_LIST])}{more}"


def _as_tuples(factory: Any, params: Mapping[str, Any]) -> dict[str, Any]:
    """YAML has no tuples: a list goes in as one where scikit-learn says that only a tuple will do."""
    constraints = getattr(factory, "_parameter_constraints", {})
    return {
        name: tuple(value) if isinstance(value, list) and _only_tuple(constraints.get(name)) else value
        for name, value in params.items()
    }


def _only_tuple(constraint: Any) -> bool:
    return (
        isinstance(constraint, list)
        and tuple in constraint
        and not {list, "array-like"} & {entry for entry in constraint if isinstance(entry, (type, str))}
    )


def _called(factory: Callable[..., Any], params: Mapping[str, Any], path: str, root: Path, key: str) -> Any:
    try:
        return factory(**params)
    except ReportError:
        raise
    except Exception as error:
        raise ModelError(f"calling '{path}' failed:\n{user_traceback(error, root)}", place=Place(key=key)) from error


def _set_inner(made: Any, params: Mapping[str, Any], key: str) -> None:
    """Parameters of inner estimators by scikit-learn's names, such as `classifier__C`."""
    known = list(made.get_params()) if params and hasattr(made, "get_params") else []
    for name in params:
        if name not in known:
            raise ModelError(
                f"{type(made).__name__} has no parameter '{name}'",
                place=Place(key=f"{key}.params.{name}"),
                hint=nearest(name, known),
            )
    if params:
        made.set_params(**params)


def _article(noun: str) -> str:
    return f"{'an' if noun[:1].lower() in 'aeiou' else 'a'} {noun}"
