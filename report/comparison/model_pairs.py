"""One model of head held against the one of base: the change of every metric, and why one has no verdict."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, NamedTuple

from ..core.comparison import ModelPair
from ..core.faults import fault_of
from .changes import Fits
from .cross_validation import fold_changes, judged_over_folds, same_folds
from .definitions import other_definitions, other_losses
from .known_rows import judged_by_known
from .luck import judged_for_luck
from .measuring import Sides, base_values, figure_changes, metric_changes
from .pairs import align
from .precision import judged_for_precision
from .predictions import changed_predictions
from .repeats import repeats_of
from .settings import changed_params
from .withholding import withheld

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from ..core.comparison import MetricChange
    from ..core.pairing import PairedMetric
    from ..core.results import MetricInfo, ModelEvaluation
    from ..core.values import Dataset, ModelRun
    from .labelling import Labelling
    from .luck import Alike
    from .pairs import Match
    from .repeats import Repeats
    from .result import BaseModel

_FATE = {"ok": "gave no predictions", "failed": "failed", "timed out": "ran out of time"}


class _Answers(NamedTuple):
    """The answers of both sides. fits : those that judge; one: the fit of the configuration's own parameters."""

    one: Fits
    repeats: Repeats

    @property
    def fits(self) -> Fits:
        return self.repeats.fits or self.one

    @property
    def sides(self) -> Sides:
        return Sides(self.one.base[0], self.one.head[0])


@dataclass(frozen=True, eq=False)
class HeldPairs:
    """What every pair of models is held against each other by.

    dataset : head's, for what is shown of rows whose prediction changed: `columns` of `n_rows` rows. runs : of head, by
    name, those with predictions. margin : how much worse counts as no worse. labelling : by which labels they are
    judged. alike : what both sides have in common, where nothing of it decides a model's answers. is_kept : whether
    base's result is that of another run. known : which of head's rows base has, where most that judge are new.
    models : of base's and of head's plain configuration, by name.
    folds : (n_head,), where each row was predicted by the model of its fold.
    """

    dataset: Dataset
    columns: tuple[str, ...]
    n_rows: int
    runs: Mapping[str, ModelRun]
    infos: Sequence[MetricInfo]
    metrics: Mapping[str, PairedMetric]
    margin: float | str
    labelling: Labelling
    alike: Alike | None = None
    is_kept: bool = False
    known: NDArray[np.bool_] | None = None
    models: tuple[Mapping[str, Any], Mapping[str, Any]] = ({}, {})
    folds: NDArray[np.int64] | None = None

    def pair(self, match: Match) -> ModelPair:
        """The pair; an error of ours is its reason, so that it is seen and fails the gates that needed it."""
        head, base = match
        try:
            return _alone(head, base) if head is None or base is None else self._pair(match, head, base)
        except Exception as error:  # noqa: BLE001 - an error of ours, shown as one
            names = (head.name if head else None, base.evaluation.name if base else None)
            return ModelPair(*names, "paired", reason=fault_of(error), evaluation=base.evaluation if base else None)

    def _pair(self, match: Match, head: ModelEvaluation, base: BaseModel) -> ModelPair:
        pair = ModelPair(
            head=head.name,
            base=base.evaluation.name,
            status="renamed" if match.is_renamed else "paired",
            params=changed_params(base.evaluation, head, self.models),
            evaluation=base.evaluation,
        )
        run = self.runs.get(head.name)
        if run is None or run.validation is None or head.status != "ok":
            return self._without_head(pair, head, base)
        if base.evaluation.status != "ok" or base.predictions is None:
            return replace(pair, status="failed", reason=base.evaluation.reason or "base gave no predictions")
        sides = Sides(*align(base.predictions, run.validation))
        figures = figure_changes(base.evaluation, head, is_kept=self.is_kept)
        if not len(sides.head.positions):
            return replace(pair, reason="base and head share no validation rows", changes=figures)
        answers = _Answers(Fits([sides.base], [sides.head]), repeats_of(base, run))
        pair = self._with_folds(self._measured(pair, base, answers, figures), base, run)
        return _fair(pair, {"head": head, "base": base.evaluation})

    def _without_head(self, pair: ModelPair, head: ModelEvaluation, base: BaseModel) -> ModelPair:
        """Base's values, where the model of head has none."""
        why = f"the model of head {_FATE[head.status]}" + (f": {head.reason}" if head.reason else "")
        if base.predictions is None:
            return replace(pair, reason=why)
        known = base_values(base.predictions, self.infos, self.metrics, self.dataset.target, why)
        return replace(pair, reason=why, changes=known)

    def _measured(
        self, pair: ModelPair, base: BaseModel, answers: _Answers, figures: tuple[MetricChange, ...]
    ) -> ModelPair:
        labelling, unlike = self.labelling, self._unlike(base, answers)
        compared = [info for info in self.infos if info.name not in unlike]

        def measure(given: Fits) -> tuple[MetricChange, ...]:
            return metric_changes(given, compared, self.metrics, labelling.target, self.margin)

        def judge(given: Fits) -> tuple[MetricChange, ...]:
            return labelling.judge(given, measure, self.metrics)

        changes = judge(answers.fits)
        if self.known is not None:
            changes = judged_by_known(changes, answers.fits, self.known, judge)
        pair = replace(
            pair,
            reason=unlike.get(self.infos[0].name),
            changes=(*changes, *figures),
            seeds=answers.repeats.seeds,
            is_fixed=answers.repeats.is_fixed,
            predictions=changed_predictions(answers.sides, self.dataset, self.columns, self.n_rows),
            not_compared=unlike,
        )
        pair = judged_for_precision(judged_for_luck(pair, self.alike, answers.one, answers.repeats.fits), answers.fits)
        return pair if self.folds is None else judged_over_folds(pair, answers.one, self.folds, labelling, self.metrics)

    def _with_folds(self, pair: ModelPair, base: BaseModel, run: ModelRun) -> ModelPair:
        """The pair with the verdicts of cross-validation, beside those that are given."""
        folds = same_folds(base.folds, run.folds)
        if folds is None:
            return pair
        return replace(pair, changes=fold_changes(pair.changes, folds, self.labelling, self.metrics))

    def _unlike(self, base: BaseModel, answers: _Answers) -> dict[str, str]:
        """The metrics that mean something else on the other side, each with the reason."""
        target = self.labelling.target
        restricted = self.labelling.restrict(answers.one)
        unlike = other_losses(Sides(restricted.base[0], restricted.head[0]), target.task)
        return {**other_definitions(base, self.metrics, self.labelling), **unlike}


def _fair(pair: ModelPair, evaluations: Mapping[str, ModelEvaluation]) -> ModelPair:
    """The pair without a verdict where the answers of a side are no fair ones.

    Labels that are other answers than the probabilities beside them may follow a rule of the team, on both sides; those
    that a change sets apart are answers of another kind.
    """
    reasons = [f"{side}: {model.unfair}" for side, model in evaluations.items() if model.unfair]
    apart = [
        f"{side}: {notice.message}"
        for side, model in evaluations.items()
        for notice in model.notices
        if notice.kind == "labels apart"
    ]
    why = "; ".join(reasons + (apart if len(apart) == 1 else []))
    return withheld(pair, "not comparable", why) if why else pair


def _alone(head: ModelEvaluation | None, base: BaseModel | None) -> ModelPair:
    if base is None:
        return ModelPair(head=head.name if head else None, base=None, status="added")
    return ModelPair(head=None, base=base.evaluation.name, status="removed", evaluation=base.evaluation)
