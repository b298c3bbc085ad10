"""The repository's own functions, called so that whatever they do is told, and what they print breaks nothing."""

from __future__ import annotations

import io
from contextlib import redirect_stderr, redirect_stdout
from typing import TYPE_CHECKING, Any

from ..core.errors import DataError, Place
from ..core.importing import import_object, repository_first, user_traceback

if TYPE_CHECKING:
    from pathlib import Path

_PRINTED_LINES = 20


def call_hook(path: str, *arguments: Any, root: Path, key: str, doing: str) -> Any:
    """What the function at an import path returns for these arguments.

    doing : what it was called for, for the message: "on the new rows".
    Raises DataError with the repository's frames of the traceback when it raises or exits.
    """
    printed = io.StringIO()
    with redirect_stdout(printed), redirect_stderr(printed):
        function = import_object(path, root, key=key)
        try:
            with repository_first(root):
                return function(*arguments)
        except (Exception, SystemExit) as error:
            trace = user_traceback(error, root)
            raise DataError(
                f"'{path}' failed {doing}:\n{trace}{_last_lines(printed.getvalue())}",
                place=Place(key=key),
                hint="mend that function",
            ) from error


def _last_lines(printed: str) -> str:
    lines = printed.strip().splitlines()[-_PRINTED_LINES:]
    return "\nIt had printed:\n" + "\n".join(f"  {line}" for line in lines) if lines else ""
