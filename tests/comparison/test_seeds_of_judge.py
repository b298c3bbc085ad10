"""Whose seeds head is fitted with: those of the configuration that judges, where it has any."""

from __future__ import annotations

import pytest

from report.comparison.judge import Judge
from report.config.schema import Config
from report.pipeline import _with_seeds


def config(**keys) -> Config:
    return Config.model_validate({"data": {"source": "a.csv"}, "models": {"m": "a.B"}, **keys})


@pytest.mark.parametrize(
    ("ours", "theirs", "seeds"),
    [(5, 3, (0, 1, 2)), ([7], 2, (0, 1)), (2, [], (0, 1)), ([], [4, 9], (4, 9)), ([], [], ())],
)
def test_base_says_with_which_seeds_both_are_fitted(ours, theirs, seeds):
    judge = Judge(None, base=config(seeds=theirs))
    assert _with_seeds(config(seeds=ours), judge).seeds == seeds


def test_without_a_base_or_with_an_accepted_change_they_are_heads():
    assert _with_seeds(config(seeds=2), Judge(None)).seeds == (0, 1)
    assert _with_seeds(config(seeds=2), Judge(None, base=config(seeds=3), accepted="by a label")).seeds == (0, 1)
