"""The sections of a report, each a function of its values, in the report's order."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from ..document import Section
from . import (
    changed_predictions,
    changes,
    curves,
    details,
    gates,
    models,
    notes,
    samples,
    slices,
    spreads,
    summary,
    warnings,
)
from .context import Context

__all__ = ["DETAILS", "SECTIONS", "SECTION_IDS", "Context", "SectionMaker"]


class SectionMaker(NamedTuple):
    """A section's id, and the function that makes it; None when it has nothing to say."""

    id: str
    build: Callable[[Context], Section | None]


SECTIONS = (
    SectionMaker("summary", summary.build),
    SectionMaker("gates", gates.build),
    SectionMaker("warnings", warnings.build),
    SectionMaker("models", models.build),
    SectionMaker("curves", curves.build),
    SectionMaker("samples", samples.build),
    SectionMaker("changed_predictions", changed_predictions.build),
    SectionMaker("changes", changes.build),
)
DETAILS = (
    SectionMaker("plots", details.build_plots),
    SectionMaker("cross_validation", spreads.build_cross_validation),
    SectionMaker("seeds", spreads.build_seeds),
    SectionMaker("slices", slices.build),
    SectionMaker("parameters", details.build_parameters),
    SectionMaker("timings", details.build_timings),
    SectionMaker("data", details.build_data),
    SectionMaker("split", details.build_split),
    SectionMaker("metrics", details.build_metrics),
    SectionMaker("environment", details.build_environment),
    SectionMaker("notes", notes.build),
)
SECTION_IDS = tuple(maker.id for maker in (*SECTIONS, *DETAILS))
