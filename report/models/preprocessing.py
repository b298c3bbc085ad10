"""Columns on their way into an estimator: as they are, prepared automatically, or by the configuration's list."""

from __future__ import annotations

import re
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from ..core.errors import ModelError, Place, Problem, gathered
from ..core.importing import nearest
from .automatic import automatic
from .building import build_transformer
from .tags import first_step, tags_of, takes_one_column, takes_sparse
from .telling import shortened

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import pandas as pd

    from ..config.schema import PreprocessStep
    from ..core.values import Notice

_LONGEST_LIST = 8  # columns named in a sentence
_LONGEST_PARAMS = 120  # characters of a transformer's parameters in it
_UFUNC, _FUNCTION = re.compile(r"<ufunc '(\w+)'>"), re.compile(r"<function ([\w.]+)>")
_ADDRESS = re.compile(r" at 0x[0-9a-fA-F]+")


class Prepared(NamedTuple):
    """The estimator that gets the columns as they are, one sentence on what it does with them, and what to know."""

    estimator: Any
    sentence: str
    notices: tuple[Notice, ...] = ()


def with_preprocessing(
    estimator: Any, wanted: str | Sequence[PreprocessStep], frames: Sequence[pd.DataFrame], *, root: Path, key: str
) -> Prepared:
    """Put preprocessing before an estimator, not fitted yet.

    wanted : "auto", "none" or a list of steps. frames : the features of training first, which decide; then of the rows
    to predict, which change nothing for training. key : the model's configuration key.
    Raises ReportError where a column or a transformer does not exist.
    """
    if wanted == "none":
        return Prepared(estimator, "The columns go to the estimator as they are (preprocess: none).")
    if not isinstance(wanted, str):
        if problems := problems_of_steps(wanted, list(frames[0].columns), root, key):
            raise ModelError.of(tuple(problems))
        return _listed(estimator, wanted, list(frames[0].columns), root, f"{key}.preprocess")
    return _automatic(estimator, frames)


def _automatic(estimator: Any, frames: Sequence[pd.DataFrame]) -> Prepared:
    if tags_of(estimator) is None:
        return Prepared(estimator, "The columns go to the model as they are: it is no scikit-learn estimator.")
    if _prepares_itself(estimator):
        return Prepared(estimator, "The model's own pipeline prepares the columns.")
    return Prepared(*automatic(estimator, frames))


def _prepares_itself(estimator: Any) -> bool:
    """A pipeline that begins with code of the repository, or with a step that picks columns or encodes text."""
    first = first_step(estimator)
    if first is estimator or not hasattr(first, "transform"):
        return False
    if not type(first).__module__.startswith("sklearn."):
        return True
    tags = tags_of(first)
    picks = type(first).__name__ in ("ColumnTransformer", "FeatureUnion", "FunctionTransformer")
    return picks or bool(tags is not None and (tags.input_tags.categorical or tags.input_tags.string))


def is_numeric(frame: pd.DataFrame) -> bool:
    """Whether all columns are numbers or booleans."""
    from pandas.api.types import is_bool_dtype, is_numeric_dtype

    return all(is_numeric_dtype(dtype) or is_bool_dtype(dtype) for dtype in frame.dtypes)


def problems_of_steps(
    steps: str | Sequence[PreprocessStep], columns: Sequence[str] | None, root: Path, key: str
) -> list[Problem]:
    """What is wrong with a list of preprocessing. columns : those of the features; None where they are not known.

    key : the model's configuration key.
    """
    problems: list[Problem] = []
    for index, step in enumerate(() if isinstance(steps, str) else steps):
        at = f"{key}.preprocess[{index}]"
        if columns is not None:
            with gathered(problems):
                _matching(step.columns, list(columns), f"{at}.columns")
        with gathered(problems):
            build_transformers(step.apply, root, f"{at}.apply")
    return problems


def _listed(estimator: Any, steps: Sequence[PreprocessStep], columns: list[str], root: Path, key: str) -> Prepared:
    from sklearn.compose import ColumnTransformer
    from sklearn.pipeline import Pipeline

    entries: list[tuple[str, Any, Any]] = []
    parts: list[str] = []
    named: set[str] = set()
    for index, step in enumerate(steps):
        chosen = _matching(step.columns, columns, f"{key}[{index}].columns")
        transformer = build_transformers(step.apply, root, f"{key}[{index}].apply")
        named.update(chosen)
        parts.append(f"{_describe(transformer)}: {_names(chosen)}")
        entries += _entries(f"step{index}", transformer, chosen)
    left = [column for column in columns if column not in named]
    if left:
        parts.append(f"left out, as no entry names them: {_names(left)}")
    transformer = ColumnTransformer(entries, sparse_threshold=0.3 if takes_sparse(estimator) else 0.0)
    return Prepared(Pipeline([("preprocess", transformer), ("model", estimator)]), f"{'; '.join(parts)}.")


def _matching(wanted: str | Sequence[str], columns: list[str], key: str) -> list[str]:
    """Columns by name or pattern, each once, in the order in which the user gives them: parameters may count them.

    A pattern stands for its columns in the order of the data; a name wins over its reading as a pattern.
    """
    chosen: dict[str, None] = {}
    problems: list[Problem] = []
    for pattern in (wanted,) if isinstance(wanted, str) else wanted:
        found = [pattern] if pattern in columns else [column for column in columns if fnmatchcase(column, pattern)]
        if not found:
            hint = nearest(pattern, columns) or f"there are {_names(columns)}"
            problems.append(Problem(f"no feature column is called '{pattern}'", Place(key=key), hint))
        chosen.update(dict.fromkeys(found))
    if problems:
        raise ModelError.of(tuple(problems))
    return list(chosen)


def build_transformers(apply: Any, root: Path, key: str) -> Any:
    """The transformer of an entry, or a pipeline of several that are applied in turn. Raises ReportError."""
    if not isinstance(apply, list):
        return build_transformer(apply, root=root, key=key)
    from sklearn.pipeline import make_pipeline

    return make_pipeline(
        *(build_transformer(entry, root=root, key=f"{key}[{index}]") for index, entry in enumerate(apply))
    )


def _entries(name: str, transformer: Any, columns: list[str]) -> list[tuple[str, Any, Any]]:
    if takes_one_column(transformer):
        return [(f"{name}_{position}", transformer, column) for position, column in enumerate(columns)]
    return [(name, transformer, columns)]


def _describe(transformer: Any) -> str:
    if isinstance(transformer, str):
        return {"passthrough": "as they are", "drop": "dropped"}[transformer]
    if hasattr(transformer, "steps"):
        return " → ".join(_describe(step) for _, step in transformer.steps)
    return _with_params(transformer)


def _with_params(transformer: Any) -> str:
    """The class, with the parameters that are not its defaults: "StandardScaler(with_std=False)"."""
    from sklearn.base import BaseEstimator

    name = type(transformer).__name__
    if type(transformer).__repr__ is not BaseEstimator.__repr__:
        return name
    try:
        given = _named(" ".join(repr(transformer).split())).removeprefix(name)
    except Exception:  # noqa: BLE001 — of a parameter of the repository's own: its words cost no model
        return name
    return name if given == "()" else f"{name}{shortened(given, _LONGEST_PARAMS)}"


def _named(text: str) -> str:
    """Functions by their names: `<ufunc 'tanh'>` is numpy.tanh, `<function clean at 0x7f…>` is clean."""
    text = _UFUNC.sub(lambda found: f"{'numpy' if hasattr(np, found[1]) else 'scipy.special'}.{found[1]}", text)
    return _FUNCTION.sub(r"\1", _ADDRESS.sub("", text))


def _names(columns: Sequence[str]) -> str:
    shown = ", ".join(columns[:_LONGEST_LIST])
    more = len(columns) - _LONGEST_LIST
    return f"{shown} and {more} more" if more > 0 else shown
