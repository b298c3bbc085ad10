"""The artifacts of a workflow run, by GitHub's REST API: their list, and one of them, read into memory."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import requests
from requests.adapters import HTTPAdapter

from ..core.errors import PublishingError
from .bundle import AT_MOST_BYTES
from .rest import TIMEOUT, NotOfGitHubError, ask, connect, retries, told, verification

if TYPE_CHECKING:
    from .github import GitHub
    from .triggering import TriggeringRun

PREFIX = "ml-report-comment-"  # as in action.yml
MOST_REPORTS = 20
_PAGES = 5  # of a hundred artifacts each
_NAME = re.compile(rf"{PREFIX}([a-z0-9-]{{1,100}})")
_CHUNK = 1 << 16
_PERMISSIONS = ("actions: read", "pull-requests: write")


@dataclass(frozen=True)
class Artifact:
    """One that holds a report. page : the number of the artifact with its page, where there is one."""

    id: int
    report_id: str
    size: int
    page: int | None = None


@dataclass(frozen=True)
class Artifacts:
    """The reports of a run, by their ids. left_out : how many were too many, or had no valid name."""

    found: tuple[Artifact, ...]
    left_out: int = 0


def list_reports(github: GitHub, run: TriggeringRun) -> Artifacts:
    """The reports of a run, the newest artifact of each name. Raises PublishingError when GitHub does not tell."""
    with told("the list of artifacts", permissions=_PERMISSIONS):
        entries = _listed(github, run)
    newest = {str(entry["name"]): entry for entry in sorted(entries, key=lambda entry: int(entry["id"]))}
    named = {name: match[1] for name in newest if (match := _NAME.fullmatch(name))}
    reports = [_artifact(newest[name], report, newest) for name, report in sorted(named.items())]
    wrong = sum(name.startswith(PREFIX) for name in newest) - len(named)
    return Artifacts(tuple(reports[:MOST_REPORTS]), wrong + max(0, len(reports) - MOST_REPORTS))


def _artifact(entry: Mapping[str, Any], report: str, newest: Mapping[str, Mapping[str, Any]]) -> Artifact:
    page = newest.get(f"{report}.html")
    return Artifact(int(entry["id"]), report, int(entry["size_in_bytes"]), None if page is None else int(page["id"]))


def _listed(github: GitHub, run: TriggeringRun) -> list[Mapping[str, Any]]:
    requester = connect(github)
    entries: list[Mapping[str, Any]] = []
    for page in range(1, _PAGES + 1):
        path = f"/repos/{github.repository}/actions/runs/{run.id}/artifacts"
        answer = ask(requester, "GET", path, query={"per_page": "100", "page": str(page)})
        listed = answer.get("artifacts") if isinstance(answer, Mapping) else None
        if not isinstance(listed, list):
            raise NotOfGitHubError
        entries += [entry for entry in listed if not entry.get("expired")]
        if len(listed) < 100:
            break
    return entries


def download(github: GitHub, artifact: Artifact) -> bytes:
    """The archive of an artifact; raises PublishingError when it cannot be had, or is larger than a report's."""
    if artifact.size > AT_MOST_BYTES:
        raise PublishingError(f"the artifact has {artifact.size:,} bytes, more than {AT_MOST_BYTES:,}")
    address = f"{github.api_url}/repos/{github.repository}/actions/artifacts/{artifact.id}/zip"
    headers = {"Authorization": f"Bearer {github.token}", "Accept": "application/vnd.github+json"}
    with told("the artifact", permissions=_PERMISSIONS), requests.Session() as session:
        session.mount("https://", HTTPAdapter(max_retries=retries()))
        # GitHub sends on to its storage, on another host, to which requests does not send the token
        with session.get(address, headers=headers, stream=True, timeout=TIMEOUT, verify=verification(github)) as answer:
            return _body(answer)


def _body(answer: requests.Response) -> bytes:
    if answer.status_code != requests.codes.ok:
        raise PublishingError(f"GitHub refused the artifact ({answer.status_code})", hint="has it expired?")
    content = bytearray()
    for chunk in answer.iter_content(_CHUNK):
        content += chunk
        if len(content) > AT_MOST_BYTES:
            raise PublishingError(f"the artifact has more than {AT_MOST_BYTES:,} bytes")
    return bytes(content)
