"""What a drawn plot is to the rest of the report: a file with words."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias

from ...core.values import Notice

PlotSection: TypeAlias = Literal["curves", "models", "details", "samples"]


@dataclass(frozen=True)
class PlotFile:
    """One picture of the report.

    file : relative to the report's folder. title : also drawn inside the picture. alt : what it shows, in words.
    width : how wide it is meant to be shown, in CSS pixels; the file has two device pixels for each.
    """

    id: str
    file: Path
    title: str
    alt: str
    section: PlotSection
    width: int


@dataclass(frozen=True)
class DrawnPlots:
    """The pictures in the report's order, and a notice for each one that could not be drawn."""

    files: tuple[PlotFile, ...] = ()
    notices: tuple[Notice, ...] = ()
