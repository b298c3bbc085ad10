"""A folder with one configuration file in it, read as a user's would be."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from report.config import Override, load_config
from report.config.schema import Config
from report.core.errors import ConfigError

NAME = "ml-report.yml"


@pytest.fixture
def read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Config]:
    """Reads a configuration given as text or bytes, and `KEY=VALUE` from the command line."""
    monkeypatch.chdir(tmp_path)

    def read_text(content: str | bytes, *overrides: str | Override) -> Config:
        Path(NAME).write_bytes(content.encode() if isinstance(content, str) else content)
        given = [
            override if isinstance(override, Override) else Override("command line", *override.split("=", 1))
            for override in overrides
        ]
        return load_config(Path(NAME), given)

    return read_text


@pytest.fixture
def told(read: Callable[..., Config]) -> Callable[..., list[str]]:
    """Every problem of a bad configuration, as it is printed: place, message, hint."""

    def problems(content: str | bytes, *overrides: str | Override) -> list[str]:
        with pytest.raises(ConfigError) as caught:
            read(content, *overrides)
        return [str(problem) for problem in caught.value.problems]

    return problems
