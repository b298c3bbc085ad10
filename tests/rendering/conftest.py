"""Hand-made reports, and the golden files that they are held against.

`make golden` (UPDATE_GOLDEN=1) writes the golden files anew; read them before you commit them.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.rendering import base_sides, comparisons

if TYPE_CHECKING:
    from collections.abc import Callable

    from report.core.comparison import Comparison

UPDATE = os.environ.get("UPDATE_GOLDEN") == "1"
MAKERS = {
    "binary": comparisons.binary,
    "regression": comparisons.regression,
    "digits": comparisons.digits,
    "improved": base_sides.improved,
    "worse": base_sides.worse,
}


@pytest.fixture(params=MAKERS, ids=str)
def report_name(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
def comparison(report_name: str) -> Comparison:
    """Each of the hand-made reports in turn."""
    return MAKERS[report_name]()


@pytest.fixture
def binary() -> Comparison:
    """Three models, one of which failed, with gates, warnings and everything else that a report can show."""
    return comparisons.binary()


@pytest.fixture
def golden() -> Callable[[str | Path, str], None]:
    """Hold a text against a golden file, or write it when they are to be updated."""

    def check(name: str | Path, text: str) -> None:
        file = Path(name) if Path(name).is_absolute() else Path(__file__).parent / "golden" / name
        if UPDATE:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(text.encode())
        assert text == file.read_text("utf-8"), f"{file.name} has changed: `make golden`, then read the difference"

    return check
