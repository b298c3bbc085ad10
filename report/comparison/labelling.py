"""By which labels and classes both sides are judged."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from ..core.numbers import format_count
from ..core.values import Task
from .both_labels import judged_by_both, told_of_labels, truths_of
from .changes import Fits
from .classes import shared_classes
from .labels import label_change

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from ..core.comparison import MetricChange
    from ..core.pairing import PairedMetric
    from ..core.values import Label, Target
    from .both_labels import Measure, Truths
    from .classes import SharedClasses
    from .labels import MatchedLabels

    Margins = Mapping[str, Sequence[float | str]]


@dataclass(frozen=True, eq=False)
class Labelling:
    """The labels and classes of both sides.

    target : head's, with the classes that both sides have. every : head's, with the classes of both, as predictions
    are numbered. shared : of a target with one label a row, else None. margins : of gates, by metric.
    """

    target: Target
    every: Target
    truths: Truths | None = None
    shared: SharedClasses | None = None
    margins: Margins = field(default_factory=dict)

    @property
    def has_equal_classes(self) -> bool:
        return self.shared is None or self.shared.are_equal

    def restrict(self, fits: Fits) -> Fits:
        """The rows of the common classes, numbered by these alone."""
        shared = self.shared
        return fits if shared is None else Fits(*([shared.restrict(fit) for fit in side] for side in fits))

    def judge(self, fits: Fits, measure: Measure, metrics: Mapping[str, PairedMetric]) -> tuple[MetricChange, ...]:
        """The changes by head's labels, without a verdict where base's give another one.

        measure : the changes of the metrics on rows of the common classes.
        """

        def measured(given: Fits) -> Sequence[MetricChange]:
            return measure(self.restrict(given))

        if self.truths is None:
            return tuple(measured(fits))
        return judged_by_both(measured(fits), fits, self.truths, measured, metrics, self.margins)

    def n_outside(self, rows: NDArray[np.int64]) -> int:
        """How many of these rows of head are of a class that base does not have."""
        if self.shared is None:
            return 0
        return int(np.count_nonzero(self.shared.common[self.every.encoded[rows]] < 0))

    def left_out(self, rows: NDArray[np.int64]) -> str | None:
        """Why some of these rows of head are not compared; None where all of them are."""
        if not (n_outside := self.n_outside(rows)):
            return None
        return f"{format_count(n_outside)} {'is' if n_outside == 1 else 'are'} of a class that base does not have"

    def headlines(self, validation: NDArray[np.int64]) -> list[str]:
        """What a reader has to know of labels and classes; validation : (n_rows,) the rows of head that judge."""
        told = [] if self.truths is None else told_of_labels(self.truths, validation)
        if self.shared is None or self.shared.are_equal:
            return told
        n_rows, n_outside = len(validation), self.n_outside(validation)
        compared = f"the {format_count(n_rows - n_outside)} of {format_count(n_rows)} validation rows of common classes"
        return [*told, f"the classes differ: {self.shared.difference}; {compared} are compared"]


def labelling_of(
    target: Target, classes: Sequence[Label], labels: MatchedLabels | None = None, margins: Margins | None = None
) -> Labelling:
    """What both sides are judged by.

    target : head's. classes : base's. labels : of the rows that both sides have; without them, head's judge alone.
    """
    shared = shared_classes(classes, target.classes) if target.task in (Task.BINARY, Task.MULTICLASS) else None
    every = target
    if shared is not None:
        new = [label for label, number in zip(shared.base, shared.of_base, strict=True) if number >= len(shared.head)]
        every = replace(target, classes=(*target.classes, *new))
    truths = None
    if labels is not None:
        change = label_change(labels, target.names, classes=target.task.is_classification)
        truths = truths_of(target, labels, change, shared)
    return Labelling(shared.target(target) if shared else target, every, truths, shared, margins or {})


def margins_of(*configurations: Mapping[str, Any]) -> dict[str, list[float | str]]:
    """The margins of the gates of plain configurations, by metric."""
    found: dict[str, list[float | str]] = {}
    for configuration in configurations:
        for gate in configuration.get("gates", ()):
            if isinstance(gate, dict) and gate.get("margin") is not None:
                found.setdefault(str(gate.get("metric")), []).append(gate["margin"])
    return found
