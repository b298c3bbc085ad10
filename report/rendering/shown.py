"""What a report shows that takes further fits or predictions: nothing of it is made for a report without it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..config.schema import ReportConfig
    from ..core.values import Curves


def shows_importance(report: ReportConfig) -> bool:
    """Whether the importance of columns is drawn."""
    return _draws(report, "importance", section="plots")


def shown_curves(report: ReportConfig) -> Curves:
    """The learning curves that are drawn, or that stand in the table of a section that is asked for by name."""
    by_name = report.sections != "auto" and "curves" in report.sections
    drawn = any(_draws(report, plot, section="curves") for plot in ("loss", "metric_curves"))
    return report.curves if drawn or by_name else "none"


def _draws(report: ReportConfig, plot: str, *, section: str) -> bool:
    """Whether a plot is asked for by name, or is one of a section that is there. section : where the plot stands."""
    if report.plots == "auto":
        return report.sections == "auto" or section in report.sections
    return report.plots != "none" and plot in report.plots
