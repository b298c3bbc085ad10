"""What decides nothing (a seed, an order, a thread count, a file's form) is luck, and what decides something is not."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from report.comparison.compare import HeadSide, compare
from report.comparison.luck import NOT_DETERMINISTIC
from report.config.schema import Config
from tests.comparison.test_compare import FEATURES, TRUTH, base_of, evaluated, matched_rows, predictions, rows_of, run

FOREST = "sklearn.ensemble.RandomForestClassifier"
NESTED = {"estimator": "sklearn.pipeline.Pipeline", "params": {"clf": {"estimator": FOREST, "params": {"seed": 1}}}}


def plain(model, **keys) -> dict:
    config = {"data": {"source": "a.csv", "target": "y"}, "models": {"m": model}, **keys}
    return Config.model_validate(config).model_dump(mode="json", exclude_unset=True)


def pair_of(base, head, *, code="none", rows=None, result=None, answers=None):
    """The pair of a model that answers otherwise than base, described by these plain configurations."""
    runs = [run(answers=answers or predictions(0.5))]
    evaluation, dataset, split, metrics = evaluated(runs)
    found = base_of(run(answers=predictions(9.0, seed=1)), config=base, **(result or {}))
    side = HeadSide(evaluation, dataset, split, runs, metrics, Config.model_validate(head))
    return compare(side, found, rows or matched_rows(), code=code).pair("m")


def verdicts(pair) -> set[str]:
    return {change.verdict for change in pair.changes if change.method != "measured once"}


SAME = {"estimator": FOREST, "params": {"n_estimators": 5}}


def with_params(**params) -> dict:
    return {"estimator": FOREST, "params": {"n_estimators": 5, **params}}


@pytest.mark.parametrize(
    ("before", "after", "name"),
    [
        (SAME, with_params(random_state=3), "random_state"),
        (with_params(random_state=1), with_params(random_state=2), "random_state"),
        (with_params(seed=1), with_params(random_seed=1), "random_seed and seed"),
        (with_params(clf__random_state=1), with_params(clf__random_state=2), "clf__random_state"),
        (with_params(n_jobs=1), with_params(n_jobs=2, verbose=1), "n_jobs and verbose"),
        (with_params(base={"estimator": FOREST, "params": {"random_state": 0}}),
         with_params(base={"estimator": FOREST, "params": {"random_state": 9}}), "base.params.random_state"),
        (FOREST, {"estimator": FOREST, "params": {"random_state": 1}}, "random_state"),
    ],
)  # fmt: skip
def test_another_seed_or_thread_count_is_luck_however_it_is_called(before, after, name):
    pair = pair_of(plain(before), plain(after))
    assert verdicts(pair) == {"luck"}
    assert pair.is_luck
    assert {change.interval for change in pair.changes} == {None}
    why = pair.change("accuracy").why
    assert why.startswith("nothing differs but ")
    assert set(why.removeprefix("nothing differs but ").replace(" and ", ", ").split(", ")) == set(
        name.replace(" and ", ", ").split(", ")
    )


@pytest.mark.parametrize(
    "after",
    [
        with_params(n_estimators=6),
        with_params(random_state=3, max_depth=2),
        with_params(max_features="seed"),
        {**SAME, "preprocess": "none"},
        {"estimator": "sklearn.ensemble.ExtraTreesClassifier", "params": {"n_estimators": 5}},
    ],
)
def test_what_decides_something_is_judged_also_beside_a_seed(after):
    assert verdicts(pair_of(plain(SAME), plain(after))) == {"improved"}


def shuffled():
    """Both sides learn from the same rows, which base has in another order."""
    matched = matched_rows()
    order = np.arange(len(TRUTH))
    order[:2] = 1, 0
    return replace(matched, match=replace(matched.match, base_of_head=order))


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"rows": shuffled()}, "the order of rows"),
        ({"result": {"kinds": {"kind": "category", "x": "number"}}}, "the order of columns"),
        ({"code": "seeds"}, "seeds in the code"),
        ({"head": plain(SAME, data={"source": "a.parquet", "target": "y"})}, "the data's file"),
        ({"head": plain(SAME, data={"source": "a.csv", "target": "y", "keep_order": True})}, "the order of rows"),
        ({"head": plain(SAME, compute={"jobs": 2, "time_limit": "5m"})}, None),
        ({"head": plain(SAME, title="Other", gates=[{"metric": "accuracy", "min": 0.1}])}, None),
    ],
)
def test_an_order_or_a_file_is_luck_and_otherwise_training_is_not_deterministic(given, why):
    pair = pair_of(plain(SAME), **{"head": plain(SAME), **given})
    assert verdicts(pair) == {"luck"}
    assert pair.change("accuracy").why == (NOT_DETERMINISTIC if why is None else f"nothing differs but {why}")


def edited():
    matched = matched_rows()
    cells = np.arange(len(TRUTH)) == 3
    return replace(matched, match=replace(matched.match, edited=cells))


def fewer():
    matched = matched_rows()
    return replace(matched, paired=replace(matched.paired, base_train=matched.paired.base_train[1:]))


@pytest.mark.parametrize(
    "given",
    [
        {"code": "other"},
        {"rows": edited()},
        {"rows": fewer()},
        {"rows": matched_rows(base=rows_of(weight=np.full(len(TRUTH), 2.0)))},
        {"result": {"kinds": {"x": "number"}}},
        {"head": plain(SAME, prepare="make data")},
        {"head": plain(SAME, data={"source": "a.csv", "target": "y", "drop": ["z"]})},
    ],
)
def test_other_code_rows_labels_columns_or_commands_are_judged(given):
    assert verdicts(pair_of(plain(SAME), **{"head": plain(SAME), **given})) == {"improved"}


def test_answers_that_are_the_same_are_no_luck():
    answers = predictions(9.0, seed=1)
    pair = pair_of(plain(SAME), plain(with_params(random_state=2)), answers=answers)
    assert verdicts(pair) == {"unclear"}
    assert not pair.is_luck
    assert {change.difference for change in pair.changes if change.metric == "accuracy"} == {0}


@pytest.mark.parametrize(("cells", "verdict"), [(1.0, {"luck"}), (np.arange(len(TRUTH)), {"improved"})])
def test_a_column_of_one_value_is_luck_and_a_column_of_more_is_judged(cells, verdict):
    """A forest draws other columns where there is one more, whatever it tells."""
    sample = FEATURES.assign(k=cells)
    result = {"sample": sample, "kinds": {"x": "number", "kind": "category", "k": "number"}}
    pair = pair_of(plain(SAME), plain(SAME), result=result)
    assert verdicts(pair) == verdict
    if verdict == {"luck"}:
        assert pair.change("accuracy").why == "nothing differs but a column of one value"
