"""Every metric equals scikit-learn's function, with and without weights; where that has none, its definition."""

from __future__ import annotations

import warnings
from dataclasses import replace
from functools import partial
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn import metrics as sk
from sklearn.exceptions import UndefinedMetricWarning

from report.core.values import Predictions, Task
from report.evaluation.metrics import METRICS
from report.evaluation.metrics.base import NotApplicable, RunMetric, measure
from report.evaluation.metrics.regression import d2_pinball_metric, pinball_metric, weighted_quantile
from tests.evaluation.builders import CLASSES, make_target, random_rows

BINARY, MULTICLASS, MULTILABEL = Task.BINARY, Task.MULTICLASS, Task.MULTILABEL
EXTRA = (pinball_metric(0.9, "pinball_0.9"), d2_pinball_metric(0.1, "d2_pinball_0.1"))
BY_NAME = {metric.info.name: metric for metric in (*METRICS, *EXTRA)}


def of_labels(function, **options):
    """The oracle on predicted labels or numbers."""
    return lambda rows, task: function(rows.y_true, rows.y_pred, sample_weight=rows.weight, **options)


def averages(name: str, function) -> dict:
    return {
        name: {BINARY: of_labels(function)},
        **{
            f"{name}_{average}": dict.fromkeys(CLASSES, of_labels(function, average=average, zero_division=0))
            for average in ("macro", "weighted", "micro")
        },
        f"{name}_samples": {MULTILABEL: of_labels(function, average="samples", zero_division=0)},
    }


def of_each_class(function, rows: Predictions, task: Task, *, weights=None) -> float:
    """A binary oracle (y_true, y_score) on every class against the rest, averaged."""
    if task is BINARY:
        return function(rows.y_true, rows.y_score[:, 1], sample_weight=rows.weight)
    truth = rows.y_true if task is MULTILABEL else np.eye(rows.y_score.shape[1])[rows.y_true]
    values = [function(t, s, sample_weight=rows.weight) for t, s in zip(truth.T, rows.y_score.T, strict=True)]
    row_weight = np.ones(len(truth)) if rows.weight is None else rows.weight
    return float(np.average(values, weights=row_weight @ truth if weights else None))


def brier(rows: Predictions, task: Task) -> float:
    if task is not MULTICLASS:
        return of_each_class(sk.brier_score_loss, rows, task)
    squared = np.square(rows.y_score - np.eye(3)[rows.y_true]).sum(axis=1)
    return float(np.average(squared, weights=rows.weight))


def log_loss(rows: Predictions, task: Task) -> float:
    if task is MULTILABEL:
        return of_each_class(partial(sk.log_loss, labels=[0, 1]), rows, task)
    return sk.log_loss(rows.y_true, rows.y_score, sample_weight=rows.weight, labels=range(rows.y_score.shape[1]))


def specificity(rows: Predictions, task: Task) -> float:
    """Recall of "not this class", for each class that is here."""
    if task is BINARY:
        return sk.recall_score(rows.y_true, rows.y_pred, pos_label=0, sample_weight=rows.weight)
    classes = range(3)
    pairs = [
        (rows.y_true[:, k] == 1, rows.y_pred[:, k] == 1) if task is MULTILABEL else (rows.y_true == k, rows.y_pred == k)
        for k in classes
    ]
    return np.mean(
        [sk.recall_score(~t, ~p, sample_weight=rows.weight) for t, p in pairs if not t.all() and (t.any() or p.any())]
    )


def specificity_macro(rows: Predictions, task: Task) -> float:
    if task is not BINARY:
        return specificity(rows, task)
    return sk.recall_score(rows.y_true, rows.y_pred, average="macro", sample_weight=rows.weight)


def one_against_one(rows: Predictions, task: Task, *, average: str = "macro") -> float:
    if task is BINARY or rows.weight is None:
        score = rows.y_score[:, 1] if task is BINARY else rows.y_score
        options = {} if task is BINARY else {"multi_class": "ovo", "average": average}
        return sk.roc_auc_score(rows.y_true, score, sample_weight=rows.weight, **options)
    values, sizes = [], []  # scikit-learn has none with weights: by definition
    for a, b in combinations(range(3), 2):
        of = np.isin(rows.y_true, (a, b))
        y, w = rows.y_true[of], rows.weight[of]
        values.append(np.mean([sk.roc_auc_score(y == k, rows.y_score[of, k], sample_weight=w) for k in (a, b)]))
        sizes.append(w.sum())
    return float(np.average(values, weights=sizes if average == "weighted" else None))


def top_two(rows: Predictions, task: Task) -> float:
    if task is BINARY:
        with pytest.warns(UndefinedMetricWarning, match="perfect score"):
            return sk.top_k_accuracy_score(rows.y_true, rows.y_score[:, 1], k=2, sample_weight=rows.weight)
    return sk.top_k_accuracy_score(rows.y_true, rows.y_score, k=2, sample_weight=rows.weight)


def skill(loss, rows: Predictions, task: Task) -> float:
    """1 − loss by that of the shares of the classes."""
    shares = np.average(np.eye(rows.y_score.shape[1])[rows.y_true], axis=0, weights=rows.weight)
    return 1 - loss(rows, task) / loss(replace(rows, y_score=np.tile(shares, (len(rows.y_true), 1))), task)


def by_output(function, rows: Predictions) -> float:
    y_true, y_pred = (array.reshape(len(array), -1).T for array in (rows.y_true, rows.y_pred))
    return float(np.mean([function(t, p, rows.weight) for t, p in zip(y_true, y_pred, strict=True)]))


def best_constant_d2(quantile: float, rows: Predictions, task: Task) -> float:
    """The constant is found by trying every value of the target."""
    loss = partial(sk.mean_pinball_loss, alpha=quantile)

    def d2(t, p, w):
        best = min(loss(t, np.full_like(t, value), sample_weight=w) for value in t)
        return 1 - loss(t, p, sample_weight=w) / best

    return by_output(d2, rows)


def median_by_repetition(rows: Predictions, task: Task) -> float:
    """Weights of hundredths are counts of rows."""

    def median(t, p, w):
        return np.median(np.repeat(np.abs(t - p), 1 if w is None else (100 * w).round().astype(int)))

    return by_output(median, rows)


REGRESSION_ORACLES = {
    "r2": sk.r2_score,
    "rmse": sk.root_mean_squared_error,
    "mse": sk.mean_squared_error,
    "mae": sk.mean_absolute_error,
    "mape": sk.mean_absolute_percentage_error,
    "explained_variance": sk.explained_variance_score,
    "pinball": sk.mean_pinball_loss,
    "pinball_0.9": partial(sk.mean_pinball_loss, alpha=0.9),
    "msle": sk.mean_squared_log_error,
    "rmsle": sk.root_mean_squared_log_error,
}
ORACLES = {
    "accuracy": dict.fromkeys(CLASSES, of_labels(sk.accuracy_score)),
    "balanced_accuracy": dict.fromkeys((BINARY, MULTICLASS), of_labels(sk.balanced_accuracy_score)),
    **averages("precision", sk.precision_score),
    **averages("recall", sk.recall_score),
    **averages("f1", sk.f1_score),
    **averages("jaccard", sk.jaccard_score),
    "specificity": {BINARY: specificity},
    "specificity_macro": dict.fromkeys(CLASSES, specificity_macro),
    "mcc": dict.fromkeys((BINARY, MULTICLASS), of_labels(sk.matthews_corrcoef)),
    "cohen_kappa": dict.fromkeys((BINARY, MULTICLASS), of_labels(sk.cohen_kappa_score)),
    "hamming_loss": dict.fromkeys(CLASSES, of_labels(sk.hamming_loss)),
    "roc_auc": dict.fromkeys(CLASSES, partial(of_each_class, sk.roc_auc_score)),
    "roc_auc_weighted": dict.fromkeys(CLASSES, partial(of_each_class, sk.roc_auc_score, weights=True)),
    "average_precision": dict.fromkeys(CLASSES, partial(of_each_class, sk.average_precision_score)),
    "roc_auc_ovo": dict.fromkeys((BINARY, MULTICLASS), one_against_one),
    "roc_auc_ovo_weighted": dict.fromkeys((BINARY, MULTICLASS), partial(one_against_one, average="weighted")),
    "top_k_accuracy": dict.fromkeys((BINARY, MULTICLASS), top_two),
    "positive_likelihood_ratio": {
        BINARY: lambda rows, task: sk.class_likelihood_ratios(rows.y_true, rows.y_pred, sample_weight=rows.weight)[0]
    },
    "negative_likelihood_ratio": {
        BINARY: lambda rows, task: sk.class_likelihood_ratios(rows.y_true, rows.y_pred, sample_weight=rows.weight)[1]
    },
    "d2_log_loss": dict.fromkeys((BINARY, MULTICLASS), partial(skill, log_loss)),
    "d2_brier": dict.fromkeys((BINARY, MULTICLASS), partial(skill, brier)),
    "log_loss": dict.fromkeys(CLASSES, log_loss),
    "brier": dict.fromkeys(CLASSES, brier),
    **{
        name: dict.fromkeys((Task.REGRESSION, Task.MULTIOUTPUT), of_labels(oracle))
        for name, oracle in REGRESSION_ORACLES.items()
    },
    **{
        name: dict.fromkeys(
            (Task.REGRESSION, Task.MULTIOUTPUT),
            lambda rows, task, o=oracle: by_output(lambda t, p, w: o(t, p, sample_weight=w), rows),
        )
        for name, oracle in {
            "poisson_deviance": sk.mean_poisson_deviance,
            "gamma_deviance": sk.mean_gamma_deviance,
        }.items()
    },
    "max_error": dict.fromkeys(
        (Task.REGRESSION, Task.MULTIOUTPUT), lambda rows, task: sk.max_error(rows.y_true.ravel(), rows.y_pred.ravel())
    ),
    "median_absolute_error": dict.fromkeys((Task.REGRESSION, Task.MULTIOUTPUT), median_by_repetition),
    **{
        name: dict.fromkeys((Task.REGRESSION, Task.MULTIOUTPUT), partial(best_constant_d2, quantile))
        for name, quantile in {"d2_absolute_error": 0.5, "d2_pinball": 0.5, "d2_pinball_0.1": 0.1}.items()
    },
    "loss": {
        **dict.fromkeys(CLASSES, log_loss),
        **dict.fromkeys((Task.REGRESSION, Task.MULTIOUTPUT), of_labels(sk.mean_squared_error)),
    },
}
CASES = [(name, task) for name, of_tasks in ORACLES.items() for task in of_tasks]


def ours(name: str, rows: Predictions, task: Task) -> float:
    measured = measure(BY_NAME[name], rows, make_target(task))
    if measured.value is None:
        raise NotApplicable(measured.reason)
    return measured.value


def test_every_metric_and_task_has_an_oracle():
    expected = {(m.info.name, task) for m in BY_NAME.values() if not isinstance(m, RunMetric) for task in m.tasks}
    assert set(CASES) == expected


@pytest.mark.parametrize(
    ("name", "task", "ties"),
    [(*case, ties) for case in CASES for ties in (False, True)[: 1 + case[1].is_classification]],
)
@pytest.mark.parametrize("weighted", [False, True])
def test_equals_scikit_learn(name, task, ties, weighted):
    for seed in range(3):
        rows = random_rows(task, 80, seed=seed, weighted=weighted, ties=ties)
        if weighted:
            rows.weight[:] = rows.weight.round(2)
        assert ours(name, rows, task) == pytest.approx(ORACLES[name][task](rows, task), rel=1e-9, abs=1e-12)


label_rows = st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2), st.floats(0.1, 5)), min_size=2, max_size=25).map(
    lambda rows: tuple(np.array(column) for column in zip(*rows, strict=True))
)


@pytest.mark.parametrize(
    "name",
    [
        name
        for name, of_tasks in ORACLES.items()
        if MULTICLASS in of_tasks and BY_NAME[name].needs == "labels" and name != "loss"
    ],
)
@given(rows=label_rows, weighted=st.booleans())
@settings(max_examples=30, deadline=None)
def test_equals_scikit_learn_on_any_labels(name, rows, weighted):
    """Classes missing from the truth, the predictions, or both; where we see no value, it warns or gives 0."""
    y_true, y_pred, weight = rows
    predictions = Predictions(y_pred, np.arange(len(y_true)), y_true, weight=weight if weighted else None)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        expected = ORACLES[name][MULTICLASS](predictions, MULTICLASS)
    try:
        assert ours(name, predictions, MULTICLASS) == pytest.approx(expected, abs=1e-9)
    except NotApplicable:
        assert np.isnan(expected) or expected == 0 or len(set(y_true)) == 1


@given(
    y_true=st.lists(st.booleans(), min_size=4, max_size=30),
    data=st.data(),
    weighted=st.booleans(),
)
@settings(max_examples=100, deadline=None)
def test_ranking_equals_scikit_learn_with_any_ties(y_true, data, weighted):
    y_true = np.array([0, 1, *y_true], dtype=np.int64)
    draw = partial(st.lists, min_size=len(y_true), max_size=len(y_true))
    score = np.array(data.draw(draw(st.sampled_from([0.0, 0.25, 0.5, 0.75, 1.0]))))
    weight = np.array(data.draw(draw(st.floats(0.1, 10)))) if weighted else None
    rows = Predictions(
        y_true, np.arange(len(y_true)), y_true, np.column_stack([1 - score, score]), "probability", weight
    )
    assert ours("roc_auc", rows, BINARY) == pytest.approx(sk.roc_auc_score(y_true, score, sample_weight=weight))
    expected = sk.average_precision_score(y_true, score, sample_weight=weight)
    assert ours("average_precision", rows, BINARY) == pytest.approx(expected)


@given(
    values=st.lists(st.integers(-5, 5), min_size=1, max_size=20),
    data=st.data(),
    quantile=st.sampled_from([0.1, 0.25, 0.5, 0.9]),
)
@settings(max_examples=100, deadline=None)
def test_weighted_quantile_is_that_of_repeated_rows(values, data, quantile):
    weight = np.array(data.draw(st.lists(st.integers(1, 4), min_size=len(values), max_size=len(values))))
    numbers = np.array(values, dtype=float)
    assert weighted_quantile(numbers, quantile, weight / 7) == weighted_quantile(np.repeat(numbers, weight), quantile)


@pytest.mark.parametrize(
    ("name", "y_true", "y_pred", "reason"),
    [
        ("r2", [2.0, 2.0], [1.0, 2.0], "the target is constant in these rows"),
        ("d2", [0.1, 0.1, 0.1], [1.0, 2.0, 3.0], "the target is constant in these rows"),
        ("mape", [0.0, 1.0], [1.0, 1.0], "the target holds zeros"),
        ("rmsle", [-2.0, 1.0], [1.0, 1.0], "the target has values of −1 or below"),
        ("msle", [2.0, 1.0], [1.0, -1.0], "some predictions are −1 or below"),
        ("poisson_deviance", [-1.0, 1.0], [1.0, 1.0], "the target has negative values"),
        ("poisson_deviance", [0.0, 1.0], [0.0, 1.0], "some predictions are not positive"),
        ("gamma_deviance", [0.0, 1.0], [1.0, 1.0], "the target has values that are not positive"),
    ],
)
def test_regression_reasons(name, y_true, y_pred, reason):
    rows = Predictions(np.array(y_pred), np.arange(len(y_true)), np.array(y_true))
    measured = measure(BY_NAME.get(name, BY_NAME["d2_absolute_error"]), rows, make_target(Task.REGRESSION))
    assert (measured.status, measured.reason) == ("not applicable", reason)


@pytest.mark.parametrize(
    ("name", "y_true", "reason"),
    [
        ("roc_auc", 1, "only one class in these rows"),
        ("average_precision", 0, "only one class in these rows"),
        ("recall", 0, "no row is of the positive class"),
        ("f1", 0, "no row is of the positive class"),
        ("specificity", 1, "all rows are of the positive class"),
        ("mcc", 1, "only one class in these rows"),
    ],
)
def test_one_class_reasons(name, y_true, reason):
    codes = np.full(5, y_true)
    score = np.tile([0.4, 0.6], (5, 1)) if y_true else np.tile([0.6, 0.4], (5, 1))
    rows = Predictions(codes, np.arange(5), codes, score, "probability")
    measured = measure(BY_NAME[name], rows, make_target(BINARY))
    assert (measured.status, measured.reason) == ("not applicable", reason)


@pytest.mark.parametrize(
    ("name", "y_true", "y_pred", "reason"),
    [
        ("positive_likelihood_ratio", [0, 1], [0, 1], "there is no false alarm, or only one class in these rows"),
        ("positive_likelihood_ratio", [0, 0], [0, 1], "there is no false alarm, or only one class in these rows"),
        ("negative_likelihood_ratio", [0, 1], [1, 0], "no row is rightly predicted as negative, or none is of"),
        ("d2_log_loss", [1, 1], [1, 1], "only one class in these rows"),
        ("d2_brier", [1, 1], [1, 1], "only one class in these rows"),
        ("roc_auc_ovo", [0, 0], [0, 0], "only one class in these rows"),
    ],
)
def test_reasons_of_ratios(name, y_true, y_pred, reason):
    score = np.tile([0.4, 0.6], (2, 1))
    rows = Predictions(np.array(y_pred), np.arange(2), np.array(y_true), score, "probability")
    measured = measure(BY_NAME[name], rows, make_target(BINARY))
    assert measured.status == "not applicable"
    assert measured.reason.startswith(reason)


def test_pairs_of_too_many_classes_have_a_reason_at_once():
    codes, classes = np.arange(400), tuple(f"c{code}" for code in range(400))
    rows = Predictions(codes, codes, codes, np.eye(400), "probability")
    measured = measure(BY_NAME["roc_auc_ovo"], rows, make_target(MULTICLASS, codes, classes))
    assert (measured.status, measured.reason) == ("not applicable", "more than 50 classes, which are too many pairs")


def test_the_positive_class_may_be_the_first():
    rows = random_rows(BINARY, 50)
    target = make_target(BINARY)
    first = type(target)(target.task, target.names, target.values, target.encoded, target.classes, positive=0)
    assert measure(BY_NAME["recall"], rows, first).value == sk.recall_score(rows.y_true, rows.y_pred, pos_label=0)
    assert measure(BY_NAME["average_precision"], rows, first).value == pytest.approx(
        sk.average_precision_score(rows.y_true, rows.y_score[:, 0], pos_label=0)
    )


def test_known_values():
    """By hand: 3 of 4 right, one false alarm."""
    y_true, y_pred = np.array([0, 0, 1, 1]), np.array([0, 1, 1, 1])
    rows = Predictions(y_pred, np.arange(4), y_true)
    values = {
        name: ours(name, rows, BINARY) for name in ("accuracy", "precision", "recall", "f1", "specificity", "mcc")
    }
    assert values == {
        "accuracy": 0.75,
        "precision": pytest.approx(2 / 3),
        "recall": 1.0,
        "f1": pytest.approx(0.8),
        "specificity": 0.5,
        "mcc": pytest.approx(1 / np.sqrt(3)),
    }
