"""How the models' room measures importance and curves without knowing metrics: a score of predictions, passed in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from .values import Predictions


class Scorer(Protocol):
    """A metric bound to a target; it can be pickled, for worker processes."""

    @property
    def name(self) -> str:
        """As in the configuration."""

    @property
    def title(self) -> str:
        """As in the report."""

    @property
    def greater_is_better(self) -> bool:
        """Its direction."""

    def __call__(self, predictions: Predictions) -> float:
        """The value on these rows; NaN where the metric does not apply to them."""
