"""Install what the action runs on, and name the interpreter in a step output. Needs the standard library only.

The repository names no requirements: exactly `requirements.lock`, hashes checked. It names a file: one resolution of
that file and of the ranges in our `pyproject.toml`, so that its own pins hold. `python` is given: what is missing there
is installed into it, and what it has stays where the ranges allow it.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
sys.path[:0] = [str(HERE), str(ROOT)]

from environment import clean_environment  # noqa: E402 - found by the line above

from report.core.errors import ReportError  # noqa: E402
from report.core.installing import Installer, interpreter, ranges, scripts_of  # noqa: E402
from report.publishing.annotations import annotate_error, log_text  # noqa: E402
from report.publishing.outputs import write_outputs  # noqa: E402


def main() -> int:
    """0, or 2 with an annotation when the packages cannot be installed."""
    home = Path(os.environ["RUNNER_TEMP"]) / "ml-report-action"
    try:
        outputs = install(
            home,
            given=os.environ.get("ML_REPORT_PYTHON", ""),
            requirements=os.environ.get("ML_REPORT_REQUIREMENTS", ""),
        )
    except ReportError as error:
        for problem in error.problems:
            annotate_error(problem)
        return 2
    write_outputs(os.environ["GITHUB_OUTPUT"], {name: str(path) for name, path in outputs.items()})
    return 0


def install(home: Path, *, given: str, requirements: str) -> dict[str, Path]:
    """`python`: the interpreter that has all packages; `uv`, and `own-python`, which has nothing of the repository's.

    home : a folder of the action's own.
    """
    locked = not given and not requirements
    wanted = ["--require-hashes", "-r", str(ROOT / "requirements.lock")] if locked else ranges(requirements)
    python = interpreter(Path(shutil.which(given) or given)) if given else None
    installer = _installer(home / "uv")
    python = python or installer.make_environment(_folder(home, requirements))
    installer.install(python, wanted)
    if locked and Path("requirements.txt").exists():
        print("requirements.txt is not used: name it with the input `requirements` to train with its versions")
    return {"python": python, "uv": installer.uv, "own-python": interpreter(home / "uv")}


def _installer(folder: Path) -> Installer:
    """uv, in a virtual environment of its own. A package's build is code of somebody else's: no tokens for it."""
    uv = scripts_of(folder) / ("uv.exe" if os.name == "nt" else "uv")
    installer = Installer(uv, clean_environment(os.environ), _tell)
    if not uv.exists():
        installer.call(sys.executable, "-m", "venv", folder, why="no virtual environment can be made")
        pip = [interpreter(folder), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        installer.call(*pip, "--require-hashes", "-r", HERE / "tools.lock", why="uv cannot be installed")
    return installer


def _folder(home: Path, requirements: str) -> Path:
    """One environment for each requirements file, so that two reports in a job do not mix their versions."""
    source = str(Path(requirements).resolve()) if requirements else ""
    return home / f"venv-{hashlib.sha256(source.encode()).hexdigest()[:12]}"


def _tell(text: str) -> None:
    print(log_text(text), end="", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
