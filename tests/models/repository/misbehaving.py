"""Models that do what they should not."""
# ruff: noqa: T201 — printing is what some of them do

import ctypes
import os
import subprocess
import sys
import time
import warnings
from pathlib import Path

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin


class Misbehaving(ClassifierMixin, BaseEstimator):
    """Predicts the first class, if it gets that far."""

    def fit(self, X, y):
        self.classes_ = np.unique(y)
        self.misbehave()
        return self

    def misbehave(self):
        pass

    def predict(self, X):
        return np.repeat(self.classes_[:1], len(X))


class Raises(Misbehaving):
    def misbehave(self):
        print("about to fail")
        raise ValueError("the first line\nand the second")


class Prints(Misbehaving):
    """10 MB, by way of Python and past it, and one line that never ends."""

    def misbehave(self):
        for number in range(100_000):
            print(f"line {number} " + "." * 90)
        os.write(2, b"x" * 1_000_000)


class PrintsAndRaises(Prints):
    def misbehave(self):
        super().misbehave()
        print("\nthe last line")
        raise ValueError("after much noise")


class CallsSysExit(Misbehaving):
    def misbehave(self):
        sys.exit(3)


class EndsItsProcess(Misbehaving):
    def misbehave(self):
        print("bye", flush=True)
        os._exit(7)


class Segfaults(Misbehaving):
    def misbehave(self):
        ctypes.string_at(0)


class NeverEnds(Misbehaving):
    """Nor does the process that it has started; which one it is stands in `pid_file`."""

    def __init__(self, pid_file=None):
        self.pid_file = pid_file

    def misbehave(self):
        child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
        if self.pid_file:
            Path(self.pid_file).write_text(f"{os.getpid()} {child.pid}")
        print("still here", flush=True)
        while True:
            time.sleep(0.01)


class HangsWhenCopied(Misbehaving):
    """Fits and predicts well; a refit, as a curve needs it, never ends."""

    def misbehave(self):
        if os.environ.get("ALREADY_FITTED"):
            time.sleep(600)
        os.environ["ALREADY_FITTED"] = "1"


class Warns(Misbehaving):
    def misbehave(self):
        for _ in range(3):
            warnings.warn("it may rain", UserWarning, stacklevel=1)
        warnings.warn("for developers", DeprecationWarning, stacklevel=1)


class PredictsNan(BaseEstimator):
    _estimator_type = "regressor"

    def fit(self, X, y):
        return self

    def predict(self, X):
        return np.full(len(X), np.nan)


class SeesThreads(Misbehaving):
    """Its warning tells how many threads it may use."""

    def misbehave(self):
        from threadpoolctl import threadpool_info

        most = max(pool["num_threads"] for pool in threadpool_info())
        warnings.warn(f"threads: {most}, variable: {os.environ['OMP_NUM_THREADS']}", UserWarning, stacklevel=1)


class NeedsARow(ClassifierMixin, BaseEstimator):
    """Does not fit without the row of the largest first cell, as in one of several folds."""

    def __init__(self, largest=0.0, waits=False):
        self.largest = largest
        self.waits = waits

    def fit(self, X, y):
        if np.asarray(X)[:, 0].max() < self.largest:
            if self.waits:
                time.sleep(600)
            raise ValueError("the largest is gone")
        self.classes_ = np.unique(y)
        return self

    def predict(self, X):
        return np.repeat(self.classes_[:1], len(X))
