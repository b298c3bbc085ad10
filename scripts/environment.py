"""The environment that a repository's own code runs in."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

CREDENTIAL_NAME = re.compile(
    r"INPUT_|ACTIONS_|GITHUB_(TOKEN|ENV|OUTPUT|PATH|STATE|STEP_SUMMARY)$|(GH|GITHUB_ENTERPRISE|GH_ENTERPRISE|REPO)_TOKEN$",
    re.IGNORECASE,
)
CREDENTIAL_VALUE = re.compile(r"\b(gh[oprsu]_[A-Za-z0-9]{16}|github_pat_[A-Za-z0-9_]{16})")
SHORTEST = 8  # a shorter value is no token, and may be part of anything


def clean_environment(environment: Mapping[str, str]) -> dict[str, str]:
    """The environment without GitHub's tokens, by name and by value, and without the files that steer later steps.

    Other secrets stay: who gives a job a password for its data wants the training to have it.
    """
    dropped = {name for name, value in environment.items() if _is_credential(name, value)}
    tokens = {environment[name] for name in dropped if "TOKEN" in name.upper() and len(environment[name]) >= SHORTEST}
    return {
        name: value
        for name, value in environment.items()
        if name not in dropped and not any(token in value for token in tokens)
    }


def _is_credential(name: str, value: str) -> bool:
    return CREDENTIAL_NAME.match(name) is not None or CREDENTIAL_VALUE.search(value) is not None
