"""Both halves of the pairing of rows, in the test's own process: what head asks, and what base answers."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from report.base_pipeline import answer_question
from report.base_rows import pair_with_base, pair_with_itself, source_of
from report.comparison.base.exchange import read_result
from report.comparison.base.question import write_question, write_start
from report.comparison.base.row_files import ROWS, read_rows
from report.config.schema import Config, CrossValidation
from report.core.progress import Silent
from report.data import load_dataset, side_rows, split_dataset
from report.models import fit_models
from tests.against_base.memory import MEMORY
from tests.against_base.project import rows

TREE = "sklearn.tree.DecisionTreeClassifier"


def config_of(models=None, **data) -> Config:
    source = {"source": "data.csv", "target": "label", **data}
    return Config.model_validate({"data": source, "models": models or {"tree": TREE}, "metrics": ["accuracy"]})


def loaded(folder, table=None, config=None):
    """Dataset and split of a table, as one side has them."""
    config = config or config_of()
    if table is not None:
        table.to_csv(folder / "data.csv", index=False)
    dataset = load_dataset(config.data, task="auto", slices=(), root=folder)
    return dataset, split_dataset(dataset, config.data)


class Running:
    """A base side that has its rows already, and keeps what it is asked."""

    is_running, commit = True, None

    def __init__(self, rows) -> None:
        self._rows, self.asked, self.ended = rows, None, None

    def rows(self):
        return self._rows

    def ask(self, rows) -> None:
        self.asked = rows

    def end(self, result) -> None:
        self.ended = result


@pytest.fixture
def sides(tmp_path):
    """Makes head's folder and a running base of two tables."""

    def make(base, head, base_config=None, head_config=None):
        places = {name: tmp_path / name for name in ("base", "head")}
        for place in places.values():
            place.mkdir()
        running = Running(side_rows(*loaded(places["base"], base, base_config)))
        return (*loaded(places["head"], head, head_config), running)

    return make


def test_a_new_column_moves_no_row(sides):
    table = rows(200)
    dataset, split, running = sides(table, table.assign(d=table.a * 2))
    paired = pair_with_base(running, config_of(), dataset, split)
    base = running.rows()
    assert split.validation.tolist() != base.validation.tolist(), "by itself another column moves rows"
    assert paired.reported.validation.tolist() == base.validation.tolist()
    assert paired.compared is paired.reported
    assert running.asked.own.tolist() == running.asked.positions.tolist() == base.validation.tolist()
    assert running.asked.base_train.tolist() == base.train.tolist()


@pytest.mark.parametrize("change", ["rounded", "shuffled", "ids anew", "rescaled", "column renamed"])
def test_whatever_is_done_to_all_rows_base_learns_from_none_that_judges(sides, change):
    table = rows(200).assign(id=np.arange(200) * 7 + 1000)
    changed = {
        "rounded": table.round({"a": 2, "b": 2, "c": 2}),
        "shuffled": table.sample(frac=1, random_state=0),
        "ids anew": table.assign(id=np.random.default_rng(1).permutation(10_000)[:200]),
        "rescaled": table.assign(a=table.a * 10, b=table.b * 10, c=table.c * 10),
        "column renamed": table.rename(columns={"c": "gamma"}),
    }[change]
    config = config_of(id="id")
    dataset, split, running = sides(table, changed, config, config)
    pair_with_base(running, config, dataset, split)
    asked, base = running.asked, running.rows()
    assert running.ended is None
    assert (asked.own >= 0).all()
    assert sorted(asked.own) == base.validation.tolist()
    truth = table.label.to_numpy()[asked.own]
    assert (changed.label.to_numpy()[asked.positions] == truth).all()
    if change != "ids anew":
        assert (changed.id.to_numpy()[asked.positions] == table.id.to_numpy()[asked.own]).all()
    assert not set(asked.own) & set(asked.base_train)


def _with_gap(table):
    gap = table.astype({"n": "float64"})
    gap.loc[3, "n"] = np.nan
    return gap


ID = {"id": "key"}
CHANGES = {  # what head has of base's table, whose index is what only the test knows of rows; settings of base, of head
    "copies of rows": (lambda table: pd.concat([table, table.iloc[:40]]), {}, {}),
    "rows removed": (lambda table: table.iloc[40:], {}, {}),
    "rows appended": (lambda table: pd.concat([rows_of_their_own(60), table]), {}, {}),
    "other rows altogether": (lambda table: rows_of_their_own(200), {}, {}),
    "labels corrected": (lambda table: table.assign(label=table.label.where(table.n > 60, "yes")), {}, {}),
    "a gap makes integers floats": (_with_gap, {}, {}),
    "a column rescaled": (lambda table: table.assign(a=table.a * 100 + 3), {}, {}),
    "a column removed": (lambda table: table.drop(columns="c").iloc[::-1], {}, {}),
    "a column and rows added": (lambda table: pd.concat([table, rows_of_their_own(60)]).assign(d=1.0), {}, {}),
    "a column of ids added": (lambda table: table.assign(number=np.arange(200)), {}, {"id": "number"}),
    "the id named": (lambda table: table.assign(a=table.a * 100, b=-table.b), {}, ID),
    "the id named no more": (lambda table: table.assign(a=table.a * 100, b=-table.b), ID, {}),
    "other ids": (lambda table: table.assign(key=table.key + 10_000), ID, ID),
    "other ids beside the rows": (lambda table: pd.concat([table, table.assign(key=table.key + 10_000)]), ID, ID),
    "a greater share": (lambda table: table, {}, {"validation": 0.4}),
    "a smaller share": (lambda table: table, {}, {"validation": 0.1}),
    "another seed": (lambda table: table, {}, {"validation": {"seed": 7}}),
    "a random split": (lambda table: table, {}, {"validation": {"method": "random"}}),
}


def rows_of_their_own(count: int) -> pd.DataFrame:
    table = rows(count, seed=1).assign(n=np.arange(count) * 3 + 1, key=np.arange(count) + 50_000)
    return table.set_axis(np.arange(count) + 1000)


@pytest.mark.parametrize("change", list(CHANGES))
def test_neither_side_learns_from_a_row_that_judges_whatever_head_changes(sides, change):
    table = rows(200).assign(n=np.arange(200) * 3, key=np.arange(200) * 7)
    make, of_base, of_head = CHANGES[change]
    changed, config = make(table), config_of(**of_head)
    dataset, split, running = sides(table, changed, config_of(**of_base), config)
    paired = pair_with_base(running, config, dataset, split)
    asked = running.asked
    assert running.ended is None
    assert not paired.matched.paired.unfair
    judging = set(changed.index[asked.positions])
    assert len(judging) >= 10
    assert not judging & set(table.index[asked.base_train])
    assert not judging & set(changed.index[paired.compared.train])


def test_rows_that_cannot_be_followed_back_through_a_hook_are_matched_by_their_features(sides):
    """The source is the same on both sides, but head's hook gives rows of its own, such as means of groups."""
    table = rows(200)
    dataset, split, running = sides(table, table)
    assert dataset.raw.fingerprint == running.rows().table.fingerprint
    dataset = replace(dataset, raw=replace(dataset.raw, origin=None))
    pair_with_base(running, config_of(), dataset, split)
    assert running.ended is None
    assert sorted(running.asked.own) == running.rows().validation.tolist()


def test_new_rows_are_handed_over_as_the_source_has_them(sides):
    table, more = rows(200), rows(60, seed=1)
    config = config_of(drop=["c"])
    dataset, split, running = sides(table, pd.concat([table, more]), head_config=config)
    pair_with_base(running, config, dataset, split)
    new = running.asked.positions[running.asked.own < 0]
    assert len(new)
    assert (new >= 200).all()
    assert running.asked.foreign_is_raw
    assert running.asked.foreign["c"].tolist() == more["c"].iloc[new - 200].tolist()


def with_folds(config=None) -> Config:
    return (config or config_of()).model_copy(update={"cross_validation": CrossValidation(folds=4)})


def test_base_is_cross_validated_where_both_sides_learn_from_the_same_rows(sides):
    table = rows(200)
    dataset, split, running = sides(table, table.assign(d=1).sample(frac=1, random_state=0))
    paired = pair_with_base(running, with_folds(), dataset, split)
    asked = running.asked
    assert (paired.no_folds, asked.cross_validation) == (None, (4, 1))
    assert sorted(asked.trained) == sorted(paired.compared.train)
    assert paired.matched.match.base_of_head[asked.trained].tolist() == asked.base_train.tolist()
    pair_with_base(running, config_of(), dataset, split)
    assert (running.asked.cross_validation, running.asked.trained) == (None, None), "nobody asks for it"


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda table: table.iloc[:190], "the training rows are not the same on both sides"),
        (lambda table: pd.concat([table, rows(60, seed=1)]), "the training rows are not the same on both sides"),
        (lambda table: pd.concat([table] * 2), "the training rows are not the same on both sides"),
    ],
    ids=["removed", "added", "doubled"],
)
def test_base_is_not_cross_validated_where_the_training_rows_differ(sides, change, why):
    table = rows(200)
    dataset, split, running = sides(table, change(table))
    assert pair_with_base(running, with_folds(), dataset, split).no_folds == why
    assert running.asked.cross_validation is None


def test_base_is_not_cross_validated_on_copies(sides):
    table = pd.concat([rows(100)] * 2)
    dataset, split, running = sides(table, table)
    paired = pair_with_base(running, with_folds(), dataset, split)
    assert paired.no_folds.endswith("training rows have copies, in several folds")


def test_where_head_is_fitted_once_more_there_are_no_folds(sides):
    config = with_folds(config_of(validation={"seed": 7}))
    dataset, split, running = sides(rows(200), rows(200), head_config=config)
    assert pair_with_base(running, config, dataset, split).no_folds == "head is fitted once more, by the split of base"


def test_a_changed_label_of_a_training_row_leaves_out_the_folds(sides):
    table = rows(200).assign(id=np.arange(200) + 1000)
    config = config_of(id="id")
    dataset, split, running = sides(table, table, config, config)
    at = running.rows().train[:2]
    label = table.label.to_numpy().copy()
    label[at] = np.where(label[at] == "no", "yes", "no")
    changed = dataset.target.encoded.copy()
    changed[at] = 1 - changed[at]
    target = replace(dataset.target, encoded=changed, values=label)
    found = pair_with_base(running, with_folds(config), replace(dataset, target=target), split)
    assert found.no_folds == "2 labels or weights of training rows were changed"


def test_another_split_is_compared_by_that_of_base(sides):
    config = config_of(validation={"seed": 7})
    table = rows(200)
    dataset, split, running = sides(table, table, head_config=config)
    paired = pair_with_base(running, config, dataset, split)
    assert paired.reported is split
    assert paired.compared.validation.tolist() == running.rows().validation.tolist()


def test_rows_that_cannot_be_matched_end_base_with_the_reason(sides):
    """The same rows in another unit and another order, and some are gone: no content is the same."""
    table = rows(200)
    scrambled = (table.drop(columns="label") * 1e6).assign(label=table.label).sample(frac=1, random_state=1)
    dataset, split, running = sides(table, scrambled.iloc[:150])
    assert pair_with_base(running, config_of(), dataset, split) is None
    assert running.ended.status == "not comparable"


def test_labels_in_another_unit_end_base_with_the_map(sides):
    table = rows(200).assign(label=lambda table: table.a * 3 + table.b)
    dataset, split, running = sides(table, table.assign(label=table.label * 1000))
    assert pair_with_base(running, config_of(), dataset, split) is None
    assert (running.ended.status, "1,000" in running.ended.reason) == ("not comparable", True)


def test_a_base_that_has_ended_is_not_asked(sides):
    dataset, split, running = sides(rows(100), rows(100))
    running._rows = None
    assert pair_with_base(running, config_of(), dataset, split) is None
    assert running.asked is None


def test_what_is_asked_of_a_commit_is_what_it_keeps_as_its_own(sides):
    """So that a later pull request that changes no data finds it."""
    dataset, split, running = sides(rows(200), rows(200))
    pair_with_base(running, config_of(), dataset, split)
    own = pair_with_itself(config_of(), dataset, split).asked
    for name in ("positions", "own", "base_train"):
        assert getattr(own, name).tolist() == getattr(running.asked, name).tolist()


def test_data_that_a_command_makes_are_known_by_their_rows(tmp_path):
    dataset, _ = loaded(tmp_path, rows(50))
    assert source_of(config_of(), dataset).made == ""
    made = config_of().model_copy(update={"prepare": ("true",)})
    assert source_of(made, dataset).made == dataset.description.fingerprint


@pytest.fixture
def answered(tmp_path, monkeypatch):
    """Asks base, in a folder of its own, and gives its result."""
    monkeypatch.chdir(tmp_path)

    def ask(table, judge, config=None, **files):
        place, exchange = tmp_path, tmp_path / "exchange"
        config = config or "data: {source: data.csv, target: label}\nmodels: {memory: memory.Memory}\n"
        (place / "ml-report.yml").write_text(config)
        (place / "memory.py").write_text(MEMORY)
        for name, text in files.items():
            (place / name.replace("__", ".")).write_text(text)
        table.to_csv(place / "data.csv", index=False)
        parsed = Config.model_validate({"data": {"source": "data.csv", "target": "label"}, "models": {"m": TREE}})
        dataset, split = loaded(place, config=parsed)
        write_start(exchange, config="ml-report.yml", overrides=(), fingerprint="")
        asked = judge(pair_with_itself(parsed, dataset, split).asked)
        write_question(asked, exchange)
        answer_question(exchange, root=place, cores=1, progress=Silent())
        return read_result(exchange / "out", asked, {}), asked, read_rows(exchange / ROWS)

    return ask


def right(result, asked) -> np.ndarray:
    answers = result.models[0].predictions
    assert answers.positions.tolist() == asked.positions.tolist()
    return answers.y_pred == answers.y_true


def test_base_learns_from_the_rows_that_head_names_and_no_others(answered):
    """The model is right about what it was trained on, and says 'no' to all else."""
    table = rows(120)

    def judge(asked):
        half = asked.base_train[::2]
        return replace(asked, base_train=half, positions=asked.base_train, own=asked.base_train)

    result, asked, _ = answered(table, judge)
    assert result.status == "ok", result.reason
    known = np.isin(asked.own, asked.base_train)
    is_no = table.label.to_numpy()[asked.positions] == "no"
    assert right(result, asked).tolist() == (known | is_no).tolist()


def test_base_answers_about_the_folds_that_head_has(answered, tmp_path):
    """Both sides draw the folds from the same rows in the same order."""

    def judge(asked):
        return replace(asked, cross_validation=(4, 2), trained=asked.base_train)

    result, asked, _ = answered(rows(120), judge)
    theirs = result.models[0].folds
    dataset, split = loaded(tmp_path)
    config = config_of().model_copy(update={"cross_validation": CrossValidation(folds=4, repeats=2)})
    [run] = fit_models(config, dataset, split, root=tmp_path, score=None, progress=Silent(), cores=1)
    assert len(run.folds) == 8
    assert [sorted(fold.positions) for fold in theirs] == [sorted(fold.positions) for fold in run.folds]
    assert sorted(np.concatenate([fold.positions for fold in theirs[:4]])) == sorted(asked.base_train)
    assert all((fold.y_true == dataset.target.encoded[fold.positions]).all() for fold in theirs)


def test_rows_that_base_does_not_have_go_through_its_own_prepare(answered):
    table, new = rows(120), rows(2, seed=5)
    config = "data: {source: data.csv, target: label, prepare: hooks.scaled}\nmodels: {tree: {estimator: hooks.Sees}}\n"
    hooks = (
        "import numpy as np\nfrom sklearn.base import BaseEstimator, ClassifierMixin\n"
        "def scaled(frame):\n    return frame.assign(a=frame.a * 1000)\n"
        "class Sees(ClassifierMixin, BaseEstimator):\n"
        "    def fit(self, X, y):\n        self.classes_ = np.unique(y)\n        return self\n"
        "    def predict(self, X):\n"
        "        return np.where(np.abs(np.asarray(X)[:, 0]) > 50, 'yes', 'no').astype(object)\n"
    )

    def judge(asked):
        own = asked.own.copy()
        own[:2] = -1
        return replace(asked, own=own, foreign=new.assign(a=[0.1, 0.01]))

    result, _, _ = answered(table, judge, config, hooks__py=hooks)
    assert result.status == "ok", result.reason
    assert result.models[0].predictions.y_pred[:2].tolist() == [1, 0], "0.1 is 100 by the hook, and 0.01 is 10"


def test_rows_that_lack_a_column_of_base_are_left_out(answered):
    def judge(asked):
        own = asked.own.copy()
        own[:3] = -1
        return replace(asked, own=own, foreign=rows(3, seed=5).drop(columns="c"))

    result, asked, _ = answered(rows(120), judge)
    assert result.n_scored == len(asked.own) - 3
    assert result.left_out == "they are not in base's data, and head's data have no 'c'"
    assert result.models[0].predictions.positions.tolist() == asked.positions[3:].tolist()


def test_another_target_is_not_comparable(answered):
    def judge(asked):
        return replace(asked, target=replace(asked.target, names=("other",)))

    result, _, found = answered(rows(120), judge)
    assert (result.status, "the target of base is 'label'" in result.reason) == ("not comparable", True)
    assert found.n_rows == 120


def renamed_target(asked, *, keeps_old=False, n_others=0):
    """What head asks when its target is called 'outcome', with other labels in some of the rows."""
    encoded = asked.target.encoded.copy()
    encoded[asked.positions[:n_others]] = 1 - encoded[asked.positions[:n_others]]
    foreign = asked.foreign if keeps_old else asked.foreign.rename(columns={"label": "outcome"})
    return replace(asked, target=replace(asked.target, names=("outcome",), encoded=encoded), foreign=foreign)


def test_a_target_under_another_name_is_the_same_one(answered):
    result, asked, _ = answered(rows(200), renamed_target)
    assert result.status == "ok", result.reason
    assert result.models[0].predictions.positions.tolist() == asked.positions.tolist()


@pytest.mark.parametrize("change", [{"keeps_old": True}, {"n_others": 1}])
def test_a_target_that_head_has_as_a_feature_or_with_other_labels_is_another_one(answered, change):
    result, asked, _ = answered(rows(200), lambda asked: renamed_target(asked, **change))
    assert len(asked.positions) < 50, "one label is more than a few percent of them"
    assert result.status == "not comparable"
    assert result.reason == "the target of base is 'label', that of head 'outcome'"
