"""Base, side by side with head: its process, started in a worktree, and what comes of it."""

from __future__ import annotations

import platform
import shutil
import sys
from collections.abc import Callable
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from ... import __version__
from ...core.errors import ReportError
from ...core.processes import Say, WatchedProcess
from ...core.run import every_package
from ...core.scratch import abandoned, scratch_folder
from ...core.terminating import terminable
from ..result import BaseResult
from .cache import cache_key, find_entry, store_entry
from .commits import BaseCommit, NoBase, fetch_commit, find_base
from .exchange import FORMAT, IN, OUT, BadExchange, read_result, write_question, write_result
from .git import GitError, answer
from .judging import config_at
from .requirements import Environment, choose_environment
from .worktree import remove_abandoned, search_path, worktree

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .request import BaseRequest, HeadRows

_EXCHANGE = "ml-report-exchange-"


@dataclass(frozen=True)
class Terms:
    """How base is trained.

    cores : that its fits may keep busy. limit : seconds after which it is ended. beside : while head is, otherwise
    after it. may_be_own : whether it may get an environment of its own. say : takes each line that it prints.
    """

    cores: int
    limit: float
    say: Say
    beside: bool = True
    may_be_own: bool = True


class RunningBase:
    """The base side, while head is trained. `is_running` : whether a process shares the cores with head."""

    def __init__(self, finish: Callable[[], BaseResult], *, is_running: bool = False) -> None:
        self._finish = finish
        self.is_running = is_running

    def result(self) -> BaseResult:
        """Wait for what comes of it."""
        return self._finish()


@contextmanager
def start_base(request: BaseRequest, rows: HeadRows, terms: Terms, *, against: str = "base") -> Iterator[RunningBase]:
    """Find the base and start it, unless its result is known; all that belongs to it is gone after the context.

    Raises ReportError when `against` names no git ref; whatever else goes wrong is told by the result.
    """
    found = request.found or find_base(
        request.root, against=against, event_name=request.event_name, event=request.event
    )
    if isinstance(found, NoBase):
        reason = found.reason
        yield RunningBase(lambda: BaseResult("none", reason))
        return
    with terminable(), ExitStack() as stack:
        try:
            running = _start(_Side(request, rows, found, terms, stack))
        except (ReportError, GitError, OSError) as error:
            failed = BaseResult("failed", str(error), commit=found)
            running = RunningBase(lambda: failed)
        yield running


def keep_own(request: BaseRequest, rows: HeadRows, make: Callable[[], BaseResult]) -> None:
    """Keep what head found out as the result of its commit, for later runs that ask the same of it as their base.

    Nothing is kept where that commit alone would give another result: files were changed since.
    """
    sha = answer(request.root, "rev-parse", "HEAD")
    changed = answer(request.root, "status", "--porcelain", "--untracked-files=no")
    if request.cache is None or sha is None or changed != "":
        return
    with scratch_folder(_EXCHANGE) as exchange:
        write_question(rows, exchange, config=request.config_path, overrides=request.overrides)
        write_result(make(), exchange, packages=every_package())
        store_entry(request.cache, _key(exchange, sha, rows), exchange / OUT)


@dataclass(frozen=True, eq=False)
class _Side:
    request: BaseRequest
    rows: HeadRows
    commit: BaseCommit
    terms: Terms
    stack: ExitStack


def _start(side: _Side) -> RunningBase:
    request, commit, rows = side.request, side.commit, side.rows
    remove_abandoned(request.root)
    for folder in abandoned(_EXCHANGE):
        shutil.rmtree(folder, ignore_errors=True)
    fetch_commit(request.root, commit.sha)
    config = config_at(request.root, commit.sha, request.config_path)
    if config is None:
        none = BaseResult("none", f"base has no configuration '{request.config_path}'", commit=commit)
        return RunningBase(lambda: none)
    environment = choose_environment(request, commit.sha, may_be_own=side.terms.may_be_own)
    exchange = side.stack.enter_context(scratch_folder(_EXCHANGE))
    write_question(rows, exchange, config=config.path, overrides=request.overrides)
    cache = _Cache(None if environment.requirements else request.cache, _key(exchange, commit.sha, rows))
    if (known := cache.find(rows)) is not None:
        known = replace(known, commit=commit, notices=(*known.notices, *environment.notices))
        return RunningBase(lambda: known)
    if not side.terms.beside:
        return RunningBase(lambda: _after_head(side, exchange, environment, cache))
    process = _begin(side, exchange, environment)
    return RunningBase(lambda: _finished(side, process, exchange, environment, cache), is_running=True)


def _key(exchange: Path, sha: str, rows: HeadRows) -> str:
    """Base's result depends on its commit, the question, and what both sides run on."""
    return cache_key(
        exchange / IN,
        commit=sha,
        fingerprint=rows.fingerprint,
        packages=every_package(),
        python=list(sys.version_info[:2]),
        machine=[platform.system(), platform.machine()],
        version=__version__,
        format=FORMAT,
    )


@dataclass(frozen=True)
class _Cache:
    folder: Path | None
    key: str

    def find(self, rows: HeadRows) -> BaseResult | None:
        """The result of an earlier run; a damaged one counts as none."""
        entry = None if self.folder is None else find_entry(self.folder, self.key)
        if entry is None:
            return None
        place, made = entry
        try:
            return replace(read_result(place, rows, every_package()), cached=made)
        except BadExchange:
            return None

    def keep(self, result: BaseResult, out: Path) -> None:
        if self.folder is not None and result.status in ("ok", "not comparable"):
            store_entry(self.folder, self.key, out)


def _begin(side: _Side, exchange: Path, environment: Environment) -> WatchedProcess:
    request, terms = side.request, side.terms
    folder = side.stack.enter_context(worktree(request.root, side.commit.sha))
    command = [*request.command, "base", "--exchange", str(exchange), "--cores", str(terms.cores)]
    if environment.requirements:
        own = ["--environment", exchange / "environment", "--requirements", environment.requirements]
        command += [str(part) for part in (*own, "--uv", request.uv)]
    variables = {**request.variables, "PYTHONPATH": search_path(request.root, folder, request.variables)}
    process = WatchedProcess(command, folder, variables, limit=terms.limit, say=lambda line: terms.say(f"base  {line}"))
    return side.stack.enter_context(process)


def _after_head(side: _Side, exchange: Path, environment: Environment, cache: _Cache) -> BaseResult:
    try:
        process = _begin(side, exchange, environment)
    except (GitError, OSError) as error:
        return BaseResult("failed", str(error), commit=side.commit)
    return _finished(side, process, exchange, environment, cache)


def _finished(
    side: _Side, process: WatchedProcess, exchange: Path, environment: Environment, cache: _Cache
) -> BaseResult:
    failure = process.wait()
    if failure is not None:
        reason = "\n".join([f"its process {failure}", *process.last_lines])
        return BaseResult("failed", reason, commit=side.commit)
    try:
        result = read_result(exchange / OUT, side.rows, every_package())
    except BadExchange as error:
        return BaseResult("failed", f"its result cannot be read: {error}", commit=side.commit)
    cache.keep(result, exchange / OUT)
    own = environment.requirements is not None
    notices = (*result.notices, *environment.notices)
    return replace(result, commit=side.commit, notices=notices, own_environment=own)
