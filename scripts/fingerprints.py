"""Fingerprints of the job's tokens, by which the next steps know a token without having it. Standard library only.

The step that makes them is given the tokens, runs nothing of the repository, and hands on salt and digests. A token has
at least a hundred random bits: nobody finds it by its digest.
"""

from __future__ import annotations

import os
import secrets
import sys
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

ROOT = Path(__file__).resolve().parents[1]
VARIABLE = "ML_REPORT_TOKEN_FINGERPRINTS"
TOKENS = ("ML_REPORT_TOKEN", "ML_REPORT_JOB_TOKEN")  # the one that is given to the action, and the job's own
SHORTEST = 8  # characters; a shorter value is no token, and may be part of anything


@dataclass(frozen=True)
class Fingerprints:
    """Salted digests of tokens. of : (length in characters, digest in hexadecimal) of each."""

    salt: bytes
    of: frozenset[tuple[int, str]]

    @classmethod
    def make(cls, tokens: Iterable[str]) -> Fingerprints:
        """Those of tokens that are long enough to be some; blanks and line breaks at their ends do not count."""
        salt = secrets.token_bytes(16)
        stripped = [token.strip() for token in tokens]
        return cls(salt, frozenset((len(text), _digest(text, salt)) for text in stripped if len(text) >= SHORTEST))

    @classmethod
    def parse(cls, text: str) -> Fingerprints:
        """What `str` of them wrote; none of an empty text. Raises ValueError."""
        salt, *entries = text.split() or [""]
        pairs = (entry.split("-") for entry in entries)
        return cls(bytes.fromhex(salt), frozenset((int(length), digest) for length, digest in pairs))

    def __str__(self) -> str:
        return " ".join([self.salt.hex(), *(f"{length}-{digest}" for length, digest in sorted(self.of))])

    def in_(self, text: str) -> bool:
        """Whether one of the tokens is in a text, wherever it begins: each part of a token's length is digested."""
        return any(
            (length, _digest(text[start : start + length], self.salt)) in self.of
            for length in {length for length, _ in self.of}
            for start in range(len(text) - length + 1)
        )


def _digest(text: str, salt: bytes) -> str:
    return blake2b(text.encode("utf-8", "surrogatepass"), key=salt, digest_size=16).hexdigest()


def main() -> int:
    """Write the fingerprints as a step output."""
    sys.path.insert(0, str(ROOT))
    from report.publishing.outputs import write_outputs

    made = Fingerprints.make(os.environ.get(name, "") for name in TOKENS)
    write_outputs(os.environ["GITHUB_OUTPUT"], {"fingerprints": str(made)})
    return 0


if __name__ == "__main__":
    sys.exit(main())
