"""The luck of training in a real repository: seeds on both sides, another seed, another order, another file."""

from __future__ import annotations

import pytest

from tests.against_base.project import Project, change_of, rows

pytestmark = pytest.mark.slow

TREE = """\
data: {source: data.csv, target: label}
models:
  tree: {estimator: sklearn.tree.DecisionTreeClassifier, params: {max_features: 1, random_state: 0}}
metrics: [accuracy]
report: {plots: none}
"""
SEEDS = f"{TREE}seeds: 3\n"


def test_the_mean_over_seeds_is_judged_on_both_sides(project: Project):
    """Base names no seeds: it is fitted with those of head."""
    project.start(TREE.replace("max_features", "max_depth: 1, max_features"), rows(300, seed=2))
    project.write(SEEDS.replace("max_features", "max_depth: 2, max_features"))
    base = project.run()
    [pair] = base["pairs"]
    change = change_of(base)
    assert pair["seeds"] == [0, 1, 2]
    [spread] = [spread for spread in project.report["head"]["models"][0]["seeds"] if spread["metric"] == "accuracy"]
    assert change["head"] == pytest.approx(spread["mean"])
    assert change["spread"][1] == pytest.approx(spread["std"])
    assert change["spread"][0] > 0
    assert "mean of 3 seeds" in project.page


def test_cross_validation_of_both_sides_stands_beside_the_verdict(project: Project):
    config = f"{TREE}cross_validation: {{folds: 4}}\n".replace("max_features: 1", "max_depth: 1")
    table = rows(300, seed=2)
    project.start(config, table)
    project.write(config.replace("max_depth: 1", "max_depth: 4"))
    project.save(table.assign(d=1).sample(frac=1, random_state=0))
    change = change_of(project.run())
    [spread] = project.report["head"]["models"][0]["folds"][:1]
    assert (change["folds"]["n_folds"], change["verdict"] in ("improved", "unclear")) == (4, True)
    assert abs(change["folds"]["difference"]) <= spread["mean"]
    assert change["folds"]["interval"]["low"] < change["folds"]["difference"] < change["folds"]["interval"]["high"]
    assert "By 4 folds: " in project.page
    project.save(table.iloc[:280])
    assert change_of(project.run())["folds"] is None
    assert "cross-validation of the two sides is not compared: the training rows" in project.page


def test_another_random_state_is_luck(project: Project):
    project.start(TREE, rows(300, seed=2))
    project.write(TREE.replace("random_state: 0", "random_state: 1"))
    base = project.run()
    assert (change_of(base)["verdict"], change_of(base)["why"]) == ("luck", "nothing differs but random_state")
    assert project.report["verdict"] == "luck"
    project.write(TREE.replace("max_features: 1", "max_depth: 4"))
    assert change_of(project.run())["verdict"] != "luck"
    assert "of these two fits" in project.page


def test_shuffled_rows_and_another_file_train_the_same_model(project: Project):
    table = rows(300, seed=2)
    project.start(TREE, table)
    project.save(table.sample(frac=1, random_state=0))
    base = project.run()
    assert (change_of(base)["difference"], base["pairs"][0]["predictions"]["n_changed"]) == (0, 0)
    table.to_parquet(project.folder / "data.parquet", index=False)
    (project.folder / "data.csv").unlink()
    project.write(TREE.replace("data.csv", "data.parquet"))
    base = project.run()
    assert (change_of(base)["verdict"], base["pairs"][0]["predictions"]["n_changed"]) == ("unclear", 0)


def test_the_verdict_is_of_the_named_model_else_of_the_best_in_base(project: Project):
    config = TREE.replace("metrics:", "  stump: {estimator: sklearn.dummy.DummyClassifier}\nmetrics:")
    project.start(config, rows(300, seed=2))
    project.write(config.replace("  tree:", "  other: sklearn.linear_model.LogisticRegression\n  tree:"))
    assert project.run()["judged"] == "tree"
    project.write(f"{config}primary: stump\n")
    base = project.run()
    told = ["`primary` is stump in head: base names none, so that its best model is judged"]
    assert (base["judged"], base["headlines"]) == ("tree", told)
    project.write("".join(line for line in config.splitlines(keepends=True) if "tree:" not in line))
    base = project.run()
    assert (base["judged"], project.report["verdict"]) == (None, None)
    assert base["unjudged"] == "'tree', base's best model, was removed"
