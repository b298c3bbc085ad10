"""What a comparison with a cached base adds to a run at 1,000,000 rows, and what all intervals of one pair cost."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
from threadpoolctl import threadpool_limits

from benchmarks.measure import Measurement, measure
from benchmarks.verdicts import Model, draw, named, target_of
from report.comparison.changes import Fits
from report.comparison.measuring import metric_changes
from report.core.values import Task

ROOT = Path(__file__).resolve().parent.parent
MOST_SECONDS, MOST_SHARE, MOST_MEBIBYTES = 1.5, 0.05, 512


def cached_base_row(folder: Path, runs: int) -> str:
    """Head with a cached base against head alone, in turn. folder : holds a configuration and its data."""
    for command in (["init", "-q"], ["add", "."], _commit("base")):
        subprocess.run(["git", *command], cwd=folder, check=True)
    config = folder / "ml-report.yml"
    config.write_text(config.read_text().replace("max_iter: 200", "max_iter: 200, C: 0.5"))
    subprocess.run(["git", *_commit("head", "-a")], cwd=folder, check=True)
    first = _run(folder, "HEAD~1")
    pairs = [(_run(folder, "none"), _run(folder, "HEAD~1")) for _ in range(runs)]
    added = statistics.median(both.seconds / alone.seconds - 1 for alone, both in pairs)
    memory = statistics.median(both.mebibytes - alone.mebibytes for alone, both in pairs)
    alone, both = (statistics.median(side[at].seconds for side in pairs) for at in (0, 1))
    cells = [f"{first.seconds:.1f} s", f"{alone:.1f} s", f"{both:.1f} s", f"**{added:+.1%}**", f"{MOST_SHARE:.0%}"]
    return f"| {' | '.join([*cells, f'**{memory:+.0f} MiB**', f'{MOST_MEBIBYTES} MiB'])} |"


def interval_seconds(task: Task, n_rows: int, runs: int) -> float:
    """CPU seconds of the changes of all built-in metrics of one pair: values, intervals, verdicts and p-values."""
    base, head = draw(task, (Model(1.1), Model(1.0)), n_rows, np.random.default_rng(0))
    target = replace(target_of(task), encoded=head.y_true, values=head.y_true)
    metrics = named(task)
    infos = [metric.info for metric in metrics.values()]
    seconds = []
    with threadpool_limits(1):  # idle threads of linear algebra spin, which counts as CPU time
        for _ in range(runs):
            begun = time.process_time()
            metric_changes(Fits([base], [head]), infos, metrics, target, 0.0)
            seconds.append(time.process_time() - begun)
    return statistics.median(seconds)


def _run(folder: Path, base: str) -> Measurement:
    return measure([sys.executable, str(ROOT / "entrypoint.py"), "run", "--base", base], folder)


def _commit(message: str, *options: str) -> list[str]:
    who = ["-c", "user.name=bench", "-c", "user.email=bench@example.org"]
    return [*who, "commit", "-q", *options, "-m", message]
