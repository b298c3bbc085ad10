"""Where the plots of a comment are put, so that its readers see them: in the repository, by CML, or nowhere."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, get_args

from ..core.errors import Place, PublishingError
from .cml_assets import publish_assets
from .deadline import within
from .png import reencode

if TYPE_CHECKING:
    from .github import GitHub

Way = Literal["auto", "git", "cml", "none"]
TIME_LIMIT = 90.0  # seconds for each way
ATTEMPTS = 2  # of a way that failed by a fault of the server or the network

_PUBLIC_SERVER = "https://github.com"
PERMISSIONS = ("contents: write", "pull-requests: write")


@dataclass(frozen=True)
class Hosted:
    """Where pictures are. addresses : by name, all of them or none. problem : what failed on the way, to be told."""

    addresses: Mapping[str, str] = field(default_factory=dict)
    problem: PublishingError | None = None


def way_of(text: str) -> Way:
    """The input `plots`; raises PublishingError when it is none of the ways."""
    for way in get_args(Way):
        if text == way:
            return way
    raise PublishingError(f"'{text}' is no way", place=Place(key="plots"), hint="write auto, git, cml or none")


def host_pictures(
    pictures: Mapping[str, bytes],
    github: GitHub,
    *,
    way: Way,
    report_id: str,
    environment: Mapping[str, str],
    time_limit: float = TIME_LIMIT,
) -> Hosted:
    """Put PNG files where readers of the pull request's comment can see them. Never raises.

    pictures : by name, [a-z][a-z0-9_]*; what is uploaded is decoded and encoded anew. report_id : [a-z0-9-]+.
    """
    if way == "none" or not pictures or github.pull_request is None:
        return Hosted()
    try:
        clean = {name: _clean(name, data) for name, data in pictures.items()}
    except PublishingError as problem:
        return Hosted(problem=problem)
    ways: dict[str, Callable[[], dict[str, str]]] = {
        "git": lambda: _by_git(clean, github, report_id),
        "cml": lambda: publish_assets(clean, github, environment, time_limit=time_limit),
    }
    return _first_of(_chosen(way, github), ways, time_limit)


def _clean(name: str, data: bytes) -> bytes:
    try:
        return reencode(data)
    except PublishingError as problem:
        raise PublishingError(f"the plot '{name}' is not published: {problem.problems[0].message}") from None


def _chosen(way: Way, github: GitHub) -> Iterator[str]:
    """The ways to try in turn; whether the repository is public is asked when it matters."""
    if way in ("git", "auto"):
        yield "git"
    if way == "cml" or (way == "auto" and is_public(github)):
        yield "cml"


def _first_of(chosen: Iterable[str], ways: Mapping[str, Callable[[], dict[str, str]]], time_limit: float) -> Hosted:
    """The first way that works; what failed before it becomes one problem."""
    failed: list[PublishingError] = []
    for name in chosen:
        try:
            return Hosted(within(time_limit, ways[name]), _told(failed, f"The plots are shown by way of `{name}`."))
        except TimeoutError:
            failed.append(PublishingError(f"`{name}` took longer than {time_limit:.0f} s"))
        except PublishingError as problem:
            failed.append(problem)
        except Exception as error:  # noqa: BLE001 - pictures must not take the comment down
            failed.append(PublishingError(f"`{name}` failed: {type(error).__name__}"))
    return Hosted(problem=_told(failed, "The comment has charts of text instead."))


def _told(failed: list[PublishingError], instead: str) -> PublishingError | None:
    if not failed:
        return None
    messages = "; ".join(error.problems[0].message for error in failed)
    return PublishingError(f"{messages}. {instead}", hint=failed[0].problems[0].hint)


def is_public(github: GitHub) -> bool:
    """Whether everybody may see the repository; False where that is not known for sure.

    A repository of an enterprise server that is not private is still for those inside.
    """
    if github.server_url != _PUBLIC_SERVER:
        return False
    private = (github.event.get("repository") or {}).get("private")
    return (private if isinstance(private, bool) else _ask_private(github)) is False


def _ask_private(github: GitHub) -> bool | None:
    from .rest import API_ERRORS, connect

    try:
        return connect(github).private
    except (*API_ERRORS, PublishingError):
        return None


def _by_git(pictures: Mapping[str, bytes], github: GitHub, report_id: str) -> dict[str, str]:
    from .git_pictures import store_pictures
    from .rest import API_ERRORS, problem_of

    for attempt in range(1, ATTEMPTS + 1):
        try:
            return store_pictures(pictures, github, report_id)
        except API_ERRORS as error:
            if attempt == ATTEMPTS or _is_final(error):
                raise problem_of(error, action="the plots", permissions=PERMISSIONS, fork=github.from_fork) from error
    raise AssertionError("the last attempt returns or raises")


def _is_final(error: Exception) -> bool:
    """Whether GitHub has answered, and would answer the same again; objects of git can be sent twice."""
    status = getattr(error, "status", 500)
    return status < 500 and status != 409
