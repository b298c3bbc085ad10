"""Metrics that base and head define in different ways, though they are called the same."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from ..core.losses import loss_name
from ..core.numbers import format_number
from ..core.values import Notice
from .measuring import LOSS, value_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ..core.comparison import ModelPair
    from ..core.pairing import PairedMetric
    from ..core.values import Target, Task
    from .measuring import Sides
    from .result import BaseModel

_TOLERANCE = 1e-9  # of the value: sums in another order differ by less


def other_definitions(base: BaseModel, metrics: Mapping[str, PairedMetric], target: Target) -> dict[str, str]:
    """The metrics that base defines in another way, each with how that was seen.

    Told by what they do: base's definition and head's are both asked about the answers of the same model of base.
    """
    reasons = {}
    for name, own in base.own_metrics.items():
        metric = metrics.get(name)
        if metric is None or base.predictions is None:
            continue
        if metric.info.greater_is_better != own.greater_is_better:
            reasons[name] = "greater is better on one side, smaller on the other"
        elif not math.isclose(value := _value(metric, base, target), own.value, rel_tol=_TOLERANCE):
            reasons[name] = _difference(own.value, value, _value(metric, base, target))
    return reasons


def other_losses(sides: Sides, task: Task) -> dict[str, str]:
    """The reported loss, when the answers of both sides do not allow the same one."""
    before, after = (loss_name(task, side.score_kind) for side in sides)
    return {} if before == after else {LOSS: f"base's is the {before}, head's the {after}"}


def told_of_definitions(pairs: Sequence[ModelPair]) -> list[Notice]:
    """A warning for each metric that is not compared because of its definition."""
    first = {name: reason for pair in reversed(pairs) for name, reason in pair.not_compared.items()}
    return [Notice(f"not comparable with base: {reason}", subject=name) for name, reason in sorted(first.items())]


def _difference(base: float, head: float, again: float) -> str:
    """base, head : what the two definitions say of the same predictions; again : what head's says when asked anew."""
    there, here, anew = map(format_number, (base, head, again))
    if head != again and not (math.isnan(head) and math.isnan(again)):
        return f"it gives another value each time: of the same predictions {here}, then {anew}"
    return f"base defines it in another way: of the same predictions it says {there}, and head {here}"


def _value(metric: PairedMetric, base: BaseModel, target: Target) -> float:
    return value_of(metric, base.predictions and replace(base.predictions, weight=None), target)
