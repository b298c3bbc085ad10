"""Head against base in a real git repository: what the report says of each kind of change."""

from __future__ import annotations

import os

import pandas as pd
import pytest

from report.cli import main
from tests.against_base.memory import MEMORY
from tests.against_base.project import CONFIG, change_of, rows

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


def test_a_damaged_cache_is_a_miss(project):
    project.run()
    [answers] = project.folder.glob(".git/ml-report-cache/*/answers-0.parquet")
    answers.write_bytes(answers.read_bytes()[:-20])
    base = project.run()
    assert (base["status"], base["cached"]) == ("compared", None)


def test_rows_appended_and_shuffled_are_scored_by_both_sides(project):
    grown = pd.concat([project.table, rows(60, seed=1)]).sample(frac=1, random_state=0)
    project.save(grown)
    base = project.run()
    assert (base["status"], base["n_left_out"]) == ("compared", 0)
    assert (base["data"]["n_added"], base["data"]["n_removed"], base["data"]["n_leaked"]) == (60, 0, 0)


def test_a_base_model_never_saw_the_rows_that_it_is_scored_on(project):
    """The seed of the split moves rows over: a model that remembers its rows must not know them."""
    (project.folder / "memory.py").write_text(MEMORY)
    remembering = CONFIG.replace("sklearn.tree.DecisionTreeClassifier, params: {max_depth: 2}", "memory.Memory")
    project.write(remembering)
    project.base = project.commit()
    project.write(remembering.replace("label}", "label, validation: {seed: 7}}"))
    base = project.run()
    truth = project.report["head"]["split"]["balance"]
    counts = truth["no"][1], truth["yes"][1]
    assert base["data"]["n_leaked"] > 0
    assert change_of(base)["base"] == pytest.approx(counts[0] / sum(counts)), "it answers 'no' to all it has not seen"


def test_a_feature_added(project):
    project.save(project.table.assign(d=project.table.a * 2))
    assert project.run()["status"] == "compared"


def test_another_target_is_not_comparable(project):
    project.save(project.table.rename(columns={"label": "outcome"}))
    project.write(CONFIG.replace("target: label", "target: outcome"))
    base = project.run()
    assert base["status"] == "not comparable"
    assert "outcome" in base["reason"]


def test_base_without_a_configuration(project):
    assert project.run("--config=ml-report.yml")["status"] == "compared"
    project.git("mv", "ml-report.yml", "other.yml")
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
