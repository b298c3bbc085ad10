"""Imported by the server that workers come from: does once what the first fit in every worker would do."""

from __future__ import annotations

import gc

import numpy as np
import pandas as pd
from sklearn.tree import DecisionTreeClassifier


def warm_up() -> None:
    """A fit on two rows, after which scikit-learn has loaded how it looks at data frames. It starts no threads."""
    DecisionTreeClassifier(max_depth=1).fit(pd.DataFrame({"x": [0.0, 1.0]}), np.array([0, 1])).predict_proba(
        pd.DataFrame({"x": [0.0]})
    )


warm_up()
gc.collect()
gc.freeze()  # else a collection in a worker writes to every page of these modules, and so copies them
