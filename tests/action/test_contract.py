"""`action.yml` and the workflows: valid, safe, and in step with the code that reads them."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from report.config.schema import Config
from report.config.yaml12 import parse
from report.publishing.artifacts import PREFIX

ROOT = Path(__file__).resolve().parents[2]
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
ACTIONS = [ROOT / "action.yml", ROOT / "comment" / "action.yml"]
YAML_FILES = [*ACTIONS, *WORKFLOWS]


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


OWN_INPUTS = {
    *("config", "set", "output", "working-directory", "requirements", "python"),
    *("mode", "comment", "plots", "report-id", "artifact", "github-token", "fail-on-comment-error"),
}
OUTPUTS = {
    "passed",
    "report",
    "report-json",
    "best-model",
    "metrics",
    "verdict",
    "improved",
    "comparison",
    "comment-url",
}


def load(path: Path) -> dict[str, Any]:
    return yaml.safe_load(path.read_text("utf-8"))


@pytest.mark.parametrize("path", YAML_FILES, ids=name_of)
def test_no_key_is_there_twice(path):
    """A runner refuses such a file; PyYAML takes the last one in silence."""
    assert [flaw for flaw in parse(path.read_text("utf-8")).flaws if "twice" in flaw.message] == []


def steps(path: Path) -> list[dict[str, Any]]:
    content = load(path)
    if "runs" in content:
        return content["runs"]["steps"]
    return [step for job in content["jobs"].values() for step in job["steps"]]


def tool(name: str, *arguments: str | Path) -> str:
    program = Path(sys.executable).with_name(name)
    ended = subprocess.run([program, *arguments], capture_output=True, text=True, check=False)
    return "" if ended.returncode == 0 else ended.stdout + ended.stderr


def test_there_are_workflows() -> None:
    assert {path.name for path in WORKFLOWS} >= {"ci.yml", "report.yml"}


def test_the_actions_are_of_githubs_schema() -> None:
    assert tool("check-jsonschema", "--builtin-schema", "vendor.github-actions", *ACTIONS) == ""


def test_the_workflows_are_of_githubs_schema() -> None:
    assert tool("check-jsonschema", "--builtin-schema", "vendor.github-workflows", *WORKFLOWS) == ""


def test_zizmor_finds_nothing() -> None:
    assert tool("zizmor", "--offline", "--quiet", *YAML_FILES) == ""


@pytest.mark.parametrize("path", YAML_FILES, ids=name_of)
def test_no_expression_is_pasted_into_a_script(path: Path) -> None:
    assert [step["run"] for step in steps(path) if "${{" in step.get("run", "")] == []


@pytest.mark.parametrize("path", YAML_FILES, ids=name_of)
def test_actions_are_pinned_by_commit_with_the_version_beside(path: Path) -> None:
    uses = re.findall(r"^\s*(?:- )?uses: (?!\./)(.+)$", path.read_text("utf-8"), re.MULTILINE)
    assert [use for use in uses if not re.fullmatch(r"[\w./-]+@[0-9a-f]{40} # v\d[\d.]*", use)] == []


@pytest.mark.skipif(shutil.which("bash") is None, reason="there is no bash")
@pytest.mark.parametrize(
    ("given", "refused"),
    [
        ({}, None),
        ({"MODE": "report", "COMMENT": "off", "PLOTS": "git", "STRICT": "True"}, None),
        ({"COMMENT": "", "PLOTS": "", "STRICT": ""}, None),
        ({"MODE": "fork"}, "mode"),
        ({"COMMENT": "sticky"}, "comment"),
        ({"PLOTS": "git\n::error::"}, "plots"),
        ({"STRICT": "yes"}, "fail-on-comment-error"),
    ],
)
def test_a_wrong_input_is_told_before_anything_is_trained(given: dict[str, str], refused: str | None) -> None:
    [first] = [step for step in steps(ROOT / "action.yml")[:2] if "env" in step]
    defaults = {name: entry.get("default") for name, entry in load(ROOT / "action.yml")["inputs"].items()}
    inputs = {name: defaults[text.split("inputs.")[1].split(" ")[0]] for name, text in first["env"].items()}
    ended = subprocess.run(
        ["bash", "-e", "-c", first["run"]], env=os.environ | inputs | given, capture_output=True, text=True, check=False
    )
    said = f"::error title=ml-report::The input {refused} is none of its values: write "
    assert (ended.returncode, ended.stdout[: len(said)]) == ((0, "") if refused is None else (2, said))
    assert len(ended.stdout.splitlines()) == (refused is not None)


@pytest.mark.parametrize("path", WORKFLOWS, ids=name_of)
def test_workflows_may_do_no_more_than_they_need(path: Path) -> None:
    content = load(path)
    assert content["permissions"] in ({}, {"contents": "read"})
    checkouts = [step for step in steps(path) if step.get("uses", "").startswith("actions/checkout@")]
    assert all(step["with"]["persist-credentials"] is False for step in checkouts)


def test_inputs_are_the_keys_of_the_configuration_and_our_own() -> None:
    assert set(load(ROOT / "action.yml")["inputs"]) == set(Config.model_fields) | OWN_INPUTS


def test_each_key_of_the_configuration_reaches_the_run() -> None:
    [run] = [step for step in steps(ROOT / "action.yml") if step.get("id") == "run"]
    given = {name: value for name, value in run["env"].items() if name.startswith("ML_REPORT_INPUT_")}
    keys = {*Config.model_fields, "set"}
    assert given == {f"ML_REPORT_INPUT_{key.upper()}": f"${{{{ inputs.{key} }}}}" for key in keys}


@pytest.mark.parametrize("path", ACTIONS, ids=name_of)
def test_every_input_is_used_and_described(path: Path) -> None:
    text = path.read_text("utf-8")
    inputs = load(path)["inputs"]
    assert [name for name in inputs if f"inputs.{name}" not in text] == []
    assert [name for name, entry in inputs.items() if not entry["description"].strip()] == []


def test_every_variable_that_the_action_sets_is_read() -> None:
    """The names that start with ML_REPORT_ in `env:` stand in the code, or in the step's own script."""
    code = "".join(path.read_text("utf-8") for room in ("report", "scripts") for path in (ROOT / room).rglob("*.py"))
    names = {
        name
        for path in ACTIONS
        for step in steps(path)
        for name in step.get("env", {})
        if name.startswith("ML_REPORT_") and name not in step["run"]
    }
    assert [name for name in names if f'"{name}"' not in code and not name.startswith("ML_REPORT_INPUT_")] == []


def test_outputs_are_those_of_the_publishing_step() -> None:
    outputs = load(ROOT / "action.yml")["outputs"]
    assert set(outputs) == OUTPUTS
    assert all(f"steps.publish.outputs.{name}" in entry["value"] for name, entry in outputs.items())
    code = (ROOT / "report" / "publishing" / "__init__.py").read_text("utf-8")
    assert [name for name in OUTPUTS if f'"{name}":' not in code] == []


def test_outputs_of_the_comment_are_those_of_its_step() -> None:
    code = (ROOT / "report" / "fork_pipeline.py").read_text("utf-8")
    for name, entry in load(ROOT / "comment" / "action.yml")["outputs"].items():
        assert f"steps.publish.outputs.{name}" in entry["value"]
        assert f'"{name}":' in code


def test_the_two_halves_agree_on_the_artifact() -> None:
    uploads = [step["with"]["name"] for step in steps(ROOT / "action.yml") if "name" in step.get("with", {})]
    assert f"{PREFIX}${{{{ steps.run.outputs.report-id }}}}" in uploads


def test_the_comment_checks_nothing_out_and_runs_only_our_own_files() -> None:
    used = [step for step in steps(ROOT / "comment" / "action.yml") if "uses" in step]
    assert [step["uses"].partition("@")[0] for step in used] == ["actions/setup-python"]
    run = " ".join(step.get("run", "") for step in steps(ROOT / "comment" / "action.yml"))
    assert re.findall(r'-I "(.+?)"', run) == [
        "$GITHUB_ACTION_PATH/../scripts/install.py",
        "$GITHUB_ACTION_PATH/../entrypoint.py",
    ]


def test_the_lock_names_no_registry_and_hashes_everything() -> None:
    for name in ("requirements.lock", "scripts/tools.lock"):
        text = (ROOT / name).read_text("utf-8")
        assert "://" not in text
        assert re.findall(r"^(?![ #]|\S+==[^\s]+( ; .+)? \\$).+", text, re.MULTILINE) == []


def test_the_lock_is_in_step_with_the_ranges() -> None:
    ranges = re.findall(
        r'^  "([A-Za-z-]+)>=',
        (ROOT / "pyproject.toml").read_text("utf-8").partition("]\n\n[project.urls")[0],
        re.MULTILINE,
    )
    locked = {
        name.lower()
        for name in re.findall(r"^([\w-]+)==", (ROOT / "requirements.lock").read_text("utf-8"), re.MULTILINE)
    }
    assert {name.lower() for name in ranges} <= locked
