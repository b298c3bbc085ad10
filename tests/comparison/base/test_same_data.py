"""Whether base is known to have head's rows and split, by git and both configurations, before anything is read."""

from __future__ import annotations

from pathlib import Path

import pytest

from report.base_rows import has_same_data
from report.comparison.base.request import BaseRequest
from report.config import parse_config

CONFIG = "data: {source: data.csv, target: label}\nmodels: {tree: sklearn.tree.DecisionTreeClassifier}\n"
OTHER_MODEL = CONFIG.replace("Decision", "Extra")
DROPPED = CONFIG.replace("target: label", "target: label, drop: [a]")
PREPARED = CONFIG + "prepare: ['true']\n"
HOOK = CONFIG.replace("data.csv", "python:hooks:rows")
ABSOLUTE = CONFIG.replace("data.csv", "/data.csv")


@pytest.fixture
def is_same(repository):
    """Whether the data are the same as those of base's configuration, after files of the work tree have changed."""

    def ask(base: str, head: str, *, config_path: str = "ml-report.yml", **changed: str) -> bool:
        names = {config_path.replace(".", "__"): base, "data__csv": "a,label\n1,2\n", "hooks__py": "x = 1\n"}
        commit = repository.commit(**names)
        for name, text in {"ml-report__yml": head, **changed}.items():
            (repository.folder / name.replace("__", ".")).write_text(text)
        request = BaseRequest(repository.folder, "ml-report.yml", ())
        return has_same_data(request, commit, parse_config(head, Path("ml-report.yml"), ()))

    return ask


def test_another_model_is_no_change_of_the_data(is_same):
    assert is_same(CONFIG, OTHER_MODEL)


@pytest.mark.parametrize("head", [DROPPED, PREPARED])
def test_a_configuration_of_other_data_is_one(is_same, head):
    assert not is_same(CONFIG, head)
    assert not is_same(head, CONFIG)


@pytest.mark.parametrize("changed", [{"data__csv": "a,label\n1,3\n"}, {"hooks__py": "x = 2\n"}])
def test_so_are_other_files(is_same, changed):
    assert not is_same(CONFIG, CONFIG, **changed)


@pytest.mark.parametrize("config", [PREPARED, HOOK, ABSOLUTE], ids=["commands", "a function", "outside"])
def test_data_that_no_commit_holds_may_be_others(is_same, config):
    assert not is_same(config, config)


@pytest.mark.parametrize("base", ["data: [", "models: {}\n"])
def test_a_base_without_a_configuration_that_can_be_read_may_have_other_data(is_same, base):
    assert not is_same(base, CONFIG)


def test_without_a_base_there_are_no_same_data(tmp_path):
    request = BaseRequest(tmp_path, "ml-report.yml", ())
    assert not has_same_data(request, None, parse_config(CONFIG, Path("ml-report.yml"), ()))
