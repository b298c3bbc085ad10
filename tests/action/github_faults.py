"""What a GitHub on loopback may do instead of answering, request by request."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Fault:
    """Answers to the requests of some methods and paths, `times` times; several in a row are used up in their order.

    status : of the answer, None for none at all. content : its body, where it is no message of GitHub.
    after : whether the request is carried out nevertheless.
    hang : seconds before the answer. drip : whether it comes byte by byte, one a second. do : called before.
    """

    methods: str = "GET|POST|PATCH|DELETE"
    path: str = ".*"
    status: int | None = None
    message: str = "fault"
    headers: dict[str, str] = field(default_factory=dict)
    content: bytes | None = None
    after: bool = False
    hang: float = 0.0
    drip: bool = False
    passes: bool = False
    do: Callable[[], Any] | None = None
    times: int = 1_000_000

    def takes(self, method: str, path: str) -> bool:
        """Whether this fault is for a request; it is used up by one then."""
        if self.times <= 0 or not re.fullmatch(self.methods, method) or not re.search(self.path, path):
            return False
        self.times -= 1
        time.sleep(self.hang)
        if self.do is not None:
            self.do()
        return True
