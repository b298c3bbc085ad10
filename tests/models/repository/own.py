"""Functions that give estimators, or should."""

from sklearn.linear_model import LogisticRegression
from sklearn.tree import DecisionTreeClassifier


def tree(max_depth=3, random_state=None):
    return DecisionTreeClassifier(max_depth=max_depth, random_state=random_state)


def nothing():
    return {"not": "an estimator"}


def breaks():
    raise RuntimeError("no model today")


def named(function):
    """A parameter that is called like the key of a function."""
    return LogisticRegression(C=len(function))


def kept(steps):
    """An estimator with what it was made of."""
    model = LogisticRegression()
    model.kept = steps
    return model
