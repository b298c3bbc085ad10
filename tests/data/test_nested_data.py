"""JSON in its forms, workbooks of several sheets, cells that hold several values, categories, tables of libraries."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from report.core.errors import DataError

N = 12
ROWS = pd.DataFrame({"a": np.arange(N) * 1.5, "w": list("pqr") * 4, "y": ["u", "v"] * 6})

JSON = {
    "columns": ROWS.to_json(),
    "index": ROWS.to_json(orient="index"),
    "split": ROWS.to_json(orient="split"),
    "table": ROWS.to_json(orient="table"),
    "records": ROWS.to_json(orient="records"),
    "lines": ROWS.to_json(orient="records", lines=True),
    "lists": json.dumps(ROWS.to_dict(orient="list")),
    "an answer": json.dumps({"status": "ok", "count": N, "data": ROWS.to_dict(orient="records")}),
    "an answer with another key": json.dumps({"meta": {"page": 1}, "items": ROWS.to_dict(orient="records")}),
    "indented": ROWS.to_json(indent=2),
    "with a BOM": "\ufeff" + ROWS.to_json(),
}


@pytest.mark.parametrize("name", JSON)
def test_every_form_of_json_gives_the_same_rows(name, tmp_path, load):
    (tmp_path / "d.json").write_text(JSON[name], "utf-8")
    dataset = load(source="d.json", target="y")
    assert_frame_equal(dataset.features, ROWS[["a", "w"]], check_dtype=False)
    assert list(dataset.target.values) == list(ROWS["y"])


NO_ROWS = {
    "rows or columns": ({"ann": {"age": 1, "y": 0}, "bob": {"age": 2, "y": 1}}, "orient: columns"),
    "two lists": ({"train": [{"a": 1}], "test": [{"a": 2}]}, "a list of objects"),
    "settings": ({"data": {"path": "x"}, "n": 3}, "a list of objects"),
}


@pytest.mark.parametrize("name", NO_ROWS)
def test_an_object_that_does_not_say_its_rows_is_refused_in_a_line(name, tmp_path, load):
    found, hint = NO_ROWS[name]
    (tmp_path / "d.json").write_text(json.dumps({**found, **({"text": "x" * 5_000} if name == "settings" else {})}))
    with pytest.raises(DataError) as error:
        load(source="d.json", target="y")
    (problem,) = error.value.problems
    assert len(problem.message) < 300
    assert hint in problem.hint


def test_damaged_json_is_told_without_its_data(tmp_path, load):
    (tmp_path / "d.json").write_text('[{"a": "' + "x" * 5_000)
    with pytest.raises(DataError) as error:
        load(source="d.json", target="y")
    assert len(error.value.problems[0].message) < 300


# Cells that hold several values


def test_lists_of_one_length_become_columns(load_frame):
    vectors = np.arange(3.0 * N).reshape(N, 3)
    dataset = load_frame(ROWS.assign(emb=list(vectors)))
    assert [name for name in dataset.features if "emb" in name] == ["emb_0", "emb_1", "emb_2"]
    assert (dataset.features[["emb_0", "emb_1", "emb_2"]].to_numpy() == vectors).all()
    (told,) = [n for n in dataset.description.notices if "'emb'" in n.message]
    assert told.message == "Cells of 'emb' hold several values each: they became 3 columns, 'emb_0', 'emb_1', 'emb_2'."
    assert told.severity == "note"


def test_objects_become_columns_however_deep(tmp_path, load):
    rows = [
        {**row, "geo": {"at": {"lat": i, "lon": -i}, "kind": "city"}} for i, row in enumerate(ROWS.to_dict("records"))
    ]
    del rows[3]["geo"]["kind"]
    (tmp_path / "d.jsonl").write_text("".join(f"{json.dumps(row)}\n" for row in rows))
    features = load(source="d.jsonl", target="y").features
    assert list(features["geo.at.lat"]) == list(range(N))
    assert list(features["geo.at.lon"]) == [-i for i in range(N)]
    assert features["geo.kind"].isna().tolist() == [i == 3 for i in range(N)]


WRONG = {
    "lists of several lengths": ([[1.0] * (i % 3 + 1) for i in range(N)], "'a' holds lists of 1 to 3 entries"),
    "binary": ([b"\xff\xd8"] * N, "'a' holds binary data"),
    "lists of lists": ([[[1.0], [2.0]]] * N, "'a' holds lists of lists or of objects"),
}


@pytest.mark.parametrize("name", WRONG)
def test_cells_without_one_form_are_named(name, load_frame):
    cells, message = WRONG[name]
    with pytest.raises(DataError) as error:
        load_frame(ROWS.assign(a=cells))
    assert message in error.value.problems[0].message
    assert "drop" in error.value.problems[0].hint
    assert list(load_frame(ROWS.assign(a=cells), drop=["a"]).features.columns) == ["w"]


def test_a_hook_may_take_them_apart_itself(tmp_path, load_frame):
    (tmp_path / "takes_apart.py").write_text(
        "def first(frame):\n    return frame.assign(emb=[len(e) for e in frame.emb])\n"
    )
    dataset = load_frame(ROWS.assign(emb=[[1.0] * (i % 3) for i in range(N)]), prepare="takes_apart:first")
    assert list(dataset.features["emb"]) == [i % 3 for i in range(N)]


# Workbooks


def _workbook(path, **sheets):
    with pd.ExcelWriter(path) as writer:
        for name, sheet in sheets.items():
            sheet.to_excel(writer, sheet_name=name, index=False)


def test_other_sheets_with_the_same_columns_are_told_and_can_be_read(tmp_path, load):
    _workbook(tmp_path / "d.xlsx", one=ROWS, two=ROWS, notes=pd.DataFrame({"text": ["x", "y"]}))
    dataset = load(source="d.xlsx", target="y")
    (told,) = [n for n in dataset.description.notices if "sheet" in n.message]
    assert told.message == "Only the first sheet of d.xlsx, 'one', was read: 'two', 'notes' were not."
    assert (told.hint, told.severity) == ("`read: {sheet_name: [one, two]}`", "warning")
    dataset = load(source="d.xlsx", target="y", read={"sheet_name": ["one", "two"]})
    assert len(dataset.keys) == 2 * N
    with pytest.raises(DataError, match=r"the sheets 'one' and 'notes' of d.xlsx have different columns"):
        load(source="d.xlsx", target="y", read={"sheet_name": None})


def test_sheets_of_another_kind_are_a_note(tmp_path, load):
    _workbook(tmp_path / "d.xlsx", one=ROWS, notes=pd.DataFrame({"text": ["x", "y"]}))
    (told,) = [n for n in load(source="d.xlsx", target="y").description.notices if "sheet" in n.message]
    assert told.severity == "note"


def test_an_empty_first_sheet_is_told_with_those_that_have_rows(tmp_path, load):
    _workbook(tmp_path / "d.xlsx", cover=pd.DataFrame(), data=ROWS)
    with pytest.raises(DataError, match=r"the first sheet 'cover' of d.xlsx has no rows; others have: 'data'") as error:
        load(source="d.xlsx", target="y")
    assert error.value.problems[0].hint == "`read: {sheet_name: data}`"
    assert len(load(source="d.xlsx", target="y", read={"sheet_name": "data"}).keys) == N


# Categories


def test_categories_of_several_files_are_joined(tmp_path, load):
    for name, words in (("a", "pq"), ("b", "qr")):
        part = ROWS.assign(w=pd.Categorical([words[i % 2] for i in range(N)]))
        part.to_parquet(tmp_path / f"{name}.parquet")
    for data in (
        {"source": ["a.parquet", "b.parquet"]},
        {"source": "a.parquet", "validation": {"source": "b.parquet"}},
    ):
        features = load(**data, target="y").features
        assert list(features["w"].dtype.categories) == ["p", "q", "r"]
        assert list(features["w"]) == ["p", "q"] * 6 + ["q", "r"] * 6


def test_categories_and_text_are_categories(tmp_path, load):
    ROWS.assign(w=pd.Categorical(ROWS["w"])).to_parquet(tmp_path / "a.parquet")
    ROWS.assign(w="s").to_csv(tmp_path / "b.csv", index=False)
    features = load(source=["a.parquet", "b.csv"], target="y").features
    assert list(features["w"].dtype.categories) == ["p", "q", "r", "s"]


# Tables of libraries


LOADERS = {
    "sparse_matrix": (
        "from scipy.sparse import csr_matrix\n"
        "def load():\n    return csr_matrix([[0, 1.5], [2, 0]] * 6), list('uv') * 6"
    ),
    "sparse_array": (
        "from scipy.sparse import coo_array\ndef load():\n    return coo_array([[0, 1.5], [2, 0]] * 6), list('uv') * 6"
    ),
    "arrow": (
        "import pyarrow as pa\ndef load():\n"
        "    return pa.table({'0': [0, 2.0] * 6, '1': [1.5, 0] * 6, 'target': list('uv') * 6})"
    ),
    "bunch": (
        "from sklearn.utils import Bunch\ndef load():\n"
        "    return Bunch(data=[[0, 1.5], [2, 0]] * 6, target=list('uv') * 6, feature_names=['0', '1'])"
    ),
    "polars_like": (
        "import pandas as pd\nclass DataFrame:\n    def to_pandas(self):\n"
        "        return pd.DataFrame({'0': [0, 2.0] * 6, '1': [1.5, 0] * 6, 'target': list('uv') * 6})\n"
        "class LazyFrame:\n    def collect(self):\n        return DataFrame()\n"
        "def load():\n    return LazyFrame()"
    ),
}


@pytest.mark.parametrize("name", LOADERS)
def test_tables_of_other_libraries_are_taken(name, tmp_path, load):
    (tmp_path / f"loads_{name}.py").write_text(LOADERS[name])
    dataset = load(source=f"python:loads_{name}:load", target="target")
    assert dataset.features.to_numpy().tolist() == [[0, 1.5], [2, 0]] * 6
    assert list(dataset.target.values) == list("uv") * 6


def test_a_frame_of_polars_is_taken(tmp_path, load):
    pytest.importorskip("polars", reason="polars is not installed here: a class with its methods stands in above")
    (tmp_path / "loads_polars.py").write_text(
        "import polars as pl\ndef load():\n    return pl.DataFrame({'a': [0, 2.0] * 6, 'y': list('uv') * 6})"
    )
    assert list(load(source="python:loads_polars:load", target="y").features["a"]) == [0, 2.0] * 6


@pytest.mark.parametrize("name", ["d.json", "d.jsonl"])
def test_json_with_a_byte_order_mark(name, tmp_path, load):
    (tmp_path / name).write_text(ROWS.to_json(orient="records", lines=name == "d.jsonl"), "utf-8-sig")
    assert len(load(source=name, target="y").keys) == N


def test_digits_that_json_loses_to_a_gap_are_told(tmp_path, load):
    rows = [{"id": None if i == 0 else 1234567890123456700 + i, **row} for i, row in enumerate(ROWS.to_dict("records"))]
    (tmp_path / "d.json").write_text(json.dumps(rows))
    told = [n.message for n in load(source="d.json", target="y").description.notices]
    assert "Numbers of column 'id' of d.json have more digits than are kept where a value is missing." in told


@pytest.mark.parametrize("columns", [["a", "y", "y"], ["a", "a", "y"]])
def test_names_that_json_repeats_are_refused(columns, tmp_path, load):
    (tmp_path / "d.json").write_text(json.dumps({"columns": columns, "data": [[1, 2, 3], [4, 5, 6]]}))
    with pytest.raises(DataError, match="several columns called"):
        load(source="d.json", target="y")


@pytest.mark.parametrize(
    "header", [["country", 2020, 2021, "y"], [1, 2, 3, "y"], ["a", pd.Timestamp("2024-01-01"), 1.5, "y"]]
)
def test_a_workbook_may_have_numbers_and_dates_as_names(header, tmp_path, load):
    frame = pd.DataFrame([[f"c{i % 3}", i, i % 5, "uv"[i % 2]] for i in range(N)], columns=header)
    frame.to_excel(tmp_path / "d.xlsx", index=False)
    assert load(source="d.xlsx", target="y").features.shape == (N, 3)


def test_a_header_of_two_rows_and_another_engine_are_read(tmp_path, load):
    text = "a,b,y\nx,x,x\n" + "".join(
        f"{i},,{'uv'[i % 2]}\n" if i == 3 else f"{i},{i % 5},{'uv'[i % 2]}\n" for i in range(N)
    )
    (tmp_path / "d.csv").write_text(text)
    assert len(load(source="d.csv", target="('y', 'x')", read={"header": [0, 1]}).keys) == N
    (tmp_path / "d.csv").write_text(text.replace("x,x,x\n", ""))
    assert len(load(source="d.csv", target="y", read={"engine": "pyarrow"}).keys) == N
    (tmp_path / "d.jsonl").write_text(ROWS.to_json(orient="records", lines=True))
    assert len(load(source="d.jsonl", target="y", read={"engine": "pyarrow"}).keys) == N


def test_the_total_of_a_workbook_is_left_out_as_workbooks_are_read(tmp_path, load):
    total = pd.DataFrame({"a": [ROWS["a"].sum()], "w": ["Total"], "y": [None]})
    pd.concat([ROWS, total]).to_excel(tmp_path / "d.xlsx", index=False)
    (told,) = [n for n in load(source="d.xlsx", target="y").description.notices if "last row" in n.message]
    assert told.hint == "leave it out: `read: {skipfooter: 1}`"
    assert len(load(source="d.xlsx", target="y", read={"skipfooter": 1}).keys) == N
