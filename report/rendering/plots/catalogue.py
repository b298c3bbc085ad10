"""Every plot, in the report's order. A new one is a file of its own and a line here."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from . import confusion, loss, ranking, scores

if TYPE_CHECKING:
    from collections.abc import Callable

    from ...core.results import Comparison
    from .canvas import Drawing
    from .files import PlotSection


class Plot(NamedTuple):
    """A kind of plot; `draw` gives None where a report has no data for it.

    auto : whether it is drawn for a report that names no plots.
    """

    id: str
    section: PlotSection
    draw: Callable[[Comparison], Drawing | None]
    auto: Callable[[Comparison], bool] = lambda _: True


PLOTS: tuple[Plot, ...] = (
    Plot("loss", "curves", loss.draw),
    Plot("metrics", "models", scores.draw),
    Plot("confusion", "details", confusion.draw),
    Plot("roc", "details", ranking.draw_roc),
    Plot("precision_recall", "details", ranking.draw_precision_recall),
)
