"""A real git repository to ask."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest


class Repository:
    """A repository in a folder of its own, with a branch `main`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self.git("init", "--quiet", "--initial-branch=main")

    def git(self, *arguments: str) -> str:
        identity = ["-c", "user.name=test", "-c", "user.email=test@example.org", "-c", "protocol.file.allow=always"]
        done = subprocess.run(
            ["git", "-C", str(self.folder), *identity, *arguments], capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def commit(self, **files: str) -> str:
        """Write files (`name__py` for name.py) and commit all; the commit's SHA."""
        for name, text in files.items():
            (self.folder / name.replace("__", ".")).write_text(text)
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message", "change")
        return self.git("rev-parse", "HEAD")


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repository:
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
    return Repository(tmp_path / "repository")


@pytest.fixture
def shallow(repository: Repository, tmp_path: Path):
    """Clone one commit of the repository as the checkout action does: alone, without history."""

    def clone(sha: str) -> Path:
        repository.git("config", "uploadpack.allowAnySHA1InWant", "true")
        folder = tmp_path / "checkout"
        subprocess.run(["git", "init", "--quiet", str(folder)], check=True)
        run = ["git", "-C", str(folder)]
        subprocess.run([*run, "remote", "add", "origin", repository.folder.as_uri()], check=True)
        subprocess.run([*run, "fetch", "--quiet", "--depth=1", "origin", sha], check=True)
        subprocess.run([*run, "checkout", "--quiet", "FETCH_HEAD"], check=True)
        return folder

    return clone
