"""What the checks of reading cost at 1,000,000 rows: their seconds as a share of a run, for text and for Parquet."""

from __future__ import annotations

import importlib
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.measure import measure
from report.config.schema import DataConfig
from report.data import load_dataset

ENTRYPOINT = Path(__file__).resolve().parent.parent / "entrypoint.py"
LARGEST_SHARE = 0.05
CHECKS = {  # where each is called from
    "report.data.load": ("number_notices", "date_notices"),
    "report.data.sources": ("check_names", "header_notices", "value_notices", "footer_notice", "check_parsed_dates"),
    "report.data.text_rows": ("_are_joined", "_separator_note", "width_notices"),
    "report.data.formats": ("sheet_notices",),
    "report.data.rows": ("without_nesting",),
}


def share_row(file: Path, runs: int) -> str:
    """A row of Markdown. file : the data of the `ml-report.yml` beside it, with the target `target`."""
    whole, checks = [], []
    for _ in range(runs):
        whole.append(measure([sys.executable, str(ENTRYPOINT), "run"], file.parent).seconds)
        checks.append(check_seconds(file))
    share = statistics.median(part / run for part, run in zip(checks, whole, strict=True))
    cells = [file.name, f"{statistics.median(whole):.1f} s", f"{statistics.median(checks):.2f} s", f"**{share:.1%}**"]
    return f"| {' | '.join([*cells, f'{LARGEST_SHARE:.0%}'])} |"


def check_seconds(file: Path) -> float:
    """The seconds that the checks take while these data are read."""
    spent: list[float] = []
    originals = {(module, name): _replace(module, name, spent) for module, names in CHECKS.items() for name in names}
    try:
        config = DataConfig(source=file.name, target="target")
        load_dataset(config, task="auto", slices=(), root=file.parent)
    finally:
        for (module, name), original in originals.items():
            setattr(importlib.import_module(module), name, original)
    return sum(spent)


def _replace(module: str, name: str, spent: list[float]) -> Callable[..., Any]:
    original: Callable[..., Any] = getattr(importlib.import_module(module), name)

    def timed(*arguments: Any, **named: Any) -> Any:
        begun = time.perf_counter()
        try:
            return original(*arguments, **named)
        finally:
            spent.append(time.perf_counter() - begun)

    setattr(importlib.import_module(module), name, timed)
    return original
