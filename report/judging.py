"""What base's configuration decides about head: metrics, margin, seeds, positive class and weights."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from .comparison.held_gates import GatedModel, held_gates
from .comparison.judge import Judge
from .comparison.judging_changes import told_of_metrics, told_of_settings, union_of_metrics
from .core.comparison import BaseSide
from .core.errors import MetricError, Problem, ReportError, gathered
from .data import with_positive
from .evaluation import choose_metrics, usual_metrics

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from .config.schema import Config, Gate, MetricEntry
    from .core.results import Evaluation
    from .core.values import Dataset, ModelRun, Predictions, Target
    from .evaluation import Metric


@dataclass(frozen=True, eq=False)
class Judged:
    """Head as it is judged.

    config : head's with base's metrics, margin, seeds and folds. dataset : head's with base's positive class and
    weights. held : the gates of base's configuration. headlines : how head's configuration differs in what would judge
    it. unfair : why the two sides cannot be weighed alike. weighs_otherwise : whether base's weights are not head's.
    """

    judge: Judge
    config: Config
    dataset: Dataset
    headlines: tuple[str, ...] = ()
    unfair: tuple[str, ...] = ()
    weighs_otherwise: bool = False

    @property
    def held(self) -> tuple[Gate, ...]:
        return self.judge.config.gates if self.judge.config is not None else ()

    @property
    def margin(self) -> float | str:
        return self.config.baseline.margin

    def weighed(self, runs: tuple[ModelRun, ...]) -> tuple[ModelRun, ...]:
        """The runs of head, whose answers count as much as base's configuration says."""
        return tuple(_weighed(run, self.dataset.weight) for run in runs) if self.weighs_otherwise else runs


def judged(config: Config, dataset: Dataset, judge: Judge, root: Path) -> Judged:
    """How head is judged, by base's configuration where that judges."""
    own = judge.base
    if own is None:
        unread = f"base's configuration cannot be read, so that head's judges: {judge.flaw}"
        return Judged(judge, config, dataset, () if judge.flaw is None else (unread,))
    target = with_positive(dataset.target, own.data.positive)
    weight, unfair = _weight(dataset, own, config)
    metrics, lost = _metrics(own, config, target, root)
    told = [
        *told_of_settings(own, config),
        *told_of_metrics(own.metrics, config.metrics, lost, usual_metrics(target.task)),
        *_told_of_positive(dataset.target, target),
    ]
    if judge.accepted:
        return Judged(judge, config, dataset, _accepted(told, judge.accepted))
    baseline = config.baseline.model_copy(update={"margin": own.baseline.margin})
    seeds = own.seeds or config.seeds  # base is fitted with its own, where it has any
    folds = own.cross_validation or config.cross_validation
    decided = {"metrics": metrics, "baseline": baseline, "seeds": seeds, "cross_validation": folds}
    config = config.model_copy(update=decided)
    otherwise = weight is not dataset.weight
    return Judged(judge, config, replace(dataset, target=target, weight=weight), tuple(told), unfair, otherwise)


def all_metrics(judged: Judged, root: Path, gated: dict[str, str]) -> tuple[Metric, ...]:
    """Those of both configurations, or of the task, and those that only a gate asks for, by the key that names them.

    A metric that a gate of base's asks for, and that is not there any more, is left out: the gate says so.
    """
    target = judged.dataset.target
    problems: list[Problem] = []
    metrics: tuple[Metric, ...] = ()
    with gathered(problems):
        metrics = choose_metrics(judged.config.metrics, target, root=root)
    known = {metric.info.name for metric in metrics} or named_metrics(judged.config)
    own = {name: key for name, key in gated.items() if name not in known and key}
    with gathered(problems):
        metrics += choose_metrics(tuple(own), target, root=root, keys=tuple(own.values())) if own else ()
    if problems:
        raise MetricError.of(tuple(problems))
    known |= set(own)
    wanted = tuple(gate.metric for gate in judged.held if gate.metric not in known)
    names, _ = _computable(wanted, target, root)
    return metrics + (choose_metrics(names, target, root=root) if names else ())


def named_metrics(config: Config) -> set[str]:
    """What the metrics of a configuration are called, whether or not they are there."""
    return {entry if isinstance(entry, str) else entry.name or _last(entry.function) for entry in config.metrics}


def _last(path: str) -> str:
    return path.replace(":", ".").rpartition(".")[2]


def told_of_gates(judged: Judged, gates: tuple[Gate, ...], evaluation: Evaluation, base: BaseSide | None) -> list[str]:
    """That base's gates were removed or weakened, and that a label accepts it."""
    own = judged.judge.base
    if own is None or judged.judge.accepted is None:
        return []
    names = [model.name for model in evaluation.models]
    given = [GatedModel(gate, name) for gate in gates for name in (names if gate.models is None else gate.models)]
    weaker = held_gates(own.gates, given, evaluation, base, judged.config.baseline.margin)
    if not weaker:
        return []
    return [f"gates of base were removed or weakened, which is accepted {judged.judge.accepted}"]


def uncompared(judged: Judged, gates: tuple[Gate, ...], evaluation: Evaluation) -> BaseSide | None:
    """Where nothing is compared, what must not be overlooked in how head is judged all the same; None where that is
    nothing.
    """
    told = (*judged.headlines, *told_of_gates(judged, gates, evaluation, None))
    return BaseSide("none", "`baseline.against` is none", headlines=told) if told else None


def _accepted(told: list[str], how: str) -> tuple[str, ...]:
    return (*told, f"what is changed here is accepted {how}: head's own settings judge") if told else ()


def _metrics(own: Config, head: Config, target: Target, root: Path) -> tuple[tuple[MetricEntry, ...], dict[str, str]]:
    """The metrics of both sides, base's first, and those of base that cannot be computed here, with why."""
    if own.metrics == head.metrics:
        return head.metrics, {}
    usual = usual_metrics(target.task)
    theirs, lost = _computable(own.metrics or usual, target, root)
    return union_of_metrics(theirs, head.metrics or usual), lost


def _computable(wanted: Sequence[Any], target: Target, root: Path) -> tuple[tuple[Any, ...], dict[str, str]]:
    known, lost = [], {}
    for entry in wanted:
        try:
            choose_metrics((entry,), target, root=root)
            known.append(entry)
        except ReportError as error:  # noqa: PERF203 - a few metrics
            lost[entry if isinstance(entry, str) else entry.function] = error.problems[0].message
    return tuple(known), lost


def _told_of_positive(head: Target, base: Target) -> list[str]:
    if head.positive is None or base.positive is None or head.positive == base.positive:
        return []
    here, there = (str(side.classes[side.positive or 0]) for side in (head, base))
    return [f"the positive class is '{here}' in head: base's, '{there}', judges"]


def _weight(dataset: Dataset, own: Config, head: Config) -> tuple[NDArray[np.float64] | None, tuple[str, ...]]:
    """The weights of head's rows by base's configuration, and why there are none where it names a column."""
    name = own.data.weight
    if name == head.data.weight:
        return dataset.weight, ()
    if name is None:
        return None, ()
    column = _column(dataset, name)
    values = None if column is None else pd.to_numeric(column, errors="coerce").to_numpy(np.float64)
    if values is None or not (np.isfinite(values).all() and (values >= 0).all() and values.any()):
        return dataset.weight, (f"base weighs rows by '{name}', and head's data have no such weights",)
    return values, ()


def _column(dataset: Dataset, name: str) -> pd.Series[Any] | None:
    """A column of head's features, or of the source behind them."""
    if name in dataset.features.columns:
        return dataset.features[name]
    raw = dataset.raw
    if raw is None or raw.origin is None or name not in raw.frame.columns:
        return None
    return raw.frame[name].iloc[raw.origin]


def _weighed(run: ModelRun, weight: NDArray[np.float64] | None) -> ModelRun:
    if run.train is None or run.validation is None:
        return run
    seeds = tuple(
        replace(seed, train=_with_weight(seed.train, weight), validation=_with_weight(seed.validation, weight))
        for seed in run.seeds
    )
    return replace(
        run,
        train=_with_weight(run.train, weight),
        validation=_with_weight(run.validation, weight),
        seeds=seeds,
        folds=tuple(_with_weight(fold, weight) for fold in run.folds),
    )


def _with_weight(side: Predictions, weight: NDArray[np.float64] | None) -> Predictions:
    return replace(side, weight=None if weight is None else weight[side.positions])
