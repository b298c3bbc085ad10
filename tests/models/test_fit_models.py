"""Models are fitted like a bare scikit-learn script would, and one that fails is a row with its reason."""

from __future__ import annotations

import dataclasses
import re
import tempfile
import time

import numpy as np
import pandas as pd
import psutil
import pytest
from sklearn.ensemble import HistGradientBoostingRegressor, RandomForestClassifier
from sklearn.linear_model import LinearRegression, LogisticRegression, Ridge
from sklearn.metrics import accuracy_score
from sklearn.model_selection import GroupKFold, KFold, StratifiedKFold, TimeSeriesSplit
from sklearn.neighbors import KNeighborsClassifier

from report.core.run import usable_cores
from report.core.values import Predictions, Split, Task
from report.models import runs
from report.models.seeding import seed_unset
from tests.models.builders import (
    classes_target,
    configured,
    fitted,
    halves,
    labels_target,
    make_dataset,
    numbers_target,
)

FOREST = "sklearn.ensemble.RandomForestClassifier"
LOGISTIC = "sklearn.linear_model.LogisticRegression"
TREE = "sklearn.tree.DecisionTreeClassifier"
DUMMY = "sklearn.dummy.DummyClassifier"


@dataclasses.dataclass(frozen=True)
class Accuracy:
    """A scorer that can be pickled."""

    name: str = "accuracy"
    greater_is_better: bool = True

    def __call__(self, predictions: Predictions) -> float:
        return accuracy_score(predictions.y_true, predictions.y_pred)


class Steps:
    """A listener that writes down what it hears."""

    def __init__(self):
        self.started_steps, self.finished_steps = [], []

    def started(self, step):
        self.started_steps.append(step)

    def finished(self, step, note=""):
        self.finished_steps.append((step, note))


def told(run):
    return [notice.message for notice in run.notices]


@pytest.fixture
def no_leftovers(tmp_path, monkeypatch):
    """Neither folders nor processes are left behind, other than the server that processes come from."""
    scratch = tmp_path / "temporary files"
    scratch.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(scratch))
    yield
    assert list(scratch.glob("ml-report-*")) == []
    lines = [" ".join(child.cmdline()) for child in psutil.Process().children(recursive=True)]
    assert [line for line in lines if "forkserver" not in line and "resource_tracker" not in line] == []
    assert sum("forkserver" in line for line in lines) <= 1


# Like a bare script


def test_predictions_are_those_of_a_bare_fit(three_classes):
    split = halves(three_classes)
    run = fitted({"m": {"estimator": FOREST, "params": {"n_estimators": 7, "random_state": 3}}}, three_classes)["m"]
    X, y = three_classes.features, three_classes.target.values
    bare = RandomForestClassifier(n_estimators=7, random_state=3).fit(X.iloc[split.train], y[split.train])
    for answers, rows in ((run.train, split.train), (run.validation, split.validation)):
        np.testing.assert_array_equal(answers.y_score, bare.predict_proba(X.iloc[rows]))
        np.testing.assert_array_equal(np.array(["ant", "bee", "cat"])[answers.y_pred], bare.predict(X.iloc[rows]))
        np.testing.assert_array_equal(answers.y_true, three_classes.target.encoded[rows])
        np.testing.assert_array_equal(answers.positions, rows)
    assert run.status == "ok"
    assert run.reason is None
    assert run.params == {"n_estimators": "7", "random_state": "3"}
    assert run.estimator == FOREST
    assert run.fit_seconds > 0
    assert run.predict_seconds > 0
    assert run.size_bytes > 1000


def test_runs_are_in_the_configurations_order_and_told_as_they_go(three_classes):
    steps = Steps()
    models = {"c": DUMMY, "a": TREE, "b": "misbehaving.Raises"}
    assert list(fitted(models, three_classes, progress=steps)) == ["c", "a", "b"]
    assert sorted(steps.started_steps) == ["a", "b", "c"]
    assert sorted(steps.finished_steps) == [("a", ""), ("b", "failed"), ("c", "")]


@pytest.mark.parametrize(
    "labels", [[1, 2, 5], [-3, 0, 7], ["1", "2", "3"], ["ä", "b c", "<d>"], [False, True, True]], ids=repr
)
def test_targets_of_any_kind(labels, table):
    X, cluster = table
    target = classes_target(np.array(labels, dtype=object)[cluster].tolist())
    dataset = make_dataset(X, target)
    run = fitted({"m": LOGISTIC}, dataset)["m"]
    split = halves(dataset)
    bare = LogisticRegression().fit(X[split.train], target.encoded[split.train])
    np.testing.assert_array_equal(run.validation.y_pred, bare.predict(X[split.validation]))
    np.testing.assert_allclose(run.validation.y_score, bare.predict_proba(X[split.validation]))


def test_multi_output_and_multilabel(table):
    X, cluster = table
    several = make_dataset(X, numbers_target(np.column_stack([X[:, 0], cluster])))
    found = fitted({"m": "sklearn.linear_model.LinearRegression", "one": "sklearn.svm.SVR"}, several)
    split = halves(several)
    bare = LinearRegression().fit(X[split.train], several.target.values[split.train])
    np.testing.assert_allclose(found["m"].validation.y_pred, bare.predict(X[split.validation]))
    assert found["one"].status == "failed"
    assert "put it into sklearn.multioutput.MultiOutputRegressor" in found["one"].reason

    labels = make_dataset(X, labels_target(np.column_stack([cluster > 0, cluster == 1])))
    assert labels.task is Task.MULTILABEL
    run = fitted({"m": "sklearn.neighbors.KNeighborsClassifier", "one": LOGISTIC}, labels)
    nearest = KNeighborsClassifier().fit(X[split.train], labels.target.values[split.train])
    np.testing.assert_array_equal(run["m"].validation.y_pred, nearest.predict(X[split.validation]))
    assert "put it into sklearn.multioutput.MultiOutputClassifier" in run["one"].reason


def test_new_rows_are_predicted_without_truth(three_classes, table):
    new = three_classes.features.iloc[:4].reset_index(drop=True)
    run = fitted({"m": TREE}, dataclasses.replace(three_classes, new=new))["m"]
    assert run.new.y_true is None
    np.testing.assert_array_equal(run.new.positions, np.arange(4))
    np.testing.assert_array_equal(run.new.y_pred[1:3], run.train.y_pred[:2])


def test_curve_and_importance_come_with_the_fit(three_classes):
    run = fitted({"m": TREE}, three_classes, score=Accuracy())["m"]
    assert run.curve.kind == "training size"
    assert set(run.importance.features) == {"x0", "x1", "x2", "x3"}
    assert fitted({"m": TREE}, three_classes)["m"].importance is None


@pytest.mark.parametrize("curves", ["iteration", "none"])
def test_a_curve_that_is_not_shown_is_not_fitted(three_classes, curves):
    fits = {"m": TREE, "boosted": "sklearn.ensemble.GradientBoostingClassifier"}
    found = fitted(fits, three_classes, curves=curves)
    assert found["m"].curve is None
    assert (found["boosted"].curve is None) == (curves == "none")
    assert told(found["m"]) == told(fitted({"m": TREE}, three_classes)["m"])


# Weights


def test_weights_reach_the_fit_also_through_pipelines(table):
    X, cluster = table
    weight = np.linspace(0.0, 3.0, len(X))
    dataset = make_dataset(X, numbers_target(cluster), weight=weight)
    scaled = [{"columns": "x*", "apply": "passthrough"}]
    ridge = "sklearn.linear_model.Ridge"
    found = fitted({"plain": ridge, "piped": {"estimator": ridge, "preprocess": scaled}}, dataset)
    split = halves(dataset)
    bare = Ridge().fit(X[split.train], cluster[split.train], sample_weight=weight[split.train])
    for run in found.values():
        np.testing.assert_allclose(run.validation.y_pred, bare.predict(X[split.validation]))
        np.testing.assert_array_equal(run.validation.weight, weight[split.validation])
        assert not any("sample_weight" in message for message in told(run))


def test_a_fit_that_takes_no_weights_says_so(three_classes):
    dataset = dataclasses.replace(three_classes, weight=np.ones(150))
    run = fitted({"m": "sklearn.neighbors.KNeighborsClassifier"}, dataset)["m"]
    assert run.status == "ok"
    assert [notice.severity for notice in run.notices if "takes no sample_weight" in notice.message] == ["note"]


# Seeds and folds


def test_an_unset_seed_is_0_and_said(three_classes):
    params = {"estimator": {"estimator": TREE}, "n_estimators": 3}
    found = fitted(
        {
            "unset": {"estimator": "sklearn.ensemble.BaggingClassifier", "params": params},
            "set": {"estimator": "sklearn.ensemble.BaggingClassifier", "params": {**params, "random_state": 0}},
            "own": "own.tree",
        },
        three_classes,
    )
    np.testing.assert_array_equal(found["unset"].validation.y_score, found["set"].validation.y_score)
    notes = [notice for notice in found["unset"].notices if notice.severity == "note"]
    assert notes[0].message.startswith("random_state, estimator__random_state was not set: 0 is used")
    assert notes[0].hint == "set it in the model's params, or fit with several seeds: `seeds: 5`"
    assert any("random_state was not set" in message for message in told(found["own"]))


def test_where_there_are_seeds_none_are_proposed():
    (note,) = seed_unset(RandomForestClassifier(), "m", has_seeds=True)
    assert note.hint == "set it in the model's params"


def test_seeds_fit_again(three_classes):
    forest = {"estimator": FOREST, "params": {"n_estimators": 3, "random_state": 9}}
    found = fitted({"m": forest, "n": "sklearn.naive_bayes.GaussianNB"}, three_classes, seeds=[4, 5])
    split, X, y = halves(three_classes), three_classes.features, three_classes.target.values
    assert [seed_run.seed for seed_run in found["m"].seeds] == [4, 5]
    for seed_run in found["m"].seeds:
        bare = RandomForestClassifier(3, random_state=seed_run.seed).fit(X.iloc[split.train], y[split.train])
        np.testing.assert_array_equal(seed_run.validation.y_score, bare.predict_proba(X.iloc[split.validation]))
        np.testing.assert_array_equal(seed_run.train.y_true, three_classes.target.encoded[split.train])
    assert found["n"].seeds == ()
    assert any("no random_state" in message for message in told(found["n"]))


def held_out(run):
    return [fold.positions.tolist() for fold in run.folds]


def test_folds_are_stratified_shuffled_and_repeated(three_classes):
    run = fitted({"m": TREE}, three_classes, cross_validation={"folds": 3, "repeats": 2})["m"]
    train = halves(three_classes).train
    expected = [
        train[test].tolist()
        for repeat in (0, 1)
        for _, test in StratifiedKFold(3, shuffle=True, random_state=repeat).split(
            train, three_classes.target.values[train].astype(str)
        )
    ]
    assert held_out(run) == expected
    for fold in run.folds:
        np.testing.assert_array_equal(fold.y_true, three_classes.target.encoded[fold.positions])


def test_folds_have_a_seed(three_classes):
    run = fitted({"m": TREE}, three_classes, cross_validation={"folds": 3, "repeats": 2, "seed": 5})["m"]
    train = halves(three_classes).train
    labels = three_classes.target.values[train].astype(str)
    splits = [StratifiedKFold(3, shuffle=True, random_state=seed).split(train, labels) for seed in (5, 6)]
    assert held_out(run) == [train[test].tolist() for folds in splits for _, test in folds]


def test_folds_that_are_not_shuffled_are_in_the_order_of_the_file(three_classes):
    """Also where fits see the rows in another order."""
    rank = np.random.default_rng(2).permutation(150)
    dataset = dataclasses.replace(three_classes, rank=rank)
    run = fitted({"m": TREE}, dataset, cross_validation={"folds": 3, "shuffle": False})["m"]
    train = np.sort(halves(dataset).train)
    splits = StratifiedKFold(3).split(train, dataset.target.values[train].astype(str))
    assert [sorted(rows) for rows in held_out(run)] == [train[test].tolist() for _, test in splits]


def test_a_fold_is_predicted_by_a_model_that_never_saw_it(quantities):
    run = fitted({"m": "sklearn.linear_model.LinearRegression"}, quantities, cross_validation={"folds": 2})["m"]
    train, X, y = halves(quantities).train, quantities.features, quantities.target.values
    for (rest, test), answers in zip(KFold(2, shuffle=True, random_state=0).split(train), run.folds, strict=True):
        bare = LinearRegression().fit(X.iloc[train[rest]], y[train[rest]])
        np.testing.assert_allclose(answers.y_pred, bare.predict(X.iloc[train[test]]))


def test_folds_keep_groups_together(three_classes):
    group = np.array([f"g{i % 7}" for i in range(150)], dtype=object)
    dataset = dataclasses.replace(three_classes, group=group)
    run = fitted({"m": TREE}, dataset, cross_validation={"folds": 3})["m"]
    train = halves(dataset).train
    splits = GroupKFold(3, shuffle=True, random_state=0).split(train, groups=group[train].astype(str))
    assert held_out(run) == [train[test].tolist() for _, test in splits]
    assert all(set(f.group).isdisjoint(set(group[train]) - set(f.group)) for f in run.folds)


def test_folds_in_time_never_learn_from_later_rows(three_classes):
    order = np.random.default_rng(1).permutation(150)
    time_of_row = np.empty(150)
    time_of_row[order] = np.arange(150)
    dataset = dataclasses.replace(three_classes, time=time_of_row)
    split = Split(order[:120], order[120:], "time", "the latest fifth")
    run = fitted({"m": TREE}, dataset, split=split, cross_validation={"folds": 4, "repeats": 3})["m"]
    assert held_out(run) == [order[test].tolist() for _, test in TimeSeriesSplit(4).split(np.zeros(120))]


def test_too_few_rows_for_folds_are_told_and_the_model_stays(three_classes):
    train = np.array([0, 3, 6, 1, 4, 2, 5])
    split = Split(train, np.arange(50, 60), "given", "few")
    run = fitted({"m": DUMMY}, three_classes, split=split, cross_validation={"folds": 5})["m"]
    assert run.status == "ok"
    assert run.folds == ()
    assert (
        "fold 1 of 5 failed: ValueError: n_splits=5 cannot be greater than the number of members in each class."
        in told(run)
    )


def test_folds_of_a_model_that_failed_are_not_tried(three_classes):
    steps = Steps()
    models = {"m": "misbehaving.Raises"}
    run = fitted(models, three_classes, cross_validation={"folds": 20}, progress=steps)["m"]
    assert run.status == "failed"
    assert run.folds == ()
    assert len(steps.started_steps) < 5


# Models that misbehave

MISBEHAVIOUR = {
    "Raises": (
        "ValueError: the first line",
        ["about to fail", 'File "misbehaving.py"', "raise ValueError", "and the second"],
    ),
    "PrintsAndRaises": ("ValueError: after much noise", ["the last line"]),
    "CallsSysExit": ("it called sys.exit(3)", ["sys.exit(3)"]),
    "EndsItsProcess": ("it ended its process with exit status 7", ["bye"]),
    "Segfaults": ("its process was ended by SIGSEGV: a fault in compiled code", ["Segmentation fault"]),
}


def test_a_model_that_misbehaves_is_a_row_with_the_reason_and_the_others_go_on(three_classes, no_leftovers, capfd):
    models = {name: f"misbehaving.{name}" for name in MISBEHAVIOUR}
    found = fitted({**models, "loud": "misbehaving.Prints", "good": TREE}, three_classes)
    for name, (reason, lines) in MISBEHAVIOUR.items():
        assert found[name].status == "failed"
        assert found[name].reason == reason
        assert all(line in found[name].output for line in lines), found[name].output
        assert len(found[name].output) < 20_000
        assert found[name].validation is None
    for name in ("loud", "good"):
        assert found[name].status == "ok"
        assert found[name].output is None
    assert capfd.readouterr() == ("", "")


def test_a_model_that_never_ends_is_ended_with_all_that_it_started(three_classes, tmp_path, no_leftovers):
    pids = tmp_path / "pids"
    models = {"m": {"estimator": "misbehaving.NeverEnds", "params": {"pid_file": str(pids)}}, "good": TREE}
    begun = time.monotonic()
    found = fitted(models, three_classes, compute={"time_limit": "6s", "jobs": 2})
    assert time.monotonic() - begun < 60
    assert found["m"].status == "timed out"
    assert found["m"].reason == "the time limit of 6.0 s was reached"
    assert "still here" in found["m"].output
    assert found["good"].status == "ok"
    gone = time.monotonic() + 5
    alive = [int(pid) for pid in pids.read_text().split()]
    while alive and time.monotonic() < gone:
        alive = [pid for pid in alive if psutil.pid_exists(pid) and psutil.Process(pid).status() != "zombie"]
    assert alive == []


def test_a_curve_that_never_ends_costs_no_model(three_classes, no_leftovers):
    run = fitted({"m": "misbehaving.HangsWhenCopied"}, three_classes, compute={"time_limit": "8s"})["m"]
    assert run.status == "ok"
    assert run.validation is not None
    assert run.curve is None
    assert "loss curve and importance are left out: the time limit of 8.0 s was reached" in told(run)


def test_an_interruption_ends_all_processes(three_classes, no_leftovers):
    class Interrupting(Steps):
        def started(self, step):
            super().started(step)
            if step == "b":
                raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fitted({"a": "misbehaving.NeverEnds", "b": "misbehaving.NeverEnds"}, three_classes, progress=Interrupting())


def test_warnings_are_notices_once_each(three_classes):
    run = fitted({"m": "misbehaving.Warns"}, three_classes)["m"]
    assert "it may rain (3 times)" in told(run)
    assert not any("developers" in message for message in told(run))
    stopped = {"estimator": LOGISTIC, "params": {"max_iter": 1}}
    run = fitted({"m": stopped}, three_classes)["m"]
    assert any(message.startswith("ConvergenceWarning: lbfgs failed to converge") for message in told(run))


def test_predictions_of_nan_fail_the_model(quantities):
    run = fitted({"m": "misbehaving.PredictsNan"}, quantities)["m"]
    assert run.reason == "50 of 50 predictions are NaN or infinite"


PERCEPTRON = "sklearn.neural_network.MLPClassifier"
MISTAKES = [
    ("sklearn.svm.NuSVCs", "models.m0.estimator: module 'sklearn.svm' has no 'NuSVCs' → did you mean 'NuSVC'?"),
    ("sclearn.svm.SVC", "there is no module 'sclearn'"),
    ("sklearn.linear_model.Ridge", "models.m2.estimator: Ridge is a regressor, and the target needs a classifier"),
    ("sklearn.cluster.KMeans", "KMeans is a clusterer, and the target needs a classifier"),
    ("sklearn.preprocessing.StandardScaler", "gives a StandardScaler, without predict"),
    ("own.nothing", "'own.nothing' gives a dict, without fit"),
    ("own.breaks", "calling 'own.breaks' failed: RuntimeError: no model today"),
    (
        {"estimator": LOGISTIC, "params": {"c": 1}},
        "models.m7.params.c: LogisticRegression has no parameter 'c' → did you mean 'C'?",
    ),
    (
        {"estimator": LOGISTIC, "params": {"C": -1.0}},
        "The 'C' parameter of LogisticRegression must be a float in the range (0.0, inf]. Got -1.0 instead.",
    ),
    (
        {"estimator": TREE, "preprocess": [{"columns": "y0", "apply": "passthrough"}]},
        "models.m9.preprocess[0].columns: no feature column is called 'y0'",
    ),
    (
        {
            "estimator": "sklearn.model_selection.GridSearchCV",
            "params": {"estimator": PERCEPTRON, "param_grid": {"hidden_layer_sizes": ["(2,)", "(3,)"]}, "cv": 2},
        },
        "→ hidden_layer_sizes: (2,) is text in YAML: write a list in brackets, such as [10, 5]",
    ),
    (
        {"estimator": LOGISTIC, "params": {"max_iter": "None"}},
        "→ max_iter: None is text in YAML: write null",
    ),
]


def test_a_mistake_in_one_model_is_its_reason(three_classes):
    found = fitted({f"m{number}": model for number, (model, _) in enumerate(MISTAKES)}, three_classes)
    for run, (_, reason) in zip(found.values(), MISTAKES, strict=True):
        assert run.status == "failed"
        assert reason in run.reason
        assert len(run.reason) <= 300
        assert "\n" not in run.reason
        assert "report/models" not in (run.output or "")


def test_infinite_columns_are_named(three_classes):
    features = three_classes.features.assign(x2=lambda frame: frame["x2"].where(frame.index != 7, np.inf))
    models = {"auto": LOGISTIC, "none": {"estimator": LOGISTIC, "preprocess": "none"}}
    runs = fitted(models, dataclasses.replace(three_classes, features=features))
    assert runs["none"].reason.startswith("ValueError: Input X contains infinity")
    assert "infinite values are in: x2" in runs["none"].reason
    assert "infinite numbers in 'x2' are taken as missing" in [notice.message for notice in runs["auto"].notices]


# Room for the work


def test_cores_are_shared_out_and_the_last_fits_have_what_is_left(monkeypatch):
    monkeypatch.setattr(runs, "usable_cores", lambda: 8)
    assert [runs._threads(None, min(4, left)) for left in (9, 4, 3, 2, 1)] == [2, 2, 2, 4, 8]
    assert runs._threads(None, 16) == 1
    assert [runs._threads(4, left) for left in (4, 1)] == [1, 4], "beside base, head has half of them"


def test_a_fit_keeps_to_its_share(three_classes):
    found = fitted(dict.fromkeys("abc", "misbehaving.SeesThreads"), three_classes, compute={"jobs": 2})
    for name, share in {"a": max(1, usable_cores() // 2), "c": usable_cores()}.items():
        message = next(message for message in told(found[name]) if message.startswith("threads"))
        assert max(int(number) for number in re.findall(r"\d+", message)) <= share


def test_text_missing_values_and_dates_are_prepared(table):
    X, cluster = table
    features = (
        pd.DataFrame(X)
        .add_prefix("x")
        .assign(
            city=np.array(["Ulm", "Bern", None], dtype=object)[(cluster + (X[:, 0] > 1)) % 3],
            day=pd.Timestamp("2024-01-01") + pd.to_timedelta(np.arange(150), unit="D"),
        )
    )
    features["city"] = features["city"].astype("str" if pd.__version__ >= "3" else "string")
    features.loc[::9, "x0"] = np.nan
    dataset = make_dataset(features, classes_target(cluster.tolist()))
    models = {"m": LOGISTIC, "trees": "sklearn.ensemble.HistGradientBoostingClassifier"}
    for run in fitted(models, dataset, cross_validation={"folds": 4}).values():
        assert run.status == "ok", run.reason
        assert "TableVectorizer" in run.preprocessing
        assert len(run.folds) == 4
        assert np.mean(run.validation.y_pred == run.validation.y_true) > 0.6


def test_estimators_that_take_missing_values_get_them(table):
    X, cluster = table
    X = np.where(np.arange(600).reshape(150, 4) % 11 == 0, np.nan, X)
    dataset = make_dataset(X, numbers_target(cluster))
    run = fitted({"m": "sklearn.ensemble.HistGradientBoostingRegressor"}, dataset)["m"]
    split = halves(dataset)
    bare = HistGradientBoostingRegressor(random_state=0).fit(X[split.train], cluster[split.train])
    np.testing.assert_array_equal(run.validation.y_pred, bare.predict(X[split.validation]))
    assert "as they are" in run.preprocessing


def test_configuration_of_the_helper_is_the_products(three_classes):
    config = configured({"m": TREE})
    assert fitted(config, three_classes)["m"].status == "ok"
