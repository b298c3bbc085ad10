"""Every classifier and regressor of scikit-learn, by import path, through fit and evaluation."""

from __future__ import annotations

from collections import Counter
from itertools import takewhile
from typing import Any

import numpy as np
import pytest
from sklearn.utils import all_estimators

from report.evaluation import choose_metrics, evaluate, scorer
from tests.models.builders import classes_target, fitted, halves, labels_target, make_dataset, numbers_target

LOGISTIC = {"estimator": "sklearn.linear_model.LogisticRegression"}
TREE = {"estimator": "sklearn.tree.DecisionTreeClassifier", "params": {"max_depth": 3}}
RIDGE = {"estimator": "sklearn.linear_model.Ridge"}
TREE_REGRESSOR = {"estimator": "sklearn.tree.DecisionTreeRegressor", "params": {"max_depth": 3}}

# What an estimator needs beside its defaults: what is inside, and what suits a table of counts.
PARAMS: dict[str, dict[str, Any]] = {
    "CategoricalNB": {"min_categories": 12},
    "ClassifierChain": {"estimator": LOGISTIC},
    "FixedThresholdClassifier": {"estimator": LOGISTIC},
    "MultiOutputClassifier": {"estimator": TREE},
    "MultiOutputRegressor": {"estimator": RIDGE},
    "OneVsOneClassifier": {"estimator": LOGISTIC},
    "OneVsRestClassifier": {"estimator": LOGISTIC},
    "OutputCodeClassifier": {"estimator": LOGISTIC},
    "RadiusNeighborsClassifier": {"radius": 6.0, "outlier_label": "most_frequent"},
    "RadiusNeighborsRegressor": {"radius": 12.0},
    "RegressorChain": {"estimator": RIDGE},
    "SelfTrainingClassifier": {"estimator": TREE},
    "StackingClassifier": {"estimators": [["tree", TREE], ["linear", LOGISTIC]], "final_estimator": LOGISTIC},
    "StackingRegressor": {"estimators": [["tree", TREE_REGRESSOR], ["linear", RIDGE]]},
    "TransformedTargetRegressor": {"regressor": RIDGE},
    "TunedThresholdClassifierCV": {"estimator": LOGISTIC},
    "VotingClassifier": {"estimators": [["tree", TREE], ["linear", LOGISTIC]], "voting": "soft"},
    "VotingRegressor": {"estimators": [["tree", TREE_REGRESSOR], ["linear", RIDGE]]},
}

# Which table an estimator gets when the usual one of its task is not for it.
TABLES: dict[str, str] = {
    "ClassifierChain": "labels",
    "MultiOutputClassifier": "labels",
    "FixedThresholdClassifier": "two classes",
    "TunedThresholdClassifierCV": "two classes",
    "CCA": "several quantities",
    "PLSCanonical": "several quantities",
    "MultiOutputRegressor": "several quantities",
    "RegressorChain": "several quantities",
    "MultiTaskElasticNet": "several quantities",
    "MultiTaskElasticNetCV": "several quantities",
    "MultiTaskLasso": "several quantities",
    "MultiTaskLassoCV": "several quantities",
    "IsotonicRegression": "one column",
}

EXPECTED_REASONS: dict[str, str] = {}


def tables() -> dict[str, Any]:
    """Small tables of counts from 0 to 9, and what is to be predicted of them."""
    rng = np.random.default_rng(0)
    cluster = rng.integers(0, 3, 120)
    X = np.clip(rng.poisson(3.0, (120, 5)) + cluster[:, None] * [2, 0, 1, 0, 3], 0, 9)
    quantity = 1.0 + X @ [1.0, 0.5, 0.0, 0.2, 0.1] + rng.uniform(0.0, 0.5, 120)
    return {
        "classes": make_dataset(X, classes_target(np.array(["ant", "bee", "cat"])[cluster].tolist())),
        "two classes": make_dataset(X, classes_target(np.where(cluster == 1, "yes", "no").tolist())),
        "labels": make_dataset(X, labels_target(np.column_stack([cluster == 0, X[:, 1] > 3, X[:, 2] > 4]))),
        "quantities": make_dataset(X, numbers_target(quantity)),
        "several quantities": make_dataset(X, numbers_target(np.column_stack([quantity, X[:, 4] - X[:, 0]]))),
        "one column": make_dataset(X[:, :1], numbers_target(quantity)),
    }


def estimators() -> list[tuple[str, str, str]]:
    """Name, import path and table of every classifier and regressor."""
    found = []
    for kind, table in (("classifier", "classes"), ("regressor", "quantities")):
        for name, cls in all_estimators(type_filter=kind):
            public = takewhile(lambda part: not part.startswith("_"), cls.__module__.split("."))
            found.append((name, ".".join([*public, name]), TABLES.get(name, table)))
    return found


@pytest.mark.slow
def test_every_estimator_gives_its_row_or_a_reason(capsys):
    wanted = estimators()
    reasons: dict[str, str] = {}
    rows: set[str] = set()
    curves: Counter[str] = Counter()
    for name, dataset in tables().items():
        models = {
            model: {"estimator": path, "params": PARAMS.get(model, {})}
            for model, path, table in wanted
            if table == name
        }
        for model in evaluated(models, dataset).models:
            if model.status != "ok":
                reasons[model.name] = str(model.reason)
                continue
            assert_has_row(model)
            rows.add(model.name)
            curves[model.curve.kind if model.curve else "none"] += 1
    lines = [
        (
            f"{len(rows)} of {len(wanted)} classifiers and regressors of scikit-learn give their row of scores; "
            f"{len(reasons)} a reason. Loss curves: {dict(curves)}"
        ),
        *(f"  {name}: {reason}" for name, reason in reasons.items()),
    ]
    with capsys.disabled():
        print("", *lines, sep="\n")  # noqa: T201 — the count belongs into the output of a normal run
    assert len(rows) + len(reasons) == len(wanted)
    assert set(reasons) == set(EXPECTED_REASONS)


def evaluated(models: dict[str, Any], dataset: Any) -> Any:
    metrics = choose_metrics((), dataset.target, root=None)
    split = halves(dataset)
    runs = fitted(models, dataset, split=split, score=scorer(metrics[0], dataset.target))
    return evaluate(dataset, split, tuple(runs.values()), metrics, samples=3)


def assert_has_row(model: Any) -> None:
    """The primary metric and the loss on both splits; a curve that ends at the loss of the row; importance."""
    for metric in (model.scores[0].metric, "loss"):
        for split in ("train", "validation"):
            score = model.score(metric, split)
            assert score is not None, (model.name, metric, split)
            assert score.status == "ok", (model.name, score)
            assert np.isfinite(score.value), (model.name, score)
    assert model.fit_seconds > 0
    assert model.importance is not None, model.name
    assert model.curve is not None, model.name
    assert model.curve.train[-1] == pytest.approx(model.score("loss", "train").value), model.name
    assert model.curve.validation[-1] == pytest.approx(model.score("loss").value), model.name
