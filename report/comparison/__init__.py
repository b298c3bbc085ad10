"""Rules that a report is held against."""

from .gates import check_gates, gated_metrics

__all__ = ["check_gates", "gated_metrics"]
