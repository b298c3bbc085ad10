"""What the report says of a change: transformers' parameters, code that ran, and files that it does not run."""

from __future__ import annotations

import pytest

from tests.against_base.project import Project

pytestmark = pytest.mark.slow

SAME = "Parameters, configuration, data and packages are the same."
SCALED = """\
data: {source: data.csv, target: label}
models:
  knn:
    estimator: sklearn.neighbors.KNeighborsClassifier
    preprocess:
      - {columns: ["*"], apply: {estimator: sklearn.preprocessing.StandardScaler, params: {with_std: true}}}
metrics: [accuracy]
report: {plots: none}
"""
TRAIN = "from sklearn.tree import DecisionTreeClassifier\nDecisionTreeClassifier(max_depth={}).fit([[0]], [0])\n"


def kinds(base: dict) -> dict[str, list[str]]:
    return {group["kind"]: [file["name"] for file in group["files"]] for group in base["files"]}


def test_a_transformers_parameter(project: Project):
    table = project.table.assign(a=project.table.a * 1000)
    project.start(SCALED, table)
    project.write(SCALED.replace("with_std: true", "with_std: false"))
    base = project.run()
    changed = {"name": "preprocess[0].StandardScaler.with_std", "base": "True", "head": "False"}
    assert base["pairs"][0]["params"] == [changed]
    assert SAME not in project.page
    assert "StandardScaler.with_std" in project.page


def test_a_script_that_the_report_does_not_run(project: Project):
    project.start(train__py=TRAIN.format(2))
    project.put("train.py", TRAIN.format(9))
    base = project.run()
    assert kinds(base) == {"not run": ["train.py"]}
    said = "`train.py` changed, but this report does not run it."
    assert project.page.count(said) == 2, "at the top, and in what changed"
    assert SAME in project.page
    project.put("notebook one.ipynb", "{}")
    project.run()
    assert "`notebook one.ipynb`, `train.py` changed, but this report does not run them." in project.page.replace(
        " (new)", ""
    )


OWN_CONFIG = """\
data: {source: data.csv, target: label, prepare: hooks:clean}
models: {tree: own.make}
metrics: [accuracy, {function: scoring:share, greater_is_better: true}]
report: {plots: none}
"""
OWN = "from helping.depth import DEPTH\nfrom sklearn.tree import DecisionTreeClassifier\n\n"
OWN += "def make():\n    return DecisionTreeClassifier(max_depth=DEPTH)\n"


def test_code_that_a_worker_of_either_side_loaded(project: Project):
    """Base's worker loads a module that head has no more; head's loads one that is new."""
    for folder in ("helping", "others"):
        (project.folder / folder).mkdir()
    project.put("helping/depth.py", "DEPTH = 2\n")
    scoring = "def share(y_true, y_pred):\n    return float((y_true == y_pred).mean())\n"
    project.start(OWN_CONFIG, own__py=OWN, hooks__py="def clean(frame):\n    return frame\n", scoring__py=scoring)
    (project.folder / "helping" / "depth.py").unlink()
    project.put("others/deep.py", "DEPTH = 9\n")
    project.put("own.py", OWN.replace("helping.depth", "others.deep"))
    project.put("hooks.py", "def clean(frame):\n    return frame.copy()\n")
    project.put("scoring.py", f"# a comment\n{scoring}")
    project.put("unused.py", "x = 1\n")
    base = project.run()
    assert base["status"] == "compared", base["reason"]
    expected = {
        "code": ["helping/depth.py", "hooks.py", "others/deep.py", "own.py", "scoring.py"],
        "not run": ["unused.py"],
    }
    assert kinds(base) == expected
    told = "Code that ran: `helping/depth.py` (deleted), `hooks.py`, `others/deep.py` (new), `own.py`, `scoring.py`"
    assert f"{told} (comments alone)." in project.page
    again = project.run()
    assert (again["cached"] is not None, kinds(again)) == (True, expected)


def test_columns_in_another_order_are_not_the_same_data(project: Project):
    project.save(project.table[["c", "a", "b", "label"]])
    base = project.run()
    assert base["data"]["order"] == ["columns"]
    assert "The columns come in another order." in project.page
    assert SAME not in project.page
