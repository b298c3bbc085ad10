"""Workflow commands: what GitHub Actions reads from a log, and how other text is kept from being read as one."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Literal

from ..core.logs import log_text, visible

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import TextIO

    from ..core.errors import Place, Problem

__all__ = ["AT_MOST", "Level", "annotate", "annotate_error", "annotation", "log_text"]

Level = Literal["error", "warning", "notice"]
AT_MOST = 10  # GitHub shows no more of one level for one step


def annotation(level: Level, message: str, *, title: str = "", place: Place | None = None, folder: str = "") -> str:
    """One workflow command, escaped. folder : where the file's path starts, relative to the workspace."""
    properties = {"title": title}
    if place is not None and place.file is not None:
        properties["file"] = os.path.normpath(os.path.join(folder, place.file)).replace(os.sep, "/")  # noqa: PTH118 - text
        properties["line"] = "" if place.line is None else str(place.line)
    given = ",".join(f"{key}={_property(value)}" for key, value in properties.items() if value)
    return f"::{level} {given}::{_data(message)}" if given else f"::{level}::{_data(message)}"


def annotate_error(problem: Problem, *, folder: str = "", stream: TextIO | None = None) -> None:
    """Tell GitHub Actions of a problem, at its file and line where they are known."""
    key = f"{problem.place.key}: " if problem.place.key else ""
    hint = f"\n→ {problem.hint}" if problem.hint else ""
    text = f"{key}{problem.message}{hint}"
    message = annotation("error", text, title="ml-report", place=problem.place, folder=folder)
    print(message, file=stream, flush=True)


def annotate(level: Level, messages: Iterable[str], *, title: str, stream: TextIO | None = None) -> None:
    """Tell GitHub Actions of several things; what is over its limit becomes a count in the last one."""
    told = list(messages)
    if len(told) > AT_MOST:
        told[AT_MOST - 1 :] = [f"and {len(told) - AT_MOST + 1} more: see the report"]
    for message in told:
        print(annotation(level, message, title=title), file=stream, flush=True)


def _data(text: str) -> str:
    return visible(text).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
