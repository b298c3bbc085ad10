"""Each mistake in the data gives one clear message that says where and what to do."""

from __future__ import annotations

import gzip
import sys

import numpy as np
import pandas as pd
import pytest

from report.config.schema import DataConfig
from report.core.errors import ReportError
from report.data import load_dataset

GOOD = "age,dose,y\n1,2,u\n3,4,v\n5,6,u\n"

FILES = {
    "a.csv": GOOD,
    "b.csv": "age,size,y\n1,2,u\n",
    "empty.csv": "",
    "blank.csv": "\n\n\n",
    "header.csv": "age,dose,y\n",
    "twice.csv": "age,dose,age,y\n1,2,3,u\n",
    "numbers.csv": "0.5,1.5,0.5\n0.7,1.5,0.1\n",
    "ragged.csv": "age,dose,y\n1,2,u\n1,2,3,u\n",
    "latin.csv": "name,y\nJosé,u\nZoë,v\n".encode("latin-1"),
    "utf16.csv": GOOD.encode("utf-16"),
    "noise.parquet": b"PAR1 this is no parquet file",
    "noise.feather": b"this is no feather file",
    "noise.xlsx": b"this is no workbook",
    "zip.xlsx": b"PK\x03\x04 not quite",
    "noise.jsonl": '{"a": 1}\n{"a": \n',
    "cut.csv.gz": gzip.compress(GOOD.encode() * 50)[:40],
    "lfs.csv": "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n",
    "kept.csv.dvc": "outs:\n- path: kept.csv\n",
    "pulled.dvc": "outs:\n- path: pulled\n",
    "notes.md": "# notes\n",
    "x.csv": "age,dose\n1,2\n3,4\n5,6\n",
    "labels.csv": "y\nu\nv\n",
    "labels2.csv": "y,z\nu,1\nv,2\nu,3\n",
    "y.csv": "dose\nu\nv\nu\n",
    "target.csv": "target,dose\n1,2\n3,4\n5,6\n",
    "weights.csv": "x,w,y\n1,1,u\n2,-1,v\n3,,u\n4,-2,v\n",
    "negative.csv": "x,w,y\n1,1,u\n2,-1,v\n4,-2,v\n",
    "zero.csv": "x,w,y\n1,0,u\n2,0,v\n",
    "groups.csv": "x,g,y\n1,a,u\n2,,v\n3,b,u\n",
    "times.csv": "x,t,y\n1,2024-01-01,u\n2,soon,v\n",
}

HOOKS = """
import pandas as pd
def breaks(frame):
    print("so far")
    return helper(frame)
def helper(frame):
    return frame["height"]
def leaves(frame):
    raise SystemExit(3)
def forgets(frame):
    frame["z"] = 1
def empties(frame):
    return frame.iloc[:0]
def repeats(frame):
    return pd.concat([frame, frame], axis=1)
def number():
    return 7
def triple():
    return 1, 2, 3
def uneven():
    return [[1], [2]], [0]
def twins():
    return repeats(pd.DataFrame({"a": [1], "y": [2]}))
"""

CASES = {
    "no file": (
        {"source": "weight.csv"},
        "data.source: there is no file weight.csv\n  → did you mean 'weights.csv'?",
    ),
    "no file, tracked by DVC": (
        {"source": "kept.csv"},
        (
            "data.source: there is no file kept.csv\n"
            "  → it is tracked by DVC: `prepare: dvc pull` gets it, for head and for base"
        ),
    ),
    "no file, in a folder tracked by DVC": (
        {"source": "pulled/deep/d.csv"},
        (
            "data.source: there is no file pulled/deep/d.csv\n"
            "  → it is tracked by DVC: `prepare: dvc pull` gets it, for head and for base"
        ),
    ),
    "an address": (
        {"source": "https://example.org/a.csv"},
        (
            "data.source: there is no file https:/example.org/a.csv\n"
            "  → only files are read: download it in a step before, or read it in a function, `python:MODULE:FUNCTION`"
        ),
    ),
    "no match": ({"source": "parts/*.csv"}, "data.source: no file matches 'parts/*.csv'\n  → looked in ROOT"),
    "directory": (
        {"source": "folder"},
        "data.source: folder is a directory\n  → name its files, such as 'folder/*.csv'",
    ),
    "unknown suffix": (
        {"source": "notes.md"},
        (
            "data.source: no reader for 'notes.md'\n"
            "  → known are .csv, .tsv, .txt, .data, .dat, .test, .train, .tab, .psv, .parquet, .pq, .feather, "
            ".arrow, .jsonl, .ndjson, .json, .xlsx, .xlsm (text also as .gz or .zip); "
            "`python:MODULE:FUNCTION` reads anything else"
        ),
    ),
    "empty": ({"source": "empty.csv"}, "data.source: empty.csv is empty"),
    "blank lines": ({"source": "blank.csv"}, "data.source: blank.csv is empty"),
    "only a header": ({"source": "header.csv"}, "data.source: header.csv has no rows"),
    "columns of one name": (
        {"source": "twice.csv"},
        "data.source: twice.csv has several columns called 'age'\n  → give each its own name",
    ),
    "no header": (
        {"source": "numbers.csv"},
        (
            "data.source: the first row of numbers.csv looks like data, not like names: '0.5', '1.5', '0.5'\n"
            "  → if the file has no header: `read: {header: null}`, the columns are then called '0', '1', …"
        ),
    ),
    "ragged": (
        {"source": "ragged.csv"},
        (
            "data.source: ragged.csv cannot be read as CSV: Error tokenizing data. "
            "C error: Expected 3 fields in line 3, saw 4\n"
            "  → look at that line: is a separator in a text or a number without quotation marks? "
            "`read: {on_bad_lines: warn}` leaves such lines out"
        ),
    ),
    "another encoding": (
        {"source": "latin.csv"},
        "data.source: latin.csv is not UTF-8 (byte 0xe9)\n  → name its encoding, such as `read: {encoding: cp1252}`",
    ),
    "UTF-16": ({"source": "utf16.csv"}, "data.source: utf16.csv is UTF-16, not UTF-8\n  → `read: {encoding: utf-16}`"),
    "unknown encoding": (
        {"source": "a.csv", "read": {"encoding": "latin-99"}},
        "data.source: a.csv cannot be read as CSV: unknown encoding: latin-99\n",
    ),
    "unknown option": (
        {"source": "a.csv", "read": {"delimeter": ";"}},
        "data.read: pandas.read_csv has no option 'delimeter'\n  → did you mean 'delimiter'?",
    ),
    "option that gives no table": (
        {"source": "a.csv", "read": {"chunksize": 2}},
        "data.source: the options in `read:` give a TextFileReader, not a table",
    ),
    "damaged Parquet": ({"source": "noise.parquet"}, "data.source: noise.parquet cannot be read as Parquet: "),
    "damaged Feather": ({"source": "noise.feather"}, "data.source: noise.feather cannot be read as Feather: "),
    "damaged Excel": ({"source": "noise.xlsx"}, "data.source: noise.xlsx cannot be read as Excel: "),
    "damaged workbook": ({"source": "zip.xlsx"}, "data.source: zip.xlsx cannot be read as Excel: it is no workbook\n"),
    "damaged JSON": ({"source": "noise.jsonl"}, "data.source: noise.jsonl cannot be read as JSON Lines: "),
    "cut short": ({"source": "cut.csv.gz"}, "data.source: cut.csv.gz cannot be read as CSV: "),
    "Git LFS": (
        {"source": "lfs.csv"},
        "data.source: lfs.csv is a Git LFS pointer, not the data\n  → check out with `lfs: true`",
    ),
    "files of different columns": (
        {"source": ("a.csv", "b.csv")},
        (
            "data.source: b.csv and a.csv have different columns: missing 'dose', not expected 'size'\n"
            "  → give them the same columns, or leave some out with `drop`"
        ),
    ),
    "no target": (
        {"source": "a.csv", "target": None},
        "data.target: no target is named\n  → which column is to be predicted? The columns are 'age', 'dose', 'y'",
    ),
    "target not there": (
        {"source": "a.csv", "target": "dos"},
        "data.target: there is no column 'dos'\n  → did you mean 'dose'?",
    ),
    "several columns not there": (
        {"source": "a.csv", "group": "patient", "time": "ages", "weight": "w", "id": "number", "slices": ("region",)},
        (
            "data.id: there is no column 'number'\n  → the columns are 'age', 'dose', 'y'\n"
            "data.group: there is no column 'patient'\n  → the columns are 'age', 'dose', 'y'\n"
            "data.time: there is no column 'ages'\n  → did you mean 'age'?\n"
            "data.weight: there is no column 'w'\n  → the columns are 'age', 'dose', 'y'\n"
            "slices: there is no column 'region'\n  → the columns are 'age', 'dose', 'y'"
        ),
    ),
    "target as the group": (
        {"source": "a.csv", "group": "y"},
        "data.group: column 'y' is the target as well\n  → name another column",
    ),
    "all columns dropped": (
        {"source": "a.csv", "drop": ("*",)},
        "data.drop: no feature is left: every column is dropped or named otherwise",
    ),
    "label file of another length": (
        {"source": "x.csv", "target": {"source": "labels.csv"}},
        (
            "data.target: labels.csv has 2 rows, and x.csv has 3\n"
            "  → labels stand row by row, in the order of the data; without a header: `read: {header: null}`"
        ),
    ),
    "label file of several columns": (
        {"source": "x.csv", "target": {"source": "labels2.csv"}},
        "data.target: labels2.csv has 2 columns: 'y', 'z'\n  → say which holds the labels: `column: NAME`",
    ),
    "label file without that column": (
        {"source": "x.csv", "target": {"source": "labels2.csv", "column": "yy"}},
        "data.target.column: labels2.csv has no column 'yy'\n  → did you mean 'y'?",
    ),
    "label file not there": (
        {"source": "x.csv", "target": {"source": "label.csv"}},
        "data.target.source: there is no file label.csv\n  → did you mean 'labels.csv'?",
    ),
    "label of a name that is taken": (
        {"source": "target.csv", "target": {"source": "y.csv"}},
        "data.target: column 'target' is in target.csv and in y.csv\n  → rename one of them",
    ),
    "validation with other columns": (
        {"source": "a.csv", "validation": {"source": "b.csv"}},
        (
            "data.validation: b.csv and the labelled rows have different columns: missing 'dose', not expected 'size'\n"
            "  → give them the same columns, or leave some out with `drop`"
        ),
    ),
    "validation without labels": (
        {"source": "a.csv", "validation": {"source": "x.csv"}},
        (
            "data.validation: x.csv has no target 'y'\n"
            "  → labels in a file of their own: `validation: {source: …, target: {source: …}}`"
        ),
    ),
    "new rows with other columns": (
        {"source": "a.csv", "new": "b.csv"},
        (
            "data.new: the new rows in b.csv have other columns: missing 'dose', not expected 'size'\n"
            "  → they need the features of the labelled rows; a target is ignored"
        ),
    ),
    "a missing weight": (
        {"source": "weights.csv", "weight": "w"},
        (
            "data.weight: the weight in 'w' is missing or infinite in 1 row, first in row 3\n"
            "  → mend the data, or fill them in the `prepare` hook"
        ),
    ),
    "a negative weight": (
        {"source": "negative.csv", "weight": "w"},
        (
            "data.weight: the weight in 'w' is negative in 2 rows, first in row 2\n"
            "  → mend the data, or fill them in the `prepare` hook"
        ),
    ),
    "weights of zero": ({"source": "zero.csv", "weight": "w"}, "data.weight: all weights in 'w' are zero"),
    "weights of text": ({"source": "groups.csv", "weight": "g"}, "data.weight: the weights in 'g' are not numbers"),
    "a missing group": (
        {"source": "groups.csv", "group": "g"},
        "data.group: column 'g' is missing in 1 row, first in row 2\n  → drop or fill them in the `prepare` hook",
    ),
    "times of text": (
        {"source": "times.csv", "time": "t"},
        "data.time: column 't' does not hold dates or numbers: ",
    ),
    "pictures of another size": (
        {"source": "a.csv", "image_shape": (2, 2)},
        (
            "data.image_shape: pictures of 2 × 2 have 4 pixels, and there are 2 features\n"
            "  → it is [height, width]; leave other columns out with `drop`"
        ),
    ),
    "an unknown bundled data set": (
        {"source": "sklearn:wines"},
        "data.source: scikit-learn has no bundled data set 'wines'\n  → did you mean 'wine'?",
    ),
    "a data set that would be downloaded": (
        {"source": "sklearn:california_housing"},
        (
            "data.source: scikit-learn has no bundled data set 'california_housing'\n"
            "  → bundled are iris, wine, digits, breast_cancer, diabetes, linnerud"
        ),
    ),
    "a hook that is not there": (
        {"source": "a.csv", "prepare": "HOOKS:prepair"},
        "data.prepare: module 'HOOKS' has no 'prepair'",
    ),
    "a hook that raises": (
        {"source": "a.csv", "prepare": "HOOKS:breaks"},
        (
            "data.prepare: 'HOOKS:breaks' failed on the labelled rows:\n"
            '  File "HOOKS.py", line 5, in breaks\n'
            "    return helper(frame)\n"
            '  File "HOOKS.py", line 7, in helper\n'
            '    return frame["height"]\n'
            "KeyError: 'height'\n"
            "It had printed:\n"
            "  so far\n"
            "  → mend that function"
        ),
    ),
    "a hook that exits": (
        {"source": "a.csv", "prepare": "HOOKS:leaves"},
        (
            "data.prepare: 'HOOKS:leaves' failed on the labelled rows:\n"
            '  File "HOOKS.py", line 9, in leaves\n'
            "    raise SystemExit(3)\n"
            "SystemExit: 3\n  → mend that function"
        ),
    ),
    "a hook that returns nothing": (
        {"source": "a.csv", "prepare": "HOOKS:forgets"},
        "data.prepare: 'HOOKS:forgets' returned nothing on the labelled rows\n  → return the DataFrame",
    ),
    "a hook that leaves nothing": (
        {"source": "a.csv", "prepare": "HOOKS:empties"},
        "data.prepare: 'HOOKS:empties' left no rows or no columns on the labelled rows",
    ),
    "a hook that repeats columns": (
        {"source": "a.csv", "prepare": "HOOKS:repeats"},
        "data.prepare: 'HOOKS:repeats' gave several columns called 'age', 'dose', 'y'",
    ),
    "a function that gives no table": (
        {"source": "python:HOOKS:number"},
        (
            "data.source: 'HOOKS:number' returned an object of type int\n"
            "  → return a DataFrame (pandas, polars, pyarrow), or a pair of features (sparse ones too) and target"
        ),
    ),
    "a function that gives three": (
        {"source": "python:HOOKS:triple"},
        (
            "data.source: 'HOOKS:triple' returned a tuple of 3: 'int', 'int', 'int'\n"
            "  → return a DataFrame (pandas, polars, pyarrow), or a pair of features (sparse ones too) and target"
        ),
    ),
    "a function of uneven parts": (
        {"source": "python:HOOKS:uneven"},
        "data.source: 'HOOKS:uneven' returned 2 rows of features and 1 of target",
    ),
    "a function that repeats columns": (
        {"source": "python:HOOKS:twins"},
        "data.source: 'HOOKS:twins' gives several columns called 'a', 'y'\n  → give each its own name",
    ),
}
STARTS = ("unknown encoding", "damaged", "cut short", "times of text", "a hook that is not there")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """All of the files, and a module of hooks whose name no other test uses."""
    root = tmp_path_factory.mktemp("bad")
    for name, content in FILES.items():
        (root / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    (root / "folder").mkdir()
    (root / "bad_data_hooks.py").write_text(HOOKS)
    return root


@pytest.mark.parametrize("name", CASES)
def test_bad_data_give_one_clear_message(name, folder, monkeypatch):
    monkeypatch.setattr(sys, "path", list(sys.path))
    options, message = CASES[name]
    options = {
        key: value.replace("HOOKS", "bad_data_hooks") if isinstance(value, str) else value
        for key, value in {"target": "y", **options}.items()
    }
    slices = options.pop("slices", ())
    with pytest.raises(ReportError) as caught:
        load_dataset(DataConfig(**options), task="auto", slices=slices, root=folder)
    told = str(caught.value).replace(str(folder), "ROOT").replace("bad_data_hooks", "HOOKS")
    if name.startswith(STARTS):
        assert told.startswith(message)
    else:
        assert told == message


def test_a_column_name_from_the_data_is_cut_in_messages(load_frame):
    frame = pd.DataFrame({"x" * 5000: np.arange(3), "y": list("uvu")})
    with pytest.raises(ReportError) as caught:
        load_frame(frame, target="z")
    assert len(str(caught.value)) < 300


def test_a_file_without_permission_is_told(tmp_path, load):
    file = tmp_path / "a.csv"
    file.write_text(GOOD)
    file.chmod(0)
    try:
        file.read_bytes()
    except PermissionError:
        with pytest.raises(ReportError, match=r"a\.csv may not be read"):
            load(source="a.csv", target="y")
    else:
        pytest.skip("this user may read everything")
