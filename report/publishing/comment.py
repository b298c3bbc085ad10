"""One comment of each report on a pull request: by CML where CML would find it, else by the REST API.

Whatever fails on the way, no comment is posted twice: before anything is tried again, we look.
"""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import requests
from github import GithubException

from ..core.errors import PublishingError
from . import cml
from .annotations import log_text
from .conversation import Comments, Conversation
from .github import api_of
from .marks import Mark, watermark
from .rest import API_ERRORS, NotOfGitHubError, told

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from .github import GitHub

LOOKS = (0.0, 1.0, 3.0)  # seconds to wait before each look for a comment that may have arrived


@dataclass(frozen=True)
class Posted:
    """What became of a comment. withheld : why it was not posted, though it could have been."""

    url: str | None = None
    withheld: str | None = None


@dataclass(frozen=True)
class Draft:
    """A comment to post. file : its text, posted byte for byte with CML's watermark after it; `mark.line` is in it."""

    file: Path
    mark: Mark

    @property
    def text(self) -> str:
        """The text as CML posts it."""
        return self.file.read_bytes().decode() + watermark(self.mark.report, self.mark.sha)


def post_comment(github: GitHub, draft: Draft, *, environment: Mapping[str, str], cml_time_limit: float) -> Posted:
    """Post the comment of a report, or update the one that is there.

    Raises PublishingError, with the permission that is missing where it is one.
    """
    if github.pull_request is None:
        return Posted()
    with told("the comment", fork=github.from_fork):
        conversation = Conversation(github, github.pull_request)
        head, comments = conversation.head, conversation.comments(draft.mark.report)
        current = comments.current
        if draft.mark.mode == "update" and current and draft.mark.is_outdone_by(current.mark, head):
            return Posted(current.url, withheld=_moved_on(draft.mark, head))
        url = None
        if _is_for_cml(github, draft.mark, comments, environment):
            url = _by_cml(github, draft, environment, cml_time_limit)
            comments = comments if url else conversation.comments(draft.mark.report)
        url = url or _by_rest(draft, conversation, comments)
    return Posted(_settle(draft, conversation, head) or url)


def _moved_on(mark: Mark, head: str) -> str:
    return (
        f"the pull request has moved on from commit {mark.sha[:7]} to {head[:7]}, "
        "and the comment that is there is of a later run"
    )


def _is_for_cml(github: GitHub, mark: Mark, comments: Comments, environment: Mapping[str, str]) -> bool:
    """Whether CML is there, asks the same server, and takes the comment that is ours, or makes one if there is none."""
    if github.api_url != api_of(github.server_url) or not cml.is_there(environment):
        return False
    current = comments.current
    return mark.mode == "new" or comments.cml_takes == (current.comment.id if current else None)


def _by_cml(github: GitHub, draft: Draft, environment: Mapping[str, str], time_limit: float) -> str | None:
    """The address of the comment; None, with a line in the log, when CML ended in another way."""
    try:
        return cml.post(github, draft.file, draft.mark, environment=environment, time_limit=time_limit)
    except PublishingError as problem:
        print(log_text(f"{problem}\nNow without CML."), file=sys.stderr)
        return None


def _by_rest(draft: Draft, conversation: Conversation, comments: Comments) -> str:
    """The address of the comment. comments : those that are there now, it may be that CML posted before it failed."""
    arrived = comments.of_mark(draft.mark)
    if arrived:
        return arrived[0].url
    current = comments.current if draft.mark.mode == "update" else None
    if current and conversation.edit(current, draft.text):
        return current.url
    return _create(draft, conversation)


def _create(draft: Draft, conversation: Conversation) -> str:
    """Post; once more when the server had a fault and nothing of it arrived."""
    try:
        return conversation.create(draft.text)
    except API_ERRORS as error:
        if isinstance(error, GithubException) and error.status < 500:
            raise
        url = _look(draft, conversation)
        if url is None and isinstance(error, (requests.Timeout, NotOfGitHubError)):  # it may still arrive
            raise
    return url or conversation.create(draft.text)


def _look(draft: Draft, conversation: Conversation) -> str | None:
    """The address of what this run has posted, if it arrived."""
    for wait in LOOKS:
        time.sleep(wait)
        arrived = conversation.comments(draft.mark.report).of_mark(draft.mark)
        if arrived:
            return arrived[0].url
    return None


def _settle(draft: Draft, conversation: Conversation, head: str) -> str | None:
    """Leave one comment where two runs at once have made two: the oldest one stays, with the text of the later run.

    The address of the one that stays, None when GitHub does not tell.
    """
    mark = draft.mark
    try:
        comments = conversation.comments(mark.report)
        first, *others = comments.kept if mark.mode == "update" else comments.of_mark(mark)
        if mark.replaces(first.mark, head):
            conversation.edit(first, draft.text)
        for other in others:
            if other.mark == mark or mark.replaces(other.mark, head):
                conversation.delete(other)
    except (*API_ERRORS, ValueError):
        return None
    return first.url
