"""How stages say where they are; who listens is the caller's choice."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from typing import Protocol


class Progress(Protocol):
    """A listener. Stages nest nothing: one stage at a time, with steps inside it."""

    def stage(self, title: str) -> AbstractContextManager[object]:
        """A stage begins; it ends with the context."""

    def started(self, step: str) -> None:
        """A step, such as one fit, has begun."""

    def finished(self, step: str, note: str = "") -> None:
        """That step has ended; `note` says how, such as "failed"."""

    def say(self, message: str) -> None:
        """One line for the log."""


class Silent:
    """Listens to nothing."""

    def stage(self, title: str) -> AbstractContextManager[object]:
        return nullcontext()

    def started(self, step: str) -> None: ...

    def finished(self, step: str, note: str = "") -> None: ...

    def say(self, message: str) -> None: ...
