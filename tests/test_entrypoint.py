"""The program as users start it: `python entrypoint.py …` in a folder of their own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
CONFIG = """\
data: {{source: "sklearn:iris"}}
models:
  mine: {estimator}
"""


def start(folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(ROOT / "entrypoint.py"), *arguments],
        cwd=folder,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_init_then_run_in_an_empty_folder(tmp_path):
    source = ROOT / "examples" / "tabular" / "data" / "tumours.csv"
    (tmp_path / "tumours.csv").write_bytes(source.read_bytes())
    made = start(tmp_path, "init", "tumours.csv", "--target", "diagnosis")
    assert made.returncode == 0, made.stderr
    ran = start(tmp_path, "run")
    assert ran.returncode == 0, ran.stderr
    written = {file.name for file in (tmp_path / "ml-report").iterdir()}
    assert {"report.md", "comment.md", "report.html", "report.json", "plots", "predictions.parquet"} <= written
    assert str(Path("ml-report") / "report.md") in ran.stdout


def test_init_proposes_the_columns_that_fit(tmp_path):
    lines = [f"C{i},{i % 7},{1 + i % 28:02}.05.2024,{'ab'[i % 2]}" for i in range(60)]
    (tmp_path / "calls.csv").write_text("\n".join(["customer,calls,signup,churn", *lines, ""]))
    assert start(tmp_path, "init", "calls.csv", "--target", "churn").returncode == 0
    written = (tmp_path / "ml-report.yml").read_text()
    assert all(line in written for line in ("# id: customer ", "# group: calls ", "# time: signup "))


def test_init_does_not_overwrite(tmp_path):
    (tmp_path / "ml-report.yml").write_text("mine")
    ended = start(tmp_path, "init", "sklearn:iris", "--target", "target")
    assert ended.returncode == 2
    assert (tmp_path / "ml-report.yml").read_text() == "mine"


def test_a_repository_with_modules_of_our_names(tmp_path):
    """Model code that imports its own `report`, `config`, `data` and `models` gets its own."""
    for name in ("report", "config", "data", "models"):
        (tmp_path / f"{name}.py").write_text(f"WHOSE = 'the repository: {name}'\n")
    (tmp_path / "mine.py").write_text(
        "from sklearn.dummy import DummyClassifier\n"
        "def make():\n"
        "    import report, config, data, models\n"
        "    found = [m.WHOSE for m in (report, config, data, models)]\n"
        "    assert found == [f'the repository: {n}' for n in ('report', 'config', 'data', 'models')]\n"
        "    return DummyClassifier()\n"
    )
    (tmp_path / "ml-report.yml").write_text(CONFIG.format(estimator="mine.make"))
    ended = start(tmp_path, "run")
    assert ended.returncode == 0, ended.stderr
    model = json.loads((tmp_path / "ml-report" / "report.json").read_text())["head"]["models"][0]
    assert (model["status"], model["reason"]) == ("ok", None)


def test_a_repository_with_modules_named_like_our_dependencies(tmp_path):
    for name in ("yaml", "pydantic", "rich", "jinja2", "tabulate", "skrub"):
        (tmp_path / f"{name}.py").write_text("WHOSE = 'the repository'\n")
    (tmp_path / "mine.py").write_text("from sklearn.dummy import DummyClassifier\n")
    (tmp_path / "ml-report.yml").write_text(CONFIG.format(estimator="mine.DummyClassifier"))
    ended = start(tmp_path, "run")
    assert ended.returncode == 0, ended.stderr


def test_configuration_errors_wait_for_nothing_heavy(tmp_path):
    (tmp_path / "ml-report.yml").write_text("models: {}\n")
    script = (
        "import runpy, sys\n"
        f"sys.argv = ['entrypoint.py', 'run']\n"
        "try:\n"
        f"    runpy.run_path({str(ROOT / 'entrypoint.py')!r}, run_name='__main__')\n"
        "except SystemExit as error:\n"
        "    print(int(error.code), sorted({'numpy', 'pandas', 'sklearn', 'matplotlib'} & set(sys.modules)))\n"
    )
    ended = subprocess.run([sys.executable, "-c", script], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert ended.stdout.strip() == "2 []"


def test_schema_is_json():
    ended = start(ROOT, "schema")
    assert json.loads(ended.stdout)["properties"]["models"]


def test_gate_that_fails_gives_exit_code_1_after_the_report(tmp_path):
    (tmp_path / "ml-report.yml").write_text(
        CONFIG.format(estimator="sklearn.dummy.DummyClassifier") + "gates: [{metric: accuracy, min: 0.99}]\n"
    )
    ended = start(tmp_path, "run")
    assert ended.returncode == 1, ended.stderr
    assert (tmp_path / "ml-report" / "report.md").exists()


def test_in_github_actions_an_error_is_an_annotation_with_its_line(tmp_path):
    (tmp_path / "ml-report.yml").write_text("models:\n  a: sklearn.dummy.DummyClassifier\n  b: {estimater: x}\n")
    ended = start(tmp_path, "run", GITHUB_ACTIONS="true")
    assert ended.returncode == 2
    errors = [line for line in (ended.stdout + ended.stderr).splitlines() if line.startswith("::error ")]
    assert any("file=ml-report.yml" in line and "line=3" in line for line in errors)


def test_an_annotation_names_the_file_from_the_workspace(tmp_path):
    folder = tmp_path / "models" / "wine"
    folder.mkdir(parents=True)
    (folder / "ml-report.yml").write_text("models: {a: {estimater: x}}\n")
    ended = start(folder, "run", GITHUB_ACTIONS="true", GITHUB_WORKSPACE=str(tmp_path))
    assert "file=models/wine/ml-report.yml" in ended.stdout


def test_text_from_the_configuration_is_no_workflow_command(tmp_path):
    (tmp_path / "ml-report.yml").write_text('models: {a: x.y}\ndata: {source: "::warning::hello", target: t}\n')
    ended = start(tmp_path, "run", GITHUB_ACTIONS="true")
    assert ended.returncode == 2
    lines = (ended.stdout + ended.stderr).splitlines()
    assert not any(line.lstrip().startswith("::warning") for line in lines)
    assert not any("::warning::" in line for line in lines if not line.startswith("::error"))


@pytest.mark.parametrize("arguments", [[], ["walk"], ["init"]])
def test_wrong_usage(tmp_path, arguments):
    ended = start(tmp_path, *arguments)
    assert ended.returncode == 2
    assert "usage:" in ended.stderr


@pytest.mark.skipif(os.name == "nt", reason="pipes end otherwise there")
def test_a_reader_that_goes_is_no_bug(tmp_path):
    with subprocess.Popen(
        [sys.executable, str(ROOT / "entrypoint.py"), "schema"],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        process.stdout.close()
        said = process.stderr.read()
    assert (process.wait(), said) == (0, b"")


def test_a_hint_names_the_command_as_it_was_called(tmp_path):
    """It can be copied, also where the program lies elsewhere."""
    program = os.path.relpath(ROOT / "entrypoint.py", tmp_path)

    def call(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-B", program, *arguments]
        return subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)

    typed = f"{sys.executable} -B {program}"
    assert f"write a first one with: {typed} init DATA --target COLUMN" in call("run").stderr
    made = call("init", "sklearn:iris", "--target", "target", "--config", "iris.yml")
    assert made.stdout.endswith(f"Next: {typed} run --config iris.yml\n")


@pytest.mark.skipif(os.name == "nt", reason="a limit of paths of sockets")
def test_a_long_path_to_the_folder_of_temporary_files(tmp_path):
    scratch = tmp_path / ("x" * 200)
    scratch.mkdir()
    (tmp_path / "ml-report.yml").write_text(CONFIG.format(estimator="sklearn.dummy.DummyClassifier"))
    ended = start(tmp_path, "run", TMPDIR=str(scratch))
    assert ended.returncode == 0, ended.stderr
    assert list(scratch.iterdir()) == []
