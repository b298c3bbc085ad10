"""Verdicts that are not given: what makes the pairing unfair, or the difference luck, decides before rows do."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Container

    from ..core.comparison import MetricChange, ModelPair, Verdict

GOOD: tuple[Verdict, ...] = ("improved", "no worse")


def withheld(
    pair: ModelPair, verdict: Literal["luck", "not comparable"], why: str, *, only: Container[Verdict] | None = None
) -> ModelPair:
    """The pair with this verdict, and without an interval, for every change that has a verdict; why : in a sentence.

    A change that was withheld before keeps its reason: the first that is found is the one to mend. only : the verdicts
    that are withheld; all without it.
    """
    return replace(
        pair,
        changes=tuple(
            _unless_withheld(change, verdict, why) if only is None or change.verdict in only else change
            for change in pair.changes
        ),
    )


def _unless_withheld(change: MetricChange, verdict: Literal["luck", "not comparable"], why: str) -> MetricChange:
    return change if change.verdict in ("luck", "not comparable") else without_verdict(change, why, verdict)


def without_verdict(
    change: MetricChange, why: str, verdict: Literal["luck", "not comparable"] = "not comparable"
) -> MetricChange:
    """The change with its values, and with nothing that is said of their uncertainty; why : in a sentence."""
    return replace(change, verdict=verdict, why=why, interval=None, p_value=None, detectable=None, folds=None)
