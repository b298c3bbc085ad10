"""git, asked quietly."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

TIME_LIMIT = 300.0  # seconds, for one command; a fetch of one commit is the longest


class GitError(Exception):
    """A git command failed; its message is what git said last."""


def git(root: Path, *arguments: str, environment: Mapping[str, str] | None = None) -> str:
    """Standard output of one git command in a repository, without the line break at its end.

    environment : in place of that of this process. Raises GitError when git is missing, fails or takes too long; it
    never asks for a password.
    """
    try:
        done = subprocess.run(
            ["git", "-C", str(root), *arguments],
            capture_output=True,
            text=True,
            encoding="utf-8",
            errors="replace",
            timeout=TIME_LIMIT,
            stdin=subprocess.DEVNULL,
            env={**(os.environ if environment is None else environment), "GIT_TERMINAL_PROMPT": "0"},
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise GitError(str(error)) from None
    if done.returncode:
        lines = done.stderr.strip().splitlines() or [f"exit code {done.returncode}"]
        raise GitError(lines[-1])
    return done.stdout.rstrip("\n")


def answer(root: Path, *arguments: str) -> str | None:
    """As `git`, with None in place of an error: for questions that may have no answer."""
    try:
        return git(root, *arguments)
    except GitError:
        return None
