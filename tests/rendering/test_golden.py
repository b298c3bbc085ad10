"""Whole reports, as they were read and found good. `make golden` writes them anew: read the difference."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

from report.rendering.build import build_document
from report.rendering.html import render_html
from report.rendering.json_report import render_json
from report.rendering.markdown import render_markdown
from report.rendering.plots.files import PlotFile

if TYPE_CHECKING:
    from collections.abc import Callable

    from report.core.comparison import Comparison


PLOTS = tuple(
    PlotFile(name, Path(f"plots/{name}.png"), title, f"{title}, in words.", section, width)
    for name, title, section, width in (
        ("loss", "Loss curves", "curves", 800),
        ("metrics", "Model comparison", "models", 800),
        ("confusion", "Confusion matrix", "details", 400),
        ("roc", "ROC", "details", 400),
    )
)


def test_markdown(report_name: str, comparison: Comparison, golden: Callable[[str, str], None]) -> None:
    """With the pictures, and the charts that stand for them elsewhere."""
    golden(f"{report_name}.md", render_markdown(build_document(comparison, PLOTS)))


def test_json(report_name: str, comparison: Comparison, golden: Callable[[str, str], None]) -> None:
    report = json.loads(render_json(comparison))
    golden(f"{report_name}.json", json.dumps(short(report), indent=2, ensure_ascii=False) + "\n")


def test_html(report_name: str, comparison: Comparison, golden: Callable[[str, str], None], tmp_path: Path) -> None:
    page = render_html(build_document(comparison), tmp_path, passed=comparison.passed)
    body = page[page.index("<main>") : page.index("</body>")]
    golden(f"{report_name}.html", re.sub(r"\n\s*\n+", "\n", body))


def short(value: object) -> object:
    """The value with long lists of numbers cut, for people to read."""
    if isinstance(value, dict):
        return {key: short(entry) for key, entry in value.items()}
    if not isinstance(value, list):
        return value
    numbers = len(value) > 4 and all(isinstance(entry, (int, float, list)) for entry in value)
    return [*map(short, value[:3]), f"… {len(value) - 3} more"] if numbers else [short(entry) for entry in value]
