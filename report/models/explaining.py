"""Why a model failed, in one line, with what the estimator's own message leaves out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ..core.errors import ReportError
from ..core.faults import FAULT, is_ours, traceback_of
from ..core.importing import user_traceback
from .parameters import as_tuple, texts_in_params
from .tags import takes_several_outputs
from .targets import lacks_a_class
from .telling import one_line, shortened

if TYPE_CHECKING:
    from pathlib import Path

    from .units import FitData

_MOST_COLUMNS = 5
_LONGEST = 290  # characters of a message and its hint
_LONGEST_LABEL = 40  # characters


def reason_for(error: BaseException, estimator: Any, data: FitData | None) -> str:
    """One line. estimator : None when it could not even be built. data : None when it could not be read."""
    if isinstance(error, SystemExit):
        return f"it called sys.exit({'' if error.code is None else shortened(repr(error.code), 100)})"
    told = one_line(error)
    if _is_fault(error):
        return f"{FAULT}: {told}"
    if data is None or estimator is None or not isinstance(error, Exception):
        return told
    if lacks_a_class(error):
        return _of_absent_class(data)
    hint = _hint(error, told, estimator, data)
    return f"{shortened(told, _LONGEST - len(hint))} → {hint}" if hint else told


def _hint(error: Exception, told: str, estimator: Any, data: FitData) -> str | None:
    if (form := _form_in_text(estimator, str(error))) is not None:
        return form
    if not isinstance(error, ValueError):
        return None
    if "infinity" in told and (columns := _infinite_columns(data)):
        shown = ", ".join(columns[:_MOST_COLUMNS]) + (", …" if len(columns) > _MOST_COLUMNS else "")
        return f"infinite values are in: {shown}; replace them in the `data.prepare` hook"
    if data.target.task.is_multi and type(error) is ValueError and not takes_several_outputs(estimator):
        wrapper = "MultiOutputClassifier" if data.target.task.is_classification else "MultiOutputRegressor"
        return f"it predicts one column only: put it into sklearn.multioutput.{wrapper}"
    return None


def _form_in_text(estimator: Any, told: str) -> str | None:
    """What to write in place of a parameter, named in a message, that has Python's form of a value."""
    for name, text in texts_in_params(estimator):
        if text not in told:
            continue
        if text == "None":
            return f"{name}: None is text in YAML: write null"
        if as_tuple(text) is not None:
            return (
                f"{name}: {shortened(text, _LONGEST_LABEL)} is text in YAML: write a list in brackets, such as [10, 5]"
            )
    return None


def _of_absent_class(data: FitData) -> str:
    """In the user's labels: a part of the training rows, such as a fold of a search, has not all of their classes."""
    counts = np.bincount(data.target.encoded[data.train], minlength=len(data.target.classes))
    rarest = min(np.flatnonzero(counts), key=lambda code: int(counts[code]))
    rows = f"{counts[rarest]:,} training {'row' if counts[rarest] == 1 else 'rows'}"
    label = shortened(str(data.target.classes[rarest]), _LONGEST_LABEL)
    return (
        f"it was fitted on a part of the training rows that lacks a class, which it does not take: '{label}' has {rows}"
        " → use fewer folds inside of the model, or more rows of that class"
    )


def traceback_for(error: BaseException, root: Path) -> str:
    """Where in the repository's code it happened; of our own errors, the traceback that they tell, if any."""
    if _is_fault(error):
        return traceback_of(error)
    if not isinstance(error, ReportError):
        return user_traceback(error, root)
    message = error.problems[0].message
    return message if "\n" in message else ""


def _is_fault(error: BaseException) -> bool:
    return isinstance(error, Exception) and not isinstance(error, ReportError) and is_ours(error)


def _infinite_columns(data: FitData) -> list[str]:
    numeric = data.X_train.select_dtypes("number")
    return [
        str(column)
        for column in numeric
        if any(
            np.isinf(frame[column].to_numpy(np.float64, na_value=np.nan)).any()
            for frame in (data.X_train, data.X_validation)
        )
    ]
