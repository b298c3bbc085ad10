"""What kind of function of the rows a metric is: that decides how the change between two models is estimated.

Each kind takes `Predictions` of labelled rows; the comparison calls it for base and for head on the same rows.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, Protocol, TypeAlias

from .results import MetricInfo
from .values import Predictions, Target

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]


@dataclass(frozen=True)
class MeanOfRows:
    """The mean of a value per row, (n_rows,); `is_share` when each value is 0 or 1."""

    rows: Callable[[Predictions], Floats]
    is_share: bool = False


@dataclass(frozen=True)
class RootOfMean:
    """The square root of the mean of a value per row, (n_rows,)."""

    rows: Callable[[Predictions], Floats]


@dataclass(frozen=True)
class ExplainedShare:
    """1 − mean(rows) / mean(spread), where `spread` is what the best constant leaves, both (n_rows,)."""

    rows: Callable[[Predictions], Floats]
    spread: Callable[[Predictions], Floats]


@dataclass(frozen=True)
class OfConfusion:
    """A function of confusion counts (…, n_classes, n_classes), rows the truth → (…)."""

    function: Callable[[NDArray[Any]], Floats]
    n_classes: int


@dataclass(frozen=True)
class MeanOfAreas:
    """The mean area under the ROC curve over questions: which rows are of a class (bool), and a score, (n_rows,).

    value : the weighted mean area, for rows with weights.
    """

    questions: Callable[[Predictions], Sequence[tuple[NDArray[np.bool_], Floats]]]
    value: Callable[[Predictions], float]


@dataclass(frozen=True)
class AnyOfRows:
    """Any function of the rows that settles as rows are added."""

    value: Callable[[Predictions], float]


Pairing: TypeAlias = "MeanOfRows | RootOfMean | ExplainedShare | OfConfusion | MeanOfAreas | AnyOfRows"


class PairedMetric(Protocol):
    """What the comparison knows of a metric."""

    @property
    def info(self) -> MetricInfo:
        """Its name, title, unit and direction."""

    @property
    def needs(self) -> Literal["labels", "probability", "score"]:
        """What a model has to give for it; a score is a probability or a decision function."""

    def compute(self, predictions: Predictions, target: Target) -> float:
        """The value on labelled rows; NaN, or an exception, where there is none."""

    def pairing(self, target: Target) -> Pairing | None:
        """How a change of it between two models is estimated; None where rows say nothing of its uncertainty."""
