"""What cannot be compared, and why: another target, task or set of classes; a metric that means something else."""

from __future__ import annotations

import os

import numpy as np
import pandas as pd
import pytest

from report.cli import Exit, main
from report.core.keys import row_keys
from tests.against_base.project import CONFIG, Project, change_of, notices, rows

pytestmark = pytest.mark.slow

COST = """\
import numpy as np


def cost(y_true, y_pred, miss=1.0):
    return float(np.mean(np.where(y_true == y_pred, 0.0, miss)))


def helped(y_true, y_pred):
    return help_with(y_true, y_pred)


def help_with(y_true, y_pred):
    return float(np.mean(y_true == y_pred))
"""
OWN = CONFIG.replace(
    "[accuracy]",
    "[accuracy, {function: own.cost, greater_is_better: false, params: {miss: 2.0}}, "
    "{function: own.helped, greater_is_better: true}]",
)


def reason_of(project: Project) -> str:
    """Why nothing is compared; head alone is reported all the same, and the page says why."""
    base = project.run()
    assert base["status"] == "not comparable"
    assert (base["pairs"], base["data"]) == ([], None)
    assert project.report["head"]["models"][0]["status"] == "ok"
    assert "Not comparable with base**: " in project.page
    return base["reason"]


def test_another_target(project: Project):
    project.start(CONFIG, project.table.assign(outcome=project.table.label))
    project.write(CONFIG.replace("target: label", "target: outcome"))
    assert reason_of(project) == "the target of base is 'label', that of head 'outcome'"


def test_a_target_by_another_name_is_compared(project: Project):
    project.save(pd.concat([project.table, rows(60, seed=1)]).rename(columns={"label": "answer"}))
    project.write(CONFIG.replace("target: label", "target: answer"))
    base = project.run()
    assert (base["status"], base["data"]["n_added"]) == ("compared", 60)
    assert change_of(base)["base"] > 0.5


def test_another_task(project: Project):
    table = project.table.assign(label=np.arange(120) % 3)
    project.start(CONFIG, table)
    project.write(
        CONFIG.replace("tree.DecisionTreeClassifier", "tree.DecisionTreeRegressor").replace("[accuracy]", "[r2]")
        + "task: regression\n"
    )
    assert reason_of(project) == "base is multiclass classification, head is regression"


@pytest.mark.parametrize("appears", [True, False])
def test_a_class_appears_or_disappears(project: Project, appears: bool):
    """Rows of the classes that both sides have are compared, whether there are two or more of them."""
    three = project.table.copy()
    three.loc[::4, "label"] = "maybe"
    four = three.copy()
    four.loc[::9, "label"] = "never"
    side = "head" if appears else "base"
    for fewer, more, name in ((project.table, three, "maybe"), (three, four, "never")):
        project.start(CONFIG, fewer if appears else more)
        project.save(more if appears else fewer)
        base = project.run()
        assert base["status"] == "compared"
        assert f"the classes differ: only {side} has '{name}'; the {base['n_paired']} of " in " ".join(
            base["headlines"]
        )
        assert change_of(base)["n_rows"] == base["n_paired"]
        assert change_of(base)["verdict"] in {"unclear", "not comparable"}


def test_classes_that_both_have_are_too_few(project: Project):
    project.start(CONFIG, project.table)
    project.save(project.table.assign(label=np.where(np.arange(120) % 3, "maybe", project.table.label)))
    assert "the classes differ: only head has 'maybe'; " in reason_of(project)


@pytest.mark.parametrize(
    ("function", "words"),
    [
        (lambda labels: 1000 * labels, "head's label = 1,000 × base's"),
        (np.exp, "base's label = log(head's)"),
        (lambda labels: labels.rank(), "head's label is a monotone, increasing function of base's"),
    ],
)
def test_a_target_in_another_unit(project: Project, function, words: str):
    config = CONFIG.replace("DecisionTreeClassifier", "DecisionTreeRegressor").replace("[accuracy]", "[r2]")
    table = project.table.assign(label=project.table.a + project.table.b * project.table.c)
    project.start(config + "gates: [{metric: r2, not: worse}]\n", table)
    project.save(table.assign(label=function(table.label)))
    assert reason_of(project) == f"the labels mean something else: {words} (120 of 120 labels changed)"


def test_swapped_classes(project: Project):
    project.start(CONFIG)
    project.save(project.table.assign(label=np.where(project.table.label == "yes", "no", "yes")))
    assert "the classes 'no' and 'yes' are swapped (120 of 120 labels changed)" in reason_of(project)


def test_validation_labels_that_are_edited_to_what_head_predicts(project: Project):
    """The same models, and labels that head's model answers: base's labels do not give the verdict of head's."""
    table = rows(400)
    project.start(CONFIG.replace("max_depth: 2", "max_depth: 9"), table)
    project.write(CONFIG)
    project.run()
    answers = pd.read_parquet(project.folder / "ml-report" / "predictions.parquet")
    predicted = answers[answers["split"] == "validation"].set_index("key")["tree.pred"].astype(object)
    keys = pd.Series(row_keys(table[["a", "b", "c"]]))
    edited = table.assign(label=keys.map(predicted).fillna(table.label))
    project.save(edited)
    change = change_of(project.run())
    assert change["verdict"] == "not comparable"
    assert "validation labels were changed, all of them to what head's model predicts" in change["why"]
    assert change["why"][:40] in project.page


def test_another_positive_class_holds_for_both_sides(project: Project):
    config = CONFIG.replace("[accuracy]", "[recall, accuracy]")
    project.start(config)
    project.write(config.replace("label}", 'label, positive: "no"}'))
    base = project.run()
    assert change_of(base, "recall")["difference"] == 0
    assert [change["name"] for change in base["config"]] == ["data.positive"]


def test_metrics_added_and_removed(project: Project):
    """A metric is asked of base's model too, though base's configuration does not name it."""
    project.start(CONFIG, own__py=COST)
    project.write(OWN.replace("[accuracy, ", "[f1, "))
    base = project.run()
    measured = [change["metric"] for change in base["pairs"][0]["changes"] if change["interval"] is not None]
    assert {"f1", "cost", "helped"} <= set(measured)
    assert measured[0] == "accuracy", "base's primary metric is measured, and first, until the change is merged"
    assert base["pairs"][0]["not_compared"] == {}
    assert base["headlines"] == [
        "the primary metric is 'f1' in head: base's, 'accuracy', judges",
        "head's configuration has no 'accuracy' among its metrics: measured all the same",
    ]


class TestAnotherDefinition:
    """Told by what the two definitions say of the same predictions; the other metrics are compared."""

    def test_a_function_that_it_calls_was_edited(self, project: Project):
        project.start(OWN, own__py=COST)
        project.put("own.py", COST.replace("np.mean(y_true == y_pred)", "2 * np.mean(y_true == y_pred)"))
        base = project.run()
        [pair] = base["pairs"]
        assert list(pair["not_compared"]) == ["helped"]
        assert pair["not_compared"]["helped"].startswith("base defines it in another way: of the same predictions")
        [headline] = base["headlines"]
        assert headline.startswith("the metric 'helped' is not comparable with base: base defines it in another way")
        assert {"accuracy", "cost"} <= {change["metric"] for change in pair["changes"]}
        assert "helped" not in {change["metric"] for change in pair["changes"]}

    def test_it_adds_to_values_above_those_of_base_only(self, project: Project):
        """Of base's own answers both say the same; of a better model, or a worse one, they do not."""
        gates = "gates: [{metric: helped, not: [worse, not compared]}, {metric: helped, min: 0.5}]\n"
        project.start(OWN + gates, own__py=COST)
        value = change_of(project.run(), "helped")["base"]
        inflated = "value = float(np.mean(y_true == y_pred))\n    return value + 0.15 * (abs(value - BASE) > 1e-9)"
        code = COST.replace("return float(np.mean(y_true == y_pred))", inflated.replace("BASE", repr(value)))
        project.put("own.py", code)
        project.write(OWN.replace("max_depth: 2", "max_depth: 3") + gates)
        project._forget_modules()
        assert main(["run", f"--base={project.base}"], dict(os.environ)) == Exit.GATE_FAILED
        base = project.report["base"]
        assert "made-up predictions" in base["pairs"][0]["not_compared"]["helped"]
        assert base["headlines"][0].startswith("the metric 'helped' is not comparable with base: base defines it")
        assert not any(gate["passed"] for gate in project.report["gates"])

    def test_its_code_is_another_and_it_is_the_primary_one(self, project: Project):
        config = OWN.replace("[accuracy, ", "[") + "gates: [{metric: cost, not: worse}]\n"
        project.start(config, own__py=COST)
        project.put("own.py", COST.replace("0.0, miss", "0.1, miss"))
        base = project.run()
        assert list(base["pairs"][0]["not_compared"]) == ["cost"]
        assert "base defines it in another way" in project.page
        assert "**1 of 1 gate not compared:** cost not worse against base (tree): base defines it" in project.page
        [gate] = project.report["gates"]
        assert (gate["passed"], gate["checked"]) == (False, False)
        assert gate["reason"].startswith("not compared: base defines it in another way")

    @pytest.mark.parametrize(
        ("before", "after"), [("miss: 2.0", "miss: 5.0"), ("greater_is_better: false", "greater_is_better: true")]
    )
    def test_base_s_parameters_and_direction_judge(self, project: Project, before: str, after: str):
        project.start(OWN, own__py=COST)
        project.write(OWN.replace(before, after))
        base = project.run()
        assert base["pairs"][0]["not_compared"] == {}
        assert change_of(base, "cost")["difference"] == 0
        assert base["headlines"] == ["the metric 'cost' is defined otherwise in head: base's definition judges"]

    def test_a_comment_or_another_way_to_the_same_value_is_no_other_definition(self, project: Project):
        project.start(OWN, own__py=COST)
        project.put(
            "own.py", COST.replace("np.mean(np.where(y_true == y_pred, 0.0, miss))", "miss * (y_true != y_pred).mean()")
        )
        base = project.run()
        assert base["pairs"][0]["not_compared"] == {}
        assert change_of(base, "cost")["difference"] == 0

    def test_it_gives_another_value_each_time(self, project: Project):
        """The same definition on both sides: what cannot be compared is itself."""
        unsettled = COST.replace("float(np.mean(y_true == y_pred))", "np.random.default_rng().random()")
        project.start(OWN, own__py=unsettled)
        project.put("own.py", f"# a comment\n{unsettled}")
        [pair] = project.run()["pairs"]
        assert pair["not_compared"]["helped"].startswith("it gives another value each time: of the same predictions")


def test_losses_of_two_kinds_are_told_and_not_compared(project: Project):
    """Whoever gives no probabilities any more has another loss: a gate on it says so."""
    config = f"{CONFIG}gates: [{{metric: loss, not: worse}}]\n"
    project.start(config)
    project.write(
        config.replace("{estimator: sklearn.tree.DecisionTreeClassifier, params: {max_depth: 2}}", "sklearn.svm.SVC")
    )
    base = project.run()
    assert base["pairs"][0]["not_compared"] == {"loss": "base's is the log loss, head's the hinge loss"}
    assert "not comparable with base: base's is the log loss" in notices(base)
    assert project.report["gates"][0]["reason"] == "not compared: base's is the log loss, head's the hinge loss"
