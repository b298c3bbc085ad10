"""Which model the verdict of a report is of: base's configuration says so, not the change."""

from __future__ import annotations

from dataclasses import replace

import pytest

from report.comparison.compare import HeadSide, compare
from report.comparison.judge import Judge
from report.comparison.judged import Candidates, Judged
from report.config.schema import Config
from report.core.comparison import ModelPair
from report.core.faults import FAULT
from report.core.pairing import Failed
from tests.comparison.test_compare import base_of, dataset_of, evaluated, matched_rows, predictions, run

LABEL = "by the label 'ml-report: accepted'"
GOOD, POOR = predictions(1.0), predictions(4.0)


def config(primary: str | None = None) -> Config:
    models = {"good": "a.B", "poor": "a.B", "new": "a.B"}
    return Config.model_validate({"data": {"source": "a.csv"}, "models": models, "primary": primary})


def compared(head: str | None, base: str | None, *names: str, accepted: str | None = None, judge: bool = True):
    """The base side; base has the models good and poor, head those that are named."""
    runs = [run(name, GOOD if name == "good" else POOR, params={"of": name}) for name in names or ("good", "poor")]
    evaluation, dataset, split, metrics = evaluated(runs)
    decides = Judge(None, base=config(base), accepted=accepted) if judge else Judge(None)
    side = HeadSide(evaluation, dataset, split, runs, metrics, config(head), 0.0, decides)
    older = base_of(run("good", GOOD, params={"of": "good"}), run("poor", POOR, params={"of": "poor"}))
    return compare(side, older, matched_rows())


@pytest.mark.parametrize(
    ("head", "base", "judged", "headlines"),
    [
        (None, None, "good", ()),
        ("poor", "poor", "poor", ()),
        ("good", None, "good", ()),
        ("poor", None, "good", ("`primary` is poor in head: base names none, so that its best model is judged",)),
        (None, "poor", "poor", ("`primary` is not set in head: base's, poor, holds",)),
        ("good", "poor", "poor", ("`primary` is good in head: base's, poor, holds",)),
    ],
)
def test_the_judged_model_is_that_of_base_s_configuration(head, base, judged, headlines):
    side = compared(head, base)
    assert (side.judged, side.headlines) == (judged, headlines)


def test_a_primary_model_that_is_renamed_is_judged_by_its_new_name_without_a_word():
    evaluation, dataset, split, metrics = evaluated([run("new", GOOD), run("poor", POOR, params={"of": "poor"})])
    runs = [run("new", GOOD), run("poor", POOR, params={"of": "poor"})]
    judge = Judge(None, base=config("good"))
    side = HeadSide(evaluation, dataset, split, runs, metrics, config("new"), 0.0, judge)
    found = compare(side, base_of(run("good", GOOD), run("poor", POOR, params={"of": "poor"})), matched_rows())
    assert (found.judged, found.headlines) == ("new", ())


def test_a_primary_model_of_base_that_is_removed_is_not_replaced_by_head_s():
    side = compared("poor", "good", "poor")
    assert (side.judged, side.unjudged) == (None, "'good', base's primary model, was removed")
    assert "`primary` is poor in head: base's, good, holds" in side.headlines


def test_an_accepted_change_says_which_model_is_judged_and_the_report_says_so():
    side = compared("poor", None, accepted=LABEL)
    assert (side.judged, side.headlines) == (
        "poor",
        (f"`primary` is poor in head, not set in base, which is accepted {LABEL}",),
    )
    assert compared(None, None, accepted=LABEL).headlines == ()


def test_where_head_s_configuration_judges_so_does_its_primary_model():
    assert compared("poor", None, judge=False).judged == "poor"
    assert compared(None, None, judge=False).judged == "good"
    new = compared("new", None, "good", "poor", "new", judge=False)
    assert (new.judged, new.unjudged) == (None, "'new', the primary model, is new")


def test_a_primary_model_that_the_compared_commit_does_not_have_yet_is_new():
    side = compared("new", "new", "good", "poor", "new")
    assert (side.judged, side.unjudged, side.headlines) == (None, "'new', base's primary model, is new", ())


def test_a_primary_model_that_neither_side_has_is_not_there():
    assert compared(None, "new").unjudged == "'new', base's primary model, is not there"


class _Metric:
    needs = "labels"

    def __init__(self, error: Exception) -> None:
        self.error = error
        _, _, _, (self.real,) = evaluated([run()], metrics=("accuracy",))
        self.info = self.real.info

    def compute(self, answers, target) -> float:
        raise self.error


def candidates(error: Exception) -> Candidates:
    metric = _Metric(error)
    models = base_of(run("good"), run("poor")).models
    return Candidates((), models, metric.info, {"accuracy": metric}, dataset_of().target)


def test_a_metric_of_the_repository_that_fails_gives_no_model_to_judge():
    assert candidates(Failed("oops")).judged(None, "base") == Judged(
        None, "no model of base has a value to be chosen by"
    )


def test_an_error_of_ours_is_shown_as_one(capsys):
    judged = candidates(RuntimeError("oops")).judged(None, "base")
    assert judged == Judged(None, f"{FAULT}: RuntimeError: oops")
    assert "Traceback" in capsys.readouterr().err


def test_base_s_best_has_the_smallest_value_where_smaller_is_better_and_needs_a_value():
    _, dataset, _, (metric,) = evaluated([run()], metrics=("log_loss",))
    good, poor = base_of(run("good", GOOD), run("poor", POOR)).models
    pairs = tuple(ModelPair(name, name, "paired") for name in ("good", "poor"))

    def judged(*models) -> Judged:
        return Candidates(pairs, models, metric.info, {"log_loss": metric}, dataset.target).judged(None, "base")

    assert judged(poor, good) == Judged("good")
    assert judged(poor, replace(good, predictions=None)) == Judged("poor")
    assert judged(replace(poor, predictions=None)).why == "no model of base has a value to be chosen by"
