"""For every test: fast ones first."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pytest


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Slow tests run last, in their order."""
    items.sort(key=lambda item: item.get_closest_marker("slow") is not None)
