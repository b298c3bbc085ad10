"""Stands in for CML 0.20.6 where it is not installed: the same arguments, calls, watermark, output and exit codes."""

from __future__ import annotations

import argparse
import http.client
import json
import os
import re
import ssl
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit


def main() -> int:
    """One comment, or one picture; its address on standard output, errors as JSON lines on standard error."""
    options = _options()
    try:
        print(_comment(options) if options.command == "comment" else _asset(options))
    except ValueError as error:
        return _failed(str(error))
    except urllib.error.HTTPError as error:
        return _failed(_message(error), name="HttpError", status=error.code)
    except (OSError, http.client.HTTPException) as error:
        return _failed(f"request to GitHub failed, reason: {error}", name="HttpError", status=500)
    return 0


def _failed(message: str, **details: Any) -> int:
    print(json.dumps({"level": "error", "message": message, **details}), file=sys.stderr)
    return 1


def _message(error: urllib.error.HTTPError) -> str:
    try:
        return str(json.loads(error.read())["message"])
    except (ValueError, KeyError, TypeError):
        return str(error)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    commands = parser.add_subparsers(dest="command", required=True)
    comment = commands.add_parser("comment")
    comment.add_argument("action", choices=["create"])
    comment.add_argument("--update", action="store_true")
    comment.add_argument("--publish", choices=["false"], required=True)
    comment.add_argument("--target", required=True)
    comment.add_argument("--watermark-title", required=True)
    asset = commands.add_parser("asset")
    asset.add_argument("action", choices=["publish"])
    asset.add_argument("--mime-type", required=True)
    asset.add_argument("--url", default="https://asset.cml.dev")
    for command in (comment, asset):
        command.add_argument("--driver", choices=["github"], required=True)
        command.add_argument("--repo", required=True)
        command.add_argument("file")
    return parser.parse_args()


def _asset(options: argparse.Namespace) -> str:
    """Whatever the server answers is taken for an address, whatever its status is."""
    headers = {
        "Content-Type": options.mime_type,
        "Content-Disposition": f'inline; filename="{Path(options.file).name}"',
    }
    request = urllib.request.Request(options.url, data=Path(options.file).read_bytes(), headers=headers)
    try:
        with urllib.request.urlopen(request) as answer:
            address = answer.read().decode()
    except urllib.error.HTTPError as error:
        address = error.read().decode()
    if not urlsplit(address).scheme:
        raise ValueError(f"Invalid URL: {address}")
    return f"{address}?cml=png&cache-bypass=00000000-0000-4000-8000-000000000000"


def _comment(options: argparse.Namespace) -> str:
    report = Path(options.file).read_bytes().decode()
    title = f"CML watermark {options.watermark_title}"
    body = f'{report}\n\n![](https://cml.dev/watermark.png#{_sha()} "{title}")'
    repository = urlsplit(options.repo)
    issues = f"https://{repository.netloc}/api/v3/repos{repository.path}/issues"
    comments = f"{issues}/{options.target.removeprefix('pr/')}/comments"
    mark = re.compile(rf'!\[\]\(https://cml\.dev/watermark\.png#[0-9a-fA-F]+ "{re.escape(title)}"\)')
    ours = (
        [comment["id"] for comment in _call("GET", comments) if mark.search(comment["body"])] if options.update else []
    )
    if ours:
        return _call("PATCH", f"{issues}/comments/{ours[-1]}", {"body": body})["html_url"]
    return _call("POST", comments, {"body": body})["html_url"]


def _sha() -> str:
    """The commit: in the event of a pull request, its head."""
    if os.environ.get("GITHUB_EVENT_NAME") != "pull_request":
        return os.environ["GITHUB_SHA"]
    return json.loads(Path(os.environ["GITHUB_EVENT_PATH"]).read_bytes())["pull_request"]["head"]["sha"]


def _call(method: str, url: str, body: Any = None, *, attempts: int = 6) -> Any:
    """The answer; where GitHub limits the rate, CML waits for as long as it is told, and half a minute more."""
    try:
        return _once(method, url, body)
    except urllib.error.HTTPError as error:
        wait = _wait(error)
        if wait is None or attempts == 0:
            raise
    time.sleep(wait)
    return _call(method, url, body, attempts=attempts - 1)


def _wait(error: urllib.error.HTTPError) -> float | None:
    if error.code not in (403, 429):
        return None
    if error.headers.get("x-ratelimit-remaining") == "0":
        return max(float(error.headers.get("x-ratelimit-reset", 0)) - time.time(), 0.0) + 30
    after = error.headers.get("retry-after")
    return float(after) + 30 if after else None


def _once(method: str, url: str, body: Any) -> Any:
    request = urllib.request.Request(
        url,
        method=method,
        data=None if body is None else json.dumps(body).encode(),
        headers={"Authorization": f"token {os.environ['REPO_TOKEN']}", "Content-Type": "application/json"},
    )
    context = ssl.create_default_context(cafile=os.environ.get("NODE_EXTRA_CA_CERTS"))
    with urllib.request.urlopen(request, context=context) as answer:
        return json.load(answer)


if __name__ == "__main__":
    sys.exit(main())
