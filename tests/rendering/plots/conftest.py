"""Plots are drawn under our settings of matplotlib, as they are in a report."""

from __future__ import annotations

import pytest

from report.rendering.plots.canvas import settings


@pytest.fixture
def draw():
    """Draws one plot of a report, short of its pixels, and returns the drawing."""

    def one(plot, report):
        with settings():
            return plot(report)

    return one
