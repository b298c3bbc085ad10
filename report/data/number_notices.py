"""What to say of columns of numbers that were read as text, and which options of `read:` would read all of them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ..core.values import Notice
from .number_forms import NumberForm, hint_of, number_form
from .table import counted, is_text, sample_texts, short

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

_SAMPLE_ROWS = 10_000
_FIRST_ROWS = 200  # these must look like numbers before more are looked at
_SHOWN = 5


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
    return number_form(texts) if texts and number_form(texts[:_FIRST_ROWS]) is not None else None


def shared_options(frame: pd.DataFrame, forms: Mapping[str, NumberForm]) -> dict[str, str] | None:
    """The options of `read:` that read all of these columns and harm no other; None where there are none."""
    options: dict[str, str] = {}
    for form in forms.values():
        for name, value in (form.options or {}).items():
            if form.readings or options.setdefault(name, value) != value:
                return None
    thousands, decimal = options.get("thousands", ""), options.get("decimal", ".")
    if thousands == decimal or any(_is_harmed(column, thousands, decimal) for column in _others(frame, forms)):
        return None
    return options


def number_notices(frame: pd.DataFrame, *, has_options: bool) -> tuple[Notice, ...]:
    """One notice for each way of writing, its columns together.

    has_options : whether the source is read with `thousands` and `decimal`, as text files and workbooks are.
    """
    forms = number_forms(frame)
    as_options = has_options and (_is_told_apart(forms) or shared_options(frame, forms) is not None)
    found: dict[str, list[str]] = {}
    for name, form in forms.items():
        found.setdefault(hint_of(form, as_options=as_options), []).append(name)
    return tuple(_notice(names, forms, hint) for hint, names in found.items())


def _is_told_apart(forms: Mapping[str, NumberForm]) -> bool:
    return len(forms) == 1 and any(form.readings for form in forms.values())


def _notice(names: Sequence[str], forms: Mapping[str, NumberForm], hint: str) -> Notice:
    shown = ", ".join(f"'{short(name)}' ({_such_as(forms[name])})" for name in names[:_SHOWN])
    rest = f" and {len(names) - _SHOWN:,} more" if len(names) > _SHOWN else ""
    verb = "holds" if len(names) == 1 else "hold"
    message = f"{counted(len(names), 'column')} {verb} numbers as text: {shown}{rest}."
    return Notice(message, hint, subject=names[0] if len(names) == 1 else None)


def _such_as(form: NumberForm) -> str:
    if form.words and form.example == form.words[0]:
        return f"but '{short(form.words[0])}'"
    return f"such as '{short(form.example)}'"


def _others(frame: pd.DataFrame, forms: Mapping[str, NumberForm]) -> Iterable[pd.Series[Any]]:
    return (column for name, column in frame.items() if str(name) not in forms)


def _is_harmed(column: pd.Series[Any], thousands: str, decimal: str) -> bool:
    """Whether other marks would change what pandas reads: 1.5 where points are taken out, or a list of codes 1,3."""
    cells = column.dropna().iloc[:_SAMPLE_ROWS]
    if pd.api.types.is_float_dtype(column.dtype):
        values = cells.to_numpy(dtype=np.float64)
        values = values[np.isfinite(values) & (values % 1 != 0)]
        return decimal == "," and len(values) > 0 and not _may_be_thousands(np.abs(values))
    marks = re.escape(thousands + decimal.replace(".", ""))
    return bool(marks) and is_text(column) and bool(cells.astype(str).str.fullmatch(rf"[\d{marks}]+").any())


def _may_be_thousands(values: NDArray[np.float64]) -> bool:
    """Whether fractions have three digits, as 1,234 has where the point stands between thousands."""
    digits = [np.isclose(values * power, np.rint(values * power), rtol=1e-12) for power in (100, 1000)]
    return bool(values.min() >= 1 and digits[1].all() and not digits[0].all())
