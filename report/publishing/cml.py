"""One comment on a pull request, through CML, which is run as CML 0.20.6 needs it."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import tempfile
from typing import TYPE_CHECKING

from ..core.errors import PublishingError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from .github import GitHub

TIME_LIMIT = 300.0  # seconds; CML may wait for minutes when GitHub limits its rate

_OURS = re.compile(r"CML_|INPUT_|ML_REPORT_|ACTIONS_|GITHUB_SERVER_URL$|(GITHUB|GH|REPO|repo)_(TOKEN|token)$")
_STATUS = re.compile(r'"?status"?\s*:\s*(\d{3})')
_LONGEST = 300  # characters of CML's own words in a message

_HINTS = {
    401: "the token is not valid: check the input `github-token`",
    403: "the token may not comment: the job needs `permissions: pull-requests: write`",
    404: "the token cannot see the pull request: the job needs `permissions: pull-requests: write`",
    422: "GitHub refuses the text, most often because it is too long: report fewer models or sections",
    429: "GitHub limits the rate of requests: run the job again later",
}


def post_comment(
    github: GitHub,
    body: Path,
    *,
    title: str,
    environment: Mapping[str, str],
    program: Sequence[str] = ("cml",),
    time_limit: float = TIME_LIMIT,
) -> str:
    """Create the comment of this title, or update it; the comment's address.

    body : a Markdown file, posted byte for byte with CML's watermark after it. title : [a-z0-9-]+.
    Raises PublishingError, with the permission that is missing where it is one.
    """
    if github.token is None or github.pull_request is None:
        raise PublishingError("a comment needs a token and a pull request", hint="give the input `github-token`")
    command = [*_found(program, environment), *arguments(github, body, title=title)]
    with tempfile.TemporaryDirectory(prefix="cml-") as home:
        code, out, err = _run(command, cml_environment(environment, token=github.token, home=home), time_limit)
    url = out.strip().rpartition("\n")[2].strip()
    if code != 0 or not url.startswith("https://"):
        raise failure(code, err, fork=github.from_fork)
    return url


def arguments(github: GitHub, body: Path, *, title: str) -> list[str]:
    """What CML is called with: `--publish` is off because it would upload every local file that a link names."""
    return [
        "comment",
        "create",
        "--update",
        "--publish=false",
        f"--target=pr/{github.pull_request}",
        "--driver=github",
        f"--repo={github.server_url}/{github.repository}",
        f"--watermark-title={title}",
        str(body),
    ]


def cml_environment(environment: Mapping[str, str], *, token: str, home: str) -> dict[str, str]:
    """The environment that CML runs in.

    Its own variables are left out (an unknown one is fatal to it), and GITHUB_SERVER_URL (with it, CML asks for the
    user first, without a time limit). A home of its own, because it writes to the global configuration of git.
    """
    kept = {name: value for name, value in environment.items() if not _OURS.match(name)}
    return kept | {"REPO_TOKEN": token, "HOME": home, "USERPROFILE": home, "CI": "true", "ITERATIVE_DO_NOT_TRACK": "1"}


def failure(code: int | None, stderr: str, *, fork: bool) -> PublishingError:
    """Why there is no comment, in one sentence: CML's log may hold the whole comment, only its last error is told."""
    if code is None:
        return PublishingError("CML did not finish in time", hint="GitHub may be slow: run the job again later")
    status = max((int(found) for found in _STATUS.findall(stderr)), default=None)
    said = _last_error(stderr)
    if fork and status in (401, 403, 404):
        return PublishingError(
            f"GitHub refused the comment ({status}: {said})",
            hint="the pull request comes from a fork, whose token may only read: the job summary has the report",
        )
    if status in _HINTS:
        return PublishingError(f"GitHub refused the comment ({status}: {said})", hint=_HINTS[status])
    return PublishingError(f"CML failed with exit code {code}: {said}", hint="run the job again; see the log of CML")


def _last_error(stderr: str) -> str:
    messages = [message for line in stderr.splitlines() if (message := _message(line))]
    return messages[-1][:_LONGEST] if messages else "it says nothing"


def _message(line: str) -> str:
    try:
        entry = json.loads(line)
    except ValueError:
        return line.strip()
    if not isinstance(entry, dict) or entry.get("level") not in ("error", "warn"):
        return ""
    return " ".join(str(entry.get("message", "")).split())


def _found(program: Sequence[str], environment: Mapping[str, str]) -> list[str]:
    path = shutil.which(program[0], path=environment.get("PATH"))
    if path is None:
        raise PublishingError(
            f"the program `{program[0]}` is not there",
            hint="the step that sets up CML failed: see its log, or install CML on the runner",
        )
    return [path, *program[1:]]


def _run(command: Sequence[str], environment: Mapping[str, str], limit: float) -> tuple[int | None, str, str]:
    """Exit code (None when the time was up), standard output and standard error."""
    with subprocess.Popen(
        command,
        env=dict(environment),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        errors="replace",
        start_new_session=True,
    ) as process:
        try:
            out, err = process.communicate(timeout=limit)
        except subprocess.TimeoutExpired:
            _stop(process)
            return None, "", ""
    return process.returncode, out, err


def _stop(process: subprocess.Popen[str]) -> None:
    """End the process and what it started."""
    if os.name == "posix":
        os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()
    process.communicate()
