"""Models of a repository's own that show what they were trained on."""

from __future__ import annotations

MEMORY = """\
import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin


class Memory(ClassifierMixin, BaseEstimator):
    '''Right about each row that it was trained on; it answers 'no' to all others.'''

    def fit(self, X, y):
        self.classes_ = np.unique(y)
        self.rows_ = {tuple(row): label for row, label in zip(np.asarray(X).tolist(), y)}
        return self

    def predict(self, X):
        return np.array([self.rows_.get(tuple(row), 'no') for row in np.asarray(X).tolist()], dtype=object)
"""
