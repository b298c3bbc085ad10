"""Values of cells and predictions as short text."""

from __future__ import annotations

import math
import numbers
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from .numbers import MISSING, format_number
from .values import Task

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from .values import Target

MAX_LENGTH = 40


def cell_text(value: Any) -> str:
    """One cell: numbers without idle zeros, dates without an idle time, text on one line of at most 40 letters."""
    if value is None or value is pd.NA or value is pd.NaT:
        return MISSING
    if isinstance(value, (bool, np.bool_, numbers.Integral)):
        return str(value)
    if isinstance(value, numbers.Real):
        return number_text(float(value))
    if isinstance(value, pd.Timestamp):
        return str(value.date() if value == value.normalize() else value)
    return shortened(str(value))


def number_text(value: float) -> str:
    """A number as everywhere in the report, without zeros that end its decimals."""
    text = format_number(value)
    return text if "." not in text or "e" in text else text.rstrip("0").rstrip(".")


def shortened(text: str) -> str:
    """Text on one line, of at most 40 letters."""
    line = " ".join(text.split())
    return line if len(line) <= MAX_LENGTH else f"{line[: MAX_LENGTH - 1]}…"


def label_text(row: Any, target: Target) -> str:
    """A truth or prediction, in the form of `Target.encoded`: the label, the labels, or the numbers."""
    if target.task in (Task.BINARY, Task.MULTICLASS):
        return shortened(str(target.classes[int(row)]))
    if target.task is Task.MULTILABEL:
        return shortened(", ".join(str(target.classes[index]) for index in np.flatnonzero(row))) or "(none)"
    return ", ".join(_prediction_text(float(value)) for value in np.atleast_1d(row))


def label_texts(rows: NDArray[Any], target: Target) -> tuple[str, ...]:
    """Several of them."""
    return tuple(label_text(row, target) for row in rows)


def _prediction_text(value: float) -> str:
    return number_text(value) if math.isfinite(value) else format_number(value)
