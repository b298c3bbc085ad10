"""The report's folder: everything is made aside, then moved into place: a whole report, or still the old one."""

from __future__ import annotations

import contextlib
import errno
import shutil
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from ..core.errors import OutputError
from .build import build_document, check_sections
from .comment import COMMENT_LIMIT, LONGEST_ADDRESS, render_comment, render_summary
from .document import picture_ids
from .html import render_html
from .json_report import render_json
from .markdown import render_markdown
from .plots import PLOT_IDS, check_plots, draw_plots
from .predictions import write_predictions
from .template import MarkdownTemplate

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from ..config.schema import ReportConfig
    from ..core.comparison import Comparison
    from ..core.values import Dataset, ModelRun, Split
    from .document import Document

REPORT_FILES = (
    "report.json",
    "report.md",
    "comment.md",
    "comment-with-plots.md",
    "summary.md",
    "report.html",
    "predictions.parquet",
)
PLOTS = "plots"
_HINTS = {
    errno.ENOSPC: "free some space, or choose a folder on another disk with --output",
    errno.EDQUOT: "free some space, or choose a folder on another disk with --output",
}


def check_report(report: ReportConfig) -> None:
    """Raise ReportError for a section, plot or template that cannot be used; quick enough to ask before any fit."""
    check_sections(report.sections)
    check_plots(report.plots)
    _renderer(report)


def check_output(output: Path) -> None:
    """Raise OutputError when the folder cannot be written: asked before any fit, and nothing is left there."""
    with _writing(output), _folder(output, keep=False), _aside(output):
        pass


def write_report(
    comparison: Comparison,
    *,
    output: Path,
    report: ReportConfig,
    dataset: Dataset,
    split: Split,
    runs: Sequence[ModelRun],
) -> None:
    """Write all files of the report into `output`, replacing an older report and nothing else there.

    Raises OutputError when the folder cannot be written, or the user's template is wrong; an older report stays then.
    """
    check_report(report)
    with _writing(output), _folder(output), _aside(output) as aside:
        _write_files(comparison, aside, report)
        write_predictions(aside / "predictions.parquet", dataset, split, runs)
        _move(aside, output)


def _write_files(comparison: Comparison, folder: Path, report: ReportConfig) -> None:
    plots = draw_plots(comparison, folder, report.plots)
    notices = (*comparison.head.notices, *plots.notices)
    comparison = replace(comparison, head=replace(comparison.head, notices=notices))
    document = build_document(comparison, plots.files, report.sections)
    render = _renderer(report)
    _write(folder / "report.md", render(document))
    _write(folder / "comment.md", render_comment(document, render))
    _write(folder / "comment-with-plots.md", _comment_with_plots(document, render))
    _write(folder / "summary.md", render_summary(document, render))
    _write(folder / "report.html", render_html(document, folder, passed=comparison.passed))
    _write(folder / "report.json", render_json(comparison))


def _comment_with_plots(document: Document, render: Callable[[Document], str]) -> str:
    """The comment with plots by their relative paths, and room for longer addresses in the place of these."""
    pictures = {name: f"{PLOTS}/{name}.png" for name in picture_ids(document)}
    return render_comment(document, render, pictures=pictures, limit=COMMENT_LIMIT - LONGEST_ADDRESS * len(pictures))


def _renderer(report: ReportConfig) -> Callable[[Document], str]:
    return render_markdown if report.template is None else MarkdownTemplate(report.template)


def _write(file: Path, text: str) -> None:
    file.write_bytes(text.encode("utf-8"))  # the same bytes on every platform


@contextlib.contextmanager
def _writing(output: Path) -> Iterator[None]:
    """Trouble with the disk, told as the user's to solve."""
    try:
        yield
    except OSError as error:
        reason = error.strerror or str(error)
        hint = _HINTS.get(error.errno or 0, "choose another folder with --output")
        raise OutputError(f"cannot write the report to '{output}': {reason}", hint=hint) from None


@contextlib.contextmanager
def _folder(output: Path, *, keep: bool = True) -> Iterator[None]:
    """Make the folder; when it was not there before and the report fails, it is not there afterwards either."""
    missing = [folder for folder in (output, *output.parents) if not folder.exists()]
    output.mkdir(parents=True, exist_ok=True)
    try:
        yield
    except BaseException:
        keep = False
        raise
    finally:
        for folder in () if keep else missing:
            with contextlib.suppress(OSError):
                folder.rmdir()


@contextlib.contextmanager
def _aside(output: Path) -> Iterator[Path]:
    """A temporary folder within `output`: on the same disk, and writable if the report itself is."""
    aside = Path(tempfile.mkdtemp(prefix=".writing-", dir=output))
    try:
        yield aside
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def _move(aside: Path, output: Path) -> None:
    """Put the new files in the place of the old ones; plots of an older report go, files of the user's stay."""
    plots = output / PLOTS
    plots.mkdir(exist_ok=True)
    for name in PLOT_IDS:
        new = aside / PLOTS / f"{name}.png"
        if new.exists():
            new.replace(plots / new.name)
        else:
            (plots / new.name).unlink(missing_ok=True)
    for name in REPORT_FILES:
        (aside / name).replace(output / name)
    with contextlib.suppress(OSError):
        plots.rmdir()  # when it is empty
