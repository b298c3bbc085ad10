"""What happens to columns before an estimator sees them, and what is said of it."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import scipy.special
from sklearn.compose import make_column_transformer
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, OneHotEncoder, StandardScaler
from sklearn.svm import SVC

from report.config.schema import PreprocessStep
from report.core.errors import ReportError
from report.models.preprocessing import _describe, with_preprocessing
from tests.models.builders import REPOSITORY

NUMBERS = pd.DataFrame({"a": [1.0, 2.0, 3.0, 4.0], "b": [1, 0, 1, 0], "c": [True, False, True, True]})
GAPS = NUMBERS.assign(a=[1.0, np.nan, 3.0, 4.0])
TEXT = NUMBERS.assign(city=["Ulm", "Bern", "Ulm", "Graz"], note=["a b", "b c", "c", "a"])
Y = [0, 1, 0, 1]


class Shouting(StandardScaler):
    """A transformer of a repository."""


def prepared(estimator, wanted, *frames):
    steps = wanted if isinstance(wanted, str) else tuple(PreprocessStep.model_validate(step) for step in wanted)
    return with_preprocessing(estimator, steps, frames, root=REPOSITORY, key="models.m")


@pytest.mark.parametrize("frames", [(NUMBERS,), (NUMBERS.astype({"b": "Int64", "c": "boolean"}), NUMBERS)])
def test_complete_numbers_go_in_as_they_are(frames):
    model = LogisticRegression()
    assert prepared(model, "auto", *frames).estimator is model


def test_gaps_are_filled_wherever_they_are_unless_the_estimator_takes_them():
    for frames in ((GAPS, NUMBERS), (NUMBERS, GAPS), (NUMBERS, NUMBERS, GAPS)):
        filled = prepared(LogisticRegression(), "auto", *frames)
        what = (
            "numbers, missing ones filled by the median of training rows." if frames[0] is GAPS else "all are numbers."
        )
        assert filled.sentence.endswith(what)  # decided by training alone: a gap elsewhere is no other preprocessing
        assert filled.estimator.fit(frames[0], Y).predict(GAPS).shape == (4,)
        for model in (HistGradientBoostingClassifier(), make_pipeline(StandardScaler(), RandomForestClassifier())):
            taken = prepared(model, "auto", *frames)
            assert taken.estimator is model
            assert taken.sentence == "The columns go to the estimator as they are: all are numbers."


def test_text_is_encoded_and_dates_too():
    frame = TEXT.assign(day=pd.date_range("2024-01-01", periods=4), kind=pd.Categorical(["x", "y", "x", "x"]))
    model = prepared(SVC(), "auto", frame)
    assert model.sentence.startswith(
        "Prepared automatically, fitted on training rows: numbers as they are; categories: OneHotEncoder"
    )
    assert "dates and texts by skrub: TableVectorizer → " in model.sentence
    assert model.estimator.fit(frame, Y).predict(frame).shape == (4,)


def test_an_object_that_is_no_scikit_learn_estimator_gets_columns_as_they_are():
    class Plain:
        def fit(self, X, y): ...

        def predict(self, X): ...

    model = Plain()
    assert prepared(model, "auto", TEXT).estimator is model


OWN_PIPELINES = [
    make_pipeline(make_column_transformer((OneHotEncoder(), ["city"])), LogisticRegression()),
    make_pipeline(OneHotEncoder(handle_unknown="ignore"), LogisticRegression()),
    make_pipeline(Shouting(), LogisticRegression()),
]


@pytest.mark.parametrize("pipeline", OWN_PIPELINES)
def test_a_pipeline_that_prepares_columns_itself_gets_them_as_they_are(pipeline):
    for model in (pipeline, GridSearchCV(pipeline, {"logisticregression__C": [1.0]})):
        own = prepared(model, "auto", TEXT)
        assert own.estimator is model
        assert own.sentence == "The model's own pipeline prepares the columns."


def test_a_pipeline_of_numbers_gets_prepared_columns():
    model = prepared(make_pipeline(StandardScaler(), LogisticRegression()), "auto", TEXT)
    assert model.estimator.fit(TEXT, Y).predict(TEXT).shape == (4,)


def test_none_means_none():
    model = SVC()
    assert prepared(model, "none", TEXT).estimator is model


def test_a_list_is_a_column_transformer_where_columns_may_appear_twice():
    scale, encode = "sklearn.preprocessing.StandardScaler", "sklearn.preprocessing.OneHotEncoder"
    model = prepared(
        LogisticRegression(),
        [
            {"columns": ["a", "b"], "apply": scale},
            {"columns": "a", "apply": "passthrough"},
            {"columns": "c*", "apply": {"estimator": encode, "params": {"handle_unknown": "ignore"}}},
        ],
        TEXT,
    )
    assert (
        model.sentence == "StandardScaler: a, b; as they are: a; OneHotEncoder(handle_unknown='ignore'): c, city; "
        "left out, as no entry names them: note."
    )
    model.estimator.fit(TEXT, Y)
    seen = model.estimator[:-1].transform(TEXT)
    assert seen.shape == (4, 2 + 1 + 2 + 3)
    np.testing.assert_allclose(seen[:, 0], StandardScaler().fit_transform(TEXT[["a"]])[:, 0])
    np.testing.assert_array_equal(seen[:, 2], TEXT["a"])


class Wordless:
    def __repr__(self) -> str:
        raise ValueError("no words")


@pytest.mark.parametrize(
    ("transformer", "said"),
    [
        (StandardScaler(), "StandardScaler"),
        (StandardScaler(with_std=False), "StandardScaler(with_std=False)"),
        (make_pipeline(StandardScaler(copy=False), StandardScaler()), "StandardScaler(copy=False) → StandardScaler"),
        (FunctionTransformer(lambda x: x), "FunctionTransformer(func=<function <lambda>>)"),
        (FunctionTransformer(kw_args={"a": Wordless()}), "FunctionTransformer"),
        ("drop", "dropped"),
    ],
)
def test_a_transformer_is_told_with_the_parameters_that_are_given(transformer, said):
    assert _describe(transformer) == said


def test_long_parameters_are_cut():
    assert len(_describe(OneHotEncoder(categories=[[f"town {number}" for number in range(300)]]))) < 140


def test_a_chain_is_applied_in_turn():
    chain = ["sklearn.impute.SimpleImputer", {"estimator": "sklearn.preprocessing.MinMaxScaler"}]
    model = prepared(LogisticRegression(), [{"columns": ["a"], "apply": chain}], GAPS)
    assert model.sentence.startswith("SimpleImputer → MinMaxScaler: a; ")
    np.testing.assert_allclose(
        model.estimator.fit(GAPS, Y)[:-1].transform(GAPS)[:, 0], [0.0, (8 / 3 - 1) / 3, 2 / 3, 1.0]
    )


def test_text_vectorisers_get_one_column_at_a_time():
    count = "sklearn.feature_extraction.text.CountVectorizer"
    frame = TEXT.assign(note=["new car", "old car", "old house", "new"])
    model = prepared(LogisticRegression(), [{"columns": ["city", "note"], "apply": count}], frame)
    seen = model.estimator.fit(frame, Y)[:-1].transform(frame)
    seen = seen.toarray() if hasattr(seen, "toarray") else seen
    expected = [CountVectorizer().fit_transform(frame[column]).toarray() for column in ("city", "note")]
    np.testing.assert_array_equal(seen, np.hstack(expected))


@pytest.mark.parametrize(
    ("wanted", "order"),
    [
        (["b", "a"], ["b", "a"]),
        (["c", "*"], ["c", "a", "b"]),
        (["b", "[ab]", "b", "c"], ["b", "a", "c"]),
        ("*", ["a", "b", "c"]),
    ],
)
def test_columns_are_in_the_order_of_the_list_each_once(wanted, order):
    seen = []

    class Looking(StandardScaler):
        def fit(self, X, y=None, sample_weight=None):
            seen.extend(X.columns)
            return super().fit(X, y, sample_weight)

    model = prepared(
        LogisticRegression(), [{"columns": wanted, "apply": "sklearn.preprocessing.StandardScaler"}], NUMBERS
    )
    transformer = model.estimator.steps[0][1].transformers[0]
    model.estimator.set_params(preprocess__transformers=[(transformer[0], Looking(), transformer[2])]).fit(NUMBERS, Y)
    assert seen == order
    assert model.sentence.startswith(f"StandardScaler: {', '.join(order)}")


def test_a_parameter_that_counts_columns_counts_those_of_the_list():
    frame = pd.DataFrame({"size": ["S", "M", "L", "S"], "grade": ["low", "high", "low", "low"]})
    orders = [["low", "high"], ["S", "M", "L"]]
    encode = {"estimator": "sklearn.preprocessing.OrdinalEncoder", "params": {"categories": orders}}
    model = prepared(LogisticRegression(), [{"columns": ["grade", "size"], "apply": encode}], frame)
    seen = model.estimator.fit(frame, Y)[:-1].transform(frame)
    np.testing.assert_array_equal(seen, [[0, 0], [1, 1], [0, 2], [0, 0]])


@pytest.mark.parametrize(
    ("function", "shown"),
    [(np.tanh, "numpy.tanh"), (scipy.special.expit, "scipy.special.expit"), (np.nan_to_num, "nan_to_num")],
)
def test_functions_are_shown_by_their_names(function, shown):
    assert _describe(FunctionTransformer(function)) == f"FunctionTransformer(func={shown})"


def test_a_function_is_a_transformer():
    model = prepared(LogisticRegression(), [{"columns": ["b", "a"], "apply": {"function": "numpy.log1p"}}], NUMBERS)
    assert model.sentence.startswith("FunctionTransformer(func=numpy.log1p): b, a; ")
    seen = model.estimator.fit(NUMBERS, Y)[:-1].transform(NUMBERS)
    np.testing.assert_allclose(seen, np.log1p(NUMBERS[["b", "a"]].to_numpy(np.float64)))


def test_columns_of_numbers_can_have_any_name_even_a_pattern():
    frame = pd.DataFrame({"a[1]": [1.0, 2.0], "a1": [3.0, 4.0]})
    model = prepared(LogisticRegression(), [{"columns": "a[1]", "apply": "passthrough"}], frame)
    assert model.sentence == "as they are: a[1]; left out, as no entry names them: a1."


@pytest.mark.parametrize(
    ("step", "key", "message", "hint"),
    [
        ({"columns": "cty", "apply": "drop"}, "preprocess[0].columns", "called 'cty'", "did you mean 'city'?"),
        ({"columns": "z*", "apply": "drop"}, "preprocess[0].columns", r"called 'z\*'", "there are a, b, c, city, note"),
        (
            {"columns": "a", "apply": ["sklearn.preprocessing.Scaler"]},
            "preprocess[0].apply[0].estimator",
            "has no 'Scaler'",
            None,
        ),
        (
            {"columns": "a", "apply": {"transformer": "x"}},
            "preprocess[0].apply",
            "a transformer is an import path",
            None,
        ),
        (
            {"columns": "a", "apply": "sklearn.svm.SVC"},
            "preprocess[0].apply",
            "gives a SVC, without transform",
            "a transformer needs `fit` and `transform`; a function is {function: PATH}",
        ),
        (
            {"columns": "a", "apply": {"function": "numpy.log1"}},
            "preprocess[0].apply.function",
            "has no 'log1'",
            "did you mean 'log1p'?",
        ),
    ],
)
def test_mistakes_name_their_key(step, key, message, hint):
    with pytest.raises(ReportError, match=message) as raised:
        prepared(SVC(), [step], TEXT)
    problem = raised.value.problems[0]
    assert problem.place.key == f"models.m.{key}"
    assert hint is None or problem.hint == hint
