"""Progress of a run: live on a terminal, as lines with times in a log."""

from __future__ import annotations

import sys
import threading
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from ..core.numbers import format_duration
from .annotations import log_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import TextIO

    from rich.progress import TaskID
    from typing_extensions import Self


def choose_progress(environment: Mapping[str, str], stream: TextIO | None = None) -> TerminalProgress | LogProgress:
    """Live progress for a person at a terminal, log lines elsewhere, grouped in GitHub Actions; use it in a `with`."""
    stream = stream or sys.stderr
    in_actions = environment.get("GITHUB_ACTIONS") == "true"
    if stream.isatty() and not in_actions and not environment.get("CI") and environment.get("TERM") != "dumb":
        return TerminalProgress(stream)
    return LogProgress(stream, groups=in_actions)


class LogProgress:
    """One line for each thing that happens, with the time since the start."""

    def __init__(self, stream: TextIO, *, groups: bool) -> None:
        self._stream = stream
        self._groups = groups
        self._begun = time.perf_counter()
        self._steps: dict[str, float] = {}
        self._lock = threading.Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        return None

    @contextmanager
    def stage(self, title: str) -> Iterator[None]:
        """A group of lines, closed by its wall time."""
        begun = time.perf_counter()
        self._write(f"::group::{_line(title)}" if self._groups else _line(title))
        try:
            yield
        finally:
            self.say(_ended(title, begun))
            if self._groups:
                self._write("::endgroup::")

    def started(self, step: str) -> None:
        """A step begins: its time counts from now."""
        self._steps[step] = time.perf_counter()
        self.say(f"{step} …")

    def finished(self, step: str, note: str = "") -> None:
        """A step ends: its time, and how it went."""
        self.say(_ended(step, self._steps.pop(step, None), note))

    def say(self, message: str) -> None:
        """One line; line breaks in it are shown as spaces."""
        seconds = time.perf_counter() - self._begun
        self._write(f"[{seconds:8.1f} s] {_line(message)}")

    def _write(self, line: str) -> None:
        with self._lock, suppress(BrokenPipeError):  # the reader has gone, the run goes on
            print(line, file=self._stream, flush=True)


class TerminalProgress:
    """The current stage and the fits that are running, with a clock each; what has ended scrolls away above them."""

    def __init__(self, stream: TextIO) -> None:
        from rich.console import Console
        from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

        columns = SpinnerColumn(), TextColumn("{task.description}", markup=False), TimeElapsedColumn()
        self._progress = Progress(*columns, console=Console(file=stream), transient=True)
        self._steps: dict[str, tuple[TaskID, float]] = {}

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    @contextmanager
    def stage(self, title: str) -> Iterator[None]:
        """A clock while it lasts, then a line with its wall time."""
        task, begun = self._progress.add_task(_line(title)), time.perf_counter()
        try:
            yield
            self.say(f"✓ {_ended(title, begun)}")
        finally:
            self._progress.remove_task(task)

    def started(self, step: str) -> None:
        """A clock below that of its stage."""
        self._steps[step] = self._progress.add_task(f"  {_line(step)}"), time.perf_counter()

    def finished(self, step: str, note: str = "") -> None:
        """A line with its time, and how it went."""
        task, begun = self._steps.pop(step, (None, None))
        if task is not None:
            self._progress.remove_task(task)
        self.say(f"· {_ended(step, begun, note)}")

    def say(self, message: str) -> None:
        """One line above the live ones."""
        self._progress.console.print(_line(message), markup=False, highlight=False)


def _ended(what: str, begun: float | None, note: str = "") -> str:
    took = "" if begun is None else f": {format_duration(time.perf_counter() - begun)}"
    return f"{what}{took}{f', {note}' if note else ''}"


def _line(text: str) -> str:
    """Text as one line: whatever a name holds, it stays in its place."""
    return log_text(" ".join(text.split()))
