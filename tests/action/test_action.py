"""The action in a real workflow: one comment, the right exit status, and no token where the training can look."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from .conftest import CANARY, HEAD, PULL_REQUEST, REPOSITORY

if TYPE_CHECKING:
    from .conftest import Act

pytestmark = pytest.mark.slow


def watermark(title: str = "ml-report") -> str:
    return f'\n\n![](https://cml.dev/watermark.png#{HEAD} "CML watermark {title}")'


def test_two_runs_leave_one_comment_that_is_the_file(act: Act) -> None:
    first = act()
    second = act({"title": "Wine, again"})
    assert (first.exit_code, second.exit_code) == (0, 0)
    [comment] = act.server.comments
    assert comment["issue"] == PULL_REQUEST
    assert comment["body"].encode() == (second.report / "comment.md").read_bytes() + watermark().encode()
    assert (first.report / "comment.md").read_bytes() != (second.report / "comment.md").read_bytes()
    assert second.outputs["comment-url"] == comment["html_url"]
