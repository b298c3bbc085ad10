"""A GitHub on loopback: the calls of the REST API that post a comment, over TLS, with answers in GitHub's form."""

from __future__ import annotations

import json
import re
import ssl
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import trustme
from typing_extensions import Self

API = "/api/v3"
PAGE = 30  # comments in an answer, when nobody asks for more


@dataclass
class GitHubServer:
    """One repository with its comments. `refuse` is the status that writing gets, when it is set."""

    repository: str
    token: str
    folder: Path
    comments: list[dict[str, Any]] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    refuse: int | None = None

    def __enter__(self) -> Self:
        authority = trustme.CA()
        self.certificate = self.folder / "ca.pem"
        authority.cert_pem.write_to_path(str(self.certificate))
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        authority.issue_cert("localhost").configure_cert(context)
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()
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

    def answer(self, method: str, path: str, authorization: str, body: Any) -> tuple[int, Any]:
        """Status and JSON of a call."""
        self.requests.append(f"{method} {path}")
        if authorization.partition(" ")[2] != self.token:
            return 401, {"message": "Bad credentials", "status": "401"}
        if method == "GET" and path.startswith(f"{API}/users/"):
            return 200, {"login": path.rpartition("/")[2], "id": 1, "name": None}
        if method in ("POST", "PATCH") and self.refuse is not None:
            return self.refuse, {"message": "Resource not accessible by integration", "status": str(self.refuse)}
        return self._comments(method, path, body)

    def _comments(self, method: str, path: str, body: Any) -> tuple[int, Any]:
        issue = re.fullmatch(rf"{API}/repos/{self.repository}/issues/(\d+)/comments", path)
        comment = re.fullmatch(rf"{API}/repos/{self.repository}/issues/comments/(\d+)", path)
        if issue and method == "GET":
            return 200, [entry for entry in self.comments if entry["issue"] == int(issue[1])][:PAGE]
        if issue and method == "POST":
            return self._create(int(issue[1]), body["body"])
        if comment and method == "PATCH":
            return self._edit(int(comment[1]), body["body"])
        return 404, {"message": "Not Found", "status": "404"}

    def _create(self, issue: int, body: str) -> tuple[int, Any]:
        number = 100 + len(self.comments)
        address = f"{self.url}/{self.repository}/pull/{issue}#issuecomment-{number}"
        entry = {"id": number, "issue": issue, "body": body, "html_url": address}
        self.comments.append(entry)
        return 201, entry

    def _edit(self, number: int, body: str) -> tuple[int, Any]:
        for entry in self.comments:
            if entry["id"] == number:
                entry["body"] = body
                return 200, entry
        return 404, {"message": "Not Found", "status": "404"}

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def _do(self) -> None:
                length = int(self.headers.get("Content-Length") or 0)
                sent = self.rfile.read(length)
                body = json.loads(sent) if sent else None
                status, value = server.answer(
                    self.command, self.path.partition("?")[0], self.headers.get("Authorization", ""), body
                )
                content = json.dumps(value).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json; charset=utf-8")
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            do_GET = do_POST = do_PATCH = do_DELETE = _do

            def log_message(self, *_: object) -> None:
                return None

        return Handler
