"""What publishing does with a finished report, on a runner, for each kind of event, and when CML fails."""

from __future__ import annotations

import itertools
import json
import os
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from report.core.errors import PublishingError
from report.publishing import publish_report
from report.publishing.cml import cml_environment, post_comment
from report.publishing.github import from_environment

TOKEN = "ghs_0123456789abcdef"  # noqa: S105 - nobody's
SERVER = "https://github.example"

FAKE_CML = """
import json, os, sys
from pathlib import Path
here = Path(__file__).parent
(here / "seen.json").write_text(json.dumps({"arguments": sys.argv[1:], "environment": dict(os.environ)}))
(here / "posted.md").write_bytes(Path(sys.argv[-1]).read_bytes())
answer = json.loads((here / "answer.json").read_text())
print(answer.get("out", ""))
print(answer.get("err", ""), file=sys.stderr)
sys.exit(answer["code"])
"""


@pytest.fixture
def cml(tmp_path: Path) -> Path:
    """A folder for PATH with a program that notes what it is given; `answer.json` says what it answers."""
    folder = tmp_path / "bin"
    folder.mkdir()
    (folder / "fake.py").write_text(FAKE_CML, "utf-8")
    script = folder / ("cml.cmd" if os.name == "nt" else "cml")
    start = "@" if os.name == "nt" else "#!/bin/sh\nexec "
    rest = "%*" if os.name == "nt" else '"$@"'
    script.write_text(f'{start}"{sys.executable}" "{folder / "fake.py"}" {rest}\n', "utf-8")
    script.chmod(0o755)
    answers(folder, code=0, out=f"{SERVER}/team/wine/pull/7#issuecomment-1")
    return folder


def answers(cml: Path, **answer: Any) -> None:
    (cml / "answer.json").write_text(json.dumps(answer), "utf-8")


def runner(tmp_path: Path, cml: Path, *, event: str = "pull_request", head: str = "team/wine") -> dict[str, str]:
    """The environment of a step on GitHub."""
    payload = {"pull_request": {"number": 7, "head": {"sha": "abc", "repo": {"full_name": head}}}}
    (tmp_path / "event.json").write_text(json.dumps(payload if event.startswith("pull") else {}), "utf-8")
    return {
        "GITHUB_ACTIONS": "true",
        "GITHUB_REPOSITORY": "team/wine",
        "GITHUB_SERVER_URL": SERVER,
        "GITHUB_EVENT_NAME": event,
        "GITHUB_EVENT_PATH": str(tmp_path / "event.json"),
        "GITHUB_RUN_ID": "12",
        "GITHUB_OUTPUT": str(tmp_path / "output"),
        "GITHUB_STEP_SUMMARY": str(tmp_path / "summary"),
        "ML_REPORT_TOKEN": TOKEN,
        "ML_REPORT_ID": "wine",
        "PATH": os.pathsep.join([str(cml), os.environ["PATH"]]),
        "CML_COMMENT_UNKNOWN": "fatal to CML",
        **{name: os.environ[name] for name in ("SYSTEMROOT", "COMSPEC", "PATHEXT") if name in os.environ},
    }


def test_the_file_is_what_is_posted_with_a_link_to_the_page(folder: Path, tmp_path: Path, cml: Path) -> None:
    published = publish_report(folder, runner(tmp_path, cml) | {"ML_REPORT_PAGE_URL": f"{SERVER}/page"})
    assert published.comment_url == f"{SERVER}/team/wine/pull/7#issuecomment-1"
    comment = (folder / "comment.md").read_text("utf-8")
    assert comment == f"# Wine 🍷\n\naccuracy 0.81\n\n[The whole report, with its plots]({SERVER}/page)\n"
    assert (cml / "posted.md").read_bytes() == (folder / "comment.md").read_bytes()
    assert (tmp_path / "summary").read_text("utf-8") == comment


def test_cml_is_called_as_it_needs_it(folder: Path, tmp_path: Path, cml: Path) -> None:
    publish_report(folder, runner(tmp_path, cml) | {"HOME": "/home/somebody", "GITHUB_TOKEN": "another"})
    seen = json.loads((cml / "seen.json").read_text("utf-8"))
    assert seen["arguments"] == [
        *("comment", "create", "--update", "--publish=false", "--target=pr/7", "--driver=github"),
        *(f"--repo={SERVER}/team/wine", "--watermark-title=wine", str(folder / "comment.md")),
    ]
    environment = seen["environment"]
    assert environment["REPO_TOKEN"] == TOKEN
    assert (environment["CI"], environment["ITERATIVE_DO_NOT_TRACK"]) == ("true", "1")
    assert environment["HOME"] != "/home/somebody"
    assert not Path(environment["HOME"]).exists(), "it was temporary"
    assert not {"GITHUB_SERVER_URL", "GITHUB_TOKEN", "CML_COMMENT_UNKNOWN", "ML_REPORT_TOKEN"} & set(environment)
    assert TOKEN not in "".join(seen["arguments"])


def test_publishing_twice_links_once(folder: Path, tmp_path: Path, cml: Path) -> None:
    publish_report(folder, runner(tmp_path, cml))
    first = (folder / "comment.md").read_bytes()
    publish_report(folder, runner(tmp_path, cml))
    assert (folder / "comment.md").read_bytes() == first
    assert b"/team/wine/actions/runs/12)" in first


def test_outputs(folder: Path, tmp_path: Path, cml: Path) -> None:
    publish_report(folder, runner(tmp_path, cml))
    outputs = (tmp_path / "output").read_text("utf-8")
    assert "\nfalse\n" in outputs
    assert "\nforest\n" in outputs
    assert f"\n{(folder / 'report.md').as_posix()}\n" in outputs
    metrics = {
        "forest": {"accuracy": {"train": 0.99, "validation": 0.81}, "roc_auc": {"validation": None}},
        "broken": {},
    }
    assert f"\n{json.dumps(metrics)}\n" in outputs


def test_warnings_about_base_are_annotations_too(
    folder: Path, tmp_path: Path, cml: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    report = json.loads((folder / "report.json").read_text("utf-8"))
    told = {"message": "base learned from fewer rows", "hint": "same split", "severity": "warning", "subject": None}
    report["base"] = {"pairs": [], "notices": [told, told | {"message": "a detail", "severity": "note"}]}
    (folder / "report.json").write_text(json.dumps(report), "utf-8")
    publish_report(folder, runner(tmp_path, cml))
    warned = [line.rpartition("::")[2] for line in capsys.readouterr().out.splitlines() if line.startswith("::warning")]
    assert "base learned from fewer rows → same split" in warned
    assert "a detail" not in warned


def test_gates_and_warnings_are_annotations(
    folder: Path, tmp_path: Path, cml: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    publish_report(folder, runner(tmp_path, cml))
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


@pytest.mark.parametrize("event", ["push", "schedule", "workflow_dispatch", "merge_group", "issue_comment"])
def test_other_events_have_a_summary_and_outputs_only(folder: Path, tmp_path: Path, cml: Path, event: str) -> None:
    published = publish_report(folder, runner(tmp_path, cml, event=event))
    assert published.comment_url is None
    assert published.problem is None
    assert not (cml / "seen.json").exists()
    assert (tmp_path / "summary").exists()
    assert (tmp_path / "output").exists()


def test_a_comment_can_be_turned_off(folder: Path, tmp_path: Path, cml: Path) -> None:
    assert publish_report(folder, runner(tmp_path, cml) | {"ML_REPORT_COMMENT": "off"}).problem is None
    assert not (cml / "seen.json").exists()


def test_an_unknown_mode_is_told(folder: Path, tmp_path: Path, cml: Path) -> None:
    with pytest.raises(PublishingError, match="update or off"):
        publish_report(folder, runner(tmp_path, cml) | {"ML_REPORT_COMMENT": "never"})


@pytest.mark.parametrize(("status", "passed"), [("ok", True), ("timed out", False)])
def test_a_report_without_a_model_has_not_passed(folder: Path, status: str, passed: bool) -> None:
    report = json.loads((folder / "report.json").read_text("utf-8"))
    report["passed"] = True
    report["head"]["models"][0]["status"] = status
    (folder / "report.json").write_text(json.dumps(report), "utf-8")
    assert publish_report(folder, {}).result.passed is passed


@pytest.mark.parametrize(
    ("status", "says"),
    [
        (401, "github-token"),
        (403, "pull-requests: write"),
        (404, "pull-requests: write"),
        (422, "too long"),
        (429, "later"),
    ],
)
def test_a_refusal_says_what_to_do(folder: Path, tmp_path: Path, cml: Path, status: int, says: str) -> None:
    log = [
        json.dumps({"level": "debug", "message": "the whole body"}),
        json.dumps({"level": "error", "message": f"HttpError: no\n{'x' * 5000}", "status": status}),
    ]
    answers(cml, code=1, err="\n".join(log))
    problem = publish_report(folder, runner(tmp_path, cml)).problem
    assert problem is not None
    assert str(status) in str(problem)
    assert says in str(problem)
    assert len(str(problem)) < 600
    assert "the whole body" not in str(problem)


def test_a_fork_is_told_why(folder: Path, tmp_path: Path, cml: Path) -> None:
    answers(cml, code=1, err=json.dumps({"level": "error", "message": "no", "status": 403}))
    problem = publish_report(folder, runner(tmp_path, cml, head="somebody/wine")).problem
    assert "fork" in str(problem)


def test_no_cml_is_a_warning(folder: Path, tmp_path: Path, cml: Path, capsys: pytest.CaptureFixture[str]) -> None:
    environment = runner(tmp_path, cml) | {"PATH": str(tmp_path)}
    problem = publish_report(folder, environment).problem
    assert "`cml` is not there" in str(problem)
    assert "::warning title=No comment on the pull request::" in capsys.readouterr().out


def test_cml_that_never_ends_is_ended(folder: Path, tmp_path: Path, cml: Path) -> None:
    (cml / "fake.py").write_text("import time; time.sleep(60)", "utf-8")
    environment = runner(tmp_path, cml)
    github = from_environment(environment)
    assert github is not None
    begun = time.perf_counter()
    with pytest.raises(PublishingError, match="did not finish in time"):
        post_comment(github, folder / "comment.md", title="wine", environment=environment, time_limit=0.5)
    assert time.perf_counter() - begun < 20


def test_outside_of_actions_the_comment_is_printed(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = (folder / "comment.md").read_bytes()
    publish_report(folder, {})
    assert "accuracy 0.81" in capsys.readouterr().out
    assert (folder / "comment.md").read_bytes() == before


def test_a_dry_run_posts_nothing(folder: Path, tmp_path: Path, cml: Path, capsys: pytest.CaptureFixture[str]) -> None:
    publish_report(folder, runner(tmp_path, cml), dry_run=True)
    assert "accuracy 0.81" in capsys.readouterr().out
    assert not (cml / "seen.json").exists()
    assert not (tmp_path / "summary").exists()


@pytest.mark.parametrize("content", [None, "", "{", "[]", "{}", '{"gates": 3}'])
def test_a_folder_without_a_whole_report_is_told(tmp_path: Path, content: str | None) -> None:
    if content is not None:
        (tmp_path / "report.json").write_text(content, "utf-8")
    with pytest.raises(PublishingError, match=r"report\.json") as caught:
        publish_report(tmp_path, {})
    assert "make" in str(caught.value)


def test_the_token_is_in_no_description(tmp_path: Path, cml: Path) -> None:
    github = from_environment(runner(tmp_path, cml))
    assert github is not None
    assert github.token == TOKEN
    assert TOKEN not in repr(github)


def test_nothing_that_steers_the_runner_reaches_cml() -> None:
    given = {
        "INPUT_GITHUB-TOKEN": "x",
        "ACTIONS_RUNTIME_TOKEN": "x",
        "CML_LOG": "x",
        "GH_TOKEN": "x",
        "HTTPS_PROXY": "p",
    }
    assert set(cml_environment(given, token="t", home="h")) == {  # noqa: S106 - nobody's
        *("HTTPS_PROXY", "REPO_TOKEN", "HOME", "USERPROFILE", "CI", "ITERATIVE_DO_NOT_TRACK")
    }


def test_outputs_tell_of_the_comparison(folder: Path, tmp_path: Path, cml: Path) -> None:
    report = json.loads((folder / "report.json").read_text("utf-8"))
    numbers = {"metric": "accuracy", "base": 0.79, "head": 0.81, "difference": 0.02, "verdict": "improved"}
    timing = numbers | {"metric": "fit_time", "interval": None, "verdict": "unclear"}
    changes = [numbers | {"interval": {"low": 0.01, "high": 0.03, "level": 0.95}}, timing]
    report["verdict"] = "improved"
    report["base"] = {"pairs": [{"head": "forest", "changes": changes}, {"head": None, "changes": []}], "notices": []}
    (folder / "report.json").write_text(json.dumps(report), "utf-8")
    publish_report(folder, runner(tmp_path, cml))
    outputs = (tmp_path / "output").read_text("utf-8").splitlines()
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


def test_without_a_base_nothing_is_improved(folder: Path, tmp_path: Path, cml: Path) -> None:
    publish_report(folder, runner(tmp_path, cml))
    outputs = (tmp_path / "output").read_text("utf-8").splitlines()
    values = {line.partition("<<")[0]: value for line, value in itertools.pairwise(outputs) if "<<" in line}
    assert (values["verdict"], values["improved"], values["comparison"]) == ("", "false", "{}")
