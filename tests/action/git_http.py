"""git's own server of repositories (`git http-backend`), behind the loopback GitHub."""

from __future__ import annotations

import os
import re
import subprocess
from base64 import b64decode
from binascii import Error
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from http.server import BaseHTTPRequestHandler

_CALLS = re.compile(r"/([\w-]+/[\w-]+?)(?:\.git)?/(info/refs|git-upload-pack|git-receive-pack)")


def is_of_git(path: str, repository: str) -> bool:
    """Whether a request is one of a fetch or a push."""
    asked = _CALLS.fullmatch(urlsplit(path).path)
    return asked is not None and asked[1] == repository


def has_token(headers: list[str], token: str) -> bool:
    """Whether the one `Authorization` header is as the checkout action sends it; GitHub refuses two."""
    try:
        return [b64decode(header.partition(" ")[2]).decode() for header in headers] == [f"x-access-token:{token}"]
    except (Error, UnicodeDecodeError):
        return False


def serve(handler: BaseHTTPRequestHandler, folder: Path) -> None:
    """Answer one request of a fetch or a push, of somebody who may, from the repository in a folder."""
    address = urlsplit(handler.path)
    asked = _CALLS.fullmatch(address.path)
    assert asked is not None
    headers = handler.headers
    variables = {
        "GIT_PROJECT_ROOT": str(folder),
        "GIT_HTTP_EXPORT_ALL": "1",
        "REMOTE_USER": "somebody",
        "PATH_INFO": f"/{asked[2]}",
        "QUERY_STRING": address.query,
        "REQUEST_METHOD": handler.command,
        "CONTENT_TYPE": headers.get("Content-Type", ""),
        "CONTENT_LENGTH": headers.get("Content-Length", "0"),
        "HTTP_CONTENT_ENCODING": headers.get("Content-Encoding", ""),
        "GIT_PROTOCOL": headers.get("Git-Protocol", ""),
    }
    sent = handler.rfile.read(int(headers.get("Content-Length") or 0))
    done = subprocess.run(
        ["git", "http-backend"], input=sent, capture_output=True, env=os.environ | variables, check=True
    )
    head, _, body = done.stdout.partition(b"\r\n\r\n")
    lines = dict(line.split(": ", 1) for line in head.decode().split("\r\n"))
    handler.send_response(int(lines.pop("Status", "200").split()[0]))
    for name, value in (lines | {"Content-Length": str(len(body))}).items():
        handler.send_header(name, value)
    handler.end_headers()
    handler.wfile.write(body)
