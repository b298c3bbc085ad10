"""A finished report in a folder, as small as publishing needs it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from ..action.github_server import GitHubServer
from .github import REPOSITORY, TOKEN, Step, start

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

GATE = {"metric": "accuracy", "model": "forest", "severity": "fail", "reason": None}
NOTICE = {"message": "did not converge", "hint": None, "severity": "warning", "subject": "forest"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    scores = [
        {"model": "forest", "metric": "accuracy", "split": "train", "value": 0.99, "status": "ok"},
        {"model": "forest", "metric": "accuracy", "split": "validation", "value": 0.81, "status": "ok"},
        {"model": "forest", "metric": "roc_auc", "split": "validation", "value": None, "status": "not applicable"},
    ]
    report = {
        "passed": False,
        "verdict": None,
        "base": None,
        "gates": [
            GATE | {"rule": "accuracy ≥ 0.85", "value": 0.81, "passed": False},
            GATE | {"rule": "fit_time ≤ 1", "value": 2.5, "passed": False, "severity": "warn"},
            GATE | {"rule": "accuracy ≥ 0.5", "value": 0.81, "passed": True},
        ],
        "head": {
            "best_model": "forest",
            "notices": [NOTICE | {"message": "9 rows have no label", "hint": "drop them", "subject": None}],
            "data": {"notices": [NOTICE | {"message": "a note", "severity": "note"}]},
            "models": [
                {"name": "forest", "status": "ok", "reason": None, "scores": scores, "notices": [NOTICE]},
                {"name": "broken", "status": "failed", "reason": "no memory", "scores": [], "notices": []},
            ],
        },
    }
    folder = tmp_path / "ml-report"
    folder.mkdir()
    (folder / "report.json").write_text(json.dumps(report), "utf-8")
    (folder / "comment.md").write_text("# Wine 🍷\n\naccuracy 0.81\n", "utf-8")
    return folder


@pytest.fixture
def server(tmp_path: Path) -> Iterator[GitHubServer]:
    with GitHubServer(REPOSITORY, TOKEN, tmp_path) as server:
        yield server


@pytest.fixture
def step(server: GitHubServer, folder: Path, tmp_path: Path) -> Step:
    return start(server, folder, tmp_path)
