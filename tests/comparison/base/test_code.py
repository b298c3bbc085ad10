"""How the repository differs from base: not at all, in its seeds alone, or otherwise."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from report.comparison.base.code import code_change

CODE = """\
import numpy as np
SEED = 1
np.random.seed(3)


def model(depth=2):
    rng = np.random.default_rng(SEED)
    return Tree(depth=depth, random_state=4, n_jobs=1)
"""


@pytest.fixture
def repository(tmp_path):
    git(tmp_path, "init", "--quiet")
    put(tmp_path, "own.py", CODE)
    for name in ("ml-report.yml", "data/rows.csv", "prompt.md", "README.md"):
        put(tmp_path, name, "x")
    git(tmp_path, "add", "--all")
    git(tmp_path, "commit", "--quiet", "--message", "base")
    return tmp_path


def git(folder: Path, *arguments: str) -> str:
    command = ["git", "-c", "user.name=t", "-c", "user.email=t@example.org", "-C", str(folder), *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def put(folder: Path, name: str, text: str) -> None:
    (folder / name).parent.mkdir(exist_ok=True)
    (folder / name).write_text(text)


def change(folder: Path, *data: str) -> str:
    return code_change(folder, git(folder, "rev-parse", "HEAD"), config="ml-report.yml", data=data)


@pytest.mark.parametrize(
    ("before", "after", "found"),
    [
        ("SEED = 1", "SEED = 1  # the first", "none"),
        ("SEED = 1", "SEED = 2", "seeds"),
        ("seed(3)", "seed(4)", "seeds"),
        ("random_state=4", "random_state=5", "seeds"),
        ("n_jobs=1", "n_jobs=-1", "seeds"),
        ("random_state=4", "random_state=None", "seeds"),
        ("random_state=4", "random_state=seed()", "other"),
        ("n_jobs=1", "n_jobs=2", "seeds"),
        ("depth=2", "depth=3", "other"),
        ("SEED = 1", "DEPTH = 1", "other"),
        ("default_rng(SEED)", "default_rng()", "other"),
        ("random_state=4", "random_state=4, max_depth=1", "other"),
        ("import numpy as np", "def (", "other"),
    ],
)
def test_a_seed_is_a_number_under_a_name_of_seeds(repository, before, after, found):
    put(repository, "own.py", CODE.replace(before, after))
    assert change(repository) == found


def test_data_and_the_configuration_are_told_apart_elsewhere(repository):
    put(repository, "ml-report.yml", "b")
    put(repository, "data/rows.csv", "2")
    assert change(repository) == "other", "a file that no configuration names"
    for pattern in ("data/rows.csv", "./data/rows.csv", "data/*.csv"):
        assert change(repository, pattern) == "none"
    (repository / "data/rows.csv").unlink()
    assert change(repository, "data/rows.csv") == "none"


@pytest.mark.parametrize(("name", "found"), [("README.md", "none"), ("prompt.md", "other"), (".gitignore", "none")])
def test_texts_that_no_model_reads(repository, name, found):
    put(repository, name, "y")
    git(repository, "add", "--all")
    assert change(repository) == found


def test_a_new_module_is_another_code(repository):
    put(repository, "new.py", "")
    assert change(repository) == "other"
