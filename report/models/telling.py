"""What a fit has to say, in one line each: errors, Python warnings, the ends of processes, the last lines printed."""

from __future__ import annotations

import multiprocessing
import signal
import warnings
from collections import Counter
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from ..core.errors import ReportError
from ..core.values import Notice
from .naming import Remark

if TYPE_CHECKING:
    from collections.abc import Iterator

_LONGEST = 300  # characters of a reason or notice
_LONGEST_PRINTED = 400  # characters of a printed line
_MOST_NOTICES = 5
_LINES = 20
_TAIL_BYTES = 64 * 1024
_MACHINERY = (
    "Extension modules:",
    f'  File "{Path(__file__).parents[1]}',
    f'  File "{Path(multiprocessing.__file__).parent}',
)
_IGNORED = (DeprecationWarning, PendingDeprecationWarning, ResourceWarning)  # for developers of libraries


def one_line(error: BaseException) -> str:
    """An error as a reason: what it says first, in one line."""
    if isinstance(error, ReportError):
        return shortened("; ".join(_told(str(problem)) for problem in error.problems))
    if isinstance(error, MemoryError):
        return "out of memory"
    told = next((line.strip() for line in str(error).splitlines() if line.strip()), "")
    name = type(error).__name__
    if name == "InvalidParameterError":  # scikit-learn's message says all: parameter, estimator, values
        return shortened(told)
    return shortened(f"{name}: {told}" if told else name)


def _told(problem: str) -> str:
    """A problem in one line: of a traceback in it, the last line; the hint at the end."""
    message, arrow, hint = problem.partition("\n  → ")
    first, *rest = message.splitlines()
    return first + (f" {rest[-1].strip()}" if rest else "") + (f" → {hint}" if arrow else "")


def shortened(text: str, most: int = _LONGEST) -> str:
    """Text in one line, of at most `most` characters."""
    line = " ".join(text.split())
    return line if len(line) <= most else f"{line[: most - 1]}…"


@contextmanager
def collected_warnings(model: str) -> Iterator[list[Notice]]:
    """Python warnings while the context lasts; afterwards they are in the list as notices, each once."""
    notices: list[Notice] = []
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        for category in _IGNORED:
            warnings.simplefilter("ignore", category)
        yield notices
    remarks = dict.fromkeys(str(warning.message) for warning in caught if issubclass(warning.category, Remark))
    notices += [Notice(line, severity="note", subject=model) for line in remarks]
    counts = Counter(_as_line(warning) for warning in caught if not issubclass(warning.category, Remark))
    notices += [
        Notice(line if count == 1 else f"{line} ({count:,} times)", subject=model)
        for line, count in list(counts.items())[:_MOST_NOTICES]
    ]
    if len(counts) > _MOST_NOTICES:
        notices.append(Notice(f"{len(counts) - _MOST_NOTICES:,} other Python warnings", subject=model))


def _as_line(warning: warnings.WarningMessage) -> str:
    told = str(warning.message).strip().split("\n\n")[0]
    first, *others = told.splitlines() or [""]
    told = f"{first} {others[0].strip()}" if others and first.endswith(":") else first
    return shortened(told if warning.category is UserWarning else f"{warning.category.__name__}: {told}")


def exit_words(exit_code: int | None) -> str:
    """How a process ended that left no result, in words."""
    if exit_code is not None and exit_code < 0:
        try:
            name = signal.Signals(-exit_code).name
        except ValueError:
            name = f"signal {-exit_code}"
        known = {"SIGKILL": ", perhaps for lack of memory", "SIGSEGV": ": a fault in compiled code"}
        return f"its process was ended by {name}{known.get(name, '')}"
    return f"it ended its process with exit status {exit_code}"


def last_lines(log: Path) -> str:
    """The last lines that were printed; of a crash that Python noticed, where it happened in the model's code."""
    try:
        with log.open("rb") as file:
            file.seek(max(0, file.seek(0, 2) - _TAIL_BYTES))
            text = file.read().decode("utf-8", errors="replace")
    except FileNotFoundError:
        return ""
    lines = [line.rstrip() for line in text.splitlines() if line.strip() and not _is_machinery(line)]
    return "\n".join(
        line if len(line) <= _LONGEST_PRINTED else f"{line[:_LONGEST_PRINTED]}…" for line in lines[-_LINES:]
    )


def _is_machinery(line: str) -> bool:
    """What Python adds about this program when a process crashes."""
    return line.startswith(_MACHINERY) or (line.startswith('  File "<string>"') and line.endswith("<module>"))
