"""The loader reads YAML 1.2, keeps what it is given, and never does worse than saying that it cannot."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from report.config.yaml12 import NotYaml, parse

scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**18), 10**18),
    st.floats(allow_nan=False),
    st.text(st.characters(exclude_categories=("Cs",)), max_size=20),
)
keys = st.one_of(st.text(st.characters(exclude_categories=("Cs",)), max_size=10), st.integers(), st.booleans())
plain_values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=4),
    max_leaves=20,
)


class _Dumper(yaml.SafeDumper):
    """PyYAML leaves text bare that only version 1.2 reads as a number, such as 1e5: here text is always quoted."""


_Dumper.add_representer(str, lambda dumper, text: dumper.represent_scalar("tag:yaml.org,2002:str", text, style='"'))


@pytest.mark.parametrize("text", ["yes", "no", "on", "off", "y", "n", "Yes", "NO", "On", "1:30", "12:30:45", "1_000"])
def test_what_only_older_yaml_reads_as_something_else_is_text(text: str) -> None:
    assert parse(f"key: {text}").value == {"key": text}
    assert parse(f"{text}: 1").value == {text: 1}


@pytest.mark.parametrize("text", ["2020-01-01", "2020-01-01 12:00:00", "0b101", "<", "=", "nul", "1e", "0x", "+", "."])
def test_other_text(text: str) -> None:
    assert parse(f"key: {text}").value == {"key": text}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("true", True),
        ("False", False),
        ("TRUE", True),
        ("null", None),
        ("~", None),
        ("", None),
        ("12", 12),
        ("-3", -3),
        ("010", 10),
        ("0o17", 15),
        ("0x1F", 31),
        ("1e-3", 0.001),
        ("1E5", 100000.0),
        ("+.5", 0.5),
        ("2.", 2.0),
        ("-1.5e+3", -1500.0),
        (".inf", math.inf),
        ("-.INF", -math.inf),
        ("'12'", "12"),
        ("!!str 12", "12"),
        ('"\\ud83d\\ude00"', "😀"),  # as JSON escapes it
    ],
)
def test_scalars_of_yaml_12(text: str, value: object) -> None:
    found = parse(f"key: {text}").value["key"]
    assert (found, type(found)) == (value, type(value))


def test_not_a_number() -> None:
    assert math.isnan(parse(".nan").value)


@given(plain_values)
def test_plain_values_survive_a_round_trip(value: Any) -> None:
    tree = parse(yaml.dump(value, Dumper=_Dumper, allow_unicode=True))
    assert (tree.value, tree.flaws) == (value, ())


def test_json_is_yaml() -> None:
    text = '{"a":1,"b":[true,null,-1.5e3],"c":{"d":"yes"}}'
    assert parse(text).value == json.loads(text)


@given(st.text() | st.text(alphabet="ab&*<>:-?![]{}#'\"|%@`,~ \n\t0.e\\", max_size=40))
def test_any_text_is_read_or_refused_with_a_reason(text: str) -> None:
    try:
        reasons = [flaw.message for flaw in parse(text).flaws]
    except NotYaml as error:
        reasons = [error.flaw.message]
    assert all(reasons)


def test_the_line_of_every_key_and_entry() -> None:
    text = "a: 1\nb:\n  c:\n    - x\n    - {d: 1,\n       e: 2}\n"
    assert parse(text).lines == {
        ("a",): 1,
        ("b",): 2,
        ("b", "c"): 3,
        ("b", "c", 0): 4,
        ("b", "c", 1): 5,
        ("b", "c", 1, "d"): 5,
        ("b", "c", 1, "e"): 6,
    }


def test_merge_keys_give_way_to_keys_of_their_own_and_to_earlier_ones() -> None:
    text = "a: &a {x: 1, y: 1}\nb: &b {y: 2, z: 2}\nc:\n  z: 3\n  <<: [*a, *b]\n"
    assert parse(text).value["c"] == {"x": 1, "y": 1, "z": 3}


def test_an_alias_is_a_value_of_its_own() -> None:
    value = parse("a: &a [1]\nb: *a\n").value
    assert value == {"a": [1], "b": [1]}
    assert value["a"] is not value["b"]


def test_a_key_given_twice_keeps_its_first_value_and_is_told_with_its_line() -> None:
    tree = parse("a:\n  b: 1\n  b: 2\n")
    assert tree.value == {"a": {"b": 1}}
    assert [(flaw.path, flaw.line) for flaw in tree.flaws] == [(("a", "b"), 3)]


@pytest.mark.parametrize("text", ["a: !!int x", "a: !!float x", "a: !!bool x", f"a: {'9' * 5000}", '"\\ud83d"'])
def test_scalars_that_are_not_what_they_say(text: str) -> None:
    (flaw,) = parse(text).flaws
    assert "cannot be read as" in flaw.message


@pytest.mark.parametrize("text", ["!!python/object/apply:os.system [ls]", "!!set {a}", "!!binary aGk=", "!own {a: 1}"])
def test_tags_are_refused(text: str) -> None:
    (flaw,) = parse(text).flaws
    assert "has no meaning here" in flaw.message
