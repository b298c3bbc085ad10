"""Head against base in a real git repository: what the report says of each kind of change."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from report.cli import main

pytestmark = pytest.mark.slow

CONFIG = """\
data: {source: data.csv, target: label}
models:
  tree: {estimator: sklearn.tree.DecisionTreeClassifier, params: {max_depth: 2}}
metrics: [accuracy]
report: {plots: none}
"""
MEMORY = """\
import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator, ClassifierMixin

class Memory(ClassifierMixin, BaseEstimator):
    def fit(self, X, y):
        self.classes_ = np.unique(y)
        self.rows_ = {tuple(row): label for row, label in zip(np.asarray(X).tolist(), y)}
        return self

    def predict(self, X):
        rows = [tuple(row) for row in np.asarray(X).tolist()]
        return np.array([self.rows_.get(row, "unseen") if row in self.rows_ else self.classes_[0] for row in rows])
"""


class Project:
    """A repository with data and a configuration; `run` trains its work tree against a commit."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.git("init", "--quiet", "--initial-branch=main")
        self.write(CONFIG)
        self.table = rows(120)
        self.save(self.table)
        (folder / ".gitignore").write_text("ml-report/\n__pycache__/\n")
        self.base = self.commit()

    def git(self, *arguments: str) -> str:
        command = ["git", "-c", "user.name=t", "-c", "user.email=t@example.org", "-C", str(self.folder), *arguments]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()

    def commit(self) -> str:
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", "change")
        return self.git("rev-parse", "HEAD")

    def write(self, config: str) -> None:
        (self.folder / "ml-report.yml").write_text(config)

    def save(self, table: pd.DataFrame) -> None:
        table.to_csv(self.folder / "data.csv", index=False)

    def run(self, *arguments: str) -> dict:
        """The base side that the report tells of."""
        assert main(["run", f"--base={self.base}", *arguments], dict(os.environ)) == 0
        assert self.git("worktree", "list").count("\n") == 0, "no worktree is left"
        return json.loads((self.folder / "ml-report" / "report.json").read_text())["base"]


def rows(count: int, seed: int = 0) -> pd.DataFrame:
    drawn = np.random.default_rng(seed).normal(size=(count, 3)).round(3)
    table = pd.DataFrame(drawn, columns=["a", "b", "c"])
    return table.assign(label=np.where(table.a + table.b * table.c > 0, "yes", "no"))


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
    for name in ("GITHUB_EVENT_NAME", "GITHUB_EVENT_PATH"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    return Project(tmp_path)


def accuracy(base: dict) -> dict:
    [pair] = base["pairs"]
    return next(change for change in pair["changes"] if change["metric"] == "accuracy")


def test_a_hyper_parameter_is_told_and_the_cache_is_used_next(project):
    project.write(CONFIG.replace("max_depth: 2", "max_depth: 4"))
    first = project.run()
    assert (first["status"], first["cached"], first["n_left_out"]) == ("compared", None, 0)
    assert first["pairs"][0]["params"] == [{"name": "max_depth", "base": "2", "head": "4"}]
    second = project.run()
    assert second["cached"] is not None
    assert accuracy(second)["base"] == accuracy(first)["base"]


def test_no_change_is_unclear_with_a_difference_of_zero(project):
    project.write("# a comment\n" + CONFIG)
    change = accuracy(project.run())
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
    truth = json.loads((project.folder / "ml-report" / "report.json").read_text())["head"]["split"]["balance"]
    counts = truth["no"][1], truth["yes"][1]
    assert base["data"]["n_leaked"] > 0
    assert accuracy(base)["base"] == pytest.approx(counts[0] / sum(counts)), "it answers 'no' to all it has not seen"


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
    assert json.loads((project.folder / "ml-report" / "report.json").read_text())["base"] is None
