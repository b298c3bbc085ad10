"""Models of a repository, built from its other modules, whose names are ours too."""
# ruff: noqa: I001 — `report` is this repository's own module here

import config
import report
from sklearn.neighbors import KNeighborsClassifier
from sklearn.tree import DecisionTreeClassifier


def tree():
    return DecisionTreeClassifier(max_depth=report.DEPTH)


def neighbours():
    return KNeighborsClassifier(n_neighbors=config.NEIGHBOURS)
