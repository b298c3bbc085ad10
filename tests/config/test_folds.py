"""Folds in the configuration: what goes with them, and what the way out is where something does not."""

from __future__ import annotations

from pathlib import Path

import pytest

from report.config import parse_config
from report.config.schema import SplitConfig
from report.core.errors import ConfigError

CONFIG = """\
data: {{source: data/wine.csv, target: quality, validation: {split}{data}}}
models: {{logistic: sklearn.linear_model.LogisticRegression}}
{more}
"""


def parsed(split, data="", more=""):
    return parse_config(CONFIG.format(split=split, data=data, more=more), Path("ml-report.yml"), ())


def told(*arguments, **options):
    with pytest.raises(ConfigError) as error:
        parsed(*arguments, **options)
    return [(problem.place.key, problem.message, problem.hint) for problem in error.value.problems]


def test_folds_are_read_with_their_options():
    split = parsed("{method: folds, folds: 10, shuffle: false, seed: 7}").data.validation
    assert isinstance(split, SplitConfig)
    assert (split.method, split.folds, split.shuffle, split.seed) == ("folds", 10, False, 7)
    split = parsed("{method: folds}", ", group: cellar").data.validation
    assert (split.folds, split.shuffle, split.seed) == (5, True, 42)


def test_cross_validation_has_a_seed_and_may_keep_the_order():
    config = parsed("0.2", more="cross_validation: {folds: 3, seed: 4}")
    assert (config.cross_validation.seed, config.cross_validation.shuffle) == (4, True)
    [(key, message, hint)] = told("0.2", more="cross_validation: {repeats: 2, shuffle: false}")
    assert key == "cross_validation.repeats"
    assert message == "folds that are not shuffled are the same in each repeat"
    assert hint
    assert parsed("0.2", more="cross_validation: {repeats: 1, shuffle: false}").cross_validation.shuffle is False


def test_what_does_not_go_with_folds_is_told_in_one_go():
    found = told(
        "{method: folds, size: 0.3, stratify: true}", ", time: year", "seeds: 3\ncross_validation: {folds: 4}\n"
    )
    assert [key for key, _, _ in found] == [
        "data.validation.method",
        "data.validation.size",
        "data.validation.stratify",
        "seeds",
        "cross_validation",
    ]
    assert all(hint for _, _, hint in found)
    assert all(len(message) + len(hint) < 300 for _, message, hint in found)


def test_folds_without_the_method_are_told():
    [(key, _, hint)] = told("{folds: 5}")
    assert (key, hint) == ("data.validation.folds", "write it like {method: folds, folds: 5}")


@pytest.mark.parametrize("folds", ["1", "0", "many", "2.5", "true"])
def test_a_number_of_folds_is_a_whole_number_from_two(folds):
    [(key, message, _)] = told(f"{{method: folds, folds: {folds}}}")
    assert key == "data.validation.folds"
    assert "expected a whole number from 2" in message
