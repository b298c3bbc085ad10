"""Where and when a run happens: the clock of its stages, and what it ran on."""

from __future__ import annotations

import os
import platform
import time
from contextlib import contextmanager
from datetime import datetime, timezone
from importlib import metadata
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


def _version(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None
