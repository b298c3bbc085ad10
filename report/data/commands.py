"""The repository's own commands that make its data, such as `dvc pull`, run before anything is read."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

from ..core.errors import DataError, Place
from ..core.processes import Say, WatchedProcess
from ..core.terminating import terminable

_EXIT_OF_POWERSHELL = "if ((Test-Path -LiteralPath variable:LASTEXITCODE)) { exit $LASTEXITCODE }"


def run_commands(commands: Sequence[str], root: Path, *, limit: float, say: Say) -> None:
    """Run each in a shell, one after the other, until one fails. `python` is the one that trains.

    root : where they run. limit : seconds that each may take. say : takes each line that they print.
    Raises DataError with the last lines of one that fails or takes too long.
    """
    for command in commands:
        say(f"$ {command}")
        _run(command, root, limit, say)


def _run(command: str, root: Path, limit: float, say: Say) -> None:
    with terminable(), WatchedProcess(_in_shell(command), root, _variables(), limit=limit, say=say) as process:
        failure = process.wait()
    if failure is not None:
        raise DataError(
            "\n".join([f"`{command}` {failure}", *(f"  {line}" for line in process.last_lines)]),
            place=Place(key="prepare"),
            hint="try the command in the same folder; it may take as long as `compute.time_limit` says",
        )


def _variables() -> dict[str, str]:
    """Those of this process, where the programs of its virtual environment are found first."""
    if sys.prefix == sys.base_prefix:
        return dict(os.environ)
    folders = [str(Path(sys.executable).parent), *filter(None, [os.environ.get("PATH")])]
    return {**os.environ, "PATH": os.pathsep.join(folders)}


def _in_shell(command: str) -> list[str] | str:
    """The shells that GitHub runs a step in: several lines are fine, and the first failure ends them."""
    if os.name != "nt":
        bash = shutil.which("bash")
        return [bash, "--noprofile", "--norc", "-eo", "pipefail", "-c", command] if bash else ["sh", "-ec", command]
    powershell = shutil.which("pwsh") or shutil.which("powershell")
    if powershell is None:
        return f'cmd /d /s /c "{command}"'
    script = f"$ErrorActionPreference='stop'\n{command}\n{_EXIT_OF_POWERSHELL}"
    return [powershell, "-NoProfile", "-NonInteractive", "-Command", script]
