"""Keys given beside the file, such as `models.forest.params.max_depth=4`: laid over its mapping."""

from __future__ import annotations

import re
from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from .flaws import Flaw, KeyPath, dotted, shown
from .yaml12 import MAX_DEPTH, NotYaml, parse

ACTION_INPUT = "action input"  # how the origin of one begins
_NUMBERED = re.compile(r"(?P<key>[^\[]+)(?P<numbers>(\[\d+\])+)")


@dataclass(frozen=True)
class Override:
    """One key from beside the file; `origin` ("command line", "action input 'title'") names it in messages."""

    origin: str
    key: str  # list entries by number: gates.0.min, or gates[0].min
    value: str  # YAML


@dataclass(frozen=True)
class Layered:
    """The file's mapping with every override laid over it, in order."""

    value: dict[Any, Any]
    origins: dict[KeyPath, str]  # where each overridden key came from
    flaws: tuple[Flaw, ...]


class _Misplaced(Exception):  # noqa: N818 - becomes a flaw
    pass


def apply_overrides(given: dict[Any, Any], overrides: Sequence[Override]) -> Layered:
    """Lay overrides over the mapping of the file; the later of two wins. An action input left empty is not given."""
    value = deepcopy(given)
    origins: dict[KeyPath, str] = {}
    flaws: list[Flaw] = []
    for override in overrides:
        if override.origin.startswith(ACTION_INPUT) and not override.value.strip():
            continue
        parts = tuple(override.key.split("."))
        try:
            tree = parse(override.value)
            path = _put(value, parts, tree.value)
        except NotYaml as error:
            origins[parts] = override.origin
            hint = error.flaw.hint or "quotes around the value make it text"
            flaws.append(Flaw(parts, error.flaw.message, hint))
        except _Misplaced as error:
            origins[parts] = override.origin
            flaws.append(Flaw(parts, str(error)))
        else:
            origins = {older: origin for older, origin in origins.items() if older[: len(path)] != path}
            origins[path] = override.origin
            flaws += [Flaw((*path, *flaw.path), flaw.message, flaw.hint) for flaw in tree.flaws]
    return Layered(value, origins, tuple(flaws))


def _put(value: dict[Any, Any], parts: tuple[str, ...], entry: Any) -> KeyPath:
    """Set one key in place, making the mappings on the way to it; the path in terms of the keys that are there."""
    if not all(parts) or len(parts) > MAX_DEPTH:
        raise _Misplaced("this is not a key: write it like models.forest.params.max_depth")
    here: Any = value
    path: KeyPath = ()
    while True:
        key, parts = _step(here, parts, path)
        path = (*path, key)
        if not parts:
            here[key] = entry
            return path
        here[key] = _openable(here, key, path)
        here = here[key]


def _step(here: Any, parts: tuple[str, ...], path: KeyPath) -> tuple[Any, tuple[str, ...]]:
    """The key of a mapping or list that the first part, or several parts joined by dots, name; and the other parts."""
    if not isinstance(here, (dict, list)):
        raise _Misplaced(f"{dotted(path)} is {shown(here)}, so it has no '{parts[0]}'")
    known = {str(key): key for key in (here if isinstance(here, dict) else range(len(here)))}
    for end in range(len(parts), 0, -1):
        if (joined := dotted(parts[:end])) in known:
            return known[joined], parts[end:]
    if (entry := _entry_of_list(here, parts[0])) is not None:
        return entry[0], (*entry[1], *parts[1:])
    if isinstance(here, list):
        raise _Misplaced(f"there is no entry {parts[0]} in {dotted(path)}: it has {len(here)}, counted from 0")
    return parts[0], parts[1:]


def _entry_of_list(here: Any, part: str) -> tuple[str, list[str]] | None:
    """The key of a list and the numbers behind it, of `gates[0]`; None of any other name."""
    match = _NUMBERED.fullmatch(part)
    is_list = match is not None and isinstance(here, dict) and isinstance(here.get(match["key"]), list)
    return (match["key"], re.findall(r"\d+", match["numbers"])) if match and is_list else None


def _openable(here: Any, key: Any, path: KeyPath) -> Any:
    """What is at a key, as something that can have keys: nothing becomes a mapping, and short forms are written out."""
    entry = here[key] if isinstance(here, list) else here.get(key)
    if entry is None:
        return {}
    if isinstance(entry, str) and len(path) == 2 and path[0] == "models":
        return {"estimator": entry}
    if isinstance(entry, (int, float)) and path == ("data", "validation"):
        return {"size": entry}
    return entry
