"""A draw may lack what a metric needs; an error of ours in one is no draw without a value."""

from __future__ import annotations

import warnings
from dataclasses import replace

import numpy as np
import pytest

from report.comparison.changes import estimate_repeated
from report.core.errors import ReportError
from report.core.pairing import AnyOfRows, Failed, NotApplicable
from report.core.values import Task
from report.evaluation.metrics import METRICS
from tests.evaluation.builders import make_target, random_rows

ANY = [
    pytest.param(metric, task, id=f"{metric.info.name}-{task.value}")
    for metric in METRICS
    for task in metric.tasks
    if isinstance(metric.pairing(make_target(task)), AnyOfRows)
]


@pytest.mark.parametrize(("metric", "task"), ANY)
@pytest.mark.parametrize("drawn", [[0], [0, 0], [3, 3, 3, 4], list(range(40)) * 2])
def test_a_metric_of_few_rows_has_a_value_or_says_that_there_is_none(metric, task: Task, drawn: list[int]):
    rows = random_rows(task, 40).take(np.array(drawn))
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        try:
            value = metric.compute(rows, make_target(task))
        except NotApplicable as reason:
            value = str(reason)
    assert isinstance(value, (float, str))


def change(error: Exception):
    """The estimate of a metric that fails in every draw, not on the rows themselves."""
    rows = random_rows(Task.BINARY, 40)
    asked = []

    def value(given) -> float:
        asked.append(given)
        if len(asked) > 2:
            raise error
        return float(np.mean(given.y_true == given.y_pred))

    other = replace(rows, y_pred=1 - rows.y_pred)
    return estimate_repeated(AnyOfRows(value), [rows], [other])


@pytest.mark.parametrize("error", [NotApplicable("one class"), Failed("of the repository"), ReportError("no module")])
def test_what_a_metric_may_say_leaves_a_draw_without_a_value(error):
    estimate = change(error)
    assert estimate.interval is None or not np.isfinite(estimate.interval.low)


def test_an_error_of_ours_in_a_draw_is_not_swallowed():
    with pytest.raises(ZeroDivisionError):
        change(ZeroDivisionError("of ours"))
