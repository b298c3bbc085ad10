"""Bad input, told by the command line: one clear message, exit code 2, no traceback, nothing written."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from report.cli import main

ROOT = Path(__file__).resolve().parent.parent
GOOD = """\
data:
  source: data.csv
  target: label
models:
  logistic: sklearn.linear_model.LogisticRegression
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with a good configuration and a good table of 60 rows."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "ml-report.yml").write_text(GOOD)
    rows = [[i, (i * 7) % 13, "yes" if i % 3 else "no"] for i in range(60)]
    write_csv(tmp_path / "data.csv", ["age", "size", "label"], rows)
    return tmp_path


def write_csv(file: Path, header: list[str], rows: list[list[object]]) -> None:
    with file.open("w", newline="") as stream:
        csv.writer(stream).writerows([header, *rows])


def rows_of(file: Path) -> list[list[str]]:
    with file.open(newline="") as stream:
        return list(csv.reader(stream))


def fails(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """Run, expect a user's error, and give the message."""
    status = main(["run", *arguments], {})
    printed = capsys.readouterr().err
    assert status == 2, printed
    assert "Traceback" not in printed
    assert not Path("ml-report").exists()
    return printed


def spoil(folder: Path, column: int, value: object, *, row: int | None = None) -> None:
    """Write a value into one row of a column, or into all of them; row 0 is the header."""
    table = rows_of(folder / "data.csv")
    for number in range(1, len(table)) if row is None else [row]:
        table[number][column] = str(value)
    write_csv(folder / "data.csv", table[0], table[1:])


CONFIGURATIONS = {
    "empty": ("", "empty"),
    "not YAML": ("data: [1, 2\nmodels: }", "YAML"),
    "a list": ("- data\n", "keys"),
    "duplicate key": (GOOD + "data: {source: b.csv}\n", "twice"),
    "exploding aliases": (
        "a: &a [x,x,x,x,x,x,x,x,x]\n"
        + "".join(f"{k}: &{k} [{','.join(['*' + p] * 9)}]\n" for p, k in zip("abcdefgh", "bcdefghi", strict=True))
        + GOOD,
        "alias",
    ),
    "unknown key": (GOOD + "metrisc: [accuracy]\n", "metrics"),
    "wrong type": (GOOD + "seeds: many\n", "seeds"),
    "unknown metric": (GOOD + "metrics: [acuracy]\n", "accuracy"),
    "metric of another task": (GOOD + "metrics: [rmse]\n", "classification"),
    "target not there": (GOOD.replace("target: label", "target: lable"), "label"),
    "group column missing": (GOOD.replace("target: label", "target: label\n  group: agee"), "age"),
    "time column missing": (GOOD.replace("target: label", "target: label\n  time: when"), "when"),
    "all columns dropped": (GOOD.replace("target: label", "target: label\n  drop: ['*']"), "drop"),
    "no such data": (GOOD.replace("data.csv", "date.csv"), "date.csv"),
    "data is a directory": (GOOD.replace("data.csv", "."), "directory"),
    "validation of everything": (GOOD.replace("target: label", "target: label\n  validation: 1.0"), "validation"),
}


@pytest.mark.parametrize("case", CONFIGURATIONS)
def test_configuration(case, folder, capsys):
    text, expected = CONFIGURATIONS[case]
    (folder / "ml-report.yml").write_text(text)
    assert expected in fails(capsys)


def test_no_configuration_says_how_to_make_one(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert "init" in fails(capsys)


def test_configuration_is_a_directory(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "ml-report.yml").mkdir()
    assert "folder" in fails(capsys)


def test_configuration_is_not_utf8(folder, capsys):
    (folder / "ml-report.yml").write_bytes("title: Größe\n".encode("latin-1"))
    assert "UTF-8" in fails(capsys)


def test_all_problems_are_told_together(folder, capsys):
    (folder / "ml-report.yml").write_text(GOOD + "seeds: many\ntask: clasification\n")
    message = fails(capsys)
    assert "seeds" in message
    assert "clasification" in message


def test_override_names_where_it_came_from(folder, capsys):
    assert "command line" in fails(capsys, "seeds=many")


def test_target_all_missing(folder, capsys):
    spoil(folder, 2, "")
    assert "missing" in fails(capsys)


def test_one_class_only(folder, capsys):
    spoil(folder, 2, "yes")
    assert "one class" in fails(capsys)


def test_infinite_target(folder, capsys):
    for row in range(1, 61):
        spoil(folder, 2, row * 1.5, row=row)
    spoil(folder, 2, "inf", row=3)
    assert "infinit" in fails(capsys, "models.logistic=sklearn.linear_model.Ridge")


def test_negative_weights(folder, capsys):
    spoil(folder, 1, -1, row=4)
    assert "negative" in fails(capsys, "data.weight=size")


def test_new_rows_with_other_columns(folder, capsys):
    write_csv(folder / "new.csv", ["age", "sise"], [[1, 2]])
    assert "size" in fails(capsys, "data.new=new.csv")


def test_duplicate_column_names(folder, capsys):
    table = rows_of(folder / "data.csv")
    write_csv(folder / "data.csv", ["age", "age", "label"], table[1:])
    assert "age" in fails(capsys)


def test_empty_data_file(folder, capsys):
    (folder / "data.csv").write_text("")
    assert "empty" in fails(capsys)


def test_encoding_that_is_not_utf8(folder, capsys):
    (folder / "data.csv").write_bytes("größe,label\n1,yes\n2,no\n".encode("latin-1"))
    assert "encoding" in fails(capsys)


def test_corrupt_parquet(folder, capsys):
    (folder / "data.parquet").write_bytes(b"PAR1 this is not a table PAR1")
    assert "data.parquet" in fails(capsys, "data.source=data.parquet")


def test_hook_that_raises_shows_the_users_frames_only(folder, capsys):
    (folder / "features_that_fail.py").write_text("def clean(frame):\n    return frame['nothing']\n")
    message = fails(capsys, "data.prepare=features_that_fail:clean")
    assert 'File "features_that_fail.py", line 2, in clean' in message
    assert "pandas" not in message.split("KeyError")[0]


ESTIMATORS = {
    "module that does not exist": ("sklearn.linear_modle.LogisticRegression", "linear_modle"),
    "class that does not exist": ("sklearn.linear_model.LogisticRegresion", "did you mean 'LogisticRegression'?"),
    "estimator of another task": ("sklearn.linear_model.Ridge", "regressor"),
    "not an estimator": ("json.JSONDecoder", "estimator"),
    "bad parameter name": ("{estimator: sklearn.linear_model.LogisticRegression, params: {max_itr: 5}}", "max_iter"),
    "bad parameter value": ("{estimator: sklearn.linear_model.LogisticRegression, params: {C: -1}}", "C"),
}


@pytest.mark.parametrize("case", ESTIMATORS)
def test_a_model_that_cannot_be_is_a_row_with_the_reason_and_the_others_go_on(case, folder, capsys):
    estimator, expected = ESTIMATORS[case]
    assert main(["run", f"models.broken={estimator}"], {}) == 0
    report = json.loads((folder / "ml-report" / "report.json").read_text())
    statuses = {model["name"]: (model["status"], model["reason"]) for model in report["head"]["models"]}
    assert statuses["logistic"] == ("ok", None)
    assert statuses["broken"][0] == "failed"
    assert expected in statuses["broken"][1]
    assert "Traceback" not in capsys.readouterr().err


def test_no_model_that_can_be_is_an_error_after_the_report(folder, capsys):
    assert main(["run", "models={broken: json.nothing}"], {}) == 2
    assert "every model failed" in capsys.readouterr().err
    assert (folder / "ml-report" / "report.md").exists()


def test_output_is_a_file(folder, capsys):
    (folder / "out").write_text("mine")
    status = main(["run", "--output", "out"], {})
    assert status == 2
    assert "out" in capsys.readouterr().err
    assert (folder / "out").read_text() == "mine"


def test_a_gate_on_an_unknown_metric_is_told_before_any_fit(folder, capsys):
    message = fails(capsys, "gates=[{metric: accuracy, min: 0.5}, {metric: acuracy, min: 0.5}]")
    assert "gates[1].metric: there is no metric 'acuracy'" in message
    assert "did you mean 'accuracy'?" in message


MANY = """\
data: {source: data.csv, target: lable}
models:
  misspelt: sklearn.linear_model.LogisticRegresion
  parameters: {estimator: sklearn.ensemble.RandomForestClassifier, params: {n_estimator: 5, max_dept: 2}}
  prepared:
    estimator: sklearn.svm.SVC
    preprocess: [{columns: age, apply: sklearn.preprocessing.StandardScalr}]
  fine: sklearn.tree.DecisionTreeClassifier
metrics: [accuracy, acuracy, {function: nowhere.cost, greater_is_better: true}]
gates:
  - {metric: f1_macr, min: 0.5}
  - {metric: cost, min: 0.5}
"""


def test_all_mistakes_are_told_in_one_run(folder, capsys):
    (folder / "ml-report.yml").write_text(MANY)
    message = fails(capsys)
    for line in (
        "error: ml-report.yml:1: data.target: there is no column 'lable'",
        "error: ml-report.yml:9: metrics[1]: there is no metric 'acuracy'",
        "error: ml-report.yml:9: metrics[2].function: cannot import 'nowhere.cost'",
        "error: ml-report.yml:11: gates[0].metric: there is no metric 'f1_macr'",
        "error: ml-report.yml:3: models.misspelt.estimator: module 'sklearn.linear_model' has no 'LogisticRegresion'",
        "error: ml-report.yml:4: models.parameters.params.n_estimator: RandomForestClassifier has no parameter",
        "error: ml-report.yml:4: models.parameters.params.max_dept: RandomForestClassifier has no parameter",
        "error: ml-report.yml:7: models.prepared.preprocess[0].apply.estimator: module 'sklearn.preprocessing' has no",
    ):
        assert message.count(line) == 1, line
    assert message.count("error: ") == 8


def test_mistakes_in_metrics_gates_and_models_are_told_together_when_the_data_are_fine(folder, capsys):
    (folder / "ml-report.yml").write_text(MANY.replace("lable", "label"))
    message = fails(capsys)
    assert message.count("error: ") == 7
    assert "metrics[1]: there is no metric 'acuracy'\n  → did you mean 'accuracy'? For binary" in message
    assert "gates[1]" not in message


def test_a_section_that_does_not_exist_is_told_with_the_others(folder, capsys):
    message = fails(capsys, "report.sections=[modles]", "metrics=acuracy", "models.typo=sklearn.svm.SVCC")
    assert "report.sections" in message
    assert "there is no metric 'acuracy'" in message
    assert "has no 'SVCC'" in message


def test_a_module_that_ends_its_process_hides_no_other_mistake(folder, capsys):
    (folder / "ends.py").write_text("import os\nos._exit(3)\n")
    message = fails(capsys, "models.ends=ends:model", "models.typo=sklearn.svm.SVCC", "metrics=acuracy")
    assert "there is no metric 'acuracy'" in message
    assert "command line: models.typo.estimator: module 'sklearn.svm' has no 'SVCC'" in message


def test_a_metric_that_only_a_gate_asks_for_is_measured(folder):
    assert (
        main(["run", "metrics=[accuracy]", "gates=[{metric: f1_macro, min: 0.0}, {metric: fit_time, max: 60}]"], {})
        == 0
    )
    report = json.loads((folder / "ml-report" / "report.json").read_text())
    assert [metric["name"] for metric in report["head"]["metrics"]] == ["accuracy", "f1_macro", "loss"]
    assert all(gate["passed"] for gate in report["gates"])


def test_an_error_of_the_data_has_the_line_of_its_key(folder, capsys):
    (folder / "ml-report.yml").write_text(GOOD.replace("target: label", "target: lable"))
    assert "error: ml-report.yml:3: data.target: there is no column 'lable'" in fails(capsys)


def test_an_error_of_the_data_names_the_override_that_gave_its_key(folder, capsys):
    assert "error: command line: data.target: there is no column 'lable'" in fails(capsys, "data.target=lable")


def test_an_entry_of_a_list_has_its_line(folder, capsys):
    (folder / "ml-report.yml").write_text(
        GOOD + "gates:\n  - {metric: fit_time, max: 9}\n  - {metric: acuracy, min: 0}\n"
    )
    assert "error: ml-report.yml:8: gates[1].metric: there is no metric" in fails(capsys)


def test_an_unknown_key_of_the_command_line_is_told_as_such(folder, capsys):
    assert "error: command line: modles: unknown key" in fails(capsys, "modles.logistic.params.C=1")


def test_every_failed_model_is_named_with_its_reason(folder, capsys):
    assert main(["run", "models={a: json.nothing, b: sklearn.linear_model.Ridge}"], {}) == 2
    said = capsys.readouterr().err
    assert "every model failed\n  a: models.a.estimator: module 'json' has no 'nothing'" in said
    assert "\n  b: models.b.estimator: Ridge is a regressor" in said


def test_a_module_that_exits_when_it_is_imported_does_not_pass_for_success(folder, capsys):
    (folder / "script_that_exits.py").write_text("import sys\nsys.exit(0)\n")
    message = fails(capsys, "data.source='python:script_that_exits:load'")
    assert "importing 'script_that_exits' failed" in message
    assert "__main__" in message


def test_a_folder_that_cannot_be_written_is_told_before_any_fit(folder, capsys):
    (folder / "out").write_text("mine")
    assert main(["run", "--output", "out/report"], {}) == 2
    said = capsys.readouterr().err
    assert "cannot write the report" in said
    assert "Models" not in said


def test_a_run_that_fails_leaves_no_folder_behind(folder, capsys):
    fails(capsys, "--output", "reports/mine", "data.target=lable")
    assert not Path("reports").exists()


SHAPES = {
    "metrics='accuracy, f1'": "put brackets around it: [accuracy, f1]",
    "data=data.csv": "write it like data: {source: data.csv, target: COLUMN}",
    "cross_validation=5": "write it like cross_validation: {folds: 5}",
    "data.read={separator: ';'}": "did you mean 'sep'?",
}


@pytest.mark.parametrize("given", SHAPES)
def test_a_hint_shows_how_to_write_it(given, folder, capsys):
    assert SHAPES[given] in fails(capsys, given)


@pytest.mark.parametrize("encoding", ["cp1252", "ascii"])
def test_a_console_that_cannot_show_every_character(encoding, folder):
    """What it cannot show is replaced; the exit code stays what it is."""
    (folder / "ml-report.yml").write_text(GOOD + "title: ✓ größe → 漢\ngates: [{metric: accuracy, min: 0}]\n", "utf-8")
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GITHUB_")}
    environment["PYTHONIOENCODING"] = encoding
    for arguments in (["run"], ["comment"], ["schema"], ["--help"]):
        command = [sys.executable, str(ROOT / "entrypoint.py"), *arguments]
        ended = subprocess.run(command, env=environment, capture_output=True, check=False)
        assert (ended.returncode, b"Traceback" in ended.stderr) == (0, False), ended.stderr
