"""Mistakes of the form, of names and of columns are told in one run."""

from __future__ import annotations

from pathlib import Path

import pytest

from report.cli import main

GOOD = """\
data: {source: data.csv, target: label}
models: {logistic: sklearn.linear_model.LogisticRegression}
"""
FLAWED = """\
data: {source: data.csv, target: label}
models:
  misspelt: sklearn.linear_model.LogisticRegresion
  parameters: {estimator: sklearn.ensemble.RandomForestClassifier, params: {n_estimator: 5}}
  prepared:
    estimator: sklearn.svm.SVC
    preprocess: [{columns: age, apply: sklearn.preprocessing.StandardScalr}]
  flawed: {estimator: no path, params: {CC: 1}}
metrics: [3, acuracy]
gates: [{metric: f1_macr, min: high}, {metric: r2, max: 1, models: [zz]}, {metric: acuracy1, min: 1}, nothing]
seeds: many
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    rows = "".join(f"{i},{i * 7 % 13},{'yes' if i % 3 else 'no'}\n" for i in range(60))
    (tmp_path / "data.csv").write_text(f"age,size,label\n{rows}")
    (tmp_path / "ml-report.yml").write_text(GOOD)
    return tmp_path


def fails(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    status = main(["run", *arguments], {})
    printed = capsys.readouterr().err
    assert status == 2, printed
    return printed


def test_an_error_of_the_form_hides_no_other_mistake(folder, capsys):
    (folder / "ml-report.yml").write_text(FLAWED)
    message = fails(capsys, "slices=[a, a]")
    for line in (
        "error: ml-report.yml:8: models.flawed.estimator: 'no path' is not an import path",
        "error: ml-report.yml:9: metrics[0]: expected",
        "error: ml-report.yml:10: gates[0].min: expected a number",
        "error: ml-report.yml:10: gates[1].models[0]: there is no model 'zz'",
        "error: ml-report.yml:10: gates[3]: expected",
        "error: ml-report.yml:11: seeds: expected",
        "error: command line: slices[1]: 'a' is given twice",
        "error: ml-report.yml:9: metrics[1]: there is no metric 'acuracy'",
        "error: ml-report.yml:10: gates[0].metric: there is no metric 'f1_macr'",
        "error: ml-report.yml:10: gates[2].metric: there is no metric 'acuracy1'",
        "error: ml-report.yml:3: models.misspelt.estimator: module 'sklearn.linear_model' has no 'LogisticRegresion'",
        "error: ml-report.yml:4: models.parameters.params.n_estimator: RandomForestClassifier has no parameter",
        "error: ml-report.yml:7: models.prepared.preprocess[0].apply.estimator: module 'sklearn.preprocessing' has no",
    ):
        assert message.count(line) == 1, line
    assert message.count("error: ") == 13


def test_columns_of_preprocessing_are_told_with_the_others_once_the_data_are_read(folder, capsys):
    steps = "[{columns: [zz], apply: sklearn.preprocessing.StandardScale}, {columns: yy, apply: passthrough}]"
    message = fails(capsys, "metrics=acuracy", f"models.p={{estimator: sklearn.svm.SVCC, preprocess: {steps}}}")
    for told in (
        "there is no metric 'acuracy'",
        "models.p.estimator: module 'sklearn.svm' has no 'SVCC'",
        "models.p.preprocess[0].columns: no feature column is called 'zz'",
        "models.p.preprocess[0].apply.estimator: module 'sklearn.preprocessing' has no 'StandardScale'",
        "models.p.preprocess[1].columns: no feature column is called 'yy'",
    ):
        assert told in message
