"""`predictions.parquet`: every row with its key, truth, and what each model says of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest

from report.core.values import DataDescription, Dataset, ModelRun, Predictions, Split, Target, Task
from report.rendering.predictions import write_predictions

if TYPE_CHECKING:
    from pathlib import Path

N = 8
SPLIT = Split(np.array([0, 2, 3, 5, 7]), np.array([1, 4, 6]), "hash", "by hash")


def dataset(target: Target, n_new: int = 0) -> Dataset:
    features = pd.DataFrame({"x": np.arange(float(len(target.encoded)))})
    new = pd.DataFrame({"x": np.arange(float(n_new))}) if n_new else None
    keys = np.arange(len(target.encoded), dtype=np.uint64) + np.uint64(2**63)
    return Dataset(
        features,
        target,
        keys,
        DataDescription("memory", "", len(features), ()),
        new=new,
        new_keys=None if new is None else np.arange(n_new, dtype=np.uint64),
    )


def run(name: str, encoded: Any, score: Any = None, split: Split = SPLIT, **given: Any) -> ModelRun:
    """A model that says `encoded` of every row."""

    def part(rows: Any) -> Predictions:
        return Predictions(encoded[rows], rows, encoded[rows], None if score is None else score[rows], "probability")

    return ModelRun(name, "a.B", {}, train=part(split.train), validation=part(split.validation), **given)


def written(folder: Path, target: Target, *runs: ModelRun, n_new: int = 0, split: Split = SPLIT) -> pd.DataFrame:
    file = folder / "predictions.parquet"
    write_predictions(file, dataset(target, n_new), split, runs)
    return pd.read_parquet(file)


def classes(labels: tuple[Any, ...], codes: Any) -> Target:
    task = Task.BINARY if len(labels) == 2 else Task.MULTICLASS
    return Target(task, ("y",), np.array(labels, dtype=object)[codes], codes, labels, 1)


CODES = np.array([0, 1, 0, 1, 1, 0, 0, 1])


def test_labels_are_the_users(tmp_path: Path) -> None:
    target = classes(("no", "yes"), CODES)
    score = np.column_stack([1 - CODES, CODES]) * 0.75
    table = written(tmp_path, target, run("forest", 1 - CODES, score))
    assert list(table) == ["key", "split", "y_true", "forest.pred", "forest.score.no", "forest.score.yes"]
    assert table["key"].tolist() == [2**63 + row for row in (0, 2, 3, 5, 7, 1, 4, 6)]
    assert table["split"].tolist() == ["train"] * 5 + ["validation"] * 3
    assert table["y_true"].tolist() == target.values[[0, 2, 3, 5, 7, 1, 4, 6]].tolist()
    assert (table["y_true"].astype(str) != table["forest.pred"].astype(str)).all()
    assert table["forest.score.yes"].dtype == np.float32
    assert table["forest.score.yes"].tolist() == [0.75 * CODES[row] for row in (0, 2, 3, 5, 7, 1, 4, 6)]


@pytest.mark.parametrize("labels", [(3, 7), (False, True), (0.5, 1.5), (1, "1"), ("a", "\ud800")])
def test_labels_keep_their_type_where_they_have_one(tmp_path: Path, labels: tuple[Any, ...]) -> None:
    table = written(tmp_path, classes(labels, CODES), run("m", CODES, np.zeros((N, 2))))
    wanted = [labels[code] for code in CODES[[0, 2, 3, 5, 7, 1, 4, 6]]]
    if len({type(label) for label in labels}) > 1 or isinstance(labels[0], str):
        wanted = [str(label).encode("utf-8", "replace").decode() for label in wanted]
    assert table["y_true"].tolist() == wanted
    assert len(set(table.columns)) == 6


def test_a_regression_has_numbers_and_no_scores(tmp_path: Path) -> None:
    values = np.linspace(0, 1, N)
    table = written(tmp_path, Target(Task.REGRESSION, ("y",), values, values), run("ridge", values + 1))
    assert list(table) == ["key", "split", "y_true", "ridge.pred"]
    assert table["ridge.pred"].tolist() == (table["y_true"] + 1).tolist()


def test_several_outputs_have_columns_each(tmp_path: Path) -> None:
    values = np.column_stack([np.arange(8.0), -np.arange(8.0)])
    table = written(tmp_path, Target(Task.MULTIOUTPUT, ("a", "b"), values, values), run("m", values))
    assert list(table)[2:] == ["y_true.a", "y_true.b", "m.pred.a", "m.pred.b"]
    assert table["m.pred.b"].tolist() == (-table["y_true.a"]).tolist()


def test_multilabel_scores_have_columns_each(tmp_path: Path) -> None:
    codes = np.column_stack([CODES, 1 - CODES])
    target = Target(Task.MULTILABEL, ("red", "green"), codes, codes, ("red", "green"))
    table = written(tmp_path, target, run("m", codes, codes * 0.5))
    assert list(table)[4:] == ["m.pred.red", "m.pred.green", "m.score.red", "m.score.green"]
    assert table["y_true.red"].tolist() == [2 * score for score in table["m.score.red"]]


def test_new_rows_have_no_truth(tmp_path: Path) -> None:
    asked = Predictions(np.array([1, 0]), np.arange(2))
    table = written(tmp_path, classes(("no", "yes"), CODES), run("m", CODES, new=asked), n_new=2)
    new = table[table["split"] == "new"]
    assert new["y_true"].isna().all()
    assert new["m.pred"].tolist() == ["yes", "no"]


def test_rows_in_another_order_find_their_place(tmp_path: Path) -> None:
    turned = Split(SPLIT.train[::-1], SPLIT.validation[::-1], "hash", "")
    target = classes(("no", "yes"), CODES)
    table = written(tmp_path, target, run("m", CODES, np.eye(2)[CODES], split=turned))
    assert table["m.pred"].tolist() == table["y_true"].tolist()
    assert table["m.score.yes"].tolist() == [float(label == "yes") for label in table["y_true"]]


def test_models_that_failed_have_no_columns(tmp_path: Path) -> None:
    failed = ModelRun("broken", "a.B", {}, status="failed", reason="no")
    table = written(tmp_path, classes(("no", "yes"), CODES), failed)
    assert list(table) == ["key", "split", "y_true"]


def test_more_rows_than_are_written_at_a_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("report.rendering.predictions.PIECE", 2)
    table = written(tmp_path, classes(("no", "yes"), CODES), run("m", CODES, np.eye(2)[CODES]))
    assert len(table) == N
    assert table["m.pred"].tolist() == table["y_true"].tolist()
