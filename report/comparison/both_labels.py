"""Verdicts by the labels of both sides: a change does not choose the labels that it is judged by."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from ..core.numbers import format_count
from .changes import Fits
from .classes import class_array
from .labels import MANY, comparable
from .verdicts import absolute_margin, verdict_of
from .withholding import GOOD, without_verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

    from ..core.comparison import MetricChange, Verdict
    from ..core.pairing import PairedMetric
    from ..core.values import Predictions, Target
    from .classes import SharedClasses
    from .labels import LabelChange, MatchedLabels

    Measure = Callable[[Fits], Sequence[MetricChange]]


@dataclass(frozen=True, eq=False)
class Truths:
    """The labels of head's rows by both sides, as numbers of `SharedClasses` where they are classes.

    base : like `Target.encoded`, (n_rows,) or (n_rows, n_outputs): base's label of each row of head, and head's own of
    rows that base does not have. changed : (n_rows,) bool.
    """

    base: NDArray[Any]
    changed: NDArray[np.bool_]

    def by_base(self, fits: Fits) -> Fits:
        """The predictions with base's labels as the truth."""
        return Fits(*([replace(fit, y_true=self.base[fit.positions]) for fit in side] for side in fits))


def truths_of(target: Target, labels: MatchedLabels, change: LabelChange, shared: SharedClasses | None) -> Truths:
    """Base's labels in the form of head's. target : head's. shared : the classes, of one output; None for others."""
    base, changed = target.encoded.copy(), np.zeros(len(target.encoded), dtype=np.bool_)
    rows = labels.positions[change.changed]
    theirs = labels.base[change.changed]
    changed[rows] = True
    if shared is None:
        base[rows] = theirs.reshape(base[rows].shape).astype(base.dtype)
    elif len(rows):
        base[rows] = _numbers(theirs.reshape(len(rows)), shared)
    return Truths(base, changed)


def _numbers(labels: NDArray[Any], shared: SharedClasses) -> NDArray[np.int64]:
    """Base's labels as numbers of the shared classes, (n_rows,)."""
    _, first, at = np.unique(labels.astype(str), return_index=True, return_inverse=True)
    given, classes = comparable(class_array(labels[first].tolist()), class_array(shared.base))
    number = dict(zip(classes.tolist(), shared.of_base.tolist(), strict=True))
    return np.array([number[label] for label in given.tolist()], dtype=np.int64)[at]


def judged_by_both(
    changes: Sequence[MetricChange],
    fits: Fits,
    truths: Truths,
    measure: Measure,
    metrics: Mapping[str, PairedMetric],
    margins: Mapping[str, Sequence[float | str]],
) -> tuple[MetricChange, ...]:
    """The changes, without a verdict where base's labels give another one than head's.

    changes : by head's labels. fits : the predictions that they are of. margins : those of gates, beside the change's
    own. Else it says how many of them changed.
    """
    rows = fits.head[0].positions
    changed = truths.changed[rows]
    if not changed.any():
        return tuple(changes)
    others = {change.metric: change for change in measure(truths.by_base(fits))}
    said = _counted(fits.head[0], truths, changed)
    return tuple(
        _agreed(change, others.get(change.metric), said, _greater(change, metrics), margins.get(change.metric, ()))
        for change in changes
    )


def told_of_labels(truths: Truths, validation: NDArray[np.int64]) -> list[str]:
    """A sentence on changed labels of validation rows, where they are more than are corrected in passing."""
    n_changed, n_rows = int(np.count_nonzero(truths.changed[validation])), len(validation)
    if not n_changed or n_changed < MANY * n_rows:
        return []
    are = "label was" if n_changed == 1 else "labels were"
    return [f"{format_count(n_changed)} of {format_count(n_rows)} validation {are} changed: both labels judge"]


def _greater(change: MetricChange, metrics: Mapping[str, PairedMetric]) -> bool:
    """Whether greater is better; of the reported loss, smaller is."""
    metric = metrics.get(change.metric)
    return metric is not None and metric.info.greater_is_better


def _counted(head: Predictions, truths: Truths, changed: NDArray[np.bool_]) -> str:
    """`5 of 100 validation labels were changed, 4 of them to what head's model predicts`."""
    if head.y_true is None:
        raise ValueError("rows without labels cannot judge")
    now, was, answer = (side[changed] for side in (head.y_true, truths.base[head.positions], head.y_pred))
    if np.issubdtype(now.dtype, np.floating):
        towards, what = np.abs(answer - now) < np.abs(answer - was), "towards"
    else:
        towards, what = (answer == now) & (answer != was), "to"
    n_changed = int(np.count_nonzero(changed))
    n_towards = int(np.count_nonzero(towards.reshape(n_changed, -1).any(axis=1)))
    of = "all" if n_towards == n_changed > 1 else format_count(n_towards)
    are = "label was" if n_changed == 1 else "labels were"
    return (
        f"{format_count(n_changed)} of {format_count(len(changed))} validation {are} changed, {of} of them {what} what "
        "head's model predicts"
    )


def _agreed(
    change: MetricChange, other: MetricChange | None, said: str, greater: bool, margins: Sequence[float | str]
) -> MetricChange:
    """The change by head's labels where base's, by `other`, give the same verdict with every margin."""
    if change.verdict in ("luck", "not comparable"):
        return change
    if other is None:
        return without_verdict(change, f"it has no value by base's labels: {said}")
    for margin in (None, *margins):
        ours, theirs = (_verdict(one, margin, greater) for one in (change, other))
        if ours != theirs and not (ours in GOOD and theirs in GOOD):
            return without_verdict(change, f"by base's labels {theirs}, by head's {ours}: {said}")
    verdict = "no worse" if {change.verdict, other.verdict} == set(GOOD) else change.verdict
    return replace(change, verdict=verdict, why=change.why or f"by base's labels too: {said}")


def _verdict(change: MetricChange, margin: float | str | None, greater: bool) -> Verdict:
    if margin is None or change.verdict in ("luck", "not comparable"):
        return change.verdict
    return verdict_of(change.interval, absolute_margin(margin, change.base), greater_is_better=greater)
