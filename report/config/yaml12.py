"""YAML with the scalars of version 1.2, duplicate keys and exploding aliases told, and the line of every key known."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml

from .flaws import Flaw, KeyPath, shown

MAX_DEPTH = 50
MAX_VALUES = 100_000  # with every alias written out
LONGEST_NUMBER = 1000  # digits; Python refuses to print whole numbers of more than 4,300

_NULL, _BOOL, _INT, _FLOAT, _STR, _MAP, _SEQ, _MERGE = (
    f"tag:yaml.org,2002:{name}" for name in ("null", "bool", "int", "float", "str", "map", "seq", "merge")
)
_SCALARS: tuple[tuple[str, str, str], ...] = (  # tag, form, first characters ("" for an empty value)
    (_NULL, r"~|null|Null|NULL|", "~nN"),
    (_BOOL, r"true|True|TRUE|false|False|FALSE", "tTfF"),
    (_INT, r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+", "-+0123456789"),
    (
        _FLOAT,
        r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)",
        "-+.0123456789",
    ),
    (_MERGE, r"<<", "<"),
)
_HINTS: tuple[tuple[str, str], ...] = (  # of the parser's own messages
    (r"'\t'|\\t", "indent with spaces"),
    ("mapping values are not allowed", "a value with ': ' in it needs quotes, and keys of one mapping the same indent"),
    ("expected <block end>", "check the indentation of this line and the ones before it"),
    ("cannot start any token", "put quotes around the value"),
    ("expected alphabetic or numeric|undefined alias", "a value that begins with * or & needs quotes"),
    ("expected a single document", "keep one document: remove the line ---"),
    ("unknown escape character", "use single quotes, or / in a path"),
    ("quoted scalar", "a quote is not closed"),
    ("expected ',' or|<stream end>", "a bracket is not closed, or a comma is missing"),
)


@dataclass(frozen=True)
class Tree:
    """What a text says, with the line (1-based) of every key and list entry, and what is wrong with it as YAML."""

    value: Any
    lines: dict[KeyPath, int]
    flaws: tuple[Flaw, ...]


class NotYaml(Exception):  # noqa: N818 - not an error to the user before it has a place
    """A text that cannot be read at all; `flaw` says where and why."""

    def __init__(self, message: str, *, line: int | None = None, hint: str | None = None) -> None:
        self.flaw = Flaw((), message, hint, line)
        super().__init__(message)


def parse(text: str) -> Tree:
    """Read one YAML document. Raises NotYaml."""
    loader = None
    try:
        loader = _Loader(text)  # looks at the characters already
        root = loader.get_single_node()
    except yaml.MarkedYAMLError as error:
        raise _not_yaml(error) from None
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise NotYaml(f"not valid YAML: the character {chr(error.character)!r}", line=line, hint="remove it") from None
    finally:
        if loader is not None:
            loader.dispose()
    if root is None:
        return Tree(None, {}, ())
    builder = _Builder()
    value = builder.value(root, ())
    return Tree(value, builder.lines, tuple(builder.flaws))


class _Loader(yaml.SafeLoader):
    """PyYAML's safe loader with the scalars of YAML 1.2 (its core schema) and merge keys."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012 - PyYAML's own form
    _depth = 0

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise NotYaml(f"nested more than {MAX_DEPTH} deep", line=_line(self))
        node = super().compose_node(parent, index)
        self._depth -= 1
        return node


def _line(loader: _Loader) -> int:
    return int(loader.peek_event().start_mark.line) + 1  # type: ignore[no-untyped-call] # so in its stubs


for _tag, _form, _first in _SCALARS:
    _Loader.add_implicit_resolver(_tag, re.compile(rf"^(?:{_form})$"), [*_first, *([""] if _tag == _NULL else [])])


@dataclass
class _Builder:
    """Nodes → plain values. Aliases are written out, up to a limit."""

    lines: dict[KeyPath, int] = field(default_factory=dict)
    flaws: list[Flaw] = field(default_factory=list)
    count: int = 0

    def value(self, node: yaml.Node, path: KeyPath) -> Any:
        self.count += 1
        if self.count > MAX_VALUES:
            raise NotYaml(f"aliases explode into more than {MAX_VALUES:,} values", hint="write the values out")
        if len(path) > MAX_DEPTH:
            line = node.start_mark.line + 1
            raise NotYaml(f"aliases nest more than {MAX_DEPTH} deep", line=line, hint="write the values out")
        if isinstance(node, yaml.ScalarNode):
            return self._scalar(node, path)
        if node.tag not in (_MAP, _SEQ):
            self._flaw(path, f"the tag {_short(node.tag)} has no meaning here", "remove it", node)
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, path)
        return [self._entry(entry, (*path, index)) for index, entry in enumerate(node.value)]

    def _entry(self, node: yaml.Node, path: KeyPath) -> Any:
        self.lines[path] = node.start_mark.line + 1
        return self.value(node, path)

    def _mapping(self, node: yaml.MappingNode, path: KeyPath) -> dict[Any, Any]:
        merged: dict[Any, Any] = {}
        own: dict[Any, Any] = {}
        for source in reversed([value for key, value in node.value if key.tag == _MERGE]):
            merged.update(self._merged(source, path))
        for key, line, entry in self._pairs(node, path):
            here = (*path, key)
            if key in own:
                message = f"given twice: line {self.lines[here]} has it already"
                self.flaws.append(Flaw(here, message, "remove one of them", line))
                continue
            self.lines[here] = line
            own[key] = self.value(entry, here)
        return {**merged, **own}

    def _pairs(self, node: yaml.MappingNode, path: KeyPath) -> Iterator[tuple[Any, int, yaml.Node]]:
        for key, entry in node.value:
            if key.tag == _MERGE:
                continue
            name = self._scalar(key, path) if isinstance(key, yaml.ScalarNode) else None
            if name is None:
                self._flaw(path, "a key must be text or a number", None, key)
            else:
                yield name, key.start_mark.line + 1, entry

    def _merged(self, node: yaml.Node, path: KeyPath) -> dict[Any, Any]:
        """The entries of `<<: *other` or `<<: [*first, *second]`, of which the first wins."""
        merged: dict[Any, Any] = {}
        for source in reversed(node.value if isinstance(node, yaml.SequenceNode) else [node]):
            value = self.value(source, path)
            if isinstance(value, dict):
                merged.update(value)
            else:
                self._flaw(path, f"<< takes a mapping, found {shown(value)}", None, node)
        return merged

    def _scalar(self, node: yaml.Node, path: KeyPath) -> Any:
        if node.tag not in _CONVERT:
            self._flaw(path, f"the tag {_short(node.tag)} has no meaning here", "remove it", node)
            return str(node.value)
        convert, kind = _CONVERT[node.tag]
        try:
            return convert(node.value)
        except ValueError:
            self._flaw(path, f"{shown(node.value)} cannot be read as {kind}", None, node)
            return None

    def _flaw(self, path: KeyPath, message: str, hint: str | None, node: yaml.Node) -> None:
        self.flaws.append(Flaw(path, message, hint, node.start_mark.line + 1))


def _short(tag: str) -> str:
    return f"!!{tag.removeprefix('tag:yaml.org,2002:')}" if tag.startswith("tag:yaml.org,2002:") else tag


def _text(written: str) -> str:
    """Text as it is; the halves of a character that were escaped one by one, as JSON does, are put together."""
    return written.encode("utf-16", "surrogatepass").decode("utf-16")  # UnicodeDecodeError is a ValueError


def _whole(written: str) -> int:
    if len(written) > LONGEST_NUMBER:
        raise ValueError
    return int(written, 0) if written[:2] in ("0x", "0o") else int(written)


def _truth(written: str) -> bool:
    if written.lower() not in ("true", "false"):
        raise ValueError
    return written.lower() == "true"


def _real(written: str) -> float:
    return float(re.sub(r"\.(?=[iInN])", "", written))


def _nothing(_: str) -> None:
    return None


_CONVERT: dict[str, tuple[Callable[[str], Any], str]] = {
    _NULL: (_nothing, "nothing"),
    _BOOL: (_truth, "true or false"),
    _INT: (_whole, "a whole number"),
    _FLOAT: (_real, "a number"),
    _STR: (_text, "text"),
    _MERGE: (_text, "text"),  # `<<` as a value
}


def _not_yaml(error: yaml.MarkedYAMLError) -> NotYaml:
    mark = error.problem_mark or error.context_mark
    problem = error.problem or "it cannot be read"
    if problem.startswith("but "):
        problem = f"{error.context} {problem}"
    column = f" (column {mark.column + 1})" if mark else ""
    hint = next((hint for form, hint in _HINTS if re.search(form, f"{error.context} {problem}")), None)
    return NotYaml(f"not valid YAML: {problem}{column}", line=mark.line + 1 if mark else None, hint=hint)
