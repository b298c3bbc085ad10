"""The comment through CML itself (or its stand-in), against a GitHub on loopback: what is posted, what failures say."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

import pytest

from report.core.errors import PublishingError
from report.publishing.cml import post_comment
from report.publishing.github import GitHub

from .conftest import CANARY, HEAD, PULL_REQUEST, REPOSITORY, cml_on_path
from .github_server import GitHubServer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

MARKDOWN = "# Wine 🍷\n\n> [!WARNING]\n> a\\|b $x$ [link](ml-report.yml) ![](plots/x.png)\n\n- [ ] task\n\n&lt;b&gt;\n"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[GitHubServer]:
    with GitHubServer(REPOSITORY, CANARY, tmp_path) as server:
        yield server


@pytest.fixture
def post(server: GitHubServer, tmp_path: Path) -> Callable[..., str]:
    """Post a text under a title with a token; the comment's address."""
    event = {"pull_request": {"number": PULL_REQUEST, "head": {"sha": HEAD}}}
    (tmp_path / "event.json").write_text(json.dumps(event), "utf-8")
    environment = os.environ | {
        "PATH": os.pathsep.join([str(cml_on_path(tmp_path / "bin")), os.environ["PATH"]]),
        "NODE_EXTRA_CA_CERTS": str(server.certificate),
        "GITHUB_EVENT_NAME": "pull_request",
        "GITHUB_EVENT_PATH": str(tmp_path / "event.json"),
        "GITHUB_SERVER_URL": server.url,
        "GITHUB_REPOSITORY": REPOSITORY,
        "GITHUB_ACTOR": "somebody",
        "CML_COMMENT_UNKNOWN": "would be fatal",
    }

    def post(text: str, *, title: str = "wine", token: str = CANARY) -> str:
        body = tmp_path / "comment.md"
        body.write_text(text, "utf-8", newline="\n")
        github = GitHub(server.url, REPOSITORY, "pull_request", HEAD, server.url, event=event, token=token)
        return post_comment(github, body, title=title, environment=environment, time_limit=60)

    return post


def test_one_comment_for_each_title_byte_for_byte(server: GitHubServer, post: Callable[..., str]) -> None:
    first = post("an older text")
    other = post("of another report", title="beer")
    assert post(MARKDOWN) == first != other
    mark = '\n\n![](https://cml.dev/watermark.png#{} "CML watermark {}")'
    assert [comment["body"] for comment in server.comments] == [
        MARKDOWN + mark.format(HEAD, "wine"),
        "of another report" + mark.format(HEAD, "beer"),
    ]
    assert not any("/users/" in request for request in server.requests)


def test_a_wrong_token_is_told(post: Callable[..., str]) -> None:
    with pytest.raises(PublishingError, match="401") as caught:
        post(MARKDOWN, token="another")  # noqa: S106 - nobody's
    assert "github-token" in str(caught.value)


@pytest.mark.parametrize(
    ("status", "says"), [(403, "pull-requests: write"), (404, "pull-requests: write"), (422, "too long")]
)
def test_a_refusal_is_told(server: GitHubServer, post: Callable[..., str], status: int, says: str) -> None:
    server.refuse = status
    with pytest.raises(PublishingError, match=str(status)) as caught:
        post(MARKDOWN)
    assert says in str(caught.value)
    assert "Wine" not in str(caught.value)
    assert server.comments == []
