"""Errors of this program's own: told apart from those of a repository's code, and never lost."""

from __future__ import annotations

import sys
import traceback

FAULT = "an error in ml-report-action"


def fault_of(error: BaseException) -> str:
    """The error in one line, for the report; its traceback goes to the log."""
    traceback.print_exception(type(error), error, error.__traceback__, file=sys.stderr)
    message = str(error).strip().splitlines()
    return f"{FAULT}: {type(error).__name__}" + (f": {message[0]}" if message else "")


def is_fault(reason: str | None) -> bool:
    """Whether a reason is that of an error of this program's own."""
    return reason is not None and FAULT in reason
