"""How often a verdict is given where head's own split is another one than base's: a new column, ids, a seed, a name.

Every draw is a table of new rows with a change that is made to it in head. Rows are read, split and matched by the
product's own functions, scikit-learn models are fitted on both sides in this process, and the change of each metric is
judged. A change that changes nothing is to be called improved or worse at most 5% of the time.
"""

from __future__ import annotations

import tempfile
import warnings
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

import numpy as np
import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import KNeighborsClassifier
from sklearn.tree import DecisionTreeClassifier

from benchmarks.verdicts import named
from report.base_rows import pair_with_base
from report.comparison.changes import estimate_change
from report.comparison.pairs import observations
from report.comparison.precision import answer_closely
from report.comparison.verdicts import verdict_of
from report.config.schema import Config
from report.core.values import Dataset, Predictions, Split, Task
from report.data import load_dataset, side_rows, split_dataset
from report.models.predicting import predict

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from report.base_rows import PairedSplits
    from report.core.rows import SideRows

    Positions = np.ndarray  # (n_rows,) int64

SIZES = (300, 600, 2_000)
METRICS = ("accuracy", "log_loss", "roc_auc")
MODELS = {
    "logistic": LogisticRegression(),
    "neighbours": KNeighborsClassifier(),
    "tree": DecisionTreeClassifier(random_state=0),
}
SAID = ("improved", "worse", "not comparable")
NONE = {(model, metric): "not comparable" for model in MODELS for metric in METRICS}


@dataclass(frozen=True)
class Change:
    """What head does to the table of base, and to `data` of its configuration. id : the column of ids that it names."""

    name: str
    make: Callable[[pd.DataFrame, np.random.Generator], pd.DataFrame] = lambda table, _: table.drop(columns="useful")
    id: str | None = None
    seed: int | None = None

    def table(self, rows: pd.DataFrame, generator: np.random.Generator) -> pd.DataFrame:
        return self.make(rows, generator)

    def config(self) -> Config:
        data: dict[str, Any] = {"source": "data.csv", "target": "label"}
        data |= {} if self.id is None else {"id": self.id}
        data |= {} if self.seed is None else {"validation": {"seed": self.seed}}
        return Config.model_validate({"data": data, "models": {"any": "any.thing"}, "metrics": list(METRICS)})


def _without(rows: pd.DataFrame, **columns: Any) -> pd.DataFrame:
    return rows.drop(columns="useful").assign(**columns)


BASE = Change("base")
CHANGES = (
    Change("new constant column", lambda rows, _: _without(rows, constant=1)),
    Change("id added", lambda rows, draw: _without(rows, id=draw.permutation(10 * len(rows))[: len(rows)]), id="id"),
    Change("another seed of the split", seed=7),
    Change("column renamed", lambda rows, _: _without(rows).rename(columns={"c": "gamma"})),
    Change("new noise column", lambda rows, draw: _without(rows, noise=draw.normal(size=len(rows)))),
    Change("new useful column", lambda rows, _: rows),
)


class Side(NamedTuple):
    """The rows of one side, as the product reads and splits them."""

    dataset: Dataset
    split: Split

    @classmethod
    def of(cls, table: pd.DataFrame, config: Config, folder: Path) -> Side:
        table.to_csv(folder / "data.csv", index=False)
        dataset = load_dataset(config.data, task="auto", slices=(), root=folder)
        return cls(dataset, split_dataset(dataset, config.data))


class Rows(NamedTuple):
    """Positions into the rows of one side, of equal length where both sides judge."""

    train: Positions
    judged: Positions


class Compared(NamedTuple):
    """What both sides learn from and are judged by. group : as in `Predictions`."""

    base: Rows
    head: Rows
    group: np.ndarray | None = None


class Waiting:
    """A base side that has its rows, and does not answer."""

    is_running, commit = True, None

    def __init__(self, rows: SideRows) -> None:
        self._rows = rows

    def rows(self) -> SideRows:
        return self._rows

    def ask(self, rows: object) -> None:
        """Nothing: what is asked is in the pairing."""

    def end(self, result: object) -> None:
        """Nothing: then there is no pairing."""


def paired(base: Side, head: Side, config: Config) -> Compared | None:
    """The rows by the product's pairing; None where it is unfair."""
    waiting: Any = Waiting(side_rows(*base))
    found: PairedSplits | None = pair_with_base(waiting, config, head.dataset, head.split)
    if found is None or found.matched.paired.unfair:
        return None
    rows = found.matched.paired
    ours = replace(head.dataset, rank=found.rank)
    return Compared(
        Rows(_in_order(base.dataset, rows.base_train), rows.base_of_judged),
        Rows(_in_order(ours, found.compared.train), rows.judged),
        observations(None, found.observed[rows.judged]),
    )


def unpaired(base: Side, head: Side) -> Compared:
    """The rows where each side has its own split and base is kept from head's validation rows; both in one order."""
    judged = head.split.validation
    kept = np.setdiff1d(base.split.train, judged)
    return Compared(
        Rows(_in_order(base.dataset, kept), judged), Rows(_in_order(head.dataset, head.split.train), judged)
    )


def _in_order(dataset: Dataset, rows: Positions) -> Positions:
    return rows if dataset.rank is None else rows[np.argsort(dataset.rank[rows])]


def draw(n_rows: int, generator: np.random.Generator) -> pd.DataFrame:
    """Rows of two classes; `useful` says of the label what no other column does."""
    X = generator.normal(size=(n_rows, 4))
    chance = 1 / (1 + np.exp(-(1.2 * X[:, 0] + 0.8 * X[:, 1] - 0.6 * X[:, 2] + 0.8 * X[:, 0] * X[:, 1] + X[:, 3])))
    label = np.where(generator.random(n_rows) < chance, "yes", "no")
    return pd.DataFrame(X, columns=["a", "b", "c", "useful"]).assign(label=label)


def verdicts(base: Side, head: Side, rows: Compared) -> dict[tuple[str, str], str]:
    """Model and metric → verdict."""
    target, found = head.dataset.target, {}
    for name, model in MODELS.items():
        sides = [_answers(model, side, of) for side, of in ((base, rows.base), (head, rows.head))]
        sides = [replace(side, positions=rows.head.judged, group=rows.group) for side in sides]
        is_alike = answer_closely(*sides)
        for metric in METRICS:
            of_metric = named(Task.BINARY)[metric]
            interval = estimate_change(of_metric.pairing(target), *sides).interval
            verdict = verdict_of(interval, 0.0, greater_is_better=of_metric.info.greater_is_better)
            found[name, metric] = "unclear" if is_alike else verdict
    return found


def _answers(model: Any, side: Side, rows: Rows) -> Predictions:
    X, target = side.dataset.features, side.dataset.target
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        fitted = model.fit(X.iloc[rows.train], target.values[rows.train])
        return predict(fitted, X.iloc[rows.judged], target, rows.judged, y_true=target.encoded[rows.judged])


Counts: TypeAlias = "Counter[tuple[str, str, str, str]]"  # change, model, metric, verdict


def counted(n_rows: int, repeats: int, changes: Sequence[Change] = CHANGES, *, own: bool = False) -> Counts:
    """In how many draws each verdict is given. own : with the split that each side has by itself."""
    counts: Counts = Counter()
    for number in range(repeats):
        counts.update(of_draw(n_rows, number, changes, own=own))
    return counts


def of_draw(n_rows: int, number: int, changes: Sequence[Change] = CHANGES, *, own: bool = False) -> Counts:
    """The verdicts of one draw."""
    counts: Counts = Counter()
    generator = np.random.default_rng([n_rows, number])
    rows = draw(n_rows, generator)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        base = Side.of(BASE.table(rows, generator), BASE.config(), folder)
        for change in changes:
            head = Side.of(change.table(rows, generator), change.config(), folder)
            compared = unpaired(base, head) if own else paired(base, head, change.config())
            found = NONE if compared is None else verdicts(base, head, compared)
            counts.update((change.name, *key, verdict) for key, verdict in found.items())
    return counts


def moved_splits_rows(repeats: int, sizes: Sequence[int] = SIZES) -> Iterator[str]:
    """Markdown: of each change and metric how often improved and worse are said, by rows; of the first change the same
    without a pairing too, which shows what the pairing does.
    """
    found = {size: counted(size, repeats) for size in sizes}
    apart = {size: counted(size, repeats, CHANGES[:1], own=True) for size in sizes}
    yield from told(found, apart)


def told(found: Mapping[int, Counts], apart: Mapping[int, Counts]) -> Iterator[str]:
    """Markdown of counts by rows; apart : without a pairing."""
    yield "| change | metric | " + " | ".join(f"{size:,} rows" for size in found) + " |"
    yield "|---|---|" + "--:|" * len(found)
    for change in CHANGES:
        yield from _of_change(change.name, change.name, found)
    yield from _of_change(CHANGES[0].name, f"{CHANGES[0].name}, without a pairing", apart)


def _of_change(name: str, title: str, found: Mapping[int, Counts]) -> Iterator[str]:
    for metric in METRICS:
        cells = [_shares(counts, name, metric) for counts in found.values()]
        yield f"| {title} | {metric} | {' | '.join(cells)} |"


def _shares(counts: Counts, change: str, metric: str) -> str:
    """`1.0% / 2.0%`: improved and worse, each of the model that has most of it; and what could not be compared."""
    most = [max(_share(counts, (change, model, metric), said) for model in MODELS) for said in SAID]
    improved, worse, none = most
    return f"{improved:.1%} / {worse:.1%}" + (f" ({none:.0%} not comparable)" if none else "")


def _share(counts: Counts, key: tuple[str, str, str], verdict: str) -> float:
    n_draws = sum(count for (*of, _), count in counts.items() if tuple(of) == key)
    return counts[(*key, verdict)] / n_draws if n_draws else 0.0
