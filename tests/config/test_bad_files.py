"""Every mistake in a configuration has one clear message: where, what was expected, what to do."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest

from report.config import load_config
from report.config.loading import MAX_BYTES
from report.config.schema import Config
from report.core.errors import ConfigError, Place

GOOD = """\
data: {source: data/wine.csv, target: quality}
models:
  logistic: sklearn.linear_model.LogisticRegression
"""
IMPORT_PATH = "write it as package.module.Name, such as sklearn.linear_model.LogisticRegression"
FIRST_ONE = "write a first one with: python entrypoint.py init DATA --target COLUMN"

# what is added to a good file (from line 4 on), and what is told
ADDED = [
    ("titel: Wine", "4: titel: unknown key", "did you mean 'title'?"),
    ("title: 5", "4: title: expected text, found 5", 'put quotes around it: "5"'),
    ("title: ''", "4: title: expected text, found ''", None),
    ("title: [a]", "4: title: expected text, found a list", None),
    ("target: quality", "4: target: unknown key", "it belongs into data: data.target"),
    (
        "zzz: 1",
        "4: zzz: unknown key",
        f"known keys: {', '.join(Config.model_fields)}",
    ),
    (
        "task: clasification",
        "4: task: expected auto, classification or regression, found 'clasification'",
        "did you mean 'classification'?",
    ),
    (
        "metrics: accuracy, f1",
        "4: metrics: expected a list, found 'accuracy, f1'",
        "put brackets around it: [accuracy, f1]",
    ),
    ("metrics: {name: f1}", "4: metrics: expected a list, found a mapping", None),
    ("metrics: [accuracy, '']", "4: metrics[1]: expected text, found ''", None),
    ("metrics: [r2, mae, r2]", "4: metrics[2]: 'r2' is given twice", "remove one of them"),
    (
        "metrics: [5]",
        "4: metrics[0]: expected a metric's name, or {function: PATH, greater_is_better: true or false}, found 5",
        None,
    ),
    (
        "metrics:\n  - {function: scoring:profit, greater_is_better: yes}",
        "5: metrics[0].greater_is_better: expected true or false, found 'yes'",
        "yes is text in YAML 1.2: write true or false",
    ),
    (
        "metrics: [{function: profit, greater_is_better: true}]",
        "4: metrics[0].function: 'profit' is not an import path",
        IMPORT_PATH,
    ),
    (
        "metrics: [{function: scoring:profit}]",
        "4: metrics[0].greater_is_better: this key is needed",
        "Its direction: true for a score, false for a loss.",
    ),
    ("seeds: [0, 1, 0]", "4: seeds[2]: 0 is given twice", "remove one of them"),
    ("seeds: [-1]", "4: seeds[0]: expected a whole number from 0 to 4294967295, found -1", None),
    ("seeds: 0", "4: seeds: expected a number of seeds from 1 to 100, or a list of them, found 0", None),
    ("seeds: many", "4: seeds: expected a number of seeds from 1 to 100, or a list of them, found 'many'", None),
    ("primary: m2", "4: primary: there is no model 'm2'", None),
    ("seeds: [true]", "4: seeds[0]: expected a whole number from 0 to 4294967295, found true", None),
    ("slices: [region, region]", "4: slices[1]: 'region' is given twice", "remove one of them"),
    ("slices: [[a]]", "4: slices[0]: expected the name of a column, found a list", None),
    ("cross_validation: {folds: 1}", "4: cross_validation.folds: expected a whole number from 2, found 1", None),
    ("cross_validation: 5", "4: cross_validation: expected a mapping of keys and values, found 5", None),
    (
        "gates: [{metric: r2}]",
        "4: gates[0]: a gate needs min, max or not",
        "write it like {metric: accuracy, min: 0.85}",
    ),
    (
        "gates:\n  - metric: r2\n    min: 0.1\n    max: 0.9",
        "5: gates[0]: a gate has one of min, max and not, here are min and max",
        "make two gates of it",
    ),
    (
        "gates: [{metric: r2, not: improved}]",
        "4: gates[0].not: expected worse, unclear or not compared, or a list of them, found 'improved'",
        None,
    ),
    (
        "gates: [{metric: r2, not: [better]}]",
        "4: gates[0].not: expected worse, unclear or not compared, or a list of them, found a list",
        None,
    ),
    (
        "gates: [{metric: r2, not: worse, margin: -1}]",
        "4: gates[0].margin: expected a number from 0, or a percentage such as 1%, found -1",
        None,
    ),
    (
        "gates: [{metric: r2, min: 0, margin: 1}]",
        "4: gates[0].margin: a margin goes with `not`",
        "write it like {metric: accuracy, not: worse}",
    ),
    (
        "gates: [{metric: r2, not: worse, split: train}]",
        "4: gates[0].split: base and head are compared on validation rows only",
        "remove it",
    ),
    (
        "gates: [{metric: fit_time, not: worse}]",
        "4: gates[0].not: fit_time is measured once, so a change of it has no verdict",
        "write it like {metric: fit_time, max: 120}",
    ),
    (
        "gates: [{metric: max_error, not: worse}]",
        "4: gates[0].not: max_error is decided by one row, so a change of it has no verdict",
        "write it like {metric: max_error, max: 120}",
    ),
    (
        "baseline: {margin: 5 %}",
        "4: baseline.margin: expected a number from 0, or a percentage such as 1%, found '5 %'",
        None,
    ),
    ("gates:\n  - metric: r2\n    min: high", "6: gates[0].min: expected a number, found 'high'", None),
    ("gates: [{metric: r2, min: .nan}]", "4: gates[0].min: expected a number, found nan", None),
    ("gates: [{metric: r2, max: .inf}]", "4: gates[0].max: expected a number, found inf", None),
    (
        "gates: [{min: 0.5}]",
        "4: gates[0].metric: this key is needed",
        "The metric, such as accuracy, loss or fit_time.",
    ),
    (
        "gates: [{metric: r2, min: 0.5, models: [logisitc]}]",
        "4: gates[0].models[0]: there is no model 'logisitc'",
        "did you mean 'logistic'?",
    ),
    (
        "gates: [{metric: r2, min: 0.5, models: [x]}]",
        "4: gates[0].models[0]: there is no model 'x'",
        "the models are logistic",
    ),
    (
        "gates: [{metric: r2, min: 0.5, split: test}]",
        "4: gates[0].split: expected train or validation, found 'test'",
        None,
    ),
    ("gates: [accuracy]", "4: gates[0]: expected a mapping of keys and values, found 'accuracy'", None),
    ("samples: {rows: 101}", "4: samples.rows: expected a whole number from 0 to 100, found 101", None),
    ("report: {plots: nune}", "4: report.plots: expected auto, none, or a list of plots, found 'nune'", None),
    (
        "compute: {time_limit: 1:30}",
        "4: compute.time_limit: expected a duration such as 30m, 90s or 2h, or a number of seconds, found '1:30'",
        None,
    ),
    (
        "compute: {time_limit: 0}",
        "4: compute.time_limit: expected a duration such as 30m, 90s or 2h, or a number of seconds, found 0",
        None,
    ),
    ("compute: {jobs: all}", "4: compute.jobs: expected auto, or a whole number from 1, found 'all'", None),
    ("compute: {jobs: 0}", "4: compute.jobs: expected auto, or a whole number from 1, found 0", None),
    ("title: Wine\ntitle: Whine", "5: title: given twice: line 4 has it already", "remove one of them"),
    ("title: !!python/name:os.system x", "4: title: the tag !!python/name:os.system has no meaning here", "remove it"),
    ("1: x", "4: 1: unknown key", None),
    ("? [a, b]\n: x", "4: a key must be text or a number", None),
]

# what stands as the data, and what is told
DATA = [
    ("", "1: data.source: this key is needed", None),
    ("source: 5, target: a", "1: data.source: expected a path, or a list of paths, found 5", None),
    ("source: [], target: a", "1: data.source: expected at least one entry, found an empty list", None),
    ("source: [a.csv, ''], target: a", "1: data.source[1]: expected a path, found ''", None),
    ('source: "a\\0b", target: a', "1: data.source: a path cannot have the character NUL in it", None),
    ("source: 'sklearn:', target: a", "1: data.source: 'sklearn:' names no data set", "write it like sklearn:digits"),
    (
        "source: python:features.load, target: a",
        "1: data.source: 'python:features.load' names no function",
        "write it as python:MODULE:FUNCTION, such as python:features:load",
    ),
    ("source: a.csv", "1: data.target: this key is needed", "name the column to predict"),
    (
        "source: a.csv, target: true",
        "1: data.target: expected a column, a list of columns, or {source: FILE}, found true",
        None,
    ),
    ("source: a.csv, target: {column: a}", "1: data.target.source: this key is needed", None),
    ("source: a.csv, target: {source: b.csv, colum: a}", "1: data.target.colum: unknown key", "did you mean 'column'?"),
    ("source: a.csv, target: a, group: [b]", "1: data.group: expected the name of a column, found a list", None),
    ("source: a.csv, target: a, drop: 'b, c'", "1: data.drop: expected a list, found 'b, c'", None),
    ("source: a.csv, target: a, drop: ''", "1: data.drop: expected a list, found ''", None),
    ("source: a.csv, target: a, read: csv", "1: data.read: expected a mapping of keys and values, found 'csv'", None),
    ("source: a.csv, target: a, prepare: clean", "1: data.prepare: 'clean' is not an import path", IMPORT_PATH),
    (
        "source: a.csv, target: a, validation: 20",
        "1: data.validation: expected a share between 0 and 1, such as 0.2 for a fifth of the rows, found 20",
        None,
    ),
    (
        "source: a.csv, target: a, validation: 0.0",
        "1: data.validation: expected a share between 0 and 1, such as 0.2 for a fifth of the rows, found 0.0",
        None,
    ),
    (
        "source: a.csv, target: a, validation: data/test.csv",
        (
            "1: data.validation: expected a share such as 0.2, {source: FILE}, or "
            "{method: hash, random, group, time or folds}, found 'data/test.csv'"
        ),
        None,
    ),
    (
        "source: a.csv, target: a, validation: {sorce: b.csv}",
        "1: data.validation.sorce: unknown key",
        "did you mean 'source'?",
    ),
    (
        "source: a.csv, target: a, validation: {method: rnadom}",
        "1: data.validation.method: expected hash, random, group, time or folds, found 'rnadom'",
        "did you mean 'random'?",
    ),
    (
        "source: a.csv, target: a, validation: {method: group}",
        "1: data.validation.method: method group needs data.group",
        "name the column whose groups stay together",
    ),
    (
        "source: a.csv, target: a, validation: {method: time}",
        "1: data.validation.method: method time needs data.time",
        "name the column to order the rows by",
    ),
    (
        "source: a.csv, target: a, validation: {method: random, stratify: true, shuffle: false}",
        "1: data.validation.stratify: rows that are not shuffled cannot be stratified",
        "remove one of the two",
    ),
    (
        "source: a.csv, target: a, image_shape: [8]",
        "1: data.image_shape: expected height and width in pixels, such as [28, 28], found a list",
        None,
    ),
    (
        "source: a.csv, target: a, positive: [good]",
        "1: data.positive: expected a class label: text, a number, true or false, found a list",
        None,
    ),
]

# what stands as the models (from line 3 on), and what is told
MODELS = [
    (
        "logistic: LogisticRegression",
        "3: models.logistic.estimator: 'LogisticRegression' is not an import path",
        IMPORT_PATH,
    ),
    ("logistic:", "3: models.logistic: expected a mapping of keys and values, found nothing", None),
    ("logistic: {params: {C: 1}}", "3: models.logistic.estimator: this key is needed", None),
    (
        "logistic:\n    estimator: a.B\n    max_iter: 5",
        "5: models.logistic.max_iter: unknown key",
        "parameters of the estimator go into params: models.logistic.params.max_iter",
    ),
    ("logistic: {estimator: a.B, parms: {}}", "3: models.logistic.parms: unknown key", None),
    (
        "logistic: {estimator: a.B, params: [1]}",
        "3: models.logistic.params: expected a mapping of keys and values, found a list",
        None,
    ),
    (
        "logistic: {estimator: a.B, params: {1: 2}}",
        "3: models.logistic.params[1]: a name must be text, found 1",
        'put quotes around it: "1"',
    ),
    (
        "logistic: {estimator: a.B, preprocess: aut}",
        "3: models.logistic.preprocess: expected auto, none, or a list of {columns, apply}, found 'aut'",
        None,
    ),
    (
        "logistic: {estimator: a.B, preprocess: []}",
        "3: models.logistic.preprocess: expected at least one entry, found an empty list",
        None,
    ),
    (
        "logistic: {estimator: a.B, preprocess: [{columns: '*', apply: []}]}",
        "3: models.logistic.preprocess[0].apply: expected at least one transformer, found an empty list",
        "passthrough leaves columns be",
    ),
    (
        "logistic: {estimator: a.B, preprocess: [{columns: '*', apply: {function: log1p}}]}",
        "3: models.logistic.preprocess[0].apply.function: 'log1p' is not an import path",
        IMPORT_PATH,
    ),
    (
        "logistic: {estimator: a.B, preprocess: [{columns: '*', apply: scale}]}",
        "3: models.logistic.preprocess[0].apply: 'scale' is not an import path",
        IMPORT_PATH,
    ),
    (
        "logistic: {estimator: a.B, preprocess: [{columns: '*', apply: [passthrugh]}]}",
        "3: models.logistic.preprocess[0].apply[0]: 'passthrugh' is not an import path",
        "did you mean 'passthrough'?",
    ),
    (
        "logistic: {estimator: a.B, preprocess: [{columns: '*', apply: [{params: {}}]}]}",
        "3: models.logistic.preprocess[0].apply[0]: expected a transformer by import path or {estimator: PATH}",
        None,
    ),
    (
        "stack:\n    estimator: a.Stack\n    params:\n      estimators:\n        - [one, {estimator: One}]",
        "7: models.stack.params.estimators[0][1].estimator: 'One' is not an import path",
        IMPORT_PATH,
    ),
    (
        "stack: {estimator: a.B, params: {final: {estimator: a.C, parmas: {}}}}",
        "3: models.stack.params.final.parmas: unknown key",
        "did you mean 'params'?",
    ),
    (
        "stack: {estimator: a.B, params: {final: {estimator: a.C, params: 5}}}",
        "3: models.stack.params.final.params: expected a mapping of keys and values, found 5",
        None,
    ),
    ("'': a.B", "3: models.: a model needs a name", None),
    ("a/b: a.B", "3: models.a/b: a model's name becomes a file name, so it cannot have '/' in it", None),
    ("..: a.B", "3: models...: a model's name becomes a file name, so it cannot be '..'", None),
    ("con: a.B", "3: models.con: a model's name becomes a file name, so it cannot be 'con'", None),
    ("1: a.B", "3: models[1]: a name must be text, found 1", 'put quotes around it: "1"'),
    (f"{'x' * 61}: a.B", f"3: models.{'x' * 61}: the name has 61 characters, at most 60 are possible", None),
    (
        "forest: a.B\n  Forest: a.B",
        "4: models.Forest: differs from 'forest' in capitals only",
        "give one of them another name",
    ),
]


def _expected(message: str, hint: str | None) -> str:
    return f"ml-report.yml:{message}" + (f"\n  → {hint}" if hint else "")


def _check(found: list[str], message: str, hint: str | None) -> None:
    assert len(found) == 1, found
    assert found[0] == _expected(message, hint) if hint else found[0].startswith(_expected(message, None))


@pytest.mark.parametrize(("text", "message", "hint"), ADDED)
def test_a_bad_key_has_one_message(told: Callable[..., list[str]], text: str, message: str, hint: str | None) -> None:
    _check(told(GOOD + text), message, hint)


@pytest.mark.parametrize(("data", "message", "hint"), DATA)
def test_bad_data_have_one_message(told: Callable[..., list[str]], data: str, message: str, hint: str | None) -> None:
    _check(told(f"data: {{{data}}}\nmodels: {{m: a.B}}"), message, hint)


@pytest.mark.parametrize(("models", "message", "hint"), MODELS)
def test_a_bad_model_has_one_message(
    told: Callable[..., list[str]], models: str, message: str, hint: str | None
) -> None:
    _check(told(f"data: {{source: sklearn:iris}}\nmodels:\n  {models}"), message, hint)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", f"ml-report.yml: it is empty\n  → {FIRST_ONE}"),
        (b"# only a comment\n", f"ml-report.yml: it is empty\n  → {FIRST_ONE}"),
        (b"- a\n- b\n", f"ml-report.yml:1: expected keys such as data and models, found a list\n  → {FIRST_ONE}"),
        (b"just text", f"ml-report.yml:1: expected keys such as data and models, found 'just text'\n  → {FIRST_ONE}"),
        (
            b"title: a\nname: caf\xe9\n",
            "ml-report.yml:2: it is not UTF-8: byte 0xe9\n  → save it with the encoding UTF-8",
        ),
        (
            "title: a".encode("utf-16"),
            "ml-report.yml:1: it is not UTF-8: byte 0xff\n  → save it with the encoding UTF-8",
        ),
        (
            b"title: [a\n",
            (
                "ml-report.yml:2: not valid YAML: expected ',' or ']', but got '<stream end>' (column 1)\n"
                "  → a bracket is not closed, or a comma is missing"
            ),
        ),
        (
            b"data:\n\tsource: a\n",
            (
                "ml-report.yml:2: not valid YAML: found character '\\t' that cannot start any token "
                "(column 1)\n  → indent with spaces"
            ),
        ),
        (
            b"title: a: b\n",
            (
                "ml-report.yml:1: not valid YAML: mapping values are not allowed here (column 9)\n"
                "  → a value with ': ' in it needs quotes, and keys of one mapping the same indent"
            ),
        ),
        (
            b"drop: [*_id]\n",
            (
                "ml-report.yml:1: not valid YAML: found undefined alias '_id' (column 8)\n"
                "  → a value that begins with * or & needs quotes"
            ),
        ),
        (
            b'source: "C:\\data"\n',
            (
                "ml-report.yml:1: not valid YAML: found unknown escape character 'd' (column 13)\n"
                "  → use single quotes, or / in a path"
            ),
        ),
        (
            b"a: 1\n---\nb: 2\n",
            (
                "ml-report.yml:2: not valid YAML: expected a single document in the stream but found "
                "another document (column 1)\n  → keep one document: remove the line ---"
            ),
        ),
        (b"a: 1\nb: \x01\n", "ml-report.yml:2: not valid YAML: the character '\\x01'\n  → remove it"),
        (b"a: " + b"[" * 60, "ml-report.yml:1: nested more than 50 deep"),
        (b"a: &a [*a]", "ml-report.yml:1: aliases nest more than 50 deep\n  → write the values out"),
        (b"a: " + b"x" * MAX_BYTES, "ml-report.yml: it is larger than 256 kB: is it a configuration?"),
    ],
)
def test_a_file_that_is_no_configuration(told: Callable[..., list[str]], content: bytes, message: str) -> None:
    assert told(content) == [message]


def test_aliases_that_explode_are_stopped(told: Callable[..., list[str]]) -> None:
    names = "abcdefghij"
    laughs = "a: &a [ha, ha, ha, ha, ha, ha, ha, ha, ha, ha]\n" + "".join(
        f"{name}: &{name} [{', '.join([f'*{before}'] * 10)}]\n" for before, name in pairwise(names)
    )
    merges = "a: &a {x: 1}\n" + "".join(
        f"{name}: &{name} {{<<: [{', '.join([f'*{before}'] * 10)}]}}\n" for before, name in pairwise(names)
    )
    expected = ["ml-report.yml: aliases explode into more than 100,000 values\n  → write the values out"]
    assert told(laughs) == expected
    assert told(merges) == expected


def test_no_models(told: Callable[..., list[str]]) -> None:
    hint = "write one like logistic: sklearn.linear_model.LogisticRegression"
    data = "data: {source: sklearn:iris}\n"
    assert told(f"{data}models: {{}}") == [f"ml-report.yml:2: models: there is no model\n  → {hint}"]
    assert told(data) == [
        (
            "ml-report.yml: models: this key is needed\n"
            "  → Each model by name: an import path, or {estimator: PATH, params: …}."
        )
    ]


def test_a_regression_has_no_positive_class(told: Callable[..., list[str]]) -> None:
    text = "task: regression\ndata: {source: sklearn:diabetes, positive: 1}\nmodels: {m: a.B}\n"
    assert told(text) == [
        "ml-report.yml:2: data.positive: a regression has no positive class\n  → remove it, or set task: classification"
    ]


def test_all_problems_are_told_together_in_the_order_of_the_file(told: Callable[..., list[str]]) -> None:
    text = """\
title: a
title: b
data:
  source: data/wine.csv
  validation: 2
models:
  logistic: LogisticRegression
gates:
  - {metric: accuracy, min: high}
  - {metric: accuracy}
sample: {rows: 5}
"""
    lines = [problem.split(": ")[0] for problem in told(text, "seeds=[a]")]
    assert lines == [*(f"ml-report.yml:{line}" for line in (2, 3, 5, 7, 9, 10, 11)), "command line"]


def test_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ConfigError) as caught:
        load_config(Path("ml-report.yml"))
    assert str(caught.value) == f"ml-report.yml: there is no such file\n  → {FIRST_ONE}"
    Path("ml-report.yaml").touch()
    with pytest.raises(ConfigError) as caught:
        load_config(Path("ml-report.yml"))
    assert caught.value.problems[0].hint == "did you mean 'ml-report.yaml'?"


def test_a_folder(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="this is a folder, not a file"):
        load_config(tmp_path)


def test_places_carry_file_line_and_key(read: Callable[..., object]) -> None:
    with pytest.raises(ConfigError) as caught:
        read(f"{GOOD}gates:\n  - metric: accuracy\n    min: high\n")
    assert caught.value.problems[0].place == Place("ml-report.yml", 6, "gates[0].min")
