"""What YAML has no form for: where only a function, an estimator, a tuple or nothing will do, text stands for it.

Where text would do as well, it stays text. What a parameter takes is told by scikit-learn's own checks of parameters;
classes that have none are given what the configuration says.
"""

from __future__ import annotations

import ast
import inspect
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ..config.fields import has_function_form, is_import_path
from ..core.errors import ModelError, Place

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

ESTIMATOR, FUNCTION = "estimator", "function"
_STEPS = ("steps", "estimators", "transformers", "transformer_list")  # [name, estimator] each
_KEYWORDS = ("passthrough", "drop")
_NOTHING = "None"  # as Python calls it; YAML's word is null
_GRIDS = ("param_grid", "param_distributions", "search_spaces")
_LONGEST = 60  # characters of a text in a message


def is_function(value: Any) -> bool:
    """Whether a value is `{function: PATH}`, or with `params` beside it."""
    return has_function_form(value) and _is_path(value[FUNCTION])


def as_wanted(value: Any, name: str, factory: Callable[..., Any], key: str) -> Any:
    """A parameter's value as the configuration gives it, in the form in which its class takes it.

    Estimators and functions are still `{estimator: PATH}` and `{function: PATH}`. key : of the parameter.
    Raises ModelError where text, or a mapping, can only be a function or an estimator, and names none.
    """
    constraint, value = _constraint(factory, name), with_nothing(value)
    if isinstance(value, list) and name in _STEPS and constraint is not None:
        value = with_steps(name, value)
        _check_steps(value, key)
    if isinstance(value, list) and _only_tuple(constraint):
        return tuple(value)
    if has_function_form(value) and constraint and not _takes(constraint, {}):
        _check_function(value[FUNCTION], f"{key}.{FUNCTION}")
    if not isinstance(value, str) or (constraint is not None and _takes(constraint, value)):
        return value
    if constraint is None:
        return None if value == _NOTHING and _nothing_is_meant(factory, name) else value
    return _of_text(value, constraint, key)


def with_nothing(value: Any) -> Any:
    """Of lists, at any depth, the text None as nothing where it stands among what is not all text."""
    if isinstance(value, Mapping):
        return {key: with_nothing(entry) for key, entry in value.items()}
    if not isinstance(value, list):
        return value
    if _NOTHING not in value or all(isinstance(entry, str) for entry in value):
        return [with_nothing(entry) for entry in value]
    return [None if entry == _NOTHING else with_nothing(entry) for entry in value]


def with_candidates(params: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters of a search: a candidate None as nothing where the inner estimator does not take that text.

    params : built, so that the inner estimator tells what it takes.
    """
    inner = params.get(ESTIMATOR)
    if not hasattr(inner, "get_params"):
        return dict(params)
    return {name: _candidates(value, inner) if name.endswith(_GRIDS) else value for name, value in params.items()}


def _candidates(grid: Any, inner: Any) -> Any:
    if isinstance(grid, list):
        return [_candidates(entry, inner) for entry in grid]
    if not isinstance(grid, Mapping):
        return grid
    return {key: _of_candidates(listed, str(key), inner) for key, listed in grid.items()}


def _of_candidates(listed: Any, key: str, inner: Any) -> Any:
    if not isinstance(listed, list) or _NOTHING not in listed:
        return listed
    owner, name = key.rpartition("__")[::2]
    try:
        factory = type(inner.get_params(deep=True)[owner] if owner else inner)
    except Exception:  # noqa: BLE001 — a name that the estimator does not have, or no parameters: told by the fit
        return listed
    return [None if entry == _NOTHING else entry for entry in listed] if _nothing_is_meant(factory, name) else listed


def with_steps(name: str, value: Any) -> Any:
    """Of the lists of named steps, the bare paths as estimators; any other value as it is."""
    return [_as_step(entry) for entry in value] if isinstance(value, list) and name in _STEPS else value


def keeps_mappings(name: str, factory: Callable[..., Any]) -> bool:
    """Whether a parameter is itself a mapping, so that one with the key `function` is no function."""
    constraint = _constraint(factory, name)
    if constraint is None or object in constraint or _wants(constraint, FUNCTION):
        return False
    return _takes(constraint, {})


def as_tuple(text: str) -> tuple[Any, ...] | None:
    """What Python would read in brackets, such as "(10, 5)"; None where it is no tuple."""
    if not (text.startswith("(") and text.endswith(")")):
        return None
    try:
        found = ast.literal_eval(text)
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return None
    return found if isinstance(found, tuple) else None


def texts_in_params(estimator: Any) -> Iterator[tuple[str, str]]:
    """The parameters of an estimator, inner ones and those of the lists of a search included, that are text."""
    try:
        params = dict(estimator.get_params(deep=True))
    except Exception:  # noqa: BLE001 — not every object of a repository knows scikit-learn's parameters
        return
    for name, value in params.items():
        grid = value if name.endswith(_GRIDS) and isinstance(value, Mapping) else {}
        listed = [(key, entry) for key, entries in grid.items() if isinstance(entries, list) for entry in entries]
        yield from ((key, text) for key, text in [(name, value), *listed] if isinstance(text, str))


def check_search(factory: Callable[..., Any], params: Mapping[str, Any], key: str) -> None:
    """Raise ModelError for a search that would not have a model in the end."""
    if getattr(factory, "__name__", "").endswith("SearchCV") and params.get("refit") is False:
        raise ModelError(
            "a search with refit: false has no model that could predict",
            place=Place(key=f"{key}.params.refit"),
            hint="remove it; of several metrics, name the one that decides: refit: accuracy",
        )


def _of_text(text: str, constraint: Sequence[Any], key: str) -> Any:
    """What a text stands for that the parameter does not take as such."""
    if text == _NOTHING and _takes(constraint, None):
        return None
    for form in (ESTIMATOR, FUNCTION):
        if _is_path(text) and _wants(constraint, form):
            return {form: text}
    if (found := as_tuple(text)) is not None and (_takes(constraint, found) or _takes(constraint, list(found))):
        return found
    for form in (ESTIMATOR, FUNCTION):
        if _wants(constraint, form) and not _has_options(constraint):
            raise _wrong_text(text, form, key)
    return text  # the estimator's own check tells what it may be


def _wrong_text(text: str, form: str, key: str) -> ModelError:
    article, example = ("an", "sklearn.svm.SVC") if form == ESTIMATOR else ("a", "numpy.log1p")
    return ModelError(
        f"this is {article} {form}, found the text '{text[:_LONGEST]}'",
        place=Place(key=key),
        hint=f"write it as {{{form}: PATH}}, such as {{{form}: {example}}}",
    )


def _check_steps(steps: list[Any], key: str) -> None:
    for index, entry in enumerate(steps):
        given = entry[1] if isinstance(entry, list) and len(entry) in (2, 3) else None
        if isinstance(given, str) and given not in _KEYWORDS:
            raise _wrong_text(given, ESTIMATOR, f"{key}[{index}][1]")


def _check_function(path: Any, key: str) -> None:
    if not _is_path(path):
        raise ModelError(
            f"'{str(path)[:_LONGEST]}' is not an import path",
            place=Place(key=key),
            hint="write it as package.module.name, such as {function: numpy.log1p}",
        )


def _as_step(entry: Any) -> Any:
    is_bare = isinstance(entry, list) and len(entry) in (2, 3) and isinstance(entry[0], str) and _is_path(entry[1])
    return [entry[0], {ESTIMATOR: entry[1]}, *entry[2:]] if is_bare else entry


def _is_path(value: Any) -> bool:
    return isinstance(value, str) and is_import_path(value)


# What a parameter takes


def _constraint(factory: Any, name: str) -> Sequence[Any] | None:
    """scikit-learn's list of what a parameter takes; None where there is none, or where all is taken."""
    constraints = getattr(factory, "_parameter_constraints", None)
    found = constraints.get(name) if isinstance(constraints, Mapping) else None
    if found == "no_validation":
        return (object,)
    return found if isinstance(found, list) else None


def _takes(constraint: Sequence[Any], value: Any) -> bool:
    from sklearn.utils._param_validation import make_constraint

    try:
        return any(make_constraint(entry).is_satisfied_by(value) for entry in constraint)
    except Exception:  # noqa: BLE001 — a form of another version: the estimator checks for itself
        return True


def _wants(constraint: Sequence[Any], form: str) -> bool:
    if form == FUNCTION:
        return any(entry is callable for entry in constraint)
    return any(type(entry).__name__ == "HasMethods" for entry in constraint)


def _has_options(constraint: Sequence[Any]) -> bool:
    return any(type(entry).__name__ in ("StrOptions", "Options") for entry in constraint)


def _only_tuple(constraint: Sequence[Any] | None) -> bool:
    return (
        constraint is not None
        and tuple in constraint
        and not {list, "array-like"} & {entry for entry in constraint if isinstance(entry, (type, str))}
    )


def _nothing_is_meant(factory: Any, name: str) -> bool:
    """Whether a parameter may be None, and the text None is not among its values."""
    constraint = _constraint(factory, name)
    if constraint is None:
        return _default(factory, name) is None
    return _takes(constraint, None) and not _takes(constraint, _NOTHING)


def _default(factory: Callable[..., Any], name: str) -> Any:
    try:
        return inspect.signature(factory).parameters[name].default
    except (TypeError, ValueError, KeyError):
        return inspect.Parameter.empty
