"""Validation by folds on both sides: every row is predicted once, and a row has the same fold in base."""

from __future__ import annotations

import os

import numpy as np
import pandas as pd
import pytest
from sklearn.model_selection import PredefinedSplit, cross_val_predict
from sklearn.tree import DecisionTreeClassifier

from report.cli import main
from tests.against_base.memory import MEMORY
from tests.against_base.project import CONFIG, Project, change_of, notices, rows
from tests.against_base.test_pairing_in_process import config_of, loaded

pytestmark = pytest.mark.slow

SPLIT = "validation: {method: folds, folds: 4}"
FOLDS = CONFIG.replace("target: label", f"target: label, {SPLIT}")
BETTER = FOLDS.replace("max_depth: 2", "max_depth: 6")
OF_MEMORY = FOLDS.replace("sklearn.tree.DecisionTreeClassifier, params: {max_depth: 2}", "memory.Memory")


def by_hand(folder, table, depth):
    """The share of rows that scikit-learn gets right by the same folds."""
    _, split = loaded(folder, config=config_of(validation={"method": "folds", "folds": 4}))
    tree = DecisionTreeClassifier(max_depth=depth, random_state=0)
    said = cross_val_predict(tree, table[["a", "b", "c"]], table.label, cv=PredefinedSplit(split.folds))
    return float(np.mean(said == table.label))


def test_every_row_judges_and_both_values_are_those_of_scikit_learn(project: Project):
    table = rows(1000)
    project.start(FOLDS, table)
    project.write(BETTER)
    base = project.run()
    assert (base["status"], base["n_paired"], base["n_left_out"], base["n_folds"]) == ("compared", 1000, 0, 4)
    change = change_of(base)
    assert change["base"] == pytest.approx(by_hand(project.folder, table, 2), abs=0.004)
    assert change["head"] == pytest.approx(by_hand(project.folder, table, 6), abs=0.004)
    assert change["verdict"] == "improved"
    assert (change["n_rows"], change["folds"]) == (1000, None)
    assert (base["headlines"], base["notices"]) == ([], [])
    [model] = project.report["head"]["models"]
    scores = {score["split"]: score["value"] for score in model["scores"] if score["metric"] == "accuracy"}
    assert scores["validation"] == change["head"]
    page = project.page
    assert "every one of 1,000 rows predicted by a model that had not seen it (4 folds)" in page
    assert "each by models that had not seen it (the same 4 folds)" in page
    assert "Intervals are no narrower than the corrected t test over the folds has them." in page
    assert "together they are every row" in page
    assert "training rows only" not in page
    told = pd.read_parquet(project.folder / "ml-report" / "predictions.parquet")
    assert told["split"].tolist() == ["validation"] * 1000
    assert np.mean(told["tree.pred"].astype(str) == told["y_true"].astype(str)) == change["head"]


def test_nothing_changed_is_no_change(project: Project):
    project.start(FOLDS, rows(200))
    change = change_of(project.run())
    assert (change["difference"], change["verdict"]) == (0, "unclear")


@pytest.mark.parametrize("change", ["rows added", "rows removed", "copies added", "shuffled", "column added", "edited"])
def test_no_side_is_asked_about_a_row_that_it_learned_from(project: Project, change: str):
    """The model is right about what it was trained on, and says 'no' to all else."""
    table = rows(200)
    project.start(OF_MEMORY, table, memory__py=MEMORY)
    changed = {
        "rows added": pd.concat([table, rows(60, seed=5)]),
        "rows removed": table.iloc[8:],
        "copies added": pd.concat([table, table.iloc[:30]]),
        "shuffled": table.sample(frac=1, random_state=1),
        "column added": table.assign(d=1.5),
        "edited": table.assign(c=np.where(np.arange(200) < 4, 9.0, table.c)),
    }[change]
    project.save(changed)
    found = change_of(project.run())
    judged = project.report["base"]["n_paired"]
    assert judged >= len(changed) - 8
    if judged == len(changed):
        assert found["head"] == pytest.approx(np.mean(changed.label == "no"))
    assert found["base"] == found["head"], "neither knows a row"


def test_base_without_the_key_judges_by_its_own_split(project: Project):
    project.start(CONFIG, rows(400))
    project.write(BETTER)
    base = project.run()
    assert base["status"] == "compared", base["reason"]
    assert base["n_folds"] is None
    assert 40 < base["n_paired"] < 130
    assert any("`data.validation` is method folds, folds 4" in told for told in base["headlines"])
    assert project.report["head"]["split"]["n_folds"] == 4


def test_a_change_that_drops_the_folds_is_judged_by_them(project: Project):
    project.start(FOLDS, rows(400))
    project.write(CONFIG.replace("max_depth: 2", "max_depth: 6"))
    base = project.run()
    assert (base["status"], base["n_paired"], base["n_folds"]) == ("compared", 400, 4), base["reason"]
    assert project.report["head"]["split"]["n_folds"] is None
    assert "cross-validation" not in notices(base)


def test_gates_take_the_verdict_of_the_folds(project: Project):
    config = FOLDS + "gates: [{metric: accuracy, not: [worse, unclear]}]\n"
    project.start(config, rows(1000))
    project.write(config.replace("max_depth: 2", "max_depth: 6"))
    project.run()
    [gate] = project.report["gates"]
    assert gate["passed"]
    assert 0 < gate["p_adjusted"] < 0.05


def test_the_run_on_main_is_the_base_of_a_branch(project: Project):
    project.start(FOLDS, rows(300))
    assert main(["run"], dict(os.environ)) == 0
    project.write(BETTER)
    kept = project.run()
    assert kept["cached"] is not None
    for entry in project.folder.glob(".git/ml-report-cache/*"):
        for file in entry.iterdir():
            file.unlink()
    trained = project.run()
    assert trained["cached"] is None
    assert change_of(kept) == change_of(trained)


def test_a_fold_that_fails_in_base_is_a_model_that_failed(project: Project):
    check = "if not (np.asarray(X)[:, 0] > LARGEST).any():\n            raise ValueError('gone')\n        "
    fails = MEMORY.replace("self.rows_ =", f"{check}self.rows_ =")
    table = rows(200)
    largest = table.a.nlargest(2).mean()
    project.start(OF_MEMORY, table, memory__py=fails.replace("LARGEST", str(largest)))
    project.put("memory.py", MEMORY)
    base = project.run()
    [pair] = base["pairs"]
    assert pair["status"] == "failed"
    assert "of 4: ValueError: gone" in pair["reason"]
