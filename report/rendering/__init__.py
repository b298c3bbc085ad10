"""A comparison becomes files: Markdown, a page, JSON, plots and predictions, all from the same cells."""

from .console import console_summary
from .plots import load_plotting
from .writing import check_output, check_report, write_report

__all__ = ["check_output", "check_report", "console_summary", "load_plotting", "write_report"]
