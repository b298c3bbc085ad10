"""Keys given beside the file win over it, and their problems name where they came from."""

from __future__ import annotations

from collections.abc import Callable

from report.config import Override
from report.config.schema import Config, SplitConfig, ValidationFile

Read = Callable[..., Config]
Told = Callable[..., list[str]]

TEXT = """\
title: Wine
data: {source: data/wine.csv, target: quality, validation: 0.3}
models:
  logistic: sklearn.linear_model.LogisticRegression
  forest v1.5:
    estimator: sklearn.ensemble.RandomForestClassifier
    params: {class_weight: {0: 1.0, 1: 5.0}}
gates:
  - {metric: accuracy, min: 0.5}
"""


def test_values_are_read_as_yaml(read: Read) -> None:
    config = read(TEXT, "title=yes", "seeds=[0, 1]", "gates.0.min=9e-1", "samples.rows=3", "data.drop=[a, b]")
    assert config.title == "yes"
    assert config.seeds == (0, 1)
    assert config.gates[0].min == 0.9
    assert config.samples.rows == 3
    assert config.data.drop == ("a", "b")


def test_the_later_of_two_wins(read: Read) -> None:
    assert read(TEXT, Override("action input 'title'", "title", "a"), "title=b").title == "b"


def test_an_empty_action_input_is_not_given_and_an_empty_value_takes_a_key_back(read: Read) -> None:
    assert read(TEXT, Override("action input 'title'", "title", " ")).title == "Wine"
    assert read(TEXT, "title=").title is None


def test_below_a_model_in_its_short_form(read: Read) -> None:
    config = read(TEXT, "models.logistic.params.C=0.5")
    assert config.models["logistic"].estimator == "sklearn.linear_model.LogisticRegression"
    assert config.models["logistic"].params == {"C": 0.5}


def test_below_a_share_of_validation(read: Read) -> None:
    assert read(TEXT, "data.validation.method=random").data.validation == SplitConfig(method="random", size=0.3)


def test_names_with_dots_and_keys_that_are_numbers(read: Read) -> None:
    config = read(TEXT, "models.forest v1.5.params.class_weight.1=7")
    assert config.models["forest v1.5"].params == {"class_weight": {0: 1.0, 1: 7}}


def test_a_new_model(read: Read) -> None:
    assert list(read(TEXT, "models.ridge=sklearn.linear_model.Ridge").models) == ["logistic", "forest v1.5", "ridge"]


def test_an_alias_of_the_overridden_value_keeps_its_own(read: Read) -> None:
    shared = TEXT.replace("validation: 0.3", "read: &options {sep: ';'}, validation: {source: b.csv, read: *options}")
    config = read(shared, "data.read.sep='|'")
    assert config.data.read == {"sep": "|"}
    assert config.data.validation == ValidationFile(source="b.csv", read={"sep": ";"})


def test_problems_name_the_origin(told: Told) -> None:
    assert told(TEXT, Override("action input 'title'", "title", "[a]")) == [
        "action input 'title': title: expected text, found a list"
    ]
    assert told(TEXT, "gates.0.min=high", "data.sorce=a") == [
        "command line: data.sorce: unknown key\n  → did you mean 'source'?",
        "command line: gates[0].min: expected a number, found 'high'",
    ]


def test_a_problem_beside_an_override_keeps_its_line(told: Told) -> None:
    assert told(f"{TEXT}    max: 1\n".replace("{metric: accuracy, min: 0.5}", "metric: r2"), "gates.0.min=0") == [
        "ml-report.yml:9: gates[0]: a gate has one of min, max and not, here are min and max\n  → make two gates of it"
    ]


def test_what_is_replaced_as_a_whole_has_no_line_any_more(told: Told) -> None:
    assert told(TEXT, "data.drop=[[a]]", "data={source: sklearn:iris, drop: [1.5]}") == [
        'command line: data.drop[0]: expected the name of a column, found 1.5\n  → put quotes around it: "1.5"'
    ]


def test_entries_of_lists_are_named_as_messages_name_them(told: Told, read: Read) -> None:
    assert told(TEXT, "gates[0].min=high") == ["command line: gates[0].min: expected a number, found 'high'"]
    assert told(TEXT, "gates[1].min=1") == [
        "command line: gates[1].min: there is no entry 1 in gates: it has 1, counted from 0"
    ]
    text = "data: {source: a.csv, target: y}\nmodels: {'m[0]': a.B, 'm': a.B}\n"
    assert read(text, "models.m[0].params={x: 1}").models["m[0]"].params == {"x": 1}


def test_keys_that_lead_nowhere(told: Told) -> None:
    assert told(TEXT, "gates.1.min=1", "title.x=1", "data..drop=[a]") == [
        "command line: gates.1.min: there is no entry 1 in gates: it has 1, counted from 0",
        "command line: title.x: title is 'Wine', so it has no 'x'",
        "command line: data..drop: this is not a key: write it like models.forest.params.max_depth",
    ]


def test_a_value_that_is_not_yaml(told: Told) -> None:
    assert told(TEXT, "data.drop=*_id", "title=a: b: c", "slices={a: 1, a: 2}") == [
        (
            "command line: data.drop: not valid YAML: found undefined alias '_id' (column 1)\n"
            "  → a value that begins with * or & needs quotes"
        ),
        (
            "command line: title: not valid YAML: mapping values are not allowed here (column 5)\n"
            "  → a value with ': ' in it needs quotes, and keys of one mapping the same indent"
        ),
        "command line: slices.a: given twice: line 1 has it already\n  → remove one of them",
        "command line: slices: expected a list, found a mapping",
    ]
