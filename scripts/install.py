"""Install what the action runs on, and name the interpreter in a step output. Needs the standard library only.

The repository names no requirements: exactly `requirements.lock`, hashes checked. It names a file: one resolution of
that file and of the ranges in our `pyproject.toml`, so that its own pins hold. `python` is given: what is missing there
is installed into it, and what it has stays where the ranges allow it.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
sys.path[:0] = [str(HERE), str(ROOT)]

from environment import clean_environment  # noqa: E402 - found by the line above

from report.core.errors import Place, ReportError  # noqa: E402
from report.publishing.annotations import annotate_error, log_text  # noqa: E402
from report.publishing.outputs import write_outputs  # noqa: E402

LOWEST = (3, 10)


def main() -> int:
    """0, or 2 with an annotation when the packages cannot be installed."""
    home = Path(os.environ["RUNNER_TEMP"]) / "ml-report-action"
    try:
        python = install(
            home,
            given=os.environ.get("ML_REPORT_PYTHON", ""),
            requirements=os.environ.get("ML_REPORT_REQUIREMENTS", ""),
        )
    except ReportError as error:
        for problem in error.problems:
            annotate_error(problem)
        return 2
    write_outputs(os.environ["GITHUB_OUTPUT"], {"python": str(python)})
    return 0


def install(home: Path, *, given: str, requirements: str) -> Path:
    """The interpreter that has all packages. home : a folder of the action's own."""
    locked = not given and not requirements
    wanted = ["--require-hashes", "-r", str(ROOT / "requirements.lock")] if locked else _ranges(requirements)
    python = _interpreter(Path(shutil.which(given) or given)) if given else None
    uv = _uv(home / "uv")
    python = python or _environment(uv, home, requirements)
    _call(
        uv, "pip", "install", "--compile-bytecode", "--python", python, *wanted, why="the packages cannot be installed"
    )
    if locked and Path("requirements.txt").exists():
        print("requirements.txt is not used: name it with the input `requirements` to train with its versions")
    return python


def _ranges(file: str) -> list[str]:
    if file and not Path(file).is_file():
        raise ReportError(
            f"there is no file '{file}'",
            place=Place(key="requirements"),
            hint="name a requirements.txt or pyproject.toml, relative to the working directory",
        )
    return [*(["-r", file] if file else []), "-r", str(ROOT / "pyproject.toml")]


def _uv(folder: Path) -> Path:
    uv = _scripts(folder) / ("uv.exe" if os.name == "nt" else "uv")
    if not uv.exists():
        _call(sys.executable, "-m", "venv", str(folder), why="no virtual environment can be made")
        pip = [str(_interpreter(folder)), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        _call(*pip, "--require-hashes", "-r", str(HERE / "uv.lock"), why="uv cannot be installed")
    return uv


def _environment(uv: Path, home: Path, requirements: str) -> Path:
    """One environment for each requirements file, so that two reports in a job do not mix their versions."""
    source = str(Path(requirements).resolve()) if requirements else ""
    folder = home / f"venv-{hashlib.sha256(source.encode()).hexdigest()[:12]}"
    _call(uv, "venv", "--quiet", "--allow-existing", "--python", sys.executable, str(folder), why="no environment")
    return _interpreter(folder)


def _interpreter(path: Path) -> Path:
    """The interpreter at a path, which may be a virtual environment; raises ReportError when it cannot be used."""
    python = path
    if path.is_dir():
        python = _scripts(path) / ("python.exe" if os.name == "nt" else "python")
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


def _scripts(environment: Path) -> Path:
    return environment / ("Scripts" if os.name == "nt" else "bin")


def _call(*command: str | Path, why: str) -> None:
    """Run a command, without tokens: a package's build is code of somebody else's."""
    ended = subprocess.run(
        [str(part) for part in command],
        env=clean_environment(os.environ),
        stderr=subprocess.PIPE,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    print(log_text(ended.stderr), end="", file=sys.stderr)
    if ended.returncode != 0:
        raise ReportError(
            f"{why}:\n{ended.stderr.strip()[-2000:]}",
            hint="loosen the versions in the requirements, or give a prepared environment with the input `python`",
        )


if __name__ == "__main__":
    sys.exit(main())
