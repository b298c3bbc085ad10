"""The units of work that run in processes of their own, what they are given and what they hand back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    from ..config.schema import CrossValidation, ModelConfig
    from ..core.scoring import Scorer
    from ..core.values import Curves, Importance, LossCurve, Notice, Predictions, Target

# The parts of a result, each a file of its own: what is there counts, even if the process ends before the next one.
FIT, CURVE, IMPORTANCE, FAILURE = "fit", "curve", "importance", "failure"
PROBLEMS = "problems"  # of a check


@dataclass(frozen=True)
class Unit:
    """One fit: the model itself ("main"), a fold of cross-validation, or a refit with another seed; or a check.

    Where the split has folds, the model itself is that of the first one, there is a "part" for each other one, and
    "whole" is fitted on all rows for new ones. number : of the fold (over all repeats) or the position of the seed,
    from 0.
    """

    model: str
    kind: Literal["main", "fold", "seed", "part", "whole", "check"]
    number: int
    step: str  # what progress calls it


class Drawn(NamedTuple):
    """What is found out of a model to be drawn. score : of importance. curve_score : beside the loss."""

    score: Scorer | None = None
    curve_score: Scorer | None = None
    curves: Curves = "none"


@dataclass(frozen=True, eq=False)
class Job:
    """All that a unit's process needs beside the data."""

    unit: Unit
    config: ModelConfig
    threads: int
    drawn: Drawn
    cross_validation: CrossValidation | None = None
    seed: int | None = None
    has_seeds: bool = False  # whether it is fitted with other seeds too
    columns: tuple[str, ...] | None = None  # of the features, where a check knows them

    @property
    def key(self) -> str:
        return f"models.{self.unit.model}"


@dataclass(frozen=True, eq=False)
class FitData:
    """The rows that all units share; arrays over all rows are in the order of the data set.

    X_train, X_validation, X_new : features. notices : what became of their cells.
    train, validation : positions into `target`, `weight`, `group` and `time`. folds : as in `Split`.
    is_coded : whether `target` has codes in place of labels, for an estimator that takes no others.
    """

    X_train: pd.DataFrame
    X_validation: pd.DataFrame
    X_new: pd.DataFrame | None
    target: Target
    train: NDArray[np.int64]
    validation: NDArray[np.int64]
    weight: NDArray[np.float64] | None
    group: NDArray[Any] | None
    time: NDArray[Any] | None
    by_time: bool
    folds: NDArray[np.int64] | None = None
    notices: tuple[Notice, ...] = ()
    is_coded: bool = False


@dataclass(frozen=True, eq=False)
class FitPart:
    """A fit and its answers. Those carry neither truth nor weights: whoever reads them has these already.

    A fold has `validation` only; a refit that no seed can change has neither.
    """

    preprocessing: str
    train: Predictions | None = None
    validation: Predictions | None = None
    new: Predictions | None = None
    fit_seconds: float | None = None
    predict_seconds: float | None = None
    size_bytes: int | None = None
    notices: tuple[Notice, ...] = ()
    unfair: str | None = None


@dataclass(frozen=True, eq=False)
class CurvePart:
    """fault : the traceback of an error of ours, for the log."""

    curve: LossCurve | None
    notices: tuple[Notice, ...] = ()
    fault: str = ""


@dataclass(frozen=True, eq=False)
class ImportancePart:
    """fault : as in `CurvePart`."""

    importance: Importance | None
    notices: tuple[Notice, ...] = ()
    fault: str = ""


@dataclass(frozen=True)
class FailurePart:
    """Why a unit failed: one line, and the traceback as far as it is the repository's."""

    reason: str
    output: str
    preprocessing: str = ""
    notices: tuple[Notice, ...] = ()
