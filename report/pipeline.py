"""The stages in order: configuration → data → models → evaluation → comparison → report."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from .comparison import check_gates, gated_metrics
from .core.comparison import Comparison
from .data import load_dataset, split_dataset
from .evaluation import choose_metrics, evaluate, scorer
from .models import fit_models, prepare_workers
from .rendering import check_report, load_plotting, write_report

if TYPE_CHECKING:
    from pathlib import Path

    from .config.schema import Config
    from .core.progress import Progress
    from .core.run import RunClock
    from .core.values import Target
    from .evaluation import Metric


def run(config: Config, *, root: Path, output: Path, clock: RunClock, progress: Progress) -> Comparison:
    """Train and evaluate every model of a configuration, and write the report.

    root : the repository: paths and import paths are relative to it. output : the folder of the report.
    Raises ReportError where the configuration, the data or the repository's code is at fault.
    """
    check_report(config.report)
    prepare_workers()
    with progress.stage("Data"), clock.stage("data"):
        dataset = load_dataset(config.data, task=config.task, slices=config.slices, root=root)
        split = split_dataset(dataset, config.data)
        metrics = _metrics(config, dataset.target, root)
    threading.Thread(target=load_plotting, daemon=True).start()  # this process only waits while workers fit
    with progress.stage("Models"), clock.stage("models"):
        runs = fit_models(
            config, dataset, split, root=root, score=scorer(metrics[0], dataset.target), progress=progress
        )
    with progress.stage("Evaluation"), clock.stage("evaluation"):
        evaluation = evaluate(dataset, split, runs, metrics, samples=config.samples.rows)
        gates = check_gates(config.gates, evaluation)
    with progress.stage("Report"), clock.stage("report"):
        comparison = Comparison(
            title=config.title or "Model report",
            head=evaluation,
            gates=gates,
            run=clock.info(),
            config=config.model_dump(mode="json", exclude_unset=True),
        )
        write_report(comparison, output=output, report=config.report, dataset=dataset, split=split, runs=runs)
    return comparison


def _metrics(config: Config, target: Target, root: Path) -> tuple[Metric, ...]:
    """Those of the configuration, or of the task, and those that only a gate asks for."""
    metrics = choose_metrics(config.metrics, target, root=root)
    gated = gated_metrics(config.gates, (metric.info.name for metric in metrics))
    return (*metrics, *choose_metrics(gated, target, root=root)) if gated else metrics
