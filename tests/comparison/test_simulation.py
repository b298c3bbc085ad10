"""A small seeded version of `benchmarks/verdicts.py`; the bounds leave three standard errors of the simulation."""

from __future__ import annotations

import math

import pytest

from benchmarks.verdicts import METHODS, Model, coverage, detectable_pair, named, shares, true_change
from report.core.values import Task

CASES = [(task, name) for task in METHODS for name in METHODS[task] if name != "average_precision"]  # 200 draws each
N_ROWS, REPEATS = 400, 300


def errors(share: float, repeats: int = REPEATS) -> float:
    return 3 * math.sqrt(share * (1 - share) / repeats)


@pytest.mark.parametrize(("task", "name"), CASES)
def test_a_change_of_nothing_is_seldom_called_one(task, name):
    found = shares(task, named(task)[name], (Model(1.0), Model(1.0)), N_ROWS, REPEATS)
    assert found["improved"] + found["worse"] < 0.05 + errors(0.05)


@pytest.mark.parametrize(("task", "name"), [(Task.BINARY, "accuracy"), (Task.REGRESSION, "mae")])
def test_a_detectable_improvement_is_found_four_times_out_of_five(task, name):
    metric = named(task)[name]
    found = shares(task, metric, detectable_pair(task, metric, N_ROWS), N_ROWS, REPEATS)
    assert found["improved"] > 0.8 - errors(0.8)


@pytest.mark.parametrize(("task", "name"), [(Task.BINARY, "roc_auc"), (Task.REGRESSION, "rmse")])
def test_intervals_hold_the_true_change(task, name):
    metric, pair = named(task)[name], (Model(1.1), Model(0.9))
    held = coverage(task, metric, pair, N_ROWS, REPEATS, truth=true_change(task, metric, pair))
    assert held == pytest.approx(0.95, abs=errors(0.95))
