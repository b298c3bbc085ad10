"""What is predicted: the task, the labels in the form that estimators take, and the positive class."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import numpy as np
import pandas as pd

from ..core.errors import DataError, Place
from ..core.importing import nearest
from ..core.values import Label, Notice, Target, Task
from .columns import row_name
from .number_code import hint_of
from .number_notices import form_of_column, may_name_options, number_forms
from .table import counted, quoted, short

if TYPE_CHECKING:
    from numpy.typing import NDArray

Kind: TypeAlias = Literal["text", "boolean", "integer", "number", "mixed"]

_MOST_CLASSES = 20  # more different integers than this are a quantity, not labels
_PLACE = Place(key="data.target")
_KINDS: dict[str, Kind] = {  # what pandas.api.types.infer_dtype calls them
    "string": "text",
    "boolean": "boolean",
    "integer": "integer",
    "floating": "number",
    "decimal": "number",
    "mixed-integer-float": "number",
    "mixed": "mixed",
    "mixed-integer": "mixed",
}
_SHOWN = 3
_TASK_HINT = "if they are quantities, say `task: regression`"


@dataclass(frozen=True, eq=False)
class _Column:
    """A target column without missing values. `is_label` : its dtype says that it holds classes."""

    values: pd.Series[Any]
    kind: Kind
    is_label: bool
    notices: tuple[Notice, ...] = ()


def labelled_rows(frame: pd.DataFrame, names: tuple[str, ...]) -> tuple[NDArray[np.bool_] | None, tuple[Notice, ...]]:
    """Which rows have their labels, None when all have; raises DataError when none has."""
    missing = np.zeros(len(frame), dtype=np.bool_)
    for name in names:
        missing |= frame[name].isna().to_numpy(dtype=np.bool_)
    count = int(missing.sum())
    if not count:
        return None, ()
    if count == len(frame):
        hint = 'if labels such as NA or None were read as missing: `read: {keep_default_na: false, na_values: [""]}`'
        raise DataError(f"the target {quoted(names)} is missing in all {count:,} rows", place=_PLACE, hint=hint)
    message = f"{counted(count, 'row')} of {len(frame):,} left out: the target {quoted(names)} is missing."
    return ~missing, (Notice(message, "fill or drop them in the `prepare` hook"),)


def build_target(
    frame: pd.DataFrame,
    names: tuple[str, ...],
    *,
    task: str,
    positive: Label | None,
    n_labelled: int,
    has_options: bool = False,
) -> tuple[Target, tuple[Notice, ...]]:
    """The target of rows that have their labels, and what was decided about it.

    frame : its index is the row's position in the data as read, for messages; rows from `n_labelled` on are validation
    rows. task : auto, classification or regression. has_options : whether `read:` says how numbers are written.
    Raises DataError where the target does not fit the task.
    """
    columns = [_column(frame[name]) for name in names]
    if task != "classification" and positive is None:
        for column in columns:
            _check_numbers(column, frame, is_auto=task == "auto", has_options=has_options)
    seen = tuple(notice for column in columns for notice in column.notices)
    if len(columns) > 1:
        target, notices = _several(columns, names, task, n_labelled)
    else:
        target, notices = _single(columns[0], names, task, positive, n_labelled)
    if positive is not None and target.task is not Task.BINARY:
        raise DataError(
            f"`positive` is for two classes, and this is {target.task.value}",
            place=Place(key="data.positive"),
            hint="leave it out",
        )
    return target, (*seen, *notices)


def _single(
    column: _Column, names: tuple[str, ...], task: str, positive: Label | None, n_labelled: int
) -> tuple[Target, tuple[Notice, ...]]:
    notices: tuple[Notice, ...] = ()
    if task == "auto":
        reason, task = _decide(column, positive)
        hint = "say `task:` to decide it yourself"
        notices = (Notice(f"Task: {task}, because the target '{names[0]}' {reason}.", hint, "note", names[0]),)
    if task == "regression":
        values = _quantities(column, n_labelled)
        return Target(Task.REGRESSION, names, values, values), notices
    target = _classes(column, names)
    if target.task is not Task.BINARY:
        return target, (*notices, *_class_notices(target))
    index = _positive_index(target.classes, positive)
    target = Target(Task.BINARY, names, target.values, target.encoded, target.classes, index)
    return target, (*notices, *_positive_note(target, positive), *_class_notices(target))


def _several(
    columns: list[_Column], names: tuple[str, ...], task: str, n_labelled: int
) -> tuple[Target, tuple[Notice, ...]]:
    if task != "regression" and all(_is_zero_one(column) for column in columns):
        encoded = np.column_stack([column.values.to_numpy(dtype=np.int64) for column in columns])
        constant = [name for name, outputs in zip(names, encoded.T, strict=True) if outputs.min() == outputs.max()]
        if len(constant) == len(names):
            raise DataError(f"every target has one value only: {quoted(names)}", place=_PLACE)
        notices = [Notice(f"Target '{name}' has one value only.", subject=name) for name in constant]
        return Target(Task.MULTILABEL, names, encoded, encoded, names), tuple(notices)
    if task == "classification":
        wrong = quoted([name for name, column in zip(names, columns, strict=True) if not _is_zero_one(column)])
        hint = "give each target column a report of its own, or make them columns of 0 and 1"
        raise DataError(f"several targets are classified only when they are 0 or 1: {wrong}", place=_PLACE, hint=hint)
    values = np.column_stack([_quantities(column, n_labelled) for column in columns])
    return Target(Task.MULTIOUTPUT, names, values, values), ()


def _column(values: pd.Series[Any]) -> _Column:
    """What a target column holds, whatever its dtype is called."""
    is_label = isinstance(values.dtype, pd.CategoricalDtype)
    if isinstance(values.dtype, pd.CategoricalDtype):
        values = values.astype(values.dtype.categories.dtype)
    if values.dtype == object:
        values = values.infer_objects()
    kind = _kind(values)
    if kind == "mixed":
        message = f"The target '{values.name}' mixes text and other values: all were taken as text."
        return _Column(values.map(str), "text", is_label, (Notice(message, subject=str(values.name)),))
    if kind == "number" and values.dtype == object:
        values = values.astype(np.float64)
    return _Column(values, kind, is_label)


def _check_numbers(column: _Column, frame: pd.DataFrame, *, is_auto: bool, has_options: bool) -> None:
    """Raise DataError where text is numbers, and more different ones than classes have."""
    if column.kind != "text" or column.is_label or (is_auto and _are_few(column)):
        return
    form = form_of_column(column.values)
    if form is None:
        return
    name = str(column.values.name)
    as_options = has_options and may_name_options(frame, {**number_forms(frame), name: form})
    message = f"the target '{name}' holds numbers as text, such as '{short(form.example)}'"
    raise DataError(message, place=_PLACE, hint=hint_of(form, as_options=as_options))


def _kind(values: pd.Series[Any]) -> Kind:
    inferred = "string" if isinstance(values.dtype, pd.StringDtype) else pd.api.types.infer_dtype(values)
    kind = _KINDS.get(inferred)
    if kind is None:
        hint = "make it a number or a class in the `prepare` hook"
        raise DataError(f"the target '{values.name}' holds {inferred} values", place=_PLACE, hint=hint)
    return kind


def _decide(column: _Column, positive: Label | None) -> tuple[str, str]:
    """(why, task) from the look of the target."""
    if positive is not None:
        return "has a positive class", "classification"
    if column.kind in ("text", "boolean") or column.is_label:
        name = "categories" if column.is_label else {"text": "text", "boolean": "true or false"}.get(column.kind)
        return f"holds {name}", "classification"
    if not _is_whole(column):
        return "holds numbers with a fraction", "regression"
    distinct = column.values.nunique()
    if _are_few(column):
        return f"holds {counted(distinct, 'different whole number')}", "classification"
    return f"holds {distinct:,} different whole numbers in {len(column.values):,} rows", "regression"


def _are_few(column: _Column) -> bool:
    """Whether so few values are different that they may be classes."""
    return bool(column.values.nunique() <= min(_MOST_CLASSES, max(2, math.isqrt(len(column.values)))))


def _quantities(column: _Column, n_labelled: int) -> NDArray[np.float64]:
    name = column.values.name
    if column.kind == "text":
        example = column.values.iloc[0]
        raise DataError(
            f"the target '{name}' holds text such as '{short(example)}', which regression cannot predict",
            place=_PLACE,
            hint="say `task: classification`, or make it a number in the `prepare` hook",
        )
    values = column.values.to_numpy(dtype=np.float64)
    infinite = np.isinf(values)
    if infinite.any():
        where = row_name(column.values.index[int(np.argmax(infinite))], n_labelled)
        message = f"the target '{name}' is infinite in {counted(int(infinite.sum()), 'row')}, first in {where}"
        raise DataError(message, place=_PLACE, hint="drop or mend these rows in the `prepare` hook")
    return values


def _classes(column: _Column, names: tuple[str, ...]) -> Target:
    """Binary or multiclass labels; the positive class of a binary task is decided later."""
    if not _is_whole(column):
        raise DataError(
            f"the target '{names[0]}' holds numbers with a fraction, which are no classes",
            place=_PLACE,
            hint="say `task: regression`, or make classes of them in the `prepare` hook",
        )
    plain = _plain_labels(column)
    encoded, distinct = pd.factorize(plain, sort=True)
    if len(distinct) < 2:
        message = f"the target '{names[0]}' has one class only: '{short(distinct[0])}'"
        raise DataError(message, place=_PLACE, hint="there is nothing to tell apart: look at the data")
    labels = np.asarray(distinct)
    task = Task.BINARY if len(distinct) == 2 else Task.MULTICLASS
    return Target(task, names, labels[encoded], encoded.astype(np.int64), tuple(labels.tolist()))


def _plain_labels(column: _Column) -> NDArray[Any]:
    """As numpy: text as str objects, the rest as bool or int64."""
    if column.kind == "text":
        return column.values.to_numpy(dtype=object)
    return column.values.to_numpy(dtype=np.bool_ if column.kind == "boolean" else np.int64)


def _positive_index(classes: tuple[Label, ...], positive: Label | None) -> int:
    """The greater label in sorted order unless one is given; 1 finds '1', and "yes" finds only itself."""
    if positive is None:
        return 1
    for same in (lambda label: label == positive, lambda label: str(label) == str(positive)):
        found = [i for i, label in enumerate(classes) if same(label)]
        if found:
            return found[0]
    known = [str(label) for label in classes]
    raise DataError(
        f"'{short(positive)}' is not a label of the target",
        place=Place(key="data.positive"),
        hint=nearest(str(positive), known) or f"the labels are {quoted(known)}",
    )


def with_positive(target: Target, positive: Label | None) -> Target:
    """A binary target with another positive class, as `data.positive` names it; as it is where it has no such label."""
    if target.positive is None:
        return target
    try:
        return replace(target, positive=_positive_index(target.classes, positive))
    except DataError:
        return target


def _positive_note(target: Target, positive: Label | None) -> tuple[Notice, ...]:
    if positive is not None or target.positive is None:
        return ()
    message = (
        f"Positive class: '{short(target.classes[target.positive])}', the last of {quoted(target.classes)} in order."
    )
    return (Notice(message, "say `positive:` to choose the other one", "note", target.names[0]),)


def _class_notices(target: Target) -> tuple[Notice, ...]:
    counts = np.bincount(target.encoded, minlength=len(target.classes))
    single = [label for label, count in zip(target.classes, counts, strict=True) if count == 1]
    notices = []
    if single:
        hint = "such a class cannot be both learned and checked: add rows, or join or drop it in the `prepare` hook"
        verb = "has" if len(single) == 1 else "have"
        message = f"{counted(len(single), 'class')} {verb} one row only: {quoted(single)}."
        notices.append(Notice(message, hint, subject=target.names[0]))
    notices += _alike(target)
    if 2 * len(target.classes) > len(target.encoded) > 2 * _MOST_CLASSES:
        message = f"The target has {len(target.classes):,} classes in {len(target.encoded):,} rows."
        notices.append(Notice(message, _TASK_HINT, subject=target.names[0]))
    return tuple(notices)


def _alike(target: Target) -> list[Notice]:
    """Labels that differ by blanks, capitals or a full stop only, as where two files write them differently."""
    spellings: dict[str, list[Label]] = {}
    for label in target.classes:
        if isinstance(label, str):
            spellings.setdefault(label.strip().rstrip(".").casefold(), []).append(label)
    alike = [labels for labels in spellings.values() if len(labels) > 1]
    if not alike:
        return []
    shown = "; ".join(quoted(labels) for labels in alike[:_SHOWN])
    message = f"Labels of '{target.names[0]}' differ by blanks, capitals or a full stop only: {shown}."
    hint = (
        "if they are one class, in the `prepare` hook, for that column `c`: `c.str.strip().str.rstrip('.').str.lower()`"
    )
    return [Notice(message, hint, subject=target.names[0])]


def _is_whole(column: _Column) -> bool:
    if column.kind != "number":
        return True
    values = column.values.to_numpy(dtype=np.float64)
    return bool(np.isfinite(values).all() and (values == np.rint(values)).all())


def _is_zero_one(column: _Column) -> bool:
    if column.kind == "text":
        return False
    return column.kind == "boolean" or bool(column.values.isin([0, 1]).all())
