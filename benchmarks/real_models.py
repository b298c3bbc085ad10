"""How often an interval holds the truth, with real models.

scikit-learn models are fitted once on some rows of a large pool, and then scored on fresh draws of validation rows from
it; the true change is that on the whole pool. Every cell is a kind of data with two pairs of models.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from sklearn.ensemble import RandomForestClassifier, RandomForestRegressor
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.multioutput import MultiOutputClassifier
from sklearn.neighbors import KNeighborsClassifier, KNeighborsRegressor
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

from benchmarks.verdicts import named
from report.comparison.changes import estimate_change, estimate_repeated
from report.comparison.pairs import observations
from report.comparison.verdicts import verdict_of
from report.core.values import Predictions, Target, Task
from report.models.predicting import predict

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from report.comparison.statistics.estimate import Estimate

N_TRAIN, N_POOL = 400, 100_000
SIZES = (50, 100, 200, 400, 1000)
N_JUDGED = 20_000  # rows that seeds are judged on
SLOW, OF_SLOW = "median_absolute_error", 0.2  # which rows are resampled for, and the share of draws that it gets
MOST_WITHOUT = 0.9  # coverage is told of a pair of models that has an interval more often than one time in ten
N_FEATURES = 6


class Data(NamedTuple):
    """X : (n_rows, n_features). y : (n_rows,) or (n_rows, n_outputs)."""

    X: np.ndarray
    y: np.ndarray


@dataclass(frozen=True)
class Cell:
    """A kind of data, the metrics of interest, and pairs of models of which the first is base."""

    name: str
    task: Task
    make: Callable[[np.random.Generator, np.ndarray], np.ndarray]  # features (n_rows, n_features) → target
    pairs: Sequence[tuple[str, object, object]]
    metrics: Sequence[str]


def _signal(X: np.ndarray) -> np.ndarray:
    return X[:, 0] + 0.7 * X[:, 1] - 0.5 * X[:, 2] + 0.6 * X[:, 0] * X[:, 3]


def _binary(generator: np.random.Generator, X: np.ndarray) -> np.ndarray:
    return (generator.random(len(X)) < 1 / (1 + np.exp(-1.5 * _signal(X)))).astype(np.int64)


def _rare(generator: np.random.Generator, X: np.ndarray) -> np.ndarray:
    return (generator.random(len(X)) < 1 / (1 + np.exp(-2 * _signal(X) + 6.8))).astype(np.int64)


def _ten(generator: np.random.Generator, X: np.ndarray) -> np.ndarray:
    angles = np.arange(10) * 2 * np.pi / 10
    logits = 1.6 * (np.outer(X[:, 0] + 0.3 * X[:, 2], np.cos(angles)) + np.outer(X[:, 1], np.sin(angles)))
    return (logits + generator.gumbel(size=logits.shape)).argmax(axis=1)


def _three(generator: np.random.Generator, X: np.ndarray) -> np.ndarray:
    logits = np.column_stack([_signal(X) + 1, X[:, 1] - X[:, 3] + 1, X[:, 2] + X[:, 0] - 1.1])
    return (1.2 * logits + generator.gumbel(size=logits.shape)).argmax(axis=1)


def _normal(generator: np.random.Generator, X: np.ndarray) -> np.ndarray:
    return _signal(X) + generator.normal(size=len(X))


def _t(generator: np.random.Generator, X: np.ndarray) -> np.ndarray:
    return _signal(X) + generator.standard_t(2.5, size=len(X))


def _log_normal(generator: np.random.Generator, X: np.ndarray) -> np.ndarray:
    return np.exp(0.6 * _signal(X) + 0.8 * generator.normal(size=len(X)))


def _labels(generator: np.random.Generator, X: np.ndarray) -> np.ndarray:
    logits = np.column_stack([_signal(X), X[:, 1] - X[:, 4] - 1, X[:, 2] * X[:, 0] + X[:, 5] - 1.5])
    return (generator.random(logits.shape) < 1 / (1 + np.exp(-1.5 * logits))).astype(np.int64)


def _outputs(generator: np.random.Generator, X: np.ndarray) -> np.ndarray:
    means = np.column_stack([_signal(X), 2 * X[:, 4] + X[:, 0] ** 2])
    return means + generator.normal(size=means.shape)


CLASSIFIERS = (
    ("regularisation", LogisticRegression(C=1.0), LogisticRegression(C=0.02)),
    ("logistic or forest", LogisticRegression(), RandomForestClassifier(100, random_state=0)),
    ("neighbours", KNeighborsClassifier(5), KNeighborsClassifier(15)),
)
REGRESSORS = (
    ("regularisation", Ridge(1.0), Ridge(100.0)),
    ("ridge or forest", Ridge(), RandomForestRegressor(100, random_state=0)),
    ("neighbours", KNeighborsRegressor(5), KNeighborsRegressor(15)),
)
LABELLERS = (
    ("regularisation", *(MultiOutputClassifier(LogisticRegression(C=strength)) for strength in (1.0, 0.02))),
    (
        "tree or forest",
        DecisionTreeClassifier(max_depth=4, random_state=0),
        RandomForestClassifier(100, random_state=0),
    ),
)
OUTPUTTERS = (
    ("regularisation", Ridge(1.0), Ridge(100.0)),
    ("tree or forest", DecisionTreeRegressor(max_depth=5, random_state=0), RandomForestRegressor(100, random_state=0)),
)
OF_CLASSES = ("accuracy", "balanced_accuracy", "f1_macro", "mcc", "log_loss", "brier", "roc_auc", "average_precision")
OF_TWO = (*OF_CLASSES[:2], "f1", "precision", "recall", *OF_CLASSES[3:])
OF_NUMBERS = ("mae", "rmse", "r2", "median_absolute_error", "explained_variance")
CELLS = (
    Cell("binary", Task.BINARY, _binary, CLASSIFIERS, OF_TWO),
    Cell("1:50", Task.BINARY, _rare, CLASSIFIERS, OF_TWO),
    Cell("three classes, one rarer", Task.MULTICLASS, _three, CLASSIFIERS, OF_CLASSES),
    Cell("ten classes", Task.MULTICLASS, _ten, CLASSIFIERS, OF_CLASSES),
    Cell("multilabel", Task.MULTILABEL, _labels, LABELLERS, ("accuracy", "f1_macro", "log_loss", "roc_auc")),
    Cell("normal", Task.REGRESSION, _normal, REGRESSORS, OF_NUMBERS),
    Cell("t(2.5)", Task.REGRESSION, _t, REGRESSORS, OF_NUMBERS),
    Cell("log-normal", Task.REGRESSION, _log_normal, REGRESSORS, OF_NUMBERS),
    Cell("multi-output", Task.MULTIOUTPUT, _outputs, OUTPUTTERS, ("mae", "rmse", "r2")),
)


class Outcome(NamedTuple):
    """Shares of draws. held : of the intervals that were given, hold the truth. wrong : of all draws, a verdict in the
    direction that is not that of the truth. none : no interval. why : the reason that was given most.
    """

    held: float
    wrong: float
    none: float
    why: str


class Answers(NamedTuple):
    """What both models of a pair say of every row of the pool."""

    base: Predictions
    head: Predictions

    def take(self, rows: np.ndarray) -> Answers:
        return Answers(self.base.take(rows), self.head.take(rows))


@cache
def answers(cell: Cell, pair: int) -> Answers:
    """Fit both models of a pair on the training rows, and ask them about the pool."""
    generator = np.random.default_rng(3)
    X = generator.normal(size=(N_TRAIN + N_POOL, N_FEATURES))
    y = cell.make(generator, X)
    target = target_of(cell)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        sides = [
            predict(model.fit(X[:N_TRAIN], y[:N_TRAIN]), X[N_TRAIN:], target, np.arange(N_POOL), y_true=y[N_TRAIN:])
            for model in cell.pairs[pair][1:]
        ]
    return Answers(*sides)


def target_of(cell: Cell) -> Target:
    """The target of a cell without its rows."""
    n_classes = {Task.BINARY: 2, Task.MULTICLASS: 3 if "three" in cell.name else 10, Task.MULTILABEL: 3}
    classes = tuple(range(n_classes.get(cell.task, 0)))
    names = {Task.MULTILABEL: ("a", "b", "c"), Task.MULTIOUTPUT: ("a", "b")}.get(cell.task, ("y",))
    return Target(cell.task, names, np.empty(0), np.empty(0), classes, 1 if cell.task is Task.BINARY else None)


def true_change(cell: Cell, pair: int, metric: str) -> float:
    """The change on the whole pool."""
    of, target = named(cell.task)[metric], target_of(cell)
    base, head = answers(cell, pair)
    return of.compute(head, target) - of.compute(base, target)


def estimates(cell: Cell, pair: int, metric: str, n_rows: int, repeats: int) -> Iterator[Estimate]:
    """The estimate of the change on so many fresh draws of validation rows."""
    pairing, pool = named(cell.task)[metric].pairing(target_of(cell)), answers(cell, pair)
    generator = np.random.default_rng(n_rows)
    for _ in range(repeats):
        yield estimate_change(pairing, *pool.take(generator.integers(0, N_POOL, n_rows)))


def outcome(cell: Cell, pair: int, metric: str, n_rows: int, repeats: int) -> Outcome:
    """How the estimates of one metric are right."""
    truth, greater = true_change(cell, pair, metric), named(cell.task)[metric].info.greater_is_better
    right = "improved" if (truth > 0) == greater else "worse"
    held, wrong, reasons = 0, 0, []
    for estimate in estimates(cell, pair, metric, n_rows, repeats):
        if not np.isfinite(estimate.standard_error):
            reasons.append(estimate.why or "?")
            continue
        held += estimate.interval.low <= truth <= estimate.interval.high
        wrong += verdict_of(estimate.interval, 0.0, greater_is_better=greater) in {"improved", "worse"} - {right}
    given = repeats - len(reasons)
    why = max(set(reasons), key=reasons.count) if reasons else ""
    return Outcome(held / given if given else float("nan"), wrong / repeats, len(reasons) / repeats, why)


def coverage_rows(repeats: int, sizes: Sequence[int]) -> Iterator[str]:
    """Markdown: of each cell, metric and number of rows the worst pair: coverage, direction, share without interval."""
    yield "| data | metric | " + " | ".join(f"n = {size:,}" for size in sizes) + " |"
    yield "|---|---|" + "--:|" * len(sizes)
    for cell in CELLS:
        for metric in cell.metrics:
            draws = int(OF_SLOW * repeats) if metric == SLOW else repeats
            cells = [_of_pairs(cell, metric, size, draws) for size in sizes]
            yield f"| {cell.name} | {metric} | {' | '.join(cells)} |"


def _of_pairs(cell: Cell, metric: str, n_rows: int, repeats: int) -> str:
    found = [outcome(cell, pair, metric, n_rows, repeats) for pair in range(len(cell.pairs))]
    known = [one.held for one in found if one.none < MOST_WITHOUT]
    none, wrong = np.mean([one.none for one in found]), max(one.wrong for one in found)
    held = f"{min(known):.0%}" if known else "–"
    return f"{held}, {wrong:.1%} wrong, {none:.0%} none"


def copies_rows(repeats: int, n_rows: int = 300, times: int = 10) -> Iterator[str]:
    """Markdown: two fits that differ by nothing but the rows they learned from, judged on copies of each row."""
    yield f"| metric | called, each row once | each of {n_rows:,} rows {times} times |\n|---|--:|--:|"
    cell, pools = CELLS[0], _equal_models(CELLS[0])
    for metric in cell.metrics:
        called = [_called(cell, metric, pools, n_rows, repeats, times=count) for count in (1, times)]
        yield f"| {metric} | {called[0]:.1%} | {called[1]:.1%} |"


def _equal_models(cell: Cell) -> Answers:
    """The answers of two models that are equally good: answers of two fits, exchanged at random."""
    base, head = answers(cell, 0)
    generator = np.random.default_rng(5)
    chosen = generator.random(N_POOL) < 0.5
    sides = []
    for keep, other in ((base, head), (head, base)):
        y_pred = np.where(chosen, keep.y_pred, other.y_pred)
        y_score = np.where(chosen[:, None], keep.y_score, other.y_score)
        sides.append(replace(keep, y_pred=y_pred, y_score=y_score))
    return Answers(*sides)


def _called(cell: Cell, metric: str, pool: Answers, n_rows: int, repeats: int, *, times: int) -> float:
    """How often a change of nothing is called one, on rows that are there so many times."""
    of = named(cell.task)[metric]
    pairing, generator, called = of.pairing(target_of(cell)), np.random.default_rng(n_rows), 0
    for _ in range(repeats):
        rows = np.tile(generator.choice(N_POOL, n_rows, replace=False), times)
        group = observations(None, rows.astype(np.uint64))
        sides = [replace(side, group=group) for side in pool.take(rows)]
        interval = estimate_change(pairing, *sides).interval
        called += verdict_of(interval, 0.0, greater_is_better=of.info.greater_is_better) != "unclear"
    return called / repeats


def seeds_rows(repeats: int, sizes: Sequence[int] = (100, 400, 1_000, 10_000), n_fits: int = 5) -> Iterator[str]:
    """Markdown: forests that differ by nothing but their seeds, one a side and several, by validation rows."""
    yield "| metric | validation rows | called, one fit a side | " + f"{n_fits} fits a side |\n|---|--:|--:|--:|"
    cell = CELLS[0]
    fits = _forests(cell, 2 * n_fits * 6)
    for metric in ("accuracy", "log_loss", "roc_auc", "f1"):
        for size in sizes:
            shares = [_called_by_seed(cell, metric, fits, size, repeats, count) for count in (1, n_fits)]
            yield f"| {metric} | {size:,} | {shares[0]:.1%} | {shares[1]:.1%} |"


def _forests(cell: Cell, count: int) -> list[Predictions]:
    generator = np.random.default_rng(3)
    X = generator.normal(size=(N_TRAIN + N_JUDGED, N_FEATURES))
    y, target = cell.make(generator, X), target_of(cell)
    models = [RandomForestClassifier(20, random_state=seed).fit(X[:N_TRAIN], y[:N_TRAIN]) for seed in range(count)]
    return [predict(model, X[N_TRAIN:], target, np.arange(N_JUDGED), y_true=y[N_TRAIN:]) for model in models]


def _called_by_seed(
    cell: Cell, metric: str, fits: Sequence[Predictions], n_rows: int, repeats: int, n_fits: int
) -> float:
    of = named(cell.task)[metric]
    pairing, generator, called = of.pairing(target_of(cell)), np.random.default_rng(n_rows), 0
    for _ in range(repeats):
        rows = generator.choice(N_JUDGED, n_rows, replace=False)
        chosen = [fits[at].take(rows) for at in generator.choice(len(fits), 2 * n_fits, replace=False)]
        interval = estimate_repeated(pairing, chosen[:n_fits], chosen[n_fits:]).interval
        called += verdict_of(interval, 0.0, greater_is_better=of.info.greater_is_better) != "unclear"
    return called / repeats
