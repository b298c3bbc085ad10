"""`make bench`: the product against a bare scikit-learn script, as ratios within one run, in turn: A B A B …"""

from __future__ import annotations

import argparse
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from importlib import metadata
from pathlib import Path

import numpy as np
import pandas as pd
import psutil

from benchmarks.comparison import MOST_SECONDS, cached_base_row, interval_seconds
from benchmarks.measure import Measurement, measure
from benchmarks.reading import share_row
from report.core.values import Task

ROOT = Path(__file__).resolve().parent.parent
CASES = {"digits": (2.0, None), "100k.csv": (2.0, 1.5), "1m.parquet": (1.25, 1.3)}  # at most: wall time, peak memory
TASKS = (Task.BINARY, Task.REGRESSION)
CONFIG = """\
data:
  source: {source}
  target: target
models:
  logistic: {{estimator: sklearn.linear_model.LogisticRegression, params: {{max_iter: 200}}}}
  boosting: sklearn.ensemble.HistGradientBoostingClassifier
metrics: [accuracy, log_loss]
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("cases", nargs="*", default=list(CASES), help="of: " + ", ".join(CASES))
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        print(_versions())
        print("| input | ours | bare | wall time | at most | ours | bare | peak memory | at most |")
        print("|---|--:|--:|--:|--:|--:|--:|--:|--:|")
        for case in options.cases:
            print(_row(case, folder, options.runs), flush=True)
        print("\n| first run | head alone | with a cached base | added | at most | memory added | at most |")
        print("|--:|--:|--:|--:|--:|--:|--:|")
        print(_comparison(folder / "comparison", options.runs), flush=True)
        print("\n| checks of reading | a whole run | checks | share | at most |\n|---|--:|--:|--:|--:|")
        for case in ("1m.csv", "1m.parquet"):
            print(_reading(folder / "reading", case, options.runs), flush=True)
        print(f"\nAll intervals of one pair at 1,000,000 rows, seconds of one core (at most {MOST_SECONDS}): ", end="")
        print(", ".join(f"{task.value} {interval_seconds(task, 1_000_000, options.runs):.2f} s" for task in TASKS))
        print(f"\nA configuration error is reported in {_error_seconds(folder, options.runs):.2f} s (at most 0.5 s).")


def _comparison(folder: Path, runs: int) -> str:
    folder.mkdir()
    (folder / "ml-report.yml").write_text(CONFIG.format(source="1m.parquet"))
    _write_table(folder / "1m.parquet", rows=1_000_000)
    return cached_base_row(folder, runs)


def _reading(folder: Path, case: str, runs: int) -> str:
    folder.mkdir(exist_ok=True)
    (folder / "ml-report.yml").write_text(CONFIG.format(source=case))
    _write_table(folder / case, rows=1_000_000)
    return share_row(folder / case, runs)


def _row(case: str, folder: Path, runs: int) -> str:
    (folder / "ml-report.yml").write_text(CONFIG.format(source="sklearn:digits" if case == "digits" else case))
    if case != "digits":
        _write_table(folder / case, rows=100_000 if case.startswith("100k") else 1_000_000)
    ours, bare = [], []
    for _ in range(runs):
        ours.append(measure([sys.executable, str(ROOT / "entrypoint.py"), "run"], folder))
        bare.append(measure([sys.executable, str(ROOT / "benchmarks" / "bare.py"), case], folder))
    cells = [
        case,
        *_cells(ours, bare, "seconds", "s", CASES[case][0]),
        *_cells(ours, bare, "mebibytes", "MiB", CASES[case][1]),
    ]
    return f"| {' | '.join(cells)} |"


def _cells(ours: list[Measurement], bare: list[Measurement], field: str, unit: str, limit: float | None) -> list[str]:
    pairs = [(getattr(a, field), getattr(b, field)) for a, b in zip(ours, bare, strict=True)]
    ratio = statistics.median(a / b for a, b in pairs)
    digits = 1 if unit == "s" else 0
    medians = [f"{statistics.median(side):.{digits}f} {unit}" for side in zip(*pairs, strict=True)]
    return [*medians, f"**{ratio:.2f} ×**", "–" if limit is None else f"{limit} ×"]


def _write_table(file: Path, rows: int, columns: int = 20) -> None:
    generator = np.random.default_rng(0)
    X = generator.normal(size=(rows, columns))
    margin = X @ generator.normal(size=columns) + X[:, 0] * X[:, 1] + generator.logistic(size=rows)
    frame = pd.DataFrame(X, columns=[f"x{i}" for i in range(columns)]).assign(target=(margin > 0).astype(int))
    if file.suffix == ".parquet":
        frame.to_parquet(file)
    else:
        frame.to_csv(file, index=False)


def _error_seconds(folder: Path, runs: int) -> float:
    (folder / "ml-report.yml").write_text("models: {forest: {estimater: x}}\n")
    command = [sys.executable, str(ROOT / "entrypoint.py"), "run"]
    seconds = []
    for _ in range(runs):
        begun = time.perf_counter()
        ended = subprocess.run(command, cwd=folder, capture_output=True, check=False)
        seconds.append(time.perf_counter() - begun)
        if ended.returncode != 2:
            raise SystemExit(f"expected a configuration error, got exit code {ended.returncode}")
    return statistics.median(seconds)


def _versions() -> str:
    packages = ", ".join(f"{name} {metadata.version(name)}" for name in ("scikit-learn", "numpy", "pandas", "pyarrow"))
    return f"Python {platform.python_version()}, {packages}; {len(psutil.Process().cpu_affinity())} cores\n"


if __name__ == "__main__":
    main()
