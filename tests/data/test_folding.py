"""Folds of all rows: copies and groups together, classes in their shares, whatever the order of the file."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn.model_selection import KFold, StratifiedKFold

from report.config.schema import Config
from report.core.errors import DataError
from report.data import load_dataset, split_dataset


@pytest.fixture
def folded(tmp_path):
    """The folds of a table; options of `data` and of the split by name."""

    def fold(table, folds=5, *, seed=42, shuffle=True, task="auto", **data):
        table.to_csv(tmp_path / "data.csv", index=False)
        split = {"method": "folds", "folds": folds, "seed": seed, "shuffle": shuffle}
        plain = {"source": "data.csv", "target": "y", "validation": split, **data}
        config = Config.model_validate({"task": task, "data": plain, "models": {"m": "a.B"}})
        dataset = load_dataset(config.data, task=config.task, slices=(), root=tmp_path)
        return split_dataset(dataset, config.data)

    return fold


def table_of(y, seed=0):
    drawn = np.random.default_rng(seed).normal(size=(len(y), 2)).round(4)
    return pd.DataFrame(drawn, columns=["a", "b"]).assign(y=y)


LABELS = np.array(["x"] * 60 + ["y"] * 30 + ["z"] * 13)


def are_together(folds, of):
    grouped = pd.Series(folds).groupby(of)
    return bool((grouped.max() == grouped.min()).all())


def test_every_row_is_on_both_sides(folded):
    split = folded(table_of(LABELS))
    assert split.train.tolist() == split.validation.tolist() == list(range(103))
    assert sorted(np.unique(split.folds)) == [0, 1, 2, 3, 4]
    assert split.settings == {"method": "folds", "folds": 5, "shuffle": True, "seed": 42}
    assert "every row, predicted by a model that had not seen it" in split.description


def test_classes_keep_their_shares(folded):
    counts = pd.crosstab(LABELS, folded(table_of(LABELS)).folds)
    assert (counts.max(axis=1) - counts.min(axis=1) <= 1).all()
    assert counts.sum().max() - counts.sum().min() <= 1


def test_a_row_has_its_fold_whatever_the_order_of_the_file(folded):
    table = table_of(LABELS)
    moved = table.sample(frac=1, random_state=1)
    before, after = folded(table).folds, folded(moved).folds
    assert before[moved.index].tolist() == after.tolist()
    assert folded(table, seed=7).folds.tolist() != before.tolist()


def test_copies_are_in_one_fold(folded):
    table = pd.concat([table_of(LABELS)] * 3, ignore_index=True)
    split = folded(table)
    assert are_together(split.folds, np.arange(309) % 103)
    assert split.notices == ()


@pytest.mark.parametrize("shuffle", [True, False])
def test_groups_are_in_one_fold_and_folds_are_about_as_large(folded, shuffle):
    sizes = np.random.default_rng(3).integers(1, 20, 40)
    group = np.repeat(np.arange(40), sizes)
    y = np.random.default_rng(4).choice(["x", "y"], len(group))
    split = folded(table_of(y).assign(patient=group), shuffle=shuffle, group="patient")
    assert are_together(split.folds, group)
    counts = np.bincount(split.folds)
    assert counts.max() - counts.min() <= sizes.max()
    assert "whole groups of 'patient'" in split.description


def test_without_shuffling_folds_are_those_of_scikit_learn(folded):
    table = table_of(np.random.default_rng(0).normal(size=53))
    expected = [held_out for _, held_out in KFold(4).split(table)]
    folds = folded(table, 4, shuffle=False).folds
    assert all(np.flatnonzero(folds == n).tolist() == rows.tolist() for n, rows in enumerate(expected))
    labelled = table_of(np.random.default_rng(1).permutation(LABELS))
    folds = folded(labelled, 4, shuffle=False).folds
    for number, (_, rows) in enumerate(StratifiedKFold(4).split(labelled, labelled.y)):
        assert np.flatnonzero(folds == number).tolist() == rows.tolist()


def test_copies_in_several_folds_are_told(folded):
    table = pd.concat([table_of(np.arange(20) / 7)] * 2, ignore_index=True)
    told = [notice.message for notice in folded(table, 4, shuffle=False).notices]
    assert told == ["40 rows of 40 have copies in another fold: scores are better than they would be on new data."]
    with_ids = table.assign(id=np.arange(40))
    [notice] = folded(with_ids, 4, id="id").notices
    assert "copies in another fold" in notice.message
    assert folded(table_of(np.arange(20) / 7), 4, shuffle=False).notices == ()


@pytest.mark.parametrize(
    ("table", "options", "told"),
    [
        (table_of(np.arange(3) / 7), {}, "5 folds need as many different rows, and there are 3 different rows"),
        (table_of(np.arange(3) / 7), {"shuffle": False}, "5 folds need as many rows, and there are 3 rows"),
        (
            pd.concat([table_of(np.arange(3) / 7)] * 9),
            {},
            "5 folds need as many different rows, and there are 3 different rows",
        ),
        (
            table_of(np.arange(30) / 7).assign(g=1),
            {"group": "g"},
            "5 folds need as many groups, and there is 1 group",
        ),
        (
            table_of(["x"] * 29 + ["y"]),
            {},
            "training has one class only",
        ),
    ],
)
def test_what_has_no_folds_is_an_error_with_a_way_out(folded, table, options, told):
    with pytest.raises(DataError) as error:
        folded(table, **options)
    [problem] = error.value.problems
    assert told in problem.message
    assert problem.place.key == "data.validation.folds"
    assert problem.hint


def test_a_class_with_fewer_rows_than_folds_is_spread_or_told(folded):
    three = np.array(["x"] * 40 + ["y"] * 40 + ["z"] * 3)
    split = folded(table_of(three))
    assert split.notices == ()
    assert len(np.unique(split.folds[80:])) == 3
    one = np.array(["x"] * 40 + ["y"] * 40 + ["z"])
    assert [n.message for n in folded(table_of(one)).notices] == [
        "1 class has all rows in one fold, no model knows them: 'z'."
    ]


def test_several_outputs_have_folds_of_equal_size(folded):
    table = table_of(np.arange(50) / 7).assign(z=np.arange(50) / 3)
    split = folded(table, target=["y", "z"])
    assert np.bincount(split.folds).tolist() == [10] * 5


def test_rows_without_a_label_are_in_no_fold(folded):
    table = table_of(np.arange(50) / 7)
    table.loc[:9, "y"] = np.nan
    assert len(folded(table).folds) == 40
