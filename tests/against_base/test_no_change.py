"""A change that changes nothing: unclear, by exactly zero, and nothing is called improved."""

from __future__ import annotations

import os

import numpy as np
import pandas as pd
import pytest

from report.cli import main
from tests.against_base.project import Project, notices, rows

pytestmark = pytest.mark.slow

MANY = """\
title: No change
data: {source: data.csv, target: label}
models:
  forest: {estimator: sklearn.ensemble.RandomForestClassifier, params: {n_estimators: 10}}
  boosting: {estimator: sklearn.ensemble.HistGradientBoostingClassifier, params: {max_iter: 10}}
  logistic: sklearn.linear_model.LogisticRegression
  network: {estimator: sklearn.neural_network.MLPClassifier, params: {max_iter: 1000, early_stopping: true}}
  scaled: {estimator: own.scaled, params: {power: 2}}
metrics: [accuracy, log_loss, roc_auc, f1_macro]
report: {plots: none}
"""
OWN = """\
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import PolynomialFeatures


def scaled(power=1):
    return make_pipeline(PolynomialFeatures(power), LogisticRegression(max_iter=1000))
"""
LUCKY = """\
import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin


class Lucky(ClassifierMixin, BaseEstimator):
    def fit(self, X, y):
        self.classes_ = np.unique(y)
        return self

    def predict(self, X):
        return np.random.default_rng().choice(self.classes_, len(X))
"""


def assert_nothing_changed(project: Project, base: dict) -> None:
    assert base["status"] == "compared"
    for pair in base["pairs"]:
        measured = [change for change in pair["changes"] if change["interval"] is not None]
        assert measured, pair["head"]
        assert {(change["difference"], change["verdict"]) for change in measured} == {(0, "unclear")}, pair["head"]
        assert (pair["params"], pair["predictions"]["n_changed"]) == ([], 0)
    assert base["config"] == []
    assert not any(word in project.page for word in ("**▲ improved", "**▼ worse"))
    assert "unclear, not one prediction changed" in project.page


def mixed(count: int) -> pd.DataFrame:
    """Rows with text, missing values and a date, of which a third is there twice."""
    random = np.random.default_rng(3)
    table = rows(count, seed=2).assign(
        town=random.choice(["Ulm", "Bonn", "Köln"], count),
        day=pd.date_range("2024-01-01", periods=count).astype(str),
    )
    table.loc[::7, "a"] = np.nan
    return pd.concat([table, table.iloc[: count // 3]], ignore_index=True)


def test_a_comment_in_the_code_and_a_reformatted_configuration(project: Project):
    """Models without a seed too; from the cache it is the same."""
    project.start(MANY, own__py=OWN)
    project.put("own.py", f"# a comment\n{OWN}")
    project.write(
        "# the same\n" + MANY.replace("{source: data.csv, target: label}", "\n  target: label\n  source: 'data.csv'")
    )
    assert_nothing_changed(project, project.run())
    again = project.run()
    assert again["cached"] is not None
    assert_nothing_changed(project, again)
    assert "Parameters, configuration, data and packages are the same." in project.page
    assert "was not set: 0 is used, so that two runs give the same result" in project.page


@pytest.mark.parametrize("split", ["{method: random, size: 0.3, stratify: true}", "0.2"])
def test_copies_text_and_missing_values(project: Project, split: str):
    """At random, copies of a row are on both sides: base may know as many of them as head does."""
    config = MANY.replace("label}", f"label, validation: {split}}}").replace("title: No change", "seeds: [0, 1]")
    without = ("logistic", "network", "own")
    config = "".join(line for line in config.splitlines(keepends=True) if not any(name in line for name in without))
    project.start(config, mixed(150))
    project.write(f"# a comment\n{config}")
    base = project.run()
    assert_nothing_changed(project, base)
    assert (base["data"]["n_leaked"], base["notices"]) == (0, [])


def test_a_model_whose_training_is_luck_is_flagged_and_not_judged(project: Project):
    """Nothing changed but a comment in its code, and its answers did: that is told, whatever they are."""
    config = (
        MANY.split("models:", maxsplit=1)[0]
        + "models: {lucky: own.Lucky}\nmetrics: [accuracy]\nreport: {plots: none}\n"
    )
    project.start(config, rows(2000, seed=2), own__py=LUCKY)
    project.put("own.py", f"# a comment\n{LUCKY}")
    base = project.run()
    [pair] = base["pairs"]
    assert pair["is_luck"]
    assert pair["predictions"]["n_changed"] > 100
    assert {change["verdict"] for change in pair["changes"]} == {"luck"}
    assert "its training is not deterministic" in notices(base)
    project.put("own.py", LUCKY.replace("len(X))", "len(X), p=[0.5, 0.5])"))
    assert not project.run()["pairs"][0]["is_luck"], "its code changed: that may be the cause"


PROMPTED = """\
from pathlib import Path
from sklearn.tree import DecisionTreeClassifier

class Prompted(DecisionTreeClassifier):
    def predict(self, X):
        return super().predict(X) if Path("prompt.md").read_text() == "good" else self.classes_[[0] * len(X)]

    predict_proba = None
"""


@pytest.mark.parametrize("is_made", [False, True])
def test_what_a_text_or_a_command_changed_is_no_luck(project: Project, is_made: bool):
    """A model may read a prompt or a list of features: what came of another one is judged like any change."""
    config = MANY.split("models:", maxsplit=1)[0] + (
        "models: {prompted: own.Prompted}\nmetrics: [accuracy]\ngates: [{metric: accuracy, not: worse}]\n"
        "report: {plots: none}\n"
    )
    made = "prepare: 'printf good > prompt.md'\n" if is_made else ""
    ignored = "ml-report/\n__pycache__/\n" + ("prompt.md\n" if is_made else "")
    files = {"own__py": PROMPTED, "prompt__md": "good", ".gitignore": ignored}
    project.start(config + made, rows(500, seed=2), **files)
    project.write(config + made.replace("good", "bad"))
    project.put("prompt.md", "bad")
    assert main(["run", f"--base={project.base}"], dict(os.environ)) == 1, "a gate failed"
    [pair] = project.report["base"]["pairs"]
    assert not pair["is_luck"]
    assert pair["changes"][0]["verdict"] == "worse"
