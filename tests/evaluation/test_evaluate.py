"""From model runs to the evaluation that the report shows."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from report.config.schema import OwnMetric
from report.core.losses import mean_loss
from report.core.values import Importance, LossCurve, Notice, SeedRun, Task
from report.evaluation import choose_metrics, evaluate
from tests.evaluation.builders import halves, make_dataset, make_run, make_split, make_target, random_rows

N, N_TRAIN = 100, 70


def evaluated(task: Task, *runs, metrics=(), dataset=None, split=None, samples=3, root=Path()):
    target = make_target(task)
    dataset = dataset or make_dataset(task, random_rows(task, N).y_true)
    return evaluate(
        dataset, split or make_split(N, N_TRAIN), runs, choose_metrics(metrics, target, root=root), samples=samples
    )


def good_run(task: Task, name="good", **fields):
    return make_run(name, *halves(random_rows(task, N, **fields.pop("rows", {})), N_TRAIN), **fields)


@pytest.mark.parametrize("task", list(Task))
def test_every_metric_and_the_loss_on_both_splits(task):
    run = good_run(task)
    evaluation = evaluated(task, run)
    (model,) = evaluation.models
    names = [info.name for info in evaluation.metrics]
    assert names[-1] == "loss"
    assert [(s.metric, s.split) for s in model.scores] == [(n, s) for n in names for s in ("train", "validation")]
    assert all(score.status == "ok" for score in model.scores)
    for split, rows in (("train", run.train), ("validation", run.validation)):
        assert model.score("loss", split).value == pytest.approx(mean_loss(task, rows).value)


def test_the_loss_is_called_by_its_name_unless_models_differ():
    run = good_run(Task.BINARY)
    decision = replace(run, name="svc", validation=replace(run.validation, score_kind="decision"))
    assert evaluated(Task.BINARY, run).metrics[-1].title == "Loss (log loss)"
    both = evaluated(Task.BINARY, run, decision)
    assert both.metrics[-1].title == "Loss"
    assert [model.score("loss").note for model in both.models] == ["log loss", "hinge loss"]


def test_the_loss_is_not_added_twice():
    evaluation = evaluated(Task.BINARY, good_run(Task.BINARY), metrics=("loss", "accuracy"))
    assert [info.name for info in evaluation.metrics] == ["loss", "accuracy"]
    assert evaluation.primary.title == "Loss (log loss)"


def test_timings_and_size_are_metrics_measured_once():
    evaluation = evaluated(Task.BINARY, good_run(Task.BINARY), metrics=("fit_time", "predict_time", "model_size"))
    scores = [(s.metric, s.split, s.value) for s in evaluation.models[0].scores if s.metric != "loss"]
    assert scores == [
        ("fit_time", "validation", 1.5),
        ("predict_time", "validation", 0.25),
        ("model_size", "validation", 1234.0),
    ]
    assert [info.unit for info in evaluation.metrics] == ["s", "s", "bytes", ""]
    assert not any(info.greater_is_better for info in evaluation.metrics)


def test_an_unmeasured_time_says_so():
    run = replace(good_run(Task.BINARY), fit_seconds=None)
    score = evaluated(Task.BINARY, run, metrics=("fit_time",)).models[0].score("fit_time")
    assert (score.status, score.reason) == ("not applicable", "not measured")


def test_a_score_that_a_model_cannot_give_names_its_estimator():
    run = good_run(Task.BINARY, estimator="sklearn.svm.LinearSVC")
    run = replace(run, validation=replace(run.validation, score_kind="decision"))
    score = evaluated(Task.BINARY, run, metrics=("brier",)).models[0].score("brier")
    assert score.value is None
    assert score.reason == "needs probabilities; LinearSVC gives only a decision function"


def test_a_failed_model_is_a_row_without_scores_and_takes_nothing_down():
    failed = make_run("broken", status="failed", reason="ValueError: no", output="last words")
    late = make_run("slow", status="timed out", reason="more than 30 min")
    evaluation = evaluated(Task.BINARY, failed, good_run(Task.BINARY), late)
    assert [(m.name, m.status, m.reason, bool(m.scores)) for m in evaluation.models] == [
        ("broken", "failed", "ValueError: no", False),
        ("good", "ok", None, True),
        ("slow", "timed out", "more than 30 min", False),
    ]
    assert evaluation.models[0].output == "last words"
    assert evaluation.best_model == "good"
    assert list(evaluation.samples[0].predictions) == ["good"]


def test_when_all_models_fail_there_is_still_an_evaluation():
    evaluation = evaluated(Task.BINARY, make_run("broken", status="failed", reason="no"))
    assert evaluation.best_model is None
    assert evaluation.samples == ()


def test_a_metric_that_raises_fails_alone(repository):
    broken = OwnMetric(function="costs.broken", greater_is_better=True)
    model = evaluated(Task.BINARY, good_run(Task.BINARY), metrics=("accuracy", broken), root=repository).models[0]
    assert model.score("accuracy").status == "ok"
    assert model.score("broken").status == "failed"
    assert model.score("broken").reason.startswith("KeyError")


def test_folds_and_seeds_have_their_spread():
    run = good_run(Task.BINARY)
    fits = tuple(random_rows(Task.BINARY, 40, seed=seed) for seed in range(3))
    run = replace(run, folds=fits, seeds=tuple(SeedRun(i, run.train, fit) for i, fit in enumerate(fits)))
    model = evaluated(Task.BINARY, run, metrics=("accuracy", "fit_time")).models[0]
    expected = [np.mean(fit.y_true == fit.y_pred) for fit in fits]
    for spreads in (model.folds, model.seeds):
        assert [spread.metric for spread in spreads] == ["accuracy", "loss"]
        assert spreads[0].values == tuple(expected)
        assert spreads[0].mean == pytest.approx(np.mean(expected))
        assert spreads[0].std == pytest.approx(np.std(expected, ddof=1))


def test_a_fold_without_a_value_is_left_out_of_the_mean():
    one_class = replace(random_rows(Task.BINARY, 40), y_true=np.ones(40, dtype=np.int64))
    run = replace(good_run(Task.BINARY), folds=(random_rows(Task.BINARY, 40), one_class))
    (spread,) = (s for s in evaluated(Task.BINARY, run, metrics=("roc_auc",)).models[0].folds if s.metric == "roc_auc")
    assert spread.values[1] is None
    assert spread.mean == spread.values[0]
    assert spread.std is None


def test_without_folds_and_seeds_there_is_no_spread():
    model = evaluated(Task.BINARY, good_run(Task.BINARY)).models[0]
    assert (model.folds, model.seeds) == ((), ())


def test_slices_are_scored_on_their_validation_rows():
    run = good_run(Task.BINARY)
    regions = np.where(np.arange(N) % 3 == 0, "north", "south")
    dataset = make_dataset(Task.BINARY, random_rows(Task.BINARY, N).y_true, slices=pd.DataFrame({"region": regions}))
    model = evaluated(Task.BINARY, run, metrics=("accuracy",), dataset=dataset).models[0]
    rows = run.validation
    for value in ("north", "south"):
        inside = regions[N_TRAIN:] == value
        (score,) = (s for s in model.slices if s.value == value and s.metric == "accuracy")
        assert (score.column, score.n_rows) == ("region", inside.sum())
        assert score.score == np.mean((rows.y_true == rows.y_pred)[inside])


def test_what_the_model_brings_along_is_passed_on():
    curve = LossCurve("epoch", "log loss", np.arange(2.0), np.ones(2), np.ones(2))
    importance = Importance("accuracy", ("x",), (0.1,), (0.01,))
    run = good_run(Task.BINARY, curve=curve, importance=importance)
    model = evaluated(Task.BINARY, run).models[0]
    assert (model.curve, model.importance, model.fit_seconds, model.size_bytes) == (curve, importance, 1.5, 1234)


def test_the_split_in_figures():
    dataset = make_dataset(Task.MULTICLASS, np.array([0, 0, 1, 2, 1, 0]), new=pd.DataFrame({"x": [1.0], "name": ["n"]}))
    run = make_run("model", status="failed", reason="no")
    summary = evaluated(Task.MULTICLASS, run, dataset=dataset, split=make_split(6, 4)).split
    assert (summary.n_train, summary.n_validation, summary.n_new) == (4, 2, 1)
    assert summary.balance == {"blue": (2, 1), "green": (1, 1), "red": (1, 0)}


def test_balance_of_labels_and_of_numbers():
    labels = make_dataset(Task.MULTILABEL, np.array([[1, 0, 1], [1, 0, 0], [0, 0, 1]]))
    run = make_run("model", status="failed", reason="no")
    assert evaluated(Task.MULTILABEL, run, dataset=labels, split=make_split(3, 2)).split.balance == {
        "a": (2, 0),
        "b": (0, 0),
        "c": (1, 1),
    }
    assert evaluated(Task.REGRESSION, run).split.balance is None


def test_each_notice_has_one_place():
    """Who shows them all (sections, annotations) collects them from the data, the side and each model."""
    told = Notice("3 rows are there twice")
    dataset = make_dataset(Task.BINARY, random_rows(Task.BINARY, N).y_true)
    dataset = replace(dataset, description=replace(dataset.description, notices=(told,)))
    split = replace(make_split(N, N_TRAIN), notices=(told, Notice("few validation rows")))
    run = good_run(Task.BINARY, notices=(Notice("did not converge"),))
    evaluation = evaluated(Task.BINARY, run, dataset=dataset, split=split)
    assert [notice.message for notice in evaluation.data.notices] == ["3 rows are there twice"]
    assert [notice.message for notice in evaluation.notices] == ["few validation rows"]
    assert [notice.message for notice in evaluation.models[0].notices] == ["did not converge"]


def test_what_is_not_drawn_is_said():
    classes = tuple(f"class {i}" for i in range(40))
    dataset = make_dataset(Task.MULTICLASS, np.arange(N) % 40, classes=classes, image_shape=(8, 8))
    run = make_run("model", status="failed", reason="no")
    messages = [n.message for n in evaluated(Task.MULTICLASS, run, dataset=dataset).notices]
    assert messages == [
        "no confusion matrix: 40 classes, at most 30",
        "ROC and precision-recall curves: the 6 most frequent of 40 classes",
        "no pictures: 8 × 8 pixels need 64 columns of numbers, and the features are 2",
    ]


def test_the_target_is_described():
    evaluation = evaluated(Task.BINARY, good_run(Task.BINARY))
    assert (evaluation.target, evaluation.classes, evaluation.positive) == (("y",), ("bad", "good"), "good")
    assert evaluated(Task.REGRESSION, good_run(Task.REGRESSION)).positive is None


def test_weights_count_in_scores():
    run = good_run(Task.BINARY, rows={"weighted": True})
    rows = run.validation
    value = evaluated(Task.BINARY, run, metrics=("accuracy",)).models[0].score("accuracy").value
    assert value == pytest.approx(np.average(rows.y_true == rows.y_pred, weights=rows.weight))
    assert value != np.mean(rows.y_true == rows.y_pred)
