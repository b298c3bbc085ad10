"""Whose seeds head is fitted with: those of the configuration that judges, where it has any."""

from __future__ import annotations

from pathlib import Path

import pytest

from report.comparison.judge import Judge
from report.config.schema import Config
from report.judging import judged
from tests.comparison.test_compare import dataset_of


def config(**keys) -> Config:
    return Config.model_validate({"data": {"source": "a.csv"}, "models": {"m": "a.B"}, **keys})


def settled(ours, judge: Judge):
    found = judged(config(seeds=ours), dataset_of(), judge, Path())
    return found.config.seeds, found.headlines


@pytest.mark.parametrize(
    ("ours", "theirs", "seeds", "told"),
    [
        (5, 3, (0, 1, 2), ("`seeds` are 5 in head: base's, 3, hold",)),
        ([7], 2, (0, 1), ("`seeds` are 1 in head: base's, 2, hold",)),
        ([], [4, 9], (4, 9), ("`seeds` are not set in head: base's, 2, hold",)),
        ([8, 9], 2, (0, 1), ()),
        (2, [], (0, 1), ()),
        ([], [], (), ()),
    ],
)
def test_base_says_with_which_seeds_both_are_fitted(ours, theirs, seeds, told):
    assert settled(ours, Judge(None, base=config(seeds=theirs))) == (seeds, told)


def test_without_a_base_or_with_an_accepted_change_they_are_heads():
    assert settled(2, Judge(None)) == ((0, 1), ())
    seeds, told = settled(2, Judge(None, base=config(seeds=3), accepted="by a label"))
    assert (seeds, told[-1]) == ((0, 1), "what is changed here is accepted by a label: head's own settings judge")
