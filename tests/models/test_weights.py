"""Row weights find the estimator that takes them."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.compose import TransformedTargetRegressor
from sklearn.ensemble import BaggingClassifier, StackingClassifier, VotingClassifier
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.model_selection import GridSearchCV
from sklearn.multioutput import MultiOutputClassifier
from sklearn.neighbors import KNeighborsClassifier, KNeighborsRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from report.models.fitting import fit
from report.models.weights import weight_parameter

X = np.array([[0.0], [1.0], [2.0], [3.0], [4.0], [5.0]])
Y = np.array([0, 0, 1, 0, 1, 1])
WEIGHT = np.array([1.0, 1.0, 9.0, 1.0, 1.0, 1.0])

TAKES = [
    (LogisticRegression(), "sample_weight"),
    (make_pipeline(StandardScaler(), LogisticRegression()), "logisticregression__sample_weight"),
    (
        make_pipeline(StandardScaler(), make_pipeline(StandardScaler(), LogisticRegression())),
        "pipeline__logisticregression__sample_weight",
    ),
    (
        GridSearchCV(make_pipeline(StandardScaler(), LogisticRegression()), {"logisticregression__C": [1.0]}, cv=2),
        "logisticregression__sample_weight",
    ),
    (BaggingClassifier(LogisticRegression(), random_state=0), "sample_weight"),
    (VotingClassifier([("a", LogisticRegression())], voting="soft"), "sample_weight"),
    (StackingClassifier([("a", LogisticRegression())], cv=2), "sample_weight"),
    (TransformedTargetRegressor(Ridge()), "sample_weight"),
    (TransformedTargetRegressor(make_pipeline(StandardScaler(), Ridge())), "ridge__sample_weight"),
]
REFUSES = [
    KNeighborsClassifier(),
    make_pipeline(StandardScaler(), KNeighborsClassifier()),
    VotingClassifier([("a", LogisticRegression()), ("b", KNeighborsClassifier(2))]),
    BaggingClassifier(make_pipeline(StandardScaler(), LogisticRegression())),
    StackingClassifier([("a", make_pipeline(StandardScaler(), LogisticRegression()))], cv=2),
    MultiOutputClassifier(KNeighborsClassifier()),
    TransformedTargetRegressor(KNeighborsRegressor()),
]


@pytest.mark.parametrize(("model", "parameter"), TAKES, ids=lambda value: type(value).__name__)
def test_the_parameter_is_found_and_weights_make_a_difference(model, parameter):
    assert weight_parameter(model) == parameter
    method = "predict_proba" if hasattr(model, "predict_proba") else "predict"
    weighted = getattr(fit(model, X, Y, WEIGHT), method)(X)
    plain = getattr(fit(model, X, Y, None), method)(X)
    assert np.abs(weighted - plain).max() > 0.01


@pytest.mark.parametrize("model", REFUSES, ids=lambda model: type(model).__name__)
def test_estimators_that_take_none_are_fitted_without(model):
    assert weight_parameter(model) is None
    y = np.column_stack([Y, Y]) if isinstance(model, MultiOutputClassifier) else Y
    assert len(fit(model, X, y, WEIGHT).predict(X[:5])) == 5
