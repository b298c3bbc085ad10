"""What a comment of ours carries, so that the next run finds it, through CML or without: two marks nobody sees.

CML's watermark is its last line, and tells whose report it is. The line above is ours, and tells which run wrote it.
"""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass, field
from typing import Literal

Mode = Literal["update", "new"]

_WATERMARK = "https://cml.dev/watermark.png"
LINE = r"<!-- ml-report ([a-z0-9-]+) sha=([0-9a-f]*) run=(\d{1,20})\.(\d{1,9}) ([0-9a-f]*) (update|new) -->"
_NO_COMMIT = "0" * 40


@dataclass(frozen=True)
class Mark:
    """Which run wrote a comment. report : its id, [a-z0-9-]+. sha : the commit, in hexadecimal digits.

    Runs count up; a run that is started again counts its attempts. nonce : no two texts have the same.
    """

    report: str
    sha: str
    run: int
    attempt: int
    mode: Mode = "update"
    nonce: str = field(default_factory=lambda: secrets.token_hex(4))

    def rank(self, head: str) -> tuple[bool, int, int]:
        """Greater for the commit that the pull request is at, and for a later run."""
        return self.sha == head, self.run, self.attempt

    @property
    def line(self) -> str:
        """The last line of `comment.md`."""
        return f"<!-- ml-report {self.report} sha={self.sha} run={self.run}.{self.attempt} {self.nonce} {self.mode} -->"

    def is_outdone_by(self, other: Mark | None, head: str) -> bool:
        """Whether a run that is not for the pull request's head finds there what is for it, or from a later run."""
        return other is not None and self.sha != head and other.rank(head) > self.rank(head)

    def replaces(self, other: Mark | None, head: str) -> bool:
        """Whether a text of this run may take the place of another one that was posted at the same time."""
        return other is not None and other != self and other.rank(head) <= self.rank(head)


def mark_of(body: str, report: str) -> Mark | None:
    """The mark of a comment of this report, None when it has none: CML wrote it for somebody else."""
    found = [match for match in re.finditer(LINE, body) if match[1] == report]
    if not found:
        return None
    _, sha, run, attempt, nonce, mode = found[-1].groups()
    return Mark(report, sha, int(run), int(attempt), "new" if mode == "new" else "update", nonce)


def watermark(report: str, sha: str) -> str:
    """What CML appends to a text, as CML 0.20.6 writes it."""
    return f'\n\n![]({_WATERMARK}#{sha or _NO_COMMIT} "CML watermark {report}")'


def cml_would_take(body: str, report: str) -> bool:
    """Whether CML takes a comment for that of this report: the watermark may be anywhere in it, and of anybody."""
    return re.search(_pattern(report), body) is not None


def is_of_report(body: str, report: str) -> bool:
    """Whether a comment ends with the watermark of this report: in the middle of a text, it is somebody's words."""
    return re.search(_pattern(report) + r"\s*\Z", body) is not None


def _pattern(report: str) -> str:
    return rf'!\[\]\({re.escape(_WATERMARK)}#[0-9a-fA-F]+ "CML watermark {re.escape(report)}"\)'
