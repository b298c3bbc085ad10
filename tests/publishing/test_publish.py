"""What publishing does with a finished report beside the comment: job summary, outputs, annotations, and errors."""

from __future__ import annotations

import itertools
import json
from pathlib import Path

import pytest

from report.core.errors import PublishingError
from report.publishing import publish_report
from report.publishing.github import from_environment

from .github import HEAD, TOKEN, Step


def variables(step: Step) -> dict[str, str]:
    """The environment of a step on GitHub that comments."""
    return step.environment("pull_request", HEAD, 12, 1) | {"ML_REPORT_ID": "wine"}


@pytest.fixture(autouse=True)
def no_cml(step: Step) -> None:
    step.without_cml()


def test_the_summary_has_the_report_and_the_link_to_the_page(folder: Path, step: Step) -> None:
    page = f"{step.server.url}/page"
    published = publish_report(folder, variables(step) | step.variables | {"ML_REPORT_PAGE_URL": page})
    assert published.comment_url == f"{step.server.url}/team/wine/pull/7#issuecomment-100"
    text = f"# Wine 🍷\n\naccuracy 0.81\n\n[The whole report, with its plots]({page})\n"
    assert step.summary == text
    assert step.posted.decode().startswith(text)


def test_outputs(folder: Path, step: Step) -> None:
    publish_report(folder, variables(step) | step.variables)
    outputs = (step.temporary / "output").read_text("utf-8")
    assert "\nfalse\n" in outputs
    assert "\nforest\n" in outputs
    assert f"\n{(folder / 'report.md').as_posix()}\n" in outputs
    metrics = {
        "forest": {"accuracy": {"train": 0.99, "validation": 0.81}, "roc_auc": {"validation": None}},
        "broken": {},
    }
    assert f"\n{json.dumps(metrics)}\n" in outputs


def test_warnings_about_base_are_annotations_too(folder: Path, step: Step, capsys: pytest.CaptureFixture[str]) -> None:
    report = json.loads((folder / "report.json").read_text("utf-8"))
    told = {"message": "base learned from fewer rows", "hint": "same split", "severity": "warning", "subject": None}
    report["base"] = {"pairs": [], "notices": [told, told | {"message": "a detail", "severity": "note"}]}
    (folder / "report.json").write_text(json.dumps(report), "utf-8")
    publish_report(folder, variables(step) | step.variables)
    warned = [line.rpartition("::")[2] for line in capsys.readouterr().out.splitlines() if line.startswith("::warning")]
    assert "base learned from fewer rows → same split" in warned
    assert "a detail" not in warned


def test_gates_and_warnings_are_annotations(folder: Path, step: Step, capsys: pytest.CaptureFixture[str]) -> None:
    publish_report(folder, variables(step) | step.variables)
    lines = capsys.readouterr().out.splitlines()
    assert [line for line in lines if line.startswith("::error")] == [
        "::error title=Gate failed::forest: accuracy ≥ 0.85, but it is 0.81"
    ]
    assert [line.rpartition("::")[2] for line in lines if line.startswith("::warning")] == [
        "forest: fit_time ≤ 1, but it is 2.5",
        "broken: failed: no memory",
        "9 rows have no label → drop them",
        "forest: did not converge",
    ]


def test_an_unknown_mode_is_told(folder: Path, step: Step) -> None:
    with pytest.raises(PublishingError, match="update, new or off"):
        publish_report(folder, variables(step) | {"ML_REPORT_COMMENT": "never"})


@pytest.mark.parametrize("passed", [True, False])
def test_passed_is_what_the_report_says(folder: Path, passed: bool) -> None:
    report = json.loads((folder / "report.json").read_text("utf-8"))
    report["passed"] = passed
    (folder / "report.json").write_text(json.dumps(report), "utf-8")
    assert publish_report(folder, {}).result.passed is passed


def test_outside_of_actions_the_comment_is_printed(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = (folder / "comment.md").read_bytes()
    publish_report(folder, {})
    assert "accuracy 0.81" in capsys.readouterr().out
    assert (folder / "comment.md").read_bytes() == before


def test_a_dry_run_posts_nothing(folder: Path, step: Step, capsys: pytest.CaptureFixture[str]) -> None:
    publish_report(folder, variables(step) | step.variables, dry_run=True)
    assert "accuracy 0.81" in capsys.readouterr().out
    assert step.server.requests == []
    assert not (step.temporary / "summary").exists()


@pytest.mark.parametrize("content", [None, "", "{", "[]", "{}", '{"gates": 3}'])
def test_a_folder_without_a_whole_report_is_told(tmp_path: Path, content: str | None) -> None:
    if content is not None:
        (tmp_path / "report.json").write_text(content, "utf-8")
    with pytest.raises(PublishingError, match=r"report\.json") as caught:
        publish_report(tmp_path, {})
    assert "make" in str(caught.value)


def test_the_token_is_in_no_description(step: Step) -> None:
    github = from_environment(variables(step) | step.variables)
    assert github is not None
    assert github.token == TOKEN
    assert TOKEN not in repr(github)


def test_outputs_tell_of_the_comparison(folder: Path, step: Step) -> None:
    report = json.loads((folder / "report.json").read_text("utf-8"))
    numbers = {"metric": "accuracy", "base": 0.79, "head": 0.81, "difference": 0.02, "verdict": "improved"}
    timing = numbers | {"metric": "fit_time", "interval": None, "verdict": "unclear"}
    changes = [numbers | {"interval": {"low": 0.01, "high": 0.03, "level": 0.95}}, timing]
    report["verdict"] = "improved"
    report["base"] = {"pairs": [{"head": "forest", "changes": changes}, {"head": None, "changes": []}], "notices": []}
    (folder / "report.json").write_text(json.dumps(report), "utf-8")
    publish_report(folder, variables(step) | step.variables)
    outputs = (step.temporary / "output").read_text("utf-8").splitlines()
    values = {line.partition("<<")[0]: value for line, value in itertools.pairwise(outputs) if "<<" in line}
    assert (values["verdict"], values["improved"]) == ("improved", "true")
    told = json.loads(values["comparison"])
    assert set(told) == {"forest"}
    assert told["forest"]["accuracy"] == {
        "base": 0.79,
        "head": 0.81,
        "difference": 0.02,
        "low": 0.01,
        "high": 0.03,
        "verdict": "improved",
    }
    assert told["forest"]["fit_time"]["low"] is None


def test_without_a_base_nothing_is_improved(folder: Path, step: Step) -> None:
    publish_report(folder, variables(step) | step.variables)
    outputs = (step.temporary / "output").read_text("utf-8").splitlines()
    values = {line.partition("<<")[0]: value for line, value in itertools.pairwise(outputs) if "<<" in line}
    assert (values["verdict"], values["improved"], values["comparison"]) == ("", "false", "{}")
