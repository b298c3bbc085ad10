"""Output samples: which rows, and how they read."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from report.core.text import MAX_LENGTH, cell_text
from report.core.values import Importance, Predictions, Task
from report.evaluation.samples import output_samples
from tests.evaluation.builders import halves, make_dataset, make_run, random_rows

N, N_TRAIN = 100, 60


def samples_of(task=Task.BINARY, n_rows=5, best="good", dataset=None, run=None, **fields):
    rows = random_rows(task, N)
    dataset = dataset or make_dataset(task, rows.y_true, **fields)
    run = run or make_run("good", *halves(rows, N_TRAIN))
    return output_samples(dataset, (run, make_run("broken", status="failed", reason="no")), best, n_rows)


def run_with_new(task=Task.BINARY):
    new = replace(random_rows(task, 4, seed=9), y_true=None)
    return replace(make_run("good", *halves(random_rows(task, N), N_TRAIN)), new=new)


NEW = pd.DataFrame({"x": [1.0, 2.5, np.nan, 4.0], "name": ["a", "b", "c", "d"]})


def test_new_rows_come_first_in_their_order():
    run = run_with_new()
    new, worst = samples_of(run=run, new=NEW, n_rows=3)
    assert (new.kind, worst.kind) == ("new", "worst")
    assert (new.rows, new.columns) == (("row 1", "row 2", "row 3"), ("x", "name"))
    assert new.cells == (("1", "a"), ("2.5", "b"), ("–", "c"))
    assert new.truth is None
    answers = new.predictions["good"]
    assert [answer.text for answer in answers] == [("bad", "good")[code] for code in run.new.y_pred[:3]]
    assert answers[0].probability == run.new.y_score[0, run.new.y_pred[0]]
    assert answers[0].correct is None


def test_models_that_failed_have_no_answers():
    assert list(samples_of()[0].predictions) == ["good"]


def test_validation_rows_where_there_are_no_new_ones():
    rows = random_rows(Task.BINARY, N)
    validation, _ = samples_of()
    positions = [int(name.split()[1]) - 1 for name in validation.rows]
    assert validation.kind == "validation"
    assert positions == sorted(positions)
    assert all(position >= N_TRAIN for position in positions)
    assert list(validation.truth) == [("bad", "good")[rows.y_true[position]] for position in positions]
    assert [a.correct for a in validation.predictions["good"]] == [
        bool(rows.y_true[position] == rows.y_pred[position]) for position in positions
    ]


def test_the_same_rows_are_drawn_whatever_surrounds_them():
    """Head and base show the same rows, though one has fewer."""
    dataset = make_dataset(Task.BINARY, random_rows(Task.BINARY, N).y_true)
    train, validation = halves(random_rows(Task.BINARY, N), N_TRAIN)
    shown = samples_of(dataset=dataset)[0].rows
    backwards = replace(
        validation,
        **{name: getattr(validation, name)[::-1] for name in ("y_pred", "positions", "y_true", "y_score")},
    )
    again = samples_of(dataset=dataset, run=make_run("good", train, backwards))[0].rows
    assert set(again) == set(shown)
    assert len(shown) == 5


def test_rows_with_one_key_are_shown_once():
    dataset = make_dataset(Task.BINARY, random_rows(Task.BINARY, N).y_true)
    dataset = replace(dataset, keys=np.full(N, 7, dtype=np.uint64))
    assert samples_of(dataset=dataset)[0].rows == ("row 61",)


def test_worst_rows_are_confident_errors_the_worst_first():
    rows = random_rows(Task.BINARY, N)
    worst = samples_of(n_rows=4)[1]
    answers = worst.predictions["good"]
    probabilities = [answer.probability for answer in answers]
    assert not any(answer.correct for answer in answers)
    assert probabilities == sorted(probabilities, reverse=True)
    validation = slice(N_TRAIN, None)
    wrong = rows.y_true[validation] != rows.y_pred[validation]
    assert probabilities[0] == rows.y_score[validation].max(axis=1)[wrong].max()


def test_a_model_that_is_always_right_has_no_worst_rows():
    rows = random_rows(Task.BINARY, N)
    right = replace(rows, y_pred=rows.y_true)
    assert [s.kind for s in samples_of(run=make_run("good", *halves(right, N_TRAIN)))] == ["validation"]


def test_worst_rows_of_numbers_are_the_largest_errors():
    rows = random_rows(Task.REGRESSION, N)
    worst = samples_of(Task.REGRESSION)[1]
    errors = np.abs(rows.y_true - rows.y_pred)[N_TRAIN:]
    assert worst.rows[0] == f"row {N_TRAIN + errors.argmax() + 1}"
    assert worst.predictions["good"][0].correct is None
    assert worst.predictions["good"][0].probability is None


def test_without_a_best_model_there_are_no_worst_rows():
    assert [s.kind for s in samples_of(best=None)] == ["validation"]


def test_ids_name_rows():
    ids = np.array([f"id-{i}" for i in range(N)], dtype=object)
    new, worst = samples_of(run=run_with_new(), new=NEW, ids=ids, new_ids=np.array([7, 8, 9, 10], dtype=object))
    assert new.rows == ("7", "8", "9", "10")
    assert all(name.startswith("id-") for name in worst.rows)


def test_rows_of_a_validation_file_are_counted_from_its_start():
    given = np.arange(N) >= N_TRAIN
    dataset = replace(make_dataset(Task.BINARY, random_rows(Task.BINARY, N).y_true), given_validation=given)
    plain = samples_of(dataset=replace(dataset, given_validation=None))[0].rows
    assert samples_of(dataset=dataset)[0].rows == tuple(f"row {int(name.split()[1]) - N_TRAIN}" for name in plain)


def test_few_columns_are_shown_and_the_important_ones_first():
    features = pd.DataFrame({f"f{i}": np.arange(N) for i in range(9)})
    run = make_run("good", *halves(random_rows(Task.BINARY, N), N_TRAIN))
    plain, _ = samples_of(features=features, run=run)
    assert plain.columns == ("f0", "f1", "f2", "f3", "f4", "f5")
    knowing = replace(run, importance=Importance("accuracy", ("f7", "gone", "f2"), (0.3, 0.2, 0.1), (0.0, 0.0, 0.0)))
    important, _ = samples_of(features=features, run=knowing)
    assert important.columns == ("f7", "f2", "f0", "f1", "f3", "f4")


def test_pictures_stand_in_for_columns():
    pixels = pd.DataFrame(np.random.default_rng(0).integers(0, 16, (N, 12)), columns=[f"p{i}" for i in range(12)])
    validation, _ = samples_of(features=pixels, image_shape=(3, 4), n_rows=40)
    positions = [int(name.split()[1]) - 1 for name in validation.rows]
    assert validation.images.shape == (24, 3, 4)
    assert validation.images[5].ravel().tolist() == pixels.iloc[positions[5]].tolist()
    assert (validation.columns, validation.cells) == ((), ((),) * 24)


def test_features_that_are_no_pixels_are_cells():
    validation, _ = samples_of(image_shape=(3, 4))
    assert validation.images is None
    assert validation.columns == ("x", "name")


@pytest.mark.parametrize("n_rows", [0])
def test_none_when_none_are_asked_for(n_rows):
    assert samples_of(n_rows=n_rows) == ()


def test_several_labels_or_numbers_are_listed():
    y = np.array([[1, 0, 1], [0, 0, 0]])
    dataset = make_dataset(Task.MULTILABEL, y)
    rows = Predictions(y[::-1].copy(), np.arange(2), y)
    validation, _ = samples_of(dataset=dataset, run=make_run("good", rows, rows))
    assert validation.truth == ("a, c", "(none)")
    assert [answer.text for answer in validation.predictions["good"]] == ["(none)", "a, c"]
    numbers = random_rows(Task.MULTIOUTPUT, N)
    texts = samples_of(Task.MULTIOUTPUT)[0].predictions["good"][0].text.split(", ")
    assert len(texts) == numbers.y_pred.shape[1]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "–"),
        (np.nan, "–"),
        (pd.NaT, "–"),
        (pd.NA, "–"),
        (2012, "2012"),
        (np.int64(-3), "-3"),
        (2.0, "2"),
        (np.float32(0.25), "0.25"),
        (1234.5678, "1,234.568"),
        (0.00001234, "1.23e−05"),
        (True, "True"),
        (np.bool_(False), "False"),
        (pd.Timestamp("2024-01-02"), "2024-01-02"),
        (pd.Timestamp("2024-01-02 03:04"), "2024-01-02 03:04:00"),
        (" two\n lines\t", "two lines"),
        ("x" * 41, "x" * (MAX_LENGTH - 1) + "…"),
    ],
)
def test_cells_as_text(value, text):
    assert cell_text(value) == text
