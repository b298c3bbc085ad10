"""Stands in for CML 0.20.6 where it is not installed: the same arguments, calls, watermark, output and exit codes."""

from __future__ import annotations

import argparse
import json
import os
import re
import ssl
import sys
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit


def main() -> int:
    """Create or update one comment; its address on standard output, errors as JSON lines on standard error."""
    options = _options()
    try:
        print(_comment(options))
    except urllib.error.HTTPError as error:
        message = json.loads(error.read())["message"]
        print(
            json.dumps({"level": "error", "message": message, "name": "HttpError", "status": error.code}),
            file=sys.stderr,
        )
        return 1
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("command", choices=["comment"])
    parser.add_argument("action", choices=["create"])
    parser.add_argument("--update", action="store_true")
    parser.add_argument("--publish", choices=["false"], required=True)
    parser.add_argument("--target", required=True)
    parser.add_argument("--driver", choices=["github"], required=True)
    parser.add_argument("--repo", required=True)
    parser.add_argument("--watermark-title", required=True)
    parser.add_argument("file")
    return parser.parse_args()


def _comment(options: argparse.Namespace) -> str:
    sha = json.loads(Path(os.environ["GITHUB_EVENT_PATH"]).read_bytes())["pull_request"]["head"]["sha"]
    report = Path(options.file).read_bytes().decode()
    title = f"CML watermark {options.watermark_title}"
    body = f'{report}\n\n![](https://cml.dev/watermark.png#{sha} "{title}")'
    repository = urlsplit(options.repo)
    issues = f"https://{repository.netloc}/api/v3/repos{repository.path}/issues"
    comments = f"{issues}/{options.target.removeprefix('pr/')}/comments"
    mark = re.compile(rf'!\[\]\(https://cml\.dev/watermark\.png#[0-9a-fA-F]+ "{re.escape(title)}"\)')
    ours = [comment["id"] for comment in _call("GET", comments) if mark.search(comment["body"])]
    if options.update and ours:
        return _call("PATCH", f"{issues}/comments/{ours[-1]}", {"body": body})["html_url"]
    return _call("POST", comments, {"body": body})["html_url"]


def _call(method: str, url: str, body: Any = None) -> Any:
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
