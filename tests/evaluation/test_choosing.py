"""From the configuration's `metrics` to metrics."""

from __future__ import annotations

import math
import pickle
import subprocess
import sys
import warnings
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import get_scorer, get_scorer_names

import report
from report.config.schema import OwnMetric
from report.core.errors import MetricError
from report.core.values import Task
from report.evaluation import choose_metrics, curve_scorer, known_names, scorer, unknown_metrics
from report.evaluation.metrics import DEFAULTS, METRICS
from report.evaluation.metrics.base import measure
from tests.evaluation.builders import make_target, random_rows
from tests.models.builders import classes_target

ROOT = Path()

OF_CLUSTERINGS = {
    "adjusted_mutual_info_score", "adjusted_rand_score", "completeness_score", "fowlkes_mallows_score",
    "homogeneity_score", "mutual_info_score", "normalized_mutual_info_score", "rand_score", "v_measure_score",
}  # fmt: skip


def choose(*wanted, task: Task = Task.BINARY, root: Path = ROOT):
    return choose_metrics(wanted, make_target(task), root=root)


def own(function: str, *, better: bool = True, **fields) -> OwnMetric:
    return OwnMetric(function=f"costs.{function}", greater_is_better=better, **fields)


@pytest.mark.parametrize("task", list(Task))
def test_defaults_by_task(task):
    assert tuple(metric.info.name for metric in choose(task=task)) == DEFAULTS[task]


def test_order_is_that_of_the_configuration_and_the_first_is_primary():
    assert [m.info.name for m in choose("roc_auc", "accuracy", "fit_time")] == ["roc_auc", "accuracy", "fit_time"]


@pytest.mark.parametrize("name", sorted(set(get_scorer_names()) - OF_CLUSTERINGS))
def test_scikit_learn_scorers_are_understood_with_their_direction(name):
    task = next(task for task in Task if _accepts(name, task))
    (metric,) = choose(name, task=task)
    negated = name.startswith("neg_")
    assert metric.info.greater_is_better is not negated
    assert (metric.info.name == name) is not negated
    assert get_scorer(name)._sign == (-1 if negated else 1)


class Answers:
    """A fitted classifier or regressor that answers as rows do, for scikit-learn's scorers."""

    def __init__(self, rows, task):
        self.rows = rows
        self._estimator_type = "classifier" if task.is_classification else "regressor"
        self.classes_ = np.arange(rows.y_score.shape[1]) if task.is_classification else ()

    def fit(self, X, y): ...

    def predict_proba(self, X):
        return self.rows.y_score[X]

    def predict(self, X):
        return self.rows.y_pred[X]

    def __sklearn_tags__(self):
        tags = LogisticRegression().__sklearn_tags__()
        tags.estimator_type = self._estimator_type
        return tags


@pytest.mark.parametrize("name", sorted(set(get_scorer_names()) - OF_CLUSTERINGS))
def test_values_are_those_of_scikit_learns_scorers(name):
    """For every task that the scorer itself can be asked for; where it wants other answers, the oracles have them."""
    compared = 0
    for task in (Task.BINARY, Task.MULTICLASS, Task.REGRESSION, Task.MULTIOUTPUT, Task.MULTILABEL):
        if task is Task.MULTILABEL and name in ("neg_brier_score", "neg_log_loss"):
            continue  # scikit-learn takes several labels for the columns of one class there
        rows = random_rows(task, 80)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                expected = get_scorer(name)(Answers(rows, task), np.arange(80), rows.y_true)
        except (ValueError, TypeError, AttributeError):
            continue
        if np.isnan(expected) or not _accepts(name, task):
            continue
        (metric,) = choose(name, task=task)
        sign = 1 if metric.info.greater_is_better else -1
        assert sign * measure(metric, rows, make_target(task)).value == pytest.approx(expected, rel=1e-9), task
        compared += 1
    assert compared


@pytest.mark.parametrize("name", sorted(OF_CLUSTERINGS))
def test_scorers_of_clusterings_are_told_apart(name):
    with pytest.raises(MetricError, match="compares clusterings, which are not reported") as caught:
        choose(name, task=Task.MULTICLASS)
    assert caught.value.problems[0].hint == "use accuracy, balanced_accuracy, f1_macro"


def _accepts(name: str, task: Task) -> bool:
    try:
        return bool(choose(name, task=task))
    except MetricError:
        return False


@pytest.mark.parametrize(
    ("wanted", "name", "title"),
    [
        ("neg_log_loss", "log_loss", "Log loss"),
        ("neg_brier_score", "brier", "Brier score"),
        ("F1", "F1", "F1"),
        ("f1 score", "f1 score", "F1"),
        ("AUC", "AUC", "ROC AUC"),
        ("roc_auc_ovr", "roc_auc_ovr", "ROC AUC"),
        ("accuracy_score", "accuracy_score", "Accuracy"),
    ],
)
def test_aliases_keep_the_name_that_gates_refer_to(wanted, name, title):
    (metric,) = choose(wanted)
    assert (metric.info.name, metric.info.title) == (name, title)


@pytest.mark.parametrize(
    ("name", "title"), [("pinball_0.9", "Pinball loss (0.9)"), ("d2_pinball_.25", "D² pinball (0.25)")]
)
def test_quantile_metrics_take_their_quantile_from_the_name(name, title):
    (metric,) = choose(name, task=Task.REGRESSION)
    assert (metric.info.name, metric.info.title) == (name, title)


def test_the_same_metric_twice_is_shown_once():
    names = [m.info.name for m in choose("r2", "pinball_0.9", "mae", "r2", "pinball_0.9", task=Task.REGRESSION)]
    assert names == ["r2", "pinball_0.9", "mae"]


def test_all_problems_are_told_together_with_what_to_do(repository):
    wanted = ("acuracy", "rmse", OwnMetric(function="costs.cots", greater_is_better=True), "recall")
    with pytest.raises(MetricError) as caught:
        choose(*wanted, root=repository)
    unknown, task, path = caught.value.problems
    assert unknown.message == "there is no metric 'acuracy'"
    assert unknown.hint.startswith("did you mean 'accuracy'? For binary classification: accuracy, balanced_accuracy, ")
    assert task.message == "'rmse' is for regression and multi-output regression, and this is binary classification"
    assert (path.message, path.hint) == ("module 'costs' has no 'cots'", "did you mean 'cost'?")
    assert [str(p.place) for p in caught.value.problems] == ["metrics[0]", "metrics[1]", "metrics[2].function"]


def test_a_binary_metric_on_many_classes_names_its_averages():
    with pytest.raises(MetricError, match="'f1' is for binary classification, and this is multiclass") as caught:
        choose("f1", task=Task.MULTICLASS)
    assert caught.value.problems[0].hint == "use f1_macro, f1_weighted, f1_micro"


def test_classification_metric_on_numbers_names_those_of_numbers():
    with pytest.raises(MetricError, match="'accuracy' is for classification, and this is regression") as caught:
        choose("accuracy", task=Task.REGRESSION)
    assert caught.value.problems[0].hint == "use r2, rmse, mae"


@pytest.mark.parametrize("labels", [[1, 2, 3], ["a", "b", "c"]], ids=["numbers", "text"])
def test_metrics_of_numbers_on_classes_end_in_the_task_where_classes_are_numbers(labels):
    target = classes_target(labels)
    with pytest.raises(MetricError) as caught:
        choose_metrics(("rmse", "r2", "mae"), target, root=ROOT)
    end = ", or say `task: regression`" if labels[0] == 1 else ""
    assert [problem.hint for problem in caught.value.problems] == [
        f"use accuracy, balanced_accuracy, f1_macro{end}"
    ] * 3


@pytest.mark.parametrize("task", list(Task))
@pytest.mark.parametrize("name", ["acuracy", "x" * 900, "a.b", "f1", "rand_score", "rmse", "", "ä ö"])
def test_no_message_is_longer_than_it_can_be_read(name, task):
    if _accepts(name, task):
        return
    with pytest.raises(MetricError) as caught:
        choose(name, task=task)
    assert all(len(str(problem)) <= 300 for problem in caught.value.problems)


def test_what_is_unknown_whatever_the_data_are(repository):
    wanted = ("accuracy", "rmse", "acuracy", own("cots"), "rand_score", "pinball_0.9")
    keys = [f"metrics[{index}]" for index in range(len(wanted))]
    problems = unknown_metrics(wanted, keys, root=repository)
    assert [(problem.place.key, problem.message) for problem in problems] == [
        ("metrics[2]", "there is no metric 'acuracy'"),
        ("metrics[3].function", "module 'costs' has no 'cots'"),
        ("metrics[4]", "'rand_score' compares clusterings, which are not reported"),
    ]


def test_an_import_path_alone_lacks_its_direction():
    with pytest.raises(MetricError, match=r"no metric 'costs\.cost'") as caught:
        choose("costs.cost")
    assert "{function: costs.cost, greater_is_better: true}" in caught.value.problems[0].hint


@pytest.mark.parametrize("quantile", ["pinball_0.0", "pinball_1.5", "pinball_x", "f1_0.9"])
def test_quantiles_outside_their_range_are_unknown(quantile):
    with pytest.raises(MetricError, match=f"there is no metric '{quantile}'"):
        choose(quantile, task=Task.REGRESSION)


def test_names_are_listed_by_task():
    assert "rmse" in known_names(Task.REGRESSION)
    assert "rmse" not in known_names(Task.BINARY)
    assert "f1" not in known_names(Task.MULTICLASS)


# Own metrics


def measured(repository, wanted, task=Task.BINARY, **rows_of):
    (metric,) = choose(wanted, task=task, root=repository)
    return measure(metric, random_rows(task, **rows_of), make_target(task))


def test_own_metric_gets_labels_params_and_weights(repository):
    wanted = own("cost", better=False, params={"miss": 5.0}, name="Cost")
    rows = random_rows(Task.BINARY, weighted=True)
    wrong = rows.y_true != rows.y_pred
    assert measured(repository, wanted, weighted=True).value == pytest.approx(
        5 * np.average(wrong, weights=rows.weight)
    )
    (metric,) = choose(wanted, root=repository)
    assert (metric.info.name, metric.info.greater_is_better) == ("Cost", False)
    assert metric.info.description == "Own metric: costs.cost."


def test_own_metric_is_named_after_its_function_and_sees_the_users_labels(repository):
    assert measured(repository, own("first_label")).value == 1.0
    assert choose(own("first_label"), root=repository)[0].info.name == "first_label"


@pytest.mark.parametrize(("classes", "kind"), [((3, 7), np.int64), ((False, True), np.bool_), ((0.5, 1.5), np.float64)])
def test_labels_have_the_type_of_the_data(repository, classes, kind):
    from report.evaluation.metrics.own import decode

    target = make_target(Task.BINARY, classes=classes)
    decoded = decode(np.array([1, 0]), target)
    assert decoded.dtype == kind
    assert decoded.tolist() == [classes[1], classes[0]]


def test_a_function_without_weights_says_so(repository):
    assert (
        measured(repository, own("unweighted"), weighted=True).note
        == "without weights: the function takes no sample_weight"
    )
    assert measured(repository, own("unweighted")).note is None


def test_scores_are_the_positive_column_or_one_a_class(repository):
    rows = random_rows(Task.BINARY)
    assert measured(repository, own("mean_score", needs="probability")).value == pytest.approx(
        rows.y_score[:, 1].mean()
    )
    assert measured(repository, own("shape_of", needs="decision"), task=Task.MULTICLASS).value == 23
    assert measured(repository, own("shape_of", needs="probability"), task=Task.MULTILABEL).value == 23


def test_a_function_that_writes_into_its_arguments_spoils_nothing(repository):
    (metric,) = choose(own("spoil"), task=Task.REGRESSION, root=repository)
    rows = random_rows(Task.REGRESSION)
    measure(metric, rows, make_target(Task.REGRESSION))
    assert (rows.y_true > 0).all()


@pytest.mark.parametrize(
    ("function", "status", "reason"),
    [
        ("broken", "failed", "KeyError: 'no such cost\\nsecond line' (File \"costs.py\", line 36, in broken)"),
        ("leaves", "failed", 'SystemExit: enough (File "costs.py", line 40, in leaves)'),
        ("words", "failed", "the function returned str, not a number"),
        ("several", "failed", "the function returned list, not a number"),
        ("nan", "not applicable", "the function returned NaN"),
        ("infinite", "failed", "the value is infinite"),
        ("masked", "not applicable", "the function returned a masked value"),
    ],
)
def test_own_metrics_that_go_wrong_are_rows_with_a_reason(repository, function, status, reason):
    outcome = measured(repository, own(function))
    assert (outcome.value, outcome.status, outcome.reason) == (None, status, reason)


def test_functions_of_scikit_learn_work_as_own_metrics():
    wanted = OwnMetric(
        function="sklearn.metrics.fbeta_score", greater_is_better=True, params={"beta": 2, "pos_label": "good"}
    )
    (metric,) = choose(wanted)
    rows = random_rows(Task.BINARY)
    from sklearn.metrics import fbeta_score

    assert measure(metric, rows, make_target(Task.BINARY)).value == fbeta_score(rows.y_true, rows.y_pred, beta=2)


def test_a_scorer_or_a_constant_is_not_a_function(repository):
    (repository / "costs.py").write_text(
        "from sklearn.metrics import make_scorer, accuracy_score\nscore = make_scorer(accuracy_score)\nLIMIT = 3\n"
    )
    with pytest.raises(MetricError) as caught:
        choose(own("score"), own("LIMIT"), root=repository)
    assert [p.message for p in caught.value.problems] == [
        "'costs.score' is a scorer, which asks an estimator",
        "'costs.LIMIT' is not a function",
    ]


def test_own_scores_need_a_classification(repository):
    with pytest.raises(MetricError, match="'shape_of' is for classification"):
        choose(own("shape_of", needs="probability"), task=Task.REGRESSION, root=repository)


def test_two_metrics_of_one_name_clash(repository):
    with pytest.raises(MetricError, match="two metrics are called 'accuracy'"):
        choose("accuracy", own("cost", name="accuracy"), root=repository)
    with pytest.raises(MetricError, match="two metrics are called 'cost'"):
        choose(own("cost"), own("cost", params={"miss": 2.0}), root=repository)
    with pytest.raises(MetricError, match="two metrics are called 'loss'"):
        choose(own("cost", name="loss"), root=repository)


# The scorer


def test_scorer_gives_the_value_or_nan():
    (metric,) = choose("log_loss")
    score = scorer(metric, make_target(Task.BINARY))
    rows = random_rows(Task.BINARY)
    assert (score.name, score.greater_is_better) == ("log_loss", False)
    assert score(rows) == measure(metric, rows, make_target(Task.BINARY)).value
    assert math.isnan(score(replace(rows, score_kind="decision")))


def test_scorer_travels_light(repository):
    target = make_target(Task.BINARY, np.zeros(100_000, dtype=np.int64))
    assert len(pickle.dumps(scorer(choose("f1")[0], target))) < 3_000


def test_scorer_of_an_own_metric_works_in_another_process(repository):
    """A worker starts in its own folder, without the repository on its path."""
    (metric,) = choose(own("cost"), root=repository)
    file = repository / "scorer.pickle"
    rows = random_rows(Task.BINARY)
    file.write_bytes(pickle.dumps((scorer(metric, make_target(Task.BINARY)), rows)))
    code = "import pickle, sys; score, rows = pickle.load(open(sys.argv[1], 'rb')); print(score(rows))"
    here = Path(report.__file__).parents[1]
    done = subprocess.run([sys.executable, "-c", code, file], capture_output=True, text=True, check=True, cwd=here)
    assert float(done.stdout) == pytest.approx(np.mean(rows.y_true != rows.y_pred))


@pytest.mark.parametrize(
    ("task", "wanted", "drawn"),
    [
        (Task.BINARY, ("f1", "accuracy"), "f1"),
        (Task.BINARY, ("roc_auc", "log_loss"), "accuracy"),
        (Task.MULTICLASS, ("loss", "log_loss", "f1_macro"), "f1_macro"),
        (Task.MULTICLASS, ("fit_time",), "accuracy"),
        (Task.REGRESSION, ("rmse",), "rmse"),
        (Task.REGRESSION, ("mse",), "r2"),
        (Task.MULTILABEL, ("average_precision",), "f1_macro"),
    ],
)
def test_the_curve_beside_the_loss_is_of_the_first_quick_metric_that_is_not_the_loss(task, wanted, drawn):
    target = make_target(task)
    score = curve_scorer(choose_metrics(wanted, target, root=ROOT), target)
    assert score.name == drawn
    assert score.title == next(metric.info.title for metric in METRICS if metric.info.name == drawn)
