"""The repositories that the pull requests are made in: tables of a known relation, and configurations."""

from __future__ import annotations

import numpy as np
import pandas as pd

from .case import State

CLASSIFIERS = """\
data: {source: data.csv, target: label}
models:
  logistic: {estimator: sklearn.linear_model.LogisticRegression, params: {max_iter: 1000}}
  neighbours: {estimator: sklearn.neighbors.KNeighborsClassifier, params: {n_neighbors: 15}}
  tree: {estimator: sklearn.tree.DecisionTreeClassifier, params: {max_depth: 5, random_state: 0}}
  forest: {estimator: sklearn.ensemble.RandomForestClassifier, params: {n_estimators: 20, random_state: 0}}
  boosting: {estimator: sklearn.ensemble.HistGradientBoostingClassifier, params: {max_iter: 20, random_state: 0}}
metrics: [accuracy, log_loss, roc_auc]
gates: [{metric: accuracy, not: worse}]
report: {plots: none}
"""
REGRESSORS = """\
data: {source: data.csv, target: price}
models:
  ridge: sklearn.linear_model.Ridge
  neighbours: {estimator: sklearn.neighbors.KNeighborsRegressor, params: {n_neighbors: 10}}
  tree: {estimator: sklearn.tree.DecisionTreeRegressor, params: {max_depth: 5, random_state: 0}}
  forest: {estimator: sklearn.ensemble.RandomForestRegressor, params: {n_estimators: 20, random_state: 0}}
  boosting: {estimator: sklearn.ensemble.HistGradientBoostingRegressor, params: {max_iter: 20, random_state: 0}}
metrics: [r2, mae]
gates: [{metric: r2, not: worse}]
report: {plots: none}
"""
N_JOBS = "n_jobs: 1"


def features(n_rows: int, seed: int = 0) -> pd.DataFrame:
    """Numbers as tables have them: whole ones, ones of two and of many digits; age and income are of other scales."""
    random = np.random.default_rng(seed)
    return pd.DataFrame(
        {
            "age": random.integers(18, 90, n_rows),
            "income": random.lognormal(1.0, 0.5, n_rows).round(2),
            "balance": random.normal(size=n_rows).round(3),
            "visits": random.poisson(4, n_rows),
            "score": random.normal(size=n_rows),
        }
    )


def signal(table: pd.DataFrame) -> np.ndarray:
    """(n_rows,) what the labels follow, of a standard deviation of about 1.5."""
    return np.asarray(
        (table.age - 54) / 30 + table.balance * (1 + 0.5 * (table.visits > 4)) + 0.8 * np.log(table.income / 2.7)
    )


def binary(n_rows: int, seed: int = 0) -> pd.DataFrame:
    """About 82% can be got right."""
    table = features(n_rows, seed)
    noise = np.random.default_rng([seed, 1]).logistic(scale=0.5, size=n_rows)
    return table.assign(label=np.where(signal(table) + noise > 0, "yes", "no"))


def regression(n_rows: int, seed: int = 0) -> pd.DataFrame:
    """An R² of about 0.8 can be got."""
    table = features(n_rows, seed)
    noise = np.random.default_rng([seed, 2]).normal(scale=0.8, size=n_rows)
    return table.assign(price=(10 + signal(table) + noise).round(3))


def mixed(n_rows: int, seed: int = 0) -> pd.DataFrame:
    """With a town, a day and a flag."""
    random = np.random.default_rng([seed, 3])
    return binary(n_rows, seed).assign(
        town=random.choice(["Ulm", "Bonn", "Köln", "Jena"], n_rows),
        day=(pd.Timestamp("2024-01-01") + pd.to_timedelta(random.integers(0, 700, n_rows), unit="D")).strftime(
            "%Y-%m-%d"
        ),
        member=random.random(n_rows) < 0.5,
    )


def with_id(table: pd.DataFrame, seed: int = 0) -> pd.DataFrame:
    """With an id of its own for each row, in no order."""
    ids = np.random.default_rng([seed, 4]).choice(np.arange(10_000, 99_999), len(table), replace=False)
    return table.assign(id=ids)


def only(config: str, *models: str) -> str:
    """The configuration with these models alone."""
    lines = config.splitlines(keepends=True)
    return "".join(line for line in lines if not line.startswith("  ") or line.split(":")[0].strip() in models)


CLASSIFICATION_300 = State(CLASSIFIERS, binary(300))
CLASSIFICATION = State(CLASSIFIERS, binary(600))
CLASSIFICATION_2000 = State(CLASSIFIERS, binary(2000))
REGRESSION_300 = State(REGRESSORS, regression(300))
REGRESSION = State(REGRESSORS, regression(600))
REGRESSION_2000 = State(REGRESSORS, regression(2000))
WITH_ID = State(CLASSIFIERS.replace("label}", "label, id: id}"), with_id(binary(600)))
MIXED = State(only(CLASSIFIERS, "logistic", "forest"), mixed(600))
