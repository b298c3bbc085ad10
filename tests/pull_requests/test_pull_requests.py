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
IN_TESTS = (  # of each kind some: all of them take minutes
    *("the configuration in blocks", "n_jobs", "a constant column, 300", "ids exported anew", "days as timestamps"),
    *("a useful column", "a hook broken", "the validation file in the training file", "near copies of random labels"),
    *("weights of easy rows", "a metric of one's own that adds"),
)


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
    return tmp_path


@pytest.mark.parametrize(
    "pull_request", [each for each in ALL if each.name in IN_TESTS], ids=lambda pull_request: pull_request.name
)
def test_the_report_gives_the_right_answer(pull_request: PullRequest, repository: Path):
    answer = run(pull_request, repository)
    assert flaws(pull_request, answer) == []
    if pull_request.right is Right.NOTHING:
        assert answer.warnings == []


def test_there_are_sixty_changes_of_nothing_and_each_has_a_name_of_its_own():
    assert len(NO_CHANGES) >= 60
    names = {pull_request.name for pull_request in ALL}
    assert len(names) == len(ALL)
    assert names >= set(IN_TESTS)
