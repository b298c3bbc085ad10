"""Run the product on a pull request in a real git repository, and hold its report against the truth."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from report.cli import main
from tests.against_base.project import Project

from .case import PullRequest, Right

DECIDED = ("improved", "worse")


@dataclass(frozen=True)
class Answer:
    """What the report says. exit_code : 0, 1 a gate failed, 2 an error; report : report.json."""

    exit_code: int
    report: dict[str, Any]

    @property
    def base(self) -> dict[str, Any]:
        """What is said of base; as of none where nothing is compared, or nothing was reported."""
        return self.report.get("base") or {"status": "none", "reason": None, "pairs": [], "notices": []}

    @property
    def status(self) -> str:
        return self.base["status"]

    @property
    def verdicts(self) -> dict[tuple[str, str], str]:
        """(model, metric) → verdict."""
        return {
            (pair["head"], change["metric"]): change["verdict"]
            for pair in self.base["pairs"]
            for change in pair["changes"]
        }

    def primary(self, models: tuple[str, ...] = ()) -> set[str]:
        """The verdicts on the primary metric, of all models or of these."""
        first = {metric["name"] for metric in self.report["head"]["metrics"][:1]} if self.report else set()
        return {
            verdict
            for (model, metric), verdict in self.verdicts.items()
            if metric in first and (not models or model in models)
        }

    @property
    def warnings(self) -> list[str]:
        """What the report warns of in the comparison, in its headline too; a verdict that is withheld is a warning."""
        told = [notice["message"] for notice in self.base["notices"] if notice["severity"] == "warning"]
        withheld = {
            change["why"] or "" for pair in self.base["pairs"] for change in pair["changes"] if is_withheld(change)
        }
        return told + self.base.get("headlines", []) + [f"not comparable: {why}" for why in withheld]


def is_withheld(change: dict[str, Any]) -> bool:
    return change["verdict"] == "not comparable"


def run(pull_request: PullRequest, folder: Path) -> Answer:
    """Commit base and head in an empty folder, and train head against base, as `entrypoint.py run` does."""
    with _inside(folder):
        project = Project(folder)
        for state in (pull_request.base, pull_request.head):
            _empty(folder)
            state.write(folder)
            project.commit()
        project._forget_modules()
        code = main(["run"], dict(os.environ) | _event(project))
        return Answer(code, project.report if code in {0, 1} else {})


def flaws(pull_request: PullRequest, answer: Answer) -> list[str]:
    """What is wrong with the answer; nothing when it is right. Warnings of a change of nothing are counted apart."""
    if answer.exit_code not in {0, 1}:
        return [f"exit status {answer.exit_code}"]
    if pull_request.right is Right.NOTHING:
        return _flaws_of_nothing(answer)
    primary = answer.primary(pull_request.models)
    return [] if _IS_RIGHT[pull_request.right](answer, primary) else [_said(answer, primary)]


def _flaws_of_nothing(answer: Answer) -> list[str]:
    called = [
        f"{model} {metric} {verdict}" for (model, metric), verdict in answer.verdicts.items() if verdict in DECIDED
    ]
    status = [] if answer.status == "compared" else [f"{answer.status}: {answer.base['reason']}"]
    failed = [pair["reason"] or "" for pair in answer.base["pairs"] if pair["status"] == "failed"]
    gates = [gate["rule"] for gate in answer.report["gates"] if not gate["passed"]] if answer.exit_code == 1 else []
    return called + status + [f"failed: {reason}" for reason in failed] + [f"gate: {text}" for text in gates]


def _is_withheld(answer: Answer, primary: set[str]) -> bool:
    """A headline that says why there is no verdict."""
    return answer.status != "compared" or primary == {"not comparable"}


def _is_held_up(answer: Answer, primary: set[str]) -> bool:
    """A gate that does not pass, or a headline that says why."""
    unpassed = any(not gate["passed"] for gate in answer.report["gates"])
    return answer.exit_code == 1 or unpassed or _is_withheld(answer, primary)


_IS_RIGHT: dict[Right, Callable[[Answer, set[str]], bool]] = {
    Right.IMPROVED: lambda _, primary: primary == {"improved"},
    Right.WORSE: lambda _, primary: primary == {"worse"},
    Right.NOT_COMPARABLE: _is_withheld,
    Right.HELD_UP: _is_held_up,
    Right.NOT_CALLED: lambda _, primary: not primary & set(DECIDED),
    Right.NOT_IMPROVED: lambda _, primary: "improved" not in primary,
}


def _said(answer: Answer, primary: set[str]) -> str:
    notes = "; ".join(answer.warnings)[:200]
    return f"{answer.status}, {sorted(primary)}, exit status {answer.exit_code} {notes}"


def _event(project: Project) -> dict[str, str]:
    """The variables of a job for a pull request, whose base is the commit before the last."""
    sides = {"base": {"ref": "main", "sha": project.git("rev-parse", "HEAD~1")}, "head": {"sha": "0" * 40}}
    event = project.folder / ".git" / "event.json"
    event.write_text(json.dumps({"pull_request": sides}))
    return {"GITHUB_EVENT_NAME": "pull_request", "GITHUB_EVENT_PATH": str(event)}


def _empty(folder: Path) -> None:
    for path in folder.iterdir():
        if path.name not in {".git", ".gitignore"}:
            shutil.rmtree(path) if path.is_dir() else path.unlink()


@contextmanager
def _inside(folder: Path) -> Iterator[None]:
    before = Path.cwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)
