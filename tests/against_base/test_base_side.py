"""Head against base in a real git repository: what the report says of each kind of change."""

from __future__ import annotations

import os

import pytest

from report.cli import main
from tests.against_base.project import CONFIG, change_of

pytestmark = pytest.mark.slow


def test_a_hyper_parameter_is_told_and_the_cache_is_used_next(project):
    project.write(CONFIG.replace("max_depth: 2", "max_depth: 4"))
    first = project.run()
    assert (first["status"], first["cached"], first["n_left_out"]) == ("compared", None, 0)
    assert first["pairs"][0]["params"] == [{"name": "max_depth", "base": "2", "head": "4"}]
    second = project.run()
    assert second["cached"] is not None
    assert change_of(second)["base"] == change_of(first)["base"]


def test_no_change_is_unclear_with_a_difference_of_zero(project):
    project.write("# a comment\n" + CONFIG)
    change = change_of(project.run())
    assert (change["difference"], change["verdict"]) == (0, "unclear")


def test_base_without_this_configuration(project):
    """One of another target is beside it, on both sides, and is not taken for it."""
    project.start(table=project.table.assign(outcome=project.table.label))
    project.put("other.yml", CONFIG.replace("target: label", "target: outcome, drop: [label]"))
    base = project.run("--config=other.yml")
    assert base["status"] == "none"
    assert "other.yml" in base["reason"]


def test_base_whose_configuration_is_wrong(project):
    project.write("models: 3\n")
    project.base = project.commit()
    project.write(CONFIG)
    base = project.run()
    assert base["status"] == "failed"
    assert "models" in base["reason"]


def test_none_compares_with_nothing(project):
    assert main(["run", "--base=none"], dict(os.environ)) == 0
    assert project.report["base"] is None
