"""Where the plots of a comment are put, so that its readers see them: in the repository, by CML, or nowhere."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal

from ..core.errors import Place, PublishingError
from ..core.faults import fault_of
from .cml_assets import publish_assets
from .deadline import within
from .png import reencode

if TYPE_CHECKING:
    from .github import GitHub


class NotAllowedError(PublishingError):
    """The token may not write where the pictures would go."""


Way = Literal["auto", "git", "cml", "none"]
WAYS: dict[str, Way] = {"auto": "auto", "git": "git", "cml": "cml", "none": "none"}
TIME_LIMIT = 45.0  # seconds for each way

_PUBLIC_SERVER = "https://github.com"


@dataclass(frozen=True)
class Hosted:
    """Where pictures are. addresses : by name, all of them or none. problem : what failed on the way, to be told.

    level : how loudly. That `auto` may not write into the repository is as its owner wants it, and no warning.
    """

    addresses: Mapping[str, str] = field(default_factory=dict)
    problem: PublishingError | None = None
    level: Literal["warning", "notice"] = "warning"


def way_of(text: str) -> Way:
    """The input `plots`; raises PublishingError when it is none of the ways."""
    if text not in WAYS:
        raise PublishingError(f"'{text}' is no way", place=Place(key="plots"), hint="write auto, git, cml or none")
    return WAYS[text]


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
    hosted = _first_of(_chosen(way, github), ways, time_limit)
    return hosted if way == "auto" else replace(hosted, level="warning")


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
    """The first way that works, with what failed before it."""
    failed: list[PublishingError] = []
    for name in chosen:
        found = _attempt(name, ways[name], time_limit)
        if not isinstance(found, PublishingError):
            return _hosted(found, failed, f"They are shown by way of `{name}`")
        failed.append(found)
    return _hosted({}, failed, "The comment has charts of text instead")


def _attempt(name: str, way: Callable[[], dict[str, str]], time_limit: float) -> dict[str, str] | PublishingError:
    try:
        return within(time_limit, way)
    except TimeoutError:
        return PublishingError(f"`{name}` took longer than {time_limit:.0f} s")
    except PublishingError as problem:
        return problem
    except Exception as error:  # noqa: BLE001 - an error of ours, shown as one: the comment comes all the same
        return PublishingError(f"`{name}` failed: {fault_of(error)}")


def _hosted(addresses: Mapping[str, str], failed: Sequence[PublishingError], instead: str) -> Hosted:
    if not failed:
        return Hosted(addresses)
    messages = "; ".join(error.problems[0].message for error in failed)
    problem = PublishingError(f"{messages}. {instead}.", hint=failed[0].problems[0].hint)
    optional = all(isinstance(each, NotAllowedError) for each in failed)
    return Hosted(addresses, problem, "notice" if optional else "warning")


def is_public(github: GitHub) -> bool:
    """Whether everybody may see the repository; False where that is not known for sure.

    A repository of an enterprise server that is not private is still for those inside.
    """
    if github.server_url != _PUBLIC_SERVER:
        return False
    repository = github.event.get("repository")
    private = repository.get("private") if isinstance(repository, Mapping) else None
    return (private if isinstance(private, bool) else _ask_private(github)) is False


def _ask_private(github: GitHub) -> bool | None:
    from .rest import API_ERRORS, ask, connect

    try:
        repository = ask(connect(github), "GET", f"/repos/{github.repository}")
    except (*API_ERRORS, PublishingError):
        return None
    private = repository.get("private") if isinstance(repository, Mapping) else None
    return private if isinstance(private, bool) else None


def _by_git(pictures: Mapping[str, bytes], github: GitHub, report_id: str) -> dict[str, str]:
    from .git_pictures import store_pictures  # with PyGithub, which takes a while to load

    return store_pictures(pictures, github, report_id)
