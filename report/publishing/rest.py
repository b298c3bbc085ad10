"""GitHub's REST API through PyGithub: every wait is short, every failure becomes one error that says what to do.

Import it where it is used: PyGithub takes a while to load, and the steps before the installation do not have it.
"""

from __future__ import annotations

import atexit
import tempfile
from collections.abc import Mapping
from contextlib import contextmanager
from datetime import datetime, timezone
from functools import lru_cache
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import requests
import urllib3
from github import Auth, Github, GithubException
from requests.utils import DEFAULT_CA_BUNDLE_PATH

from ..core.errors import Place, PublishingError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import TracebackType

    from github.Requester import Requester
    from typing_extensions import Self

    from .github import GitHub

TIMEOUT = 15  # seconds to connect, and seconds without a byte
ATTEMPTS = 4  # of one request, the first included
BACKOFF = 0.5  # seconds before the second attempt, then twice that
LONGEST_WAIT = 10.0  # seconds that GitHub may ask to wait; a longer wait is an error
PER_PAGE = 100


class NotOfGitHubError(Exception):
    """An answer in another form than GitHub's, such as a page of a proxy or a redirect."""


API_ERRORS = (GithubException, NotOfGitHubError, requests.RequestException, urllib3.exceptions.HTTPError)

Query: TypeAlias = dict[str, str]

_REPEATABLE = frozenset({"GET", "HEAD", "PATCH", "PUT", "DELETE"})  # twice is as good as once; a POST is not
_OF_THE_SERVER = (500, 502, 503, 504)
_LIMITED = (403, 429)
_LONGEST_MESSAGE = 300
_PERMISSIONS = ("contents: read", "pull-requests: write")


class BoundedRetry(urllib3.Retry):
    """Again after a fault of the server or the network, a POST only when it was not accepted at all.

    A limit of the rate is waited for when GitHub says that a few seconds are enough.
    """

    def is_retry(self, method: str, status_code: int, has_retry_after: bool = False) -> bool:
        """Whether to ask once more: a refused POST has done nothing, one that met a fault may have."""
        if status_code in _LIMITED:
            return has_retry_after
        return method.upper() in _REPEATABLE and status_code in _OF_THE_SERVER

    def increment(
        self,
        method: str | None = None,
        url: str | None = None,
        response: Any = None,
        error: Exception | None = None,
        _pool: Any = None,
        _stacktrace: TracebackType | None = None,
    ) -> Self:
        """One attempt fewer; the answer itself is handed back when the wait would be too long."""
        if response is not None and (self.get_retry_after(response) or 0) > LONGEST_WAIT:
            raise urllib3.exceptions.MaxRetryError(_pool, url or "", None)
        return super().increment(method, url, response, error, _pool, _stacktrace)


def connect(github: GitHub) -> Requester:
    """Who asks GitHub with the token of a run; nothing is asked yet. Raises PublishingError without a token."""
    if github.token is None:
        raise PublishingError("there is no token", hint="give the input `github-token`")
    client = Github(
        auth=Auth.Token(github.token),
        base_url=github.api_url,
        timeout=TIMEOUT,
        retry=retries(),
        user_agent="ml-report-action",
        seconds_between_requests=None,  # there are a few only
        seconds_between_writes=None,
        verify=verification(github),
    )
    return client.requester


def ask(requester: Requester, method: str, path: str, *, query: Query | None = None, body: Any = None) -> Any:
    """The answer to one request, None for an empty one. Raises one of `API_ERRORS`."""
    try:
        _, answer = requester.requestJsonAndCheck(method, path, parameters=query, input=body)
    except API_ERRORS:
        raise
    except (RuntimeError, TypeError, ValueError) as error:  # JSON that breaks off; a redirect to another server
        raise NotOfGitHubError from error
    return answer


def ask_list(requester: Requester, path: str, *, query: Query | None = None) -> list[Mapping[str, Any]]:
    """A list of objects: an empty one is one that GitHub says is empty. Raises one of `API_ERRORS`."""
    answer = ask(requester, "GET", path, query=query)
    if not isinstance(answer, list) or not all(isinstance(entry, Mapping) for entry in answer):
        raise NotOfGitHubError
    return answer


def ask_pages(requester: Requester, path: str) -> list[Mapping[str, Any]]:
    """All pages of a list. Raises one of `API_ERRORS`."""
    entries: list[Mapping[str, Any]] = []
    for page in count(1):
        found = ask_list(requester, path, query={"per_page": str(PER_PAGE), "page": str(page)})
        entries += found
        if len(found) < PER_PAGE:
            break
    return entries


def retries() -> BoundedRetry:
    """How often a request is asked again, and how long is waited."""
    return BoundedRetry(
        total=ATTEMPTS - 1,
        backoff_factor=BACKOFF,
        allowed_methods=_REPEATABLE,
        status_forcelist=_OF_THE_SERVER,
        raise_on_status=False,
    )


def verification(github: GitHub) -> str | bool:
    """What the certificate of a server is checked with, in the form that requests takes."""
    return _trusted(github.bundle or DEFAULT_CA_BUNDLE_PATH, github.certificates) if github.certificates else True


@lru_cache
def _trusted(usual: str, certificates: str) -> str:
    """A file with the usual authorities and those of the runner, until the process ends."""
    try:
        text = "\n".join(Path(file).read_text("utf-8") for file in (usual, certificates))
    except OSError as error:
        hint = "NODE_EXTRA_CA_CERTS names them"
        raise PublishingError(
            f"the runner's certificates cannot be read: {error.strerror}", place=Place(certificates), hint=hint
        ) from None
    with tempfile.NamedTemporaryFile("w", encoding="utf-8", suffix=".pem", delete=False) as bundle:
        bundle.write(text)
    atexit.register(Path(bundle.name).unlink, missing_ok=True)
    return bundle.name


@contextmanager
def told(action: str, *, permissions: tuple[str, ...] = _PERMISSIONS, fork: bool = False) -> Iterator[None]:
    """Errors of the API in the block become a PublishingError, see `problem_of`."""
    try:
        yield
    except API_ERRORS as error:
        raise problem_of(error, action=action, permissions=permissions, fork=fork) from error


def problem_of(
    error: Exception,
    *,
    action: str = "the comment",
    permissions: tuple[str, ...] = _PERMISSIONS,
    fork: bool = False,
) -> PublishingError:
    """What went wrong, and what to do about it.

    action : what was asked for, as in "GitHub refused …". permissions : those of the job that allow it.
    fork : whether the token is that of a pull request from a fork.
    """
    if not isinstance(error, GithubException):
        return PublishingError(
            f"GitHub cannot be reached for {action}: {_kind(error)}", hint="run the job again when GitHub is well again"
        )
    did = "failed at" if error.status >= 500 else "refused"
    return PublishingError(
        f"GitHub {did} {action} ({error.status}: {_message(error)})", hint=_hint(error, permissions, fork=fork)
    )


def _hint(error: GithubException, permissions: tuple[str, ...], *, fork: bool) -> str:
    wait = _asked_wait(error)
    if wait:
        return f"GitHub limits the rate of requests: run the job again {wait}"
    if "locked" in _message(error).lower():
        return "the conversation is locked: unlock it, or give the input `comment: off`"
    if fork and error.status in (401, 403, 404):
        return "the pull request comes from a fork, whose token may only read: the job summary has the report"
    if error.status in (403, 404):
        return permission_lines(permissions)
    return _HINTS.get(error.status, "run the job again when GitHub is well again")


_HINTS = {
    400: "GitHub does not understand the request: please report it",
    401: "the token is not valid: check the input `github-token`",
    409: "something else changed it at the same time: run the job again",
    410: "it was deleted",
    422: "GitHub refuses the content, most often because it is too long: report fewer models or sections",
}


def permission_lines(permissions: tuple[str, ...] = _PERMISSIONS) -> str:
    """The lines of a workflow that give a job what is missing, to copy."""
    lines = "".join(f"\n      {line}" for line in permissions)
    return f"the token may not do that: give the job these lines\n    permissions:{lines}"


def _asked_wait(error: GithubException) -> str:
    """When GitHub says that there were too many requests: when to come back, in words."""
    headers = {name.lower(): value for name, value in (error.headers or {}).items()}
    limited = error.status == 429 or (error.status == 403 and "rate limit" in _message(error).lower())
    if headers.get("retry-after", "").isdigit():
        return f"in {headers['retry-after']} s"
    reset = headers.get("x-ratelimit-reset", "")
    if headers.get("x-ratelimit-remaining") == "0" and reset.isdigit():
        return f"after {datetime.fromtimestamp(int(reset), timezone.utc):%H:%M} UTC"
    return "later" if limited else ""


def _message(error: GithubException) -> str:
    data = error.data if isinstance(error.data, dict) else {}
    return " ".join(str(data.get("message") or "no reason given").split())[:_LONGEST_MESSAGE]


def _kind(error: Exception) -> str:
    """The kind of failure, without addresses: they may hold what a log must not show."""
    if isinstance(error, requests.Timeout):
        return f"no answer within {TIMEOUT} s"
    if isinstance(error, requests.exceptions.SSLError):
        return "its certificate is not trusted"
    if isinstance(error, requests.exceptions.ProxyError):
        return "the proxy does not answer"
    if isinstance(error, requests.ConnectionError):
        return "the connection was refused or broke"
    name = "" if isinstance(error, NotOfGitHubError) else f" ({type(error).__name__})"
    return f"its answer is not one of GitHub{name}"
