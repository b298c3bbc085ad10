"""Which configuration judges a change, and which commit it is held against: both are base's, not the change's own.

Needs the standard library and PyYAML only: the step of the action that fetches base asks this too.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...config.loading import asked_base, outlined
from ...core.errors import ConfigError, ReportError
from .commits import BaseCommit, NoBase, find_base
from .git import answer

if TYPE_CHECKING:
    from ...config.overrides import Override

_AT_MOST = 50  # files of base that are looked into


@dataclass(frozen=True)
class StoredConfig:
    """A configuration as a commit has it. path : relative to the root of the run."""

    commit: str
    path: str
    text: str


@dataclass(frozen=True)
class Choice:
    """What head is compared with, and whose configuration judges.

    found : None where no comparison is asked for. judge : base's configuration; None where head's own judges, since
    base has none, or since the change is merged already.
    """

    found: BaseCommit | NoBase | None
    judge: StoredConfig | None = None


def choose_base(
    root: Path,
    config: str,
    *,
    overrides: Sequence[Override] = (),
    event_name: str = "",
    event: Mapping[str, Any] | None = None,
    ask: Callable[[str], str | None] = lambda _: None,
    fetch: Callable[[str], object] = lambda _: None,
) -> Choice:
    """The commit that head is compared with, by `baseline.against` of base's configuration; by head's at first use.

    config : the path of head's configuration from `root`. ask : as in `find_base`. fetch : brings a commit here.
    Raises ReportError for a ref that is not there, and what `fetch` raises.
    """
    default = find_base(root, event_name=event_name, event=event, ask=ask)
    judge = None
    if isinstance(default, BaseCommit) and not is_merged(event_name, event or {}):
        fetch(default.sha)
        judge = config_at(root, default.sha, config)
    own = asked_base(root / config, overrides)
    against = own if judge is None else _asked_of(judge, overrides)
    try:
        return Choice(_held_against(against, default, root, ask), judge)
    except ReportError:
        if judge is None or own == against:
            raise
        return Choice(_held_against(own, default, root, ask), judge)  # head mends the ref that is not there


def is_merged(event_name: str, event: Mapping[str, Any]) -> bool:
    """Whether the change has been judged before: it was pushed to the default branch, or waits to be merged."""
    if event_name == "merge_group":
        return True
    branch = (event.get("repository") or {}).get("default_branch")
    return event_name == "push" and branch is not None and event.get("ref") == f"refs/heads/{branch}"


def config_at(root: Path, commit: str, path: str) -> StoredConfig | None:
    """The configuration that a commit has at a path, or that was moved to it since; None where it has none.

    Moved from another path: a file in the form of a configuration that the work tree has no more, or that still
    predicts the same target from the same source.
    """
    if (text := _stored(root, commit, path)) is not None:
        return StoredConfig(commit, path, text)
    head = _text(root / path)
    named = ((name, _stored(root, commit, name)) for name in _yaml_files(root, commit))
    others = [(name, text) for name, text in named if text is not None and outlined(text) is not None]
    moved = [(name, text) for name, text in others if not (root / name).exists()]
    moved = moved or [(name, text) for name, text in others if _has_same_task(text, head)]
    if not moved:
        return None
    name, text = max(moved, key=lambda other: _likeness(other[1], head))
    return StoredConfig(commit, name, text)


def _asked_of(judge: StoredConfig, overrides: Sequence[Override]) -> str:
    try:
        return asked_base(Path(judge.path), overrides, text=judge.text)
    except ConfigError:  # its own run has failed by it
        return "base"


def _held_against(
    against: str, default: BaseCommit | NoBase, root: Path, ask: Callable[[str], str | None]
) -> BaseCommit | NoBase | None:
    if against == "none":
        return None
    return default if against == "base" else find_base(root, against=against, ask=ask)


def _stored(root: Path, commit: str, path: str) -> str | None:
    text = answer(root, "show", f"{commit}:./{path}")
    return None if text is None else text.removeprefix("\ufeff")


def _yaml_files(root: Path, commit: str) -> list[str]:
    named = answer(root, "ls-tree", "-r", "-z", "--name-only", commit) or ""
    return [name for name in named.split("\0") if name.endswith((".yml", ".yaml"))][:_AT_MOST]


def _text(file: Path) -> str:
    try:
        return file.read_text("utf-8")
    except (OSError, ValueError):
        return ""


def _likeness(text: str, head: str) -> float:
    """Of all lines, the share that both texts have."""
    return SequenceMatcher(None, text.splitlines(), head.splitlines(), autojunk=False).ratio()


def _has_same_task(text: str, head: str) -> bool:
    sides = [(outlined(side) or {}).get("data", {}) for side in (text, head)]
    before, after = ((side.get("source"), side.get("target")) for side in sides)
    return before == after != (None, None)
