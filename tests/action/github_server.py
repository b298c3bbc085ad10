"""A GitHub on loopback: the calls of the API that a comment needs, over TLS, with pages, people, and faults."""

from __future__ import annotations

import itertools
import json
import re
import ssl
import subprocess
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import trustme
from typing_extensions import Self

from . import git_http, github_artifacts
from . import github_forms as forms
from .github_faults import Fault
from .github_git import GitStore

API = "/api/v3"
GRAPHQL = "/api/graphql"
PAGE = 30  # comments in an answer, when nobody asks for more
LONGEST_BODY = 65_536
OURS = "github-actions[bot]"
HEAD = "1234567890abcdef1234567890abcdef12345678"
PULL_REQUEST = 7


@dataclass(frozen=True)
class Call:
    """A request. login : whose token it has. base : where the API starts, with the host."""

    method: str
    path: str
    query: dict[str, str]
    body: Any
    login: str
    base: str


@dataclass
class Answer:
    status: int
    value: Any = None
    headers: dict[str, str] = field(default_factory=dict)


@dataclass
class GitHubServer:
    """One repository with its pull requests and comments.

    token : of the job, whose comments are OURS; `logins` has those of others. `refuse` is the status that writing gets,
    when it is set. faults : the first one that takes a request answers it. storage : the `Authorization` headers that
    the storage of artifacts was asked with, which is another host. cloned : the repository that is fetched from.
    commits : the pull requests that a commit is in, beside those whose head it is.
    """

    repository: str
    token: str
    folder: Path
    comments: list[dict[str, Any]] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    refuse: int | None = None
    faults: list[Fault] = field(default_factory=list)
    logins: dict[str, str] = field(default_factory=dict)
    pulls: dict[int, dict[str, Any]] = field(default_factory=dict)
    artifacts: list[github_artifacts.Stored] = field(default_factory=list)
    storage: list[str] = field(default_factory=list)
    cloned: Path | None = None
    commits: dict[str, list[int]] = field(default_factory=dict)

    def __enter__(self) -> Self:
        authority = trustme.CA()
        self.certificate = self.folder / "ca.pem"
        authority.cert_pem.write_to_path(str(self.certificate))
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        authority.issue_cert("localhost", "127.0.0.1").configure_cert(context)
        self._numbers = itertools.count(100)
        self._server = _Listener(("127.0.0.1", 0), _Handler)
        self._server.github = self
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()
        self.logins.setdefault(self.token, OURS)
        self.git = GitStore.make(self.folder / "hosted.git", f"{self.api}/repos/{self.repository}")
        self.pulls.setdefault(PULL_REQUEST, forms.pull(self.api, self.repository, PULL_REQUEST, sha=HEAD))
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def host(self) -> str:
        return f"localhost:{self._server.server_address[1]}"

    @property
    def url(self) -> str:
        return f"https://{self.host}"

    @property
    def api(self) -> str:
        return f"{self.url}{API}"

    def say(self, body: str, *, login: str = "somebody", issue: int = PULL_REQUEST) -> dict[str, Any]:
        """Somebody's comment, beside those that arrive by requests."""
        number = next(self._numbers)
        entry = forms.comment(self.api, self.repository, number, login, body, issue=issue) | {"issue": issue}
        self.comments.append(entry)
        return entry

    def count(self, method: str, path: str = "") -> int:
        """How many requests there were."""
        return sum(request.startswith(f"{method} ") and path in request for request in self.requests)

    def answer(self, call: Call) -> Answer:
        """What a call gets where no fault takes it."""
        picture = re.fullmatch(rf"/{self.repository}/blob/([0-9a-f]{{40}})/([\w.]+)", call.path)
        if picture and call.query == {"raw": "true"}:
            return Answer(200, self.git.file(*picture.groups()), {"Content-Type": "image/png"})
        if call.path.startswith(github_artifacts.STORAGE):
            return Answer(*github_artifacts.content(self.artifacts, call.path), {"Content-Type": "application/zip"})
        if not call.login:
            return _refused(401, "Bad credentials")
        for method, pattern, route in _ROUTES:
            match = re.fullmatch(pattern.replace("REPO", re.escape(f"{API}/repos/{self.repository}")), call.path)
            if match and method == call.method:
                if self.refuse is not None and method in ("POST", "PATCH") and call.path != GRAPHQL:
                    return _refused(self.refuse, "Resource not accessible by integration")
                return route(self, call, *(_number_or_name(part) for part in match.groups()))
        return _refused(404, "Not Found")


def _number_or_name(part: str) -> int | str:
    return int(part) if part.isdecimal() and len(part) < 20 else part  # a commit may have digits only


def _refused(status: int, message: str) -> Answer:
    return Answer(status, forms.problem(status, message))


def _list_comments(server: GitHubServer, call: Call, issue: int) -> Answer:
    found = [_shown(entry) for entry in server.comments if entry["issue"] == issue]
    return _page(found, call) if issue in server.pulls else _refused(404, "Not Found")


def _page(found: list[Any], call: Call) -> Answer:
    size, number = min(int(call.query.get("per_page", PAGE)), 100), int(call.query.get("page", 1))
    last = max(-(-len(found) // size), 1)
    links = {"next": number + 1, "last": last} if number < last else {"prev": number - 1} if number > 1 else {}
    address = call.base + call.path.removeprefix(API)
    link = ", ".join(f'<{address}?per_page={size}&page={page}>; rel="{name}"' for name, page in links.items())
    return Answer(200, found[(number - 1) * size : number * size], {"Link": link} if link else {})


def _create_comment(server: GitHubServer, call: Call, issue: int) -> Answer:
    pull = server.pulls.get(issue)
    if pull is None:
        return _refused(404, "Not Found")
    if pull["locked"]:
        return _refused(403, "Unable to create comment because issue is locked.")
    if len(call.body["body"]) > LONGEST_BODY:
        return _refused(422, "Validation Failed")
    return Answer(201, _shown(server.say(call.body["body"], login=call.login, issue=issue)))


def _edit_comment(server: GitHubServer, call: Call, number: int) -> Answer:
    for entry in server.comments:
        if entry["id"] == number:
            entry["body"] = call.body["body"]
            return Answer(200, _shown(entry))
    return _refused(404, "Not Found")


def _delete_comment(server: GitHubServer, _: Call, number: int) -> Answer:
    left = [entry for entry in server.comments if entry["id"] != number]
    if len(left) == len(server.comments):
        return _refused(404, "Not Found")
    server.comments[:] = left
    return Answer(204)


def _shown(entry: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in entry.items() if name != "issue"}


def _get_pull(server: GitHubServer, _: Call, number: int) -> Answer:
    pull = server.pulls.get(number)
    return Answer(200, forms.whole_pull(pull)) if pull else _refused(404, "Not Found")


def _pulls_of_commit(server: GitHubServer, _: Call, sha: str) -> Answer:
    inside = server.commits.get(sha, [])
    pulls = server.pulls.items()
    return Answer(200, [pull for number, pull in pulls if pull["head"]["sha"] == sha or number in inside])


def _git(name: str) -> Any:
    """A call of the Git data API: the parts of its path, then its body."""

    def route(server: GitHubServer, call: Call, *parts: Any) -> Answer:
        return Answer(*getattr(server.git, name)(*parts, *([] if call.body is None else [call.body])))

    return route


def _list_pulls(server: GitHubServer, call: Call) -> Answer:
    asked = {"head": call.query.get("head"), "state": call.query.get("state", "open")}
    pulls = [pull for pull in server.pulls.values() if asked["head"] in (None, _branch(pull))]
    return Answer(200, [pull for pull in pulls if asked["state"] in ("all", pull["state"])])


def _branch(pull: dict[str, Any]) -> str:
    """As the query names it: GitHub does not find branches of a repository that is gone."""
    return f"{((pull['head']['repo'] or {}).get('owner') or {}).get('login')}:{pull['head']['ref']}"


def _list_artifacts(server: GitHubServer, call: Call, run: int) -> Answer:
    found = [stored for stored in server.artifacts if stored.run == run]
    page = _page([stored.form(server.api, server.repository) for stored in found], call)
    return Answer(200, {"total_count": len(found), "artifacts": page.value}, page.headers)


def _get_artifact(server: GitHubServer, _: Call, number: int) -> Answer:
    host = server.url.replace("localhost", "127.0.0.1")
    return Answer(302, None, {"Location": f"{host}{github_artifacts.STORAGE}{number}?signature=once"})


def _get_user(_: GitHubServer, call: Call, login: str) -> Answer:
    return Answer(200, forms.person(call.base, login))


def _who_am_i(_: GitHubServer, call: Call) -> Answer:
    if call.login.endswith("[bot]"):
        return _refused(403, "Resource not accessible by integration")
    return Answer(200, forms.person(call.base, call.login))


def _compare(server: GitHubServer, _: Call, base: str, head: str) -> Answer:
    found = subprocess.run(
        ["git", "-C", str(server.cloned), "merge-base", base, head], capture_output=True, text=True, check=False
    )
    if found.returncode:
        return _refused(404, "Not Found")
    return Answer(200, {"merge_base_commit": {"sha": found.stdout.strip()}, "commits": [], "files": []})


def _graphql(_: GitHubServer, call: Call) -> Answer:
    assert "viewer" in call.body["query"]
    return Answer(200, {"data": {"viewer": {"login": call.login}}})


_ROUTES: list[tuple[str, str, Any]] = [
    ("GET", r"REPO/issues/(\d+)/comments", _list_comments),
    ("POST", r"REPO/issues/(\d+)/comments", _create_comment),
    ("PATCH", r"REPO/issues/comments/(\d+)", _edit_comment),
    ("DELETE", r"REPO/issues/comments/(\d+)", _delete_comment),
    ("GET", r"REPO/pulls", _list_pulls),
    ("GET", r"REPO/pulls/(\d+)", _get_pull),
    ("GET", r"REPO/actions/runs/(\d+)/artifacts", _list_artifacts),
    ("GET", r"REPO/actions/artifacts/(\d+)/zip", _get_artifact),
    ("GET", r"REPO/commits/([0-9a-f]+)/pulls", _pulls_of_commit),
    ("GET", rf"{API}/users/([\w.%\[\]-]+)", _get_user),
    ("GET", rf"{API}/user", _who_am_i),
    ("POST", GRAPHQL, _graphql),
    ("GET", r"REPO/git/ref/(.+)", _git("get_ref")),
    ("POST", r"REPO/git/refs", _git("create_ref")),
    ("PATCH", r"REPO/git/refs/(.+)", _git("move_ref")),
    ("GET", r"REPO/git/commits/([0-9a-f]{40})", _git("get_commit")),
    ("POST", r"REPO/git/blobs", _git("create_blob")),
    ("POST", r"REPO/git/trees", _git("create_tree")),
    ("POST", r"REPO/git/commits", _git("create_commit")),
    ("GET", r"REPO/compare/([\w./-]+?)\.\.\.([0-9a-f]+)", _compare),
]


class _Listener(ThreadingHTTPServer):
    """daemon_threads : an answer that hangs must not keep the tests from ending."""

    daemon_threads = True
    github: GitHubServer


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Listener

    def _do(self) -> None:
        github = self.server.github
        if github.cloned is not None and git_http.is_of_git(self.path, github.repository):
            self._fetch(github, github.cloned)
            return
        call = self._call()
        github.requests.append(f"{call.method} {call.path}")
        fault = next((fault for fault in github.faults if fault.takes(call.method, call.path)), None)
        if fault is None or fault.passes:
            self._send(github.answer(call))
            return
        if fault.after:
            github.answer(call)
        if fault.status is None:
            self.close_connection = True
            return
        content = forms.problem(fault.status, fault.message) if fault.content is None else fault.content
        answer = Answer(fault.status, content, fault.headers)
        self._send(answer, drip=fault.drip)

    def _fetch(self, github: GitHubServer, folder: Path) -> None:
        allowed = git_http.has_token(self.headers.get_all("Authorization") or [], github.token)
        github.requests.append(f"fetch {'with' if allowed else 'without'} the token")
        if allowed:
            git_http.serve(self, folder)
        else:
            self._send(Answer(401, None, {"WWW-Authenticate": 'Basic realm="GitHub"'}))

    def _call(self) -> Call:
        github = self.server.github
        sent = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        address = urlsplit(self.path)
        if address.path.startswith(github_artifacts.STORAGE):
            github.storage.append(self.headers.get("Authorization", ""))
        login = github.logins.get(self.headers.get("Authorization", "").partition(" ")[2], "")
        body = json.loads(sent) if sent else None
        return Call(self.command, address.path, dict(parse_qsl(address.query)), body, login, github.api)

    def _send(self, answer: Answer, *, drip: bool = False) -> None:
        value = answer.value
        content = value if isinstance(value, bytes) else b"" if value is None else json.dumps(value).encode()
        self.send_response(answer.status)
        for name, value in ({"Content-Type": "application/json; charset=utf-8"} | answer.headers).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        for part in [bytes([byte]) for byte in content] if drip else [content]:
            self.wfile.write(part)
            self.wfile.flush()
            time.sleep(1 if drip else 0)

    do_GET = do_POST = do_PATCH = do_DELETE = do_PUT = _do

    def handle_one_request(self) -> None:
        try:
            super().handle_one_request()
        except OSError:
            self.close_connection = True  # who asked has gone

    def log_message(self, *_: object) -> None:
        return None
