"""What the documents promise: tables are those of the code, examples load and run, links lead somewhere.

`UPDATE_GOLDEN=1` writes the tables anew.
"""

from __future__ import annotations

import ast
import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest
import sklearn
import yaml
from pydantic import BaseModel

from report.cli import INPUT_PREFIX, Exit, overrides
from report.config import json_schema, load_config, schema
from report.config.schema import Config
from report.core.values import Task
from report.data.formats import FORMATS
from report.data.sources import SKLEARN_NAMES
from report.evaluation.metrics import DEFAULTS, METRICS
from report.rendering.json_report import SCHEMA_VERSION
from report.rendering.plots import PLOT_IDS
from report.rendering.sections import SECTION_IDS
from report.rendering.writing import PLOTS, REPORT_FILES
from tests.models.test_all_estimators import EXPECTED_REASONS, estimators

ROOT = Path(__file__).resolve().parent.parent
README, REFERENCE, HOW_TO = ROOT / "README.md", ROOT / "docs" / "reference.md", ROOT / "docs" / "how-to.md"
TUTORIAL, CONTRIBUTING = ROOT / "docs" / "tutorial.md", ROOT / "CONTRIBUTING.md"
SECURITY = ROOT / "SECURITY.md"
DOCUMENTS = (
    README,
    CONTRIBUTING,
    SECURITY,
    ROOT / "CHANGELOG.md",
    *sorted((ROOT / "docs").glob("*.md")),
    *ROOT.glob("*/README.md"),
)
ACTION = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))
COMMENT = yaml.safe_load((ROOT / "comment" / "action.yml").read_text("utf-8"))
USES = {"org/ml-report-action@v1": ACTION, "org/ml-report-action/comment@v1": COMMENT}
FENCE = re.compile(r"^( *)```(\w*)\n(.*?)^\1```$", re.MULTILINE | re.DOTALL)


class Block(NamedTuple):
    """A fenced piece of a document."""

    file: Path
    line: int
    language: str
    text: str

    def __str__(self) -> str:
        return f"{self.file.relative_to(ROOT).as_posix()}:{self.line}"


def blocks(*files: Path, language: str) -> list[Block]:
    found = []
    for file in files:
        text = file.read_text("utf-8")
        for match in FENCE.finditer(text):
            indent, kind, inner = match.groups()
            lines = [line.removeprefix(indent) for line in inner.splitlines(keepends=True)]
            found.append(Block(file, text.count("\n", 0, match.start()) + 1, kind, "".join(lines)))
    return [block for block in found if block.language == language]


YAML_BLOCKS = blocks(*DOCUMENTS, language="yaml")
CONFIGURATIONS = [block for block in YAML_BLOCKS if re.search(r"^(data|models):", block.text, re.MULTILINE)]
WORKFLOWS = [block for block in YAML_BLOCKS if re.search(r"^jobs:", block.text, re.MULTILINE)]
STEPS = [block for block in YAML_BLOCKS if block.text.lstrip().startswith("- ") and "uses:" in block.text]
TRIGGERS = [block for block in YAML_BLOCKS if block not in WORKFLOWS and re.search(r"^on:", block.text, re.MULTILINE)]
FRAGMENTS = [block for block in YAML_BLOCKS if block not in (*CONFIGURATIONS, *WORKFLOWS, *STEPS, *TRIGGERS)]


# Tables that are made of the code


def row(*cells: str) -> str:
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


def table(*rows: tuple[str, ...]) -> str:
    head, *body = rows
    return "\n".join((row(*head), f"|{'---|' * len(head)}", *(row(*cells) for cells in body)))


def code(text: object) -> str:
    return f"`{text}`" if text != "" else ""


def inputs_table() -> str:
    entries = sorted(ACTION["inputs"].items(), key=lambda entry: entry[0] in Config.model_fields)
    return table(
        ("input", "default", "what it is"),
        *((code(name), code(entry["default"]), entry["description"]) for name, entry in entries),
    )


def outputs_table() -> str:
    entries = ACTION["outputs"].items()
    return table(("output", "what it is"), *((code(name), entry["description"]) for name, entry in entries))


def metrics_table() -> str:
    words = {Task.BINARY: "binary", Task.MULTICLASS: "multiclass", Task.MULTILABEL: "multilabel"}
    words |= {Task.REGRESSION: "regression", Task.MULTIOUTPUT: "multi-output"}
    needs = {"labels": "", "score": "probabilities or a decision function", "probability": "probabilities"}
    return table(
        ("metric", "better", "tasks", "needs", "other names", "what it is"),
        *(
            (
                code(metric.info.name),
                "greater" if metric.info.greater_is_better else "smaller",
                "all" if len(metric.tasks) == len(Task) else ", ".join(words[task] for task in metric.tasks),
                needs[metric.needs],
                ", ".join(map(code, metric.aliases)),
                metric.info.description,
            )
            for metric in METRICS
        ),
    )


def defaults_table() -> str:
    rows = ((task.value, ", ".join(map(code, names))) for task, names in DEFAULTS.items())
    return table(("task", "metrics when none are named"), *rows)


SECTIONS: dict[str, type[BaseModel]] = {  # where each mapping of the configuration stands
    "": schema.Config,
    "data.": schema.DataConfig,
    "data.target.": schema.LabelFile,
    "data.validation.": schema.SplitConfig,
    "data.validation. (a file)": schema.ValidationFile,
    "models.NAME.": schema.ModelConfig,
    "models.NAME.preprocess.N.": schema.PreprocessStep,
    "metrics.N.": schema.OwnMetric,
    "cross_validation.": schema.CrossValidation,
    "gates.N.": schema.Gate,
    "samples.": schema.SamplesConfig,
    "report.": schema.ReportConfig,
    "compute.": schema.ComputeConfig,
    "baseline.": schema.BaselineConfig,
}


def keys_table() -> str:
    return table(
        ("key", "default", "what it is"),
        *(
            (code(f"{where.partition(' ')[0]}{field.alias or name}"), _default(field), field.description or "")
            for where, section in SECTIONS.items()
            for name, field in section.model_fields.items()
            if not _opens(field)
        ),
    )


def _opens(field) -> bool:
    """Whether the field is a mapping whose own keys follow."""
    return isinstance(field.annotation, type) and field.annotation in SECTIONS.values()


def _default(field) -> str:
    if field.is_required():
        return "needed"
    value = field.get_default(call_default_factory=True)
    return "" if value is None or value in ((), {}) else code(json.dumps(value).strip('"'))


def formats_table() -> str:
    rows = (
        (entry.name, ", ".join(map(code, entry.suffixes)), code(f"pandas.{entry.pandas_reader}")) for entry in FORMATS
    )
    return table(("format", "ends in", "`read:` takes the options of"), *rows)


def names(entries) -> str:
    return f"{', '.join(map(code, entries))}."


TABLES = {
    (README, "inputs"): inputs_table,
    (README, "outputs"): outputs_table,
    (REFERENCE, "keys"): keys_table,
    (REFERENCE, "formats"): formats_table,
    (REFERENCE, "data sets"): lambda: names(f"sklearn:{name}" for name in SKLEARN_NAMES),
    (REFERENCE, "metrics"): metrics_table,
    (REFERENCE, "default metrics"): defaults_table,
    (REFERENCE, "plots"): lambda: names(PLOT_IDS),
    (REFERENCE, "sections"): lambda: names(SECTION_IDS),
}


@pytest.mark.parametrize(("file", "name"), TABLES, ids=lambda value: value if isinstance(value, str) else value.stem)
def test_table_is_that_of_the_code(file: Path, name: str) -> None:
    text = file.read_text("utf-8")
    found = re.search(rf"<!-- {name} -->\n(.*?)\n<!-- end -->", text, re.DOTALL)
    assert found, f"no <!-- {name} --> … <!-- end --> in {file.name}"
    wanted = TABLES[file, name]()
    if os.environ.get("UPDATE_GOLDEN"):
        file.write_text(text[: found.start(1)] + wanted + text[found.end(1) :], "utf-8")
    else:
        assert found[1] == wanted, "UPDATE_GOLDEN=1 python -m pytest tests/test_docs.py"


def test_every_mapping_of_the_configuration_is_in_the_reference() -> None:
    everything = {value for value in vars(schema).values() if isinstance(value, type)}
    mappings = {value for value in everything if issubclass(value, schema.Section) and value is not schema.Section}
    assert mappings == set(SECTIONS.values())


# Inputs, keys and exit codes


def test_inputs_that_the_code_reads_are_keys_of_the_configuration() -> None:
    given = {f"{INPUT_PREFIX}{name.upper()}": "x" for name in Config.model_fields}
    assert {override.key for override in overrides((), given)} == set(Config.model_fields)
    assert set(Config.model_fields) <= set(ACTION["inputs"])


def test_readme_shows_every_key_once() -> None:
    [everything] = [block for block in blocks(README, language="yaml") if "yaml-language-server" in block.text]
    shown = yaml.safe_load(everything.text)
    keys = json_schema()
    assert set(shown) == set(keys["properties"])
    assert set(shown["data"]) == set(keys["$defs"]["DataConfig"]["properties"])
    written_out = [model for model in shown["models"].values() if isinstance(model, dict)]
    assert {key for model in written_out for key in model} == set(keys["$defs"]["ModelConfig"]["properties"])


@pytest.mark.parametrize("file", [README, REFERENCE], ids=lambda file: file.stem)
def test_exit_codes_are_all_told(file: Path) -> None:
    told = re.search(r"\| exit code \|.*?\n\|[-|]+\n(.*?)\n\n", file.read_text("utf-8"), re.DOTALL)
    assert told
    assert [int(line.split("|")[1]) for line in told[1].splitlines()] == [int(code) for code in Exit]


def test_reference_tells_every_file_of_a_report() -> None:
    text = REFERENCE.read_text("utf-8")
    assert [name for name in (*REPORT_FILES, f"{PLOTS}/*.png") if f"| `{name}` |" not in text] == []
    assert f"`schema_version` is {SCHEMA_VERSION}" in text


def test_reference_tells_every_command_and_option() -> None:
    text = REFERENCE.read_text("utf-8")
    for command in ("run", "comment", "init", "schema"):
        shown = subprocess.run(
            [sys.executable, ROOT / "entrypoint.py", command, "--help"], capture_output=True, text=True, check=True
        ).stdout
        options = {f"{command} {option}" for option in re.findall(r"--[a-z-]+", shown) if option != "--help"}
        assert [option for option in options if f"| `{option}" not in text] == []


def test_readme_counts_the_estimators_that_a_test_fits() -> None:
    claim = re.search(r"All (\d+) classifiers and regressors of scikit-learn ([\d.]+) give", README.read_text("utf-8"))
    assert claim
    assert EXPECTED_REASONS == {}
    if sklearn.__version__.startswith(f"{claim[2]}."):
        assert int(claim[1]) == len(estimators())


def test_each_promise_on_security_has_its_test() -> None:
    named = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", SECURITY.read_text("utf-8"))
    assert len(named) > 25
    missing = [f"{file}::{name}" for file, name in named if f"def {name}(" not in (ROOT / file).read_text("utf-8")]
    assert missing == []


# Examples


@pytest.mark.parametrize("block", CONFIGURATIONS, ids=str)
def test_configuration_loads(block: Block, tmp_path: Path) -> None:
    given = yaml.safe_load(block.text)
    rest = {
        "data": {"source": "data.csv", "target": "y"},
        "models": dict.fromkeys(("logistic", "forest", "boosting"), "sklearn.svm.SVC"),
    }
    file = tmp_path / "ml-report.yml"
    for key, entry in rest.items():
        if key not in given:  # an excerpt
            block = block._replace(text=f"{key}: {json.dumps(entry)}\n{block.text}")
    file.write_text(block.text, "utf-8")
    load_config(file)


@pytest.mark.parametrize("block", FRAGMENTS, ids=str)
def test_excerpt_of_a_configuration_loads(block: Block, tmp_path: Path) -> None:
    test_configuration_loads(block, tmp_path)


def test_workflows_are_of_githubs_schema(tmp_path: Path) -> None:
    files = []
    some_job = "jobs: {some: {runs-on: ubuntu-latest, steps: [{run: 'true'}]}}\n"
    for block in (*WORKFLOWS, *TRIGGERS):
        files.append(tmp_path / f"{block.file.stem}-{block.line}.yml")
        files[-1].write_text(block.text + ("" if block in WORKFLOWS else some_job), "utf-8")
    assert len(files) > 5
    program = Path(sys.executable).with_name("check-jsonschema")
    command = [program, "--builtin-schema", "vendor.github-workflows", *files]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stdout + ended.stderr


def _uses(block: Block) -> list[dict]:
    content = yaml.safe_load(block.text)
    steps = (
        content if isinstance(content, list) else [step for job in content["jobs"].values() for step in job["steps"]]
    )
    return [step for step in steps if step.get("uses", "").startswith("org/")]


def test_examples_of_the_action_use_its_inputs() -> None:
    steps = [step for block in (*WORKFLOWS, *STEPS) for step in _uses(block)]
    assert len(steps) > 5
    assert {step["uses"] for step in steps} == set(USES)
    wrong = [name for step in steps for name in step.get("with", {}) if name not in USES[step["uses"]]["inputs"]]
    assert wrong == []


PERMISSIONS = (
    {"contents": "read", "pull-requests": "write"},
    {"contents": "read"},
    {"contents": "write"},
    {"contents": "write", "pull-requests": "write"},
    {"actions": "read", "pull-requests": "write"},
)


@pytest.mark.parametrize("block", WORKFLOWS, ids=str)
def test_workflows_leave_no_token_and_say_their_permissions(block: Block) -> None:
    content = yaml.safe_load(block.text)
    steps = [step for job in content["jobs"].values() for step in job["steps"]]
    checkouts = [step for step in steps if "checkout" in step.get("uses", "")]
    assert all(step["with"]["persist-credentials"] is False for step in checkouts)
    assert content["permissions"] in PERMISSIONS
    trains = any(step.get("uses") == "org/ml-report-action@v1" for step in steps)
    assert len(checkouts) == trains, "what trains nothing checks nothing out"


@pytest.mark.parametrize("block", blocks(*DOCUMENTS, language="python"), ids=str)
def test_python_is_python(block: Block) -> None:
    ast.parse(block.text)


def test_tutorial_builds_the_example() -> None:
    [config] = [block for block in blocks(TUTORIAL, language="yaml") if "title:" in block.text]
    example = (ROOT / "examples" / "digits" / "ml-report.yml").read_text("utf-8")
    assert yaml.safe_load(config.text) == yaml.safe_load(example)


# Links, pictures and paths


def anchors(file: Path) -> set[str]:
    text = re.sub(r"```.*?```", "", file.read_text("utf-8"), flags=re.DOTALL)
    titles = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


@pytest.mark.parametrize("file", DOCUMENTS, ids=lambda file: file.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(file: Path) -> None:
    text = FENCE.sub("", file.read_text("utf-8"))
    links = [*re.findall(r"\]\(([^)\s]+)\)", text), *re.findall(r'(?:src|srcset|href)="([^"]+)"', text)]
    broken = []
    for link in links:
        path, _, anchor = link.partition("#")
        target = (file.parent / path) if path else file
        if not link.startswith("https://") and (not target.exists() or (anchor and anchor not in anchors(target))):
            broken.append(link)
    assert broken == []


def test_contributing_names_files_that_are_there() -> None:
    named = re.findall(
        r"`((?:report|tests|docs|examples|scripts|benchmarks)/[\w./-]*)`", CONTRIBUTING.read_text("utf-8")
    )
    assert len(named) > 20
    assert [name for name in named if not (ROOT / name).exists()] == []


def test_contributing_names_every_target_of_make() -> None:
    targets = re.findall(r"^(\w+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    text = CONTRIBUTING.read_text("utf-8")
    assert [target for target in targets if f"`make {target}`" not in text] == []


# Running what is written


def _shell(commands: str, folder: Path) -> None:
    """Run lines of a document in a folder beside which the repository is called ml-report-action."""
    (folder.parent / "ml-report-action").symlink_to(ROOT)
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    environment.pop("GITHUB_ACTIONS", None)
    for line in commands.splitlines():
        ended = subprocess.run(
            shlex.split(line, comments=True), cwd=folder, env=environment, capture_output=True, text=True, check=False
        )
        assert ended.returncode == 0, f"{line}\n{ended.stdout}{ended.stderr}"


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="symbolic links")
def test_commands_of_the_laptop_run_in_an_empty_folder(tmp_path: Path) -> None:
    install, use = (block.text for block in blocks(README, language="sh"))
    assert (ROOT / "requirements.lock").exists()
    assert "../ml-report-action/requirements.lock" in install
    folder = tmp_path / "repository"
    folder.mkdir()
    _shell(use, folder)
    assert (folder / "ml-report" / "report.html").exists()


@pytest.mark.slow
def test_own_code_of_the_how_to_runs(tmp_path: Path) -> None:
    part = HOW_TO.read_text("utf-8").partition("## Own code\n")[2].partition("\n## ")[0]
    for _, _, text in FENCE.findall(part):
        name = re.match(r"# ([\w.-]+)\n", text)
        assert name
        (tmp_path / name[1]).write_text(text, "utf-8")
    command = [sys.executable, ROOT / "entrypoint.py", "run"]
    ended = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    report = json.loads((tmp_path / "ml-report" / "report.json").read_text("utf-8"))
    assert [metric["name"] for metric in report["head"]["metrics"]][:2] == ["accuracy", "profit"]
    assert all(model["status"] == "ok" for model in report["head"]["models"])


def test_each_fault_names_a_test_that_is_there() -> None:
    """And each test of a fault stands in the table."""
    rows = [line for line in (ROOT / "docs" / "faults.md").read_text("utf-8").splitlines() if "| `test_" in line]
    named = {name for row in rows for name in re.findall(r"`(test_\w+)`", row)}
    tests = "".join(path.read_text("utf-8") for path in (ROOT / "tests").rglob("test_*.py"))
    assert [name for name in named if f"def {name}(" not in tests] == []
    faults = (ROOT / "tests" / "publishing" / "test_faults.py").read_text("utf-8")
    assert set(re.findall(r"^def (test_\w+)\(", faults, re.MULTILINE)) <= named
