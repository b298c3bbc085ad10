"""The change of each metric from base to head on the rows that both were scored on."""

from __future__ import annotations

import math
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ..core.errors import ReportError
from ..core.pairing import (
    AnyOfRows,
    ExplainedShare,
    Failed,
    MeanOfAreas,
    MeanOfRows,
    NotApplicable,
    OfConfusion,
    OfLabels,
    RootOfMean,
)
from .statistics.auc import DELONG, PRECISION, Areas, auc_part, mean_area_change, precision_part
from .statistics.confusion import METHOD as JACKKNIFE
from .statistics.confusion import confusion_part, labels_part
from .statistics.estimate import change_of, mean_over, of_uneven, unknown
from .statistics.means import DELTA, MEAN, explained_part, mean_part, root_mean_part
from .statistics.proportions import share_change
from .statistics.resampling import row_change
from .statistics.support import ENOUGH, ENOUGH_TO_RANK, lacks_a_kind, too_few
from .statistics.tails import HEAVY_SPREAD, heavy_losses
from .statistics.training import with_training

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

    from ..core.pairing import AreaQuestion, Pairing, SupportOf
    from ..core.values import Predictions
    from .statistics.estimate import Estimate, Part

CLIPPED = "; a probability of 0 counts as 2e-16"
FEWEST = 6  # of five that all say the same a sign test says p = 0.06: nothing can be told from them


def estimate_change(pairing: Pairing, base: Predictions, head: Predictions) -> Estimate:
    """The change head − base with its interval; both unknown for fewer than six rows or groups.

    base, head : predictions of the same labelled rows in the same order; weights and groups are those of `head`,
        groups as codes 0 … n_groups − 1.
    """
    return estimate_repeated(pairing, [base], [head])


def estimate_repeated(pairing: Pairing, base: Sequence[Predictions], head: Sequence[Predictions]) -> Estimate:
    """The change of the mean over several fits of each side, one a seed, with the luck of training in its interval.

    base, head : predictions of the same labelled rows in the same order, as in `estimate_change`; each side of any
        number of fits. The variance is that of rows, of the means over fits, and that of training (`with_training`);
        of one fit a side it is that of rows alone.
    """
    shares = _shares(head[0])
    n_rows = len(head[0].y_pred)
    n_equal = n_rows if shares is None else 1 / float(shares @ shares)  # that tell as much (Kish 1965)
    if n_equal < FEWEST:
        few = f"fewer than {FEWEST} rows or groups"
        return unknown(math.nan, n_rows, few, why=few)
    fits = Fits(base, head)
    if (why := _too_few(pairing, fits)) is not None:
        return unknown(math.nan, n_rows, "none", why=why)
    estimate, values = _estimated(pairing, fits)
    if shares is not None:
        estimate = of_uneven(estimate, shares)
    return with_training(estimate, *values)


class Fits(NamedTuple):
    """The answers of the fits of both sides about the same rows."""

    base: Sequence[Predictions]
    head: Sequence[Predictions]

    def agree(self, alike: Callable[[Predictions, Predictions], bool]) -> bool:
        """Whether there are as many fits on both sides, and each answers alike as its like."""
        return len(self.base) == len(self.head) and all(map(alike, self.base, self.head))


class Values(NamedTuple):
    """A metric of each fit of both sides."""

    base: Sequence[float]
    head: Sequence[float]


def _too_few(pairing: Pairing, fits: Fits) -> str | None:
    """Which rows that the metric hangs on are too few, in a sentence."""
    if not isinstance(pairing, (OfConfusion, OfLabels, MeanOfAreas, AnyOfRows)):
        return None
    first, enough = fits.head[0], ENOUGH_TO_RANK if isinstance(pairing, MeanOfAreas) else ENOUGH
    found = (
        too_few(support, first.weight, first.group, enough=enough)
        for side in fits
        for fit in side
        for support in pairing.support(fit)
    )
    return next((why for why in found if why is not None), None)


def _shares(side: Predictions) -> Floats | None:
    """How much each row or group counts for, of sum 1; None where all rows count the same.

    Without any weight at all it is as if there were one row.
    """
    if side.weight is None and side.group is None:
        return None
    weight: Floats = np.ones(len(side.y_pred)) if side.weight is None else side.weight
    if side.group is not None:
        weight = np.bincount(side.group, weights=weight).astype(np.float64)
    total = weight.sum()
    return weight / total if total else np.ones(1)


def _estimated(pairing: Pairing, fits: Fits) -> tuple[Estimate, Values]:  # noqa: PLR0911 - one a kind
    weight = fits.head[0].weight
    match pairing:
        case MeanOfRows(rows, is_share=True):
            return _of_shares(rows, fits)
        case MeanOfRows(rows, worst=worst):
            return _of_means(rows, worst, fits)
        case RootOfMean(rows):
            estimated = _of_parts(lambda fit: root_mean_part(rows(fit), weight), fits, DELTA)
            return _of_light_losses(estimated, [rows(fits.base[0]), rows(fits.head[0])])
        case ExplainedShare(rows, spread):
            estimated = _of_parts(lambda fit: explained_part(rows(fit), spread(fit), weight), fits, DELTA)
            return _of_light_losses(estimated, [rows(fits.base[0]), rows(fits.head[0])], spread(fits.head[0]))
        case OfConfusion(function, n_classes):
            unit = _rows_of_a_group(fits.head[0])
            part = partial(confusion_part, metric=function, n_classes=n_classes, weight=weight, unit=unit)
            return _of_parts(lambda fit: part(_truth(fit), fit.y_pred), fits, JACKKNIFE)
        case OfLabels(function):
            of_fit = partial(labels_part, metric=function, weight=weight, unit=_rows_of_a_group(fits.head[0]))
            return _of_parts(lambda fit: of_fit(_truth(fit), fit.y_pred), fits, JACKKNIFE)
        case MeanOfAreas(questions, curve=curve) if weight is None:
            return _of_areas(questions, curve, fits)
        case MeanOfAreas(value=value, support=support) | AnyOfRows(value, support=support):
            return _of_rows(value, support, fits)


def _of_parts(part: Callable[[Predictions], Part], fits: Fits, method: str) -> tuple[Estimate, Values]:
    base, head = ([part(fit) for fit in side] for side in fits)
    group, is_ratio = fits.head[0].group, method == DELTA
    estimate = change_of(base, head, group=group, method=method, by_kurtosis=is_ratio)
    return estimate, Values([fit.value for fit in base], [fit.value for fit in head])


def _rows_of_a_group(side: Predictions) -> float:
    """On average; 1 without groups."""
    return 1.0 if side.group is None else len(side.group) / (int(side.group.max()) + 1)


def _of_light_losses(
    estimated: tuple[Estimate, Values], losses: Sequence[Floats], spread: Floats | None = None
) -> tuple[Estimate, Values]:
    """The delta method needs the means that it divides by to be settled."""
    estimate, values = estimated
    found = [heavy_losses(output) for rows in losses for output in _outputs(rows)]
    if spread is not None:
        found += [heavy_losses(output, HEAVY_SPREAD) for output in _outputs(spread)]
    why = next((one for one in found if one is not None), None)
    if why is None or not math.isfinite(estimate.standard_error):
        return estimated
    return unknown(estimate.difference, estimate.n_rows, estimate.method, why=why), values


def _outputs(rows: Floats) -> Floats:
    return np.atleast_2d(rows.T)


def _of_means(
    rows: Callable[[Predictions], Floats], worst: Callable[[Predictions], float], fits: Fits
) -> tuple[Estimate, Values]:
    """As if two rows more were what a model holds for impossible: rows that were not drawn may be.

    Of a kind that none of n rows is of, 3.7 may be expected, at 2.5% (Poisson): the quantile of two is 2.8.
    """
    first, unit = fits.head[0], _rows_of_a_group(fits.head[0])
    greatest = max(worst(fit) for side in fits for fit in side)

    def part(fit: Predictions) -> Part:
        return mean_part(rows(fit), first.weight)._replace(spare=2 * (unit * greatest) ** 2)

    return _of_parts(part, fits, f"{MEAN}{CLIPPED}" if greatest else MEAN)


def _of_shares(rows: Callable[[Predictions], Floats], fits: Fits) -> tuple[Estimate, Values]:
    base, head = ([rows(fit) for fit in side] for side in fits)
    first = fits.head[0]
    estimate = share_change(mean_over(head) - mean_over(base), weight=first.weight, group=first.group)
    return estimate, Values(*([float(np.average(fit, weights=first.weight)) for fit in side] for side in (base, head)))


def _of_areas(
    questions: Callable[[Predictions], Sequence[AreaQuestion]], curve: str, fits: Fits
) -> tuple[Estimate, Values]:
    part, method = (auc_part, DELONG) if curve == "roc" else (precision_part, PRECISION)
    base, head = ([Areas.of(questions(fit), part) for fit in side] for side in fits)
    estimate = mean_area_change(base, head, group=fits.head[0].group, method=method)
    return estimate, Values([fit.mean for fit in base], [fit.mean for fit in head])


def _of_rows(value: Callable[[Predictions], float], support: SupportOf, fits: Fits) -> tuple[Estimate, Values]:
    taken: list[Fits] = []  # the rows that are drawn from, the same ones in every draw
    kinds = support(fits.head[0])

    def difference(rows: NDArray[np.int64], times: NDArray[np.float64]) -> float:
        taken[:] = taken or [Fits(*([replace(fit, group=None).take(rows) for fit in side] for side in fits))]
        if any(lacks_a_kind(kind, rows, times) for kind in kinds):
            return math.nan
        drawn = np.repeat(np.arange(len(rows)), times.astype(np.int64))
        try:
            return _difference(Values(*([value(fit.take(drawn)) for fit in side] for side in taken[0])))
        except (
            Failed,
            NotApplicable,
            ReportError,
        ):  # some draws lack what a metric needs, such as rows of both classes
            return math.nan

    values = Values(*([value(fit) for fit in side] for side in fits))
    return row_change(_difference(values), difference, len(fits.head[0].y_pred), group=fits.head[0].group), values


def _difference(values: Values) -> float:
    return float(np.mean(values.head) - np.mean(values.base))


def _truth(predictions: Predictions) -> NDArray[np.int64]:
    if predictions.y_true is None:
        raise ValueError("these rows have no labels")
    return predictions.y_true
