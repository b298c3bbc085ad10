"""The change over the folds of cross-validation, where both sides are fitted and asked on the same folds.

Folds are parts of the training rows, drawn from their order and labels: the same rows in the same order have the same
folds. Whether they have is seen from the rows that were held out.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ..core.comparison import FoldChange
from ..core.losses import row_losses
from ..core.numbers import format_count
from ..core.results import Interval
from ..core.values import Notice
from .changes import Fits
from .measuring import LOSS, value_of
from .pairs import align
from .statistics.folds import fold_change
from .verdicts import metric_change, verdict_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from ..core.comparison import MetricChange, ModelPair
    from ..core.pairing import PairedMetric
    from ..core.results import ModelEvaluation
    from ..core.values import ModelRun, Predictions
    from .base.pairing import MatchedRows
    from .labelling import Labelling
    from .pairs import Match

MANY_COPIES = 0.05  # of the training rows: folds do not keep copies together, so that they would tell of memory
_OTHER_FOLDS = "its cross-validation is not compared: a fold failed, or holds other rows in base"
_NO_VALUE = "it has no value on some of the folds"
_WITHHELD = ("luck", "not comparable")


def why_no_folds(matched: MatchedRows, observed: NDArray[np.int64]) -> str | None:
    """Why folds would not be the same on both sides, or would not judge; None where they can.

    observed : (n_head,), codes of the rows of head that are one observation.
    """
    paired, trained = matched.paired, matched.trained
    if "time" in (matched.head.method, matched.base.method):
        return "folds in time order learn from more and more rows"
    if paired.needs_another_fit:
        return "head is fitted once more, by the split of base"
    if trained is None:
        return "the training rows are not the same on both sides"
    if n_changed := int(np.count_nonzero(matched.relabelled(trained))):
        return f"{format_count(n_changed)} labels or weights of training rows were changed"
    n_rows_of = np.bincount(observed[trained])
    n_copies = int(n_rows_of[n_rows_of > 1].sum())
    if n_copies > MANY_COPIES * len(trained):
        return f"{format_count(n_copies)} of {format_count(len(trained))} training rows have copies, in several folds"
    return None


def held_out(run: ModelRun, train: NDArray[np.int64]) -> tuple[Predictions, ...]:
    """The answers of a run's folds, with positions in `train`, the rows to learn from; () where there are others."""
    places = [pd.Index(train).get_indexer(pd.Index(fold.positions)).astype(np.int64) for fold in run.folds]
    if any((place < 0).any() for place in places) or len({fold.score_kind for fold in _every(run)}) > 1:
        return ()
    return tuple(replace(fold, positions=place) for fold, place in zip(run.folds, places, strict=True))


def same_folds(base: Sequence[Predictions], head: Sequence[Predictions]) -> tuple[Fits, ...] | None:
    """The folds of both sides with the same held-out rows; None where one has no like, or there are fewer than two."""
    known = {_rows(fold): fold for fold in base}
    found = [(known.get(_rows(fold)), fold) for fold in head]
    pairs = [align(theirs, ours) for theirs, ours in found if theirs is not None]
    if len(pairs) < 2 or not len(pairs) == len(base) == len(head):
        return None
    return tuple(Fits([theirs], [ours]) for theirs, ours in pairs)


def fold_changes(
    changes: Sequence[MetricChange],
    folds: Sequence[Fits],
    labelling: Labelling,
    metrics: Mapping[str, PairedMetric],
) -> tuple[MetricChange, ...]:
    """The changes with those over folds, where they have a verdict and the metric a value on each fold."""
    restricted = [labelling.restrict(fold) for fold in folds]
    test_share = _test_share([fold.head[0].positions for fold in folds])
    found = []
    for change in changes:
        metric = None if change.verdict in _WITHHELD else metrics.get(change.metric)
        folded = None if metric is None else _changed(change, metric, restricted, labelling, test_share)
        found.append(replace(change, folds=folded))
    return tuple(found)


def judged_over_folds(
    pair: ModelPair,
    fits: Fits,
    folds: NDArray[np.int64],
    labelling: Labelling,
    metrics: Mapping[str, PairedMetric],
) -> ModelPair:
    """The pair where every row was predicted by the model of its fold: no surer than the corrected t test over folds.

    Rows of one fold share a model, and models share training rows, which an interval over rows does not know; it stays
    where it is the wider one. fits : of both sides, about the same rows. folds : (n_head,).
    """
    at = folds[fits.head[0].positions]
    parts = [labelling.restrict(_of_rows(fits, at == number)) for number in np.unique(at)]
    changes = tuple(_no_surer(change, metrics.get(change.metric), parts, labelling) for change in pair.changes)
    return replace(pair, changes=changes)


def _of_rows(fits: Fits, rows: NDArray[np.bool_]) -> Fits:
    return Fits(*([fit.take(rows) for fit in side] for side in fits))


def _no_surer(
    change: MetricChange, metric: PairedMetric | None, folds: Sequence[Fits], labelling: Labelling
) -> MetricChange:
    interval = change.interval
    if change.verdict in _WITHHELD or interval is None or (metric is None and change.metric != LOSS):
        return change
    values = _losses(folds, labelling) if metric is None else _values(metric, folds, labelling)
    if len(folds) < 2 or not np.isfinite(values).all():
        return replace(
            change, verdict="unclear", interval=None, p_value=None, detectable=None, why=change.why or _NO_VALUE
        )
    estimate = fold_change(values[:, 1] - values[:, 0], _test_share([fold.head[0].positions for fold in folds]))
    half = (estimate.interval.high - estimate.interval.low) / 2
    p_value = max(estimate.p_value, change.p_value or 0.0)
    if 2 * half <= interval.high - interval.low:
        return replace(change, p_value=p_value)
    wider = Interval(change.difference - half, change.difference + half, interval.level)
    found = verdict_of(wider, change.margin, greater_is_better=metric is not None and metric.info.greater_is_better)
    return replace(
        change,
        interval=wider,
        verdict="unclear" if change.verdict == "unclear" else found,
        p_value=p_value,
        detectable=estimate.detectable,
        method=estimate.method,
    )


def _values(metric: PairedMetric, folds: Sequence[Fits], labelling: Labelling) -> NDArray[np.float64]:
    """The value of each fold in base and in head, (n_folds, 2)."""
    return np.array([[value_of(metric, side[0], labelling.target) for side in fold] for fold in folds]).reshape(-1, 2)


def _losses(folds: Sequence[Fits], labelling: Labelling) -> NDArray[np.float64]:
    """The loss that is reported whatever the metrics are, likewise."""
    task = labelling.target.task
    means = [[np.average(row_losses(task, side[0]), weights=side[0].weight) for side in fold] for fold in folds]
    return np.array(means, dtype=np.float64).reshape(-1, 2)


def told_of_folds(
    matches: Iterable[Match], runs: Mapping[str, ModelRun], models: Sequence[ModelEvaluation], why: str | None
) -> list[Notice]:
    """Why models that were cross-validated are not compared by it. models : of head, as reported."""
    if why is not None:
        told = f"cross-validation of the two sides is not compared: {why}"
        return [Notice(told, severity="note")] if any(model.folds for model in models) else []
    return [
        Notice(_OTHER_FOLDS, severity="note", subject=head.name)
        for head, base in matches
        if head is not None and base is not None and base.predictions is not None
        if (run := runs.get(head.name)) is not None and run.folds and same_folds(base.folds, run.folds) is None
    ]


def _changed(
    change: MetricChange, metric: PairedMetric, folds: Sequence[Fits], labelling: Labelling, test_share: float
) -> FoldChange | None:
    values = _values(metric, folds, labelling)
    differences = values[:, 1] - values[:, 0]
    if not np.isfinite(differences).all():
        return None
    estimate = fold_change(differences, test_share)
    known = estimate if estimate.standard_error > 0 or not differences.any() else None
    base, head = (float(side) for side in values.mean(axis=0))
    found = metric_change(metric.info, base, head, known, margin=change.margin, p_value=None)
    more = _width(found.interval) < _width(change.interval)
    return FoldChange(found.difference, found.interval, found.verdict, len(folds), more)


def _width(interval: Interval | None) -> float:
    return math.inf if interval is None else interval.high - interval.low


def _test_share(held_out: Sequence[NDArray[np.int64]]) -> float:
    """Rows tested / rows trained on, of an average fold; in each repeat every training row is held out once."""
    tested = sum(map(len, held_out)) / len(held_out)
    return tested / (len(np.unique(np.concatenate(held_out))) - tested)


def _every(run: ModelRun) -> list[Predictions]:
    return [fold for fold in (run.validation, *run.folds) if fold is not None]


def _rows(fold: Predictions) -> bytes:
    return np.sort(fold.positions).tobytes()
