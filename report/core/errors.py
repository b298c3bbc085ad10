"""The one family of errors that a user is expected to meet, each with a place and a way out."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from typing_extensions import Self


@dataclass(frozen=True)
class Place:
    """Where a problem is: a file, and where known its line (1-based) and its dotted key."""

    file: str | None = None
    line: int | None = None
    key: str | None = None

    def __str__(self) -> str:
        where = self.file or ""
        if self.line is not None:
            where += f":{self.line}" if where else f"line {self.line}"
        return ": ".join(part for part in (where, self.key) if part)


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong: what, where, and what to do about it."""

    message: str
    place: Place = Place()
    hint: str | None = None

    def __str__(self) -> str:
        where = str(self.place)
        text = f"{where}: {self.message}" if where else self.message
        return f"{text}\n  → {self.hint}" if self.hint else text


class ReportError(Exception):
    """The user's configuration, data or code is at fault: told without a traceback, exit code 2."""

    def __init__(self, message: str, *, place: Place | None = None, hint: str | None = None) -> None:
        self.problems: tuple[Problem, ...] = (Problem(message, place or Place(), hint),)
        super().__init__(str(self.problems[0]))

    @classmethod
    def of(cls, problems: tuple[Problem, ...]) -> Self:
        """One error that tells several problems together."""
        error = cls(problems[0].message)
        error.problems = problems
        error.args = ("\n".join(map(str, problems)),)
        return error


class ConfigError(ReportError):
    """The configuration file, an action input or an override is wrong."""


class DataError(ReportError):
    """The data cannot be read, or are not what the configuration says."""


class ModelError(ReportError):
    """A model cannot be built, fitted or asked."""


class MetricError(ReportError):
    """A metric is unknown, or cannot be used for this task."""


class OutputError(ReportError):
    """The report cannot be written."""


class PublishingError(ReportError):
    """The report cannot be published."""


@contextmanager
def gathered(problems: list[Problem]) -> Iterator[None]:
    """The problems of what goes wrong here are added to the list, so that those of what comes after are told too."""
    try:
        yield
    except ReportError as error:
        problems.extend(error.problems)
