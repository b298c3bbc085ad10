"""The first configuration of a repository: what `init` writes, to be read and changed."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Literal, TypeAlias

from .yaml12 import NotYaml, parse

TaskHint: TypeAlias = Literal["classification", "regression"]

_PLAIN = re.compile(r"[\w][\w ./:-]*[\w*]|\w")
_MODELS: dict[TaskHint, str] = {
    "classification": """\
  logistic:
    estimator: sklearn.linear_model.LogisticRegression   # any import path, your own modules included
    params: {max_iter: 1000}
  boosting:
    estimator: sklearn.ensemble.HistGradientBoostingClassifier
    params: {max_iter: 100, random_state: 0}
""",
    "regression": """\
  ridge:
    estimator: sklearn.linear_model.Ridge                # any import path, your own modules included
    params: {alpha: 1.0}
  boosting:
    estimator: sklearn.ensemble.HistGradientBoostingRegressor
    params: {max_iter: 100, random_state: 0}
""",
}
_METRICS: dict[TaskHint, tuple[str, str]] = {  # the metrics, and a gate on the first
    "classification": ("accuracy, balanced_accuracy, f1_macro", "{metric: accuracy, min: 0.8}"),
    "regression": ("rmse, mae, r2", "{metric: r2, min: 0.5}"),
}


def starter_config(data_path: str, columns: Sequence[str], target: str, task_hint: TaskHint) -> str:
    """A commented configuration with two models, which `load_config` accepts as it is.

    columns : those of the data without the target; they serve as examples in comments.
    """
    metrics, gate = _METRICS[task_hint]
    example = _scalar(next((str(column) for column in columns if str(column) != target), "comment"), in_list=True)
    return f"""\
# What the report on each pull request is made of. Every key: python entrypoint.py schema
title: {_scalar(f"Prediction of {target}")}
task: {task_hint}
data:
  source: {_scalar(data_path)}
  target: {_scalar(target)}
  validation: 0.2                 # this share of the rows validates; each row keeps its side when data are added
  # drop: [{example}]             # columns that the models must not see
  # id: {example}                 # a column that identifies a row
  # group: {example}              # rows of one group stay on one side of the split
  # time: {example}               # validation is the latest part
  # new: data/new.csv             # rows without {_in_comment(target)}, shown with their predictions
models:
{_MODELS[task_hint]}metrics: [{metrics}]   # the first one decides which model is best
# cross_validation: {{folds: 5}}  # how much the scores depend on the rows
# seeds: [0, 1, 2]                # how much they depend on luck in training
# gates:                          # the job fails when a rule is broken
#   - {gate}
"""


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


def _in_comment(text: str) -> str:
    return text if text.isprintable() else json.dumps(text)
