"""Head held against what the base side found: changes of every pair of models, of the data and of the settings."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

from ..core.comparison import BaseSide, ModelPair
from .changes import Fits
from .data_changes import data_change
from .definitions import other_definitions, other_losses, told_of_definitions
from .judged import judged_model
from .luck import judged_for_luck, sides_alike, told_of_luck
from .measuring import Sides, figure_changes, metric_changes
from .pairs import Match, align, match_models
from .predictions import changed_predictions
from .removed import told_of_removed
from .repeats import repeats_of, told_of_seeds
from .settings import changed_config, changed_params, told_of_judging
from .withholding import withheld

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ..config.schema import Config
    from ..core.pairing import PairedMetric
    from ..core.results import Evaluation, MetricInfo, ModelEvaluation
    from ..core.values import Dataset, ModelRun, Split
    from .base.code import CodeChange
    from .base.pairing import MatchedRows
    from .luck import Alike
    from .result import BaseModel, BaseResult

MAX_COLUMNS = 6


@dataclass(frozen=True, eq=False)
class HeadSide:
    """Head as its stages gave it. runs : the fits that are compared, which may be others than those of `evaluation`."""

    evaluation: Evaluation
    dataset: Dataset
    split: Split
    runs: Sequence[ModelRun]
    metrics: Sequence[PairedMetric]
    config: Config


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
    shown = _Shown(dataset, _columns(head.evaluation, dataset), config.samples.rows, alike)
    answers = {run.name: run for run in head.runs if run.validation is not None}
    by_name = {metric.info.name: metric for metric in head.metrics}
    matches = match_models(head.evaluation.models, result.models)
    margin = config.baseline.margin
    pairs = tuple(_pair(match, answers, head.evaluation.metrics, by_name, shown, margin) for match in matches)
    unfair = (*matched.paired.unfair, *result.unfair)
    if unfair:
        pairs = tuple(withheld(pair, "not comparable", "; ".join(unfair)) for pair in pairs)
    removed = told_of_removed(matches, head.evaluation, answers, by_name, dataset.target)
    few = told_of_seeds(matches, answers)
    primary = {"base": result.config.get("primary"), "head": config.primary}
    judged = judged_model(pairs, result.models, head.evaluation.primary, by_name, dataset.target, primary)
    left_out = [reason for reason in (matched.paired.left_out, result.left_out) if reason]
    return replace(
        side,
        n_paired=result.n_scored,
        n_left_out=len(matched.paired.compared_validation) - result.n_scored,
        left_out="; ".join(left_out) or None,
        pairs=pairs,
        data=data_change(head.evaluation, result, dataset, matched),
        config=changed,
        judged=judged.model,
        unjudged=judged.why,
        notices=(
            *side.notices,
            *told_of_judging(changed),
            *removed,
            *told_of_definitions(pairs),
            *told_of_luck(pairs),
            *few,
        ),
    )


class _Shown(NamedTuple):
    """What is shown of rows whose prediction changed: some features of so many rows.

    alike : what both sides have in common, where nothing of it decides a model's answers.
    """

    dataset: Dataset
    columns: tuple[str, ...]
    n_rows: int
    alike: Alike | None = None


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
    run = runs.get(head.name)
    if run is None or run.validation is None or head.status != "ok":
        return replace(pair, reason="the model of head gave no predictions")
    if base.evaluation.status != "ok" or base.predictions is None:
        return replace(pair, status="failed", reason=base.evaluation.reason or "base gave no predictions")
    sides = Sides(*align(base.predictions, run.validation))
    target = shown.dataset.target
    figures = figure_changes(base.evaluation, head)
    if not len(sides.head.positions):
        return replace(pair, reason="base and head share no validation rows", changes=figures)
    unlike = {**other_definitions(base, metrics, target), **other_losses(sides, target.task)}
    compared = [info for info in infos if info.name not in unlike]
    repeats, main = repeats_of(base, run), Fits([sides.base], [sides.head])
    changes = metric_changes(repeats.fits or main, compared, metrics, target, margin)
    pair = replace(
        pair,
        reason=unlike.get(infos[0].name),
        changes=(*changes, *figures),
        seeds=repeats.seeds,
        is_fixed=repeats.is_fixed,
        predictions=changed_predictions(sides, shown.dataset, shown.columns, shown.n_rows),
        not_compared=unlike,
    )
    pair = judged_for_luck(pair, shown.alike, main, repeats.fits)
    return _fair(pair, {"head": head, "base": base.evaluation})


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
