"""The environment that a repository's own code runs in."""

from __future__ import annotations

import re
from base64 import b64decode
from typing import TYPE_CHECKING
from urllib.parse import unquote

from fingerprints import SHORTEST, VARIABLE, Fingerprints

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

CREDENTIAL_NAME = re.compile(
    r"INPUT_|ACTIONS_|ML_REPORT_(JOB_)?TOKEN|GITHUB_(TOKEN|ENV|OUTPUT|PATH|STATE|STEP_SUMMARY)$"
    r"|(GH|GITHUB_ENTERPRISE|GH_ENTERPRISE|REPO)_TOKEN$",
    re.IGNORECASE,
)
# Classic, OAuth, app and refresh tokens, of 2021 (letters and digits) and of 2026 (`ghs_APPID_JWT`); fine-grained ones;
# an app's tokens before 2021. The 40 hexadecimal digits of that time look like a commit: those go by equality only.
TOKEN_SHAPE = re.compile(
    r"(?<![A-Za-z0-9])(gh[a-z]_[A-Za-z0-9._-]{16,}|github_pat_[A-Za-z0-9_]{16,}|v1\.[0-9a-f]{40}(?![0-9a-f]))"
)
BASE64 = re.compile(r"[A-Za-z0-9+/_-]{16,}")
URL_SAFE = str.maketrans("-_", "+/")


def clean_environment(environment: Mapping[str, str]) -> dict[str, str]:
    """The environment without GitHub's tokens, by name and by value, and without the files that steer later steps.

    The job's tokens go whatever they look like, where the environment has their fingerprints.
    Other secrets stay: who gives a job a password for its data wants the training to have it.
    """
    tokens = Fingerprints.parse(environment.get(VARIABLE, ""))
    named = {name: value for name, value in environment.items() if CREDENTIAL_NAME.match(name)}
    known = {value for name, value in named.items() if "TOKEN" in name.upper() and len(value) >= SHORTEST}
    return {
        name: value
        for name, value in environment.items()
        if name not in named and not holds_token(value, known, tokens)
    }


def dropped_by_value(environment: Mapping[str, str], kept: Mapping[str, str]) -> list[str]:
    """The names of the variables that went for what they hold, not for what they are called."""
    return sorted(name for name in environment if name not in kept and not CREDENTIAL_NAME.match(name))


def holds_token(value: str, known: set[str], tokens: Fingerprints) -> bool:
    """Whether any reading of a value has a token in it: one of a shape of GitHub's, a known one, or one of `tokens`."""
    return any(
        TOKEN_SHAPE.search(text) or any(token in text for token in known) or tokens.in_(text)
        for text in set(readings(value))
    )


def readings(value: str) -> Iterator[str]:
    """The value as it stands, unwrapped, without percent signs, and what is in it as base64 (`basic eC1hY2Nlc3M…`)."""
    unwrapped = "".join(value.split())
    for text in {value, unwrapped, unquote(unwrapped)}:
        yield text
        for run in BASE64.findall(text):
            yield from (_decoded(run[start:]) for start in range(4))  # what stands before may be of the same letters


def _decoded(digits: str) -> str:
    """What base64 says, as far as it goes: one digit alone at the end says nothing."""
    whole = digits[:-1] if len(digits) % 4 == 1 else digits
    return b64decode(whole.translate(URL_SAFE) + "=" * (-len(whole) % 4)).decode("latin-1")
