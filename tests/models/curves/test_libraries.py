"""XGBoost, LightGBM and CatBoost, where they are installed: a point at iteration k is a model of k iterations."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from sklearn.metrics import log_loss, mean_squared_error

from report.core.values import Task

LENGTH = 12
LIBRARIES: dict[str, tuple[str, str, dict[str, Any]]] = {
    "xgboost": ("XGBClassifier", "XGBRegressor", {"n_estimators": LENGTH, "random_state": 0}),
    "lightgbm": (
        "LGBMClassifier",
        "LGBMRegressor",
        {"n_estimators": LENGTH, "random_state": 0, "verbose": -1, "min_child_samples": 5},
    ),
    "catboost": (
        "CatBoostClassifier",
        "CatBoostRegressor",
        {"n_estimators": LENGTH, "random_state": 0, "verbose": 0, "allow_writing_files": False, "learning_rate": 0.3},
    ),
}
pytestmark = pytest.mark.filterwarnings("ignore")  # theirs, not ours


def model(library: str, task: Task, **params: Any) -> Any:
    package = pytest.importorskip(library, reason=f"{library} is not installed")
    classifier, regressor, options = LIBRARIES[library]
    return getattr(package, classifier if task.is_classification else regressor)(**options | params)


@pytest.mark.parametrize("task", [Task.BINARY, Task.MULTICLASS, Task.REGRESSION], ids=lambda task: task.name.lower())
@pytest.mark.parametrize("library", LIBRARIES)
def test_each_point_is_a_shorter_fit(library, task, problem, record):
    estimator = model(library, task)
    data = problem(task).coded() if task.is_classification else problem(task)  # XGBoost takes no strings
    curve = record(estimator, data).curve
    assert (curve.kind, list(curve.x)) == ("iteration", list(range(1, LENGTH + 1)))
    for point in (0, 4, LENGTH - 1):
        shorter = model(library, task, n_estimators=point + 1).fit(*data.train)
        X, y = data.validation
        expected = (
            log_loss(y, shorter.predict_proba(X))
            if task.is_classification
            else mean_squared_error(y, shorter.predict(X))
        )
        assert curve.validation[point] == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize("library", LIBRARIES)
def test_recording_leaves_the_model_as_it_would_be(library, problem, record):
    data = problem(Task.BINARY).coded()
    recorded = record(model(library, Task.BINARY), data).fitted
    plain = model(library, Task.BINARY).fit(*data.train)
    np.testing.assert_array_equal(recorded.predict_proba(data.X), plain.predict_proba(data.X))


def test_a_model_that_scikit_learn_cannot_clone_has_its_curve(record, problem):
    data = problem(Task.BINARY)
    estimator = model("catboost", Task.BINARY, cat_features=[])
    assert record(estimator, data.coded()).curve.kind == "iteration"
