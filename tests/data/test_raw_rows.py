"""A Dataset knows the rows of its source, whatever the hook made of them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from report.data import match_table
from report.data.origin import followed

FRAME = pd.DataFrame(
    {"x": np.random.default_rng(0).normal(size=40), "c": ["a", "b"] * 20, "k": np.random.default_rng(1).permutation(40)}
)

FOLLOWED = {
    "nothing": (lambda rows: rows, range(40)),
    "a column more": (lambda rows: rows.assign(z=rows.x * 2), range(40)),
    "all columns computed": (lambda rows: pd.DataFrame({"z": rows.x * 2}), range(40)),
    "scaled in place": (lambda rows: rows.assign(x=rows.x * 2), range(40)),
    "flipped labels": (lambda rows: rows.assign(c=rows.c.map({"a": "b", "b": "a"}), x=rows.x * 2, k=-rows.k), None),
    "filtered": (lambda rows: rows[rows.c == "a"], range(0, 40, 2)),
    "sorted": (lambda rows: rows.sort_values("x"), FRAME.x.argsort()),
    "filtered and numbered anew": (lambda rows: rows[rows.c == "a"].reset_index(drop=True), range(0, 40, 2)),
    "sorted and numbered anew": (lambda rows: rows.sort_values("x", ignore_index=True), FRAME.x.argsort()),
    "sorted, scaled and numbered anew": (
        lambda rows: rows.sort_values("x", ignore_index=True).assign(x=0.0),
        FRAME.x.argsort(),
    ),
    "the first rows": (lambda rows: rows.head(30).reset_index(drop=True), range(30)),
    "the first rows, all computed": (
        lambda rows: pd.DataFrame({"z": rows.x.head(30) * 2}).reset_index(drop=True),
        None,
    ),
    "an index of its own": (lambda rows: rows.set_index("k"), FRAME.index),
    "rows repeated": (lambda rows: pd.concat([rows, rows.head(2)]), [*range(40), 0, 1]),
    "rows made up": (lambda rows: pd.concat([rows, rows.head(2) * 2], ignore_index=True), None),
    "averages": (lambda rows: rows.groupby("c", as_index=False)[["x"]].mean(), None),
}


@pytest.mark.parametrize("name", FOLLOWED)
def test_rows_are_followed_through_a_hook(name):
    hook, right = FOLLOWED[name]
    found = followed(FRAME, hook(FRAME))
    assert found is None if right is None else found.tolist() == list(right)


def write(tmp_path, rows: int = 40, name: str = "a.csv") -> pd.DataFrame:
    frame = FRAME.head(rows).assign(w=1.0, y=["p", "q"] * (rows // 2))
    frame.to_csv(tmp_path / name)
    return frame


def test_the_rows_of_the_source_are_there_without_target_weight_and_row_numbers(tmp_path, load):
    write(tmp_path)
    table = match_table(load(source="a.csv", target="y", weight="w", id="k", drop=["c"]))
    assert list(table.raw.columns) == ["x", "c", "k"]
    assert table.origin.tolist() == list(range(40))
    assert table.id_name == "k"
    assert table.labels[:2].tolist() == [["p"], ["q"]]


def test_no_cell_is_copied_where_rows_stand_as_in_the_source(tmp_path, load):
    write(tmp_path)
    dataset = load(source="a.csv", target="y")
    assert np.shares_memory(match_table(dataset).raw["x"].to_numpy(), dataset.features["x"].to_numpy())


def test_rows_without_a_label_are_left_out(tmp_path, load):
    write(tmp_path).assign(y=[None, *["p", "q"] * 19, "p"]).to_csv(tmp_path / "a.csv")
    table = match_table(load(source="a.csv", target="y"))
    assert table.origin.tolist() == list(range(1, 40))
    assert table.raw["x"].tolist() == table.features["x"].tolist()


def test_a_hook_writes_into_a_copy_of_its_own(tmp_path, load):
    write(tmp_path)
    hook = "def clean(rows):\n    rows.loc[:, 'x'] = 0.0\n    return rows[rows.k < 20]\n"
    (tmp_path / "hook_of_raw.py").write_text(hook)
    table = match_table(load(source="a.csv", target="y", prepare="hook_of_raw:clean", drop=["k"], validation=0.2))
    assert table.origin.tolist() == np.flatnonzero(FRAME.k < 20).tolist()
    assert table.raw["x"].tolist() == pytest.approx(FRAME.x[FRAME.k < 20].tolist())
    assert set(table.features["x"]) == {0.0}


def test_a_validation_file_follows_the_data(tmp_path, load):
    write(tmp_path)
    write(tmp_path, 10, "b.csv")
    table = match_table(load(source="a.csv", target="y", validation={"source": "b.csv"}))
    assert table.origin.tolist() == list(range(50))
    assert table.raw["x"].tolist() == pytest.approx([*FRAME.x, *FRAME.x[:10]])
    assert "Unnamed: 0" not in table.raw


@pytest.mark.parametrize(
    ("numbers", "is_left_out"),
    [
        (range(40), True),
        (range(1, 41), True),
        ([*range(1, 21), *range(1, 21)], True),
        (range(2, 42), False),
        ([*range(39), 5], False),
        ([*range(1, 21), *range(20)], False),
        ([*range(10), *range(10), *range(10), *range(10)], False),
    ],
)
def test_columns_that_count_rows_say_nothing_of_them(numbers, is_left_out, tmp_path, load):
    FRAME.assign(n=list(numbers), y=["p", "q"] * 20).to_csv(tmp_path / "a.csv", index=False)
    assert ("n" not in match_table(load(source="a.csv", target="y")).raw) == is_left_out


def test_a_row_number_is_kept_where_nothing_else_is_there(tmp_path, load):
    pd.DataFrame({"n": range(40), "y": ["p", "q"] * 20}).to_csv(tmp_path / "a.csv", index=False)
    assert list(match_table(load(source="a.csv", target="y")).raw) == ["n"]


class TestFingerprints:
    def test_a_file_of_another_name_has_the_same(self, tmp_path, load):
        write(tmp_path)
        write(tmp_path, name="b.csv")
        assert self.of(load, source="a.csv") == self.of(load, source="b.csv")

    def test_other_bytes_options_order_labels_and_validation_have_others(self, tmp_path, load):
        write(tmp_path)
        write(tmp_path, 20, "b.csv")
        write(tmp_path)[["y"]].to_csv(tmp_path / "labels.csv", index=False)
        write(tmp_path).drop(columns="y").to_csv(tmp_path / "bare.csv")
        labels = {"source": "labels.csv"}
        sources = [
            {"source": "a.csv"},
            {"source": "b.csv"},
            {"source": "a.csv", "read": {"nrows": 20}},
            {"source": ["a.csv", "b.csv"]},
            {"source": ["b.csv", "a.csv"]},
            {"source": "a.csv", "validation": {"source": "b.csv"}},
            {"source": "bare.csv", "target": labels},
            {"source": "bare.csv", "target": {**labels, "read": {"nrows": 40}}},
        ]
        assert len({self.of(load, **source) for source in sources}) == len(sources)

    def test_a_function_is_known_by_the_rows_that_it_gives(self, tmp_path, load):
        code = "import pandas\ndef load{0}():\n    return pandas.DataFrame({{'x': {1}, 'y': [0, 1, 0, 1]}})\n"
        parts = [code.format(name, x) for name, x in (("a", [1, 2, 3, 4]), ("b", [1, 2, 3, 4]), ("c", [1, 2, 4, 3]))]
        (tmp_path / "loaders_of_raw.py").write_text("".join(parts))
        prints = [self.of(load, source=f"python:loaders_of_raw:load{name}") for name in "abc"]
        assert prints[0] == prints[1] != prints[2]

    @staticmethod
    def of(load, **source) -> str:
        return match_table(load(**{"target": "y", **source})).fingerprint
