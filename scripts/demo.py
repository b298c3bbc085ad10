"""Run head against base on an example: a scratch repository whose last commit makes the example out of a weaker one."""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent.parent
EXAMPLE = HERE / "examples" / "tabular"
# What base had in the place of what the example has, and how many rows of its data
WEAKER = (
    ("params: {max_iter: 500}", "params: {max_iter: 500, C: 0.001}"),
    ("n_estimators: 100, min_samples_leaf: 3", "n_estimators: 5, max_depth: 1"),
    ("max_iter: 80, learning_rate: 0.1", "max_iter: 15, learning_rate: 0.05"),
)
ROWS = 400
DATA = Path("data") / "tumours.csv"


def main() -> int:
    """Make the repository, run, and leave the report in `--output`; the exit code is that of the run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--output", type=Path, default=HERE / "demo")
    output = parser.parse_args().output.resolve()
    with tempfile.TemporaryDirectory(prefix="ml-report-demo-", ignore_cleanup_errors=True) as name:
        repository = Path(name) / "repository"
        make_repository(repository)
        command = [sys.executable, str(HERE / "entrypoint.py"), "run", "--base", "HEAD~1", "--output", str(output)]
        return subprocess.run(command, cwd=repository, check=False, env=_environment()).returncode


def make_repository(folder: Path) -> None:
    """Two commits: the example with weaker models on fewer rows, then the example."""
    shutil.copytree(EXAMPLE, folder, ignore=shutil.ignore_patterns("ml-report"))
    head = {file: (folder / file).read_text("utf-8") for file in (Path("ml-report.yml"), DATA)}
    weaker = head[Path("ml-report.yml")]
    for ours, theirs in WEAKER:
        if ours not in weaker:
            raise SystemExit(f"{EXAMPLE / 'ml-report.yml'} has no '{ours}' any more: mend {__file__}")
        weaker = weaker.replace(ours, theirs)
    _commit(folder, {Path("ml-report.yml"): weaker, DATA: "".join(head[DATA].splitlines(keepends=True)[: ROWS + 1])})
    _commit(folder, head)


def _commit(folder: Path, files: dict[Path, str]) -> None:
    for file, text in files.items():
        (folder / file).write_text(text, "utf-8", newline="")
    identity = ("-c", "user.name=demo", "-c", "user.email=demo@localhost", "-c", "commit.gpgsign=false")
    for command in (("init", "--quiet"), ("add", "--all"), (*identity, "commit", "--quiet", "--message", "demo")):
        subprocess.run(("git", *command), cwd=folder, check=True, env=_environment())


def _environment() -> dict[str, str]:
    """Without variables that would make git look at another repository, as within a hook."""
    return {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}


if __name__ == "__main__":
    sys.exit(main())
