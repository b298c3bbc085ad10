"""Every format gives the same rows, and everything that `data:` can name finds its place."""

from __future__ import annotations

import gzip
import json

import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

FEATURES = ["age", "dose", "region"]

WRITERS = {
    "a.csv": lambda frame, path: frame.to_csv(path, index=False),
    "a.csv.gz": lambda frame, path: frame.to_csv(path, index=False),
    "tabs.tsv": lambda frame, path: frame.to_csv(path, index=False, sep="\t"),
    "semicolons.csv": lambda frame, path: frame.to_csv(path, index=False, sep=";"),
    "bars.txt": lambda frame, path: frame.to_csv(path, index=False, sep="|"),
    "spaces.data": lambda frame, path: frame.to_csv(path, index=False, sep=" "),
    "bom.csv": lambda frame, path: frame.to_csv(path, index=False, encoding="utf-8-sig"),
    "UPPER.CSV": lambda frame, path: frame.to_csv(path, index=False),
    "a.parquet": lambda frame, path: frame.to_parquet(path),
    "a.feather": lambda frame, path: frame.to_feather(path),
    "a.jsonl": lambda frame, path: frame.to_json(path, orient="records", lines=True),
    "a.jsonl.gz": lambda frame, path: frame.to_json(path, orient="records", lines=True),
    "array.json": lambda frame, path: frame.to_json(path, orient="records"),
    "lines.json": lambda frame, path: frame.to_json(path, orient="records", lines=True),
    "a.xlsx": lambda frame, path: frame.to_excel(path, index=False),
}


@pytest.mark.parametrize("name", WRITERS)
def test_every_format_gives_the_same_rows(name, tmp_path, load, patients):
    WRITERS[name](patients, tmp_path / name)
    dataset = load(source=name, target="y")
    assert_frame_equal(dataset.features, patients[FEATURES], check_dtype=False)
    assert list(dataset.target.values) == list(patients["y"])
    assert dataset.description.source == name
    assert isinstance(dataset.features.index, pd.RangeIndex)


def test_every_format_gives_the_same_keys_and_fingerprint(tmp_path, load, patients):
    datasets = []
    for name, write in WRITERS.items():
        write(patients, tmp_path / name)
        datasets.append(load(source=name, target="y"))
    assert len({dataset.keys.tobytes() for dataset in datasets}) == 1
    assert len({dataset.description.fingerprint for dataset in datasets}) == 1


@pytest.mark.parametrize(
    ("text", "columns"),
    [
        ("a;b;y\n1,5;2;u\n2,5;3;v\n", ["a", "b"]),  # decimal commas do not make it a comma file
        ("a,b,y\n1|2,x;x,u\n3|4,z;z,v\n", ["a", "b"]),
        ('a,b,y\n"1;1","p,q",u\n"2;2",r,v\n', ["a", "b"]),
        ("a\tb\ty\n1,2\tx\tu\n3,4\tz\tv\n", ["a", "b"]),
        ("a  b y\n1   2 u\n3 4   v\n", ["a", "b"]),
        ("\n\na,b,y\n1,2,u\n\n3,4,v\n", ["a", "b"]),
        ("a,b,y\n1,2,u\n3,4,v,\n", None),  # ragged: still commas, and pandas says what is wrong
    ],
)
def test_the_separator_is_found(text, columns, tmp_path, load):
    (tmp_path / "a.txt").write_text(text)
    if columns is None:
        with pytest.raises(Exception, match="Expected 3 fields in line 3, saw 4"):
            load(source="a.txt", target="y")
        return
    assert list(load(source="a.txt", target="y").features.columns) == columns


def test_options_of_the_pandas_reader_are_passed_on(tmp_path, load):
    (tmp_path / "a.csv").write_bytes("# measured in Zürich\nname~x~y\nJosé~1,5~u\nZoë~2,5~v\n".encode("latin-1"))
    read = {"sep": "~", "comment": "#", "decimal": ",", "encoding": "latin-1"}
    dataset = load(source="a.csv", target="y", read=read)
    assert list(dataset.features["name"]) == ["José", "Zoë"]
    assert list(dataset.features["x"]) == [1.5, 2.5]


def test_a_file_without_header_has_columns_named_by_number(tmp_path, load):
    (tmp_path / "a.csv").write_text("5.1,3.5,u\n4.9,3.0,v\n6.2,3.4,u\n")
    dataset = load(source="a.csv", target="2", read={"header": None})
    assert list(dataset.features.columns) == ["0", "1"]
    assert list(dataset.target.values) == ["u", "v", "u"]


def test_text_that_looks_like_numbers_stays_text_in_json_lines(tmp_path, load):
    rows = [{"code": "007", "date": "2024-01-01", "y": label} for label in "uv"]
    (tmp_path / "a.jsonl").write_text("\n".join(map(json.dumps, rows)))
    features = load(source="a.jsonl", target="y").features
    assert list(features["code"]) == ["007", "007"]
    assert list(features["date"]) == ["2024-01-01", "2024-01-01"]


def test_lists_and_globs_are_put_one_after_the_other(tmp_path, load, patients):
    patients[:20].to_csv(tmp_path / "part-b.csv", index=False)
    patients[20:].iloc[:, ::-1].to_parquet(tmp_path / "part-a.parquet")
    listed = load(source=["part-b.csv", "part-a.parquet"], target="y")
    assert_frame_equal(listed.features, patients[FEATURES], check_dtype=False)
    (tmp_path / "part-c").mkdir()
    globbed = load(source="part-*", target="y")
    assert list(globbed.features["age"]) == [*patients["age"][20:], *patients["age"][:20]]
    assert globbed.description.source == "2 files: part-a.parquet, part-b.csv"
    assert globbed.description.fingerprint == listed.description.fingerprint


def test_a_file_whose_name_looks_like_a_pattern_is_a_file(tmp_path, load, patients):
    patients.to_csv(tmp_path / "data[1].csv", index=False)
    assert len(load(source="data[1].csv", target="y").features) == 60


def test_data_outside_of_the_repository_may_be_read(tmp_path, load, patients):
    outside = tmp_path.parent / f"{tmp_path.name}-outside.csv"
    patients.to_csv(outside, index=False)
    assert len(load(source=f"../{outside.name}", target="y").features) == 60
    assert len(load(source=str(outside), target="y").features) == 60


def test_labels_come_from_a_file_of_their_own(tmp_path, load, patients):
    patients[FEATURES].to_csv(tmp_path / "x.csv", index=False)
    patients[["y"]].to_csv(tmp_path / "y.csv", index=False)
    patients.assign(note="n").to_parquet(tmp_path / "all.parquet")
    for target in ({"source": "y.csv"}, {"source": "all.parquet", "column": "y"}):
        dataset = load(source="x.csv", target=target)
        assert dataset.target.names == ("y",)
        assert list(dataset.target.values) == list(patients["y"])
        assert list(dataset.features.columns) == FEATURES


def test_label_files_without_header_do_not_clash_with_the_features(tmp_path, load):
    np.savetxt(tmp_path / "x.txt", np.arange(8).reshape(4, 2) + 0.5)
    (tmp_path / "y.txt").write_text("u\nv\nu\nv\n")
    dataset = load(source="x.txt", read={"header": None}, target={"source": "y.txt", "read": {"header": None}})
    assert list(dataset.features.columns) == ["0", "1"]
    assert dataset.target.names == ("target",)
    assert list(dataset.target.values) == ["u", "v", "u", "v"]


def test_separate_validation_rows_follow_the_others(tmp_path, load, patients):
    patients[:50].to_csv(tmp_path / "train.csv", index=False)
    patients[50:].iloc[:, ::-1].to_csv(tmp_path / "test.csv", index=False)
    dataset = load(source="train.csv", target="y", validation={"source": "test.csv"})
    assert_frame_equal(dataset.features, patients[FEATURES], check_dtype=False)
    assert list(np.flatnonzero(dataset.given_validation)) == list(range(50, 60))
    assert dataset.description.source == "train.csv; validation: test.csv"


def test_separate_validation_rows_have_their_own_label_file_and_options(tmp_path, load, patients):
    patients[:50].to_csv(tmp_path / "train.csv", index=False)
    patients.loc[50:, FEATURES].to_csv(tmp_path / "test.csv", index=False, sep="~")
    patients.loc[50:, ["y"]].rename(columns={"y": "label"}).to_csv(tmp_path / "test_y.csv", index=False)
    validation = {"source": "test.csv", "read": {"sep": "~"}, "target": {"source": "test_y.csv"}}
    dataset = load(source="train.csv", target="y", validation=validation)
    assert list(dataset.target.values) == list(patients["y"])


@pytest.mark.parametrize("name", ["iris", "wine", "digits", "breast_cancer", "diabetes", "linnerud"])
def test_the_data_of_scikit_learn(name, load):
    from sklearn import datasets

    X, y = getattr(datasets, f"load_{name}")(return_X_y=True)
    dataset = load(source=f"sklearn:{name}")
    assert np.array_equal(dataset.features.to_numpy(), X)
    assert np.array_equal(dataset.target.values, y)
    assert dataset.target.names == (("Weight", "Waist", "Pulse") if name == "linnerud" else ("target",))
    assert dataset.image_shape == ((8, 8) if name == "digits" else None)


def test_pictures_lose_their_shape_with_a_column(load):
    assert load(source="sklearn:digits", drop=["pixel_0_0"]).image_shape is None


RETURNED = {
    "pd.DataFrame({'a': [1, 2], 'y': ['u', 'v']})": ("y", ["u", "v"]),
    "(pd.DataFrame({'a': [1, 2]}), pd.Series(['u', 'v'], name='kind'))": ("kind", ["u", "v"]),
    "(np.arange(4).reshape(2, 2), np.array([0.5, 1.5]))": ("target", [0.5, 1.5]),
    "([[1], [2]], [True, False])": ("target", [True, False]),
    "(pd.DataFrame({'a': [1, 2]}, index=[7, 8]), pd.Series([0, 1]))": ("target", [0, 1]),
}


@pytest.mark.parametrize("returned", RETURNED)
def test_a_function_gives_a_table_or_a_pair(returned, tmp_path, load):
    name, values = RETURNED[returned]
    module = f"giver_{abs(hash(returned))}"
    code = f"import numpy as np, pandas as pd\ndef give():\n    print('::error::loud')\n    return {returned}\n"
    (tmp_path / f"{module}.py").write_text(code)
    given_name = {"target": "y"} if name == "y" else {}
    dataset = load(source=f"python:{module}:give", **given_name)
    assert dataset.target.names == (name,)
    assert dataset.target.values.tolist() == values
    assert all(isinstance(column, str) for column in dataset.features.columns)


def test_the_prepare_hook_sees_all_kinds_of_rows_and_may_print(tmp_path, load, patients, capsys):
    patients[:40].to_csv(tmp_path / "train.csv", index=False)
    patients[40:50].to_csv(tmp_path / "test.csv", index=False)
    patients.loc[50:, FEATURES].to_csv(tmp_path / "new.csv", index=False)
    (tmp_path / "hook_all.py").write_text(
        "import sys\n"
        "def clean(frame):\n"
        "    print('::error::loud'); print('louder', file=sys.stderr)\n"
        "    frame['decade'] = frame.pop('age') // 10\n"
        "    return frame[frame['region'] != 'east']\n"
    )
    dataset = load(
        source="train.csv", target="y", validation={"source": "test.csv"}, new="new.csv", prepare="hook_all:clean"
    )
    expected = patients[patients["region"] != "east"]
    assert list(dataset.features.columns) == ["dose", "region", "decade"]
    assert list(dataset.features["dose"]) == list(expected.loc[:49, "dose"])
    assert dataset.given_validation.sum() == len(expected.loc[40:49])
    assert list(dataset.new["decade"]) == list(expected.loc[50:, "age"] // 10)
    assert capsys.readouterr() == ("", "")


def test_columns_with_a_role_are_no_features(load_frame, patients):
    frame = patients.assign(
        number=np.arange(60), who=np.arange(60) // 3, when=pd.date_range("2024", periods=60), w=np.full(60, 2)
    )
    dataset = load_frame(frame, id="number", group="who", time="when", weight="w", drop=["d*"], slices=("region",))
    assert list(dataset.features.columns) == ["age", "region"]
    assert list(dataset.ids) == list(range(60))
    assert list(dataset.group) == list(frame["who"])
    assert dataset.time.astype("datetime64[s]").tolist() == frame["when"].tolist()
    assert dataset.weight.dtype == np.float64
    assert list(dataset.slices["region"]) == list(frame["region"])


def test_a_dropped_column_may_still_be_a_slice_or_a_group(load_frame, patients):
    dataset = load_frame(patients, drop=["region"], group="region", slices=("region",))
    assert list(dataset.features.columns) == ["age", "dose"]
    assert list(dataset.slices["region"]) == list(dataset.group) == list(patients["region"])


def test_a_drop_pattern_with_brackets_is_also_a_plain_name(load_frame, patients):
    dataset = load_frame(patients.rename(columns={"dose": "dose[mg]"}), drop=["dose[mg]"])
    assert list(dataset.features.columns) == ["age", "region"]


def test_new_rows_need_no_label_and_no_role(tmp_path, load_frame, patients):
    patients[["region", "dose", "age"]].head(3).to_csv(tmp_path / "new.csv", index=False)
    dataset = load_frame(patients.assign(who=1), group="who", new="new.csv")
    assert_frame_equal(dataset.new, patients[FEATURES].head(3), check_dtype=False)


def test_a_label_in_new_rows_is_ignored(tmp_path, load_frame, patients):
    patients.head(3).to_csv(tmp_path / "new.csv", index=False)
    dataset = load_frame(patients, new="new.csv")
    assert list(dataset.new.columns) == FEATURES
    assert list(dataset.new_keys) == list(dataset.keys[:3])


def test_an_index_that_the_configuration_names_is_a_column(load_frame, patients):
    frame = patients.set_index(pd.Index([f"p{i}" for i in range(60)], name="patient"))
    assert list(load_frame(frame, id="patient").ids[:2]) == ["p0", "p1"]
    assert list(load_frame(frame).features.columns) == FEATURES


@pytest.mark.parametrize(
    ("column", "expected"),
    [
        (["2024-01-02", "2024-01-01"], np.array(["2024-01-02", "2024-01-01"], dtype="datetime64[s]")),
        (pd.to_datetime(["2024-01-02T01:00+01:00", "2024-01-01T00:00+01:00"]), None),
        (pd.Categorical(["2024-01-02", "2024-01-01"]), None),
        ([2, 1], np.array([2, 1])),
        ([2.5, 1.5], np.array([2.5, 1.5])),
    ],
)
def test_times_are_dates_or_numbers(column, expected, load_frame):
    dataset = load_frame(pd.DataFrame({"t": column, "x": [1, 2], "y": ["u", "v"]}), time="t")
    assert dataset.time[0] > dataset.time[1]
    if expected is not None:
        assert (dataset.time == expected).all()


@pytest.mark.parametrize("dtype", ["Int64", "Float64", "int32", "float32", "UInt8", "int64[pyarrow]"])
def test_nullable_and_small_dtypes_are_kept(dtype, load_frame):
    values = pd.Series([1, 2, 3, 4], dtype=dtype)
    frame = pd.DataFrame({"a": values, "y": pd.Series(["u", "v", "u", "v"], dtype="string")})
    dataset = load_frame(frame)
    assert dataset.features["a"].dtype == (values.dtype if dtype != "int64[pyarrow]" else dataset.features["a"].dtype)
    assert list(dataset.features["a"]) == [1, 2, 3, 4]
    assert dataset.target.values.dtype == object


def test_an_image_shape_is_kept_when_it_fits(load_frame):
    frame = pd.DataFrame(np.random.default_rng(0).random((5, 6))).assign(y=list("uvuvu")).rename(columns=str)
    assert load_frame(frame, image_shape=(2, 3)).image_shape == (2, 3)


def test_a_large_file_has_one_type_a_column(tmp_path, load):
    rows = 300_000  # pandas reads such files in parts, and would make text of some and numbers of others
    lines = "".join(f"{i}.5,{'u' if i % 2 else 'v'}\n" for i in range(rows - 1))
    with gzip.open(tmp_path / "large.csv.gz", "wt", compresslevel=1) as file:
        file.write("a,y\n" + lines + "unknown,u\n")
    column = load(source="large.csv.gz", target="y").features["a"]
    assert {type(value) for value in (column.iloc[0], column.iloc[-1])} == {str}
