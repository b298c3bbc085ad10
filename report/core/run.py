"""Where and when a run happens: the clock of its stages, and what it ran on."""

from __future__ import annotations

import os
import platform
import sys
import time
from contextlib import contextmanager, suppress
from datetime import datetime, timezone
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

from .. import __version__
from .results import RunInfo

if TYPE_CHECKING:
    from collections.abc import Iterator

PACKAGES = ("numpy", "scipy", "pandas", "pyarrow", "scikit-learn", "skrub", "xgboost", "lightgbm", "catboost")


class RunClock:
    """Times the stages of one run."""

    def __init__(self, *, commit: str | None = None, config_file: str | None = None) -> None:
        self._started = datetime.now(timezone.utc)
        self._commit = commit
        self._config_file = config_file
        self._seconds: dict[str, float] = {}

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Count the wall time of the context as that of a stage."""
        begun = time.perf_counter()
        try:
            yield
        finally:
            self._seconds[name] = self._seconds.get(name, 0.0) + time.perf_counter() - begun

    def info(self) -> RunInfo:
        """The run as known by now; a stage that goes on is not in it yet."""
        return RunInfo(
            started=self._started.isoformat(timespec="seconds"),
            seconds=dict(self._seconds),
            python=platform.python_version(),
            platform=platform.platform(terse=True),
            cores=usable_cores(),
            packages=installed_packages(),
            version=__version__,
            commit=self._commit,
            config_file=self._config_file,
        )


def usable_cores() -> int:
    """The cores that this process may use."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # macOS and Windows
        return os.cpu_count() or 1


def installed_packages() -> dict[str, str]:
    """Versions of the packages that decide what a model learns."""
    return {name: version for name in PACKAGES if (version := _version(name)) is not None}


def every_package() -> dict[str, str]:
    """Versions of all packages, those that decide what a model learns first, the others in the order of their names."""
    folders = (folder.stem for entry in sys.path for folder in Path(entry or ".").glob("*.dist-info"))
    found = {name.replace("_", "-").lower(): version for name, _, version in (stem.partition("-") for stem in folders)}
    return installed_packages() | {name: found[name] for name in sorted(found) if name not in PACKAGES}


def available_memory() -> int | None:
    """Bytes that may still be taken, within the limit of a container; None where it is not told."""
    try:
        told = Path("/proc/meminfo").read_text("ascii")
        free = next(int(line.split()[1]) * 1024 for line in told.splitlines() if line.startswith("MemAvailable:"))
    except (OSError, StopIteration, ValueError):
        return None
    with suppress(OSError, ValueError):  # no limit, or none that is told here
        group = Path("/sys/fs/cgroup")
        used = int((group / "memory.current").read_text("ascii"))
        return min(free, max(int((group / "memory.max").read_text("ascii")) - used, 0))
    return free


def _version(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None
