"""What a person changed, by values: keys of the configuration, parameters of models and of their transformers."""

from __future__ import annotations

import math

import pytest

from report.comparison.settings import changed_config, changed_params
from report.config.schema import Config
from report.core.results import ModelEvaluation

SCALER = "sklearn.preprocessing.StandardScaler"
IMPUTER = "sklearn.impute.SimpleImputer"


def evaluation(name: str = "m", preprocessing: str = "as they are") -> ModelEvaluation:
    return ModelEvaluation(name, "a.B", {}, preprocessing, "ok", None, None, ())


def plain(model: dict, **keys) -> dict:
    """A configuration as both sides keep it."""
    data = {"source": "a.csv", "target": "y", **keys.pop("data", {})}
    config = Config.model_validate({"data": data, "models": {"m": {"estimator": "a.B", **model}}, **keys})
    return config.model_dump(mode="json", exclude_unset=True)


def params(base: dict, head: dict, *, told: tuple[str, str] = ("", "")) -> dict[str, tuple]:
    models = (plain(base)["models"], plain(head)["models"])
    changes = changed_params(evaluation(preprocessing=told[0]), evaluation(preprocessing=told[1]), models)
    return {change.name: (change.base, change.head) for change in changes}


def step(apply, columns=("a", "b")) -> dict:
    return {"preprocess": [{"columns": list(columns), "apply": apply}]}


def scaled(**given) -> dict:
    return step({"estimator": SCALER, "params": given})


@pytest.mark.parametrize(
    ("base", "head", "changed"),
    [
        (scaled(with_std=True), scaled(with_std=False), {"preprocess[0].StandardScaler.with_std": ("True", "False")}),
        (step(SCALER), scaled(with_std=False), {"preprocess[0].StandardScaler.with_std": (None, "False")}),
        (
            step([IMPUTER, {"estimator": SCALER, "params": {"with_mean": False}}]),
            step([IMPUTER, SCALER]),
            {"preprocess[0].StandardScaler.with_mean": ("False", None)},
        ),
        (
            step([SCALER, {"estimator": SCALER, "params": {"copy": True}}]),
            step([SCALER, {"estimator": SCALER, "params": {"copy": False}}]),
            {"preprocess[0].StandardScaler2.copy": ("True", "False")},
        ),
        (step(SCALER), step(IMPUTER), {"preprocess[0].apply": (SCALER, IMPUTER)}),
        (step([IMPUTER, SCALER]), step(SCALER), {"preprocess[0].apply": (f"{IMPUTER} → {SCALER}", SCALER)}),
        (step(SCALER), step(SCALER, "ba"), {"preprocess[0].columns": ('["a", "b"]', '["b", "a"]')}),
        (
            {"params": {"base": {"estimator": "c.D", "params": {"deep": {"estimator": "e.F", "params": {"x": 1}}}}}},
            {"params": {"base": {"estimator": "c.D", "params": {"deep": {"estimator": "e.F", "params": {"x": 2}}}}}},
            {"base__deep__x": ("1", "2")},
        ),
        (
            {"params": {"steps": [["s", {"estimator": SCALER}], ["m", {"estimator": "c.D", "params": {"C": 1}}]]}},
            {"params": {"steps": [["s", {"estimator": SCALER}], ["m", {"estimator": "c.D", "params": {"C": 2}}]]}},
            {"m__C": ("1", "2")},
        ),
        (
            {"params": {"transformers": [["s", {"estimator": SCALER}, ["a"]]]}},
            {"params": {"transformers": [["s", {"estimator": SCALER}, ["a", "b"]]]}},
            {"s__columns": ('["a"]', '["a", "b"]')},
        ),
        ({"params": {"x": 1}}, {"params": {"x": 1.0}}, {"x": ("1", "1.0")}),
        ({"params": {"x": 1}}, {"params": {"x": "1"}}, {"x": ("1", '"1"')}),
        ({"params": {"x": True}}, {"params": {"x": 1}}, {"x": ("True", "1")}),
        ({"params": {"x": None}}, {"params": {}}, {"x": ("None", None)}),
        ({"params": {"x": None}}, {"params": {"x": math.nan}}, {"x": ("None", "nan")}),
        ({"params": {"x": [1, {"a": 2}]}}, {"params": {"x": [1, {"a": 3}]}}, {"x": ('[1, {"a": 2}]', '[1, {"a": 3}]')}),
        ({"preprocess": "auto"}, {"preprocess": "none"}, {"preprocess": ("auto", "none")}),
    ],
)
def test_values_that_differ(base, head, changed):
    assert params(base, head) == changed
    assert params(head, base) == {name: (after, before) for name, (before, after) in changed.items()}


@pytest.mark.parametrize(
    ("base", "head"),
    [
        ({}, {"params": {}, "preprocess": "auto"}),
        (step(SCALER), step({"estimator": SCALER})),
        (step(SCALER), step([{"estimator": SCALER, "params": {}}])),
        ({"preprocess": [{"columns": "a", "apply": SCALER}]}, step(SCALER, "a")),
        ({"params": {"x": math.nan, "y": 2}}, {"params": {"y": 2, "x": math.nan}}),
        ({"params": {"x": {"a": 1, "b": 2}}}, {"params": {"x": {"b": 2, "a": 1}}}),
    ],
)
def test_another_form_of_the_same_is_no_change(base, head):
    assert params(base, head) == {}


def test_what_the_automatic_preprocessing_came_to_is_told_where_it_differs():
    assert params({}, {}, told=("as they are", "gaps filled")) == {"preprocessing": ("as they are", "gaps filled")}
    assert params(scaled(), scaled(), told=("left out: c", "left out: d")) == {}, "columns are told with the data"


def test_without_a_configuration_the_evaluations_tell():
    changes = changed_params(evaluation(), evaluation("other", "gaps filled"))
    assert [change.name for change in changes] == ["preprocessing"]


@pytest.mark.parametrize(
    ("base", "head", "changed"),
    [
        ({"data": {"positive": 1}}, {"data": {"positive": "1"}}, {"data.positive": ("1", '"1"')}),
        ({"data": {"read": {"header": None}}}, {}, {"data.read.header": ("null", None)}),
        ({"data": {"read": {"sep": ";"}}}, {"data": {"read": {"sep": ","}}}, {"data.read.sep": (";", ",")}),
        ({}, {"data": {"validation": {"method": "random", "seed": 1}}}, {"data.validation.method": ("hash", "random")}),
        ({}, {"prepare": "dvc pull"}, {"prepare": ("[]", '["dvc pull"]')}),
        ({}, {"seeds": [0, 1]}, {"seeds": ("[]", "[0, 1]")}),
        ({}, {"task": "regression"}, {"task": ("auto", "regression")}),
        ({}, {"data": {"drop": ["a"]}}, {"data.drop": ("[]", '["a"]')}),
        ({}, {"data": {"shared": "data"}}, {"data.shared": ("[]", '["data"]')}),
        ({}, {"cross_validation": {"folds": 3}}, {"cross_validation.folds": (None, "3")}),
    ],
)
def test_keys_that_differ(base, head, changed):
    changes = changed_config(plain({}, **base), plain({}, **head))
    found = {change.name: (change.base, change.head) for change in changes}
    assert {name: found.get(name) for name in changed} == changed


@pytest.mark.parametrize("keys", [{"data": {"validation": 0.2}}, {"data": {"source": ["a.csv"]}}, {"seeds": []}])
def test_a_default_that_is_written_out_is_no_change(keys):
    assert changed_config(plain({}), plain({}, **keys)) == ()
