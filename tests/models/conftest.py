"""Small data sets."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from tests.models.builders import classes_target, make_dataset, numbers_target


@pytest.fixture(scope="session")
def table():
    """(150, 4) numbers of three clusters, and the cluster of each row."""
    rng = np.random.default_rng(0)
    cluster = rng.permutation(150) % 3
    return rng.normal(size=(150, 4)) + cluster[:, None] * [1.5, -1.0, 0.5, 0.0], cluster


@pytest.fixture(scope="session")
def three_classes(table):
    X, cluster = table
    return make_dataset(X, classes_target(np.array(["ant", "bee", "cat"])[cluster].tolist()))


@pytest.fixture(scope="session")
def quantities(table):
    X, cluster = table
    return make_dataset(X, numbers_target(X @ [1.0, 2.0, 0.0, -1.0] + cluster))


@pytest.fixture(scope="session")
def two_classes(table):
    X, cluster = table
    return make_dataset(X, classes_target((cluster == 0).tolist()))


@pytest.fixture(scope="session")
def frame_of():
    """frame_of(n) → n rows of one column, and numbers as their target."""

    def call(n):
        return pd.DataFrame({"x": np.arange(n) * 1.0}), numbers_target(np.arange(n))

    return call
