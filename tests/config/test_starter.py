"""What `init` writes can be used as it is."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import Literal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from report.config.schema import Config
from report.config.starter import starter_config
from report.config.yaml12 import parse

text = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"), min_size=1, max_size=15).filter(
    str.strip
)


@pytest.mark.parametrize("task", ["classification", "regression"])
def test_it_loads(read: Callable[..., Config], task: Literal["classification", "regression"]) -> None:
    config = read(starter_config("data/wine.csv", ("acid", "sugar"), "quality", task))
    assert (config.data.source, config.data.target, config.task) == ("data/wine.csv", "quality", task)
    assert len(config.models) == 2
    for model in config.models.values():
        module, _, name = model.estimator.rpartition(".")
        assert hasattr(getattr(importlib.import_module(module), name), "fit")


def test_small_data_are_fitted_with_five_seeds_and_large_ones_with_one(read: Callable[..., Config]) -> None:
    roles: dict[str, str] = {}
    small = starter_config("a.csv", ("x",), "y", "regression", roles)
    large = starter_config("a.csv", ("x",), "y", "regression", roles, is_small=False)
    assert read(small).seeds == (0, 1, 2, 3, 4)
    assert read(large).seeds == ()
    assert "# seeds: 5" in large


@pytest.mark.parametrize("task", ["classification", "regression"])
def test_what_stands_in_comments_is_usable_too(
    read: Callable[..., Config], task: Literal["classification", "regression"]
) -> None:
    written = starter_config("data/wine.csv", ("free acid: yes",), "quality", task)
    uncommented = "".join(
        line.replace("# ", "", 1) if line.lstrip().startswith("#") and "$schema" not in line else line
        for line in written.splitlines(keepends=True)
    )
    config = read(uncommented)
    assert (config.data.drop, config.data.id) == (("free acid: yes",), "free acid: yes")
    assert config.cross_validation is not None
    assert config.gates[0].metric in config.metrics


def test_examples_are_columns_that_fit_and_time_is_proposed_where_there_is_one(read: Callable[..., Config]) -> None:
    columns = ("customer", "age", "signup")
    written = starter_config("a.csv", columns, "churn", "classification", {"id": "customer", "time": "signup"})
    for line in ("# id: customer ", "# drop: [customer] ", "# group: age ", "# time: signup "):
        assert line in written
    assert "time:" not in starter_config("a.csv", columns, "churn", "classification")


@given(path=text, columns=st.lists(text, max_size=3), target=text)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_names_are_quoted_where_they_need_it(path: str, columns: list[str], target: str) -> None:
    tree = parse(starter_config(path, columns, target, "classification"))
    assert tree.flaws == ()
    assert (tree.value["data"]["source"], tree.value["data"]["target"]) == (path, target)
