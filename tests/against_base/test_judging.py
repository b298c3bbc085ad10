"""A change does not choose its judge: base's configuration judges, until the change is merged or a label accepts it."""

from __future__ import annotations

import json
import os

import numpy as np
import pytest

from report.cli import Exit, main
from tests.against_base.project import CONFIG, Project, change_of

pytestmark = pytest.mark.slow

LABEL = "ml-report: accepted"
GATED = CONFIG + "gates: [{metric: accuracy, not: [worse, not compared]}]\n"
DEEP = GATED.replace("max_depth: 2", "max_depth: 8")
POOR = "{estimator: sklearn.dummy.DummyClassifier, params: {strategy: constant, constant: 'no'}}"
GOOD = "{estimator: sklearn.tree.DecisionTreeClassifier, params: {max_depth: 2}}"
WORSE = GATED.replace(GOOD, POOR)


def judged(project: Project, *arguments: str, event: dict | None = None, at: str | None = None) -> tuple[int, dict]:
    """The exit status and the report of a run; event : what GitHub tells of a pull request."""
    file = project.folder / ".git" / "event.json"
    file.write_text(json.dumps(event or {}))
    told = {"GITHUB_EVENT_NAME": "pull_request", "GITHUB_EVENT_PATH": str(file)} if event else {}
    project._forget_modules()
    base = [] if event else [f"--base={project.base}"]
    return main(["run", *([] if at == "default" else base), *arguments], {**os.environ, **told}), project.report


def failed(report: dict) -> list[str]:
    return [gate["rule"] for gate in report["gates"] if gate["checked"] and not gate["passed"]]


def headlines(report: dict) -> str:
    return " | ".join(report["base"]["headlines"])


@pytest.fixture
def changed(project: Project) -> Project:
    """A model that is surely worse than base's, on a branch that its author may configure."""
    table = project.table
    many = table.loc[np.repeat(table.index, 5)].reset_index(drop=True)
    noise = np.random.default_rng(0).normal(scale=1e-3, size=(len(many), 3)).round(6)
    many[["a", "b", "c"]] += noise
    many["label"] = np.where(many.a > 0, "yes", "no")
    project.start(GATED, many)
    project.git("checkout", "--quiet", "-b", "topic")
    return project


def test_head_does_not_choose_what_it_is_compared_with(changed: Project):
    changed.write(WORSE + "baseline: {against: none}\n")
    changed.commit()
    status, report = judged(changed, at="default")
    assert (status, report["passed"]) == (Exit.GATE_FAILED, False)
    assert report["base"]["commit"] == changed.base
    assert headlines(report) == "`baseline.against` is none in head: base's, base, holds"


def test_a_margin_that_head_raises_does_not_count(changed: Project):
    changed.write(WORSE + "baseline: {margin: 0.9}\n")
    status, report = judged(changed)
    assert (status, failed(report)) == (Exit.GATE_FAILED, ["accuracy not worse against base, and compared"])
    assert headlines(report) == "`baseline.margin` is 0.9 in head: base's, 0.0, holds"


@pytest.mark.parametrize(
    "gates",
    [
        "",
        "gates: [{metric: accuracy, not: [worse, not compared], models: [other]}]\n",
    ],
    ids=["removed", "of another model"],
)
def test_a_gate_of_base_holds_where_head_removes_or_weakens_it(changed: Project, gates: str):
    other = "  other: {estimator: sklearn.tree.DecisionTreeClassifier, params: {max_depth: 1}}\nmetrics:"
    changed.write(WORSE.partition("gates:")[0].replace("metrics:", other) + gates)
    status, report = judged(changed)
    assert (status, report["passed"]) == (Exit.GATE_FAILED, False)
    held = [gate for gate in report["gates"] if gate["held"] and gate["model"] == "tree"]
    assert [(gate["rule"], gate["passed"], gate["checked"]) for gate in held] == [
        ("accuracy not worse against base, and compared", False, True)
    ]
    assert "removes or weakens gates of base, which hold until it is merged" in changed.page


def event_of(project: Project, *labels: str, **more: object) -> dict:
    base = {"sha": project.base, "ref": "main"}
    given = {"head": {"sha": project.git("rev-parse", "HEAD")}, "base": base}
    return {"pull_request": {**given, "labels": [{"name": name} for name in labels], **more}}


def test_a_label_accepts_that_head_judges_and_the_report_says_who_and_when(changed: Project):
    changed.write(WORSE.partition("gates:")[0])
    changed.commit()
    status, report = judged(changed, event=event_of(changed))
    assert (status, report["passed"]) == (Exit.GATE_FAILED, False)
    event = event_of(changed, LABEL, updated_at="2026-01-02T03:04:05Z")
    event |= {"action": "labeled", "label": {"name": LABEL}, "sender": {"login": "octocat"}}
    status, report = judged(changed, event=event)
    assert (status, report["passed"], report["gates"]) == (Exit.FINE, True, [])
    assert headlines(report) == (
        "gates of base were removed or weakened, which is accepted by the label 'ml-report: accepted', "
        "set by octocat at 2026-01-02T03:04:05Z"
    )


def test_the_label_is_that_of_base_s_configuration(changed: Project):
    changed.write(WORSE.partition("gates:")[0] + "baseline: {accept_label: mine}\n")
    changed.commit()
    status, _ = judged(changed, event=event_of(changed, "mine"))
    assert status == Exit.GATE_FAILED


def test_a_time_limit_of_head_does_not_end_base(changed: Project):
    changed.write(DEEP + "compute: {time_limit: 25s}\n")
    _, report = judged(changed)
    assert report["base"]["status"] == "compared"


def test_a_model_that_is_renamed_and_changed_is_compared_with_the_one_that_it_replaces(changed: Project):
    changed.write(WORSE.replace("  tree:", "  better:"))
    status, report = judged(changed)
    [pair] = report["base"]["pairs"]
    assert (pair["base"], pair["head"], pair["status"]) == ("tree", "better", "renamed")
    assert (status, failed(report)) == (Exit.GATE_FAILED, ["accuracy not worse against base, and compared"])


def test_models_that_are_renamed_so_that_none_is_known_are_not_compared(changed: Project):
    more = "  other: {estimator: sklearn.tree.DecisionTreeClassifier, params: {max_depth: 1}}\nmetrics:"
    changed.write(WORSE.replace("  tree:", "  better:").replace("metrics:", more))
    status, report = judged(changed)
    assert status == Exit.GATE_FAILED
    reasons = {gate["reason"] for gate in report["gates"] if gate["checked"]}
    assert reasons == {"not compared: base has no such model, and this change removes tree: it may be one of them"}


def test_a_model_that_is_new_beside_the_others_fails_no_gate(changed: Project):
    more = "  other: {estimator: sklearn.tree.DecisionTreeClassifier, params: {max_depth: 1}}\nmetrics:"
    changed.write(GATED.replace("metrics:", more))
    status, report = judged(changed)
    assert status == Exit.FINE
    [gate] = [gate for gate in report["gates"] if gate["model"] == "other"]
    assert (gate["checked"], gate["applies"], gate["reason"]) == (False, False, "not checked: base has no such model")


def test_a_configuration_that_is_moved_is_held_against_itself(changed: Project):
    changed.git("mv", "ml-report.yml", "other.yml")
    (changed.folder / "other.yml").write_text(WORSE.partition("gates:")[0] + "title: Another\n")
    changed.commit()
    status, report = judged(changed, "--config=other.yml")
    assert (status, report["base"]["status"]) == (Exit.GATE_FAILED, "compared")


def test_at_first_use_nothing_is_compared_and_no_gate_fails(changed: Project):
    changed.git("rm", "--quiet", "ml-report.yml")
    changed.base = changed.commit()
    changed.write(GATED)
    status, report = judged(changed)
    assert (status, report["base"]["status"]) == (Exit.FINE, "none")
    [gate] = report["gates"]
    assert (gate["passed"], gate["checked"], gate["applies"]) == (False, False, False)


def test_a_base_that_fails_fails_a_gate_that_names_what_is_not_compared(changed: Project):
    changed.git("rm", "--quiet", "data.csv")
    changed.base = changed.commit()
    changed.save(changed.table)
    status, report = judged(changed)
    assert (status, report["base"]["status"]) == (Exit.GATE_FAILED, "failed")
    assert report["gates"][0]["reason"].startswith("not compared: base failed: ")


def test_the_primary_metric_of_base_judges(changed: Project):
    changed.write(WORSE.replace("[accuracy]", "[recall, accuracy]"))
    _, report = judged(changed)
    assert report["head"]["metrics"][0]["name"] == "accuracy"
    assert report["verdict"] == "worse"
    assert headlines(report) == "the primary metric is 'recall' in head: base's, 'accuracy', judges"


def test_a_metric_that_head_adds_at_the_end_is_no_change_of_the_judge(changed: Project):
    changed.write(GATED.replace("[accuracy]", "[accuracy, recall]"))
    _, report = judged(changed)
    assert report["base"]["headlines"] == []


def test_a_metric_that_head_names_like_one_of_base_is_computed_by_base_s_definition(changed: Project):
    inflated = "{function: own.accuracy, name: accuracy, greater_is_better: true}"
    changed.put(
        "own.py", "def accuracy(y_true, y_pred):\n    return min(1.0, float((y_true == y_pred).mean()) + 0.5)\n"
    )
    changed.write(WORSE.replace("[accuracy]", f"[{inflated}]"))
    status, report = judged(changed)
    assert status == Exit.GATE_FAILED
    assert headlines(report) == "the metric 'accuracy' is defined otherwise in head: base's definition judges"


def test_the_positive_class_of_base_judges(changed: Project):
    config = GATED.replace("[accuracy]", "[recall]").replace("metric: accuracy", "metric: recall")
    changed.start(config)
    changed.write(config.replace(GOOD, POOR).replace("label}", 'label, positive: "no"}'))
    status, report = judged(changed)
    assert status == Exit.GATE_FAILED
    assert (change_of(report["base"], "recall")["head"], report["head"]["positive"]) == (0, "yes")
    assert headlines(report) == "the positive class is 'no' in head: base's, 'yes', judges"


def test_weights_that_head_adds_do_not_judge(changed: Project):
    weighed = changed.table.assign(w=np.where(changed.table.label == "no", 1.0, 1e-6))
    changed.start(GATED.replace("label}", "label, drop: [w]}"), weighed)
    changed.write(WORSE.replace("label}", "label, weight: w}"))
    status, report = judged(changed)
    assert status == Exit.GATE_FAILED
    assert change_of(report["base"])["head"] < 0.9, "by weight all rows that count are right"
    assert headlines(report) == "rows are weighed by 'w' in head: base's weights judge (alike)"


@pytest.mark.parametrize(
    "written",
    [
        GATED + "baseline: {against: base, margin: 0.0}\ncompute: {time_limit: 30m}\n",
        GATED.replace("source: data.csv", "source: moved.csv"),
        GATED.replace("source: data.csv", "source: data.parquet"),
    ],
    ids=["defaults", "moved", "Parquet"],
)
def test_another_way_to_write_the_same_is_no_change_of_the_judge(changed: Project, written: str):
    changed.table.to_csv(changed.folder / "moved.csv", index=False)
    changed.table.to_parquet(changed.folder / "data.parquet", index=False)
    changed.write(written)
    status, report = judged(changed)
    assert (status, report["base"]["headlines"]) == (Exit.FINE, [])
    assert [gate["held"] for gate in report["gates"]] == [False]
