"""Environments made by uv. Needs the standard library only: the action installs with it before there are packages."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from .errors import Place, ReportError

ROOT = Path(__file__).resolve().parents[2]
LOWEST = (3, 10)
_LAST_CHARACTERS = 2000
_HINT = "loosen the versions in the requirements, or give a prepared environment with the input `python`"


def ranges(file: str) -> list[str]:
    """What makes uv resolve a requirements file (none: "") together with the ranges of our own packages."""
    if file and not Path(file).is_file():
        raise ReportError(
            f"there is no file '{file}'",
            place=Place(key="requirements"),
            hint="name a requirements.txt or pyproject.toml, relative to the working directory",
        )
    return [*(["-r", file] if file else []), "-r", str(ROOT / "pyproject.toml")]


@dataclass(frozen=True)
class Installer:
    """uv, in an environment. tell : takes what it prints on standard error."""

    uv: Path
    environment: Mapping[str, str]
    tell: Callable[[str], None]

    def make_environment(self, folder: Path) -> Path:
        """A virtual environment with the Python of this process; its interpreter. Raises ReportError."""
        make: list[str | Path] = [self.uv, "venv", "--quiet", "--allow-existing", "--python", sys.executable, folder]
        self.call(*make, why="no environment can be made")
        return interpreter(folder)

    def install(self, python: Path, wanted: Sequence[str]) -> None:
        """Install what `wanted` names, as arguments of `pip install`. Raises ReportError."""
        command: list[str | Path] = [self.uv, "pip", "install", "--python", python, *wanted]
        self.call(*command, why="the packages cannot be installed")

    def call(self, *command: str | Path, why: str) -> None:
        """Run a command; raises ReportError with its last lines when it fails."""
        ended = subprocess.run(
            [str(part) for part in command],
            env=dict(self.environment),
            stderr=subprocess.PIPE,
            encoding="utf-8",
            errors="replace",
            check=False,
        )
        self.tell(ended.stderr)
        if ended.returncode != 0:
            raise ReportError(f"{why}:\n{ended.stderr.strip()[-_LAST_CHARACTERS:]}", hint=_HINT)


def interpreter(path: Path) -> Path:
    """The interpreter at a path, which may be a virtual environment; raises ReportError when it cannot be used."""
    python = path
    if path.is_dir():
        python = scripts_of(path) / ("python.exe" if os.name == "nt" else "python")
    check = f"import sys; sys.exit(sys.version_info < {LOWEST})"
    try:
        usable = subprocess.run([str(python), "-I", "-c", check], check=False).returncode == 0
    except OSError:
        usable = False
    if not usable:
        raise ReportError(
            f"'{path}' is not an interpreter of Python ≥ {'.'.join(map(str, LOWEST))}",
            place=Place(key="python"),
            hint="name an interpreter or the folder of a virtual environment",
        )
    return python.absolute()


def scripts_of(environment: Path) -> Path:
    """Where a virtual environment has its programs."""
    return environment / ("Scripts" if os.name == "nt" else "bin")
