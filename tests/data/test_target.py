"""The task, the labels as estimators take them, and the positive class."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pandas as pd
import pytest
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

from report.core.errors import DataError
from report.core.values import Task


def frame_of(y, n: int | None = None) -> pd.DataFrame:
    y = pd.Series(y)
    return pd.DataFrame({"x": np.arange(len(y)), "y": y})


TARGETS = {
    "words": (["a", "b"] * 10, Task.BINARY, object),
    "three words": (["a", "b", "c"] * 10, Task.MULTICLASS, object),
    "categories": (pd.Categorical(["a", "b"] * 10), Task.BINARY, object),
    "nullable text": (pd.array(["a", "b"] * 10, dtype="string"), Task.BINARY, object),
    "booleans": ([True, False] * 10, Task.BINARY, np.bool_),
    "nullable booleans": (pd.array([True, False] * 10, dtype="boolean"), Task.BINARY, np.bool_),
    "0 and 1": ([0, 1] * 10, Task.BINARY, np.int64),
    "few whole numbers": ([3, 4, 5] * 10, Task.MULTICLASS, np.int64),
    "nullable whole numbers": (pd.array([3, 4, 5] * 10, dtype="Int64"), Task.MULTICLASS, np.int64),
    "small integers": (np.array([0, 1] * 10, dtype=np.uint8), Task.BINARY, np.int64),
    "few whole floats": ([1.0, 2.0] * 10, Task.BINARY, np.int64),
    "many whole numbers": (range(30), Task.REGRESSION, np.float64),
    "whole numbers, few for many rows": (list(range(21)) * 100, Task.REGRESSION, np.float64),
    "floats": ([0.5, 1.5] * 10, Task.REGRESSION, np.float64),
    "single floats": (np.array([0.5, 1.5] * 10, dtype=np.float32), Task.REGRESSION, np.float64),
    "nullable floats": (pd.array([0.5, 1.5] * 10, dtype="Float64"), Task.REGRESSION, np.float64),
    "decimals": ([Decimal("0.5"), Decimal("1.5")] * 10, Task.REGRESSION, np.float64),
}


@pytest.mark.parametrize("name", TARGETS)
def test_the_task_is_seen_from_the_target(name, load_frame):
    values, task, dtype = TARGETS[name]
    dataset = load_frame(frame_of(values))
    target = dataset.target
    assert target.task is task
    assert target.values.dtype == dtype
    assert type(target.values) is np.ndarray
    assert target.values.tolist() == [float(v) if task is Task.REGRESSION else v for v in pd.Series(values).tolist()]
    if task.is_classification:
        assert list(target.classes) == sorted(set(pd.Series(values).tolist()))
        assert [target.classes[i] for i in target.encoded] == target.values.tolist()
        assert target.encoded.dtype == np.int64
    else:
        assert (target.encoded == target.values).all()
    word = "classification" if task.is_classification else "regression"
    assert any(n.message.startswith(f"Task: {word}, because") for n in dataset.description.notices)


@pytest.mark.parametrize("name", TARGETS)
def test_estimators_take_the_values(name, load_frame):
    dataset = load_frame(frame_of(TARGETS[name][0]))
    estimator = DecisionTreeClassifier() if dataset.task.is_classification else DecisionTreeRegressor()
    estimator.fit(dataset.features, dataset.target.values)
    if dataset.task.is_classification:
        assert estimator.classes_.tolist() == list(dataset.target.classes)


def test_labels_are_sorted_as_scikit_learn_sorts_them(load_frame):
    labels = ["é", "z", "Z", "a", "Ω", "10", "9", "𝄞", "\uffee"] * 3
    classes = load_frame(frame_of(labels)).target.classes
    assert list(classes) == np.unique(np.array(labels, dtype=object)).tolist()


@pytest.mark.parametrize(
    ("values", "asked", "task"),
    [
        ([0, 1] * 10, "regression", Task.REGRESSION),
        ([True, False] * 10, "regression", Task.REGRESSION),
        (range(30), "classification", Task.MULTICLASS),
        ([1.0, 2.0] * 10, "classification", Task.BINARY),
    ],
)
def test_a_given_task_is_respected(values, asked, task, load_frame):
    dataset = load_frame(frame_of(values), task=asked)
    assert dataset.task is task
    assert not any(notice.message.startswith("Task:") for notice in dataset.description.notices)


@pytest.mark.parametrize(
    ("labels", "positive", "expected"),
    [
        (["no", "yes"], None, "yes"),
        (["no", "yes"], "no", "no"),
        ([True, False], None, True),
        ([True, False], False, False),
        ([0, 1], None, 1),
        ([0, 1], "0", 0),
        (["0", "1"], 0, "0"),
        ([True, False], "False", False),
    ],
)
def test_the_positive_class(labels, positive, expected, load_frame):
    dataset = load_frame(frame_of(labels * 10), positive=positive)
    assert dataset.target.classes[dataset.target.positive] == expected
    told = [n.message for n in dataset.description.notices if n.message.startswith("Positive class")]
    assert bool(told) is (positive is None)


def test_categories_of_many_numbers_are_classes(tmp_path, load):
    frame_of(pd.Categorical([10, 2, 3, 4, 5, 6] * 2)).to_feather(tmp_path / "a.feather")
    target = load(source="a.feather", target="y").target
    assert target.task is Task.MULTICLASS
    assert target.classes == (2, 3, 4, 5, 6, 10)
    assert target.values.tolist() == [10, 2, 3, 4, 5, 6] * 2


def test_a_positive_class_makes_it_classification(load_frame):
    assert load_frame(frame_of([0.0, 1.0]), positive=1).task is Task.BINARY


def test_several_columns_of_0_and_1_are_labels(load_frame):
    frame = pd.DataFrame({"x": range(4), "a": [0, 1, 0, 1], "b": [True, False, False, True], "c": [0.0, 1.0, 0.0, 0.0]})
    target = load_frame(frame, target=["a", "b", "c"]).target
    assert target.task is Task.MULTILABEL
    assert target.classes == target.names == ("a", "b", "c")
    assert target.values.tolist() == target.encoded.tolist() == [[0, 1, 0], [1, 0, 1], [0, 0, 0], [1, 1, 0]]
    assert target.encoded.dtype == np.int64


@pytest.mark.parametrize("task", ["auto", "regression"])
def test_several_other_columns_are_quantities(task, load_frame):
    frame = pd.DataFrame({"x": range(4), "a": [0, 1, 0, 1], "b": [1, 2, 3, 4]})
    target = load_frame(frame, target=["a", "b"], task=task).target
    assert target.task is Task.MULTIOUTPUT
    assert target.values.shape == (4, 2)
    assert target.values.dtype == np.float64


def test_a_list_of_one_target_is_one_target(load_frame):
    assert load_frame(frame_of(["a", "b"]), target=["y"]).target.values.shape == (2,)


def test_rows_without_label_are_left_out_and_counted(load_frame):
    frame = frame_of(["a", None, "b", None, "a"]).assign(w=[1, 2, 3, 4, 5])
    dataset = load_frame(frame, weight="w")
    assert dataset.features["x"].tolist() == [0, 2, 4]
    assert dataset.features.index.tolist() == [0, 1, 2]
    assert dataset.weight.tolist() == [1, 3, 5]
    assert len(dataset.keys) == dataset.description.n_rows == 3
    notice = next(n for n in dataset.description.notices if "left out" in n.message)
    assert notice.message == "2 rows of 5 left out: the target 'y' is missing."


@pytest.mark.parametrize("dtype", ["Int64", "float64", "Float64"])
def test_missing_quantities_are_left_out(dtype, load_frame):
    dataset = load_frame(frame_of(pd.Series([1, None, 3] + [4] * 7, dtype=dtype)), task="regression")
    assert dataset.target.values.tolist() == [1.0, 3.0] + [4.0] * 7


def test_mixed_labels_are_taken_as_text(tmp_path, load):
    (tmp_path / "giver_mixed.py").write_text(
        "import pandas as pd\ndef give():\n    return pd.DataFrame({'x': range(4), 'y': [1, 'a', 1, 'b']})\n"
    )
    dataset = load(source="python:giver_mixed:give", target="y")
    assert dataset.target.classes == ("1", "a", "b")
    assert any("mixes text and other values" in n.message for n in dataset.description.notices)


def test_a_class_with_one_row_is_named(load_frame):
    notices = load_frame(frame_of(["a"] * 10 + ["b"] * 10 + ["c"])).description.notices
    assert any(n.message == "1 class has one row only: 'c'." and n.severity == "warning" for n in notices)


REFUSED = {
    "text for regression": (
        {"y": ["a", "b"]},
        {"task": "regression"},
        (
            "data.target: the target 'y' holds text such as 'a', which regression cannot predict\n"
            "  → say `task: classification`, or make it a number in the `prepare` hook"
        ),
    ),
    "fractions for classification": (
        {"y": [0.5, 1.5]},
        {"task": "classification"},
        (
            "data.target: the target 'y' holds numbers with a fraction, which are no classes\n"
            "  → say `task: regression`, or make classes of them in the `prepare` hook"
        ),
    ),
    "one class": (
        {"y": ["a", "a"]},
        {},
        "data.target: the target 'y' has one class only: 'a'\n  → there is nothing to tell apart: look at the data",
    ),
    "all missing": (
        {"y": [None, float("nan")]},
        {},
        (
            "data.target: the target 'y' is missing in all 2 rows\n"
            '  → if labels such as NA or None were read as missing: `read: {keep_default_na: false, na_values: [""]}`'
        ),
    ),
    "infinite": (
        {"y": [0.5, None, float("inf"), float("-inf")]},
        {},
        (
            "data.target: the target 'y' is infinite in 2 rows, first in row 3\n"
            "  → drop or mend these rows in the `prepare` hook"
        ),
    ),
    "dates": (
        {"y": pd.to_datetime(["2024-01-01", "2024-01-02"])},
        {},
        "data.target: the target 'y' holds datetime64 values\n  → make it a number or a class in the `prepare` hook",
    ),
    "another positive class": (
        {"y": ["yes", "no"]},
        {"positive": "Yes"},
        "data.positive: 'Yes' is not a label of the target\n  → did you mean 'yes'?",
    ),
    "a positive class far from any label": (
        {"y": ["yes", "no"]},
        {"positive": "malignant"},
        "data.positive: 'malignant' is not a label of the target\n  → the labels are 'no', 'yes'",
    ),
    "a positive class of three": (
        {"y": ["a", "b", "c"]},
        {"positive": "a"},
        "data.positive: `positive` is for two classes, and this is multiclass classification\n  → leave it out",
    ),
    "several classes in several columns": (
        {"y": ["a", "b"], "z": [0, 1]},
        {"target": ["y", "z"], "task": "classification"},
        (
            "data.target: several targets are classified only when they are 0 or 1: 'y'\n"
            "  → give each target column a report of its own, or make them columns of 0 and 1"
        ),
    ),
    "several constant columns": (
        {"y": [1, 1], "z": [0, 0]},
        {"target": ["y", "z"]},
        "data.target: every target has one value only: 'y', 'z'",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_target_that_does_not_fit_is_refused(name, load_frame):
    columns, options, message = REFUSED[name]
    with pytest.raises(DataError) as caught:
        load_frame(pd.DataFrame({"x": range(len(columns["y"])), **columns}), **options)
    assert str(caught.value) == message
