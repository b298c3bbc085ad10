"""What a report shows decides what is fitted for it."""

from __future__ import annotations

import pytest

from report.config.schema import ReportConfig
from report.rendering.shown import shown_curves, shows_importance


@pytest.mark.parametrize(
    ("report", "importance", "curves"),
    [
        ({}, True, "auto"),
        ({"plots": "none"}, False, "none"),
        ({"plots": ["roc"]}, False, "none"),
        ({"plots": ["loss"]}, False, "auto"),
        ({"plots": ["metric_curves"]}, False, "auto"),
        ({"plots": ["importance"]}, True, "none"),
        ({"plots": []}, False, "none"),
        ({"sections": ["models"]}, False, "none"),
        ({"sections": ["models", "plots"]}, True, "none"),
        ({"sections": ["curves"]}, False, "auto"),
        ({"plots": "none", "sections": ["curves"]}, False, "auto"),  # the section has a table too
        ({"plots": ["importance", "loss"], "sections": ["models"]}, True, "auto"),  # asked for by name: files
        ({"curves": "none"}, True, "none"),
        ({"curves": "iteration"}, True, "iteration"),
        ({"plots": "none", "curves": "iteration"}, False, "none"),
    ],
)
def test_what_is_shown_is_made_and_nothing_else(report, importance, curves):
    config = ReportConfig.model_validate({key: tuple(v) if isinstance(v, list) else v for key, v in report.items()})
    assert shows_importance(config) is importance
    assert shown_curves(config) == curves
