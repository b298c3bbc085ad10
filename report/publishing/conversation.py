"""The comments of a pull request, by GitHub's REST API: which of them are ours, and writing one of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from github import GithubException

from .marks import Mark, cml_would_take, is_of_report, mark_of
from .rest import NotOfGitHubError, ask, ask_pages, connect

if TYPE_CHECKING:
    from collections.abc import Callable

    from .github import GitHub

CML_SEES = 30  # comments: CML asks for the first page only
ACTIONS_BOT = "github-actions[bot]"

_WHO = "query { viewer { login } }"
_OF_NO_USE = (401, 429)  # the token, or the hour, is wrong: another way of asking changes nothing
_GONE = (404, 410)


@dataclass(frozen=True)
class Comment:
    """One as GitHub tells of it. login : of who wrote it, empty when the account is gone."""

    id: int
    url: str
    login: str
    body: str


@dataclass(frozen=True)
class Found:
    """A comment of ours. mark : of the run that wrote it, None when that was before there were marks."""

    comment: Comment
    mark: Mark | None

    @property
    def url(self) -> str:
        return self.comment.url


@dataclass(frozen=True)
class Comments:
    """Those of one report, oldest first. cml_takes : the id of the one that CML would update, None for a new one."""

    ours: tuple[Found, ...]
    cml_takes: int | None

    @property
    def current(self) -> Found | None:
        """The one to update: the oldest that a run of this action keeps up to date, else the last one of CML alone."""
        kept = self.kept
        bare = [found for found in self.ours if found.mark is None]
        return kept[0] if kept else bare[-1] if bare else None

    @property
    def kept(self) -> tuple[Found, ...]:
        """Those that are kept up to date; there is more than one when two runs did not see each other's."""
        return tuple(found for found in self.ours if found.mark is not None and found.mark.mode == "update")

    def of_mark(self, mark: Mark) -> tuple[Found, ...]:
        """Those that were posted with this very mark."""
        return tuple(found for found in self.ours if found.mark == mark)


class Conversation:
    """One pull request. Every method may raise one of `API_ERRORS`."""

    def __init__(self, github: GitHub, number: int) -> None:
        self._requester = connect(github)
        self._repository = f"/repos/{github.repository}"
        self._number = number
        self._login: str | None = None  # no cached_property: Python 3.11 locks it for all threads while one asks

    @property
    def head(self) -> str:
        """The commit that the pull request is at."""
        pull = self._ask("GET", f"/pulls/{self._number}")
        try:
            return str(pull["head"]["sha"])
        except (KeyError, TypeError):
            raise NotOfGitHubError from None

    def comments(self, report: str) -> Comments:
        """The comments of a report, from all pages."""
        everything = list(map(_comment, ask_pages(self._requester, f"{self._repository}{self._comments}")))
        taken = [comment.id for comment in everything[:CML_SEES] if cml_would_take(comment.body, report)]
        marked = [comment for comment in everything if is_of_report(comment.body, report)]
        ours = [comment for comment in marked if comment.login == self._me]
        found = tuple(Found(comment, mark_of(comment.body, report)) for comment in ours)
        return Comments(found, taken[-1] if taken else None)

    def create(self, text: str) -> str:
        """Post a comment, once; its address."""
        return _comment(self._ask("POST", self._comments, {"body": text})).url

    def edit(self, found: Found, text: str) -> bool:
        """Replace the text of a comment; False when it is gone."""
        try:
            _comment(self._ask("PATCH", f"/issues/comments/{found.comment.id}", {"body": text}))
        except GithubException as error:
            if error.status in _GONE:
                return False
            raise
        return True

    def delete(self, found: Found) -> None:
        """Remove a comment, if it is still there."""
        try:
            self._ask("DELETE", f"/issues/comments/{found.comment.id}")
        except GithubException as error:
            if error.status not in _GONE:
                raise

    @property
    def _comments(self) -> str:
        return f"/issues/{self._number}/comments"

    def _ask(self, method: str, path: str, body: Any = None) -> Any:
        return ask(self._requester, method, f"{self._repository}{path}", body=body)

    @property
    def _me(self) -> str:
        """Whose token it is. `GET /user` is refused to the token of a job, GraphQL's viewer is not."""
        if self._login is None:
            self._login = self._answer(self._viewer) or self._answer(self._user) or ACTIONS_BOT
        return self._login

    def _answer(self, question: Callable[[], str]) -> str | None:
        """None where another way of asking may help."""
        try:
            return question()
        except (NotOfGitHubError, KeyError, TypeError, ValueError):  # an answer that is none
            return None
        except GithubException as error:
            if error.status in _OF_NO_USE:
                raise
            return None

    def _viewer(self) -> str:
        _, answer = self._requester.graphql_query(_WHO, {})
        return str(answer["data"]["viewer"]["login"])

    def _user(self) -> str:
        return str(ask(self._requester, "GET", "/user")["login"])


def _comment(answer: Any) -> Comment:
    """Raises one of `API_ERRORS` for what is no comment: a redirect that was not followed, a page of a proxy."""
    try:
        login = str((answer["user"] or {}).get("login") or "")
        return Comment(int(answer["id"]), str(answer["html_url"]), login, str(answer["body"] or ""))
    except (AttributeError, KeyError, TypeError, ValueError):
        raise NotOfGitHubError from None
