"""What the report says when models change, and the data do not."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from tests.against_base.project import CONFIG, Project, change_of

pytestmark = pytest.mark.slow

BASE = """\
data: {source: data.csv, target: label}
models:
  tuned: {estimator: sklearn.tree.DecisionTreeClassifier, params: {max_depth: 2}}
  replaced: {estimator: sklearn.tree.DecisionTreeClassifier, params: {max_depth: 3}}
  old_name: {estimator: sklearn.naive_bayes.GaussianNB, params: {var_smoothing: 1.0e-8}}
  dropped: {estimator: sklearn.dummy.DummyClassifier, params: {strategy: prior}}
  gone: {estimator: sklearn.dummy.DummyClassifier, params: {strategy: uniform}}
metrics: [accuracy, roc_auc]
report: {plots: none}
"""
HEAD = """\
data: {source: data.csv, target: label}
models:
  tuned: {estimator: sklearn.tree.DecisionTreeClassifier, params: {max_depth: 4}}
  replaced: {estimator: sklearn.linear_model.LogisticRegression, params: {C: 0.5}}
  new_name: {estimator: sklearn.naive_bayes.GaussianNB, params: {var_smoothing: 1.0e-8}}
  added: {estimator: sklearn.neighbors.KNeighborsClassifier, params: {n_neighbors: 3}}
metrics: [accuracy, roc_auc]
report: {plots: none}
"""


def test_tuned_replaced_renamed_added_and_removed_models(project: Project):
    project.start(BASE)
    project.write(HEAD)
    base = project.run()
    fates = [(pair["base"], pair["head"], pair["status"]) for pair in base["pairs"]]
    assert fates == [
        ("tuned", "tuned", "paired"),
        ("replaced", "replaced", "paired"),
        ("old_name", "new_name", "renamed"),
        (None, "added", "added"),
        ("dropped", None, "removed"),
        ("gone", None, "removed"),
    ]
    tuned, replaced, renamed, added, removed, _ = base["pairs"]
    assert tuned["params"] == [{"name": "max_depth", "base": "2", "head": "4"}]
    assert {change["name"]: (change["base"], change["head"]) for change in replaced["params"]} == {
        "estimator": ("sklearn.tree.DecisionTreeClassifier", "sklearn.linear_model.LogisticRegression"),
        "C": (None, "0.5"),
        "max_depth": ("3", None),
    }
    assert [change["difference"] for change in renamed["changes"][:2]] == [0, 0]
    assert (added["changes"], removed["changes"]) == ([], [])
    assert (base["n_paired"], base["n_left_out"], base["data"]["n_leaked"]) == (27, 0, 0)
    page = project.page
    for said in ("**new_name** was called **old_name** in base", "**added** was added", "**dropped** was removed"):
        assert f"Model {said}." in page.replace("\\_", "_")
    assert "are the same." not in page
    assert "(was old" in page
    assert "Without a verdict: **added** is new; **dropped** was removed; **gone** was removed." in page
    assert "Both were scored on the same 27 validation rows." in page


def test_base_is_scored_as_it_was_in_its_own_report(project: Project):
    """With the same rows base's side of the comparison is what its own report said."""
    project.start(BASE)
    assert project.run("--base=none") is None
    alone = {model["name"]: scores(model) for model in project.report["head"]["models"]}
    project.write(HEAD)
    base = project.run()
    for name in ("tuned", "replaced"):
        assert change_of(base, model=name)["base"] == alone[name]["accuracy"]
        assert change_of(base, "roc_auc", name)["base"] == alone[name]["roc_auc"]


def test_a_better_model_of_many_rows_is_improved_and_a_worse_one_worse(project: Project):
    table = pd.DataFrame(np.random.default_rng(0).normal(size=(2000, 3)), columns=["a", "b", "c"])
    table["label"] = np.where(table.a + table.b * table.c > 0, "yes", "no")
    shallow, deep = CONFIG.replace("max_depth: 2", "max_depth: 1"), CONFIG.replace("max_depth: 2", "max_depth: 8")
    project.start(shallow, table)
    project.write(deep)
    better = change_of(project.run())
    assert (better["verdict"], better["interval"]["low"] > 0) == ("improved", True)
    assert "pt of these two fits, 95% CI" in project.page
    assert "improved**." in project.page
    project.start(deep)
    project.write(shallow)
    worse = change_of(project.run())
    assert worse["verdict"] == "worse"
    assert worse["difference"] == -better["difference"]


@pytest.mark.parametrize(
    ("target", "metrics", "model"),
    [
        ("label: number", "[rmse, r2, mae]", "sklearn.ensemble.RandomForestRegressor"),
        ("label: three", "[f1_macro, log_loss, accuracy]", "sklearn.ensemble.RandomForestClassifier"),
        ("several", "[f1_macro, accuracy]", "sklearn.ensemble.RandomForestClassifier"),
    ],
    ids=["regression", "multiclass", "multilabel"],
)
def test_other_tasks(project: Project, target: str, metrics: str, model: str):
    """Weights, a slice and two models beside."""
    random = np.random.default_rng(1)
    table = pd.DataFrame(random.normal(size=(1200, 3)), columns=["a", "b", "c"])
    if target == "several":
        table, names = table.assign(u=(table.a > 0) * 1, v=(table.b + table.c > 0) * 1), "[u, v]"
    else:
        number = table.a - 2 * table.b + random.normal(size=1200)
        shown = number.round(3) if target.endswith("number") else pd.qcut(number, 3, labels=["low", "mid", "high"])
        table, names = table.assign(label=shown), "label"
    table = table.assign(w=random.integers(0, 3, 1200), part=np.where(table.c > 0, "east", "west"))
    config = f"""\
data: {{source: data.csv, target: {names}, weight: w, drop: [part]}}
models:
  first: {{estimator: {model}, params: {{n_estimators: 5, max_depth: 1}}}}
  second: sklearn.dummy.Dummy{model.rpartition("Forest")[2]}
metrics: {metrics}
slices: [part]
report: {{plots: none}}
"""
    project.start(config, table)
    project.write(config.replace("max_depth: 1", "max_depth: 5"))
    base = project.run()
    named = metrics.strip("[]").split(", ")
    assert base["status"] == "compared"
    assert [pair["status"] for pair in base["pairs"]] == ["paired", "paired"]
    for name in named:
        assert change_of(base, name, "second")["difference"] == 0
    primary = change_of(base, named[0], "first")
    assert primary["difference"] != 0
    assert primary["interval"]["low"] <= primary["difference"] <= primary["interval"]["high"]
    assert primary["n_rows"] < base["n_paired"], "a row of weight zero is no row"
    head = next(model for model in project.report["head"]["models"] if model["name"] == "first")
    assert primary["head"] == pytest.approx(scores(head)[named[0]])


def scores(model: dict) -> dict[str, float]:
    """The validation scores of a model of the report."""
    return {score["metric"]: score["value"] for score in model["scores"] if score["split"] == "validation"}
