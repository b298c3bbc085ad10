"""Estimators and transformers from import paths and parameters, nested ones included."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from ..core.errors import ModelError, Place, Problem, ReportError, gathered
from ..core.importing import import_object, nearest, user_traceback
from .parameters import as_wanted, check_search, is_function, keeps_mappings, with_candidates, with_nothing, with_steps
from .tags import estimator_type

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from ..config.schema import ModelConfig
    from ..core.values import Target

_NESTED = frozenset({"estimator", "params"})
_OF_UFUNCS = frozenset({"where", "dtype", "casting", "order", "subok", "out", "signature"})
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
    """A transformer by import path, `{estimator, params}` or `{function}`; "passthrough" and "drop" stay."""
    if given in _KEYWORDS:
        return given
    if is_function(given):
        from sklearn.preprocessing import FunctionTransformer

        return FunctionTransformer(_value(given, root, key))
    nested: Mapping[str, Any] = {"estimator": given} if isinstance(given, str) else given
    if not _is_nested(nested):
        raise ModelError("a transformer is an import path or {estimator: PATH, params: …}", place=Place(key=key))
    made = _made(nested["estimator"], nested.get("params") or {}, root, key)
    if not _has(made, "transform"):
        raise ModelError(
            f"'{nested['estimator']}' gives {_article(type(made).__name__)}, without transform",
            place=Place(key=key),
            hint="a transformer needs `fit` and `transform`; a function is {function: PATH}",
        )
    return made


def check_task(estimator: Any, target: Target, *, key: str) -> None:
    """Raise ModelError for an estimator of another task; objects that do not tell their kind are let through."""
    kind, wanted = estimator_type(estimator), "classifier" if target.task.is_classification else "regressor"
    if kind is None or kind == wanted:
        return
    is_other = kind in ("classifier", "regressor") and target.other_task is not None
    other = f", or say `task: {target.other_task}`" if is_other else ""
    raise ModelError(
        f"{type(estimator).__name__} is {_article(kind.replace('_', ' '))}, and the target needs a {wanted}",
        place=Place(key=f"{key}.estimator"),
        hint=f"this is {target.task.value}: name a {wanted}{other}",
    )


def flat_params(params: Mapping[str, Any]) -> dict[str, str]:
    """What the configuration gives, as text; inner estimators by their own names: `final_estimator__C` → '1.0'."""
    flat: dict[str, str] = {}
    for name, value in params.items():
        _flatten(name, value, "", flat)
    return flat


def _flatten(name: str, value: Any, prefix: str, flat: dict[str, str]) -> None:
    value = with_steps(name, with_nothing(value))
    if is_function(value):
        flat[prefix + name] = value["function"]
        for inner, given in (value.get("params") or {}).items():
            _flatten(inner, given, f"{prefix}{name}__", flat)
    elif _is_nested(value):
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
    """Raises ReportError with all problems that the names and parameters have, those of inner estimators too."""
    factory = _imported(path, root, f"{key}.estimator", "name a class, or a function that returns an estimator")
    problems: list[Problem] = []
    with gathered(problems):
        _check_names(factory, [name for name in params if not _is_inner(name)], key)
    with gathered(problems):
        check_search(factory, params, key)
    built = {}
    for name, value in params.items():
        with gathered(problems):
            built[name] = _parameter(value, name, factory, root, f"{key}.params.{name}")
    if problems:
        raise ModelError.of(tuple(problems))
    built = with_candidates(built)
    made = _called(factory, {name: value for name, value in built.items() if not _is_inner(name)}, path, root, key)
    _set_inner(made, {name: value for name, value in built.items() if _is_inner(name)}, key)
    return made


def _is_inner(name: str) -> bool:
    """A parameter of an inner estimator by scikit-learn's names, such as `classifier__C`."""
    return "__" in name.strip("_")


def _imported(path: str, root: Path, key: str, hint: str) -> Any:
    found = import_object(path, root, key=key)
    if not callable(found):
        raise ModelError(f"'{path}' is neither a class nor a function", place=Place(key=key), hint=hint)
    return found


def _parameter(value: Any, name: str, factory: Callable[..., Any], root: Path, key: str) -> Any:
    value = as_wanted(value, name, factory, key)
    if is_function(value) and keeps_mappings(name, factory):
        return dict(value)
    return _value(value, root, key)


def _value(value: Any, root: Path, key: str) -> Any:
    if _is_nested(value):
        return _made(value["estimator"], value.get("params") or {}, root, key)
    if is_function(value):
        found = _imported(value["function"], root, f"{key}.function", "name a function or a class")
        return _with_arguments(found, value["params"], root, key) if value.get("params") else found
    if isinstance(value, Mapping):
        return {name: _value(entry, root, f"{key}.{name}") for name, entry in value.items()}
    if isinstance(value, list):
        problems: list[Problem] = []
        entries = []
        for index, entry in enumerate(value):
            with gathered(problems):
                entries.append(_value(entry, root, f"{key}[{index}]"))
        if problems:
            raise ModelError.of(tuple(problems))
        return [tuple(entry) if _is_named_step(raw) else entry for entry, raw in zip(entries, value, strict=True)]
    return value


def _with_arguments(function: Callable[..., Any], params: Mapping[str, Any], root: Path, key: str) -> Any:
    """The function with some arguments given by name. Raises ModelError where it does not take them."""
    given = {name: _value(with_nothing(entry), root, f"{key}.params.{name}") for name, entry in params.items()}
    _check_arguments(function, given, key)
    return partial(function, **given)


def _check_arguments(function: Callable[..., Any], given: Mapping[str, Any], key: str) -> None:
    name = getattr(function, "__name__", "it")
    if isinstance(function, np.ufunc):
        unknown = [argument for argument in given if argument not in _OF_UFUNCS]
        if unknown:
            raise ModelError(
                f"{name} takes no argument '{unknown[0]}' by name",
                place=Place(key=f"{key}.params.{unknown[0]}"),
                hint="write a function of yours that calls it, and name that one",
            )
        return
    try:
        inspect.signature(function).bind_partial(**given)
    except TypeError as error:
        raise ModelError(f"{name} cannot be called so: {error}", place=Place(key=f"{key}.params")) from None
    except ValueError:  # some compiled callables do not tell
        return


def _check_names(factory: Callable[..., Any], names: list[str], key: str) -> None:
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
    needed = [name for name in named if signature.parameters[name].default is kinds.empty and name not in names]
    unknown = [] if open_ended else [name for name in names if name not in named]
    problems = [_unknown_name(called, name, named, key) for name in unknown]
    problems += [Problem(f"{called} needs the parameter '{name}'", Place(key=f"{key}.params")) for name in needed]
    if problems:
        raise ModelError.of(tuple(problems))


def _unknown_name(called: str, name: str, named: list[str], key: str) -> Problem:
    message, place = f"{called} has no parameter '{name}'", Place(key=f"{key}.params.{name}")
    if name.endswith(")"):
        return Problem(message, place, "YAML has no tuples: write a list in brackets, such as [10, 5]")
    return Problem(message, place, nearest(name, named) or _known(named))


def _known(names: list[str]) -> str:
    if not names:
        return "it takes none"
    more = ", …" if len(names) > _LONGEST_LIST else ""
    return f"it has {', '.join(names[:_LONGEST_LIST])}{more}"


def _called(factory: Callable[..., Any], params: Mapping[str, Any], path: str, root: Path, key: str) -> Any:
    try:
        return factory(**params)
    except ReportError:
        raise
    except Exception as error:
        raise ModelError(f"calling '{path}' failed:\n{user_traceback(error, root)}", place=Place(key=key)) from error


def _set_inner(made: Any, params: Mapping[str, Any], key: str) -> None:
    known = list(made.get_params()) if params and hasattr(made, "get_params") else []
    called = type(made).__name__
    problems = [
        Problem(f"{called} has no parameter '{name}'", Place(key=f"{key}.params.{name}"), nearest(name, known))
        for name in params
        if name not in known
    ]
    if problems:
        raise ModelError.of(tuple(problems))
    if params:
        made.set_params(**params)


def _article(noun: str) -> str:
    return f"{'an' if noun[:1].lower() in 'aeiou' else 'a'} {noun}"
