"""`preprocess: auto`: each column is treated by what it holds in training rows, whatever the other columns are.

Numbers go to the estimator as they are. Where one is missing, it is filled, and nothing else changes: complete rows are
what they were. Categories, dates and texts are encoded.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ..core.values import Notice
from .columns import (
    UNSEEN,
    as_categories,
    as_dates,
    as_numbers,
    category_lists,
    column_kinds,
    distinct,
    is_plain,
    listed,
    of_kind,
)
from .curves.unwrapping import inner
from .tags import takes_missing_values

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd
    from numpy.typing import NDArray

    from .columns import Kind

_AS_THEY_ARE = "The columns go to the estimator as they are"
_TAKE_INFINITY = ("HistGradientBoosting", "LGBM")
_TREES = ("HistGradientBoosting", "RandomForest", "XGB", "LGBM")  # to skrub: categories as codes, nothing is scaled
_SIDES = ("validation", "new")


def automatic(estimator: Any, frames: Sequence[pd.DataFrame]) -> tuple[Any, str, tuple[Notice, ...]]:
    """The estimator behind what its columns need, a sentence on it, and what to know of single cells.

    frames : the features of training, which decide; then of the rows to predict, which change nothing for training.
    """
    kinds = column_kinds(frames[0])
    takes = takes_missing_values(estimator)
    is_numeric = not of_kind(kinds, "date", "category", "text", "other")
    steps = [*_cells(kinds, frames, takes=takes, is_numeric=is_numeric), *_gaps(estimator, kinds, frames, takes=takes)]
    notices = _told(kinds, frames, takes=takes)
    has_gaps = not takes and _any_gaps(kinds, frames[:1])  # those of other rows are told one by one
    if is_numeric:
        return _behind(steps, estimator), _of_numbers(has_gaps=has_gaps), notices
    encoders, words = _encoders(estimator, kinds, frames[0], takes=takes)
    filled = " (missing ones by the median of training rows)" if has_gaps else ""
    sentence = f"Prepared automatically, fitted on training rows: numbers as they are{filled}; {words}."
    return _behind([*steps, *encoders], estimator), sentence, notices


def _behind(steps: list[tuple[str, Any]], estimator: Any) -> Any:
    from sklearn.pipeline import Pipeline

    return Pipeline([*steps, ("model", estimator)]) if steps else estimator


def _of_numbers(*, has_gaps: bool) -> str:
    if has_gaps:
        return f"{_AS_THEY_ARE}: numbers, missing ones filled by the median of training rows."
    return f"{_AS_THEY_ARE}: all are numbers."  # the same for all that takes them, or it would look like a change


def _cells(
    kinds: Mapping[str, Kind], frames: Sequence[pd.DataFrame], *, takes: bool, is_numeric: bool
) -> list[tuple[str, Any]]:
    """Cells as what their column holds, unless all columns are so already."""
    empty = of_kind(kinds, "empty")
    plain = all(is_plain(dtype) for frame in frames for dtype in frame.dtypes)
    if is_numeric and plain and (takes or not empty or len(empty) == len(kinds)):
        return []
    from .cells import Cells

    return [("cells", Cells(dict(kinds)))]


def _gaps(
    estimator: Any, kinds: Mapping[str, Kind], frames: Sequence[pd.DataFrame], *, takes: bool
) -> list[tuple[str, Any]]:
    """What fills gaps, where there are any that the estimator does not take."""
    if takes and type(inner(estimator)).__name__.startswith(_TAKE_INFINITY):
        return []
    numbers = of_kind(kinds, "number")
    from .cells import Gaps

    if takes:
        infinite = any(_has_infinity(frame[name]) for frame in frames for name in numbers)
        return [("gaps", Gaps(numbers, only_infinite=True))] if infinite else []
    return [("gaps", Gaps([*numbers, *of_kind(kinds, "date")]))] if _any_gaps(kinds, frames) else []


def _any_gaps(kinds: Mapping[str, Kind], frames: Sequence[pd.DataFrame]) -> bool:
    filled = of_kind(kinds, "number", "date")
    return any(_has_gaps(frame[name], kinds[name]) for frame in frames for name in filled)


def _has_gaps(column: pd.Series[Any], kind: Kind) -> bool:
    if kind.name == "date":
        return bool(as_dates(column, kind.format).hasnans)
    return not _is_whole(column) and not _all_finite(as_numbers(column).to_numpy(np.float64))


def _all_finite(values: NDArray[np.float64]) -> bool:
    with np.errstate(all="ignore"):
        return bool(np.isfinite(values.sum())) or bool(np.isfinite(values).all())  # a sum takes a tenth of the time


def _has_infinity(column: pd.Series[Any]) -> bool:
    if _is_whole(column):
        return False
    values = as_numbers(column).to_numpy(np.float64)
    return not _all_finite(values) and bool(np.isinf(values).any())


def _is_whole(column: pd.Series[Any]) -> bool:
    """Whether a dtype leaves no room for gaps."""
    return isinstance(column.dtype, np.dtype) and column.dtype.kind in "bui"


def _encoders(
    estimator: Any, kinds: Mapping[str, Kind], train: pd.DataFrame, *, takes: bool
) -> tuple[list[tuple[str, Any]], str]:
    """What makes numbers of categories, dates and texts, and leaves numbers alone; and what it is, in words."""
    import skrub
    from sklearn.linear_model import LogisticRegression

    wrap = getattr(skrub, "tabular_pipeline", None) or skrub.tabular_learner  # its name before skrub 0.6
    final = inner(estimator)
    known = final if hasattr(final, "predict") else LogisticRegression()  # a stack has it once it is fitted
    vectorizer, *after = [step for _, step in wrap(known).steps[:-1]]
    if any(name.lower() in type(final).__name__.lower() for name in _TREES):
        return _for_trees(vectorizer, of_kind(kinds, "number"), takes=takes)
    return _for_others(vectorizer, after, kinds, train, takes=takes)


def _for_trees(vectorizer: Any, numbers: list[str], *, takes: bool) -> tuple[list[tuple[str, Any]], str]:
    """Columns stay in their order, as parameters may count them; an unknown category is a missing one."""
    from sklearn.preprocessing import OrdinalEncoder

    vectorizer.set_params(specific_transformers=[("passthrough", numbers)])
    if isinstance(vectorizer.low_cardinality, OrdinalEncoder) and takes:
        vectorizer.set_params(low_cardinality__unknown_value=np.nan)
    return [("vectorize", vectorizer)], f"the others by skrub's {type(vectorizer).__name__}"


def _for_others(
    vectorizer: Any, after: list[Any], kinds: Mapping[str, Kind], train: pd.DataFrame, *, takes: bool
) -> tuple[list[tuple[str, Any]], str]:
    """Categories by a column each, of zeros where missing or unknown; dates and texts by skrub, scaled."""
    from sklearn.compose import ColumnTransformer
    from sklearn.pipeline import make_pipeline

    categories, rest = of_kind(kinds, "category"), of_kind(kinds, "date", "text", "other")
    entries = [("numbers", "passthrough", of_kind(kinds, "number"))]
    words = []
    if categories:
        entries.append(("categories", _one_hot(train, categories), categories))
        words.append("categories: OneHotEncoder, missing and unknown ones as none")
    if rest:
        steps = [vectorizer, *_between(after, takes=takes)]
        entries.append(("rest", make_pipeline(*steps), rest))
        words.append(f"dates and texts by skrub: {' → '.join(type(step).__name__ for step in steps)}")
    return [("encode", ColumnTransformer(entries))], "; ".join(words)


def _one_hot(train: pd.DataFrame, categories: list[str]) -> Any:
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OneHotEncoder

    from .cells import AsText

    lists = category_lists(train, categories)
    return make_pipeline(AsText(), OneHotEncoder(categories=lists, handle_unknown="ignore", sparse_output=False))


def _between(after: list[Any], *, takes: bool) -> list[Any]:
    """What skrub puts behind its vectoriser; gaps of dates are filled without a further column."""
    from sklearn.impute import SimpleImputer

    scalers = [step for step in after if not isinstance(step, SimpleImputer)]
    return scalers if takes else [SimpleImputer(strategy="median"), *scalers]


# What is said of single cells


def _told(kinds: Mapping[str, Kind], frames: Sequence[pd.DataFrame], *, takes: bool) -> tuple[Notice, ...]:
    notices = [*_told_of_odd(kinds), *([] if takes else _told_of_infinity(kinds, frames[0]))]
    for side, frame in zip(_SIDES, frames[1:], strict=False):
        gaps = {} if takes else _new_gaps(kinds, frames[0], frame)
        if gaps:
            message = f"{_rows(gaps, side)} a gap that {UNSEEN}, in {listed(gaps)}"
            notices.append(Notice(f"{message}: filled by the median of training", severity="note"))
        unknown = _unknown(kinds, frames[0], frame)
        if unknown:
            message = f"{_rows(unknown, side)} a category that {UNSEEN}, in {listed(unknown)}"
            notices.append(Notice(f"{message}: taken as missing", severity="note"))
    return tuple(notices)


def _told_of_odd(kinds: Mapping[str, Kind]) -> list[Notice]:
    what = {"number": "number", "date": "date of the form of the others"}
    return [
        Notice(
            f"{len(kind.odd):,} {'cell' if len(kind.odd) == 1 else 'cells'} of '{name}' in training "
            f"{'is' if len(kind.odd) == 1 else 'are'} no {what[kind.name]} ('{kind.odd[0]}'): taken as missing",
            hint="mend the data, or drop the cells in the `prepare` hook",
            subject=name,
        )
        for name, kind in kinds.items()
        if kind.odd
    ]


def _told_of_infinity(kinds: Mapping[str, Kind], train: pd.DataFrame) -> list[Notice]:
    found = dict.fromkeys(name for name in of_kind(kinds, "number") if _has_infinity(train[name]))
    return [Notice(f"infinite numbers in {listed(found)} are taken as missing")] if found else []


def _new_gaps(kinds: Mapping[str, Kind], train: pd.DataFrame, rows: pd.DataFrame) -> dict[str, NDArray[np.bool_]]:
    """Where rows have no number in columns in which every training row has one."""
    found = {}
    for name in of_kind(kinds, "number"):
        if _is_whole(rows[name]):
            continue
        asked, known = (as_numbers(frame[name]).to_numpy(np.float64) for frame in (rows, train))
        if not _all_finite(asked) and _all_finite(known):
            found[name] = ~np.isfinite(asked)
    return found


def _unknown(kinds: Mapping[str, Kind], train: pd.DataFrame, rows: pd.DataFrame) -> dict[str, NDArray[np.bool_]]:
    found = {}
    for name in of_kind(kinds, "category"):
        known, cells = (distinct(frame[name]) for frame in (train, rows))
        is_new = rows[name].isin(cells[~as_categories(cells).isin(as_categories(known))]).to_numpy()
        if is_new.any():
            found[name] = is_new
    return found


def _rows(found: Mapping[str, NDArray[np.bool_]], side: str) -> str:
    count = int(np.logical_or.reduce(list(found.values())).sum())
    return f"{count:,} {side} {'row has' if count == 1 else 'rows have'}"
