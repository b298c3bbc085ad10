"""Base, side by side with head: its process, started in a worktree, and what comes of it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import deque
from collections.abc import Callable
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from ... import __version__
from ...core.errors import ReportError
from ...core.numbers import format_duration
from ...core.run import installed_packages
from ...core.terminating import terminable
from ..result import BaseResult
from .cache import cache_key, find_entry, store_entry
from .commits import BaseCommit, NoBase, fetch_commit, find_base
from .exchange import FORMAT, IN, OUT, BadExchange, read_result, write_question
from .git import GitError, answer
from .worktree import worktree

if TYPE_CHECKING:
    from collections.abc import Iterator

    from typing_extensions import Self

    from .request import BaseRequest, HeadRows

Say = Callable[[str], None]
_SECONDS_TO_LEAVE = 3.0  # a cancelled job has 7.5 s before it is ended by force
_LAST_LINES = 15


class RunningBase:
    """The base side, while head is trained. `is_running` : whether a process shares the cores with head."""

    def __init__(self, finish: Callable[[], BaseResult], *, is_running: bool = False) -> None:
        self._finish = finish
        self.is_running = is_running

    def result(self) -> BaseResult:
        """Wait for what comes of it."""
        return self._finish()


@contextmanager
def start_base(
    request: BaseRequest, rows: HeadRows, *, jobs: int, limit: float, say: Say, against: str = "base"
) -> Iterator[RunningBase]:
    """Find the base and start it, unless its result is known; all that belongs to it is gone after the context.

    jobs : fits at a time. limit : seconds after which it is ended. say : takes each line that it prints.
    Raises ReportError when `against` names no git ref; whatever else goes wrong is told by the result.
    """
    found = find_base(request.root, against=against, event_name=request.event_name, event=request.event)
    if isinstance(found, NoBase):
        reason = found.reason
        yield RunningBase(lambda: BaseResult("none", reason))
        return
    with terminable(), ExitStack() as stack:
        try:
            running = _start(_Side(request, rows, found, jobs, limit, say), stack)
        except (ReportError, GitError, OSError) as error:
            failed = BaseResult("failed", str(error), commit=found)
            running = RunningBase(lambda: failed)
        yield running


@dataclass(frozen=True, eq=False)
class _Side:
    request: BaseRequest
    rows: HeadRows
    commit: BaseCommit
    jobs: int
    limit: float
    say: Say


def _start(side: _Side, stack: ExitStack) -> RunningBase:
    request, commit = side.request, side.commit
    fetch_commit(request.root, commit.sha)
    if answer(request.root, "cat-file", "-e", f"{commit.sha}:./{request.config_path}") is None:
        none = BaseResult("none", f"base has no configuration '{request.config_path}'", commit=commit)
        return RunningBase(lambda: none)
    exchange = Path(
        stack.enter_context(tempfile.TemporaryDirectory(prefix="ml-report-exchange-", ignore_cleanup_errors=True))
    )
    write_question(side.rows, exchange, config=request.config_path, overrides=request.overrides)
    key = cache_key(
        exchange / IN,
        commit=commit.sha,
        packages=installed_packages(),
        python=list(sys.version_info[:2]),
        version=__version__,
        format=FORMAT,
    )
    if (known := _known(side, key)) is not None:
        return RunningBase(lambda: known)
    folder = stack.enter_context(worktree(request.root, commit.sha))
    process = stack.enter_context(_BaseProcess(side, exchange, folder))
    return RunningBase(lambda: _finished(side, process, exchange / OUT, key), is_running=True)


def _known(side: _Side, key: str) -> BaseResult | None:
    """The result of an earlier run; a damaged one counts as none."""
    entry = None if side.request.cache is None else find_entry(side.request.cache, key)
    if entry is None:
        return None
    place, made = entry
    try:
        result = read_result(place, side.rows, installed_packages())
    except BadExchange:
        return None
    return replace(result, commit=side.commit, cached=made)


def _finished(side: _Side, process: _BaseProcess, out: Path, key: str) -> BaseResult:
    failure = process.wait()
    if failure is not None:
        return BaseResult("failed", failure, commit=side.commit)
    try:
        result = read_result(out, side.rows, installed_packages())
    except BadExchange as error:
        return BaseResult("failed", f"its result cannot be read: {error}", commit=side.commit)
    if side.request.cache is not None and result.status in ("ok", "not comparable"):
        store_entry(side.request.cache, key, out)
    return replace(result, commit=side.commit)


class _BaseProcess:
    """The process that trains base, in a session of its own; leaving the context ends it and all that it started."""

    def __init__(self, side: _Side, exchange: Path, folder: Path) -> None:
        self._limit, self._say = side.limit, side.say
        self._lines: deque[str] = deque(maxlen=_LAST_LINES)
        self._begun = time.monotonic()
        command = [*side.request.command, "base", "--exchange", str(exchange), "--jobs", str(side.jobs)]
        self._process = subprocess.Popen(
            command,
            cwd=folder,
            env={**side.request.variables, "PYTHONUNBUFFERED": "1", "PYTHONIOENCODING": "utf-8"},
            stdin=subprocess.PIPE,  # closes with this process, however that ends: base listens for it
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            errors="replace",
            start_new_session=True,
        )
        self._reader = threading.Thread(target=self._relay, daemon=True)
        self._reader.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._end()

    def wait(self) -> str | None:
        """Wait for its end; None when it ended well, else what happened."""
        left = self._begun + self._limit - time.monotonic()
        try:
            code = self._process.wait(timeout=max(left, 0.0))
        except subprocess.TimeoutExpired:
            self._end()
            return f"it took longer than {format_duration(self._limit)}, and was ended"
        self._reader.join(timeout=_SECONDS_TO_LEAVE)
        if code == 0:
            return None
        ended = f"its process was ended by signal {-code}" if code < 0 else f"its process ended with status {code}"
        return "\n".join([ended, *self._lines])

    def _relay(self) -> None:
        assert self._process.stdout is not None  # noqa: S101 - it is a pipe
        with suppress(ValueError, OSError):  # closed while it is read
            for line in self._process.stdout:
                self._lines.append(line.rstrip())
                self._say(f"base  {line.rstrip()}")

    def _end(self) -> None:
        """Ask it to clean up after itself, then force it."""
        if self._process.poll() is None:
            self._send(signal.SIGTERM)
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(timeout=_SECONDS_TO_LEAVE)
        self._send(getattr(signal, "SIGKILL", signal.SIGTERM))
        self._process.wait()
        self._reader.join(timeout=_SECONDS_TO_LEAVE)
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                with suppress(OSError):
                    stream.close()

    def _send(self, number: int) -> None:
        with suppress(ProcessLookupError, PermissionError):
            if hasattr(os, "killpg"):
                os.killpg(self._process.pid, number)
            else:
                self._process.kill()
