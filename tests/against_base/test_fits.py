"""How often each side fits and asks its models: once, but for what the report shows."""

from __future__ import annotations

import json

import pytest

from tests.against_base.project import Project, rows

pytestmark = pytest.mark.slow

COUNTED = """\
import json, pathlib
from sklearn.linear_model import SGDClassifier
from sklearn.naive_bayes import GaussianNB

LOG = pathlib.Path(PLACE)


def told(what, n_rows):
    with LOG.open("a") as log:
        log.write(json.dumps([pathlib.Path.cwd().name, what, n_rows]) + "\\n")


class Bayes(GaussianNB):
    def fit(self, X, y, sample_weight=None):
        told("fit", len(X))
        return super().fit(X, y, sample_weight)

    def predict_proba(self, X):
        told("predict", len(X))
        return super().predict_proba(X)


class Descent(SGDClassifier):
    def fit(self, X, y, coef_init=None, intercept_init=None, sample_weight=None):
        told("fit", len(X))
        return super().fit(X, y, coef_init, intercept_init, sample_weight)
"""
CONFIG = """\
data: {source: data.csv, target: label}
models: {m: counted.Bayes}
metrics: [accuracy]
"""


@pytest.fixture
def count(project: Project, tmp_path):
    """Runs a configuration against base, and gives how often head and base fitted and asked."""
    log = tmp_path / "counted.log"
    counted = COUNTED.replace("PLACE", repr(str(log)))
    project.put(".gitignore", "ml-report/\n__pycache__/\ncounted.log\n")

    def run(config: str) -> dict[str, list[int]]:
        project.start(config, rows(120), counted__py=counted)
        project.save(rows(120).assign(c=0.5))
        log.unlink(missing_ok=True)
        base = project.run()
        assert base["status"] == "compared", base["reason"]
        found = [json.loads(line) for line in log.read_text().splitlines()]
        sides = {True: "head", False: "base"}
        counts: dict[str, list[int]] = {}
        for folder, what, n_rows in found:
            counts.setdefault(f"{sides[folder == tmp_path.name]} {what}", []).append(n_rows)
        return counts

    return run


def n_fits(counts: dict[str, list[int]]) -> tuple[int, int]:
    return len(counts["head fit"]), len(counts["base fit"])


def test_without_plots_each_side_fits_once_and_asks_about_its_rows(count, project: Project):
    counts = count(CONFIG + "report: {plots: none}\n")
    assert n_fits(counts) == (1, 1)
    assert sum(counts["head predict"]) < 2.2 * 120, "all rows, and a few once more to see whether answers are steady"
    [model] = project.report["head"]["models"]
    assert model["curve"] is None
    assert model["importance"] is None
    assert model["scores"]


@pytest.mark.parametrize(
    ("report", "expected"),
    [
        ("{}", (5, 5)),
        ("{plots: [roc, importance]}", (1, 1)),
        ("{plots: [loss]}", (5, 5)),
        ("{plots: none, sections: [models, curves]}", (5, 5)),
        ("{curves: iteration}", (1, 1)),
        ("{curves: none}", (1, 1)),
    ],
)
def test_the_curve_by_training_size_is_fitted_where_it_is_shown(count, report, expected):
    assert n_fits(count(CONFIG + f"report: {report}\n")) == expected


def test_shorter_fits_are_made_for_a_curve_alone(count):
    config = CONFIG.replace("Bayes", "Descent")
    assert n_fits(count(config + "report: {plots: none}\n")) == (1, 1)
    assert min(n_fits(count(config + "report: {curves: iteration}\n"))) > 1
