"""Sixty changes that change nothing, or nothing that makes a model better or worse."""

from __future__ import annotations

import gzip
import io
import re
from collections.abc import Callable

import numpy as np
import pandas as pd

from .case import PullRequest, Right, State, changed, put
from .repositories import (
    CLASSIFICATION,
    CLASSIFICATION_300,
    CLASSIFICATION_2000,
    CLASSIFIERS,
    MIXED,
    REGRESSION,
    REGRESSION_300,
    REGRESSION_2000,
    REGRESSORS,
    WITH_ID,
    binary,
    only,
    regression,
    with_id,
)

OWN = """\
import numpy as np
from sklearn.linear_model import LogisticRegression


def make(power=1):
    return LogisticRegression(C=10.0 ** power, max_iter=1000)


def clean(table):
    table = table.assign(log_income=np.log(table["income"]))
    return table.drop(columns=["score"])
"""
REFACTORED = '''\
"""Features and models."""

import numpy as np
from sklearn.linear_model import LogisticRegression

UNUSED = ["score"]
BASE = 10.0


def make(power=1):
    strength = BASE**power
    return LogisticRegression(C=strength, max_iter=1000)


def clean(table):
    kept = table.drop(columns=UNUSED)
    kept["log_income"] = np.log(kept["income"].to_numpy())
    return kept
'''
OWN_CONFIG = """\
data: {source: data.csv, target: label, prepare: own.clean}
models:
  mine: {estimator: own.make, params: {power: 1}}
  forest: {estimator: sklearn.ensemble.RandomForestClassifier, params: {n_estimators: 20, random_state: 0}}
metrics: [accuracy, log_loss]
gates: [{metric: accuracy, not: worse}]
report: {plots: none}
"""
WITH_CODE = State(OWN_CONFIG, binary(600), {"own.py": OWN})
SEEDS = changed(CLASSIFICATION, config=lambda text: f"{text}seeds: [1, 2, 3]\n")
ROUNDED = changed(CLASSIFICATION, table=lambda table: table.round(6))
RANDOM = changed(CLASSIFICATION, config=put("label}", "label, validation: {method: random, seed: 1}}"))
WITH_TEST = changed(
    CLASSIFICATION,
    config=put("label}", "label, validation: {source: test.csv}}"),
    files={"test.csv": binary(200, seed=8)},
)
BLOCKS = """\
# the same, in blocks
data:
  target: "label"
  source: 'data.csv'
models:
  logistic:
    params:
      max_iter: 1000
    estimator: sklearn.linear_model.LogisticRegression
  neighbours:
    estimator: sklearn.neighbors.KNeighborsClassifier
    params:
      n_neighbors: 15
  tree: {params: {random_state: 0, max_depth: 5}, estimator: sklearn.tree.DecisionTreeClassifier}
  forest: {params: {random_state: 0, n_estimators: 20}, estimator: sklearn.ensemble.RandomForestClassifier}
  boosting: {params: {random_state: 0, max_iter: 20}, estimator: sklearn.ensemble.HistGradientBoostingClassifier}
metrics:
  - accuracy
  - log_loss
  - roc_auc
gates:
  - metric: accuracy
    not: [worse]
report: {plots: none}
"""


def shuffled(table: pd.DataFrame) -> pd.DataFrame:
    return table.sample(frac=1, random_state=5)


def reordered(table: pd.DataFrame) -> pd.DataFrame:
    return table[list(table.columns[::-1])]


def constant(table: pd.DataFrame) -> pd.DataFrame:
    return table.assign(version=3)


def noisy(table: pd.DataFrame) -> pd.DataFrame:
    return table.assign(noise=np.random.default_rng(11).normal(size=len(table)).round(4))


def identified(table: pd.DataFrame) -> pd.DataFrame:
    return table.assign(key=[f"row-{number:05d}" for number in np.random.default_rng(12).permutation(len(table))])


def renamed(table: pd.DataFrame) -> pd.DataFrame:
    return table.rename(columns={"balance": "balance_in_thousands"})


def floats(table: pd.DataFrame) -> pd.DataFrame:
    return table.astype({"age": "float64", "visits": "float64"})


def grown(table: pd.DataFrame) -> pd.DataFrame:
    """A tenth more rows, of the same kind."""
    return pd.concat([table, binary(len(table) // 10, seed=77)])


def as_parquet(table: pd.DataFrame) -> bytes:
    file = io.BytesIO()
    table.to_parquet(file)
    return file.getvalue()


def in_file(state: State, name: str, content: str | bytes | pd.DataFrame, read: str = "") -> State:
    """The same rows in another file."""
    source = f"source: {name}" + (f", read: {read}" if read else "")
    return changed(state, config=put("source: data.csv", source), table=lambda _: None, files={name: content})


def in_other_text(state: State, write: Callable[[pd.DataFrame], str | bytes]) -> State:
    """The same rows in the same file, written in another way."""
    assert state.table is not None
    return changed(state, table=lambda _: None, files={"data.csv": write(state.table)})


def nothing(name: str, base: State, head: State) -> PullRequest:
    return PullRequest(name, base, head, Right.NOTHING)


def of_rows(name: str, base: State, table: Callable[[pd.DataFrame], pd.DataFrame]) -> PullRequest:
    return nothing(name, base, changed(base, table=table))


def of_config(name: str, base: State, old: str, new: str) -> PullRequest:
    return nothing(name, base, changed(base, config=put(old, new)))


def of_files(name: str, base: State, **files: str) -> PullRequest:
    return nothing(name, base, changed(base, files={key.replace("__", "."): text for key, text in files.items()}))


TEXTS = (
    of_config("a comment in the configuration", CLASSIFICATION, "data: {", "# rows of 2024\ndata: {"),
    of_files("a README", CLASSIFICATION, README__md="# Wine\n"),
    nothing("the configuration in blocks", CLASSIFICATION, changed(CLASSIFICATION, config=lambda _: BLOCKS)),
    of_config("another title", CLASSIFICATION, "data: {", "title: Customers\ndata: {"),
    of_config("defaults written out: data", CLASSIFICATION, "label}", "label, validation: 0.2}\ntask: auto"),
    of_config("a default written out: a parameter", CLASSIFICATION, "max_iter: 1000", "max_iter: 1000, C: 1.0"),
    of_config("a default written out: the margin", CLASSIFICATION, "gates:", "baseline: {margin: 0.0}\ngates:"),
    of_config(
        "samples and sections of the report", CLASSIFICATION, "{plots: none}", "{plots: none}\nsamples: {rows: 3}"
    ),
    of_config("jobs and time limit", REGRESSION, "gates:", "compute: {jobs: 1, time_limit: 20m}\ngates:"),
    of_config("a slice", MIXED, "gates:", "slices: [town]\ngates:"),
    of_config(
        "a gate that warns", CLASSIFICATION, "gates: [", "gates: [{metric: fit_time, max: 900, severity: warn}, "
    ),
    nothing(
        "models in another order",
        CLASSIFICATION,
        changed(CLASSIFICATION, config=lambda text: re.sub(r"(  logistic.*\n)((?:  .*\n)*)", r"\2\1", text)),
    ),
    nothing(
        "one more model",
        CLASSIFICATION_300,
        changed(
            CLASSIFICATION_300,
            config=put("metrics:", "  bayes: {estimator: sklearn.naive_bayes.GaussianNB}\nmetrics:"),
        ),
    ),
    of_config("n_jobs", CLASSIFICATION, "n_estimators: 20", "n_estimators: 20, n_jobs: 2"),
    of_config("verbose", CLASSIFICATION, "max_iter: 20", "max_iter: 20, verbose: 1"),
    of_config("more iterations than are needed", CLASSIFICATION, "max_iter: 1000", "max_iter: 5000"),
    of_files("a comment in the code", WITH_CODE, own__py=f"# features\n{OWN}"),
    of_files("code and hook in other words", WITH_CODE, own__py=REFACTORED),
    nothing(
        "code in another file",
        WITH_CODE,
        changed(WITH_CODE, config=lambda text: text.replace("own.", "library."), files={"library.py": OWN}),
    ),
    of_files(
        "a hook that renames",
        WITH_CODE,
        own__py=OWN.replace("log_income=", "income_log=").replace(
            '["score"])', '["score"]).rename(columns={"age": "years"})'
        ),
    ),
)
LUCK = (
    of_config("random_state", CLASSIFICATION, "random_state: 0", "random_state: 1"),
    of_config("random_state, with seeds", SEEDS, "random_state: 0", "random_state: 1"),
    of_config("random_state, of a regression", REGRESSION_2000, "random_state: 0", "random_state: 7"),
    of_config("other seeds", SEEDS, "[1, 2, 3]", "[4, 5, 6]"),
    nothing("no random_state", CLASSIFICATION_300, changed(CLASSIFICATION_300, config=put(", random_state: 0", ""))),
)
FILES = (
    nothing("Parquet", CLASSIFICATION, in_file(CLASSIFICATION, "data.parquet", as_parquet(binary(600)))),
    nothing("Parquet, with days and flags", MIXED, in_file(MIXED, "data.parquet", as_parquet(MIXED.table))),
    nothing("Parquet, of a regression", REGRESSION, in_file(REGRESSION, "data.parquet", as_parquet(REGRESSION.table))),
    nothing("a file in a folder", CLASSIFICATION, in_file(CLASSIFICATION, "data/all.csv", binary(600))),
    nothing(
        "two files",
        CLASSIFICATION,
        changed(
            in_file(CLASSIFICATION, "'part-*.csv'", ""),
            files={"part-1.csv": binary(600)[:300], "part-2.csv": binary(600)[300:]},
        ),
    ),
    nothing(
        "compressed",
        REGRESSION,
        in_file(REGRESSION, "data.csv.gz", gzip.compress(REGRESSION.table.to_csv(index=False).encode())),
    ),
    nothing(
        "semicolons",
        CLASSIFICATION,
        in_file(CLASSIFICATION, "data.txt", binary(600).to_csv(index=False, sep=";"), '{sep: ";"}'),
    ),
    nothing("JSON Lines", ROUNDED, in_file(ROUNDED, "data.jsonl", ROUNDED.table.to_json(orient="records", lines=True))),
    nothing(
        "more digits", ROUNDED, in_other_text(ROUNDED, lambda table: table.to_csv(index=False, float_format="%.9f"))
    ),
    nothing(
        "scientific notation",
        CLASSIFICATION,
        in_other_text(CLASSIFICATION, lambda table: table.to_csv(index=False, float_format="%.17e")),
    ),
    nothing(
        "lines of Windows",
        CLASSIFICATION,
        in_other_text(
            CLASSIFICATION, lambda table: b"\xef\xbb\xbf" + table.to_csv(index=False, lineterminator="\r\n").encode()
        ),
    ),
    nothing("quotes", MIXED, in_other_text(MIXED, lambda table: table.to_csv(index=False, quoting=1))),
)
TYPES = (
    of_rows("whole numbers as floats", CLASSIFICATION, floats),
    of_rows("flags as 0 and 1", MIXED, lambda table: table.astype({"member": int})),
    nothing(
        "days as timestamps",
        MIXED,
        in_file(MIXED, "data.parquet", as_parquet(MIXED.table.assign(day=pd.to_datetime(MIXED.table.day)))),
    ),
)
ROWS = (
    of_rows("rows in another order", CLASSIFICATION, shuffled),
    of_rows("rows sorted", REGRESSION, lambda table: table.sort_values("price")),
    of_rows("rows in another order, with ids", WITH_ID, shuffled),
    of_rows("ids exported anew", WITH_ID, lambda table: with_id(table.drop(columns="id"), seed=9)),
    # A tree of other rows is another tree: with one fit of each side its luck is part of what is called.
    of_rows("rows appended", State(only(CLASSIFIERS, "logistic"), binary(600)), grown),
    of_rows("rows appended, 2,000", State(only(CLASSIFIERS, "logistic"), binary(2000)), grown),
    of_rows("a few rows removed", REGRESSION, lambda table: table.drop(index=range(0, 600, 40))),
    nothing(
        "validation rows in another order",
        WITH_TEST,
        changed(WITH_TEST, files={"test.csv": shuffled(binary(200, seed=8))}),
    ),
)
COLUMNS = (
    of_rows("columns in another order", CLASSIFICATION, reordered),
    *(
        of_rows(f"a constant column, {len(state.table)}", state, constant)
        for state in (CLASSIFICATION_300, CLASSIFICATION_2000, REGRESSION)
    ),
    # Noise is a real change for neighbours, which look at every column alike.
    of_rows("a column of noise, 600", State(only(CLASSIFIERS, "logistic", "forest", "boosting"), binary(600)), noisy),
    of_rows("a column of noise, 300", State(only(REGRESSORS, "ridge", "forest", "boosting"), regression(300)), noisy),
    of_rows("an id that no key of the configuration names", CLASSIFICATION_300, with_id),
    nothing(
        "an id, named",
        CLASSIFICATION_2000,
        changed(CLASSIFICATION_2000, table=identified, config=put("label}", "label, id: key}")),
    ),
    of_rows("a column renamed", CLASSIFICATION, renamed),
    of_rows("a column renamed, of a regression", REGRESSION_300, renamed),
)
SPLITS = (
    of_config("another seed of the split", RANDOM, "seed: 1", "seed: 2"),
    of_config("another share", CLASSIFICATION_2000, "label}", "label, validation: 0.25}"),
)
NO_CHANGES: tuple[PullRequest, ...] = (*TEXTS, *LUCK, *FILES, *TYPES, *ROWS, *COLUMNS, *SPLITS)
