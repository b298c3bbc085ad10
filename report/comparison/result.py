"""What the base side hands back: data only, from its process or from the cache."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from ..core.comparison import ValueChange
from ..core.results import ModelEvaluation
from ..core.values import Label, Notice, Predictions

if TYPE_CHECKING:
    import pandas as pd

    from ..core.values import Dataset, Target
    from .base.commits import BaseCommit

SAMPLE_ROWS = 20_000


@dataclass(frozen=True)
class OwnMetric:
    """What a metric of the repository's own says of a model's predictions, without weights, by base's definition.

    probed, weighed, made_up : of answers that no model gave (core/probing.py), NaN where it has no value.
    """

    value: float
    greater_is_better: bool
    probed: tuple[float, ...] = ()
    weighed: tuple[float, ...] = ()
    made_up: tuple[float, ...] = ()


@dataclass(frozen=True, eq=False)
class BaseModel:
    """One model of base. evaluation : scores on its own training rows, curve, times; of failed ones the reason.

    predictions : of those of head's validation rows that it could be asked about; positions are head's, labels too.
    folds : the same of the held-out rows of each fold of cross-validation, where head asks for it.
    own_metrics : by name, of all these predictions. repeats : seed → the same of a fit with that seed; none where
    is_fixed: it is known that no seed can change the fit.
    """

    evaluation: ModelEvaluation
    predictions: Predictions | None = None
    own_metrics: Mapping[str, OwnMetric] = field(default_factory=dict)
    repeats: Mapping[int, Predictions] = field(default_factory=dict)
    is_fixed: bool = False
    folds: tuple[Predictions, ...] = ()


@dataclass(frozen=True, eq=False)
class BaseResult:
    """How the base side ended, and what it found.

    status : as `BaseSide.status`, "ok" for "compared"; reason : for all others, in a sentence.
    sample : at most 20,000 rows of base's features, (n_sample, n_features). kinds : feature → kind of column.
    balance : class → rows. classes : the labels of its target, () where they are head's; predictions are numbered as in
    `SharedClasses`. left_out : why some of the judged rows could not be predicted.
    notices : on how far the two sides can be compared.
    unfair : why the pairing is unfair to one of the sides, each reason in a sentence: then there is no verdict.
    given_away : that columns of base give the target away, each notice of it. code : files of the repository that it
    has loaded, by name from the top; None where that is not known.
    """

    status: Literal["ok", "none", "failed", "not comparable"]
    reason: str | None = None
    commit: BaseCommit | None = None
    cached: str | None = None
    own_environment: bool = False
    packages: tuple[ValueChange, ...] = ()
    config: Mapping[str, Any] = field(default_factory=dict)
    sample: pd.DataFrame | None = None
    kinds: Mapping[str, str] = field(default_factory=dict)
    balance: Mapping[str, int] = field(default_factory=dict)
    classes: tuple[Label, ...] = ()
    models: tuple[BaseModel, ...] = ()
    n_scored: int = 0
    left_out: str | None = None
    notices: tuple[Notice, ...] = ()
    unfair: tuple[str, ...] = ()
    given_away: tuple[str, ...] = ()
    code: tuple[str, ...] | None = None


def described(dataset: Dataset, *, models: tuple[BaseModel, ...], **facts: Any) -> BaseResult:
    """The result of models that were trained on a Dataset, with a summary of its rows; facts : other fields."""
    n_rows = len(dataset.features)
    shown = np.arange(n_rows) if n_rows <= SAMPLE_ROWS else np.linspace(0, n_rows - 1, SAMPLE_ROWS).astype(np.int64)
    return BaseResult(
        "ok",
        models=models,
        sample=dataset.features.iloc[shown],
        kinds={column.name: column.kind for column in dataset.description.columns},
        balance=_balance(dataset.target),
        classes=dataset.target.classes,
        given_away=given_away(dataset),
        **facts,
    )


def given_away(dataset: Dataset) -> tuple[str, ...]:
    """That columns give the target away, as the report of this side says."""
    return tuple(notice.message for notice in dataset.description.notices if notice.kind == "target given away")


def _balance(target: Target) -> dict[str, int]:
    if not target.task.is_classification:
        return {}
    multi = target.task.is_multi
    counts = target.encoded.sum(axis=0) if multi else np.bincount(target.encoded, minlength=len(target.classes))
    return {str(label): int(count) for label, count in zip(target.classes, counts, strict=True)}
