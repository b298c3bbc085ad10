"""What two processes hand each other comes out as it went in."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from report.comparison.base.exchange import BadExchange, read_question, read_result, write_question, write_result
from report.comparison.base.request import HeadRows
from report.comparison.result import BaseModel, BaseResult
from report.core.results import ModelEvaluation
from report.core.values import Predictions, Target, Task

TRUTH = np.array([0, 1, 1, 0, 1])
VALIDATION = np.array([1, 3, 4])


def head_rows(**given) -> HeadRows:
    target = Target(Task.BINARY, ("y",), np.array(["no", "yes"], dtype=object)[TRUTH], TRUTH, ("no", "yes"), 1)
    return HeadRows(pd.DataFrame({"x": [1.0, 3.0, 4.0]}), VALIDATION, target, **given)


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


def test_answers_of_a_seed_about_some_rows_only_are_damaged(tmp_path):
    part = answers(0, 0, 1).take(np.array([0, 1]))
    write_result(BaseResult("ok", models=(model({7: part}),), n_scored=3), tmp_path, packages={})
    with pytest.raises(BadExchange, match="some rows only"):
        read_result(tmp_path / "out", head_rows(), {})


def test_base_is_asked_with_heads_seeds(tmp_path):
    write_question(head_rows(seeds=(3, 1)), tmp_path, config="ml-report.yml", overrides=())
    assert read_question(tmp_path).seeds == (3, 1)
