"""The report's values become its document; a section that fails says so, and the others go on."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Literal

from ..core.errors import ConfigError, Place
from ..core.faults import fault_of
from ..core.importing import nearest
from ..core.numbers import format_duration
from ..core.values import Notice
from .document import Document, Paragraph, Section, plain
from .sections import DETAILS, SECTION_IDS, SECTIONS, Context, SectionMaker
from .sections.context import date_text

if TYPE_CHECKING:
    from ..core.comparison import Comparison
    from .document import Line
    from .plots.files import PlotFile


def check_sections(wanted: Literal["auto"] | tuple[str, ...]) -> None:
    """Raise ConfigError for a section that does not exist, with the nearest one."""
    for name in wanted if isinstance(wanted, tuple) else ():
        if name not in SECTION_IDS:
            hint = nearest(name, SECTION_IDS) or f"sections are: {', '.join(SECTION_IDS)}"
            raise ConfigError(f"there is no section '{name}'", place=Place(key="report.sections"), hint=hint)


def build_document(
    comparison: Comparison, plots: tuple[PlotFile, ...] = (), wanted: Literal["auto"] | tuple[str, ...] = "auto"
) -> Document:
    """The document of a comparison; wanted : ids of the sections to show, always in the report's order."""
    check_sections(wanted)
    context = Context(comparison, plots)
    made: dict[str, Section] = {}
    for maker in _last_warnings((*SECTIONS, *DETAILS)):
        if wanted == "auto" or maker.id in wanted:
            section, notices = _make(maker, context)
            context = replace(context, notices=(*context.notices, *notices))
            made |= {maker.id: section} if section is not None else {}
    return Document(
        title=comparison.title,
        sections=tuple(made[maker.id] for maker in SECTIONS if maker.id in made),
        details=tuple(made[maker.id] for maker in DETAILS if maker.id in made),
        footer=_footer(comparison),
    )


def _last_warnings(makers: tuple[SectionMaker, ...]) -> list[SectionMaker]:
    """Warnings tell of sections that failed, so they are made last."""
    return sorted(makers, key=lambda maker: maker.id == "warnings")


def _make(maker: SectionMaker, context: Context) -> tuple[Section | None, tuple[Notice, ...]]:
    try:
        return maker.build(context), ()
    except Exception as error:  # noqa: BLE001 - an error of ours, shown as one: the report comes all the same
        problem = f"The section '{maker.id}' could not be made: {fault_of(error)}"
        title = maker.id.replace("_", " ").capitalize()
        folded = maker in DETAILS
        return Section(maker.id, title, (Paragraph(plain(problem)),), folded), (Notice(problem),)


def _footer(comparison: Comparison) -> Line:
    run = comparison.run
    taken = f", in {format_duration(sum(run.seconds.values()))}" if run.seconds else ""
    return plain(f"Made by ml-report-action {run.version} on {date_text(run.started)}{taken}.")
