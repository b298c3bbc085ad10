"""Every plot, in the report's order. A new one is a file of its own and a line here."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from . import calibration, changes, confusion, importance, loss, ranking, regression, samples, scores, spread

if TYPE_CHECKING:
    from collections.abc import Callable

    from ...core.comparison import Comparison
    from .canvas import Drawing
    from .files import PlotSection


def _always(_: Comparison) -> bool:
    return True


class Plot(NamedTuple):
    """A kind of plot; `draw` gives None where a report has no data for it.

    auto : whether it is drawn for a report that names no plots.
    """

    id: str
    section: PlotSection
    draw: Callable[[Comparison], Drawing | None]
    auto: Callable[[Comparison], bool] = _always


def _one_class(kind: str) -> Callable[[Comparison], bool]:
    """Whether one class has such curves: with more, they are many panels that few readers want."""
    return lambda comparison: len({c.label for m in comparison.head.models for c in m.curves if c.kind == kind}) == 1


PLOTS: tuple[Plot, ...] = (
    Plot("loss", "curves", loss.draw),
    Plot("metric_curves", "curves", loss.draw_metric),
    Plot("metrics", "models", scores.draw),
    Plot("changes", "models", changes.draw),
    Plot("confusion", "details", confusion.draw),
    Plot("roc", "details", ranking.draw_roc),
    Plot("precision_recall", "details", ranking.draw_precision_recall, _one_class("precision_recall")),
    Plot("calibration", "details", calibration.draw, _one_class("calibration")),
    Plot("predicted", "details", regression.draw_predicted),
    Plot("residuals", "details", regression.draw_residuals),
    Plot("importance", "details", importance.draw),
    Plot("cross_validation", "details", spread.draw_folds),
    Plot("seeds", "details", spread.draw_seeds),
    Plot("samples", "samples", samples.draw_samples),
    Plot("worst_samples", "samples", samples.draw_worst),
)
