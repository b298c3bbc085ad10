"""The report's folder: whole or not at all, and nobody else's files are touched."""

from __future__ import annotations

import errno
import os
import re
import stat
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import cmarkgfm
import numpy as np
import pytest

from report.config.schema import ReportConfig
from report.core.errors import OutputError, ReportError
from report.rendering import check_report, write_report
from report.rendering.writing import REPORT_FILES
from tests.rendering.test_predictions import CODES, SPLIT, classes, dataset, run

if TYPE_CHECKING:
    from report.core.comparison import Comparison

FILES = {*REPORT_FILES, "plots"}
needs_rights = pytest.mark.skipif(
    sys.platform == "win32" or os.geteuid() == 0, reason="root may write anywhere, and Windows has other rights"
)


def write(comparison: Comparison, output: Path, **report: object) -> None:
    write_report(
        comparison,
        output=output,
        report=ReportConfig(**report),  # type: ignore[arg-type]
        dataset=dataset(classes(("no", "yes"), CODES)),
        split=SPLIT,
        runs=(run("m", CODES, np.eye(2)[CODES]),),
    )


def names(folder: Path) -> set[str]:
    return {entry.name for entry in folder.iterdir()}


def test_all_files_are_written(binary: Comparison, tmp_path: Path) -> None:
    write(binary, tmp_path / "a" / "b")
    assert names(tmp_path / "a" / "b") == FILES
    shown = re.findall(r'src="([^"]+)"', (tmp_path / "a" / "b" / "report.md").read_text("utf-8"))
    assert shown
    assert all((tmp_path / "a" / "b" / file).is_file() for file in shown)
    assert len(shown) == len(names(tmp_path / "a" / "b" / "plots"))


def test_a_comment_needs_no_pictures(binary: Comparison, tmp_path: Path) -> None:
    write(binary, tmp_path)
    comment = (tmp_path / "comment.md").read_text("utf-8")
    assert "<img" not in cmarkgfm.github_flavored_markdown_to_html(comment)
    assert "More plots" not in comment
    assert "0.9737" in comment


def test_a_comment_with_plots_has_those_of_the_report(binary: Comparison, tmp_path: Path) -> None:
    write(binary, tmp_path)
    pictures = [
        re.findall(r'<img src="plots/[a-z_]+.png" alt="[^"]+" width="\d+">', (tmp_path / name).read_text("utf-8"))
        for name in ("comment-with-plots.md", "report.md")
    ]
    assert pictures[0] == pictures[1] != []


def test_the_summary_is_the_whole_report_in_text(binary: Comparison, tmp_path: Path) -> None:
    write(binary, tmp_path)
    assert (tmp_path / "summary.md").read_text("utf-8") == (tmp_path / "comment.md").read_text("utf-8")


def test_without_plots_there_is_no_folder_for_them(binary: Comparison, tmp_path: Path) -> None:
    write(binary, tmp_path, plots="none")
    assert names(tmp_path) == FILES - {"plots"}
    assert "<img" not in (tmp_path / "report.md").read_text("utf-8")


def test_an_older_report_is_replaced_and_other_files_stay(binary: Comparison, tmp_path: Path) -> None:
    write(binary, tmp_path)
    (tmp_path / "notes.txt").write_text("mine")
    (tmp_path / "plots" / "own.png").write_bytes(b"mine")
    (tmp_path / "report.md").write_text("old")
    write(binary, tmp_path, plots=("roc",))
    assert names(tmp_path) == FILES | {"notes.txt"}
    assert names(tmp_path / "plots") == {"roc.png", "own.png"}
    assert (tmp_path / "report.md").read_text("utf-8") != "old"


def test_files_can_be_read_by_others(binary: Comparison, tmp_path: Path) -> None:
    write(binary, tmp_path / "out", plots="none")
    probe = tmp_path / "probe"
    probe.write_text("")
    assert stat.S_IMODE((tmp_path / "out" / "report.md").stat().st_mode) == stat.S_IMODE(probe.stat().st_mode)


def test_lines_end_alike_everywhere(binary: Comparison, tmp_path: Path) -> None:
    write(binary, tmp_path, plots="none")
    assert all(b"\r" not in (tmp_path / name).read_bytes() for name in ("report.md", "comment.md", "report.html"))


def test_a_file_in_the_place_of_the_folder(binary: Comparison, tmp_path: Path) -> None:
    (tmp_path / "out").write_text("mine")
    with pytest.raises(OutputError, match="cannot write the report to") as caught:
        write(binary, tmp_path / "out")
    assert "--output" in (caught.value.problems[0].hint or "")
    assert (tmp_path / "out").read_text() == "mine"


@pytest.mark.skipif(sys.platform != "linux", reason="needs a file system that nobody may write")
def test_a_file_system_that_may_not_be_written(binary: Comparison) -> None:
    with pytest.raises(OutputError, match="cannot write the report to '/proc/report'"):
        write(binary, Path("/proc/report"))


@needs_rights
def test_a_folder_that_may_not_be_written(binary: Comparison, tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    try:
        with pytest.raises(OutputError, match="Permission denied"):
            write(binary, tmp_path / "out")
        assert names(tmp_path) == set()
    finally:
        tmp_path.chmod(0o700)


def test_a_full_disk_leaves_the_older_report(
    binary: Comparison, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(binary, tmp_path, plots="none")
    before = {name: (tmp_path / name).stat().st_mtime_ns for name in names(tmp_path)}

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("report.rendering.writing.write_predictions", full)
    with pytest.raises(OutputError, match="No space left on device") as caught:
        write(binary, tmp_path, plots="none")
    assert "free some space" in (caught.value.problems[0].hint or "")
    assert {name: (tmp_path / name).stat().st_mtime_ns for name in names(tmp_path)} == before


@pytest.mark.skipif(sys.platform == "win32", reason="needs limits of a process")
def test_a_write_that_really_fails_leaves_nothing(tmp_path: Path) -> None:
    """The operating system refuses every file over 3 kB: the page and the plots are larger."""
    script = f"""
import resource, sys
sys.path.insert(0, {str(Path(__file__).parents[2])!r})
from tests.rendering import comparisons, test_writing
from pathlib import Path
from report.core.errors import OutputError
resource.setrlimit(resource.RLIMIT_FSIZE, (3000, 3000))
try:
    test_writing.write(comparisons.binary(), Path({str(tmp_path)!r}) / "new" / "out", plots="none")
except OutputError as error:
    print(error)
"""
    done = subprocess.run([sys.executable, "-B", "-c", script], capture_output=True, text=True, check=True)
    assert "cannot write the report to" in done.stdout
    assert names(tmp_path) == set()


def test_a_template_of_the_users(binary: Comparison, tmp_path: Path) -> None:
    template = tmp_path / "mine.md.j2"
    template.write_text("# {{ title }} of ours\n\n{{ sections.models }}\n{{ sections.slices }}")
    write(binary, tmp_path / "out", template=str(template))
    text = (tmp_path / "out" / "report.md").read_text("utf-8")
    assert text.startswith("# Tumours of ours\n\n### Models\n\n| Model")
    assert "### Gates" not in text
    assert "plots/metrics.png" in text
    comment = (tmp_path / "out" / "comment.md").read_text("utf-8")
    assert comment.startswith("# Tumours of ours\n\n### Models\n\n| Model")
    assert "<img" not in comment


@pytest.mark.parametrize(
    ("source", "message", "line"),
    [
        ("a\n{{ title", "unexpected end", 2),
        ("a\n\n{{ sections.modles }}", "modles", 3),
        ("{{ nothing }}", "nothing", 1),
        ("{{ title.__class__.__mro__ }}", "unsafe", 1),
        ("a\n{{ 1 / 0 }}", "division by zero", 2),
        ("{% include 'other' %}", "no loader", 1),
    ],
)
def test_a_template_that_is_wrong(tmp_path: Path, source: str, message: str, line: int) -> None:
    template = tmp_path / "mine.md.j2"
    template.write_text(source)
    with pytest.raises(ReportError, match=message) as caught:
        check_report(ReportConfig(template=str(template)))
    assert caught.value.problems[0].place.line == line
    assert "sections" in (caught.value.problems[0].hint or "")


@pytest.mark.parametrize("name", ["missing.j2", "."])
def test_a_template_that_cannot_be_read(tmp_path: Path, name: str) -> None:
    with pytest.raises(ReportError, match="cannot read the template"):
        check_report(ReportConfig(template=str(tmp_path / name)))


@pytest.mark.parametrize("report", [{"sections": ("modles",)}, {"plots": ("losss",)}])
def test_names_are_checked_before_anything_is_written(binary: Comparison, tmp_path: Path, report: dict) -> None:
    with pytest.raises(ReportError, match="there is no"):
        write(binary, tmp_path / "out", **report)
    assert names(tmp_path) == set()
