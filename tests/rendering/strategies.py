"""Comparisons by chance: any value of the core types, made from their hints as report.json is."""

from __future__ import annotations

import math
import types
from collections.abc import Mapping
from dataclasses import is_dataclass
from enum import Enum
from typing import Any, Literal, Union, get_args

import numpy as np
from hypothesis import strategies as st

from report.core.comparison import Comparison
from report.rendering.json_schema import parts, type_hints

LONE = st.just("\ud800")  # one of them: all are written as the same character
TEXT = st.one_of(
    st.text(max_size=12),
    st.builds(str.__add__, st.text(max_size=3), LONE),
    st.sampled_from(["accuracy", "forest", "2025-06-01T09:30:00+00:00", "`code` of 1", "@all <b>"]),
)
NUMBER = st.floats()
KNOWN = NUMBER.filter(
    lambda value: not math.isnan(value)
)  # where a field may be None, that says that there is no number
PLAIN = st.one_of(st.text(max_size=5), st.integers(-5, 5), st.booleans(), st.none(), st.lists(st.text(max_size=3)))
SIMPLE: dict[Any, st.SearchStrategy[Any]] = {
    str: TEXT,
    bool: st.booleans(),
    int: st.integers(0, 10**7),
    float: NUMBER,
    type(None): st.none(),
    Any: PLAIN,
}


def comparisons() -> st.SearchStrategy[Comparison]:
    return of(Comparison)


def of(hint: Any, name: str = "") -> st.SearchStrategy[Any]:
    """Values of a type; name : of the field that holds them."""
    if hint in SIMPLE:
        return st.integers(0, 8) if name == "digits" else SIMPLE[hint]
    if is_dataclass(hint):
        shapes = {field: of(kind, field) for field, kind in type_hints(hint).items()}
        return st.deferred(lambda: st.builds(hint, **shapes))
    if isinstance(hint, type) and issubclass(hint, Enum):
        return st.sampled_from(hint)
    return generic(*parts(hint), name)


def generic(origin: Any, arguments: tuple[Any, ...], name: str) -> st.SearchStrategy[Any]:
    if origin is Literal:
        return st.sampled_from(arguments)
    if origin is np.ndarray:
        return array(get_args(arguments[1])[0])
    if origin is tuple and arguments[-1] is ...:
        return st.lists(of(arguments[0]), min_size=name == "metrics", max_size=2).map(tuple)
    if origin is tuple:
        return st.tuples(*map(of, arguments))
    if origin in (Union, types.UnionType):
        return st.one_of([KNOWN if argument is float else of(argument, name) for argument in reversed(arguments)])
    assert issubclass(origin, Mapping)
    return st.dictionaries(st.text(max_size=6), of(arguments[1]), max_size=2)


def array(entry: type) -> st.SearchStrategy[Any]:
    if issubclass(entry, np.integer):
        return st.integers(1, 2).map(lambda size: np.arange(size * size).reshape(size, size))
    finite = st.floats(allow_infinity=False)
    return st.lists(finite, max_size=4).map(lambda values: np.array(values, dtype=np.float64))
