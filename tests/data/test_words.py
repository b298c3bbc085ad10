"""Words that pandas reads as missing are found again: nothing is lost in silence."""

from __future__ import annotations

import pandas as pd
import pytest


def table(labels: list[str], cells: list[str] | None = None) -> pd.DataFrame:
    return pd.DataFrame({"x": range(len(labels)), "cell": cells or ["a"] * len(labels), "y": labels})


def told(dataset) -> list[str]:
    return [notice.message for notice in dataset.description.notices if notice.severity == "warning"]


SLEEP = ["None"] * 219 + ["Insomnia"] * 77 + ["Sleep Apnea"] * 78


@pytest.mark.parametrize("name", ["a.csv", "a.xlsx"])
def test_a_class_called_none_keeps_its_rows(name, tmp_path, load):
    frame = table(SLEEP)
    write = frame.to_csv if name == "a.csv" else frame.to_excel
    write(tmp_path / name, index=False)
    dataset = load(source=name, target="y")
    assert dataset.target.classes == ("Insomnia", "None", "Sleep Apnea")
    assert len(dataset.features) == 374
    kept = "The target 'y' is 'None' in 219 of 374 rows: taken as a class, though pandas reads this word as missing."
    assert kept in told(dataset)


def test_the_rows_of_several_files_are_counted_together(tmp_path, load):
    for name, labels in (("a.csv", SLEEP[:300]), ("b.csv", [*SLEEP[300:], "None"])):
        table(labels).to_csv(tmp_path / name, index=False)
    dataset = load(source=["a.csv", "b.csv"], target="y")
    assert any("'None' in 220 of 375 rows" in message for message in told(dataset))


def test_a_class_called_none_in_a_file_of_labels(tmp_path, load):
    table(SLEEP)[["x", "cell"]].to_csv(tmp_path / "x.csv", index=False)
    table(SLEEP)[["y"]].to_csv(tmp_path / "y.csv", index=False)
    dataset = load(source="x.csv", target={"source": "y.csv"})
    assert (dataset.target.values == "None").sum() == 219


def test_a_class_called_none_without_a_header(tmp_path, load):
    table(SLEEP).to_csv(tmp_path / "a.csv", index=False, header=False)
    dataset = load(source="a.csv", target="2", read={"header": None})
    assert (dataset.target.values == "None").sum() == 219


def test_other_words_in_the_target_are_missing_and_told(tmp_path, load):
    table(["NA", "", "a", "b", "NA", "null"]).to_csv(tmp_path / "a.csv", index=False)
    dataset = load(source="a.csv", target="y")
    assert dataset.target.values.tolist() == ["a", "b"]
    assert "The target 'y' is 'NA' in 2 of 6 rows, which was read as a missing label: these rows are left out." in told(
        dataset
    )
    assert "4 rows of 6 left out: the target 'y' is missing." in told(dataset)


def test_none_among_numbers_is_missing(tmp_path, load):
    table(["1.5", "None", "2.5"]).to_csv(tmp_path / "a.csv", index=False)
    dataset = load(source="a.csv", target="y")
    assert dataset.target.values.tolist() == [1.5, 2.5]
    assert any("'None' in 1 of 3 rows, which was read as a missing label" in message for message in told(dataset))


@pytest.mark.parametrize(
    ("read", "classes"),
    [
        ({"keep_default_na": False}, ("NA", "None", "a")),
        ({"na_values": ["None"]}, None),
        ({"keep_default_na": False, "na_values": ["None"]}, ("NA", "a")),
    ],
)
def test_what_the_user_says_of_missing_values_holds(read, classes, tmp_path, load):
    table(["NA", "a", "None", "a"]).to_csv(tmp_path / "a.csv", index=False)
    if classes is None:
        with pytest.raises(Exception, match="one class only: 'a'"):
            load(source="a.csv", target="y", read=read)
        return
    dataset = load(source="a.csv", target="y", read=read)
    assert dataset.target.classes == classes
    assert not any("word" in message or "which was read" in message for message in told(dataset))


def test_words_in_text_features_are_told_and_left(tmp_path, load):
    table(["u", "v"] * 5, ["NA"] * 4 + ["gravel", "paved"] * 2 + ["None", ""]).to_csv(tmp_path / "a.csv", index=False)
    dataset = load(source="a.csv", target="y")
    assert dataset.features["cell"].isna().sum() == 6
    assert "'NA', 'None' in column 'cell' was read as missing (5 of 10 rows seen)." in told(dataset)


def test_empty_cells_and_numbers_say_nothing(tmp_path, load):
    table(["u", "v"] * 5, ["1", "", "NaN", "2", "3"] * 2).to_csv(tmp_path / "a.csv", index=False)
    assert not any("was read as missing" in message for message in told(load(source="a.csv", target="y")))
