"""Rules that a report is held against."""

from .gates import check_gates

__all__ = ["check_gates"]
