"""The script that a user would write: read the file, fit the same two models, two metrics on both splits."""

from __future__ import annotations

import sys

import pandas as pd
from sklearn.datasets import load_digits
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score, log_loss
from sklearn.model_selection import train_test_split

READERS = {".csv": pd.read_csv, ".parquet": pd.read_parquet}


def main(source: str) -> None:
    if source == "digits":
        X, y = load_digits(return_X_y=True, as_frame=True)
    else:
        frame = READERS[source[source.rindex(".") :]](source)
        X, y = frame.drop(columns="target"), frame["target"]
    X_train, X_validation, y_train, y_validation = train_test_split(X, y, test_size=0.2, random_state=42)
    for model in (LogisticRegression(max_iter=200), HistGradientBoostingClassifier(random_state=0)):
        model.fit(X_train, y_train)
        for rows, truth in ((X_train, y_train), (X_validation, y_validation)):
            accuracy = accuracy_score(truth, model.predict(rows))
            print(type(model).__name__, accuracy, log_loss(truth, model.predict_proba(rows)))


if __name__ == "__main__":
    main(sys.argv[1])
