"""Errors of this program's own: told apart from those of a repository's code, and never lost."""

from __future__ import annotations

import traceback
from pathlib import Path

from .logs import to_log

FAULT = "an error in ml-report-action"
_OURS = Path(__file__).parents[1]
_TOOLS = {"numpy", "pandas", "scipy"}  # which we call ourselves: what they raise for us is ours


def fault_of(error: BaseException) -> str:
    """The error in one line, for the report; its traceback goes to the log."""
    to_log(traceback_of(error))
    message = str(error).strip().splitlines()
    return f"{FAULT}: {type(error).__name__}" + (f": {message[0]}" if message else "")


def traceback_of(error: BaseException) -> str:
    """The whole traceback, without a line break at its end."""
    return "".join(traceback.format_exception(type(error), error, error.__traceback__)).rstrip()


def is_fault(reason: str | None) -> bool:
    """Whether a reason is that of an error of this program's own."""
    return reason is not None and FAULT in reason


def is_ours(error: BaseException) -> bool:
    """Whether an error is of this program, not of the code of a model that it calls: by where it was raised."""
    files = [Path(frame.filename) for frame in traceback.extract_tb(error.__traceback__)]
    ours = [place for place, file in enumerate(files) if file.is_relative_to(_OURS)]
    return bool(ours) and all(_TOOLS & set(file.parts) for file in files[ours[-1] + 1 :])
