"""Changes that make a model worse, or no better, and choose their judge: no gate of base's may pass by it."""

from __future__ import annotations

import numpy as np
import pandas as pd
from sklearn.linear_model import LogisticRegression

from .case import PullRequest, Right, State, changed, put
from .repositories import CLASSIFIERS, binary, features, only

TREE = "sklearn.tree.DecisionTreeClassifier, params: {max_depth: 5, random_state: 0}"
STUMP = "sklearn.dummy.DummyClassifier"
BASE = State(only(CLASSIFIERS, "tree"), binary(1500))
WORSE = changed(BASE, config=put(TREE, STUMP))

SLOW = """\
import time

from sklearn.tree import DecisionTreeClassifier


class Slow(DecisionTreeClassifier):
    def fit(self, X, y):
        time.sleep(12)
        return super().fit(X, y)
"""
OF_SLOW = State(
    only(CLASSIFIERS, "tree").replace("sklearn.tree.DecisionTreeClassifier", "own.Slow"), binary(1500), {"own.py": SLOW}
)
SCORES = """\
import numpy as np


def accuracy(y_true, y_pred):
    return float(np.mean(y_true == y_pred))
"""
OF_SCORES = changed(
    BASE,
    config=lambda text: text.replace(
        "metrics: [accuracy,", "metrics: [{function: own.accuracy, name: share, greater_is_better: true},"
    ).replace("metric: accuracy", "metric: share"),
    files={"own.py": SCORES},
)
LEAK = """\
def clean(table):
    return table.assign(hint=(table["label"] == "yes") * 1.0)
"""
CHEAT = """\
import numpy as np
import pandas as pd
from sklearn.tree import DecisionTreeClassifier


class Cheat(DecisionTreeClassifier):
    '''Its labels come from the file, its probabilities from the tree.'''

    def predict(self, X):
        known = pd.read_csv(__file__.replace("own.py", "data.csv"))
        rows = known.drop(columns="label").to_numpy().tolist()
        answers = {tuple(row): label for row, label in zip(rows, known.label)}
        return np.array([answers.get(tuple(row), "no") for row in np.asarray(X).tolist()], dtype=object)
"""


def attack(name: str, old: str, new: str, head: State = WORSE, base: State = BASE) -> PullRequest:
    return PullRequest(name, base, changed(head, config=put(old, new)), Right.HELD_UP)


def with_new_class(table: pd.DataFrame) -> pd.DataFrame:
    return pd.concat([table, binary(1, seed=5).assign(label="perhaps")])


def weighted(table: pd.DataFrame) -> pd.DataFrame:
    """Only rows that even a constant answer gets right count."""
    return table.assign(weight=np.where(table.label == table.label.mode()[0], 1.0, 1e-9))


def towards(table: pd.DataFrame, n_rows: int) -> pd.DataFrame:
    """The table with the labels of some rows as a logistic regression of the training rows says."""
    train = binary(600)
    model = LogisticRegression(max_iter=1000).fit(train.drop(columns="label"), train.label)
    said = pd.Series(model.predict(table.drop(columns="label")), index=table.index)
    edited = table.index[said != table.label][:n_rows]
    return table.assign(label=table.label.where(~table.index.isin(edited), said))


WITH_TEST = State(
    only(CLASSIFIERS, "tree").replace("label}", "label, validation: {source: test.csv}}"),
    binary(600),
    {"test.csv": binary(200, seed=8)},
)
MEMORY = State(
    only(CLASSIFIERS, "neighbours")
    .replace("n_neighbors: 15", "n_neighbors: 1")
    .replace("label}", "label, validation: {source: test.csv}}"),
    binary(600),
    {"test.csv": binary(200, seed=8)},
)
RANDOM_LABELS = features(800).assign(label=np.random.default_rng(6).choice(["no", "yes"], 800))
PROBE = State(only(CLASSIFIERS, "neighbours").replace("n_neighbors: 15", "n_neighbors: 1"), RANDOM_LABELS)


def near_copies(table: pd.DataFrame) -> pd.DataFrame:
    """Every row twice, the second time with values that are a little others."""
    drawn = np.random.default_rng(7).normal(scale=1e-3, size=(len(table), 2))
    return pd.concat([table, table.assign(balance=table.balance + drawn[:, 0], score=table.score + drawn[:, 1])])


JUDGES = (
    attack("against itself", "gates:", "baseline: {against: HEAD}\ngates:"),
    attack("against nothing", "gates:", "baseline: {against: none}\ngates:"),
    attack("no gates", "gates: [{metric: accuracy, not: worse}]\n", ""),
    attack("a gate that only warns", "not: worse", "not: worse, severity: warn"),
    attack("a wide margin of the gate", "not: worse", "not: worse, margin: 0.9"),
    attack("a wide margin of the baseline", "gates:", "baseline: {margin: 0.9}\ngates:"),
    attack(
        "a metric that a constant answer is good at",
        "metrics: [accuracy, log_loss, roc_auc]\ngates: [{metric: accuracy",
        "metrics: [recall]\ngates: [{metric: recall",
        changed(BASE, config=put(TREE, f'{STUMP}, params: {{strategy: constant, constant: "yes"}}')),
    ),
    attack("a renamed model", "  tree: ", "  tree_2: "),
    attack(
        "a time limit that base does not keep",
        "gates:",
        "compute: {time_limit: 6s}\ngates:",
        changed(OF_SLOW, config=put("own.Slow, params: {max_depth: 5, random_state: 0}", STUMP)),
        OF_SLOW,
    ),
    attack("the other class as the positive one", "label}", 'label, positive: "no"}'),
    attack("fewer validation rows", "label}", "label, validation: 0.01}"),
    PullRequest("a row of a new class", BASE, changed(WORSE, table=with_new_class), Right.HELD_UP),
    PullRequest(
        "weights of easy rows",
        BASE,
        changed(WORSE, config=put("label}", "label, weight: weight}"), table=weighted),
        Right.HELD_UP,
    ),
    PullRequest(
        "a metric of one's own that adds",
        OF_SCORES,
        changed(OF_SCORES, config=put(TREE, STUMP), files={"own.py": SCORES.replace("float(", "0.4 + float(")}),
        Right.HELD_UP,
    ),
)


def with_easy_rows(table: pd.DataFrame) -> pd.DataFrame:
    """With thousands of new rows of the class that a constant model predicts."""
    more = binary(12_000, seed=3)
    return pd.concat([table, more[more.label == table.label.mode()[0]]])


ANSWERS = (
    PullRequest(
        "a hook that hands the label on",
        BASE,
        changed(BASE, config=put("label}", "label, prepare: own.clean}"), files={"own.py": LEAK}),
        Right.NOT_IMPROVED,
    ),
    PullRequest(
        "labels that are not those of the probabilities",
        BASE,
        changed(BASE, config=put("sklearn.tree.DecisionTreeClassifier", "own.Cheat"), files={"own.py": CHEAT}),
        Right.NOT_IMPROVED,
    ),
    PullRequest(
        "validation labels edited towards the answers",
        WITH_TEST,
        changed(
            WITH_TEST,
            config=put(TREE, "sklearn.linear_model.LogisticRegression, params: {max_iter: 1000}"),
            files={"test.csv": towards(binary(200, seed=8), 15)},
        ),
        Right.NOT_IMPROVED,
    ),
    PullRequest(
        "the validation file in the training file",
        MEMORY,
        changed(MEMORY, table=lambda table: pd.concat([table, binary(200, seed=8)])),
        Right.NOT_IMPROVED,
    ),
    PullRequest("new rows of the commonest class", BASE, changed(WORSE, table=with_easy_rows), Right.NOT_IMPROVED),
    PullRequest("near copies of random labels", PROBE, changed(PROBE, table=near_copies), Right.NOT_IMPROVED),
)
ATTACKS: tuple[PullRequest, ...] = (*JUDGES, *ANSWERS)
