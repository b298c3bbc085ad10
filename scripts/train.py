"""Run the training without the job's secrets, then tell the next steps how it ended. Needs the standard library only.

The process replaces itself by one with a clean environment before anything of the repository runs: neither the
training nor its parent holds a token, in memory or in /proc. The file for step outputs is passed as an argument.
What the repository's code prints, in whatever way, is text: the runner reads commands only of what we say ourselves.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
import threading
from pathlib import Path
from typing import IO, TYPE_CHECKING

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
sys.path[:0] = [str(HERE), str(ROOT)]

from environment import clean_environment, dropped_by_value  # noqa: E402 - found by the line above

from report.publishing.annotations import annotation, log_text  # noqa: E402
from report.publishing.outputs import write_outputs  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Mapping

LONGEST_ID = 80  # characters
LONGEST_LINE = 10_000  # characters; what is longer comes in pieces
SECONDS_TO_END = 5.0  # for output that is under way when the run has ended
BUG = 3  # the exit code of a run that ended in no way it knows


def main(arguments: list[str]) -> int:
    """0 whatever becomes of the training: its exit code is a step output, and decides after the report is out."""
    if arguments:
        train(*arguments)
        return 0
    name = report_id(os.environ)
    command = [sys.executable, "-I", __file__, os.environ["GITHUB_OUTPUT"], name]
    command += [os.environ["ML_REPORT_CONFIG"], os.environ["ML_REPORT_OUTPUT"]]
    environment = clean_environment(os.environ)
    if dropped := dropped_by_value(os.environ, environment):
        print(log_text(f"Kept from the training, as they hold a token of GitHub: {', '.join(dropped)}"), flush=True)
    warn_of_checkout_token()
    if os.name != "nt":  # there, a replaced process would return to the shell at once
        os.execve(command[0], command, environment)  # noqa: S606 - the arguments are our own
    return subprocess.run(command, env=environment, check=False).returncode


def train(output_file: str, name: str, config: str, output: str) -> None:
    """Run, and write the step outputs: exit code, name, and where the report and its page are when there are any."""
    folder = Path(output)
    (folder / "report.json").unlink(missing_ok=True)  # that of an earlier run must not be published as this one's
    command = [sys.executable, str(ROOT / "entrypoint.py"), "run", f"--config={config}", f"--output={output}"]
    code = run(command)
    if code < 0:
        message = f"The run was ended by signal {-code}. Most often the runner has too little memory for the data."
        print(annotation("error", message, title="ml-report"), flush=True)
    outputs = {"exit-code": str(code if code >= 0 else 128 - code), "report-id": name}
    if (folder / "report.json").exists():
        outputs |= {"folder": _from_workspace(folder), "page": _page(folder, name).as_posix()}
    elif code in (0, 1):
        outputs["exit-code"] = str(BUG)
    write_outputs(output_file, outputs)


def run(command: list[str]) -> int:
    """The exit code of our program, which is handed a way of its own to the log."""
    if os.name == "nt":  # only the standard streams can be handed on
        return subprocess.run(command, check=False).returncode
    log = os.dup(sys.stdout.fileno())
    process = subprocess.Popen(
        [*command, f"--log={log}"],
        pass_fds=[log],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        errors="replace",
    )
    reader = threading.Thread(target=relay, args=[process.stdout], daemon=True)
    reader.start()
    try:
        code = process.wait()
    except BaseException:
        process.kill()
        raise
    reader.join(timeout=SECONDS_TO_END)  # what the run has left behind may hold its output open for ever
    return code


def relay(output: IO[str]) -> None:
    """Print every line as text."""
    while line := output.readline(LONGEST_LINE):
        print(log_text(line.rstrip("\n")), flush=True)


def warn_of_checkout_token() -> None:
    """Tell the user when the checkout has left its token where the training can read it."""
    command = ["git", "config", "--get-regexp", r"^http\..*\.extraheader$"]
    if shutil.which("git") and subprocess.run(command, stdout=subprocess.DEVNULL, check=False).returncode == 0:
        message = "The checkout leaves its token in the git configuration: give it `persist-credentials: false`."
        print(annotation("warning", message, title="ml-report"), flush=True)


def report_id(environment: Mapping[str, str]) -> str:
    """What tells this report from others on the pull request: as given, else by workflow, job and configuration."""
    config = _from_workspace(Path(environment["ML_REPORT_CONFIG"]).with_suffix(""))
    names = [environment.get("GITHUB_WORKFLOW", ""), environment.get("GITHUB_JOB", ""), config]
    return _name(environment.get("ML_REPORT_ID") or " ".join(name for name in names if name))


def config_name(environment: Mapping[str, str]) -> str:
    """What tells configurations apart, whichever workflow trains them: [a-z0-9-]."""
    return _name(environment.get("ML_REPORT_ID") or _from_workspace(Path(environment["ML_REPORT_CONFIG"])))


def _name(text: str) -> str:
    """A name of [a-z0-9-], of at most 89 characters; what is lost of the text is told apart by a hash."""
    slug = _slug(text)
    if text.isascii() and len(slug) <= LONGEST_ID:
        return slug
    return f"{slug[:LONGEST_ID].strip('-')}-{hashlib.sha256(text.encode()).hexdigest()[:8]}"


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-") or "ml-report"


def _from_workspace(path: Path) -> str:
    """A path as the later steps see it, which start in the workspace."""
    workspace = Path(os.environ.get("GITHUB_WORKSPACE", ".")).resolve()
    full = path.resolve()
    return (full.relative_to(workspace) if full.is_relative_to(workspace) else full).as_posix()


def _page(folder: Path, name: str) -> Path:
    """A copy of the page under a name of its own: an artifact of one file is called like the file."""
    page = Path(os.environ["RUNNER_TEMP"]) / "ml-report-action" / f"{name}.html"
    page.parent.mkdir(parents=True, exist_ok=True)
    return Path(shutil.copyfile(folder / "report.html", page))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
