"""What the steps of the action, and people on a laptop, call: `python entrypoint.py run`.

The package is loaded under a private name, and its folder is not searched for modules, so that a repository's own
`report.py` is what its model code gets when it says `import report`.
"""

from __future__ import annotations

import gc
import importlib
import importlib.util
import os
import shlex
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
PACKAGE = "ml_report_action"


def load_package() -> None:
    """Make the folder `report` importable as `ml_report_action`; worker processes run this too."""
    sys.path[:] = [entry for entry in sys.path if Path(entry or ".").resolve() != HERE]
    if PACKAGE in sys.modules:
        return
    folder = HERE / "report"
    spec = importlib.util.spec_from_file_location(
        PACKAGE, folder / "__init__.py", submodule_search_locations=[str(folder)]
    )
    if spec is None or spec.loader is None:
        raise ImportError(f"the package is missing: {folder}")
    module = importlib.util.module_from_spec(spec)
    sys.modules[PACKAGE] = module
    spec.loader.exec_module(module)


def command_as_typed() -> str:
    """How the user called this program, up to its path: what can be copied from a hint."""
    typed = sys.orig_argv[: len(sys.orig_argv) - len(sys.argv) + 1]
    return subprocess.list2cmdline(typed) if os.name == "nt" else shlex.join(typed)


load_package()

if __name__ == "__main__":
    try:
        cli = importlib.import_module(f"{PACKAGE}.cli")
    except ModuleNotFoundError as error:
        sys.exit(f"error: the package '{error.name}' is not installed\n  → pip install -r {HERE / 'requirements.lock'}")
    code = cli.main(sys.argv[1:], os.environ, program=command_as_typed())
    gc.freeze()  # what is left goes with the process: to collect it first takes a third of a second
    sys.exit(code)
