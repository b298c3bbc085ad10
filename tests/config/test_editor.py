"""The JSON Schema that editors use says the same as the loader."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from report.config import json_schema
from report.config.schema import Section
from report.config.starter import starter_config
from report.config.yaml12 import parse

HERE = Path(__file__).resolve().parent
REPOSITORY = HERE.parents[1]
GOOD = {"data": {"source": "a.csv", "target": "b"}, "models": {"logistic": "sklearn.linear_model.LogisticRegression"}}
EXAMPLES = sorted((REPOSITORY / "examples").glob("*/ml-report.yml"))


@pytest.fixture(scope="module")
def validator() -> Draft202012Validator:
    Draft202012Validator.check_schema(json_schema())
    return Draft202012Validator(json_schema())


def test_the_published_schema_is_the_current_one() -> None:
    stored = json.loads((REPOSITORY / "docs" / "schema.json").read_text("utf-8"))
    assert stored == _json(json_schema()), "python entrypoint.py schema > docs/schema.json"


@pytest.mark.parametrize(
    "path", [HERE / "everything.yml", *EXAMPLES], ids=lambda path: f"{path.parent.name}/{path.name}"
)
def test_good_files_fit(validator: Draft202012Validator, path: Path) -> None:
    assert [error.message for error in validator.iter_errors(_json(parse(path.read_text("utf-8")).value))] == []


def test_the_starter_fits(validator: Draft202012Validator) -> None:
    text = starter_config("data/wine.csv", ("acid", "sugar"), "quality", "regression")
    assert validator.is_valid(parse(text).value)


@pytest.mark.parametrize(
    "change",
    [
        {"titel": "Wine"},
        {"data": {"sorce": "a.csv"}},
        {"data": {"source": "a.csv", "validation": 1.5}},
        {"data": {"source": "a.csv", "validation": {"method": "rnadom"}}},
        {"models": {"a": {"params": {}}}},
        {"models": {"a": {"estimator": "a.B", "preprocess": "aut"}}},
        {"gates": [{"metric": "accuracy", "min": "high"}]},
        {"cross_validation": {"folds": 1}},
        {"seeds": [0.5]},
    ],
)
def test_bad_ones_do_not(validator: Draft202012Validator, change: dict[str, Any]) -> None:
    assert validator.is_valid(GOOD)
    assert not validator.is_valid({**GOOD, **change})


def test_every_key_is_described() -> None:
    missing = [
        f"{section.__name__}.{name}"
        for section in Section.__subclasses__()
        for name, field in section.model_fields.items()
        if not field.description
    ]
    assert missing == []


def _json(value: Any) -> Any:
    """As JSON has it: keys are text."""
    return json.loads(json.dumps(value))
