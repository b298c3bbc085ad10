"""What kind of function of the rows a metric is: that decides how the change between two models is estimated.

Each kind takes `Predictions` of labelled rows; the comparison calls it for base and for head on the same rows.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple, Protocol, TypeAlias

from .results import MetricInfo
from .values import Predictions, Target

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]


class Support(NamedTuple):
    """Kinds of rows that a value hangs on.

    codes : (n_rows,) integers, the kind of each row, −1 for none of them. names : (n_kinds,), what each is called.
    """

    codes: NDArray[np.integer]
    names: tuple[str, ...]


SupportOf: TypeAlias = "Callable[[Predictions], Sequence[Support]]"
AreaQuestion: TypeAlias = "tuple[NDArray[np.bool_], Floats, NDArray[np.int64]]"
"""Which rows are of a class, a score, and the rows by rising score; (n_rows,) each."""


def no_support(predictions: Predictions) -> Sequence[Support]:  # noqa: ARG001 - one signature
    """Every row counts alike."""
    return ()


def no_worst(predictions: Predictions) -> float:  # noqa: ARG001 - one signature
    """No row can have a value that is far beyond those of others."""
    return 0.0


class NotApplicable(Exception):  # noqa: N818 -- not an error: a value of its own in the report
    """A metric has no value on these rows; the message says why, in a few words."""


class Failed(Exception):  # noqa: N818 -- likewise
    """A metric of the repository's own could not be computed although it should have a value; one line."""


@dataclass(frozen=True)
class MeanOfRows:
    """The mean of a value per row, (n_rows,); `is_share` when each value is 0 or 1.

    worst : the value of a row of which the model says what it holds for impossible; 0 where it holds nothing for that.
    """

    rows: Callable[[Predictions], Floats]
    is_share: bool = False
    worst: Callable[[Predictions], float] = no_worst


@dataclass(frozen=True)
class RootOfMean:
    """The square root of the mean of a value per row, (n_rows,); of (n_rows, n_outputs), the mean of such roots."""

    rows: Callable[[Predictions], Floats]


@dataclass(frozen=True)
class ExplainedShare:
    """1 − mean(rows) / mean(spread), where `spread` is what the best constant leaves, both (n_rows,).

    Of (n_rows, n_outputs), the mean of such shares over the outputs that are not constant.
    """

    rows: Callable[[Predictions], Floats]
    spread: Callable[[Predictions], Floats]


@dataclass(frozen=True)
class OfConfusion:
    """A function of what a confusion matrix adds up to: hits, predicted and actual, (…, n_classes) each → (…).

    hits : rows of a class that are predicted as such. predicted, actual : rows predicted as the class, rows of it.
    """

    function: Callable[[Floats, Floats, Floats], Floats]
    n_classes: int
    support: SupportOf = no_support


@dataclass(frozen=True)
class OfLabels:
    """A function of the counts of several labels, of which a row may have any: hits, predicted, actual, total → (…).

    hits, predicted, actual : (…, n_labels) as in `OfConfusion`. total : (…), all rows.
    """

    function: Callable[[Floats, Floats, Floats, Floats], Floats]
    support: SupportOf = no_support


@dataclass(frozen=True)
class MeanOfAreas:
    """The mean area under a curve over questions.

    curve : ROC, or precision over recall in steps (average precision).

    value : the weighted mean area, for rows with weights.
    """

    questions: Callable[[Predictions], Sequence[AreaQuestion]]
    value: Callable[[Predictions], float]
    support: SupportOf = no_support
    curve: Literal["roc", "precision_recall"] = "roc"


@dataclass(frozen=True)
class AnyOfRows:
    """Any function of the rows that settles as rows are added."""

    value: Callable[[Predictions], float]
    support: SupportOf = no_support


Pairing: TypeAlias = "MeanOfRows | RootOfMean | ExplainedShare | OfConfusion | OfLabels | MeanOfAreas | AnyOfRows"


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
