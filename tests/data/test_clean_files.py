"""Files of every usual kind are read as they are, and nothing is said of them that is not so."""

from __future__ import annotations

import bz2
import gzip
import lzma

import numpy as np
import pandas as pd
import pytest

from report.config.schema import DataConfig
from report.core.errors import DataError
from report.core.values import Task
from report.data import load_dataset, split_dataset

N = 60
RNG = np.random.default_rng(3)
TABLE = pd.DataFrame(
    {
        "größe": RNG.normal(1.7, 0.1, N).round(3),
        "ville": RNG.choice(["Zürich", "Genève", "Bern"], N),
        "n": RNG.integers(0, 9, N),
        "y": RNG.choice(["ja", "nein"], N),
    }
)
CSV = TABLE.to_csv(index=False)

FILES = {  # name → (bytes, options of `read:`)
    "plain.csv": (CSV.encode(), {}),
    "bom.csv": (CSV.encode("utf-8-sig"), {}),
    "latin.csv": (CSV.encode("latin-1"), {"encoding": "latin-1"}),
    "windows.csv": (CSV.encode("cp1252"), {"encoding": "cp1252"}),
    "two bytes.csv": (CSV.encode("utf-16"), {"encoding": "utf-16"}),
    "d.csv.gz": (gzip.compress(CSV.encode()), {}),
    "d.csv.bz2": (bz2.compress(CSV.encode()), {}),
    "d.csv.xz": (lzma.compress(CSV.encode()), {}),
    "crlf.csv": (CSV.replace("\n", "\r\n").encode(), {}),
    "cr.csv": (CSV.replace("\n", "\r").encode(), {}),
    "no last line break.csv": (CSV.rstrip("\n").encode(), {}),
    "blank lines.csv": (CSV.replace("\n", "\n\n").encode(), {}),
    "comments.csv": (f"# measured in May\n{CSV}# the end\n".encode(), {"comment": "#"}),
    "title.csv": (f"Survey of May\nall rows\n{CSV}".encode(), {"skiprows": 2}),
    "footer.csv": (f"{CSV}Source: survey\n".encode(), {"skipfooter": 1, "engine": "python"}),
    "quoted.csv": (TABLE.to_csv(index=False, quoting=1).encode(), {}),
    "german.csv": (TABLE.to_csv(index=False, sep=";", decimal=",").encode(), {"decimal": ","}),
    "tabs.tsv": (TABLE.to_csv(index=False, sep="\t").encode(), {}),
    "blanks.txt": (TABLE.to_csv(index=False, sep=" ").encode(), {}),
}


@pytest.mark.parametrize("name", FILES)
def test_the_table_is_that_of_the_file_and_nothing_is_warned_of(name, tmp_path, load):
    content, options = FILES[name]
    (tmp_path / name).write_bytes(content)
    dataset = load(source=name, target="y", read=options)
    pd.testing.assert_frame_equal(dataset.features, TABLE.drop(columns="y"), check_dtype=False)
    assert list(dataset.target.values) == list(TABLE["y"])
    assert [n.message for n in dataset.description.notices if n.severity == "warning"] == []


@pytest.mark.parametrize("backend", ["numpy_nullable", "pyarrow"])
@pytest.mark.parametrize("name", ["d.csv", "d.parquet"])
def test_dtypes_of_other_libraries_say_the_same(backend, name, tmp_path, load):
    frame = TABLE.assign(gap=np.where(np.arange(N) % 9 == 0, np.nan, np.arange(N) % 7))
    frame.to_csv(tmp_path / "d.csv", index=False)
    frame.to_parquet(tmp_path / "d.parquet")
    plain = load(source=name, target="y")
    other = load(source=name, target="y", read={"dtype_backend": backend})
    assert other.keys.tolist() == plain.keys.tolist()
    assert [n.message for n in other.description.notices] == [n.message for n in plain.description.notices]


def test_a_class_may_be_absent_on_one_side(tmp_path):
    train, validation = (TABLE.assign(y=RNG.choice(labels, N)) for labels in (["a", "b", "c"], ["b", "c", "d"]))
    train.to_csv(tmp_path / "train.csv", index=False)
    validation.to_csv(tmp_path / "test.csv", index=False)
    config = DataConfig(source="train.csv", target="y", validation={"source": "test.csv"})
    dataset = load_dataset(config, task="auto", slices=(), root=tmp_path)
    assert dataset.target.classes == ("a", "b", "c", "d")
    told = " ".join(n.message for n in split_dataset(dataset, config).notices)
    assert "'d'" in told
    assert "'a'" in told


@pytest.mark.parametrize(
    ("rows", "message"), [(TABLE.assign(y="a"), "one class only"), (TABLE.head(1), "one class only")]
)
def test_a_target_that_never_changes_is_refused(rows, message, tmp_path, load):
    rows.to_csv(tmp_path / "d.csv", index=False)
    with pytest.raises(DataError, match=message):
        load(source="d.csv", target="y")


def test_a_constant_quantity_and_a_single_row_are_read(tmp_path, load):
    pd.DataFrame({"a": [1.5], "y": [2.5]}).to_csv(tmp_path / "d.csv", index=False)
    dataset = load(source="d.csv", target="y")
    assert (dataset.task, list(dataset.target.values)) == (Task.REGRESSION, [2.5])


def test_many_columns_classes_and_rows(tmp_path, load):
    wide = pd.DataFrame(RNG.normal(size=(40, 3_000)).round(2)).assign(y=["u", "v"] * 20)
    wide.to_csv(tmp_path / "wide.csv", index=False)
    assert load(source="wide.csv", target="y").features.shape == (40, 3_000)
    classes = pd.DataFrame({"a": RNG.normal(size=2_000), "y": [f"c{i % 400}" for i in range(2_000)]})
    classes.to_csv(tmp_path / "classes.csv", index=False)
    assert len(load(source="classes.csv", target="y").target.classes) == 400
    long = pd.DataFrame({"a": RNG.normal(size=300_000).round(4), "y": RNG.choice(["u", "v"], 300_000)})
    long.to_csv(tmp_path / "long.csv", index=False)
    assert len(load(source="long.csv", target="y").keys) == 300_000
