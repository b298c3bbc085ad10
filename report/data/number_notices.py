"""What to say of columns of numbers that were read as text, and which options of `read:` would read all of them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ..core.values import Notice
from .number_code import LONGEST, hint_of, options_as_yaml
from .number_forms import NumberForm, may_be_numbers, number_form
from .table import counted, is_text, only, sample_texts, short

if TYPE_CHECKING:
    from numpy.typing import NDArray

_SAMPLE_ROWS = 10_000
_FIRST_ROWS = 200  # these must look like numbers before more are looked at
_SHOWN = 5
_LONGEST = 60  # characters of a name or a number
_THOUSAND = 1000
_WORDS = 3  # that a message shows
_LONGEST_WORD = 20


def number_forms(frame: pd.DataFrame) -> dict[str, NumberForm]:
    """The form of each text column that holds numbers, by a sample of at most 10,000 rows."""
    forms = {}
    for name, column in frame.items():
        form = form_of_column(column) if is_text(column) else None
        if form is not None:
            forms[str(name)] = form
    return forms


def form_of_column(column: pd.Series[Any]) -> NumberForm | None:
    """The form of a text column's numbers; None where its cells are no numbers."""
    texts = sample_texts(column)
    form = number_form(texts) if texts and may_be_numbers(texts[:_FIRST_ROWS]) else None
    return None if form is None else replace(form, column=str(column.name))


def shared_options(frame: pd.DataFrame, forms: Mapping[str, NumberForm]) -> dict[str, str] | None:
    """The options of `read:` that read all of these columns and harm no other; None where there are none."""
    options: dict[str, str] = {}
    for form in forms.values():
        for name, value in (form.options or {}).items():
            if form.readings or options.setdefault(name, value) != value:
                return None
    return options if _are_harmless(options, frame, forms) else None


def may_name_options(frame: pd.DataFrame, forms: Mapping[str, NumberForm]) -> bool:
    """Whether hints may name options of `read:`: those of all of the columns, or of the only one, read in two ways."""
    if len(forms) == 1 and (readings := next(iter(forms.values())).readings):
        return all(_are_harmless(way.options or {}, frame, forms) for way in readings)
    return shared_options(frame, forms) is not None


def number_notices(
    features: pd.DataFrame, *, has_options: bool, frame: pd.DataFrame | None = None
) -> tuple[Notice, ...]:
    """One notice for each way of writing, its columns together.

    has_options : whether the source is read with `thousands` and `decimal`, as text files and workbooks are.
    frame : all columns, which those options would be used for; the features where None.
    """
    forms = number_forms(features)
    frame = features if frame is None else frame
    every = {**forms, **number_forms(only(frame, [str(name) for name in frame if name not in features]))}
    as_options = bool(forms) and has_options and may_name_options(frame, every)
    alike: dict[str, list[str]] = {}
    for name, form in forms.items():
        way = hint_of(replace(form, column=""), as_options=as_options, everywhere=True)
        alike.setdefault(way, []).append(name)
    notices: dict[str, list[str]] = {}
    for names in alike.values():
        form = forms[names[0]]
        everywhere = as_options and bool(form.words) and not _are_elsewhere(form.words, frame, names)
        hint = hint_of(form, as_options=as_options, columns=names, everywhere=everywhere)
        notices.setdefault(hint, []).extend(names)
    told = tuple(_notice(names, forms, hint) for hint, names in notices.items())
    return (*told, *_thousands_notice(frame, every, has_options=has_options))


def _thousands_notice(frame: pd.DataFrame, forms: Mapping[str, NumberForm], *, has_options: bool) -> tuple[Notice, ...]:
    """Of numbers such as 54.485, beside others whose comma is decimal: the point may stand between thousands."""
    if not any((form.options or {}).get("decimal") == "," for form in forms.values()):
        return ()
    found = {}
    for name, column in frame.items():
        if pd.api.types.is_float_dtype(column.dtype):
            values = np.abs(column.dropna().iloc[:_SAMPLE_ROWS].to_numpy(dtype=np.float64))
            parts = values[np.isfinite(values) & (values % 1 != 0)]
            if _may_be_thousands(parts) and values[values % 1 == 0].max(initial=0) < _THOUSAND:
                found[str(name)] = f"{parts[0]:.3f}"
    if not found:
        return ()
    start = f"{counted(len(found), 'column')} may hold thousands whose point was read as that of a fraction: "
    shown = listed([(name, f"such as {value}") for name, value in found.items()], LONGEST - len(start) - 1)
    options = {"thousands": ".", "decimal": ","}
    names_options = has_options and _are_harmless(options, frame.drop(columns=list(found)), forms)
    hint = f"if so: {options_as_yaml(options)}" if names_options else "if so, read them in the `prepare` hook"
    return (Notice(f"{start}{shown}.", hint),)


def _are_elsewhere(words: Sequence[str], frame: pd.DataFrame, names: Sequence[str]) -> bool:
    others = (column for name, column in frame.items() if str(name) not in names and is_text(column))
    return any(bool(column.iloc[:_SAMPLE_ROWS].isin(words).any()) for column in others)


def _notice(names: Sequence[str], forms: Mapping[str, NumberForm], hint: str) -> Notice:
    verb = "holds" if len(names) == 1 else "hold"
    start = f"{counted(len(names), 'column')} {verb} numbers as text: "
    shown = listed([(name, _such_as(forms[name])) for name in names], LONGEST - len(start) - 1)
    return Notice(f"{start}{shown}.", hint, subject=names[0] if len(names) == 1 else None)


def listed(columns: Sequence[tuple[str, str]], most: int) -> str:
    """Names with what is said of each, as many as have place in so many characters: 'a' (such as 1) and 3 more."""
    for n_shown, longest in ((_SHOWN, _LONGEST), (_SHOWN, 20), (2, _LONGEST), (1, _LONGEST), (1, 20)):
        shown = ", ".join(f"'{short(name, longest)}' ({detail})" for name, detail in columns[:n_shown])
        rest = f" and {len(columns) - n_shown:,} more" if len(columns) > n_shown else ""
        if len(shown) + len(rest) <= most:
            break
    return shown + rest


def _such_as(form: NumberForm) -> str:
    words = ", ".join(f"'{short(word.strip(), _LONGEST_WORD)}'" for word in form.words[:_WORDS])
    rest = f" and {len(form.words) - _WORDS:,} more" if len(form.words) > _WORDS else ""
    if form.words and form.example == form.words[0]:
        return f"but {words}{rest}"
    return f"such as '{short(form.example)}'" + (f", but {words}{rest}" if words else "")


def _are_harmless(options: Mapping[str, str], frame: pd.DataFrame, forms: Mapping[str, NumberForm]) -> bool:
    """Whether these options change the numbers of no column but those that are to be read by them."""
    thousands, decimal = options.get("thousands", ""), options.get("decimal", ".")
    if thousands == decimal:
        return False
    takes_points = decimal == "," or "." in thousands
    if takes_points and any(form.has_points and form.options is not None for form in forms.values()):
        return False
    others = (column for name, column in frame.items() if str(name) not in forms)
    return not any(_is_harmed(column, thousands, decimal) for column in others)


def _is_harmed(column: pd.Series[Any], thousands: str, decimal: str) -> bool:
    """Whether other marks would change what pandas reads: 1.5 where points are taken out, or a list of codes 1,3."""
    cells = column.dropna().iloc[:_SAMPLE_ROWS]
    if pd.api.types.is_float_dtype(column.dtype):
        values = cells.to_numpy(dtype=np.float64)
        takes_points = decimal == "," or "." in thousands
        return takes_points and len(values) > 0 and not _may_be_thousands(np.abs(values[np.isfinite(values)]))
    marks = re.escape(thousands + decimal.replace(".", ""))
    if not marks or not is_text(column):
        return False
    number = re.compile(rf"\s*[-+]?(?=[^{marks}]*[{marks}])[0-9{marks}][0-9.{marks}]*(?:[eE][-+]?[0-9]+)?\s*")
    return any(number.fullmatch(str(cell)) for cell in cells.unique() if len(str(cell)) <= _LONGEST)


def _may_be_thousands(values: NDArray[np.float64]) -> bool:
    """Whether all have three digits behind the point, as 1,234 has where the point stands between thousands."""
    if len(values) == 0 or values.min() < 1:
        return False
    digits = [np.isclose(values * power, np.rint(values * power), rtol=1e-12) for power in (1, 100, 1000)]
    return bool(digits[2].all() and not digits[1].all() and not digits[0].any())
