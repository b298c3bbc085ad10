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
    from .marks import Mark

_OURS = re.compile(
    r"CML_|INPUT_|ML_REPORT_|ACTIONS_|GITHUB_(SERVER_URL|EVENT_NAME|EVENT_PATH)$|(GITHUB|GH|REPO|repo)_(TOKEN|token)$"
)
_STATUS = re.compile(r'"?status"?\s*:\s*(\d{3})')
_CUT_OFF = re.compile(r'\{"level":"(?:error|warn)","message":"([^"\\]*)"')  # CML ends before a long line is out
_LONGEST = 300  # characters of CML's own words in a message


def is_there(environment: Mapping[str, str]) -> bool:
    """Whether there is a program `cml` to run."""
    return find_program(environment) is not None


def post(github: GitHub, body: Path, mark: Mark, *, environment: Mapping[str, str], time_limit: float) -> str:
    """Create a comment, or update the one that CML takes for ours; the comment's address.

    body : a Markdown file, posted byte for byte with CML's watermark after it.
    Raises PublishingError, in the words of CML's last error; it may have posted nevertheless.
    """
    program = find_program(environment)
    if program is None or github.token is None:
        raise PublishingError("CML needs a program `cml`, and a token")
    command = [program, *arguments(github, body, mark)]
    with tempfile.TemporaryDirectory(prefix="cml-") as home:
        clean = cml_environment(environment, token=github.token, home=home, sha=mark.sha)
        code, out, err = run_program(command, clean, time_limit)
    url = out.strip().rpartition("\n")[2].strip()
    if code != 0 or not url.startswith("https://"):
        raise failure(code, err)
    return url


def arguments(github: GitHub, body: Path, mark: Mark) -> list[str]:
    """What CML is called with: `--publish` is off because it would upload every local file that a link names."""
    return [
        "comment",
        "create",
        *(["--update"] if mark.mode == "update" else []),
        "--publish=false",
        f"--target=pr/{github.pull_request}",
        "--driver=github",
        f"--repo={github.server_url}/{github.repository}",
        f"--watermark-title={mark.report}",
        str(body),
    ]


def cml_environment(environment: Mapping[str, str], *, token: str, home: str, sha: str) -> dict[str, str]:
    """The environment that CML runs in.

    Its own variables are left out (an unknown one is fatal to it), GITHUB_SERVER_URL (with it, CML asks for the
    user first, without a time limit), and the event: the commit is the same for each kind of event then.
    A home of its own, because it writes to the global configuration of git.
    """
    kept = {name: value for name, value in environment.items() if not _OURS.match(name)}
    own = {"REPO_TOKEN": token, "HOME": home, "USERPROFILE": home, "CI": "true", "ITERATIVE_DO_NOT_TRACK": "1"}
    return kept | own | {"GITHUB_SHA": sha}


def failure(code: int | None, stderr: str) -> PublishingError:
    """How CML ended, in one sentence: its log may hold the whole comment, only its last error is told."""
    if code is None:
        return PublishingError("CML did not end in time")
    status = max((int(found) for found in _STATUS.findall(stderr)), default=None)
    answer = f", GitHub answered {status}" if status else ""
    return PublishingError(f"CML ended with exit code {code}{answer}: {_last_error(stderr)}")


def _last_error(stderr: str) -> str:
    messages = [message for line in stderr.splitlines() if (message := _message(line))]
    return messages[-1][:_LONGEST] if messages else "it says nothing"


def _message(line: str) -> str:
    try:
        entry = json.loads(line)
    except ValueError:
        return _cut_off(line) if line.startswith("{") else line.strip()
    if not isinstance(entry, dict) or entry.get("level") not in ("error", "warn"):
        return ""
    return " ".join(str(entry.get("message", "")).split())


def _cut_off(line: str) -> str:
    """The message of an entry without its end: what follows it may be the whole comment."""
    found = _CUT_OFF.match(line)
    return found[1] if found else ""


def find_program(environment: Mapping[str, str]) -> str | None:
    """The path of `cml`, None when it is not there."""
    return shutil.which("cml", path=environment.get("PATH"))


def run_program(command: Sequence[str], environment: Mapping[str, str], limit: float) -> tuple[int | None, str, str]:
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
