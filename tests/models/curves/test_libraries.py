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


def with_codes(data):
    """XGBoost takes classes as numbers only."""
    from tests.models.curves.conftest import Problem, target_of

    codes = data.target.encoded
    return Problem(data.X, codes, target_of(data.target.task, codes))


@pytest.mark.parametrize("task", [Task.BINARY, Task.MULTICLASS, Task.REGRESSION], ids=lambda task: task.name.lower())
@pytest.mark.parametrize("library", LIBRARIES)
def test_each_point_is_a_shorter_fit(library, task, problem, record):
    estimator = model(library, task)
    data = with_codes(problem(task)) if task.is_classification else problem(task)
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
    data = with_codes(problem(Task.BINARY))
    recorded = record(model(library, Task.BINARY), data).fitted
    plain = model(library, Task.BINARY).fit(*data.train)
    np.testing.assert_array_equal(recorded.predict_proba(data.X), plain.predict_proba(data.X))
