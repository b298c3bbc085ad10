"""For which pull request a run is, when its event does not say."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from .github import Target
from .rest import ask_list, connect, told

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .github import GitHub

ASKS = ("push", "workflow_dispatch")  # their commit may be the head of a pull request; that of others never is one's


def with_pull_request(github: GitHub) -> GitHub:
    """The run, with the open pull request whose head is its commit, if there is one; the first of several.

    Raises PublishingError when GitHub does not tell.
    """
    if github.target is not None or github.token is None or github.event_name not in ASKS:
        return github
    with told("the question for the commit's pull request"):
        pulls = ask_list(connect(github), f"/repos/{github.repository}/commits/{github.sha}/pulls")
    numbers = sorted(pull["number"] for pull in pulls if _is_open_at(pull, github))
    return replace(github, target=Target(numbers[0], github.sha)) if numbers else github


def _is_open_at(pull: Mapping[str, Any], github: GitHub) -> bool:
    return bool(
        pull["state"] == "open"
        and pull["head"]["sha"] == github.sha
        and pull["base"]["repo"]["full_name"].lower() == github.repository.lower()
    )
