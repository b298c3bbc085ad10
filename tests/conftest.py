"""For every test: fast ones first, and each leaves the search for modules as it was."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from collections.abc import Iterator

os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # processes keep compiled modules, as those of a user do

settings.register_profile("any machine", deadline=None)  # a busy runner is no failure: time is measured by benchmarks
settings.load_profile("any machine")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Slow tests run last, in their order."""
    items.sort(key=lambda item: item.get_closest_marker("slow") is not None)


@pytest.fixture(autouse=True)
def _the_search_for_modules_stays() -> Iterator[None]:
    """A repository ends the search from its first import on: the next test has another, with modules of its own."""
    path, modules = list(sys.path), set(sys.modules)
    yield
    sys.path[:] = path
    for name in set(sys.modules) - modules:
        if "pytest-of-" in (getattr(sys.modules[name], "__file__", None) or ""):
            del sys.modules[name]
