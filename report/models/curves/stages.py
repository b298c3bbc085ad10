"""What every kind of iteration gives to be drawn: how many there are, and the model's answers after some of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from ...core.values import CurveKind
    from .rows import CurveRows
    from .unwrapping import Unwrapped

MOST_POINTS = 100


@dataclass(frozen=True, eq=False)
class Fitted:
    """What is known once a model is fitted.

    fit_seconds : of the whole fit, preprocessing included.
    recorded : what a watch recorded of the innermost estimator.
    """

    unwrapped: Unwrapped
    rows: CurveRows
    fit_seconds: float
    recorded: Any = None

    @property
    def estimator(self) -> Any:
        """The innermost estimator."""
        return self.unwrapped.estimator


@dataclass(frozen=True, eq=False)
class Stages:
    """The iterations of a fitted estimator.

    points : the iterations to draw, ascending, from 1. kept : the one that the fitted estimator equals; among `points`.
    passes : how often the work of one iteration is done for each row, over all points.
    models : after each of `points`, an estimator; or
    answers : X → after each of `points`, predictions (regression) or probabilities (classification).
    """

    unit: CurveKind
    points: tuple[int, ...]
    kept: int
    passes: int
    models: Callable[[], Iterator[Any]] | None = None
    answers: Callable[[Any], Iterator[Any]] | None = None
    note: str | None = None


def choose_points(length: int, *, most: int = MOST_POINTS, also: int | None = None) -> tuple[int, ...]:
    """Iterations to draw: all, or the first and the last and others between, half of them dense at the start."""
    if length <= most:
        return tuple(range(1, length + 1))
    even = np.linspace(1, length, most // 2)
    early = np.geomspace(1, length, most // 2)
    chosen = {*np.rint(even).astype(int).tolist(), *np.rint(early).astype(int).tolist(), also or length}
    return tuple(sorted(chosen))
