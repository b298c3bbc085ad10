"""Head held against what the base side found: changes of every pair of models, of the data and of the settings."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from ..core.comparison import BaseSide, ModelPair
from ..core.faults import fault_of
from .changes import Fits
from .data_changes import data_change
from .definitions import other_definitions, other_losses, told_of_definitions
from .judged import Candidates, judged_by
from .labelling import labelling_of, margins_of
from .labels import matched_labels
from .luck import judged_for_luck, sides_alike, told_of_luck
from .measuring import Sides, base_values, figure_changes, metric_changes
from .pairs import Match, align, match_models
from .predictions import changed_predictions
from .removed import told_of_removed
from .repeats import repeats_of, told_of_seeds
from .settings import changed_config, changed_params, told_of_sources
from .withholding import withheld

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from numpy.typing import NDArray

    from ..config.schema import Config
    from ..core.comparison import MetricChange
    from ..core.pairing import PairedMetric
    from ..core.results import Evaluation, MetricInfo, ModelEvaluation
    from ..core.values import Dataset, ModelRun, Split, Target
    from .base.code import CodeChange
    from .base.pairing import MatchedRows
    from .judge import Judge
    from .labelling import Labelling
    from .luck import Alike
    from .result import BaseModel, BaseResult

MAX_COLUMNS = 6
_FATE = {"ok": "gave no predictions", "failed": "failed", "timed out": "ran out of time"}


@dataclass(frozen=True, eq=False)
class HeadSide:
    """Head as its stages gave it. runs : the fits that are compared, which may be others than those of `evaluation`.

    margin : how much worse counts as no worse, absolute or in percent of base ("1%"). judge : whose configuration
    judges; None where it is head's own.
    """

    evaluation: Evaluation
    dataset: Dataset
    split: Split
    runs: Sequence[ModelRun]
    metrics: Sequence[PairedMetric]
    config: Config
    margin: float | str = 0.0
    judge: Judge | None = None


def compare(
    head: HeadSide, result: BaseResult, matched: MatchedRows | None = None, *, code: CodeChange = "other"
) -> BaseSide:
    """What head was compared with, and what came of it; the reason where it could not be.

    matched : the rows of both sides; None where base ended before they could be matched. code : how the repository's
    code differs from that of base.
    """
    side = _told(result)
    if result.status != "ok" or matched is None:
        return side
    config, dataset = head.config, head.dataset
    plain = config.model_dump(mode="json", exclude_unset=True)
    changed = changed_config(result.config, plain)
    alike = sides_alike(result, matched, dataset, plain, changed, code=code)
    labelling = _labelling(dataset.target, result, matched, plain)
    shown = _Shown(
        replace(dataset, target=labelling.every),
        _columns(head.evaluation, dataset),
        config.samples.rows,
        labelling,
        alike,
        is_kept=result.cached is not None,
    )
    answers = {run.name: run for run in head.runs if run.validation is not None}
    by_name = {metric.info.name: metric for metric in head.metrics}
    matches = match_models(head.evaluation.models, result.models)
    pairs = tuple(_guarded(match, answers, head.evaluation.metrics, by_name, shown, head.margin) for match in matches)
    unfair = (*matched.paired.unfair, *result.unfair)
    if unfair:
        pairs = tuple(withheld(pair, "not comparable", "; ".join(unfair)) for pair in pairs)
    removed = told_of_removed(matches, head.evaluation, answers, by_name, labelling)
    data = data_change(head.evaluation, result, dataset, matched)
    predicted = _predicted(result)
    n_paired = result.n_scored - labelling.n_outside(predicted)
    reasons = (matched.paired.left_out, result.left_out, labelling.left_out(predicted))
    candidates = Candidates(pairs, result.models, head.evaluation.primary, by_name, shown.dataset.target)
    judged, told_of_primary = judged_by(candidates, head.judge, config)
    return replace(
        side,
        n_paired=n_paired,
        n_left_out=len(matched.paired.compared_validation) - n_paired,
        left_out="; ".join(reason for reason in reasons if reason) or None,
        pairs=pairs,
        data=data,
        config=changed,
        judged=judged.model,
        unjudged=judged.why,
        notices=(*side.notices, *told_of_definitions(pairs), *told_of_luck(pairs), *told_of_seeds(matches, answers)),
        headlines=(
            *side.headlines,
            *told_of_primary,
            *labelling.headlines(matched.paired.judged),
            *removed,
            *told_of_sources(changed, data),
        ),
    )


def _labelling(target: Target, result: BaseResult, matched: MatchedRows, plain: Mapping[str, Any]) -> Labelling:
    """By which labels and classes both sides are judged; plain : head's configuration."""
    labels = matched_labels(matched.base.table, matched.head.table, matched.match)
    return labelling_of(target, result.classes or target.classes, labels, margins_of(result.config, plain))


def _predicted(result: BaseResult) -> NDArray[np.int64]:
    """The rows of head that base's models predicted, (n_scored,)."""
    answers = [model.predictions.positions for model in result.models if model.predictions is not None]
    return answers[0] if answers else np.empty(0, dtype=np.int64)


class _Shown(NamedTuple):
    """What is shown of rows whose prediction changed: some features of so many rows.

    labelling : by which labels they are judged. alike : what both sides have in common, where nothing of it
    decides a model's answers. is_kept : whether base's result is that of another run.
    """

    dataset: Dataset
    columns: tuple[str, ...]
    n_rows: int
    labelling: Labelling
    alike: Alike | None = None
    is_kept: bool = False


def _told(result: BaseResult) -> BaseSide:
    commit = result.commit
    return BaseSide(
        status="compared" if result.status == "ok" else result.status,
        reason=result.reason,
        commit=commit.sha if commit else None,
        how=commit.how if commit else None,
        cached=result.cached,
        own_environment=result.own_environment,
        packages=result.packages,
        notices=result.notices,
    )


def _guarded(match: Match, *known: Any) -> ModelPair:
    """The pair; an error of ours is its reason, so that it is seen and fails the gates that needed it."""
    try:
        return _pair(match, *known)
    except Exception as error:  # noqa: BLE001 - an error of ours, shown as one
        head, base = match
        names = (head.name if head else None, base.evaluation.name if base else None)
        return ModelPair(*names, "paired", reason=fault_of(error), evaluation=base.evaluation if base else None)


def _pair(
    match: Match,
    runs: Mapping[str, ModelRun],
    infos: Sequence[MetricInfo],
    metrics: Mapping[str, PairedMetric],
    shown: _Shown,
    margin: float | str,
) -> ModelPair:
    head, base = match
    if head is None or base is None:
        return _alone(head, base)
    pair = ModelPair(
        head=head.name,
        base=base.evaluation.name,
        status="renamed" if match.is_renamed else "paired",
        params=changed_params(base.evaluation, head),
        evaluation=base.evaluation,
    )
    target = shown.dataset.target
    run = runs.get(head.name)
    if run is None or run.validation is None or head.status != "ok":
        why = f"the model of head {_FATE[head.status]}" + (f": {head.reason}" if head.reason else "")
        known = () if base.predictions is None else base_values(base.predictions, infos, metrics, target, why)
        return replace(pair, reason=why, changes=known)
    if base.evaluation.status != "ok" or base.predictions is None:
        return replace(pair, status="failed", reason=base.evaluation.reason or "base gave no predictions")
    sides = Sides(*align(base.predictions, run.validation))
    labelling, main, repeats = shown.labelling, Fits([sides.base], [sides.head]), repeats_of(base, run)
    fits = repeats.fits or main
    target = labelling.target
    figures = figure_changes(base.evaluation, head, is_kept=shown.is_kept)
    if not len(sides.head.positions):
        return replace(pair, reason="base and head share no validation rows", changes=figures)
    unlike = other_losses(_single(labelling.restrict(main)), target.task)
    if labelling.has_equal_classes:
        unlike = {**other_definitions(base, metrics, target), **unlike}
    compared = [info for info in infos if info.name not in unlike]

    def measure(given: Fits) -> tuple[MetricChange, ...]:
        return metric_changes(given, compared, metrics, target, margin)

    pair = replace(
        pair,
        reason=unlike.get(infos[0].name),
        changes=(*labelling.judge(fits, measure, metrics), *figures),
        seeds=repeats.seeds,
        is_fixed=repeats.is_fixed,
        predictions=changed_predictions(sides, shown.dataset, shown.columns, shown.n_rows),
        not_compared=unlike,
    )
    pair = judged_for_luck(pair, shown.alike, main, repeats.fits)
    return _fair(pair, {"head": head, "base": base.evaluation})


def _single(fits: Fits) -> Sides:
    return Sides(fits.base[0], fits.head[0])


def _fair(pair: ModelPair, evaluations: Mapping[str, ModelEvaluation]) -> ModelPair:
    """The pair without a verdict where the answers of a side are no fair ones."""
    why = "; ".join(f"{side}: {model.unfair}" for side, model in evaluations.items() if model.unfair)
    return withheld(pair, "not comparable", why) if why else pair


def _alone(head: ModelEvaluation | None, base: BaseModel | None) -> ModelPair:
    if base is None:
        return ModelPair(head=head.name if head else None, base=None, status="added")
    return ModelPair(head=None, base=base.evaluation.name, status="removed", evaluation=base.evaluation)


def _columns(head: Evaluation, dataset: Dataset) -> tuple[str, ...]:
    """Those that output samples show too; else the first, and none of the pixels of pictures."""
    if head.samples or dataset.image_shape is not None:
        return next((samples.columns for samples in head.samples), ())
    return tuple(str(name) for name in dataset.features.columns[:MAX_COLUMNS])
