"""Which model the verdict of the whole report is of: one that was chosen before the change, not the best after it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple

from ..core.faults import fault_of
from .measuring import value_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ..config.schema import Config
    from ..core.comparison import ModelPair
    from ..core.pairing import PairedMetric
    from ..core.results import MetricInfo
    from ..core.values import Target
    from .judge import Judge
    from .result import BaseModel

    Side = Literal["base", "head"]


class Judged(NamedTuple):
    """model : of head, by name; None where the one to judge is not compared: why, in a sentence."""

    model: str | None
    why: str | None = None


@dataclass(frozen=True, eq=False)
class Candidates:
    """The pairs of models that may be judged. base : all models of base. info : the primary metric."""

    pairs: Sequence[ModelPair]
    base: Sequence[BaseModel]
    info: MetricInfo
    metrics: Mapping[str, PairedMetric]
    target: Target

    def judged(self, primary: str | None, side: Side) -> Judged:
        """The model that a configuration of a side names; else base's best by the primary metric.

        The best of many models of head would be called improved too often: its luck on these rows is what made it the
        best.
        """
        if primary is not None:
            return self._named(primary, side)
        try:
            name = self._best()
        except Exception as error:  # noqa: BLE001 - an error of ours, shown as one
            return Judged(None, fault_of(error))
        if name is None:
            return Judged(None, "no model of base has a value to be chosen by")
        which = "only" if len(self.base) == 1 else "best"
        return _of(self._pair(name, "base"), f"'{name}', base's {which} model,")

    def _named(self, name: str, side: Side) -> Judged:
        if side == "head":
            return _of(self._pair(name, "head"), f"'{name}', the primary model,")
        pair = self._pair(name, "base") or self._pair(name, "head")  # base may be a commit from before that model
        return _of(pair, f"'{name}', base's primary model,")

    def _pair(self, name: str, side: Side) -> ModelPair | None:
        return next((pair for pair in self.pairs if getattr(pair, side) == name), None)

    def _best(self) -> str | None:
        """The model of base with the best value on the rows that it was asked about, the first of equals."""
        known = {model.evaluation.name: self._value(model) for model in self.base}
        sign = 1 if self.info.greater_is_better else -1
        values = {name: sign * value for name, value in known.items() if math.isfinite(value)}
        return max(values, key=lambda name: values[name]) if values else None

    def _value(self, model: BaseModel) -> float:
        pair = self._pair(model.evaluation.name, "base")
        if pair is not None and (change := pair.change(self.info.name)) is not None:
            return change.base
        metric = self.metrics.get(self.info.name)
        return math.nan if metric is None else value_of(metric, model.predictions, self.target)


def judged_by(candidates: Candidates, judge: Judge | None, head: Config) -> tuple[Judged, list[str]]:
    """The judged model by the configuration that judges, and that head's would have another one judged."""
    own = candidates.judged(head.primary, "head")
    if judge is None or judge.base is None:
        return own, []
    theirs = candidates.judged(judge.base.primary, "base")
    if own.model == theirs.model:
        return (own if judge.accepted else theirs), []
    change = f"`primary` is {head.primary or 'not set'} in head"
    if judge.accepted:
        return own, [f"{change}, {judge.base.primary or 'not set'} in base, which is accepted {judge.accepted}"]
    named = judge.base.primary
    holds = f"base's, {named}, holds" if named else "base names none, so that its best model is judged"
    return theirs, [f"{change}: {holds}"]


def _of(pair: ModelPair | None, who: str) -> Judged:
    if pair is None:
        return Judged(None, f"{who} is not there")
    if pair.head is None:
        return Judged(None, f"{who} was removed")
    return Judged(None, f"{who} is new") if pair.base is None else Judged(pair.head)
