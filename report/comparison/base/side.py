"""Base, side by side with head: its process, started in a worktree, and what comes of it."""

from __future__ import annotations

import platform
import shutil
import sys
import time
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from ... import __version__
from ...config import parse_config
from ...core.errors import ReportError
from ...core.processes import Say, WatchedProcess
from ...core.run import every_package
from ...core.scratch import abandoned, scratch_folder
from ...core.terminating import terminable
from ..result import BaseResult
from .cache import cache_key, find_entry, store_entry
from .commits import BaseCommit, NoBase, fetch_commit, find_base
from .exchange import FORMAT, OUT, read_result, write_result
from .files import BadExchange
from .git import GitError, answer
from .judging import config_at
from .places import top_of
from .question import IN, withdraw_question, write_question, write_start
from .requirements import Environment, choose_environment
from .row_files import ROWS, are_written, read_rows
from .shared import Shared, find_shared
from .worktree import remove_abandoned, search_path, worktree

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ...core.rows import SideRows
    from .judging import StoredConfig
    from .request import BaseRequest, HeadRows

_EXCHANGE = "ml-report-exchange-"
_LOOK = 0.02  # seconds between two looks for the rows of base


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


@dataclass(frozen=True)
class Source:
    """Head's data, before its rows are matched. fingerprint : as in `RawRows`, "" where rows cannot be followed back.

    made : a fingerprint of all rows where they do not come with the commit alone (a command or a function makes them);
    otherwise empty. shared : the paths of `data.shared`.
    """

    fingerprint: str
    made: str = ""
    shared: tuple[str, ...] = ()


class EndedBase:
    """A base side that is over before anything is asked."""

    is_running = False
    commit = None

    def __init__(self, result: BaseResult) -> None:
        self._result = result

    def rows(self) -> SideRows | None:
        return None

    def ask(self, rows: HeadRows) -> None:
        """Nobody is there to answer."""

    def ask_kept(self, rows: HeadRows) -> bool:  # noqa: ARG002 - as a base that is running has it
        """Nothing was kept."""
        return False

    def end(self, result: BaseResult) -> None:
        """It has ended, and keeps its own result."""

    def result(self) -> BaseResult:
        return self._result


class RunningBase:
    """The base side, while head is trained: first its rows, then what judges it, then its result."""

    def __init__(self, side: _Side) -> None:
        self._side = side
        self._process: WatchedProcess | None = None
        self._asked: HeadRows | None = None
        self._ending: BaseResult | None = None

    @property
    def commit(self) -> str | None:
        """The SHA of base; None where base has packages of its own, which may read files in another way."""
        return None if self._side.environment.requirements else self._side.commit.sha

    @property
    def is_running(self) -> bool:
        """Whether a process shares the cores with head."""
        return self._process is not None and self._process.is_running()

    def rows(self) -> SideRows | None:
        """The rows of base; None where base ended before it had read them: `result` says why."""
        self._begin()
        while self._process is not None and not are_written(self._side.rows_folder):
            if not self._process.is_running():
                self._process.wait()
                break
            time.sleep(_LOOK)
        if not are_written(self._side.rows_folder):
            self._ending = self._finished()
            return None
        if not self._side.terms.beside:
            self._stop()
        return self._read_rows()

    def ask(self, rows: HeadRows) -> None:
        """Say what judges base; an answer that was kept is its result."""
        self._asked = rows
        write_question(rows, self._side.exchange)
        if (kept := self._side.kept_result(rows)) is not None:
            self._stop()
            self._ending = kept
        elif self._process is None and self._side.terms.beside:
            self._begin()

    def ask_kept(self, rows: HeadRows) -> bool:
        """Whether an answer to this was kept: it is the result then. Otherwise nothing has been asked."""
        if self._side.cache is not None:
            write_question(rows, self._side.exchange)
            self._ending = self._side.kept_result(rows)
            withdraw_question(self._side.exchange)
        return self._ending is not None

    def end(self, result: BaseResult) -> None:
        """Make this the result, whatever base would have answered."""
        self._stop()
        self._ending = result

    def result(self) -> BaseResult:
        """Wait for what comes of it."""
        if self._ending is None and self._process is None:
            self._begin()
        result = self._ending or self._finished()
        environment = self._side.environment
        return replace(
            result,
            commit=self._side.commit,
            notices=(*result.notices, *environment.notices, *self._side.shared.notices),
            own_environment=environment.requirements is not None,
        )

    def _begin(self) -> None:
        try:
            self._process = self._side.begin()
        except (GitError, OSError) as error:
            self._ending = BaseResult("failed", str(error))

    def _stop(self) -> None:
        if self._process is not None:
            self._process.end()
            self._process = None

    def _read_rows(self) -> SideRows | None:
        try:
            return read_rows(self._side.rows_folder)
        except BadExchange as error:
            self.end(BaseResult("failed", f"its rows cannot be read: {error}"))
            return None

    def _finished(self) -> BaseResult:
        if self._process is None:
            return self._ending or BaseResult("failed", "its process could not be started")
        failure = self._process.wait()
        if failure is not None:
            return BaseResult("failed", "\n".join([f"its process {failure}", *self._process.last_lines]))
        return self._side.read_result(self._asked)


@contextmanager
def start_base(
    request: BaseRequest, source: Source, terms: Terms, *, against: str = "base"
) -> Iterator[RunningBase | EndedBase]:
    """Find the base; its process begins when its rows are wanted. All that belongs to it is gone after the context.

    Raises ReportError when `against` names no git ref; whatever else goes wrong is told by the result.
    """
    found = request.found or find_base(
        request.root, against=against, event_name=request.event_name, event=request.event
    )
    if isinstance(found, NoBase):
        yield EndedBase(BaseResult("none", found.reason))
        return
    with terminable(), ExitStack() as stack:
        try:
            running = _start(request, source, found, terms, stack)
        except (ReportError, GitError, OSError) as error:
            running = EndedBase(BaseResult("failed", str(error), commit=found))
        yield running


def keep_own(
    request: BaseRequest, source: Source, answer_itself: Callable[[], tuple[HeadRows, BaseResult] | None]
) -> None:
    """Keep head's result as that of its commit, for later runs that ask the same of it as their base.

    answer_itself : what a later run would ask, and the answer; None where it could ask nothing. Nothing is kept where
    that commit alone would give another result: files were changed since.
    """
    sha = answer(request.root, "rev-parse", "HEAD")
    changed = answer(request.root, "status", "--porcelain", "--untracked-files=no")
    if request.cache is None or sha is None or changed != "" or (own := answer_itself()) is None:
        return
    with scratch_folder(_EXCHANGE) as exchange, ExitStack() as stack:
        terms = Terms(cores=1, limit=0, say=lambda _: None)
        shared = _shared(request, source, sha, config_at(request.root, sha, request.config_path))
        side = _Side(request, source, BaseCommit(sha, ""), terms, stack, exchange, shared)
        write_start(exchange, config=request.config_path, overrides=request.overrides, fingerprint=source.fingerprint)
        write_question(own[0], exchange)
        write_result(own[1], exchange, packages=every_package())
        store_entry(request.cache, side.key(), exchange / OUT)


@dataclass(frozen=True, eq=False)
class _Side:
    """One base commit and the folder of its exchange."""

    request: BaseRequest
    source: Source
    commit: BaseCommit
    terms: Terms
    stack: ExitStack
    exchange: Path
    shared: Shared
    environment: Environment = field(default_factory=Environment)

    @property
    def rows_folder(self) -> Path:
        return self.exchange / ROWS

    @property
    def cache(self) -> Path | None:
        return None if self.environment.requirements else self.request.cache

    def key(self) -> str:
        """What a result depends on: the commit, the question, and what both sides run on."""
        return cache_key(
            self.exchange / IN,
            commit=self.commit.sha,
            made=self.source.made,
            shared=self.shared.digest,
            packages=every_package(),
            python=list(sys.version_info[:2]),
            machine=[platform.system(), platform.machine()],
            version=__version__,
            format=FORMAT,
        )

    def kept_result(self, rows: HeadRows) -> BaseResult | None:
        """The result of an earlier run; a damaged one counts as none."""
        entry = None if self.cache is None else find_entry(self.cache, self.key())
        if entry is None:
            return None
        place, made = entry
        try:
            return replace(read_result(place, rows, every_package()), cached=made)
        except BadExchange:
            return None

    def read_result(self, rows: HeadRows | None) -> BaseResult:
        """What the process has written; kept for later runs where it answers a question."""
        out = self.exchange / OUT
        try:
            result = read_result(out, rows, every_package())
        except BadExchange as error:
            return BaseResult("failed", f"its result cannot be read: {error}")
        if rows is not None and self.cache is not None and result.status in ("ok", "not comparable"):
            store_entry(self.cache, self.key(), out)
        return result

    def begin(self) -> WatchedProcess:
        """The process of base in its worktree."""
        request, terms = self.request, self.terms
        folder = self.stack.enter_context(worktree(request.root, self.commit.sha))
        self.shared.copy_into(top_of(folder))
        command = [*request.command, "base", "--exchange", str(self.exchange), "--cores", str(terms.cores)]
        command += ["--head", str(request.root)]
        if self.environment.requirements:
            own = ["--environment", self.exchange / "environment", "--requirements", self.environment.requirements]
            command += [str(part) for part in (*own, "--uv", request.uv)]
        variables = {**request.variables, "PYTHONPATH": search_path(request.root, folder, request.variables)}
        process = WatchedProcess(
            command, folder, variables, limit=terms.limit, say=lambda line: terms.say(f"base  {line}")
        )
        return self.stack.enter_context(process)


def _start(
    request: BaseRequest, source: Source, commit: BaseCommit, terms: Terms, stack: ExitStack
) -> RunningBase | EndedBase:
    remove_abandoned(request.root)
    for folder in abandoned(_EXCHANGE):
        shutil.rmtree(folder, ignore_errors=True)
    fetch_commit(request.root, commit.sha)
    config = config_at(request.root, commit.sha, request.config_path)
    if config is None:
        return EndedBase(BaseResult("none", f"base has no configuration '{request.config_path}'", commit=commit))
    environment = choose_environment(request, commit.sha, may_be_own=terms.may_be_own)
    shared = _shared(request, source, commit.sha, config)
    exchange = stack.enter_context(scratch_folder(_EXCHANGE))
    write_start(exchange, config=config.path, overrides=request.overrides, fingerprint=source.fingerprint)
    return RunningBase(_Side(request, source, commit, terms, stack, exchange, shared, environment))


def _shared(request: BaseRequest, source: Source, sha: str, stored: StoredConfig | None) -> Shared:
    data = None
    if stored is not None:
        with suppress(ReportError):  # base itself tells what is wrong with its configuration
            data = parse_config(stored.text, Path(stored.path), request.overrides).data
    return find_shared(request.root, sha, data, source.shared)
