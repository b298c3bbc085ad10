"""Which other task is proposed where a metric is not of this one."""

from __future__ import annotations

from pathlib import Path

import pytest

from report.core.errors import MetricError
from report.evaluation import choose_metrics
from tests.models.builders import numbers_target

OTHER = "or say `task: classification`"


@pytest.mark.parametrize(
    ("metric", "values", "end"),
    [
        ("accuracy", [0.5, 1.0, 2.0], ""),
        ("accuracy", [0.0, 1.0, 2.0], f", {OTHER}"),
        ("f1", [0.0, 1.0, 0.0], f", {OTHER}"),
        ("f1", [0.0, 1.0, 2.0], f", {OTHER} and use f1_macro"),
        ("average_precision", [0.0, 1.0, 2.0], f", {OTHER}"),
        ("positive_likelihood_ratio", [0.0, 1.0, 2.0], ""),
        ("hamming_loss", [[0.0, 1.0], [1.0, 0.0]], f", {OTHER}"),
        ("hamming_loss", [[0.0, 2.0], [1.0, 0.0]], ""),
        ("accuracy", [1.0, 1.0], ""),
    ],
)
def test_only_a_task_that_the_target_allows_is_proposed(metric, values, end):
    with pytest.raises(MetricError) as caught:
        choose_metrics((metric,), numbers_target(values), root=Path())
    assert caught.value.problems[0].hint == f"use r2, rmse, mae{end}"
