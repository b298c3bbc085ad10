"""Which commit is the base, and how it gets here when the checkout is shallow."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ...core.errors import ReportError
from .git import GitError, answer, git

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

Ask = Callable[[str], "str | None"]
_SHA = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_ZEROS = re.compile(r"0+")


@dataclass(frozen=True)
class BaseCommit:
    """The commit that head is compared with. how : how it was found, for the report: "the merge base with main"."""

    sha: str
    how: str


@dataclass(frozen=True)
class NoBase:
    """There is nothing to compare with, and why."""

    reason: str


def find_base(
    root: Path,
    *,
    against: str = "base",
    event_name: str = "",
    event: Mapping[str, Any] | None = None,
    ask: Ask = lambda _: None,
) -> BaseCommit | NoBase:
    """The base of what is checked out.

    against : "base", or a git ref. event : what GitHub tells of the event; empty on a laptop.
    ask : who knows the merge base of a ref with HEAD where the history that is here is too short for it.
    Raises ReportError when `against` is a ref that is not there.
    """
    if answer(root, "rev-parse", "--verify", "HEAD") is None:
        return NoBase("this is not a git repository, or it has no commit yet")
    if against != "base":
        return _of_ref(root, against, ask)
    event = event or {}
    if event_name in ("pull_request", "pull_request_target"):
        return _of_pull_request(root, event, ask)
    if event_name == "push":
        return _of_commit(root, event.get("before"), "the commit before this push")
    if event_name == "merge_group":
        return _of_commit(root, (event.get("merge_group") or {}).get("base_sha"), "the base of the merge group")
    return _of_checkout(root)


def fetch_commit(
    root: Path, sha: str, *, source: str | None = None, environment: Mapping[str, str] | None = None
) -> bool:
    """Bring one commit here, unless it is; whether it had to be. A shallow repository gets it without its history.

    source : the repository's address; by default its first remote. Raises ReportError when the commit cannot be had.
    """
    if is_here(root, sha):
        return False
    source = source or (answer(root, "remote") or "origin").splitlines()[0]
    depth = ["--depth=1"] if answer(root, "rev-parse", "--is-shallow-repository") == "true" else []
    quiet = ["--quiet", "--no-tags", "--no-recurse-submodules", "--no-write-fetch-head", "--no-auto-maintenance"]
    try:
        git(root, "fetch", *quiet, *depth, source, sha, environment=environment)
    except GitError as error:
        raise ReportError(
            f"the base commit {sha[:10]} cannot be fetched: {error}",
            hint="fetch it; in the action, its token has to be one that may read the repository (`contents: read`)",
        ) from None
    return True


def is_here(root: Path, sha: str) -> bool:
    """Whether a commit and its tree are in the repository."""
    return answer(root, "cat-file", "-e", f"{sha}^{{tree}}") is not None


def _of_ref(root: Path, ref: str, ask: Ask) -> BaseCommit:
    for name in (ref, f"origin/{ref}"):
        sha = answer(root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}")
        if sha is not None:
            base = answer(root, "merge-base", sha, "HEAD") or ask(ref)
            how = f"the merge base with {ref}" if base and base != sha else f"the commit of {ref}"
            return BaseCommit(base or sha, how)
    if _SHA.fullmatch(ref):
        return BaseCommit(ref, "the commit asked for")
    if (asked := ask(ref)) is not None:
        return BaseCommit(asked, f"the merge base with {ref}")
    raise ReportError(f"there is no git ref '{ref}'", hint="fetch it, or name a branch, tag or full commit SHA")


def _of_pull_request(root: Path, event: Mapping[str, Any], ask: Ask) -> BaseCommit | NoBase:
    """GitHub checks out a merge commit whose first parent is the base; else the merge base, else the branch's tip."""
    parents = parents_of(root)
    pull_request = event.get("pull_request") or {}
    head_sha = (pull_request.get("head") or {}).get("sha")
    if len(parents) == 2 and head_sha in (None, parents[1]):
        return BaseCommit(parents[0], "the first parent of the merge commit")
    base = pull_request.get("base") or {}
    sha, branch = base.get("sha"), base.get("ref") or "the base branch"
    if not isinstance(sha, str) or not _SHA.fullmatch(sha):
        return NoBase("the event names no base commit")
    merge_base = answer(root, "merge-base", sha, "HEAD") or ask(sha)
    return (
        BaseCommit(merge_base, f"the merge base with {branch}")
        if merge_base
        else BaseCommit(sha, f"the tip of {branch}")
    )


def _of_commit(root: Path, sha: object, how: str) -> BaseCommit | NoBase:
    """The commit that an event names; the previous one where it names none, as for a new branch."""
    if not isinstance(sha, str) or not _SHA.fullmatch(sha) or _ZEROS.fullmatch(sha):
        return _previous(root)
    return BaseCommit(sha, how)


def _of_checkout(root: Path) -> BaseCommit | NoBase:
    """On a laptop: the merge base with the default branch; on that branch, the commit before, or HEAD if dirty."""
    for branch in _default_branches(root):
        merge_base = answer(root, "merge-base", branch, "HEAD")
        if merge_base is not None and merge_base != answer(root, "rev-parse", "HEAD"):
            return BaseCommit(merge_base, f"the merge base with {branch}")
    if answer(root, "status", "--porcelain", "--untracked-files=no"):
        return BaseCommit(git(root, "rev-parse", "HEAD"), "the last commit, without the changes of the work tree")
    return _previous(root)


def _default_branches(root: Path) -> list[str]:
    named = answer(root, "symbolic-ref", "--quiet", "--short", "refs/remotes/origin/HEAD")
    candidates = [*([named] if named else []), "origin/main", "origin/master", "main", "master"]
    return [name for name in candidates if answer(root, "rev-parse", "--verify", "--quiet", f"{name}^{{commit}}")]


def _previous(root: Path) -> BaseCommit | NoBase:
    parents = parents_of(root)
    return BaseCommit(parents[0], "the previous commit") if parents else NoBase("this is the first commit")


def parents_of(root: Path, commit: str = "HEAD") -> list[str]:
    """The parents that a commit names, even where a shallow clone has cut them off."""
    header = git(root, "cat-file", "-p", commit).partition("\n\n")[0]
    return [line.removeprefix("parent ") for line in header.splitlines() if line.startswith("parent ")]
