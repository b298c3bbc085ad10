"""What GitHub Actions tells a step, as one value."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

OF_PULL_REQUESTS = ("pull_request", "pull_request_target")  # events that name one


@dataclass(frozen=True)
class Target:
    """Where a comment goes. pull_request : its number. sha : the commit of it that the report is about."""

    pull_request: int
    sha: str


@dataclass(frozen=True)
class GitHub:
    """The run that publishes. server_url : "https://github.com". repository : "owner/name".

    api_url : of the REST API, without a slash at its end; the one that belongs to the server when it is not given.
    run_url : the page of the workflow run. run_id, run_attempt : greater for a later one.
    output_file, summary_file : where the step writes, None outside of a step.
    target : the pull request, where it is not that of the event.
    certificates : a file of authorities to trust besides the usual ones, for a server with one of its own.
    bundle : a file with the usual ones, when they are not those that we bring.
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
    run_id: int = 0
    run_attempt: int = 1
    target: Target | None = None
    certificates: str | None = None
    bundle: str | None = None

    def __post_init__(self) -> None:
        if not self.api_url:
            object.__setattr__(self, "api_url", api_of(self.server_url))
        if self.target is None:
            object.__setattr__(self, "target", _target(self.event_name, self.event))

    @property
    def pull_request(self) -> int | None:
        """The number of the pull request that this run is for, where it is known."""
        return None if self.target is None else self.target.pull_request

    @property
    def head_sha(self) -> str:
        """The commit that the report is about: of the pull request where there is one, not of its merge."""
        return self.sha if self.target is None else self.target.sha

    @property
    def from_fork(self) -> bool:
        """Whether the pull request comes from another repository: its token may only read."""
        repository = _part(self.event, "pull_request", "head", "repo")
        return (repository.get("full_name") or self.repository) != self.repository


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
        token=environment.get("ML_REPORT_TOKEN", "").strip() or None,
        output_file=environment.get("GITHUB_OUTPUT") or None,
        summary_file=environment.get("GITHUB_STEP_SUMMARY") or None,
        api_url=environment.get("GITHUB_API_URL", "").rstrip("/"),
        run_id=_count(environment.get("GITHUB_RUN_ID"), 0),
        run_attempt=_count(environment.get("GITHUB_RUN_ATTEMPT"), 1),
        certificates=environment.get("NODE_EXTRA_CA_CERTS") or None,
        bundle=environment.get("REQUESTS_CA_BUNDLE") or environment.get("CURL_CA_BUNDLE") or None,
    )


def api_of(server_url: str) -> str:
    """The address of a server's REST API: github.com has a host of its own for it, GitHub Enterprise Server a path."""
    return "https://api.github.com" if server_url == "https://github.com" else f"{server_url}/api/v3"


def _target(event_name: str, event: Mapping[str, Any]) -> Target | None:
    """The pull request that an event is about."""
    if event_name not in OF_PULL_REQUESTS:
        return None
    number = _part(event, "pull_request").get("number")
    sha = _part(event, "pull_request", "head").get("sha")
    return Target(number, str(sha or "")) if isinstance(number, int) else None


def _part(event: Mapping[str, Any], *names: str) -> Mapping[str, Any]:
    """A part of an event, empty where there is none."""
    part: Any = event
    for name in names:
        part = part.get(name) if isinstance(part, Mapping) else None
    return part if isinstance(part, Mapping) else {}


def _count(text: str | None, default: int) -> int:
    return int(text) if text and text.isdecimal() else default


def _event(path: str | None) -> Mapping[str, Any]:
    """What the file of the event says; nothing where it cannot be read, which `OF_PULL_REQUESTS` are told of."""
    try:
        event = json.loads(Path(path).read_text("utf-8")) if path else {}
    except (OSError, ValueError):
        return {}
    return event if isinstance(event, dict) else {}
