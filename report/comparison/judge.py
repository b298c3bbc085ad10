"""The judge of a change: base's own configuration, unless it is merged or a label accepts that it judges itself."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ..config import parse_config
from ..core.errors import ReportError
from .acceptance import acceptance_of
from .base.commits import BaseCommit, fetch_commit, find_base
from .base.judging import Choice, choose_base, config_at, is_merged

if TYPE_CHECKING:
    from ..config.schema import Config
    from .base.commits import NoBase
    from .base.request import BaseRequest


@dataclass(frozen=True, eq=False)
class Judge:
    """What head is compared with, and what the change is judged by.

    found : as in `Choice`. base : base's configuration; None where there is none, or none that can be read: see flaw.
    accepted : the label that lets head's configuration judge, by whom and when as far as that is known.
    """

    found: BaseCommit | NoBase | None
    base: Config | None = None
    flaw: str | None = None
    accepted: str | None = None

    @property
    def config(self) -> Config | None:
        """The configuration that judges; None where it is head's own."""
        return None if self.accepted else self.base


def find_judge(request: BaseRequest | None) -> Judge:
    """Whose configuration judges, read before anything is trained.

    Raises ReportError when `baseline.against` names no git ref.
    """
    if request is None or request.against == "none":
        return Judge(None)
    choice = _choice(request)
    if choice.judge is None:
        return Judge(choice.found)
    try:
        config = parse_config(choice.judge.text, Path(choice.judge.path), request.overrides)
    except ReportError as error:
        problem = error.problems[0]
        return Judge(choice.found, flaw=f"{problem.place.key or choice.judge.path}: {problem.message}")
    accepted = acceptance_of(request.event, config.baseline.accept_label)
    return Judge(choice.found, config, accepted=accepted)


def _choice(request: BaseRequest) -> Choice:
    told = (request.event_name, request.event)
    if request.against is None and request.found is None:
        return choose_base(
            request.root,
            request.config_path,
            overrides=request.overrides,
            fetch=lambda sha: _fetch(request, sha),
            event_name=told[0],
            event=told[1],
        )
    found = request.found or find_base(
        request.root, against=request.against or "base", event_name=told[0], event=told[1]
    )
    sha = request.judge or (found.sha if isinstance(found, BaseCommit) else None)
    if sha is None or is_merged(request.event_name, request.event):
        return Choice(found)
    _fetch(request, sha)
    return Choice(found, config_at(request.root, sha, request.config_path))


def _fetch(request: BaseRequest, sha: str) -> None:
    with suppress(ReportError):  # that base cannot be had is found out, and reported, by its own side
        fetch_commit(request.root, sha)


def seconds_for_base(head: Config, judge: Judge, fits: Callable[[Config], int]) -> float:
    """How long base may take: by its own time limit, for as many fits as either side has."""
    own = judge.base or head
    return own.compute.seconds * max(fits(head), fits(own))
