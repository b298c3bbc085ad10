"""What is wrong with one key, before it is known whether the file or an override gave it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

KeyPath: TypeAlias = tuple[Any, ...]  # keys of mappings and positions in lists, from the top

LONGEST_SHOWN = 40


@dataclass(frozen=True)
class Flaw:
    """One problem of the key at `path`; `line` where it is not that of the key."""

    path: KeyPath
    message: str
    hint: str | None = None
    line: int | None = None


def dotted(path: KeyPath) -> str:
    """A path as messages write it: `gates[0].min`."""
    rest = (f"[{part}]" if isinstance(part, int) else f".{part}" for part in path[1:])
    return "".join((*map(str, path[:1]), *rest))


def shown(value: Any) -> str:
    """What was found, in words: nothing, a list, 'text', 5."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (list, tuple)):
        return "a list"
    if isinstance(value, dict):
        return "a mapping"
    text = repr(value)
    return text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}…"
