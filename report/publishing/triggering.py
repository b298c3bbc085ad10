"""The run that a `workflow_run` event tells of, and the pull request that it was for.

The event and the API are GitHub's own words. An artifact's are not: none of them says where a comment goes.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..core.errors import PublishingError
from .github import Target
from .rest import ask_list, connect, told

if TYPE_CHECKING:
    from .github import GitHub

_SHA = re.compile(r"[0-9a-f]{40,64}")
_PERMISSIONS = ("actions: read", "pull-requests: write")


@dataclass(frozen=True)
class TriggeringRun:
    """A run of the workflow that trains. head_repository : "owner/name", of the fork where it is one.

    pull_requests : the numbers that GitHub names; none for a fork.
    """

    id: int
    attempt: int
    event: str
    head_sha: str
    head_branch: str
    head_repository: str
    pull_requests: tuple[int, ...] = ()


@dataclass(frozen=True)
class Search:
    """The pull request of a run, or why there is none to comment on."""

    target: Target | None
    reason: str = ""


def triggering_run(github: GitHub) -> TriggeringRun:
    """The run of the event; raises PublishingError for another event."""
    run: Any = github.event.get("workflow_run")
    if github.event_name != "workflow_run":
        raise PublishingError(
            f"the event is '{github.event_name}'", hint="this action belongs into a workflow `on: workflow_run`"
        )
    try:
        return _run(run)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise PublishingError(f"the event tells no run: {type(error).__name__}") from None


def _run(run: Mapping[str, Any]) -> TriggeringRun:
    if not _SHA.fullmatch(run["head_sha"]):
        raise ValueError(run["head_sha"])
    return TriggeringRun(
        id=int(run["id"]),
        attempt=int(run.get("run_attempt") or 1),
        event=str(run["event"]),
        head_sha=run["head_sha"],
        head_branch=str(run.get("head_branch") or ""),
        head_repository=str((run.get("head_repository") or {}).get("full_name") or ""),
        pull_requests=tuple(int(pull["number"]) for pull in run.get("pull_requests") or ()),
    )


def find_pull_request(github: GitHub, run: TriggeringRun) -> Search:
    """The one open pull request into this repository whose head is the run's commit.

    Raises PublishingError when GitHub does not tell.
    """
    with told("the question for the pull request", permissions=_PERMISSIONS):
        pulls = _of_branch(github, run)
        found = _at_head(pulls, github, run) or _at_head(_of_commit(github, run), github, run)
    if run.pull_requests:
        found = found & set(run.pull_requests) or found
    if len(found) == 1:
        return Search(Target(found.pop(), run.head_sha))
    if found:
        return Search(None, f"{len(found)} pull requests have commit {run.head_sha[:7]} as their head")
    if pulls:
        return Search(
            None, f"the pull request has moved on from commit {run.head_sha[:7]}: a later run is for its head"
        )
    return Search(None, f"no open pull request has commit {run.head_sha[:7]} as its head")


def _of_branch(github: GitHub, run: TriggeringRun) -> list[Mapping[str, Any]]:
    """The open pull requests from the run's branch."""
    owner, _, _ = run.head_repository.partition("/")
    if not owner or not run.head_branch:
        return []
    query = {"state": "open", "head": f"{owner}:{run.head_branch}", "per_page": "100"}
    pulls = ask_list(connect(github), f"/repos/{github.repository}/pulls", query=query)
    return [pull for pull in pulls if _is_from(pull, run) and _is_into(pull, github)]


def _of_commit(github: GitHub, run: TriggeringRun) -> list[Mapping[str, Any]]:
    path = f"/repos/{github.repository}/commits/{run.head_sha}/pulls"
    return ask_list(connect(github), path, query={"per_page": "100"})


def _at_head(pulls: list[Mapping[str, Any]], github: GitHub, run: TriggeringRun) -> set[int]:
    return {
        int(pull["number"])
        for pull in pulls
        if pull["state"] == "open"
        and pull["head"]["sha"] == run.head_sha
        and _is_from(pull, run)
        and _is_into(pull, github)
    }


def _is_from(pull: Mapping[str, Any], run: TriggeringRun) -> bool:
    repository = (pull["head"].get("repo") or {}).get("full_name") or ""
    return bool(repository.lower() == run.head_repository.lower() and pull["head"]["ref"] == run.head_branch)


def _is_into(pull: Mapping[str, Any], github: GitHub) -> bool:
    return bool(pull["base"]["repo"]["full_name"].lower() == github.repository.lower())
