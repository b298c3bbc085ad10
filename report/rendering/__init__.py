"""A comparison becomes files: Markdown, a page, JSON, plots and predictions, all from the same cells."""

from .console import console_summary
from .html import page_template
from .plots import load_plotting
from .writing import check_output, check_report, write_report

__all__ = ["check_output", "check_report", "console_summary", "load_libraries", "write_report"]


def load_libraries() -> None:
    """Import what draws and renders, which takes a while: worth a thread while models are fitted elsewhere."""
    load_plotting()
    page_template()
