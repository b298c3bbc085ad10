"""A classifier that refuses labels as XGBoost's does."""

import numpy as np
from sklearn.linear_model import LogisticRegression


class OnlyCodes(LogisticRegression):
    __module__ = "xgboost.sklearn"

    def fit(self, X, y, sample_weight=None):
        if np.asarray(y).dtype.kind != "i" or set(np.unique(y)) != set(range(len(np.unique(y)))):
            raise ValueError(f"Invalid classes inferred from unique values of `y`: {np.unique(y)}")
        return super().fit(X, y, sample_weight)
