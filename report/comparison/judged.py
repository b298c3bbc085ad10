"""Which model the verdict of the whole report is of: one that was chosen before the change, not the best after it."""

from __future__ import annotations

import math
import warnings
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ..core.comparison import ModelPair
    from ..core.pairing import PairedMetric
    from ..core.results import MetricInfo
    from ..core.values import Target
    from .result import BaseModel


class Judged(NamedTuple):
    """model : of head, by name; None where the one to judge is not compared: why, in a sentence."""

    model: str | None
    why: str | None = None


def judged_model(
    pairs: Sequence[ModelPair],
    base: Sequence[BaseModel],
    info: MetricInfo,
    metrics: Mapping[str, PairedMetric],
    target: Target,
    primary: Mapping[str, str | None],
) -> Judged:
    """The model that the configuration names, base's before head's; else base's best by the primary metric.

    primary : of "base" and of "head", the name of a model in that side's configuration. The best of many models of
    head would be called improved too often: its luck on these rows is what made it the best.
    """
    if (name := primary["base"]) is not None:
        return _of(next((pair for pair in pairs if pair.base == name), None), f"'{name}', base's primary model,")
    if (name := primary["head"]) is not None:
        return _of(next((pair for pair in pairs if pair.head == name), None), f"'{name}', the primary model,")
    name = _best(pairs, base, info, metrics, target)
    if name is None:
        return Judged(None, "no model of base has a value to be chosen by")
    only = len(base) == 1
    who = f"'{name}', base's {'only' if only else 'best'} model,"
    return _of(next((pair for pair in pairs if pair.base == name), None), who)


def _of(pair: ModelPair | None, who: str) -> Judged:
    if pair is None:
        return Judged(None, f"{who} is not there")
    if pair.head is None:
        return Judged(None, f"{who} was removed")
    return Judged(None, f"{who} is new") if pair.base is None else Judged(pair.head)


def _best(
    pairs: Sequence[ModelPair],
    base: Sequence[BaseModel],
    info: MetricInfo,
    metrics: Mapping[str, PairedMetric],
    target: Target,
) -> str | None:
    """The model of base with the best value on the rows that it was asked about, the first of equals."""
    changes = {pair.base: pair.change(info.name) for pair in pairs}
    values = {}
    for model in base:
        name = model.evaluation.name
        change = changes.get(name)
        value = _value(model, metrics.get(info.name), target) if change is None else change.base
        if math.isfinite(value):
            values[name] = value if info.greater_is_better else -value
    return max(values, key=lambda name: values[name]) if values else None


def _value(model: BaseModel, metric: PairedMetric | None, target: Target) -> float:
    if metric is None or model.predictions is None:
        return math.nan
    try:
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            return metric.compute(model.predictions, target)
    except (Exception, SystemExit):  # noqa: BLE001 - a function of the repository raises what it likes
        return math.nan
