"""The scripts that the steps of the action run, as modules and as processes."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType

SCRIPTS = Path(__file__).resolve().parents[2] / "scripts"


def script(name: str) -> ModuleType:
    """A script as a module, with its siblings where it finds them."""
    if str(SCRIPTS) not in sys.path:
        sys.path.append(str(SCRIPTS))
    spec = importlib.util.spec_from_file_location(f"scripts_{name}", SCRIPTS / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def run(name: str, folder: Path, **variables: str) -> tuple[subprocess.CompletedProcess[str], str]:
    """Run a script as its step does; what it printed, and the step outputs."""
    output = folder / "output"
    output.touch()
    environment = os.environ | {
        "RUNNER_TEMP": str(folder),
        "GITHUB_OUTPUT": str(output),
        "GITHUB_WORKSPACE": str(folder),
    }
    ended = subprocess.run(
        [sys.executable, "-I", SCRIPTS / f"{name}.py"],
        cwd=folder,
        env=environment | variables,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    return ended, output.read_text("utf-8")
