"""Models whose answers are no function of the row."""

from __future__ import annotations

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin
from sklearn.linear_model import LinearRegression, LogisticRegression


class Ranked(ClassifierMixin, BaseEstimator):
    """Ranks the rows that it is asked about among each other."""

    def fit(self, X, y):
        self.inner_ = LogisticRegression().fit(self._ranks(X), y)
        self.classes_ = self.inner_.classes_
        return self

    def predict(self, X):
        return self.inner_.predict(self._ranks(X))

    def predict_proba(self, X):
        return self.inner_.predict_proba(self._ranks(X))

    @staticmethod
    def _ranks(X):
        return np.argsort(np.argsort(np.asarray(X, float), axis=0), axis=0) / len(X)


class Centred(RegressorMixin, BaseEstimator):
    """Subtracts the mean of the rows that it is asked about."""

    def fit(self, X, y):
        self.inner_ = LinearRegression().fit(np.asarray(X), y)
        return self

    def predict(self, X):
        values = self.inner_.predict(np.asarray(X))
        return values - values.mean()


class ByPosition(ClassifierMixin, BaseEstimator):
    """Answers by where a row stands."""

    def fit(self, X, y):
        self.classes_ = np.unique(y)
        return self

    def predict(self, X):
        return self.classes_[np.arange(len(X)) % len(self.classes_)]


class WholeFileOnly(ByPosition):
    """Knows answers for files of the lengths that it was made for."""

    def predict(self, X):
        if len(X) not in (50, 100):
            raise KeyError(len(X))
        return super().predict(X)


class Dropout(RegressorMixin, BaseEstimator):
    """Draws a new number for each answer."""

    def fit(self, X, y):
        self.mean_ = np.mean(y)
        return self

    def predict(self, X):
        return self.mean_ + np.random.default_rng().normal(size=len(X))


class TwoMinds(ClassifierMixin, BaseEstimator):
    """Labels of one model, probabilities of another."""

    def fit(self, X, y):
        X = np.asarray(X)
        self.labels_ = LogisticRegression().fit(X[:, :1], y)
        self.inner_ = LogisticRegression().fit(X[:, 1:], y)
        self.classes_ = self.inner_.classes_
        return self

    def predict(self, X):
        return self.labels_.predict(np.asarray(X)[:, :1])

    def predict_proba(self, X):
        return self.inner_.predict_proba(np.asarray(X)[:, 1:])


class Failing(ClassifierMixin, BaseEstimator):
    """Cannot predict."""

    def fit(self, X, y):
        self.classes_ = np.unique(y)
        return self

    def predict(self, X):
        raise RuntimeError("out of order")
