"""A file and the keys given beside it → `Config`, or every problem that they have, each with its place."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..core.errors import ConfigError, Place, Problem, ReportError
from ..core.importing import nearest
from .flaws import Flaw, KeyPath, dotted, shown
from .overrides import Override, apply_overrides
from .yaml12 import NotYaml, Tree, parse

if TYPE_CHECKING:
    from .schema import Config

MAX_BYTES = 256 * 1024


def load_config(path: Path, overrides: Sequence[Override] = (), *, program: str = "python entrypoint.py") -> Config:
    """Read a configuration file, and lay overrides over it.

    program : how the user calls this program, for hints.
    Raises ConfigError with every problem of both: those of the file by line, then those of the overrides.
    """
    first_one = f"write a first one with: {program} init DATA --target COLUMN"
    return parse_config(_text(path, first_one), path, overrides, first_one=first_one)


def parse_config(text: str, path: Path, overrides: Sequence[Override] = (), *, first_one: str = "") -> Config:
    """The configuration that a text is, as `load_config` reads it from a file; path : of the text, for messages."""
    tree = _tree(text, path, first_one)
    layered = apply_overrides(tree.value, overrides)
    config, flaws = _validated(layered.value)
    flaws = [*tree.flaws, *layered.flaws, *flaws]
    if config is None or flaws:
        raise ConfigError.of(_Places(path, tree.lines, layered.origins).problems(flaws))
    return config


def asked_base(path: Path, overrides: Sequence[Override] = (), *, text: str | None = None) -> str:
    """What `baseline.against` says, without a look at the rest; needs no pydantic.

    text : of the file, where it is not that of the work tree. Raises ConfigError when it cannot be read or is not YAML.
    """
    value = apply_overrides(_tree(_text(path, "") if text is None else text, path, "").value, overrides).value
    baseline = value.get("baseline")
    against = baseline.get("against") if isinstance(baseline, dict) else None
    return against if isinstance(against, str) and against.strip() else "base"


def outlined(text: str) -> dict[Any, Any] | None:
    """The mapping of a text that has the form of a configuration, data and models; None of any other text."""
    try:
        value = parse(text).value
    except NotYaml:
        return None
    has_form = isinstance(value, dict) and all(isinstance(value.get(key), dict) for key in ("data", "models"))
    return value if has_form else None


def placed(error: ReportError, path: Path, overrides: Sequence[Override] = ()) -> ReportError:
    """An error of a later stage, told with the line of the file, or the override, that gave the key that it names."""
    try:
        tree = _tree(_text(path, ""), path, "")
        origins = apply_overrides(tree.value, overrides).origins
    except ConfigError:  # it has changed since
        return error
    places = _Places(path, tree.lines, origins)
    return type(error).of(tuple(map(places.located, error.problems)))


def well_formed(path: Path, overrides: Sequence[Override] = ()) -> Config | None:
    """Of a flawed configuration, the models, metrics and gates that have no flaw; None where nothing can be read."""
    try:
        value = apply_overrides(_tree(_text(path, ""), path, "").value, overrides).value
    except ConfigError:
        return None
    from .parts import parts_without

    return parts_without(value, _validated(value)[1])


@dataclass(frozen=True)
class _Places:
    """Where keys come from: lines of the file, or the origin of an override."""

    path: Path
    lines: dict[KeyPath, int]
    origins: dict[KeyPath, str]

    def problems(self, flaws: Iterable[Flaw]) -> tuple[Problem, ...]:
        """Each flaw once, in the order of the file."""
        problems = [Problem(flaw.message, self._place(flaw), flaw.hint) for flaw in flaws]
        return tuple(sorted(dict.fromkeys(problems), key=lambda problem: (problem.place.file is None, _line(problem))))

    def located(self, problem: Problem) -> Problem:
        """A problem that names a key, with the place of that key or of the nearest one above it."""
        key = problem.place.key
        if key is None or problem.place.file is not None:
            return problem
        known = {_plain(dotted(path)): path for path in (*self.lines, *self.origins)}
        parts = _plain(key).split(".")
        above = (".".join(parts[:end]) for end in range(len(parts), 0, -1))
        path = next((known[name] for name in above if name in known), None)
        if path is None:
            return problem
        place = self._place(Flaw(path, problem.message))
        origin = (place.key or "").removesuffix(dotted(path))
        return replace(problem, place=replace(place, key=origin + key))

    def _place(self, flaw: Flaw) -> Place:
        key = dotted(flaw.path) or None
        above = [flaw.path[:end] for end in range(len(flaw.path), -1, -1)]
        origin = next((self.origins[path] for path in above if path in self.origins), None)
        if origin is not None and flaw.line is None:
            return Place(key=f"{origin}: {key}")
        if flaw.path not in self.lines:
            below = (path for path in self.origins if path[: len(flaw.path)] == flaw.path)
            if (given := next(below, None)) is not None:
                return Place(key=f"{self.origins[given]}: {key}")
        line = next((self.lines[path] for path in above if path in self.lines), None)
        return Place(self.path.as_posix(), flaw.line or line, key)


def _plain(key: str) -> str:
    """A key with nothing but dots, as it may be written on a command line: `gates.0.min`."""
    return key.replace("[", ".").replace("]", "")


def _line(problem: Problem) -> int:
    return problem.place.line or 0


def _text(path: Path, first_one: str) -> str:
    place = Place(path.as_posix())
    if path.is_dir():
        raise ConfigError("this is a folder, not a file", place=place, hint="name the file in it with --config")
    try:
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise ConfigError("there is no such file", place=place, hint=_near_file(path) or first_one) from None
    except OSError as error:
        raise ConfigError(f"it cannot be read: {error.strerror or error}", place=place) from None
    if len(content) > MAX_BYTES:
        raise ConfigError(f"it is larger than {MAX_BYTES // 1024} kB: is it a configuration?", place=place)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        message = f"it is not UTF-8: byte 0x{content[error.start]:02x}"
        raise ConfigError(message, place=Place(place.file, line), hint="save it with the encoding UTF-8") from None


def _near_file(path: Path) -> str | None:
    try:
        return nearest(path.name, [file.name for file in path.parent.iterdir() if file.suffix in (".yml", ".yaml")])
    except OSError:
        return None


def _tree(text: str, path: Path, first_one: str) -> Tree:
    try:
        tree = parse(text)
    except NotYaml as error:
        place = Place(path.as_posix(), error.flaw.line)
        raise ConfigError(error.flaw.message, place=place, hint=error.flaw.hint) from None
    if tree.value is None and not tree.flaws:
        raise ConfigError("it is empty", place=Place(path.as_posix()), hint=first_one)
    if not isinstance(tree.value, dict):
        message = f"expected keys such as data and models, found {shown(tree.value)}"
        raise ConfigError(message, place=Place(path.as_posix(), 1), hint=first_one)
    return tree


def _validated(value: dict[Any, Any]) -> tuple[Config | None, list[Flaw]]:
    """The configuration, unless types are wrong, and all flaws beyond YAML."""
    from pydantic import ValidationError

    from .checks import cross_check
    from .schema import Config

    config: Config | None = None
    flaws: list[Flaw] = []
    try:
        config = Config.model_validate(value)
    except ValidationError as error:
        from .translation import flaws_of

        flaws += flaws_of(error)
    return config, [*flaws, *cross_check(value)]
