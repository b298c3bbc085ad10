"""Metrics that base and head define in different ways, though they are called the same."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from ..core.losses import loss_name
from ..core.numbers import format_number
from ..core.probing import made_up, probes, weighed_probes
from ..core.values import Notice
from .measuring import LOSS, value_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from ..core.comparison import ModelPair
    from ..core.pairing import PairedMetric
    from ..core.values import Predictions, Target, Task
    from .labelling import Labelling
    from .measuring import Sides
    from .result import BaseModel, OwnMetric

_TOLERANCE = 1e-9  # of the value: sums in another order differ by less
_MADE_UP = "the same made-up predictions"


def other_definitions(base: BaseModel, metrics: Mapping[str, PairedMetric], labelling: Labelling) -> dict[str, str]:
    """The metrics that base defines in another way, each with how that was seen.

    Told by what they do: base's definition and head's are both asked about the answers of the same model of base, and
    about answers that no model gave; where the classes differ, about made-up answers alone.
    """
    reasons = {}
    for name, own in base.own_metrics.items():
        metric = metrics.get(name)
        if metric is None or base.predictions is None:
            continue
        if metric.info.greater_is_better != own.greater_is_better:
            reasons[name] = "greater is better on one side, smaller on the other"
        elif (reason := _unlike(own, metric, base.predictions, labelling)) is not None:
            reasons[name] = reason
    return reasons


class _Asked(NamedTuple):
    """Answers, what they are of a metric by base's definition, and what they are called."""

    answers: Iterable[Predictions]
    values: Sequence[float]
    target: Target
    what: str


def _asked(own: OwnMetric, base: Predictions, labelling: Labelling) -> Iterator[_Asked]:
    shared, target = labelling.shared, labelling.target
    if labelling.has_equal_classes:
        yield _Asked([replace(base, weight=None)], [own.value], target, "the same predictions")
        yield _Asked(probes(base, target), own.probed, target, _MADE_UP)
        yield _Asked(weighed_probes(base, target), own.weighed, target, f"{_MADE_UP}, with weights,")
    elif shared is not None:
        answers, target = made_up(len(base.y_pred), shared.base, base.score_kind)
        yield _Asked(probes(answers, target), own.made_up, target, _MADE_UP)


def _unlike(own: OwnMetric, metric: PairedMetric, base: Predictions, labelling: Labelling) -> str | None:
    """How the first of all answers shows that base's definition is another one; None where none does."""
    for asked in _asked(own, base, labelling):
        finite = [abs(value) for value in asked.values if math.isfinite(value)]
        tolerance = _TOLERANCE * max(finite, default=0.0)  # a perfect value is often a rounded 0
        for answers, before in zip(asked.answers, asked.values, strict=False):
            value = value_of(metric, answers, asked.target)
            if not _is_same(before, value, tolerance):
                return _difference(asked.what, before, value, value_of(metric, answers, asked.target))
    return None


def _is_same(before: float, after: float, tolerance: float = 0.0) -> bool:
    """What is no finite number is no value."""
    if not (math.isfinite(before) and math.isfinite(after)):
        return math.isfinite(before) == math.isfinite(after)
    return math.isclose(before, after, rel_tol=_TOLERANCE, abs_tol=tolerance)


def other_losses(sides: Sides, task: Task) -> dict[str, str]:
    """The reported loss, when the answers of both sides do not allow the same one."""
    before, after = (loss_name(task, side.score_kind) for side in sides)
    return {} if before == after else {LOSS: f"base's is the {before}, head's the {after}"}


def told_of_losses(pairs: Sequence[ModelPair]) -> list[Notice]:
    """A warning where the losses of both sides are of two kinds."""
    return [Notice(f"not comparable with base: {why}", subject=LOSS) for name, why in _reasons(pairs) if name == LOSS]


def told_of_definitions(pairs: Sequence[ModelPair]) -> list[str]:
    """For the top of the report, that a metric means something else in head, and is not compared."""
    return [f"the metric '{name}' is not comparable with base: {why}" for name, why in _reasons(pairs) if name != LOSS]


def _reasons(pairs: Sequence[ModelPair]) -> list[tuple[str, str]]:
    """Each metric that is not compared, with the reason of the first model."""
    return sorted({name: why for pair in reversed(pairs) for name, why in pair.not_compared.items()}.items())


def _difference(what: str, base: float, head: float, again: float) -> str:
    """base, head : what the two definitions say of the same answers; again : what head's says when asked anew."""
    there, here, anew = map(format_number, (base, head, again))
    if not _is_same(head, again):
        return f"it gives another value each time: of {what} {here}, then {anew}"
    return f"base defines it in another way: of {what} it says {there}, and head {here}"
