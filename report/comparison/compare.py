"""Head held against what the base side found: changes of every pair of models, of the data and of the settings."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from ..core.comparison import BaseSide
from .base.changed_files import told_of_pointers, told_of_unrun
from .cross_validation import told_of_folds
from .data_changes import data_change
from .definitions import told_of_definitions, told_of_losses
from .gone_rows import judged_without_gone, told_of_gone, told_of_new
from .judged import Candidates, judged_by
from .known_rows import are_mostly_new, rows_of_base
from .labelling import labelling_of, margins_of
from .labels import matched_labels
from .luck import sides_alike, told_of_luck
from .model_pairs import HeldPairs
from .pairs import match_models
from .removed import told_of_removed
from .repeats import told_of_seeds
from .result import given_away
from .settings import changed_config, told_of_sources
from .withholding import withheld

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from numpy.typing import NDArray

    from ..config.schema import Config
    from ..core.comparison import ChangedFiles, DataChange, ModelPair, ValueChange
    from ..core.pairing import PairedMetric
    from ..core.results import Evaluation
    from ..core.values import Dataset, ModelRun, Split, Target
    from .base.code import CodeChange
    from .base.pairing import MatchedRows
    from .judge import Judge
    from .labelling import Labelling
    from .result import BaseResult

MAX_COLUMNS = 6


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
    head: HeadSide,
    result: BaseResult,
    matched: MatchedRows | None = None,
    *,
    code: CodeChange = "other",
    no_folds: str | None = None,
    files: tuple[ChangedFiles, ...] = (),
) -> BaseSide:
    """What head was compared with, and what came of it; the reason where it could not be.

    matched : the rows of both sides; None where base ended before they could be matched. code : how the repository's
    code differs from that of base. no_folds : why cross-validation is not compared, None where it is. files : of the
    repository, that differ.
    """
    side = _told(result)
    if result.status != "ok" or matched is None:
        return side
    config, dataset = head.config, head.dataset
    plain = config.model_dump(mode="json", exclude_unset=True)
    changed = changed_config(result.config, plain)
    alike = sides_alike(result, matched, dataset, plain, changed, code=code)
    labelling = _labelling(dataset.target, result, matched, plain)
    answers = {run.name: run for run in head.runs if run.validation is not None}
    by_name = {metric.info.name: metric for metric in head.metrics}
    held = HeldPairs(
        dataset=replace(dataset, target=labelling.every),
        columns=_columns(head.evaluation, dataset),
        n_rows=config.samples.rows,
        runs=answers,
        infos=head.evaluation.metrics,
        metrics=by_name,
        margin=head.margin,
        labelling=labelling,
        alike=alike,
        is_kept=result.cached is not None,
        known=rows_of_base(matched) if are_mostly_new(matched) else None,
        models=(result.config.get("models", {}), plain.get("models", {})),
        folds=matched.paired.folds,
    )
    matches = match_models(head.evaluation.models, result.models)
    is_by_folds = head.split.folds is not None  # then folds are no further fits, and judge already
    of_folds = [] if is_by_folds else told_of_folds(matches, answers, head.evaluation.models, no_folds)
    pairs = judged_without_gone(tuple(map(held.pair, matches)), matched)
    unfair = (*matched.paired.unfair, *result.unfair, *_leaks_apart(dataset, result))
    if unfair:
        pairs = tuple(withheld(pair, "not comparable", "; ".join(unfair)) for pair in pairs)
    removed = told_of_removed(matches, head.evaluation, answers, by_name, labelling)
    data = data_change(head.evaluation, result, dataset, matched)
    predicted = _predicted(result)
    n_paired = result.n_scored - labelling.n_outside(predicted)
    reasons = (matched.paired.left_out, result.left_out, labelling.left_out(predicted))
    candidates = Candidates(pairs, result.models, head.evaluation.primary, by_name, labelling.every)
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
        files=files,
        n_folds=None if matched.paired.folds is None else len(np.unique(matched.paired.folds)),
        notices=(
            *side.notices,
            *told_of_losses(pairs),
            *told_of_luck(pairs),
            *told_of_seeds(matches, answers),
            *of_folds,
        ),
        headlines=(
            *side.headlines,
            *told_of_primary,
            *told_of_definitions(pairs),
            *labelling.headlines(matched.paired.judged),
            *told_of_gone(matched),
            *told_of_new(matched),
            *removed,
            *told_of_sources(changed, data),
            *told_of_pointers(files, config.data.shared),
            *(told_of_unrun(files) if _is_all_else_the_same(pairs, data, changed, result) else ()),
        ),
    )


def _is_all_else_the_same(
    pairs: Sequence[ModelPair], data: DataChange, config: Sequence[ValueChange], result: BaseResult
) -> bool:
    """Whether models, data, configuration and packages are those of base."""
    rows = data.n_added or data.n_removed or data.n_edited or data.columns or data.order
    models = any(pair.status != "paired" or pair.params for pair in pairs)
    return not (rows or models or config or result.packages)


def _leaks_apart(dataset: Dataset, result: BaseResult) -> tuple[str, ...]:
    """Columns that give the target away, where one side alone has such: what they tell may not be known in time."""
    sides = {"head": given_away(dataset), "base": result.given_away}
    found = tuple(f"{side}: {message.removesuffix('.')}" for side, messages in sides.items() for message in messages)
    return () if all(sides.values()) else found


def _labelling(target: Target, result: BaseResult, matched: MatchedRows, plain: Mapping[str, Any]) -> Labelling:
    """By which labels and classes both sides are judged; plain : head's configuration."""
    labels = matched_labels(matched.base.table, matched.head.table, matched.match)
    return labelling_of(target, result.classes or target.classes, labels, margins_of(result.config, plain))


def _predicted(result: BaseResult) -> NDArray[np.int64]:
    """The rows of head that base's models predicted, (n_scored,)."""
    answers = [model.predictions.positions for model in result.models if model.predictions is not None]
    return answers[0] if answers else np.empty(0, dtype=np.int64)


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


def _columns(head: Evaluation, dataset: Dataset) -> tuple[str, ...]:
    """Those that output samples show too; else the first, and none of the pixels of pictures."""
    if head.samples or dataset.image_shape is not None:
        return next((samples.columns for samples in head.samples), ())
    return tuple(str(name) for name in dataset.features.columns[:MAX_COLUMNS])
