"""What a reader is warned about, with counts and what to do; and what is no reason for a warning."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from report.comparison.result import given_away

N = 200
RNG = np.random.default_rng(3)
LABELS = RNG.choice(["u", "v"], N)


def base(**columns) -> pd.DataFrame:
    return pd.DataFrame({"noise": RNG.normal(size=N), **columns, "y": LABELS})


def warnings_of(dataset) -> list[str]:
    return [notice.message for notice in dataset.description.notices if notice.severity == "warning"]


def hints_of(dataset) -> str:
    return "\n".join(str(notice.hint) for notice in dataset.description.notices)


QUIET = {
    "numbers": RNG.normal(size=N),
    "counts": RNG.integers(0, 9, N),
    "large whole numbers": RNG.integers(0, 10**9, N),
    "words": RNG.choice(["red", "green"], N),
    "a description": [f"patient {i} was seen on a day" for i in range(N)],
    "dates": pd.date_range("2024", periods=N),
    "flags": RNG.choice([True, False], N),
    "some missing": np.where(RNG.random(N) < 0.3, np.nan, 1.5 * np.arange(N) % 7),
    "nearly the target": np.where(RNG.random(N) < 0.1, "?", LABELS),
}


@pytest.mark.parametrize("name", QUIET)
def test_good_columns_give_no_warning(name, load_frame):
    assert warnings_of(load_frame(base(a=QUIET[name]))) == []


WARNED = {
    "constant": (np.full(N, 3), "1 column never changes: 'a' (always 3).", 'drop: ["a"]'),
    "all missing": (np.full(N, np.nan), "1 column never changes: 'a' (always missing).", 'drop: ["a"]'),
    "row number": (np.arange(N), "1 column looks like a row number or an identifier: 'a'.", "`id:`"),
    "shuffled number": (RNG.permutation(N), "1 column looks like a row number or an identifier: 'a'.", "`id:`"),
    "identifier": ([f"p-{i:04}" for i in range(N)], "1 column looks like a row number or an identifier: 'a'.", "`id:`"),
    "nullable row number": (
        pd.array(range(N), dtype="Int64"),
        "1 column looks like a row number or an identifier: 'a'.",
        'drop: ["a"]',
    ),
    "infinite": (
        np.where(np.arange(N) < 2, np.inf, 1.0 * np.arange(N)),
        "1 column holds infinite values: 'a' (2 rows).",
        "prepare",
    ),
    "much missing": (
        np.where(np.arange(N) % 4 > 0, np.nan, RNG.normal(size=N)),
        "1 column is missing in most rows: 'a' (75.0%).",
        'drop: ["a"]',
    ),
    "the target itself": (LABELS, "1 column gives the target away: 'a' (each value has one class).", 'drop: ["a"]'),
    "the target in other words": (
        np.where(LABELS == "u", RNG.integers(0, 3, N), RNG.integers(5, 8, N)),
        "1 column gives the target away: 'a' (each value has one class).",
        'drop: ["a"]',
    ),
    "a number with a threshold": (
        np.where(LABELS == "u", 10.0, 0.0) + RNG.random(N),
        "1 column gives the target away: 'a' (each class has a range of its own).",
        'drop: ["a"]',
    ),
}


@pytest.mark.parametrize("name", WARNED)
def test_a_suspicious_column_is_told_with_what_to_do(name, load_frame):
    values, message, hint = WARNED[name]
    dataset = load_frame(base(a=values))
    assert warnings_of(dataset) == [message]
    assert hint in hints_of(dataset)


def test_columns_of_mixed_types_are_told(tmp_path, load):
    (tmp_path / "giver_types.py").write_text(
        "import pandas as pd\n"
        "def give():\n"
        "    return pd.DataFrame({'a': [1, 'x', 2.5, 'z'] * 3, 'b': [{1}, {2}] * 6, 'y': list('uvuv') * 3})\n"
    )
    dataset = load(source="python:giver_types:give", target="y")
    assert "1 column mixes types: 'a' (float and int and str)." in warnings_of(dataset)
    assert [column.kind for column in dataset.description.columns] == ["other", "other"]


def test_columns_with_one_trouble_are_told_together(load_frame):
    dataset = load_frame(base(**{f"c{i}": np.full(N, i) for i in range(8)}))
    (message,) = warnings_of(dataset)
    assert message.startswith("8 columns never change: 'c0' (always 0), 'c1' (always 1)")
    assert message.endswith("'c4' (always 4) and 3 more.")


@pytest.mark.parametrize(("noise", "warned"), [(1e-6, True), (0.5, False)])
def test_a_column_that_follows_a_quantity_is_told(noise, warned, load_frame):
    y = RNG.normal(size=N)
    frame = pd.DataFrame({"x": RNG.normal(size=N), "a": 5 - 2 * y + noise * RNG.normal(size=N), "y": y})
    dataset = load_frame(frame)
    told = warnings_of(dataset)
    assert told == (["1 column gives the target away: 'a' (correlation -1.0000)."] if warned else [])
    assert given_away(dataset) == tuple(told), "the comparison knows it too"


def test_a_column_that_gives_one_of_several_targets_away_is_told(load_frame):
    labels = RNG.integers(0, 2, (N, 2))
    frame = pd.DataFrame({"x": RNG.normal(size=N), "a": 7 - labels[:, 1], "y": labels[:, 0], "z": labels[:, 1]})
    assert "'a' (each value has one class)" in warnings_of(load_frame(frame, target=["y", "z"]))[0]


def test_a_row_number_written_by_pandas_is_told(tmp_path, load):
    base().to_csv(tmp_path / "a.csv")
    dataset = load(source="a.csv", target="y")
    assert warnings_of(dataset) == ["1 column looks like a row number or an identifier: 'Unnamed: 0'."]
    assert warnings_of(load(source="a.csv", target="y", drop=["Unnamed*"])) == []


def test_copies_are_counted_and_those_with_another_label_too(load_frame):
    frame = base()
    copies = frame.iloc[:6].copy()
    copies.loc[:1, "y"] = ["v" if label == "u" else "u" for label in copies.loc[:1, "y"]]
    dataset = load_frame(pd.concat([frame, copies], ignore_index=True))
    assert warnings_of(dataset) == [
        "6 rows of 206 are copies of another row.",
        "4 rows have the same features as another row, but another label.",
    ]


def test_repeated_ids_are_counted(load_frame):
    dataset = load_frame(base(number=np.minimum(np.arange(N), N - 3)), id="number")
    assert warnings_of(dataset) == ["`id` 'number' is not unique: 2 rows repeat an earlier one."]


def test_columns_with_a_role_and_patterns_without_effect_are_told(load_frame):
    dataset = load_frame(base(who=np.arange(N) // 4), group="who", drop=["nose"])
    notices = {notice.message: notice for notice in dataset.description.notices}
    assert notices["`drop` pattern 'nose' matches no column."].hint == "did you mean 'noise'?"
    assert notices["Not used as features, because they have another role: 'who'."].severity == "note"


HEADERS = {
    "5.1,3.5,1.4,setosa\n4.9,3.0,1.4,virginica\n6.0,3.1,4.4,setosa\n": True,
    "1,2,3,9\n4,5,6,8\n7,8,9,7\n": True,
    "0,1,2,3\n4.5,5.5,6.5,u\n7.5,8.5,9.5,v\n": False,
    "id,2019,2020,y\n1,2.5,3.5,u\n2,3.5,4.5,v\n": False,
}


@pytest.mark.parametrize("text", HEADERS)
def test_a_first_row_of_data_is_noticed(text, tmp_path, load):
    (tmp_path / "a.csv").write_text(text)
    target = text.split("\n", maxsplit=1)[0].split(",")[-1]
    told = [message for message in warnings_of(load(source="a.csv", target=target)) if "looks like data" in message]
    assert bool(told) is HEADERS[text]


def test_rows_with_more_fields_than_the_header_are_told(tmp_path, load):
    (tmp_path / "a.csv").write_text("a,b,y\nr1,1,2,u\nr2,3,4,v\n")
    assert warnings_of(load(source="a.csv", target="y"))[0] == (
        "Rows of a.csv have more fields than its header: the first were taken as row names, not as data."
    )


def test_columns_are_described(load_frame):
    frame = base(
        flag=RNG.choice([True, False], N),
        kind=pd.Categorical(RNG.choice(["a", "b", "c"], N)),
        word=RNG.choice(["a", "b"], N),
        text=[f"some text {i}" for i in range(N)],
        when=pd.date_range("2024", periods=N),
        gap=np.where(np.arange(N) < 5, np.nan, np.arange(N) % 11),
    )
    described = {column.name: column for column in load_frame(frame).description.columns}
    assert {name: column.kind for name, column in described.items()} == {
        "noise": "number",
        "flag": "boolean",
        "kind": "category",
        "word": "category",
        "text": "text",
        "when": "date",
        "gap": "number",
    }
    assert (described["gap"].missing, described["gap"].unique) == (5, 11)
    assert (described["kind"].unique, described["noise"].unique) == (3, N)


def test_the_fingerprint_is_of_the_rows_whatever_their_order(load_frame):
    frame = base(a=np.arange(N) % 5, w=np.ones(N))
    shuffled = frame.sample(frac=1, random_state=0)[["y", "a", "w", "noise"]]
    first = load_frame(frame, weight="w").description.fingerprint
    assert load_frame(shuffled, weight="w").description.fingerprint == first
    assert len(first) == 64
    changes = [
        frame.iloc[1:],
        frame.assign(a=frame["a"] + 1),
        frame.assign(y=["v", *frame["y"][1:]] if frame["y"][0] == "u" else ["u", *frame["y"][1:]]),
        frame.assign(w=2.0),
    ]
    others = {load_frame(changed, weight="w").description.fingerprint for changed in changes}
    assert len(others | {first}) == 5


def test_a_pixel_may_be_the_same_in_all_pictures(load_frame):
    frame = base(corner=np.zeros(N))
    assert any("never changes" in message for message in warnings_of(load_frame(frame)))
    assert warnings_of(load_frame(frame, image_shape=(1, 2))) == []
