"""Which rows validate: stable under new rows for a hash, exactly train_test_split at random."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.model_selection import train_test_split

from report.config.schema import DataConfig
from report.core.errors import DataError
from report.core.values import DataDescription, Dataset, Target, Task
from report.data import row_keys, split_dataset
from report.data.columns import times


def dataset_of(frame: pd.DataFrame, labels: np.ndarray | None = None, **roles) -> Dataset:
    encoded = np.arange(len(frame)) % 2 if labels is None else labels
    target = Target(Task.BINARY, ("y",), encoded, encoded, (0, 1), 1)
    return Dataset(frame, target, row_keys(frame), DataDescription("", "", len(frame), ()), **roles)


def split(dataset: Dataset, validation=0.2, **data):
    return split_dataset(dataset, DataConfig(source="-", validation=validation, **data))


def numbers(n: int) -> pd.DataFrame:
    return pd.DataFrame({"x": np.arange(n)})


@given(st.integers(200, 400), st.integers(1, 200), st.randoms(use_true_random=False))
@settings(max_examples=30, deadline=None)
def test_a_row_keeps_its_side_when_rows_are_added_and_moved(n, added, random):
    order = list(range(n + added))
    random.shuffle(order)
    before = split(dataset_of(numbers(n)))
    after = split(dataset_of(numbers(n + added).iloc[order].reset_index(drop=True)))
    validated = {order[position] for position in after.validation}
    assert {i for i in validated if i < n} == set(before.validation)


@pytest.mark.parametrize("size", [0.1, 0.25, 0.5])
def test_a_hash_gives_about_the_share(size):
    found = split(dataset_of(numbers(20_000)), size)
    assert len(found.validation) / 20_000 == pytest.approx(size, abs=0.01)
    assert sorted([*found.train, *found.validation]) == list(range(20_000))
    assert list(found.validation) == sorted(found.validation)
    assert f"{len(found.validation):,} of 20,000 rows validate (about {size:.1%} were asked for)" in found.description


def test_a_larger_share_keeps_the_rows_of_a_smaller_one():
    dataset = dataset_of(numbers(1000))
    assert set(split(dataset, 0.1).validation) < set(split(dataset, 0.3).validation)


def test_copies_and_corrected_labels_keep_their_side(load_split, patients):
    _, before = load_split(patients)
    twice = pd.concat([patients, patients.assign(y=patients["y"].map({"ill": "well", "well": "ill"}))])
    _, after = load_split(twice)
    assert set(after.validation % 60) == set(before.validation)
    assert len(after.validation) == 2 * len(before.validation)


def test_the_seed_changes_the_sides():
    dataset = dataset_of(numbers(1000))
    first, second = (split(dataset, {"seed": seed}) for seed in (1, 2))
    assert set(first.validation) != set(second.validation)
    assert len(set(first.validation) & set(second.validation)) == pytest.approx(40, abs=25)


def test_rows_of_a_group_stay_together_whatever_else_they_hold():
    groups = np.array([f"p{i % 100}" for i in range(1000)], dtype=object)
    found = split(dataset_of(numbers(1000), group=groups), group="patient")
    assert found.method == "group"
    assert not set(groups[found.train]) & set(groups[found.validation])
    later = np.array([*groups, "p3", "new"], dtype=object)
    again = split(dataset_of(numbers(1002), group=later), group="patient")
    assert set(later[again.validation]) - {"new"} == set(groups[found.validation])


def test_the_latest_rows_validate_and_ties_stay_together():
    days = pd.date_range("2024-01-01", periods=50).repeat(2).to_numpy()
    order = np.random.default_rng(0).permutation(100)
    found = split(dataset_of(numbers(100), time=days[order]), 0.25, time="day")
    assert found.method == "time"
    assert len(found.validation) == 26
    assert days[order][found.train].max() < days[order][found.validation].min()


@pytest.mark.parametrize("form", ["%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y", "%Y-%m-%d"])
@pytest.mark.parametrize("first", [3, 30])
def test_days_are_read_alike_whichever_row_is_the_first(form, first):
    days = pd.date_range("2024-02-01", periods=60)
    days = days.delete(first).insert(0, days[first])
    assert times(pd.Series(days.strftime(form), name="day"), 60, has_options=True).tolist() == days.to_numpy().tolist()


def test_a_single_last_day_is_left_to_training_only_when_it_is_not_all():
    found = split(dataset_of(numbers(10), time=np.array([1.0] * 5 + [2.0] * 5)), 0.9, time="t")
    assert list(found.validation) == list(range(5, 10))


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"size": 0.33, "seed": 7},
        {"shuffle": False},
        {"stratify": True},
        {"stratify": True, "size": 0.5, "seed": 0},
    ],
)
def test_random_is_exactly_train_test_split(options, load_split, patients):
    _dataset, found = load_split(patients, validation={"method": "random", **options})
    train, validation = train_test_split(
        np.arange(60),
        test_size=options.get("size", 0.2),
        random_state=options.get("seed", 42),
        shuffle=options.get("shuffle", True),
        stratify=patients["y"].to_numpy(dtype=object) if options.get("stratify") else None,
    )
    assert found.train.tolist() == train.tolist()
    assert found.validation.tolist() == validation.tolist()
    assert found.train.dtype == found.validation.dtype == np.int64


def test_random_stratifies_several_labels_as_train_test_split_does(load_split):
    labels = np.random.default_rng(1).integers(0, 2, (80, 2))
    frame = pd.DataFrame({"x": range(80), "a": labels[:, 0], "b": labels[:, 1]})
    _, found = load_split(frame, target=["a", "b"], validation={"method": "random", "stratify": True})
    assert found.validation.tolist() == train_test_split(range(80), test_size=0.2, random_state=42, stratify=labels)[1]


def test_separate_validation_rows_are_the_split(tmp_path, load, patients):
    patients[:50].to_csv(tmp_path / "a.csv", index=False)
    patients[50:].to_csv(tmp_path / "b.csv", index=False)
    config = {"source": "a.csv", "target": "y", "validation": {"source": "b.csv"}}
    found = split_dataset(load(**config), DataConfig(**config))
    assert (found.method, found.validation.tolist()) == ("given", list(range(50, 60)))
    assert found.description == "As given: 10 of 60 rows validate, 50 train."


def test_an_explicit_method_wins_over_the_columns():
    dataset = dataset_of(numbers(100), time=np.arange(100.0), group=np.arange(100).astype(object))
    names = {"time": "t", "group": "g"}
    assert split(dataset, 0.2, **names).method == "time"
    assert split(dataset, {"size": 0.2}, **names).method == "time"
    assert split(dataset, {"method": "group"}, **names).method == "group"
    assert split(dataset, {"method": "hash"}, **names).method == "group"
    assert split(dataset, {"method": "random"}, **names).method == "random"


REFUSED = {
    "a group without a column": (
        {"method": "group"},
        {},
        "data.validation: the split by group needs a group column\n  → name it: `data: {group: COLUMN}`",
    ),
    "a time without a column": (
        {"method": "time"},
        {},
        "data.validation: the split by time needs a time column\n  → name it: `data: {time: COLUMN}`",
    ),
    "a stratified hash": (
        {"stratify": True},
        {},
        (
            "data.validation: `stratify` has no meaning for a split by hash\n"
            "  → leave it out, or `validation: {method: random, stratify: true}`"
        ),
    ),
    "nothing left for validation": (
        1e-9,
        {},
        (
            "data.validation: no row of 10 is left for validation\n"
            "  → a hash needs more rows to hit its share: use `validation: {method: random, stratify: true}`"
        ),
    ),
    "one group": (
        0.2,
        {"group": np.array(["a"] * 10, dtype=object)},
        (
            "data.validation: no row of 10 is left for training\n"
            "  → there are too few groups: use another column, or another share"
        ),
    ),
    "one time": (
        0.2,
        {"time": np.zeros(10)},
        (
            "data.validation: no row of 10 is left for validation\n"
            "  → there are too few different times: use another column, or another share"
        ),
    ),
    "one class in training": (
        0.5,
        {"time": np.arange(10), "labels": np.array([0] * 5 + [1] * 5)},
        (
            "data.validation: training has one class only: '0'\n"
            "  → there are too few different times: use another column, or another share"
        ),
    ),
    "a class too small to stratify": (
        {"method": "random", "stratify": True},
        {"labels": np.array([0] * 9 + [1])},
        "data.validation: train_test_split refused: The least populated class",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_split_that_cannot_be_is_refused(name):
    validation, roles, message = REFUSED[name]
    with pytest.raises(DataError) as caught:
        split(dataset_of(numbers(10), **roles), validation)
    assert str(caught.value).startswith(message)


def test_rows_on_both_sides_are_counted(tmp_path, load, patients):
    patients[:50].to_csv(tmp_path / "a.csv", index=False)
    patients[47:].to_csv(tmp_path / "b.csv", index=False)
    config = {"source": "a.csv", "target": "y", "validation": {"source": "b.csv"}}
    found = split_dataset(load(**config), DataConfig(**config))
    assert "3 rows of 13 in validation are in training as well" in found.notices[0].message


def messages(found) -> str:
    return "\n".join(notice.message for notice in found.notices)


def test_copies_on_both_sides_are_counted_for_a_random_split():
    frame = pd.DataFrame({"x": np.arange(100) // 2})
    dataset = dataset_of(frame, np.arange(100) // 2 % 2)
    assert "rows of 20 in validation are in training as well" in messages(split(dataset, {"method": "random"}))
    assert messages(split(dataset)) == ""


def test_copies_under_ids_of_their_own_are_counted_whatever_the_split():
    frame = pd.DataFrame({"x": np.arange(100) // 2})
    ids = np.arange(100)
    labels = np.arange(100) // 2 % 2
    dataset = replace(dataset_of(frame, labels), ids=ids, keys=row_keys(pd.DataFrame({"id": ids})))
    found = split(dataset)
    assert f"of {len(found.validation)} in validation say the same as a row in training" in messages(found)
    others = replace(dataset, features=pd.DataFrame({"x": ids}))
    assert messages(split(others)) == ""


def test_groups_on_both_sides_are_counted():
    groups = (np.arange(100) % 3).astype(object)
    found = split(dataset_of(numbers(100), group=groups), {"method": "random"})
    assert "3 groups have rows on both sides of the split." in messages(found)


def test_labels_of_one_side_only_are_named():
    dataset = dataset_of(numbers(10), np.array([0, 0, 0, 0, 1, 1, 1, 1, 1, 1]), time=np.arange(10.0))
    found = split(dataset, time="t")
    assert "1 class has no row in validation, nothing is measured on them: '0'." in messages(found)
    labels = Target(Task.MULTICLASS, ("y",), *[np.array([0, 1] * 4 + [2, 2])] * 2, ("a", "b", "c"))
    other = Dataset(dataset.features, labels, dataset.keys, dataset.description, time=dataset.time)
    assert "1 class has no row in training, no model can know them: 'c'." in messages(split(other, time="t"))


def test_another_balance_of_classes_is_told():
    labels = np.array([0, 1] * 400 + [1] * 200)
    found = split(dataset_of(numbers(1000), labels, time=np.arange(1000)), time="t")
    assert "'0' is 50.0% of training and 0.0% of validation" in messages(found)
    even = split(dataset_of(numbers(1000), np.arange(1000) % 2, time=np.arange(1000)), time="t")
    assert messages(even) == ""


def test_another_mean_of_the_target_is_told():
    values = np.random.default_rng(0).normal(size=1000)

    def told(values: np.ndarray) -> str:
        target = Target(Task.REGRESSION, ("y",), values, values)
        base = dataset_of(numbers(1000))
        return messages(
            split(Dataset(base.features, target, base.keys, base.description, time=np.arange(1000)), time="t")
        )

    assert told(values) == ""
    assert "The target is distributed otherwise in validation" in told(values + (np.arange(1000) >= 800))
