"""Rules that a report is held against."""

from .change_gates import with_adjusted
from .gates import check_gates, gated_metrics

__all__ = ["check_gates", "gated_metrics", "with_adjusted"]
