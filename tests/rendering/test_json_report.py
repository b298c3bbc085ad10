"""`report.json`: what it holds, that it stays small, and that its schema is current and strict."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema
import numpy as np
import pytest

from report.core.results import ConfusionMatrix, GateResult, XYCurve
from report.rendering.json_report import render_json
from report.rendering.json_schema import report_schema

if TYPE_CHECKING:
    from collections.abc import Callable

    from report.core.comparison import Comparison

SCHEMA = Path(__file__).parents[2] / "docs" / "report.schema.json"
MEGABYTE = 1_000_000


def read(comparison: Comparison) -> Any:
    def refuse(name: str) -> None:
        raise AssertionError(f"{name} is no JSON")

    return json.loads(render_json(comparison), parse_constant=refuse)


def validator() -> jsonschema.protocols.Validator:
    return jsonschema.Draft202012Validator(report_schema())


def test_the_schema_in_the_repository_is_current(golden: Callable[[Path, str], None]) -> None:
    golden(SCHEMA, json.dumps(report_schema(), indent=2, ensure_ascii=False) + "\n")


def test_the_schema_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(report_schema())


def test_reports_are_valid(comparison: Comparison) -> None:
    validator().validate(read(comparison))


@pytest.mark.parametrize(
    "damage",
    [
        lambda report: report.update(schema_version=2),
        lambda report: report.pop("gates"),
        lambda report: report.update(extra=1),
        lambda report: report.update(passed="yes"),
        lambda report: report["head"].update(task="clustering"),
        lambda report: report["head"]["models"][0].update(status="fine"),
        lambda report: report["head"]["models"][0]["scores"][0].update(value="0.9"),
        lambda report: report["head"]["split"]["balance"].update(benign=[1]),
        lambda report: report["head"]["models"][0]["confusion"][0].update(counts=["a"]),
    ],
)
def test_the_schema_is_strict(binary: Comparison, damage: Callable[[Any], None]) -> None:
    report = read(binary)
    damage(report)
    assert not validator().is_valid(report)


def test_what_it_says(binary: Comparison) -> None:
    report = read(binary)
    assert report["schema_version"] == 1
    assert report["passed"] is False
    assert report["head"]["best_model"] == "logistic"
    assert report["head"]["task"] == "binary classification"
    score = next(entry for entry in report["head"]["models"][0]["scores"] if entry["metric"] == "accuracy")
    assert (score["split"], score["value"]) == ("train", 1.0)
    assert report["head"]["models"][0]["confusion"][0]["counts"] == [[70, 2], [3, 39]]


def test_scores_keep_all_their_digits(binary: Comparison) -> None:
    forest = binary.head.models[0]
    exact = replace(forest, scores=(replace(forest.scores[0], value=1 / 3),))
    report = read(replace(binary, head=replace(binary.head, models=(exact,))))
    assert report["head"]["models"][0]["scores"][0]["value"] == 1 / 3


def test_nan_is_null_and_infinity_is_a_word_outside_of_arrays(binary: Comparison) -> None:
    forest = binary.head.models[0]
    assert forest.curve is not None
    curve = replace(forest.curve, validation=np.array([np.nan, np.inf, 0.123456789]))
    gate = GateResult("r", "forest", "m", float("inf"), False, "fail")
    head = replace(binary.head, models=(replace(forest, curve=curve),))
    report = read(replace(binary, head=head, gates=(gate,), config={"limit": float("nan")}))
    assert report["head"]["models"][0]["curve"]["validation"] == [None, None, 0.123456789]
    assert report["gates"][0]["value"] == "Infinity"
    assert report["config"] == {"limit": None}
    validator().validate(report)


def test_numpy_scalars_and_odd_text_are_plain(binary: Comparison) -> None:
    head = replace(binary.head, classes=(np.int64(1), np.str_("b"), np.bool_(True), "\ud800"))  # type: ignore[arg-type]
    assert read(replace(binary, head=head))["head"]["classes"] == [1, "b", True, "\N{REPLACEMENT CHARACTER}"]


def test_reports_of_many_classes_and_models_stay_small(binary: Comparison) -> None:
    line = np.linspace(0, 1, 500) / 3
    curves = tuple(XYCurve("m", "roc", str(n), line, line, 0.5) for n in range(300))
    confusion = (ConfusionMatrix("m", tuple(range(1500)), np.full((1500, 1500), 123)),)
    heavy = tuple(replace(binary.head.models[0], name=f"m{n}", curves=curves, confusion=confusion) for n in range(20))
    text = render_json(replace(binary, head=replace(binary.head, models=heavy)))
    assert len(text) < 5 * MEGABYTE
    kept = [len(model["curves"]) for model in json.loads(text)["head"]["models"]]
    assert set(kept) == {kept[0]}
    assert kept[0] > 0
