"""The GitHub on loopback answers in the form that GitHub's own description of its API says."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import tarfile
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest
import requests

from ..action import github_forms as forms
from .github import HEAD, PULL_REQUEST, REPOSITORY, TOKEN

if TYPE_CHECKING:
    from ..action.github_server import GitHubServer

pytestmark = pytest.mark.slow

REPO = f"/repos/{REPOSITORY}"
COMMENTS = f"{REPO}/issues/{PULL_REQUEST}/comments"
CALLS = [
    ("GET", COMMENTS, "/repos/{owner}/{repo}/issues/{issue_number}/comments", 200),
    ("POST", COMMENTS, "/repos/{owner}/{repo}/issues/{issue_number}/comments", 201),
    ("GET", f"{REPO}/issues/99/comments", "/repos/{owner}/{repo}/issues/{issue_number}/comments", 404),
    ("POST", f"{REPO}/issues/99/comments", "/repos/{owner}/{repo}/issues/{issue_number}/comments", 404),
    ("PATCH", f"{REPO}/issues/comments/100", "/repos/{owner}/{repo}/issues/comments/{comment_id}", 200),
    ("DELETE", f"{REPO}/issues/comments/100", "/repos/{owner}/{repo}/issues/comments/{comment_id}", 204),
    ("GET", f"{REPO}/pulls/{PULL_REQUEST}", "/repos/{owner}/{repo}/pulls/{pull_number}", 200),
    ("GET", f"{REPO}/pulls/99", "/repos/{owner}/{repo}/pulls/{pull_number}", 404),
    ("GET", f"{REPO}/commits/{HEAD}/pulls", "/repos/{owner}/{repo}/commits/{commit_sha}/pulls", 200),
    ("GET", "/users/somebody", "/users/{username}", 200),
    ("GET", "/user", "/user", 403),
]


@pytest.fixture(scope="module")
def description(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """GitHub's description of the API of its enterprise server, from the npm package that GitHub publishes."""
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("there is no npm to fetch GitHub's description of its API")
    folder = tmp_path_factory.mktemp("openapi")
    fetched = subprocess.run(
        [npm, "pack", "--silent", "@octokit/openapi"], cwd=folder, capture_output=True, check=False, timeout=300
    )
    if fetched.returncode != 0:
        pytest.skip("npm cannot fetch GitHub's description of its API")
    [package] = folder.glob("*.tgz")
    with tarfile.open(package) as archive:
        names = [name for name in archive.getnames() if re.fullmatch(r".*/ghes-[\d.]*\d\.json", name)]
        content = archive.extractfile(max(names, key=lambda name: [int(part) for part in re.findall(r"\d+", name)]))
        assert content is not None
        return json.load(content)


@pytest.mark.parametrize(("method", "path", "described", "status"), CALLS, ids=str)
def test_an_answer_is_of_githubs_form(
    server: GitHubServer, description: dict[str, Any], method: str, path: str, described: str, status: int
) -> None:
    server.say("a remark")
    body = {"body": "text"} if method in ("POST", "PATCH") else None
    ask(server, description, (method, path, described, status), body)


def test_storing_files_is_answered_in_githubs_form(server: GitHubServer, description: dict[str, Any]) -> None:
    def git(method: str, what: str, described: str, status: int, body: Any = None) -> Any:
        call = (method, f"{REPO}/git/{what}", f"/repos/{{owner}}/{{repo}}/git/{described}", status)
        return ask(server, description, call, body)

    blob = git("POST", "blobs", "blobs", 201, {"content": "AAAA", "encoding": "base64"})["sha"]
    entry = {"path": "a.png", "mode": "100644", "type": "blob", "sha": blob}
    tree = git("POST", "trees", "trees", 201, {"tree": [entry]})["sha"]
    commit = git("POST", "commits", "commits", 201, {"message": "m", "tree": tree, "parents": []})["sha"]
    git("GET", f"commits/{commit}", "commits/{commit_sha}", 200)
    git("POST", "refs", "refs", 201, {"ref": "refs/ml-report/wine/pr-7", "sha": commit})
    git("POST", "refs", "refs", 422, {"ref": "refs/ml-report/wine/pr-7", "sha": commit})
    git("GET", "ref/ml-report/wine/pr-7", "ref/{ref}", 200)
    git("GET", "ref/ml-report/wine/pr-8", "ref/{ref}", 404)
    git("PATCH", "refs/ml-report/wine/pr-7", "refs/{ref}", 200, {"sha": commit, "force": True})


def test_another_form_is_seen(description: dict[str, Any]) -> None:
    """The check itself: without somebody who wrote it, a comment is none."""
    comment = forms.comment("https://localhost/api/v3", REPOSITORY, 100, "somebody", "text", issue=PULL_REQUEST)
    schema = form(description, CALLS[1][2], "POST", 201)
    check(description, schema, comment)
    with pytest.raises(jsonschema.ValidationError):
        check(description, schema, {name: value for name, value in comment.items() if name != "user"})


def ask(server: GitHubServer, description: dict[str, Any], call: tuple[str, str, str, int], body: Any) -> Any:
    """Make a call (method, path, path as GitHub describes it, status), and hold its answer against the description."""
    method, path, described, status = call
    answer = requests.request(
        method,
        f"{server.api}{path}",
        json=body,
        headers={"Authorization": f"token {TOKEN}"},
        verify=str(server.certificate),
        timeout=30,
    )
    assert answer.status_code == status
    schema = form(description, described, method, status)
    if schema is None:
        assert answer.content == b""
        return None
    check(description, schema, answer.json())
    return answer.json()


def check(description: dict[str, Any], schema: Any, value: Any) -> None:
    jsonschema.Draft7Validator(schema | {"components": description["components"]}).validate(value)


def form(description: dict[str, Any], path: str, method: str, status: int) -> dict[str, Any] | None:
    """The JSON Schema of an answer; what GitHub calls nullable may be null."""
    found = description["paths"][path][method.lower()]["responses"][str(status)]
    if "$ref" in found:
        found = description["components"]["responses"][found["$ref"].rpartition("/")[2]]
    content = found.get("content")
    return None if content is None else content["application/json"]["schema"]


@pytest.fixture(autouse=True, scope="module")
def nulls(description: dict[str, Any]) -> None:
    """OpenAPI 3.0 says `nullable` where JSON Schema has a type."""
    pending: list[Any] = [description["components"]]
    while pending:
        node = pending.pop()
        children = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
        pending.extend(children)
        if isinstance(node, dict) and node.get("nullable") is True:
            _allow_null(node)


def _allow_null(node: dict[str, Any]) -> None:
    rest = {name: value for name, value in node.items() if name != "nullable"}
    node.clear()
    node["anyOf"] = [{"type": "null"}, rest]
