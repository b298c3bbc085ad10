"""Models that head has no more, held against the best one that it has: the verdicts speak of pairs alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..core.numbers import format_number
from .changes import Fits
from .measuring import metric_changes
from .pairs import align

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ..core.comparison import MetricChange
    from ..core.pairing import PairedMetric
    from ..core.results import Evaluation
    from ..core.values import ModelRun, Predictions
    from .labelling import Labelling
    from .pairs import Match
    from .result import BaseModel


def told_of_removed(
    matches: Iterable[Match],
    head: Evaluation,
    runs: Mapping[str, ModelRun],
    metrics: Mapping[str, PairedMetric],
    labelling: Labelling,
) -> list[str]:
    """A sentence for each model of base without a like in head that was surely better than head's best one."""
    run = runs.get(head.best_model or "")
    if run is None or run.validation is None:
        return []
    best = run.validation
    removed = [match.base for match in matches if match.head is None and match.base is not None]
    return [
        _told(model, change, head)
        for model in removed
        if model.predictions is not None
        for change in metric_changes(
            _fits(model.predictions, best, labelling), [head.primary], metrics, labelling.target, 0.0
        )
        if change.verdict == "worse"
    ]


def _fits(base: Predictions, head: Predictions, labelling: Labelling) -> Fits:
    return labelling.restrict(Fits(*([side] for side in align(base, head))))


def _told(model: BaseModel, change: MetricChange, head: Evaluation) -> str:
    was, now = (format_number(value, head.primary.digits) for value in (change.base, change.head))
    return (
        f"this change removes {model.evaluation.name}, which is better than {head.best_model}, the best model that is "
        f"left: {head.primary.name} {was} against {now} on the same validation rows"
    )
