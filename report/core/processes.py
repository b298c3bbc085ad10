"""A program in a session of its own, which ends with all that it started."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from .numbers import format_duration

if TYPE_CHECKING:
    from typing_extensions import Self

Say = Callable[[str], None]
_SECONDS_TO_LEAVE = 3.0  # a cancelled job has 7.5 s before it is ended by force
_LAST_LINES = 15
_LINE = 10_000  # characters; what is longer comes in pieces, so that no output fills the memory
_LINE_BY_LINE = {"PYTHONUNBUFFERED": "1", "PYTHONIOENCODING": "utf-8"}
_KILL = getattr(signal, "SIGKILL", signal.SIGTERM)


class WatchedProcess:
    """A running program; leaving the context ends it and all that it started."""

    def __init__(
        self,
        command: Sequence[str] | str,
        folder: Path,
        variables: Mapping[str, str] | None = None,
        *,
        limit: float,
        say: Say,
    ) -> None:
        """Start it in a folder. variables : its environment, by default that of this process.

        limit : seconds that it may take. say : takes each line that it prints.
        """
        self._limit, self._say = limit, say
        self.last_lines: deque[str] = deque(maxlen=_LAST_LINES)
        self._overrun: str | None = None
        self._begun = time.monotonic()
        self._process = subprocess.Popen(
            command,
            cwd=folder,
            env={**(os.environ if variables is None else variables), **_LINE_BY_LINE},
            stdin=subprocess.PIPE,  # nothing comes, and it closes with this process, however that ends
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
        self.end()

    def is_running(self) -> bool:
        """Whether it has not ended, and has time left."""
        return self._process.poll() is None and time.monotonic() < self._begun + self._limit

    def wait(self) -> str | None:
        """Wait for its end; None when it ended well, else what happened: "ended with status 1"."""
        if self._overrun is not None:  # however it left when it was asked to
            return self._overrun
        left = self._begun + self._limit - time.monotonic()
        try:
            code = self._process.wait(timeout=max(left, 0.0))
        except subprocess.TimeoutExpired:
            self.end()
            self._overrun = f"took longer than {format_duration(self._limit)}, and was ended"
            return self._overrun
        self._send(_KILL)  # what it has left in the background holds the pipe
        self._reader.join(timeout=_SECONDS_TO_LEAVE)
        if code == 0:
            return None
        return f"was ended by signal {-code}" if code < 0 else f"ended with status {code}"

    def _relay(self) -> None:
        assert self._process.stdout is not None  # noqa: S101 - it is a pipe
        with suppress(ValueError, OSError), self._process.stdout as output:
            while line := output.readline(_LINE):
                self.last_lines.append(line.rstrip())
                self._say(line.rstrip())

    def end(self) -> None:
        """Ask it to clean up after itself, then force it."""
        if self._process.poll() is None:
            self._send(signal.SIGTERM)
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(timeout=_SECONDS_TO_LEAVE)
        self._send(_KILL)
        self._process.wait()
        self._reader.join(timeout=_SECONDS_TO_LEAVE)
        if self._process.stdin is not None:  # the reader closes what it reads: to do it here would wait for its end
            with suppress(OSError):
                self._process.stdin.close()

    def _send(self, number: int) -> None:
        with suppress(ProcessLookupError, PermissionError):
            if hasattr(os, "killpg"):
                os.killpg(self._process.pid, number)
            else:
                self._process.kill()
