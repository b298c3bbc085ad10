"""How often a verdict is right, how often an interval holds the truth, and what all intervals cost.

    python -m benchmarks.verdicts [--quick]

Two models answer rows drawn from a known distribution, so that the true change is known. Prints Markdown tables.
"""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from report.comparison.changes import estimate_change
from report.comparison.verdicts import verdict_of
from report.core.values import Predictions, Target, Task
from report.evaluation.metrics import METRICS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from report.comparison.statistics.estimate import Estimate
    from report.evaluation.metrics import Metric

N_TRUTH = 2_000_000  # rows that the true change is computed on
METHODS = {  # one metric for each method
    Task.BINARY: ("accuracy", "log_loss", "f1", "mcc", "roc_auc", "average_precision"),
    Task.REGRESSION: ("mae", "rmse", "r2"),
}


NO_CHANGES, REAL_CHANGES = 20_000, 4_000  # enough to tell 5% from 5.5%, and 80% from 78%
MOVED = 150  # draws of moved splits, each with fits of its own


class Model(NamedTuple):
    """How a model errs: its own noise, and how much of it is shared with the other model of the pair."""

    noise: float
    shared: float = 0.7


def target_of(task: Task) -> Target:
    """A target without rows: what the numbers of `Predictions` mean."""
    classes, positive = (("no", "yes"), 1) if task is Task.BINARY else ((), None)
    return Target(task, ("y",), np.empty(0), np.empty(0), classes, positive)


def draw(task: Task, models: tuple[Model, Model], n_rows: int, generator: np.random.Generator) -> list[Predictions]:
    """Two models' answers about the same rows; their errors are correlated, as those of two fits on like data are."""
    common = generator.normal(size=n_rows)
    is_binary = task is Task.BINARY
    truth = (generator.random(n_rows) < 0.4).astype(np.int64) if is_binary else generator.normal(size=n_rows)
    signal = 2.0 * truth - 1.0 if is_binary else truth
    return [_answers(is_binary, truth, signal, model, common, generator) for model in models]


def named(task: Task) -> dict[str, Metric]:
    """The metrics of a task by name."""
    return {metric.info.name: metric for metric in METRICS if task in metric.tasks}


def estimates(
    task: Task, metric: Metric, models: tuple[Model, Model], n_rows: int, repeats: int, seed: int = 0
) -> Iterator[Estimate]:
    """The estimate of a change on so many fresh draws of rows."""
    target, generator = target_of(task), np.random.default_rng(seed)
    for _ in range(repeats):
        yield estimate_change(metric.pairing(target), *draw(task, models, n_rows, generator))


def true_change(task: Task, metric: Metric, models: tuple[Model, Model]) -> float:
    """The change on very many rows."""
    target = target_of(task)
    base, head = draw(task, models, N_TRUTH, np.random.default_rng(99))
    return metric.compute(head, target) - metric.compute(base, target)


def shares(
    task: Task, metric: Metric, models: tuple[Model, Model], n_rows: int, repeats: int, seed: int = 0
) -> dict[str, float]:
    """How often each verdict is given."""
    direction = metric.info.greater_is_better
    found = [
        verdict_of(estimate.interval, 0.0, greater_is_better=direction)
        for estimate in estimates(task, metric, models, n_rows, repeats, seed)
    ]
    return {verdict: found.count(verdict) / repeats for verdict in ("improved", "worse", "unclear")}


def coverage(
    task: Task, metric: Metric, models: tuple[Model, Model], n_rows: int, repeats: int, *, truth: float
) -> float:
    """How often the interval holds the true change."""
    held = [
        estimate.interval.low <= truth <= estimate.interval.high
        for estimate in estimates(task, metric, models, n_rows, repeats)
    ]
    return sum(held) / repeats


def detectable_pair(task: Task, metric: Metric, n_rows: int) -> tuple[Model, Model]:
    """A pair whose true change is what the report calls detectable on so many rows, found by bisection."""
    base = Model(1.0)
    low, high = 0.3, base.noise
    for _ in range(12):
        middle = (low + high) / 2
        pair = (base, Model(middle))
        sample = draw(task, pair, 100_000, np.random.default_rng(7))
        estimate = estimate_change(metric.pairing(target_of(task)), *sample)
        reached = abs(estimate.difference) >= estimate.detectable * np.sqrt(100_000 / n_rows)
        low, high = (middle, high) if reached else (low, middle)
    return base, Model(low)


def seconds_of_all(n_rows: int) -> dict[str, float]:
    """CPU seconds of the interval of each built-in metric for one binary pair."""
    target = target_of(Task.BINARY)
    base, head = draw(Task.BINARY, (Model(1.1), Model(1.0)), n_rows, np.random.default_rng(0))
    found = {}
    for name, metric in named(Task.BINARY).items():
        if (pairing := metric.pairing(target)) is not None:
            begun = time.process_time()
            estimate_change(pairing, base, head)
            found[name] = time.process_time() - begun
    return found


def main() -> None:
    """Print every figure; with --quick those of real models alone, on fewer draws and sizes."""
    from benchmarks.moved_splits import moved_splits_rows
    from benchmarks.real_models import SIZES, copies_rows, coverage_rows, seeds_rows

    is_quick = "--quick" in sys.argv[1:]
    repeats, sizes = (200, (50, 200, 1000)) if is_quick else (1_000, SIZES)
    for title, rows in (
        ("moved splits", moved_splits_rows(MOVED)),
        ("copies", copies_rows(repeats)),
        ("seeds", seeds_rows(repeats)),
        ("coverage", coverage_rows(repeats, sizes)),
    ):
        print(f"\n{title}\n")
        for row in rows:
            print(row, flush=True)
    if not is_quick:
        of_known_distributions()


def of_known_distributions() -> None:
    """Print what is measured on draws from known distributions, and what intervals cost."""
    print("| metric | no change called one | of | detectable found | of |\n|---|--:|--:|--:|--:|")
    for task, names in METHODS.items():
        for name in names:
            metric = named(task)[name]
            null = shares(task, metric, (Model(1.0), Model(1.0)), 1_000, NO_CHANGES)
            found = shares(task, metric, detectable_pair(task, metric, 1_000), 1_000, REAL_CHANGES)
            rates = f"{1 - null['unclear']:.2%} | {NO_CHANGES:,} | {found['improved']:.1%} | {REAL_CHANGES:,}"
            print(f"| {name} | {rates} |", flush=True)
    print("\n| metric | method | coverage at n = 200 | at n = 1,000 |\n|---|---|--:|--:|")
    for task, names in METHODS.items():
        for name in names:
            metric, pair = named(task)[name], (Model(1.1), Model(0.9))
            truth = true_change(task, metric, pair)
            method = next(estimates(task, metric, pair, 200, 1)).method
            held = [coverage(task, metric, pair, n_rows, 1_000, truth=truth) for n_rows in (200, 1_000)]
            print(f"| {name} | {method} | {held[0]:.1%} | {held[1]:.1%} |", flush=True)
    print("\n| metric | CPU seconds at 1,000,000 rows |\n|---|--:|")
    seconds = seconds_of_all(1_000_000)
    for name, spent in seconds.items():
        print(f"| {name} | {spent:.3f} |")
    print(f"| all | {sum(seconds.values()):.2f} |")


def _answers(
    is_binary: bool,
    truth: np.ndarray,
    signal: np.ndarray,
    model: Model,
    common: np.ndarray,
    generator: np.random.Generator,
) -> Predictions:
    own = generator.normal(size=len(truth))
    answer = signal + model.noise * (np.sqrt(model.shared) * common + np.sqrt(1 - model.shared) * own)
    rows = np.arange(len(truth))
    if not is_binary:
        return Predictions(answer, rows, truth)
    chance = 1 / (1 + np.exp(-2 * answer))
    score = np.column_stack([1 - chance, chance])
    return Predictions((chance > 0.5).astype(np.int64), rows, truth, score, "probability")


if __name__ == "__main__":
    main()
