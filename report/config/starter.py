"""The first configuration of a repository: what `init` writes, to be read and changed."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Literal, TypeAlias

from .yaml12 import NotYaml, parse

TaskHint: TypeAlias = Literal["classification", "regression"]

_NOTES_AT = 32  # where the comments of a line begin
_PLAIN = re.compile(r"[\w][\w ./:-]*[\w*]|\w")
_SCHEMA = "https://raw.githubusercontent.com/org/ml-report-action/v1/docs/schema.json"
_LINEAR: dict[TaskHint, tuple[str, str, str]] = {  # name, estimator, parameters
    "classification": ("logistic", "sklearn.linear_model.LogisticRegression", "{max_iter: 1000}"),
    "regression": ("ridge", "sklearn.linear_model.Ridge", "{alpha: 1.0}"),
}
_BOOSTING: dict[TaskHint, str] = {
    "classification": "sklearn.ensemble.HistGradientBoostingClassifier",
    "regression": "sklearn.ensemble.HistGradientBoostingRegressor",
}
_METRICS: dict[TaskHint, tuple[str, str, str]] = {  # the metrics, the first one, and a bound as an example
    "classification": ("accuracy, balanced_accuracy, f1_macro", "accuracy", "{metric: accuracy, min: 0.8}"),
    "regression": ("rmse, mae, r2", "rmse", "{metric: r2, min: 0.5}"),
}


def starter_config(
    data_path: str,
    columns: Sequence[str],
    target: str,
    task_hint: TaskHint,
    roles: Mapping[str, str] | None = None,
    *,
    read: Mapping[str, str] | None = None,
    is_small: bool = True,
) -> str:
    """A commented configuration with two models, which `load_config` accepts as it is.

    columns : those of the data without the target; they serve as examples in comments. roles : the columns that may be
    the `id` and the `time`; without a `time`, splitting by time is not proposed. read : options of the reader.
    is_small : whether a fit takes a few seconds at most, so that several seeds cost little.
    """
    metrics, primary, bound = _METRICS[task_hint]
    name, linear, params = _LINEAR[task_hint]
    roles = roles or {}
    first = next((column for column in columns if column not in (target, *roles.values())), "comment")
    example, identifier = _example(first), _example(roles.get("id", first))
    by_time = [(f"  # time: {_example(roles['time'])}", "validation is the latest part")] if "time" in roles else []
    lines = (
        (f"# yaml-language-server: $schema={_SCHEMA}", ""),
        (f"title: {_scalar(f'Prediction of {target}')}", ""),
        (f"task: {task_hint}", ""),
        ("data:", ""),
        (f"  source: {_scalar(data_path)}", ""),
        *_reader(read or {}),
        (f"  target: {_scalar(target)}", "the column to predict"),
        ("  validation: 0.2", "this share of the rows validates; a row keeps its side when data are added"),
        (f"  # drop: [{identifier}]", "columns that the models must not see"),
        (f"  # id: {identifier}", "a column that identifies a row"),
        (f"  # group: {example}", "rows of one group stay on one side of the split"),
        *by_time,
        ("  # new: data/new.csv", "rows without the target, shown with their predictions"),
        ("models:", "as many as you like, any import path, your own modules included"),
        (f"  {name}:", ""),
        (f"    estimator: {linear}", ""),
        (f"    params: {params}", ""),
        ("  boosting:", ""),
        (f"    estimator: {_BOOSTING[task_hint]}", ""),
        ("    params: {max_iter: 100, random_state: 0}", ""),
        (f"metrics: [{metrics}]", "the first one decides which model is best"),
        ("# cross_validation: {folds: 5}", "how much the scores depend on the rows"),
        ("seeds: 5" if is_small else "# seeds: 5", "fits of each side: luck in training is no change of the model"),
        ("gates:", "the job fails when a rule is broken"),
        (f"  - {{metric: {primary}, not: [worse, not compared]}}", "against base"),
        (f"  # - {bound}", ""),
    )
    return "".join(f"{line:<{_NOTES_AT}}  # {note}\n" if note else f"{line}\n" for line, note in lines)


def _reader(options: Mapping[str, str]) -> list[tuple[str, str]]:
    entries = ", ".join(f"{name}: {json.dumps(value)}" for name, value in options.items())
    return [(f"  read: {{{entries}}}", "how its numbers are written")] if entries else []


def _example(column: str) -> str:
    return _scalar(column, in_list=True)


def _scalar(text: str, *, in_list: bool = False) -> str:
    """Text as YAML: bare where that reads back as the same text, else in double quotes."""
    if _PLAIN.fullmatch(text) and not (in_list and ":" in text) and _reads_back(text):
        return text
    return json.dumps(text, ensure_ascii=not text.isprintable())  # a JSON string is a YAML string


def _reads_back(text: str) -> bool:
    try:
        return bool(parse(f"key: {text}").value == {"key": text})
    except NotYaml:
        return False
