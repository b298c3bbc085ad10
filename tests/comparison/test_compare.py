"""Head held against base: pairs of models, changes on the rows that both answered, data and settings that changed."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import accuracy_score, f1_score, log_loss

from report.comparison.base.commits import BaseCommit
from report.comparison.base.matching import match_rows
from report.comparison.base.pairing import MatchedRows, pair_rows
from report.comparison.compare import HeadSide, compare
from report.comparison.drift import drifted_columns, stability_index
from report.comparison.result import BaseModel, BaseResult
from report.comparison.settings import told_of_sources
from report.config.schema import Config
from report.core.comparison import DataChange, ValueChange
from report.core.rows import MatchTable, SideRows
from report.core.values import (
    ColumnSummary,
    DataDescription,
    Dataset,
    ModelRun,
    Notice,
    Predictions,
    Split,
    Target,
    Task,
)
from report.data import row_keys
from report.evaluation import choose_metrics, evaluate

N_ROWS, N_TRAIN = 500, 100
CONFIG = Config.model_validate({"data": {"source": "a.csv", "target": "y"}, "models": {"m": "a.B"}})
RNG = np.random.default_rng(3)
FEATURES = pd.DataFrame({"x": RNG.normal(size=N_ROWS), "kind": RNG.choice(["a", "b"], N_ROWS)})
TRUTH = RNG.integers(0, 2, N_ROWS)


def dataset_of(features=FEATURES, truth=TRUTH, **given) -> Dataset:
    kinds = {"x": "number", "kind": "category"}
    columns = tuple(ColumnSummary(name, kinds.get(name, "number"), 0, None) for name in features.columns)
    labels = np.array(["no", "yes"], dtype=object)[truth]
    target = Target(Task.BINARY, ("y",), labels, truth, ("no", "yes"), 1)
    return Dataset(features, target, row_keys(features), DataDescription("a.csv", "0", len(truth), columns), **given)


def predictions(noise: float, positions=None, seed: int = 0, kind="probability") -> Predictions:
    rows = np.arange(N_TRAIN, N_ROWS) if positions is None else positions
    chance = 1 / (1 + np.exp(-(2 * TRUTH - 1 + np.random.default_rng(seed).normal(scale=noise, size=N_ROWS))))[rows]
    score = np.column_stack([1 - chance, chance])
    return Predictions((chance > 0.5).astype(int), rows, TRUTH[rows], score, kind)


def run(name: str = "m", answers=None, **given) -> ModelRun:
    answers = predictions(1.0) if answers is None else answers
    known = {"estimator": "a.B", "params": {"C": "1"}, "train": None, "fit_seconds": 2.0, "size_bytes": 100}
    return ModelRun(name=name, validation=answers, **{**known, **given})


def evaluated(runs, dataset=None, metrics=("accuracy", "f1", "log_loss", "roc_auc", "average_precision")):
    dataset = dataset_of() if dataset is None else dataset
    split = Split(np.arange(N_TRAIN), np.arange(N_TRAIN, N_ROWS), "hash", "")
    chosen = choose_metrics(tuple(metrics), dataset.target, root=None)
    return evaluate(dataset, split, runs, chosen, samples=3), dataset, split, chosen


def rows_of(features=FEATURES, truth=TRUTH, ids=None, weight=None) -> SideRows:
    labels = np.array(["no", "yes"], dtype=object)[truth][:, np.newaxis]
    table = MatchTable(features, np.arange(len(truth)), "", features, labels, ids=ids)
    table = replace(table, fingerprint=str(row_keys(features).sum()), id_name=None if ids is None else "id")
    train, validation = np.arange(N_TRAIN), np.arange(N_TRAIN, len(truth))
    return SideRows(table, train, validation, "hash", {}, weight)


def matched_rows(base=None, head=None) -> MatchedRows:
    base, head = base or rows_of(), head or rows_of()
    match = match_rows(base.table, head.table)
    return MatchedRows(head, base, match, pair_rows(head, base, match, row_keys(head.table.features)))


def base_of(*runs: ModelRun, **given) -> BaseResult:
    evaluation, *_ = evaluated(runs)
    models = tuple(BaseModel(model, run.validation) for model, run in zip(evaluation.models, runs, strict=True))
    known = {
        "commit": BaseCommit("a" * 40, "the merge base with main"),
        "sample": FEATURES,
        "kinds": {"x": "number", "kind": "category"},
        "balance": {"no": int((TRUTH == 0).sum()), "yes": int(TRUTH.sum())},
        "n_scored": N_ROWS - N_TRAIN,
    }
    return BaseResult("ok", models=models, **{**known, **given})


def compared(heads, result, *, config=CONFIG, dataset=None, rows=None, **given):
    evaluation, dataset, split, metrics = evaluated(heads, dataset, **given)
    return compare(HeadSide(evaluation, dataset, split, heads, metrics, config), result, rows or matched_rows())


def test_values_are_those_of_the_rows_that_both_answered():
    shared = np.arange(N_TRAIN + 50, N_ROWS)
    base, head = predictions(1.5, np.random.default_rng(1).permutation(shared), seed=1), predictions(1.0)
    pair = compared([run(answers=head)], base_of(run(answers=base))).pair("m")
    ours = head.take(np.isin(head.positions, shared))
    theirs = base.take(np.argsort(base.positions))
    for name, score in (("accuracy", accuracy_score), ("f1", f1_score)):
        change = pair.change(name)
        assert change.n_rows == len(shared)
        assert change.base == pytest.approx(score(TRUTH[shared], theirs.y_pred))
        assert change.head == pytest.approx(score(TRUTH[shared], ours.y_pred))
        assert change.difference == change.head - change.base
        assert change.interval.low < change.difference < change.interval.high
    assert pair.change("log_loss").base == pytest.approx(log_loss(TRUTH[shared], theirs.y_score))
    assert pair.change("loss").difference == pytest.approx(pair.change("log_loss").difference)


def test_a_much_better_model_has_improved_and_the_other_way_round_is_worse():
    bad, good = run(answers=predictions(9.0, seed=1)), run(answers=predictions(0.5))
    for heads, bases, verdict in (([good], bad, "improved"), ([bad], good, "worse")):
        pair = compared(heads, base_of(bases)).pair("m")
        assert {change.verdict for change in pair.changes if change.interval is not None} == {verdict}
        assert all(change.p_value < 1e-3 for change in pair.changes if change.interval is not None)


def test_a_change_of_nothing_is_unclear():
    pair = compared([run()], base_of(run())).pair("m")
    assert {change.difference for change in pair.changes} == {0}
    assert {change.verdict for change in pair.changes} == {"unclear"}
    assert {change.p_value for change in pair.changes} == {1.0, None}
    assert (pair.predictions.n_changed, pair.params) == (0, ())


@pytest.mark.parametrize("side", ["head", "base"])
def test_a_model_whose_answers_are_not_fair_has_no_verdict_whichever_side_it_is_on(side):
    why = "its answers depend on the other rows"
    bad, good = run(answers=predictions(9.0, seed=1)), run(answers=predictions(0.5))
    sides = {"base": bad, "head": good}
    sides[side] = replace(sides[side], unfair=why)
    change = compared([sides["head"]], base_of(sides["base"])).pair("m").change("accuracy")
    assert (change.verdict, change.why, change.interval) == ("not comparable", f"{side}: {why}", None)
    assert compared([good], base_of(bad)).pair("m").change("accuracy").verdict == "improved"


@pytest.mark.parametrize("sides", [{"head"}, {"base"}, {"head", "base"}, set()])
def test_columns_that_give_the_target_away_on_one_side_alone_leave_no_verdict(sides):
    notice = Notice("1 column gives the target away: 'state' (each value has one class).", kind="target given away")
    dataset = dataset_of()
    if "head" in sides:
        dataset = replace(dataset, description=replace(dataset.description, notices=(notice,)))
    base = base_of(run(answers=predictions(9.0, seed=1)), given_away=(notice.message,) if "base" in sides else ())
    change = compared([run(answers=predictions(0.5))], base, dataset=dataset).pair("m").change("accuracy")
    if len(sides) == 1:
        why = f"{min(sides)}: 1 column gives the target away: 'state' (each value has one class)"
        assert (change.verdict, change.why, change.interval) == ("not comparable", why, None)
    else:
        assert (change.verdict, change.why) == ("improved", None)


def test_times_and_sizes_have_no_interval():
    pair = compared([run(fit_seconds=3.0)], base_of(run())).pair("m")
    change = pair.change("fit_time")
    assert (change.base, change.head, change.difference, change.interval) == (2.0, 3.0, 1.0, None)
    assert (change.verdict, pair.change("predict_time")) == ("unclear", None)


def test_models_by_name_then_by_what_they_are():
    heads = [
        run("same"),
        run("new name", params={"C": "2"}),
        run("added", estimator="a.C"),
        run("new", estimator="a.E"),
    ]
    bases = [run("same", params={"C": "9"}), run("old name", params={"C": "2"}), run("removed", estimator="a.D")]
    pairs = compared(heads, base_of(*bases)).pairs
    assert [(pair.head, pair.base, pair.status) for pair in pairs] == [
        ("same", "same", "paired"),
        ("new name", "old name", "renamed"),
        ("added", None, "added"),
        ("new", None, "added"),
        (None, "removed", "removed"),
    ]
    assert [(change.name, change.base, change.head) for change in pairs[0].params] == [("C", "9", "1")]


def test_the_only_models_that_are_left_on_both_sides_are_one_model_renamed_and_changed():
    bases = base_of(run("same"), run("old", params={"C": "2"}))
    pairs = compared([run("same"), run("new", estimator="a.C", params={"C": "3"})], bases).pairs
    assert [(pair.head, pair.base, pair.status) for pair in pairs] == [
        ("same", "same", "paired"),
        ("new", "old", "renamed"),
    ]


def test_times_of_a_kept_base_are_those_of_another_run_and_not_compared():
    kept = replace(base_of(run()), cached="2026-01-01T00:00:00+00:00")
    pair = compared([run(fit_seconds=3.0)], kept).pair("m")
    change = pair.change("fit_time")
    assert (change.base, change.head, change.verdict) == (2.0, 3.0, "not comparable")
    assert math.isnan(change.difference)
    assert change.why == "base's time is from another run, on another machine"
    assert pair.change("accuracy").verdict == "unclear"


def test_a_model_that_fails_in_head_leaves_the_values_of_base():
    failed = replace(run(), status="failed", reason="ValueError: no", train=None, validation=None)
    base = base_of(run())
    pair = compared([failed], base).pair("m")
    expected = compared([run()], base).pair("m").change("accuracy").base
    change = pair.change("accuracy")
    assert (change.base, change.verdict) == (expected, "not comparable")
    assert change.why == "the model of head failed: ValueError: no"
    assert (math.isnan(change.head), pair.evaluation.name) == (True, "m")


def test_an_error_of_ours_in_a_statistic_is_shown_as_one(monkeypatch, capsys):
    def broken(*_: object) -> None:
        raise KeyError("fold")

    monkeypatch.setattr("report.comparison.measuring.estimate_repeated", broken)
    change = compared([run()], base_of(run())).pair("m").change("accuracy")
    assert (change.verdict, change.why) == ("not comparable", "an error in ml-report-action: KeyError: 'fold'")
    assert "Traceback" in capsys.readouterr().err


def test_an_error_of_ours_in_a_pair_is_its_reason(monkeypatch):
    def broken(*_: object) -> None:
        raise ZeroDivisionError("of ours")

    monkeypatch.setattr("report.comparison.model_pairs.changed_predictions", broken)
    pair = compared([run()], base_of(run())).pair("m")
    assert (pair.changes, pair.reason) == ((), "an error in ml-report-action: ZeroDivisionError: of ours")


def test_a_model_of_base_that_failed_says_why():
    result = base_of(run())
    broken = replace(result.models[0].evaluation, status="failed", reason="ValueError: no")
    pair = compared([run()], replace(result, models=(BaseModel(broken),))).pair("m")
    assert (pair.status, pair.reason, pair.changes) == ("failed", "ValueError: no", ())


def test_losses_of_two_names_and_metrics_without_a_value_are_no_change():
    base = run(answers=predictions(1.0, kind="decision"))
    names = [change.metric for change in compared([run()], base_of(base)).pair("m").changes]
    assert names == ["accuracy", "f1", "roc_auc", "average_precision", "fit_time", "model_size"]


def test_without_a_base_the_reason_is_kept():
    side = compared([run()], BaseResult("not comparable", "the classes differ"))
    assert (side.status, side.reason, side.pairs, side.data) == ("not comparable", "the classes differ", (), None)


def test_rows_whose_prediction_changed_most_confident_first():
    base, head = predictions(2.0, seed=1), predictions(1.0)
    found = compared([run(answers=head)], base_of(run(answers=base))).pair("m").predictions
    right_before, right_now = base.y_pred == base.y_true, head.y_pred == head.y_true
    assert found.n_fixed == (right_now & ~right_before).sum()
    assert found.n_broken == (right_before & ~right_now).sum()
    assert found.n_changed == found.n_fixed + found.n_broken
    sure = [(row.base.probability + row.head.probability) / 2 for row in found.rows]
    assert len(sure) == CONFIG.samples.rows
    assert sure == sorted(sure, reverse=True)
    assert all(row.base.text != row.head.text for row in found.rows)


def test_settings_that_changed_by_their_dotted_keys():
    given = {**CONFIG.model_dump(mode="json", exclude_unset=True), "metrics": ["f1"]}
    config = Config.model_validate({**given, "data": {**given["data"], "validation": 0.3}, "models": {"n": "a.C"}})
    side = compared([run()], base_of(run(), config={**given, "title": "Old"}), config=config)
    assert [(change.name, change.base, change.head) for change in side.config] == [
        ("data.validation.size", "0.2", "0.3"),
        ("title", "Old", None),
    ]


def test_a_default_written_out_and_another_form_of_the_same_value_are_no_change():
    given = CONFIG.model_dump(mode="json", exclude_unset=True)
    data = {**given["data"], "source": [given["data"]["source"]], "validation": {"method": "hash", "size": 0.2}}
    written = {**given, "data": data, "baseline": {"against": "base"}, "compute": {"time_limit": "30m"}}
    side = compared([run()], base_of(run(), config=given), config=Config.model_validate(written))
    assert (side.config, side.headlines, side.notices) == ((), (), ())


def test_another_source_of_the_same_rows_is_no_headline_and_one_of_others_is():
    given = CONFIG.model_dump(mode="json", exclude_unset=True)
    moved = Config.model_validate({**given, "data": {**given["data"], "source": "moved.parquet"}})
    base = base_of(run(), config=given)
    assert compared([run()], base, config=moved).headlines == ()
    fewer = matched_rows(head=rows_of(FEATURES.iloc[10:].reset_index(drop=True), TRUTH[10:]))
    assert compared([run()], base, config=moved, rows=fewer).headlines == (
        "the data come from elsewhere (data.source), and their rows are others: 10 removed",
    )


def test_one_more_file_of_new_rows_is_no_headline():
    change = [ValueChange("data.source", '["may.csv"]', '["may.csv", "june.csv"]')]
    more = DataChange(n_base=500, n_head=510, n_added=10, n_removed=0, n_edited=0, n_leaked=0)
    assert told_of_sources(change, more) == []
    assert len(told_of_sources(change, replace(more, n_removed=1))) == 1


def test_gates_that_a_change_weakens_are_listed_one_by_one():
    given = CONFIG.model_dump(mode="json", exclude_unset=True)
    strict = [{"metric": "accuracy", "min": 0.85}, {"metric": "f1", "not": "worse", "margin": 0.01}]
    weak = Config.model_validate({**given, "gates": [strict[0], {**strict[1], "margin": 0.5}]})
    side = compared([run()], base_of(run(), config={**given, "gates": strict}), config=weak)
    assert [(change.name, change.base, change.head) for change in side.config] == [("gates[1].margin", "0.01", "0.5")]


def test_nothing_is_said_of_judging_when_only_models_change():
    given = CONFIG.model_dump(mode="json", exclude_unset=True)
    side = compared([run()], base_of(run(), config={**given, "title": "Old", "models": {"m": "a.C"}}))
    assert (side.notices, side.headlines) == ((), ())


def test_a_removed_model_that_was_better_than_all_that_are_left_is_told():
    good, poor = run("good", predictions(0.5, seed=1), estimator="a.Good"), run("poor", predictions(3.0, seed=2))
    base = base_of(good, poor, config=CONFIG.model_dump(mode="json", exclude_unset=True))
    [headline] = compared([run("poor", predictions(1.5, seed=3))], base).headlines
    assert headline.startswith("this change removes good, which is better than poor, the best model that is left")
    assert compared([good], base).headlines == ()


def test_rows_added_removed_and_edited_by_content():
    features, truth = FEATURES.iloc[10:], TRUTH[10:].copy()
    truth[:3] = 1 - truth[:3]
    features, truth = pd.concat([features, features.iloc[-5:]]), np.append(truth, truth[-5:])
    data = compared([run()], base_of(run()), rows=matched_rows(head=rows_of(features, truth))).data
    assert (data.n_added, data.n_removed, data.n_edited) == (5, 10, 3)


def test_a_row_with_another_weight_is_an_edited_one():
    weight = np.ones(N_ROWS)
    sides = [rows_of(weight=weight), rows_of(weight=np.where(np.arange(N_ROWS) < 7, 0.01, weight))]
    assert compared([run()], base_of(run()), rows=matched_rows(*sides)).data.n_edited == 7


def test_rows_edited_by_id():
    ids = np.arange(N_ROWS)
    features = FEATURES.assign(x=np.where(ids < 4, 0.5, FEATURES["x"])).sample(frac=1, random_state=0)
    order = features.index.to_numpy()
    rows = matched_rows(rows_of(ids=ids), rows_of(features.reset_index(drop=True), TRUTH[order], order))
    data = compared([run()], base_of(run()), rows=rows).data
    assert (data.n_added, data.n_removed, data.n_edited) == (0, 0, 4)
    assert data.note.startswith("rows are matched by id")


def test_columns_and_classes():
    base = base_of(run(), kinds={"x": "category", "old": "number"}, balance={"no": 400, "yes": 100})
    data = compared([run()], base).data
    assert [(column.name, column.change) for column in data.columns] == [
        ("kind", "added"),
        ("old", "removed"),
        ("x", "kind"),
    ]
    assert data.balance["yes"] == pytest.approx((0.2, TRUTH.mean()))


def test_drift_is_told_when_it_is_large_and_sure():
    n_rows = 2_000
    rng = np.random.default_rng(0)
    base = pd.DataFrame({"same": rng.normal(size=n_rows), "x": rng.normal(size=n_rows), "k": ["a"] * n_rows})
    head = base.assign(x=base["x"] + 1, k=rng.choice(["a", "b"], n_rows))
    kinds = {"same": "number", "x": "number", "k": "category"}
    drift = {change.name: change.statistic for change in drifted_columns(base, head, kinds)}
    assert set(drift) == {"x", "k"}
    assert drift["x"] == pytest.approx(0.383, abs=0.03)  # 2 Φ(½) − 1
    assert drifted_columns(base.head(5), head.head(5), kinds) == ()


def test_the_stability_index_of_known_shares():
    assert stability_index(np.array([5e9, 5e9]), np.array([8e9, 2e9])) == pytest.approx(
        0.3 * np.log(1.6) - 0.3 * np.log(0.4)
    )
