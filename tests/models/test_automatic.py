"""`preprocess: auto`: a single cell changes nothing for the other rows and columns, and training rows alone decide."""

from __future__ import annotations

import warnings
from datetime import datetime

import numpy as np
import pandas as pd
import pytest
from lightgbm import LGBMClassifier
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier, StackingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from xgboost import XGBClassifier

from report.models.automatic import automatic
from report.models.cells import Gaps
from report.models.columns import column_kinds
from tests.models.builders import classes_target, fitted, make_dataset

N, N_TRAIN = 300, 200
RNG = np.random.default_rng(5)
Y = RNG.integers(0, 2, N)
NUMBERS = pd.DataFrame(
    {
        "a": RNG.normal(size=N) + 1.5 * Y,
        "big": RNG.normal(size=N) * 50,
        "whole": RNG.integers(0, 9, N),
        "flag": RNG.random(N) > 0.4,
    }
)
DAYS = pd.Series(pd.date_range("2024-01-01", periods=N).strftime("%Y-%m-%d"), dtype=object)
MIXED = NUMBERS.assign(city=RNG.choice(["Bern", "Graz", "Ulm"], N), yes=RNG.choice(["no", "yes"], N), day=DAYS)
TRAIN, ASKED = slice(0, N_TRAIN), slice(N_TRAIN, N)
AT = 3  # a row of training

TAKE_GAPS = [
    HistGradientBoostingClassifier(random_state=0),
    RandomForestClassifier(20, random_state=0),
    LGBMClassifier(n_estimators=20, random_state=0, verbose=-1),
    XGBClassifier(n_estimators=20, random_state=0),
]
TAKE_NONE = [KNeighborsClassifier(), LogisticRegression(max_iter=5000)]


def prepared(estimator, frame, *more):
    return automatic(estimator, [frame.iloc[TRAIN], frame.iloc[ASKED], *more])


def answers(estimator, frame, rows=ASKED):
    """The probabilities of class 1 that a model trained on the first rows gives."""
    model, _, _ = prepared(estimator, frame)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # LightGBM's, of names
        return model.fit(frame.iloc[TRAIN], Y[TRAIN]).predict_proba(frame.iloc[rows])[:, 1]


def with_cell(frame, column, value, row=AT):
    """The frame as a file with this one cell would be read."""
    cells = frame[column].astype(object)
    cells[row] = value
    return frame.assign(**{column: cells.infer_objects()})


def median(column):
    return float(np.median(np.delete(NUMBERS[column].to_numpy()[TRAIN].astype(float), AT)))


# Numbers


@pytest.mark.parametrize("model", TAKE_NONE, ids=lambda model: type(model).__name__)
@pytest.mark.parametrize(
    ("column", "value", "filled"),
    [
        ("a", None, median("a")),
        ("a", np.inf, median("a")),
        ("a", "", median("a")),
        ("a", "n/a?", median("a")),
        ("whole", None, median("whole")),
        ("flag", None, True),
        ("flag", "", True),
    ],
)
def test_an_odd_cell_in_training_is_filled_and_changes_nothing_else(model, column, value, filled):
    found = answers(model, with_cell(NUMBERS, column, value))
    expected = answers(model, NUMBERS.assign(**{column: NUMBERS[column].where(NUMBERS.index != AT, filled)}))
    np.testing.assert_allclose(found, expected, rtol=1e-9)


@pytest.mark.parametrize("model", [*TAKE_NONE, *TAKE_GAPS], ids=lambda model: type(model).__name__)
@pytest.mark.parametrize("value", [None, np.inf, "", "oops"])
@pytest.mark.parametrize("frame", [NUMBERS, MIXED], ids=["numbers", "mixed"])
def test_a_cell_outside_of_training_changes_no_other_answer(model, value, frame):
    found = answers(model, with_cell(frame, "a", value, row=N_TRAIN + 7))
    expected = answers(model, frame)
    np.testing.assert_array_equal(np.delete(found, 7), np.delete(expected, 7))


def test_nearest_neighbours_are_as_good_with_a_gap_as_without():
    wide = NUMBERS[["a"]].assign(noise=RNG.normal(size=N) * 1000)
    gap = wide.assign(a=wide["a"].where(wide.index != AT))
    score = [np.mean((answers(KNeighborsClassifier(), frame) > 0.5) == Y[ASKED]) for frame in (wide, gap)]
    assert abs(score[0] - score[1]) <= 0.01
    assert score[0] < 0.65  # nothing was scaled: .8 otherwise


@pytest.mark.parametrize("model", TAKE_GAPS, ids=lambda model: type(model).__name__)
def test_estimators_that_take_gaps_get_them_as_they_are(model):
    gaps = NUMBERS.assign(a=NUMBERS["a"].where(NUMBERS.index % 50 != 0))
    assert prepared(model, gaps)[0] is model


def test_a_pipeline_takes_gaps_only_where_all_of_its_steps_do():
    gaps = NUMBERS.assign(a=NUMBERS["a"].where(NUMBERS.index % 50 != 0))
    scaled = make_pipeline(StandardScaler(), LogisticRegression())
    assert answers(scaled, gaps).shape == (N - N_TRAIN,)
    assert "gaps" in dict(prepared(scaled, gaps)[0].steps)


def test_a_column_without_any_value_in_training_is_left_out():
    empty = NUMBERS.assign(late=np.where(NUMBERS.index < N_TRAIN, np.nan, 1000.0 * NUMBERS.index))
    for model in TAKE_NONE:
        np.testing.assert_array_equal(answers(model, empty), answers(model, NUMBERS))


def test_a_constant_column_changes_no_neighbour():
    constant = NUMBERS.assign(version=7)
    np.testing.assert_array_equal(answers(TAKE_NONE[0], constant), answers(TAKE_NONE[0], NUMBERS))


def test_gaps_are_filled_by_the_median_and_flags_by_the_more_frequent():
    train = pd.DataFrame({"x": [1.0, 2.0, 30.0, np.nan, np.inf], "f": [1.0, 0.0, 1.0, np.nan, 0.0], "e": [np.nan] * 5})
    gaps = Gaps(["x", "f", "e"]).fit(train)
    assert gaps.fills_ == {"x": 2.0, "f": 0.0, "e": 0.0}
    complete = pd.DataFrame({"x": [5], "f": [True], "e": [1.5]})
    assert gaps.transform(complete) is complete
    rows = pd.DataFrame({"x": [np.nan, 4.0], "f": [1, 0], "e": [np.inf, 2.0]})
    filled = gaps.transform(rows)
    assert filled.to_numpy().tolist() == [[2.0, 1.0, 0.0], [4.0, 0.0, 2.0]]
    assert filled["f"].dtype == np.int64


# Other kinds of columns


def test_numbers_are_treated_alike_whatever_the_other_columns_are():
    for frame in (NUMBERS, MIXED):
        model, _, _ = prepared(KNeighborsClassifier(), frame)
        model.fit(frame.iloc[TRAIN], Y[TRAIN])
        seen = model[:-1].transform(frame.iloc[ASKED]) if frame is MIXED else frame.iloc[ASKED]
        np.testing.assert_array_equal(np.asarray(seen, float)[:, :4], NUMBERS.iloc[ASKED].to_numpy(float))


@pytest.mark.parametrize("model", TAKE_NONE, ids=lambda model: type(model).__name__)
@pytest.mark.parametrize(("column", "value"), [("city", None), ("yes", None), ("yes", "maybe"), ("day", "soon")])
def test_a_cell_of_a_category_or_date_moves_no_other_row_by_much(model, column, value):
    moved = np.abs(answers(model, with_cell(MIXED, column, value)) - answers(model, MIXED))
    assert np.median(moved) < 0.01
    assert np.mean(moved > 0.05) < 0.05


def test_what_a_category_is_made_of_does_not_change_when_another_appears():
    def seen(frame, rows=ASKED):
        model, _, _ = prepared(KNeighborsClassifier(), frame)
        return pd.DataFrame(model.fit(frame.iloc[TRAIN], Y[TRAIN])[:-1].transform(frame.iloc[rows]))

    frame = MIXED[["a", "yes"]]
    assert seen(frame).iloc[:, 1:].to_numpy().tolist() == [
        [float(v == "no"), float(v == "yes")] for v in MIXED["yes"][ASKED]
    ]
    for value in (None, "maybe"):
        new = seen(with_cell(frame, "yes", value))
        left = new[[0, new.shape[1] - 2 if value is None else 2, new.shape[1] - 1]]
        assert left.to_numpy()[:, [0, 2]].tolist() == seen(frame).to_numpy()[:, [0, 2]].tolist()
    asked = with_cell(frame, "yes", "maybe", row=N_TRAIN)
    assert seen(asked).iloc[0, 1:].tolist() == [0.0, 0.0]
    assert seen(asked).iloc[1:].equals(seen(frame).iloc[1:])


@pytest.mark.parametrize("model", [*TAKE_NONE, *TAKE_GAPS], ids=lambda model: type(model).__name__)
def test_an_unknown_category_is_a_missing_one(model):
    row = N_TRAIN + 4
    unknown, missing = (with_cell(MIXED, "city", value, row=row) for value in ("Wien", None))
    np.testing.assert_array_equal(answers(model, unknown), answers(model, missing))
    [notice] = prepared(model, unknown)[2]
    assert notice.message == ("1 validation row has a category that no training row has, in 'city': taken as missing")
    assert not prepared(model, MIXED)[2]


def test_columns_of_trees_keep_their_order():
    frame = MIXED[["city", "a", "yes", "whole"]]
    model, _, _ = prepared(TAKE_GAPS[2], frame)
    model.fit(frame.iloc[TRAIN], Y[TRAIN])
    assert list(model[:-1].transform(frame).columns) == ["city", "a", "yes", "whole"]


# What a column holds


@pytest.mark.parametrize(
    ("cells", "kind"),
    [
        ([1, 2.5, None], "number"),
        ([True, False, None], "number"),
        (["1", "2.5", ""], "number"),
        (["true", "False", "?"], "number"),
        (["1"] * 99 + ["x"], "number"),
        (["1"] * 100 + ["x", "y"], "category"),
        (["1"] * 198 + ["x", "y"], "number"),
        (["1"] * 10 + ["x"], "number"),
        (["1"] * 9 + ["x"], "category"),
        (["2024-01-31", "2024-02-28", None], "date"),
        (["31.01.2024", "01.02.2024", "28.02.2024"] * 10 + ["soon"], "date"),
        (["31.01.2024"] * 10 + ["soon", "never"], "category"),
        ([datetime(2024, 1, 31), None], "date"),  # noqa: DTZ001
        (["Jan", "Feb", "Mar"], "category"),
        (["none", "low", "high"], "category"),
        ([f"n{i}" for i in range(39)], "category"),
        ([f"n{i}" for i in range(40)], "text"),
        ([None, None], "empty"),
        ([[1], [2]], "other"),
    ],
)
def test_the_kind_of_a_column_is_that_of_its_cells_but_one_in_a_hundred(cells, kind):
    found = column_kinds(pd.DataFrame({"c": pd.Series(cells, dtype=object)}))["c"]
    assert found.name == kind


def test_odd_cells_are_told_with_an_example():
    notices = prepared(LogisticRegression(), with_cell(MIXED, "a", "oops"))[2]
    assert [notice.message for notice in notices] == [
        "1 cell of 'a' in training is no number ('oops'): taken as missing"
    ]


def test_gaps_outside_of_training_are_told():
    gaps = NUMBERS.assign(a=NUMBERS["a"].where(NUMBERS.index < N - 2))
    new = NUMBERS.assign(big=np.nan)
    for model, count in ((LogisticRegression(), 2), (TAKE_GAPS[0], 0)):
        notices = automatic(model, [gaps.iloc[TRAIN], gaps.iloc[ASKED], new])[2]
        assert len(notices) == count
    told = [notice.message for notice in automatic(LogisticRegression(), [gaps.iloc[TRAIN], gaps.iloc[ASKED], new])[2]]
    assert told == [
        "2 validation rows have a gap that no training row has, in 'a': filled by the median of training",
        "300 new rows have a gap that no training row has, in 'big': filled by the median of training",
    ]


def test_one_gap_in_the_new_rows_changes_no_score():
    target = classes_target(Y.tolist())
    models = {"near": "sklearn.neighbors.KNeighborsClassifier", "linear": "sklearn.linear_model.LogisticRegression"}
    runs = [
        fitted(models, make_dataset(NUMBERS, target, new=new))
        for new in (NUMBERS.head(5), with_cell(NUMBERS.head(5), "a", None))
    ]
    for name in models:
        complete, gap = (run[name] for run in runs)
        np.testing.assert_array_equal(complete.validation.y_score, gap.validation.y_score)
        np.testing.assert_array_equal(np.delete(complete.new.y_score, AT, 0), np.delete(gap.new.y_score, AT, 0))
        assert gap.preprocessing == complete.preprocessing


def test_one_gap_in_a_validation_row_changes_the_score_of_that_row_alone():
    target, at = classes_target(Y.tolist()), 3  # every third row validates
    model = {"near": "sklearn.neighbors.KNeighborsClassifier"}
    complete, gap = (
        fitted(model, make_dataset(frame, target))["near"] for frame in (NUMBERS, with_cell(NUMBERS, "a", None, at))
    )
    others = complete.validation.positions != at
    assert others.sum() == len(others) - 1
    np.testing.assert_array_equal(complete.validation.y_score[others], gap.validation.y_score[others])
    np.testing.assert_array_equal(complete.train.y_score, gap.train.y_score)
    assert gap.preprocessing == complete.preprocessing
    assert any("1 validation row has a gap" in notice.message for notice in gap.notices)


def test_a_stack_that_learns_to_predict_in_its_fit_gets_encoded_columns():
    stack = StackingClassifier([("near", KNeighborsClassifier()), ("linear", LogisticRegression())], cv=2)
    frame = NUMBERS.assign(city=np.array(["Ulm", "Bern"])[np.arange(N) % 2])
    assert answers(stack, frame).shape == (N - N_TRAIN,)
