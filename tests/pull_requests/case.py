"""A pull request of known truth: what base and head hold, and what the report has to say."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from pathlib import Path

import pandas as pd

CONFIG = "ml-report.yml"
TABLE = "data.csv"


class Right(Enum):
    """The right answer."""

    NOTHING = "nothing changed"
    IMPROVED = "improved"
    WORSE = "worse"
    NOT_COMPARABLE = "not comparable"
    HELD_UP = "a gate that does not pass, or a headline that says why"
    NOT_CALLED = "neither improved nor worse"
    NOT_IMPROVED = "anything but improved"


@dataclass(frozen=True, eq=False)
class State:
    """What a commit holds. files : path → text, bytes, or a table, which is written as CSV without an index."""

    config: str
    table: pd.DataFrame | None
    files: Mapping[str, str | bytes | pd.DataFrame] = field(default_factory=dict)

    def write(self, folder: Path) -> None:
        """Write all files into an empty folder."""
        tables = {} if self.table is None else {TABLE: self.table}
        for name, content in ({CONFIG: self.config} | tables | dict(self.files)).items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(_bytes(content))


@dataclass(frozen=True, eq=False)
class PullRequest:
    """Base, head, and the right answer. models : those that the answer is about; all by default."""

    name: str
    base: State
    head: State
    right: Right
    models: tuple[str, ...] = ()


def changed(
    state: State,
    *,
    config: Callable[[str], str] | None = None,
    table: Callable[[pd.DataFrame], pd.DataFrame | None] | None = None,
    files: Mapping[str, str | bytes | pd.DataFrame] | None = None,
) -> State:
    """Another state, made from a state; each change has to be one."""
    other = state
    if config is not None:
        other = replace(other, config=config(state.config))
        assert other.config != state.config, "the text that is to be replaced is not there"
    if table is not None:
        assert state.table is not None
        other = replace(other, table=table(state.table))
    return replace(other, files=dict(state.files) | dict(files or {}))


def put(old: str, new: str) -> Callable[[str], str]:
    """Replace a text."""
    return lambda text: text.replace(old, new)


def _bytes(content: str | bytes | pd.DataFrame) -> bytes:
    if isinstance(content, pd.DataFrame):
        content = content.to_csv(index=False)
    return content.encode() if isinstance(content, str) else content
