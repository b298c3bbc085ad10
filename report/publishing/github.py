"""What GitHub Actions tells a step, as one value."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..core.errors import PublishingError


@dataclass(frozen=True)
class GitHub:
    """The run that publishes. server_url : "https://github.com". repository : "owner/name".

    api_url : of the REST API, without a slash at its end; the one that belongs to the server when it is not given.

    run_url : the page of the workflow run. output_file, summary_file : where the step writes, None outside of a step.
    """

    server_url: str
    repository: str
    event_name: str
    sha: str
    run_url: str
    actor: str = ""
    event: Mapping[str, Any] = field(default_factory=dict, repr=False)
    token: str | None = field(default=None, repr=False)
    output_file: str | None = None
    summary_file: str | None = None
    api_url: str = ""

    def __post_init__(self) -> None:
        if not self.api_url:
            object.__setattr__(self, "api_url", api_of(self.server_url))

    @property
    def pull_request(self) -> int | None:
        """The number of the pull request that this run is for, from the event alone."""
        if self.event_name not in ("pull_request", "pull_request_target"):
            return None
        number = (self.event.get("pull_request") or {}).get("number")
        return number if isinstance(number, int) else None

    @property
    def from_fork(self) -> bool:
        """Whether the pull request comes from another repository: its token may only read."""
        head = (self.event.get("pull_request") or {}).get("head") or {}
        return ((head.get("repo") or {}).get("full_name") or self.repository) != self.repository


def from_environment(environment: Mapping[str, str]) -> GitHub | None:
    """The run as the runner describes it; None outside of GitHub Actions."""
    repository = environment.get("GITHUB_REPOSITORY")
    if environment.get("GITHUB_ACTIONS") != "true" or not repository:
        return None
    server = environment.get("GITHUB_SERVER_URL", "https://github.com").rstrip("/")
    return GitHub(
        server_url=server,
        repository=repository,
        event_name=environment.get("GITHUB_EVENT_NAME", ""),
        sha=environment.get("GITHUB_SHA", ""),
        run_url=f"{server}/{repository}/actions/runs/{environment.get('GITHUB_RUN_ID', '')}",
        actor=environment.get("GITHUB_ACTOR", ""),
        event=_event(environment.get("GITHUB_EVENT_PATH")),
        token=environment.get("ML_REPORT_TOKEN") or None,
        output_file=environment.get("GITHUB_OUTPUT") or None,
        summary_file=environment.get("GITHUB_STEP_SUMMARY") or None,
        api_url=environment.get("GITHUB_API_URL", "").rstrip("/"),
    )


def api_of(server_url: str) -> str:
    """The address of a server's REST API: github.com has a host of its own for it, GitHub Enterprise Server a path."""
    return "https://api.github.com" if server_url == "https://github.com" else f"{server_url}/api/v3"


def _event(path: str | None) -> Mapping[str, Any]:
    if not path:
        return {}
    try:
        event = json.loads(Path(path).read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise PublishingError(f"the event file cannot be read: {error}", hint="is this a runner of GitHub?") from None
    return event if isinstance(event, dict) else {}
