"""Names of columns that a boosting library refuses: changed on the way into its estimators, and nowhere else.

The estimators stay what they are, wherever they are inside of others: a subclass of their own class, of the same name,
gives `fit` and `predict` a frame with other names. So it holds for clones, and for columns that a step before made.
"""

from __future__ import annotations

import re
import sys
import warnings
from collections.abc import Mapping
from functools import wraps
from typing import TYPE_CHECKING, Any

import joblib  # noqa: F401 — loads the cloudpickle that it uses, its own one before joblib 1.6
import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Method = Callable[..., Any]

# What stands in no name, by package, and as it is told.
_REFUSED = {"xgboost": re.compile(r"[\[\]<]"), "lightgbm": re.compile(r'[\[\]{},:"]|[^\S ]|^$')}
_TITLES = {"xgboost": "XGBoost", "lightgbm": "LightGBM"}
_ASKED = ("predict", "predict_proba", "apply")
_NAMED = ("monotone_constraints", "interaction_constraints")  # parameters that may name columns
_LONGEST = 40  # characters of a name in the note
_SHOWN = 2  # names in it

# joblib's processes do not have this package: what is pickled for them brings the code below along.
for _pickler in ("cloudpickle", "joblib.externals.cloudpickle"):
    if _pickler in sys.modules:
        sys.modules[_pickler].register_pickle_by_value(sys.modules[__name__])


class Remark(UserWarning):
    """A Python warning that is no warning, but a note."""


def with_safe_names(estimator: Any) -> None:
    """Let every estimator of XGBoost and LightGBM inside of one take columns of any name. In place."""
    for part in _parts(estimator):
        package = package_of(part)
        if package is not None and not hasattr(type(part), "_takes_any_name"):
            part.__class__ = _renaming(type(part), package)


def package_of(estimator: Any) -> str | None:
    """The boosting library that an estimator is of, by its class or one that this inherits from; None of any other."""
    found = (kind.__module__.partition(".")[0] for kind in type(estimator).__mro__)
    return next((package for package in found if package in _REFUSED), None) if hasattr(estimator, "fit") else None


def safe_names(names: list[Any], package: str) -> list[str] | None:
    """Names that a library takes, all different, in the same order; None where it takes them as they are."""
    refused = _REFUSED[package]
    given = [_as_given(name, package) for name in names]
    if len(set(given)) == len(given) and not any(refused.search(name) for name in given):
        return None
    plain = [refused.sub("_", name) or "_" for name in given]
    taken = {name for name, before in zip(plain, given, strict=True) if name == before}
    kept: set[str] = set()
    found = []
    for name, before in zip(plain, given, strict=True):
        is_first = name == before and name not in kept
        unique = name if is_first else _unused(name, taken)
        taken.add(unique)
        kept.add(unique)
        found.append(unique)
    return found


def _as_given(name: Any, package: str) -> str:
    """As the library itself makes it: LightGBM has no blanks in names."""
    return str(name).replace(" ", "_") if package == "lightgbm" else str(name)


def _unused(name: str, taken: set[str]) -> str:
    if name not in taken:
        return name
    number = 2
    while f"{name}_{number}" in taken:
        number += 1
    return f"{name}_{number}"


def _renaming(kind: type, package: str) -> type:
    """A class that is `kind`, but for the names of columns that it is given."""
    asked = {name: _asking(getattr(kind, name), package) for name in _ASKED if callable(getattr(kind, name, None))}
    own = {
        "__module__": kind.__module__,
        "__qualname__": kind.__qualname__,
        "__doc__": kind.__doc__,
        "__copy__": _copied,
        "__reduce_ex__": _reduced,
        "_takes_any_name": package,
        "fit": _fitting(kind.fit, package),  # type: ignore[attr-defined] # `package_of` has seen to it
    }
    return type(kind.__name__, (kind,), {**own, **asked})


def _asking(ask: Method, package: str) -> Method:
    @wraps(ask)
    def asked(self: Any, X: Any, *args: Any, **kwargs: Any) -> Any:
        names = _names_for(X, package)
        return ask(self, X if names is None else X.set_axis(names, axis=1), *args, **kwargs)

    return asked


def _fitting(fit: Method, package: str) -> Method:
    @wraps(fit)
    def fitted(self: Any, X: Any, *args: Any, **kwargs: Any) -> Any:
        names = _names_for(X, package)
        if names is None:
            return fit(self, X, *args, **kwargs)
        renamed = {str(old): new for old, new in zip(X.columns, names, strict=True)}
        warnings.warn(_told(list(X.columns), names, package), Remark, stacklevel=2)
        given = {name: value for name in _NAMED if isinstance(value := getattr(self, name, None), (dict, list, tuple))}
        try:
            for name, value in given.items():
                setattr(self, name, _mapped(value, renamed))
            return fit(self, X.set_axis(names, axis=1), *args, **kwargs)
        finally:
            for name, value in given.items():
                setattr(self, name, value)

    return fitted


def _names_for(X: Any, package: str) -> list[str] | None:
    return safe_names(list(X.columns), package) if isinstance(X, pd.DataFrame) else None


def _mapped(value: Any, names: Mapping[str, str]) -> Any:
    """Names of columns in a parameter, as they are called now."""
    if isinstance(value, Mapping):
        return {_mapped(key, names): entry for key, entry in value.items()}
    if isinstance(value, (list, tuple)):
        return type(value)(_mapped(entry, names) for entry in value)
    return names.get(value, value) if isinstance(value, str) else value


def _told(before: list[Any], after: list[str], package: str) -> str:
    pairs = zip(map(str, before), after, strict=True)
    changed = [(old, new) for old, new in pairs if _as_given(old, package) != new]
    shown = ", ".join(f"'{old[:_LONGEST]}' as '{new[:_LONGEST]}'" for old, new in changed[:_SHOWN])
    more = f" and {len(changed) - _SHOWN:,} more" if len(changed) > _SHOWN else ""
    return f"{_TITLES[package]} does not take some column names: it was given {shown}{more}"


def _copied(self: Any) -> Any:
    """A shallow copy."""
    made = object.__new__(type(self))
    made.__dict__.update(self.__dict__)
    return made


def _reduced(self: Any, _protocol: Any) -> tuple[Any, ...]:
    """By way of the class that it was: a pickle finds no other under that name."""
    plain: Any = object.__new__(type(self).__bases__[0])
    plain.__dict__.update(self.__dict__)
    here = sys.modules.get(__name__)  # not in joblib's processes; what comes back from there is a copy of this code
    return (restored if here is None else here.restored), (plain,)


def restored(plain: Any) -> Any:
    package = package_of(plain)
    assert package is not None  # noqa: S101 — else it was not changed
    plain.__class__ = _renaming(type(plain), package)
    return plain


def _parts(value: Any) -> Iterator[Any]:
    """An estimator and those inside it, also in lists and in the values of a search."""
    if isinstance(value, Mapping):
        for entry in value.values():
            yield from _parts(entry)
    elif isinstance(value, (list, tuple)):
        for entry in value:
            yield from _parts(entry)
    elif hasattr(value, "fit"):
        yield value
        yield from _parts(_params(value))


def _params(estimator: Any) -> dict[str, Any]:
    try:
        return dict(estimator.get_params(deep=False))
    except Exception:  # noqa: BLE001 — not every object of a repository knows scikit-learn's parameters
        return {}
