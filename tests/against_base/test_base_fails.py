"""Whatever base does wrong is told with its reason; head is reported all the same."""

from __future__ import annotations

import pytest

from tests.against_base.project import CONFIG, Project, change_of

pytestmark = pytest.mark.slow

MODEL = """\
import sys
from sklearn.dummy import DummyClassifier


class Own(DummyClassifier):
    def fit(self, X, y):
        {fit}
        return super().fit(X, y)

    def predict(self, X):
        {predict}
        return super().predict(X)
"""
GOOD = {"fit": "pass", "predict": "pass"}
OWN = CONFIG.replace("{estimator: sklearn.tree.DecisionTreeClassifier, params: {max_depth: 2}}", "own.Own").replace(
    "models:", "models:\n  good: sklearn.dummy.DummyClassifier"
)
HOOKED = CONFIG.replace("label}", "label, prepare: hooks.prepare}")


FAILING = {
    "fitraises": ({"fit": "raise ValueError('no fit today')"}, "no fit today"),
    "predictraises": ({"predict": "raise ValueError('no answer today')"}, "no answer today"),
    "exits": ({"fit": "sys.exit(3)"}, "it called sys.exit(3)"),
    "ends": ({"fit": "import os; os._exit(3)"}, "it ended its process with exit status 3"),
}


def test_models_of_base_fail_and_the_others_are_compared(project: Project):
    models = "".join(f"  {name}: {name}.Own\n" for name in FAILING)
    bad = {f"{name}__py": MODEL.format(**{**GOOD, **how}) for name, (how, _) in FAILING.items()}
    project.start(OWN.replace("  tree: own.Own\n", models), **bad)
    for name in FAILING:
        project.put(f"{name}.py", MODEL.format(**GOOD))
    base = project.run()
    good, *failed = base["pairs"]
    assert (base["status"], good["status"], {pair["status"] for pair in failed}) == ("compared", "paired", {"failed"})
    for pair in failed:
        assert FAILING[pair["head"]][1] in pair["reason"]
        assert f"**{pair['head']}** failed in base" in project.page
    assert change_of(base, model="good")["difference"] == 0


def test_base_cannot_be_imported_and_prints_a_lot(project: Project):
    project.start(OWN, own__py="print('noise ' * 100_000)\nimport nothing_of_this_name\n")
    project.put("own.py", MODEL.format(**GOOD))
    base = project.run()
    assert base["pairs"][1]["status"] == "failed"
    assert "nothing_of_this_name" in base["pairs"][1]["reason"]
    assert len(project.page) < 60_000


def test_a_model_of_base_hangs(project: Project):
    limited = OWN + "compute: {time_limit: 10s}\n"
    project.start(limited, own__py=MODEL.format(**{**GOOD, "fit": "import time; time.sleep(600)"}))
    project.put("own.py", MODEL.format(**GOOD))
    project.write(OWN)
    base = project.run()
    assert [pair["status"] for pair in base["pairs"]] == ["paired", "failed"]
    assert "time limit of 10.0 s" in base["pairs"][1]["reason"]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("raise KeyError('size')", "size"),
        ("import sys; sys.exit(5)", "SystemExit"),
        ("import os; os._exit(5)", "status 5"),
        ("print('noise ' * 100_000); return None", "returned nothing"),
    ],
    ids=["raises", "sys.exit", "the process ends", "gives nothing"],
)
def test_the_hook_of_base_fails(project: Project, body: str, said: str):
    project.start(HOOKED, hooks__py=f"def prepare(frame):\n    {body}\n")
    project.put("hooks.py", "def prepare(frame):\n    return frame\n")
    base = project.run()
    assert base["status"] == "failed"
    assert said in base["reason"]
    assert "Not compared: base could not be trained" in project.page
    assert project.report["head"]["models"][0]["status"] == "ok"


def test_the_hook_of_base_hangs(project: Project):
    hanging = "import time\n\ndef prepare(frame):\n    time.sleep(600)\n"
    project.start(HOOKED + "compute: {time_limit: 8s}\n", hooks__py=hanging)
    project.put("hooks.py", "def prepare(frame):\n    return frame\n")
    project.write(HOOKED)
    base = project.run()
    assert base["status"] == "failed"
    assert base["reason"].startswith("its process took longer than 16.0 s, and was ended")


@pytest.mark.parametrize(
    ("config", "said"),
    [
        ("models: [", "not valid YAML"),
        ("nothing: 1\n" + CONFIG, "nothing"),
        (CONFIG.replace("label", "no_such_column"), "no_such_column"),
        (CONFIG.replace("data.csv", "elsewhere.csv"), "elsewhere.csv"),
    ],
    ids=["no YAML", "an unknown key", "no such column", "no such file"],
)
def test_the_configuration_of_base_is_wrong(project: Project, config: str, said: str):
    project.start(config)
    project.write(CONFIG)
    base = project.run()
    assert base["status"] == "failed"
    assert said in base["reason"]
    assert said in project.page


def test_what_head_mends_in_its_configuration_is_said_to_be_needed_in_that_of_base(project: Project):
    project.start(CONFIG.replace("target: label", "target: lable"))
    project.write(CONFIG)
    base = project.run()
    assert base["status"] == "failed"
    assert "there is no column 'lable'" in base["reason"]
    assert "so that this has to be mended in the base branch first" in base["reason"]
