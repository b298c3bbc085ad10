"""Pictures in the repository itself, where all who may read it see them, and nobody else.

They are the only files of a commit without parent, held by a ref that no clone fetches. An address names the commit,
so it never shows a later picture.
"""

from __future__ import annotations

import base64
import hashlib
import re
from typing import TYPE_CHECKING, Any

from github import GithubException

from ..core.errors import PublishingError
from .hosting import NotAllowedError
from .rest import API_ERRORS, ask, connect, problem_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .github import GitHub

ATTEMPTS = 2
PERMISSIONS = ("contents: write", "pull-requests: write")

_MODE = "100644"
_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_SHA = re.compile(r"[0-9a-f]{40,64}")
_IS_OTHERWISE = 422  # GitHub's answer for a ref to make that is there, and for one to move that is not


def store_pictures(
    pictures: Mapping[str, bytes], github: GitHub, report_id: str, *, attempts: int = ATTEMPTS
) -> dict[str, str]:
    """Commit PNG files under refs/ml-report/REPORT_ID/pr-N; the address of each by its name.

    The same pictures are not committed again. attempts : in all; objects of git can be sent twice.
    Raises NotAllowedError without the permission, PublishingError for everything else that GitHub answers.
    """
    if not _ID.fullmatch(report_id):
        raise PublishingError(f"'{report_id}' is no report-id", hint="use a-z, 0-9 and single dashes")
    try:
        commit = _Store(github, report_id).save({f"{name}.png": data for name, data in pictures.items()})
    except API_ERRORS as error:
        if attempts > 1 and _may_pass(error):
            return store_pictures(pictures, github, report_id, attempts=attempts - 1)
        problem = problem_of(error, action="the plots", permissions=PERMISSIONS, fork=github.from_fork)
        raise (NotAllowedError.of(problem.problems) if _is_refusal(error) else problem) from error
    except (KeyError, TypeError):
        raise PublishingError("the answer to the plots is not one of GitHub") from None
    place = f"{github.server_url}/{github.repository}/blob/{commit}"
    return {name: f"{place}/{name}.png?raw=true" for name in pictures}


def _may_pass(error: Exception) -> bool:
    """Whether the same request may get another answer: after faults of the server or the network, and conflicts."""
    return not isinstance(error, GithubException) or error.status >= 500 or error.status == 409


def _is_refusal(error: Exception) -> bool:
    """Whether the token lacks the permission; a limit of the rate has the same status."""
    if not isinstance(error, GithubException):
        return False
    return error.status == 404 or (error.status == 403 and "not accessible" in str(error.data))


def tree_sha(files: Mapping[str, bytes]) -> str:
    """What git calls the folder of these files."""
    entries = (
        f"{_MODE} {name}\0".encode() + _git_hash("blob", data).digest()
        for name, data in sorted(files.items(), key=lambda entry: entry[0].encode())
    )
    return _git_hash("tree", b"".join(entries)).hexdigest()


def _git_hash(kind: str, content: bytes) -> hashlib._Hash:
    return hashlib.sha1(f"{kind} {len(content)}\0".encode() + content, usedforsecurity=False)


class _Store:
    """One ref, and the Git data API of its repository."""

    def __init__(self, github: GitHub, report_id: str) -> None:
        self._github = github
        self._requester = connect(github)
        self._ref = f"ml-report/{report_id}/pr-{github.pull_request}"

    def save(self, files: Mapping[str, bytes]) -> str:
        """The commit that holds exactly these files. The pictures of a later commit of the pull request stay."""
        pull = self._ask("GET", f"/pulls/{self._github.pull_request}")
        if pull["state"] != "open":  # nobody would remove its ref any more
            raise PublishingError("the plots are not stored, since the pull request is closed")
        head = pull["head"]["sha"]
        if self._github.head_sha and head != self._github.head_sha:
            raise PublishingError(f"the pull request has moved on to commit {_sha({'sha': head})[:7]}")
        current = self._current()
        if current and self._ask("GET", f"/git/commits/{current}")["tree"]["sha"] == tree_sha(files):
            return current
        commit = self._commit(files)
        self._point(commit, moves=current is not None)
        return commit

    def _current(self) -> str | None:
        try:
            return _sha(self._ask("GET", f"/git/ref/{self._ref}")["object"])
        except GithubException as error:
            if error.status == 404:
                return None
            raise

    def _commit(self, files: Mapping[str, bytes]) -> str:
        entries = [
            {"path": name, "mode": _MODE, "type": "blob", "sha": self._blob(data)} for name, data in files.items()
        ]
        tree = _sha(self._ask("POST", "/git/trees", {"tree": entries}))
        message = f"Plots of {self._ref.removeprefix('ml-report/')}"
        return _sha(self._ask("POST", "/git/commits", {"message": message, "tree": tree, "parents": []}))

    def _blob(self, data: bytes) -> str:
        content = base64.b64encode(data).decode()
        return _sha(self._ask("POST", "/git/blobs", {"content": content, "encoding": "base64"}))

    def _point(self, commit: str, *, moves: bool) -> None:
        """Let the ref hold the commit; another run may make or remove it meanwhile."""
        first, second = (self._move, self._make) if moves else (self._make, self._move)
        try:
            first(commit)
        except GithubException as error:
            if error.status != _IS_OTHERWISE:
                raise
            second(commit)

    def _move(self, commit: str) -> None:
        self._ask("PATCH", f"/git/refs/{self._ref}", {"sha": commit, "force": True})

    def _make(self, commit: str) -> None:
        self._ask("POST", "/git/refs", {"ref": f"refs/{self._ref}", "sha": commit})

    def _ask(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Any:
        return ask(self._requester, method, f"/repos/{self._github.repository}{path}", body=body)


def _sha(answer: Any) -> str:
    sha = answer["sha"]
    if not isinstance(sha, str) or not _SHA.fullmatch(sha):
        raise TypeError("no hash of an object")
    return sha
