"""Real changes, and pairs that are not fair or whose labels mean something else, each with its right answer."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from .case import PullRequest, Right, State, changed, put
from .repositories import (
    CLASSIFICATION,
    CLASSIFICATION_2000,
    CLASSIFIERS,
    REGRESSION,
    REGRESSION_300,
    REGRESSION_2000,
    binary,
    mixed,
    only,
    with_id,
)

HOOK = "def clean(table):\n    return table.assign(balance=table.balance * {})\n"
RANKS = (
    "def clean(table):\n    numbers = table.columns.drop('label')\n    return table.assign(**table[numbers].rank())\n"
)
NUMBERED = State(CLASSIFIERS.replace("label}", "label, id: id}"), binary(600).assign(id=range(600)))
CUSTOMERS = State(
    CLASSIFIERS.replace("label}", "label, id: customer}"), binary(600).assign(customer=np.arange(600) // 3)
)
LONG_IDS = State(CLASSIFIERS.replace("label}", "label, id: id}"), binary(600).assign(id=10**17 + np.arange(600)))
# A column of another scale and of no use, so that scaling alone makes neighbours much better.
UNSCALED = State(
    only(CLASSIFIERS, "neighbours"),
    binary(600).assign(salary=np.random.default_rng(3).normal(40_000, 9_000, 600).round(), flag=1.0),
)
WITH_NEW = changed(
    UNSCALED, config=put("label}", "label, new: new.csv}"), files={"new.csv": UNSCALED.table.drop(columns="label")[:20]}
)
THREE = State(
    only(CLASSIFIERS, "tree", "forest").replace(", log_loss, roc_auc", ", f1_macro"),
    binary(900).assign(label=lambda table: np.where(table.balance > 1.3, "maybe", table.label)),
)
TOWNS = State(only(CLASSIFIERS, "logistic", "boosting"), mixed(600).drop(columns=["day", "member"]))
EPOCHS = State(
    CLASSIFIERS.replace("label}", "label, id: at}"),
    binary(600).assign(at=[f"{1_700_000_000 + number / 1000:.3f}" for number in range(600)]),
)
LABELS = binary(600).assign(key=range(600))
IN_TWO_FILES = State(
    CLASSIFIERS.replace("target: label", "target: {source: labels.csv, column: label}, id: key"),
    LABELS.drop(columns="label"),
    {"labels.csv": LABELS[["key", "label"]]},
)


def without(column: str) -> Callable[[pd.DataFrame], pd.DataFrame]:
    return lambda table: table.drop(columns=column)


def row_on_top(table: pd.DataFrame) -> pd.DataFrame:
    """One more row, as the first, and numbers as ids again from 0."""
    return pd.concat([binary(1, seed=5), table.drop(columns="id")]).assign(id=range(len(table) + 1))


def renumbered(table: pd.DataFrame) -> pd.DataFrame:
    """Some rows deleted, the others sorted, and numbered again."""
    kept = table.drop(columns="id").drop(index=range(0, len(table), 50)).sort_values("income")
    return kept.assign(id=range(len(kept)))


def noisy(table: pd.DataFrame) -> pd.DataFrame:
    return table.assign(noise=np.random.default_rng(11).normal(size=len(table)).round(4))


def scaled(table: pd.DataFrame) -> pd.DataFrame:
    numbers = table.columns.drop(["label", "price"], errors="ignore")
    return table.assign(**table[numbers] * 10)


def gaps(count: int) -> Callable[[pd.DataFrame], pd.DataFrame]:
    """Rows without a value in a column that says nothing."""
    return lambda table: table.assign(flag=table.flag.where(np.arange(len(table)) >= count))


def case(
    name: str, right: Right, base: State, table: Callable[[pd.DataFrame], pd.DataFrame], **more: object
) -> PullRequest:
    return PullRequest(name, base, changed(base, table=table, **more), right)  # type: ignore[arg-type]


def of_config(name: str, right: Right, base: State, old: str, new: str) -> PullRequest:
    return PullRequest(name, base, changed(base, config=put(old, new)), right)


def of_labels(name: str, base: State, **labels: Callable[[pd.DataFrame], object]) -> PullRequest:
    return case(name, Right.NOT_COMPARABLE, base, lambda table: table.assign(**labels))


USEFUL = ("logistic", "forest", "boosting")
LACKING = changed(CLASSIFICATION_2000, table=without("balance"))
WITH_HOOK = State(
    only(CLASSIFIERS, *USEFUL).replace("label}", "label, prepare: own.clean}"), binary(2000), {"own.py": HOOK.format(1)}
)
BROKEN_HOOK = changed(WITH_HOOK, files={"own.py": HOOK.format(0)})
CONSTANT = changed(
    CLASSIFICATION_2000,
    config=put("tree.DecisionTreeClassifier, params: {max_depth: 5, random_state: 0}", "dummy.DummyClassifier"),
)
WITH_ID_2000 = State(only(CLASSIFIERS, *USEFUL).replace("label}", "label, id: id}"), with_id(binary(2000)))
EXPORTED = changed(
    WITH_ID_2000, table=lambda table: with_id(table.drop(columns="id"), seed=9).sample(frac=1, random_state=3)
)

CHANGES = (
    PullRequest("a useful column", LACKING, CLASSIFICATION_2000, Right.IMPROVED, USEFUL),
    PullRequest("a useful column less", CLASSIFICATION_2000, LACKING, Right.WORSE, USEFUL),
    PullRequest(
        "a useful column less, of a regression",
        REGRESSION_2000,
        changed(REGRESSION_2000, table=without("balance")),
        Right.WORSE,
        ("ridge", "forest", "boosting"),
    ),
    PullRequest(
        "a useful column, rows in another order",
        LACKING,
        changed(CLASSIFICATION_2000, table=lambda table: table.sample(frac=1, random_state=2)),
        Right.IMPROVED,
        USEFUL,
    ),
    PullRequest(
        "a useful column, ids exported anew", changed(WITH_ID_2000, table=without("balance")), EXPORTED, Right.IMPROVED
    ),
    PullRequest("a hook mended", BROKEN_HOOK, WITH_HOOK, Right.IMPROVED),
    PullRequest("a hook broken", WITH_HOOK, BROKEN_HOOK, Right.WORSE),
    PullRequest("a tree in the place of a constant answer", CONSTANT, CLASSIFICATION_2000, Right.IMPROVED, ("tree",)),
    PullRequest("a constant answer in the place of a tree", CLASSIFICATION_2000, CONSTANT, Right.WORSE, ("tree",)),
    of_config("a useful column dropped", Right.WORSE, REGRESSION_2000, "price}", "price, drop: [balance]}"),
    PullRequest(
        "a useful column and another seed of the split",
        changed(LACKING, config=put("label}", "label, validation: {method: random, seed: 1}}")),
        changed(CLASSIFICATION_2000, config=put("label}", "label, validation: {method: random, seed: 2}}")),
        Right.IMPROVED,
        USEFUL,
    ),
)
SPLITS = (
    of_config("another share, of a regression", Right.NOT_CALLED, REGRESSION_300, "price}", "price, validation: 0.3}"),
    of_config(
        *("at random, not by hash", Right.NOT_CALLED, CLASSIFICATION),
        *("label}", "label, validation: {method: random}}"),
    ),
)
ROWS = (
    case("a row on top and numbers as ids", Right.NOT_CALLED, NUMBERED, row_on_top),
    case(
        "a loss, a row on top and numbers as ids",
        Right.NOT_IMPROVED,
        NUMBERED,
        lambda table: row_on_top(table).drop(columns="balance"),
    ),
    case("rows deleted, sorted and renumbered", Right.NOT_CALLED, NUMBERED, renumbered),
    case("ids of customers with three rows", Right.NOT_CALLED, CUSTOMERS, noisy),
    case(
        "ids of eighteen digits, one of them missing",
        Right.NOT_CALLED,
        LONG_IDS,
        lambda table: noisy(table).assign(id=table.id.astype("Int64").where(table.id > 10**17)),
    ),
    case("ids that are seconds with a fraction", Right.NOT_CALLED, EPOCHS, noisy),
    case("all columns times ten", Right.NOT_CALLED, REGRESSION, scaled),
    case(
        "all columns times ten, in another order",
        Right.NOT_CALLED,
        State(only(CLASSIFIERS, "logistic", "tree"), binary(600)),
        lambda table: scaled(table).sample(frac=1, random_state=1),
    ),
    PullRequest(
        "a hook that ranks",
        State(only(CLASSIFIERS, "tree", "forest"), binary(600)),
        State(
            only(CLASSIFIERS, "tree", "forest").replace("label}", "label, prepare: own.clean}"),
            binary(600),
            {"own.py": RANKS},
        ),
        Right.NOT_CALLED,
    ),
    case(
        "values rounded",
        Right.NOT_CALLED,
        REGRESSION,
        lambda table: table.assign(score=table.score.round(2), balance=table.balance.round(2)),
    ),
    case("ten gaps", Right.NOT_CALLED, UNSCALED, gaps(10)),
    PullRequest(
        "a gap in a new row",
        WITH_NEW,
        changed(WITH_NEW, files={"new.csv": gaps(1)(WITH_NEW.files["new.csv"])}),
        Right.NOT_CALLED,
    ),
    case(
        "a new category",
        Right.NOT_CALLED,
        TOWNS,
        lambda table: table.assign(town=table.town.where(np.arange(600) % 40 > 0, "Rome")),
    ),
    PullRequest(
        "random_state, of many rows",
        State(only(CLASSIFIERS, "tree", "forest"), binary(6000)),
        State(only(CLASSIFIERS, "tree", "forest").replace("random_state: 0", "random_state: 3"), binary(6000)),
        Right.NOT_CALLED,
    ),
    case(
        "every row ten times",
        Right.NOT_CALLED,
        State(only(CLASSIFIERS, "tree", "forest"), pd.concat([binary(200)] * 10)),
        noisy,
    ),
)
MEANINGS = (
    of_labels("metres to kilometres", REGRESSION, price=lambda table: table.price / 1000),
    of_labels("a thousand times", REGRESSION, price=lambda table: table.price * 1000),
    of_labels("logarithms", REGRESSION, price=lambda table: np.log(table.price)),
    of_labels("ranks", REGRESSION, price=lambda table: table.price.rank()),
    of_labels(
        "labels swapped",
        State(CLASSIFIERS, binary(600)),
        label=lambda table: np.where(table.label == "yes", "no", "yes"),
    ),
    of_labels("labels renamed", State(CLASSIFIERS, binary(600)), label=lambda table: table.label.str.upper()),
    of_labels("classes merged", THREE, label=lambda table: table.label.replace("maybe", "yes")),
    case(
        "a class more",
        Right.NOT_CALLED,
        changed(THREE, table=lambda table: table[table.label != "maybe"]),
        lambda table: pd.concat([table, THREE.table[THREE.table.label == "maybe"]]),
    ),
    case("a class less", Right.NOT_CALLED, THREE, lambda table: table[table.label != "maybe"]),
    PullRequest(
        "labels in another order beside their ids",
        IN_TWO_FILES,
        changed(IN_TWO_FILES, files={"labels.csv": LABELS[["key", "label"]].sample(frac=1, random_state=1)}),
        Right.NOTHING,
    ),
)
REAL_CHANGES: tuple[PullRequest, ...] = (*CHANGES, *SPLITS, *ROWS, *MEANINGS)
