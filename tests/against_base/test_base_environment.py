"""Base gets the packages that it asks for, where they are not head's."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest
import sklearn

from report.comparison.base.requirements import required

OLDER = "1.6.1"
UV = shutil.which("uv", path=str(Path(sys.executable).parent)) or shutil.which("uv")


@pytest.fixture
def upgraded(project):
    """A repository whose base asks for an older scikit-learn."""
    (project.folder / "requirements.txt").write_text(f"scikit-learn=={OLDER}\n")
    project.base = project.commit()
    (project.folder / "requirements.txt").write_text(f"scikit-learn=={sklearn.__version__}  # newer\n")
    return project


@pytest.fixture
def in_action(monkeypatch):
    """As the training step of the action is called with the input `requirements`."""
    monkeypatch.setenv("ML_REPORT_REQUIREMENTS", "requirements.txt")
    monkeypatch.setenv("ML_REPORT_UV", UV or "")


@pytest.mark.slow
@pytest.mark.skipif(UV is None, reason="uv is not here")
def test_base_is_trained_with_its_own_scikit_learn(upgraded, in_action):
    base = upgraded.run()
    assert (base["status"], base["own_environment"], base["cached"]) == ("compared", True, None)
    [change] = [change for change in base["packages"] if change["name"] == "scikit-learn"]
    assert (change["base"], change["head"]) == (OLDER, sklearn.__version__)
    assert "in an environment of its own" in upgraded.page
    assert OLDER in upgraded.page
    assert base["notices"] == []


@pytest.mark.slow
@pytest.mark.skipif(UV is None, reason="uv is not here")
def test_requirements_that_cannot_be_met_are_the_reason(upgraded, in_action):
    (upgraded.folder / "requirements.txt").write_text("scikit-learn==0.1\n")
    upgraded.base = upgraded.commit()
    (upgraded.folder / "requirements.txt").write_text("scikit-learn\n")
    base = upgraded.run()
    assert (base["status"], base["own_environment"]) == ("failed", True)
    assert "its own environment cannot be made" in base["reason"]
    assert "scikit-learn==0.1" in base["reason"]
    assert base["packages"] == []


@pytest.mark.slow
@pytest.mark.parametrize("says", [(), ("baseline.environment=same",)], ids=["a laptop", "asked for"])
def test_base_shares_heads_packages_and_says_so(upgraded, says, request):
    if says:
        request.getfixturevalue("in_action")
    base = upgraded.run(*says)
    assert (base["status"], base["own_environment"], base["packages"]) == ("compared", False, [])
    [notice] = base["notices"]
    assert "requirements.txt differs between base and head" in notice["message"]
    assert notice["message"] in upgraded.page


@pytest.mark.slow
def test_equal_requirements_share_one_environment(upgraded, in_action):
    (upgraded.folder / "requirements.txt").write_text(f"# a comment\n\nscikit-learn=={OLDER}\n")
    base = upgraded.run()
    assert (base["own_environment"], base["notices"]) == (False, [])


def files(**texts: str):
    return {key.replace("__", "/").replace("_", "."): text for key, text in texts.items()}.get


def test_comments_and_order_of_includes_are_looked_through():
    read = files(requirements_txt="numpy  # for arrays\n\n-r more/base.txt\n", more__base_txt="pandas\n-c pins.txt\n")
    assert required(read, "requirements.txt") == ("numpy", "pandas", "-c pins.txt")
    pinned = files(requirements_txt="-r more/base.txt", more__base_txt="pandas\n-c pins.txt", more__pins_txt="pandas<3")
    assert required(pinned, "requirements.txt") == ("pandas", "pandas<3")


def test_files_that_include_each_other_end():
    read = files(requirements_txt="-r other.txt\na", other_txt="-r requirements.txt\nb")
    assert required(read, "requirements.txt") == ("-r requirements.txt", "b", "a")


@pytest.mark.skipif(sys.version_info < (3, 11), reason="no tomllib: every line counts there")
def test_of_a_project_only_its_dependencies_count():
    project = '[project]\nversion = "{}"\ndependencies = ["numpy>=2"]\n'
    assert required(lambda _: project.format(1), "pyproject.toml") == ("numpy>=2",)
    assert required(lambda _: project.format(1), "pyproject.toml") == required(
        lambda _: project.format(2), "pyproject.toml"
    )


def test_no_file_asks_for_nothing():
    assert required(lambda _: None, "requirements.txt") is None
