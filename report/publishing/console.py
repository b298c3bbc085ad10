"""Progress of a run: live on a terminal, as lines with times in a log."""

from __future__ import annotations

import sys
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from ..core.numbers import format_duration
from .annotations import log_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from types import TracebackType
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
            self.say(f"{title}: {format_duration(time.perf_counter() - begun)}")
            if self._groups:
                self._write("::endgroup::")

    def started(self, step: str) -> None:
        """A step begins: its time counts from now."""
        self._steps[step] = time.perf_counter()
        self.say(f"{step} …")

    def finished(self, step: str, note: str = "") -> None:
        """A step ends: its time, and how it went."""
        begun = self._steps.pop(step, None)
        took = "" if begun is None else f": {format_duration(time.perf_counter() - begun)}"
        self.say(f"{step}{took}{f', {note}' if note else ''}")

    def say(self, message: str) -> None:
        """One line; line breaks in it are shown as spaces."""
        seconds = time.perf_counter() - self._begun
        self._write(f"[{seconds:8.1f} s] {_line(message)}")

    def _write(self, line: str) -> None:
        with self._lock:
            print(line, file=self._stream, flush=True)


class TerminalProgress:
    """The stages, and the fits that are running, with a clock each."""

    def __init__(self, stream: TextIO) -> None:
        from rich.console import Console
        from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

        self._progress = Progress(
            SpinnerColumn(finished_text="✓"),
            TextColumn("{task.description}", markup=False),
            TimeElapsedColumn(),
            console=Console(file=stream),
        )
        self._steps: dict[str, TaskID] = {}

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._progress.stop()

    @contextmanager
    def stage(self, title: str) -> Iterator[None]:
        """A line with a clock; it stays when the stage is over."""
        task = self._progress.add_task(_line(title), total=1)
        try:
            yield
            self._progress.update(task, completed=1)
        finally:
            self._progress.stop_task(task)

    def started(self, step: str) -> None:
        """A line below its stage."""
        self._steps[step] = self._progress.add_task(f"  {_line(step)}", total=1)

    def finished(self, step: str, note: str = "") -> None:
        """The line's clock stops; `note` says how the step went."""
        task = self._steps.pop(step, None)
        if task is not None:
            suffix = f": {note}" if note else ""
            self._progress.update(task, completed=1, description=f"  {_line(step + suffix)}")

    def say(self, message: str) -> None:
        """One line above the live ones."""
        self._progress.console.print(_line(message), markup=False, highlight=False)


def _line(text: str) -> str:
    """Text as one line: whatever a name holds, it stays in its place."""
    return log_text(" ".join(text.split()))
