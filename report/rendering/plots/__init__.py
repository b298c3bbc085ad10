"""Plots of a report, drawn from its values: one file a plot, one ordered tuple of them (catalogue.py)."""

from __future__ import annotations

from pathlib import Path
from typing import Literal, TypeAlias

from ...core.comparison import Comparison
from ...core.errors import ConfigError, Place
from ...core.faults import fault_of
from ...core.importing import nearest
from ...core.values import Notice
from .canvas import settings
from .catalogue import PLOTS, Plot
from .files import DrawnPlots, PlotFile, PlotSection

__all__ = ["PLOT_IDS", "DrawnPlots", "PlotFile", "PlotSection", "check_plots", "draw_plots", "load_plotting"]

PLOT_IDS: tuple[str, ...] = tuple(plot.id for plot in PLOTS)
Wanted: TypeAlias = Literal["auto", "none"] | tuple[str, ...]


def check_plots(wanted: Wanted) -> None:
    """Raise ConfigError for a plot that does not exist, with the nearest one; imports no plotting library."""
    for name in wanted if isinstance(wanted, tuple) else ():
        if name not in PLOT_IDS:
            hint = nearest(name, PLOT_IDS) or f"plots are: {', '.join(PLOT_IDS)}"
            raise ConfigError(f"there is no plot '{name}'", place=Place(key="report.plots"), hint=hint)


def draw_plots(comparison: Comparison, folder: Path, wanted: Wanted = "auto") -> DrawnPlots:
    """Draw the plots that have data into `folder`/plots, in the report's order.

    wanted : "auto" for those that most readers want, or the ids of some.
    A plot that fails is left out and becomes a notice. Raises ConfigError for an unknown id, OSError where the folder
    cannot be written.
    """
    check_plots(wanted)
    files: list[PlotFile] = []
    notices: list[Notice] = []
    for plot in PLOTS:
        if not (plot.auto(comparison) if wanted == "auto" else plot.id in wanted):
            continue
        try:
            drawn = _draw(plot, comparison)
        except Exception as error:  # noqa: BLE001 - an error of ours, shown as one: the report comes all the same
            notices.append(Notice(f"the plot '{plot.id}' could not be drawn: {fault_of(error)}"))
            continue
        if drawn is not None:
            file, png = drawn
            (folder / file.file).parent.mkdir(parents=True, exist_ok=True)
            (folder / file.file).write_bytes(png)
            files.append(file)
    return DrawnPlots(tuple(files), tuple(notices))


def load_plotting() -> None:
    """Import the plotting library."""
    import matplotlib.backends.backend_agg
    import matplotlib.figure  # noqa: F401 - imported for what it loads
    import PIL.PngImagePlugin  # noqa: F401


def _draw(plot: Plot, comparison: Comparison) -> tuple[PlotFile, bytes] | None:
    with settings():
        drawing = plot.draw(comparison)
        if drawing is None:
            return None
        png = drawing.card.png()
    file = Path("plots") / f"{plot.id}.png"
    card = drawing.card
    return PlotFile(plot.id, file, card.title, drawing.alt, plot.section, card.width), png
