"""The pairing of rows, in the test's own process: what head asks of base, and how it splits its rows."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from report.base_rows import pair_with_base, pair_with_itself, source_of
from report.comparison.base.row_files import read_rows, write_rows
from report.config.schema import Config, CrossValidation
from report.data import load_dataset, side_rows, split_dataset
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
            place.mkdir(exist_ok=True)
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
    unlabelled = table.iloc[:1].assign(label=None)
    dataset, split, running = sides(table, pd.concat([unlabelled, table, more]), head_config=config)
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
    assert (paired.no_folds, asked.cross_validation) == (None, (4, 1, True, 0))
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


def test_a_base_that_is_known_to_have_the_same_rows_is_not_waited_for(sides):
    dataset, split, running = sides(rows(100), rows(100))
    running._rows = None
    paired = pair_with_base(running, config_of(), dataset, split, same_data=True)
    assert running.asked.own.tolist() == running.asked.positions.tolist() == split.validation.tolist()
    assert paired.compared is paired.reported is split


def test_base_does_not_learn_from_a_copy_of_a_judging_row_that_head_has_removed_with_its_id(sides):
    """Base has each validation row in training too, under another id; the features of head are others."""
    table = rows(100)
    base = pd.concat([table, table], ignore_index=True)
    base_config, head_config, ids = config_of(id="id"), config_of(id="id", drop=["c"]), np.arange(200) * 7 + 1000
    dataset, split, running = sides(base.assign(id=ids), table.assign(id=ids[:100]), base_config, head_config)
    running._rows = replace(running.rows(), validation=np.arange(20), train=np.arange(20, 200))
    pair_with_base(running, head_config, dataset, split)
    assert running.asked.own.tolist() == list(range(20))
    assert running.asked.base_train.tolist() == [*range(20, 100), *range(120, 200)]


def test_of_copies_of_a_judging_row_that_one_is_base_s_which_validates_in_head(sides):
    """Head has row 5 once more on top, in training: the copy judges nothing, and neither does the row itself."""
    table = rows(100)
    dataset, split, running = sides(table, pd.concat([table.iloc[[5]], table], ignore_index=True))
    running._rows = replace(running.rows(), validation=np.array([5, 6]), train=np.delete(np.arange(100), [5, 6]))
    split = replace(split, validation=np.array([6, 7]), train=np.delete(np.arange(101), [6, 7]))
    pair_with_base(running, config_of(), dataset, split)
    assert (running.asked.positions.tolist(), running.asked.own.tolist()) == ([7], [6])


def test_rows_have_the_order_of_base_although_a_new_column_gives_them_other_keys(sides):
    table = rows(100)
    dataset, split, running = sides(table, table.assign(d=1))
    base = running.rows()
    assert np.argsort(dataset.rank).tolist() != np.argsort(base.rank).tolist()
    rank = pair_with_base(running, config_of(), dataset, split).rank
    assert np.argsort(rank).tolist() == np.argsort(base.rank).tolist()
    running._rows = replace(base, rank=None)
    assert pair_with_base(running, config_of(), dataset, split).rank.tolist() == dataset.rank.tolist()


def test_a_base_of_more_targets_is_asked_and_says_so_itself(sides):
    dataset, split, running = sides(rows(100), rows(100))
    base = running.rows()
    running._rows = replace(base, table=replace(base.table, labels=np.repeat(base.table.labels, 2, axis=1)))
    pair_with_base(running, config_of(), dataset, split)
    assert (running.ended, running.asked.own.tolist()) == (None, base.validation.tolist())


def test_base_does_not_learn_from_a_copy_of_a_judging_row_that_a_hook_of_head_drops(sides, tmp_path):
    """One source on both sides; the copies have other ids and other labels."""
    table = rows(100)
    other = table.assign(label=np.where(table.label == "no", "yes", "no"))
    both = pd.concat([table, other], ignore_index=True).assign(id=range(200))
    (tmp_path / "head").mkdir()
    (tmp_path / "head" / "dropping.py").write_text(
        "def copies(frame):\n    return frame.drop_duplicates(['a', 'b', 'c'])\n"
    )
    config = config_of(id="id", prepare="dropping.copies")
    dataset, split, running = sides(both, both, config_of(id="id"), config)
    assert dataset.raw.fingerprint == running.rows().table.fingerprint
    pair_with_base(running, config, dataset, split)
    assert len(running.asked.own)
    assert not set(running.asked.own + 100) & set(running.asked.base_train)


def test_rows_that_base_alone_has_train_base_though_no_column_is_called_alike(sides):
    table = rows(200).assign(id=range(200))
    renamed = table.rename(columns={"a": "x", "b": "y", "c": "z"}).iloc[:180]
    config = config_of(id="id")
    dataset, split, running = sides(table, renamed, config, config)
    paired = pair_with_base(running, config, dataset, split).matched.paired
    assert running.asked.base_train.tolist() == running.rows().train.tolist()
    assert paired.n_gone == (running.rows().validation >= 180).sum()


def test_the_first_row_of_base_is_none_that_it_does_not_have(sides):
    dataset, split, running = sides(rows(100), rows(100))
    validation = np.arange(20)
    running._rows = replace(running.rows(), validation=validation, train=np.arange(20, 100))
    pair_with_base(running, config_of(), dataset, split)
    assert (running.asked.own.tolist(), len(running.asked.foreign)) == (validation.tolist(), 0)


def test_weights_and_groups_are_those_of_the_rows_that_judge(sides):
    """Near-copies, which do not judge, come before the rows of base."""
    table = rows(200).assign(w=np.arange(200) + 1.0)
    near = table.iloc[:50].assign(a=lambda rows: rows.a + 1e-3, b=lambda rows: rows.b - 1e-3)
    config = config_of(weight="w")
    dataset, split, running = sides(table, pd.concat([near, table], ignore_index=True), config, config)
    dataset = replace(dataset, group=np.arange(250))
    paired = pair_with_base(running, config, dataset, split).matched.paired
    asked = running.asked
    assert 0 < len(paired.judged) < len(paired.compared_validation)
    assert asked.positions.tolist() == asked.group.tolist() == paired.judged.tolist()
    assert asked.weight.tolist() == dataset.weight[paired.judged].tolist()


def test_copies_among_new_rows_are_one_observation_though_head_adds_a_column(sides):
    table, more = rows(100), rows(20, seed=1)
    head = pd.concat([table, more, more], ignore_index=True).assign(d=range(140))
    dataset, split, running = sides(table, head)
    observed = pair_with_base(running, config_of(), dataset, split).observed
    assert observed[100:120].tolist() == observed[120:].tolist()
    assert len(set(observed)) == 120


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


def test_a_source_is_the_same_only_where_rows_can_be_followed_back_to_it(tmp_path):
    dataset, _ = loaded(tmp_path, rows(50))
    assert source_of(config_of(), dataset).fingerprint == dataset.raw.fingerprint != ""
    assert source_of(config_of(), replace(dataset, raw=replace(dataset.raw, origin=None))).fingerprint == ""


def test_cells_of_several_kinds_match_those_that_base_hands_over_as_text(tmp_path):
    table = rows(100)[["label"]].assign(code=[n if n % 2 else f"v{n}" for n in range(100)])
    config = config_of(source="data.json")
    loaded_sides = []
    for name, frame in (("base", table), ("head", table.assign(added=1.5))):
        (tmp_path / name).mkdir()
        frame.to_json(tmp_path / name / "data.json", orient="records")
        loaded_sides.append(loaded(tmp_path / name, config=config))
    write_rows(side_rows(*loaded_sides[0]), tmp_path / "rows", known="")
    running = Running(read_rows(tmp_path / "rows"))
    pair_with_base(running, config, *loaded_sides[1])
    assert running.ended is None
    assert running.asked.own.tolist() == running.asked.positions.tolist() == running.rows().validation.tolist()
