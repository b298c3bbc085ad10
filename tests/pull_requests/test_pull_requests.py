"""Pull requests of known truth in real git repositories; `python -m benchmarks.pull_requests` runs all of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from .attacks import ATTACKS
from .case import PullRequest, Right
from .no_changes import NO_CHANGES
from .real_changes import REAL_CHANGES
from .running import flaws, run

pytestmark = pytest.mark.slow

ALL = (*NO_CHANGES, *REAL_CHANGES, *ATTACKS)


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
    return tmp_path


@pytest.mark.parametrize("pull_request", ALL[::3], ids=lambda pull_request: pull_request.name)
def test_the_report_gives_the_right_answer(pull_request: PullRequest, repository: Path):
    answer = run(pull_request, repository)
    assert flaws(pull_request, answer) == []
    if pull_request.right is Right.NOTHING:
        assert answer.warnings == []


def test_there_are_sixty_changes_of_nothing_and_each_has_a_name_of_its_own():
    assert len(NO_CHANGES) >= 60
    assert len({pull_request.name for pull_request in ALL}) == len(ALL)
