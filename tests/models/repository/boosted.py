"""Stand-ins: a classifier that refuses labels as XGBoost's does, and others that have it inside."""

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin, clone
from sklearn.linear_model import LogisticRegression


class OnlyCodes(LogisticRegression):
    __module__ = "xgboost.sklearn"

    def fit(self, X, y, sample_weight=None):
        if np.asarray(y).dtype.kind != "i" or set(np.unique(y)) != set(range(len(np.unique(y)))):
            raise ValueError(f"Invalid classes inferred from unique values of `y`: {np.unique(y)}")
        return super().fit(X, y, sample_weight)


class Hidden(ClassifierMixin, BaseEstimator):
    """What is inside is no parameter."""

    def fit(self, X, y):
        self.model_ = OnlyCodes().fit(X, y)
        self.classes_ = self.model_.classes_
        return self

    def predict(self, X):
        return self.model_.predict(X)

    def predict_proba(self, X):
        return self.model_.predict_proba(X)


class OnFirstHalf(ClassifierMixin, BaseEstimator):
    """Fits on half of the rows, as a fold of a search does."""

    def __init__(self, inner):
        self.inner = inner

    def fit(self, X, y):
        half = len(X) // 2
        self.model_ = clone(self.inner).fit(X[:half], y[:half])
        return self

    def predict(self, X):
        return self.model_.predict(X)


class OutOfBounds(ClassifierMixin, BaseEstimator):
    """As a network of torch with as many outputs as there are classes."""

    def fit(self, X, y):
        self.classes_ = np.unique(y)
        if np.max(y) >= len(self.classes_):
            raise IndexError(f"Target {np.max(y)} is out of bounds.")
        self.model_ = LogisticRegression().fit(X, y)
        return self

    def predict(self, X):
        return self.model_.predict(X)
