"""What two processes hand each other comes out as it went in."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from report.comparison.base.exchange import read_result, write_result
from report.comparison.base.files import BadExchange
from report.comparison.base.matching import match_rows
from report.comparison.base.question import read_question, read_start, write_question, write_start
from report.comparison.base.request import HeadRows
from report.comparison.base.row_files import read_rows, with_text_like, write_rows
from report.comparison.result import BaseModel, BaseResult
from report.config import Override
from report.core.results import ModelEvaluation
from report.core.rows import MatchTable, SideRows
from report.core.values import Predictions, Target, Task

TRUTH = np.array([0, 1, 1, 0, 1])
VALIDATION = np.array([1, 3, 4])


def head_rows(**given) -> HeadRows:
    target = Target(Task.BINARY, ("y",), np.array(["no", "yes"], dtype=object)[TRUTH], TRUTH, ("no", "yes"), 1)
    own, foreign = np.array([1, -1, 4]), pd.DataFrame({"x": [3.0]})
    known = {"positions": VALIDATION, "own": own, "foreign": foreign, "foreign_is_raw": True, "target": target}
    return HeadRows(**{**known, "base_train": np.array([0, 2]), **given})


def answers(*labels: int) -> Predictions:
    score = np.array([[1.0 - label, label] for label in labels], dtype=np.float64)
    return Predictions(np.array(labels), np.arange(3), None, score, "probability")


def model(repeats) -> BaseModel:
    evaluation = ModelEvaluation("m", "a.B", {}, "", "ok", None, None, ())
    return BaseModel(evaluation, answers(0, 0, 1), repeats=repeats)


def test_the_answers_of_every_seed_come_back_with_heads_positions_and_labels(tmp_path):
    result = BaseResult("ok", models=(model({7: answers(1, 1, 1), 2: answers(0, 1, 0)}),), n_scored=3)
    write_result(result, tmp_path, packages={})
    [found] = read_result(tmp_path / "out", head_rows(), {}).models
    assert {seed: repeat.y_pred.tolist() for seed, repeat in found.repeats.items()} == {7: [1, 1, 1], 2: [0, 1, 0]}
    for repeat in (found.predictions, *found.repeats.values()):
        assert repeat.positions.tolist() == VALIDATION.tolist()
        assert repeat.y_true.tolist() == TRUTH[VALIDATION].tolist()


def test_the_answers_of_every_fold_come_back_with_heads_positions_and_labels(tmp_path):
    folds = tuple(replace(answers(1, 0, 0).take(np.array(at)), positions=np.array(at)) for at in ([1], [0]))
    result = BaseResult("ok", models=(replace(model({}), folds=folds),), n_scored=3)
    write_result(result, tmp_path, packages={})
    asked = head_rows(cross_validation=(2, 1, True, 0), trained=np.array([2, 0]))
    [found] = read_result(tmp_path / "out", asked, {}).models
    assert [(fold.positions.tolist(), fold.y_true.tolist(), fold.y_pred.tolist()) for fold in found.folds] == [
        ([0], [0], [0]),
        ([2], [1], [1]),
    ]
    assert read_result(tmp_path / "out", head_rows(), {}).models[0].folds == ()


def test_answers_about_rows_that_nobody_learned_from_are_damaged(tmp_path):
    result = BaseResult("ok", models=(replace(model({}), folds=(answers(1, 0, 0),)),), n_scored=3)
    write_result(result, tmp_path, packages={})
    with pytest.raises(BadExchange, match="rows that are not head's"):
        read_result(tmp_path / "out", head_rows(cross_validation=(2, 1, True, 0), trained=np.array([2, 0])), {})


def test_answers_of_a_seed_about_some_rows_only_are_damaged(tmp_path):
    part = answers(0, 0, 1).take(np.array([0, 1]))
    write_result(BaseResult("ok", models=(model({7: part}),), n_scored=3), tmp_path, packages={})
    with pytest.raises(BadExchange, match="some rows only"):
        read_result(tmp_path / "out", head_rows(), {})


def test_a_question_is_read_as_it_was_written(tmp_path):
    override = Override("command line", "metrics", "[f1]")
    write_start(tmp_path, config="ml-report.yml", overrides=[override], fingerprint="abc")
    start = read_start(tmp_path)
    assert (str(start.config), start.overrides, start.fingerprint) == ("ml-report.yml", (override,), "abc")
    rows = head_rows(seeds=(3, 1), cross_validation=(5, 2, True, 0), weight=np.array([1.0, 2.0, 0.5]))
    write_question(rows, tmp_path)
    found = read_question(tmp_path)
    assert (found.seeds, found.classes, found.positive, found.foreign_is_raw) == ((3, 1), ("no", "yes"), 1, True)
    assert found.cross_validation == (5, 2, True, 0)
    assert found.own.tolist() == [1, -1, 4]
    assert found.truth.tolist() == TRUTH[VALIDATION].tolist()
    assert found.train.tolist() == [0, 2]
    assert found.weight.tolist() == [1.0, 2.0, 0.5]
    assert found.foreign.to_dict("list") == {"x": [3.0]}


def side_rows(**given) -> SideRows:
    features = pd.DataFrame({"x": [1.5, None, 3.0, 4.0, 5.0], "mixed": [1, "a", None, 2.5, "b"]})
    ids = np.array(["a", "b", "c", "d", "e"], dtype=object)
    table = MatchTable(features, np.arange(5), "abc", features, TRUTH.reshape(-1, 1), ids=ids, id_name="id")
    return SideRows(table, np.array([0, 2, 4]), np.array([1, 3]), "hash", {"method": "hash", "seed": 42}, **given)


def test_rows_are_read_as_they_were_written(tmp_path):
    write_rows(side_rows(weight=np.arange(5.0)), tmp_path / "rows", known="")
    found = read_rows(tmp_path / "rows")
    assert found.table.raw["x"].tolist()[2:] == [3.0, 4.0, 5.0]
    assert found.table.raw["mixed"].tolist()[:2] == ["1", "a"], "cells of several kinds are text"
    assert (found.train.tolist(), found.validation.tolist()) == ([0, 2, 4], [1, 3])
    assert found.table.ids.tolist() == ["a", "b", "c", "d", "e"]
    assert (found.table.id_name, found.table.origin.tolist(), found.n_rows) == ("id", [0, 1, 2, 3, 4], 5)
    assert found.table.labels.tolist() == TRUTH.reshape(-1, 1).tolist()
    assert found.settings == {"method": "hash", "seed": 42}
    assert found.weight.tolist() == [0, 1, 2, 3, 4]


def test_cells_are_not_handed_over_where_the_other_side_has_the_same_source(tmp_path):
    write_rows(side_rows(), tmp_path / "rows", known="abc")
    assert not (tmp_path / "rows" / "raw.parquet").exists()
    found = read_rows(tmp_path / "rows")
    assert found.table.raw is None
    assert found.table.origin.tolist() == [0, 1, 2, 3, 4]


def test_columns_of_several_kinds_are_text_on_both_sides(tmp_path):
    write_rows(side_rows(), tmp_path / "rows", known="")
    head = with_text_like(side_rows().table, read_rows(tmp_path / "rows").table)
    match = match_rows(read_rows(tmp_path / "rows").table, replace(head, fingerprint="other"))
    assert match.base_of_head.tolist() == [0, 1, 2, 3, 4]


@pytest.mark.parametrize("damage", ["rows.json", "facts.parquet", "raw.parquet"])
def test_damaged_rows_are_not_read(tmp_path, damage):
    write_rows(side_rows(), tmp_path / "rows", known="")
    (tmp_path / "rows" / damage).write_bytes(b"{")
    with pytest.raises(BadExchange):
        read_rows(tmp_path / "rows")
