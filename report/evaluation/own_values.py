"""What the metrics of the repository's own say of answers, for telling whether two definitions mean the same."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from ..core.errors import ReportError
from ..core.pairing import Failed, NotApplicable

if TYPE_CHECKING:
    from ..core.values import ModelRun, Target
    from .metrics import Metric


def own_values(run: ModelRun, metrics: Iterable[Metric], target: Target) -> dict[str, tuple[float, bool]]:
    """By name the value on all validation rows, without weights, and whether greater is better; none where it fails."""
    if run.validation is None:
        return {}
    values, answers = {}, replace(run.validation, weight=None)
    for metric in metrics:
        with suppress(Failed, NotApplicable, ReportError), np.errstate(all="ignore"):
            values[metric.info.name] = (metric.compute(answers, target), metric.info.greater_is_better)
    return values
