"""The comments of a pull request, by GitHub's REST API: which of them are ours, and writing one of them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from github import BadAttributeException, GithubException

from .marks import Mark, cml_would_take, is_of_report, mark_of
from .rest import connect

if TYPE_CHECKING:
    from collections.abc import Callable

    from github.IssueComment import IssueComment
    from github.PullRequest import PullRequest
    from github.Repository import Repository

    from .github import GitHub

CML_SEES = 30  # comments: CML asks for the first page only
ACTIONS_BOT = "github-actions[bot]"

_WHO = "query { viewer { login } }"
_OF_NO_USE = (401, 429)  # the token, or the hour, is wrong: another way of asking changes nothing
_GONE = (404, 410)


@dataclass(frozen=True)
class Found:
    """A comment of ours. mark : of the run that wrote it, None when that was before there were marks."""

    comment: IssueComment
    mark: Mark | None

    @property
    def url(self) -> str:
        return self.comment.html_url


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
        self._repository: Repository = connect(github)
        self._number = number

    @cached_property
    def _pull(self) -> PullRequest:
        return self._repository.get_pull(self._number)

    @property
    def head(self) -> str:
        """The commit that the pull request is at."""
        if self._pull.head is None:
            raise BadAttributeException(None, dict, None)
        return self._pull.head.sha

    def comments(self, report: str) -> Comments:
        """The comments of a report, from all pages."""
        everything = list(self._pull.get_issue_comments())
        taken = [comment.id for comment in everything[:CML_SEES] if cml_would_take(comment.body or "", report)]
        marked = [comment for comment in everything if is_of_report(comment.body or "", report)]
        ours = [comment for comment in marked if comment.user is not None and comment.user.login == self._me]
        found = tuple(Found(comment, mark_of(comment.body, report)) for comment in ours)
        return Comments(found, taken[-1] if taken else None)

    def create(self, text: str) -> str:
        """Post a comment, once; its address."""
        return self._pull.create_issue_comment(text).html_url

    def edit(self, found: Found, text: str) -> bool:
        """Replace the text of a comment; False when it is gone."""
        try:
            found.comment.edit(text)
        except GithubException as error:
            if error.status in _GONE:
                return False
            raise
        return True

    def delete(self, found: Found) -> None:
        """Remove a comment, if it is still there."""
        try:
            found.comment.delete()
        except GithubException as error:
            if error.status not in _GONE:
                raise

    @cached_property
    def _me(self) -> str:
        """Whose token it is. `GET /user` is refused to the token of a job, GraphQL's viewer is not."""
        return self._answer(self._viewer) or self._answer(self._user) or ACTIONS_BOT

    def _answer(self, ask: Callable[[], str]) -> str | None:
        """None where another way of asking may help."""
        try:
            return ask()
        except (KeyError, TypeError):  # an answer that is none
            return None
        except GithubException as error:
            if error.status in _OF_NO_USE:
                raise
            return None

    def _viewer(self) -> str:
        _, answer = self._repository.requester.graphql_query(_WHO, {})
        return str(answer["data"]["viewer"]["login"])

    def _user(self) -> str:
        _, answer = self._repository.requester.requestJsonAndCheck("GET", "/user")
        return str(answer["login"])
