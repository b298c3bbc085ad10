"""Labels in a file of their own: beside the row that they belong to, or a clear message."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from report.core.errors import DataError

N = 40
DATA = pd.DataFrame({"id": np.arange(100, 100 + N), "x": np.arange(N) % 7, "kind": ["p", "q"] * (N // 2)})
LABELS = pd.DataFrame({"id": DATA["id"], "y": np.where(np.arange(N) % 3 == 0, "ill", "well")})
SHUFFLED = LABELS.sample(frac=1, random_state=1)


@pytest.fixture
def labelled(tmp_path, load):
    """labelled(data, labels, id=…) → the Dataset; the files are CSV."""

    def call(data, labels, *, column="y", **options):
        data.to_csv(tmp_path / "data.csv", index=False)
        labels.to_csv(tmp_path / "labels.csv", index=False)
        return load(source="data.csv", target={"source": "labels.csv", "column": column}, **options)

    return call


def told(dataset):
    return [notice.message for notice in dataset.description.notices if "joined" in notice.message]


def test_labels_in_the_order_of_the_data_are_taken_row_by_row_without_a_word(labelled):
    dataset = labelled(DATA, LABELS)
    assert dataset.target.values.tolist() == LABELS["y"].tolist()
    assert told(dataset) == []


@pytest.mark.parametrize("options", [{}, {"id": "id"}])
def test_labels_in_another_order_are_joined_by_an_id_that_both_have(labelled, options):
    dataset = labelled(DATA, SHUFFLED, **options)
    assert dataset.target.values.tolist() == LABELS["y"].tolist()
    assert told(dataset) == ["Labels of labels.csv were joined to data.csv by 'id': they stand in another order."]


def test_the_column_that_the_data_have_not_holds_the_labels(labelled):
    dataset = labelled(DATA, SHUFFLED, column=None, id="id")
    assert dataset.target.values.tolist() == LABELS["y"].tolist()


def test_text_ids_of_a_parquet_index_join_too(tmp_path, load):
    data = DATA.assign(id=[f"p{i:03}" for i in DATA["id"]])
    data.to_csv(tmp_path / "data.csv", index=False)
    labels = SHUFFLED.assign(id=[f"p{i:03}" for i in SHUFFLED["id"]]).set_index("id")
    labels.to_parquet(tmp_path / "labels.parquet")
    dataset = load(source="data.csv", target={"source": "labels.parquet"}, id="id")
    assert dataset.target.values.tolist() == LABELS["y"].tolist()


def test_labels_of_other_rows_are_left_and_rows_without_a_label_are_counted(labelled):
    labels = pd.concat([SHUFFLED[SHUFFLED["id"] != 103], pd.DataFrame({"id": [1, 2], "y": ["ill", "ill"]})])
    dataset = labelled(DATA, labels, id="id")
    assert dataset.target.values.tolist() == LABELS["y"].drop(3).tolist()
    assert told(dataset)[0].endswith("another order, 1 row of the data has no label and 2 labels have no row.")


def test_a_column_without_the_name_of_an_id_joins_only_where_it_covers_every_row(labelled):
    with pytest.raises(DataError, match=r"labels.csv has 39 rows, and data.csv has 40"):
        labelled(DATA, SHUFFLED[SHUFFLED["id"] != 103])


@pytest.mark.parametrize("options", [{}, {"id": "id"}])
def test_ids_that_repeat_in_another_order_are_an_error_with_the_cause(labelled, options):
    data, labels = (frame.assign(id=frame["id"] // 2) for frame in (DATA, SHUFFLED))
    with pytest.raises(DataError, match=r"'id' of labels.csv is not that of data.csv row by row.*repeat a value"):
        labelled(data, labels, **options)
    assert len(labelled(data, LABELS.assign(id=data["id"]), **options).keys) == N


def test_ids_of_other_rows_are_an_error(labelled):
    with pytest.raises(DataError, match="no value is in both"):
        labelled(DATA, LABELS.assign(id=LABELS["id"] + 1000), id="id")


def test_a_column_of_the_same_name_that_means_something_else_is_no_id(labelled):
    dataset = labelled(DATA, LABELS.drop(columns="id").assign(kind="by hand"))
    assert dataset.target.values.tolist() == LABELS["y"].tolist()


def test_two_columns_that_join_other_rows_ask_for_a_name(labelled):
    data = DATA.assign(row=np.arange(N))
    labels = SHUFFLED.assign(row=np.arange(N))
    with pytest.raises(DataError, match=r"belong to other rows by 'id' than by 'row'"):
        labelled(data, labels)
    assert labelled(data, labels, id="id").target.values.tolist() == LABELS["y"].tolist()


def test_labels_of_the_validation_file_are_joined_as_well(tmp_path, load):
    DATA.to_csv(tmp_path / "train.csv", index=False)
    LABELS.to_csv(tmp_path / "train-labels.csv", index=False)
    DATA.assign(id=DATA["id"] + 500).to_csv(tmp_path / "test.csv", index=False)
    SHUFFLED.assign(id=SHUFFLED["id"] + 500).to_csv(tmp_path / "test-labels.csv", index=False)
    dataset = load(
        source="train.csv",
        target={"source": "train-labels.csv", "column": "y"},
        validation={"source": "test.csv", "target": {"source": "test-labels.csv", "column": "y"}},
    )
    assert dataset.target.values.tolist() == [*LABELS["y"], *LABELS["y"]]
    assert told(dataset) == ["Labels of test-labels.csv were joined to test.csv by 'id': they stand in another order."]
