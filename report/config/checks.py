"""What pydantic cannot see: rules between keys, and the shape of values that are passed on as they are.

They look at the plain mapping, so that they are told together with wrong types, and pass over what has one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import takewhile
from typing import Any

from ..core.importing import nearest
from .fields import has_function_form, path_flaw
from .flaws import Flaw, KeyPath, shown

Mapped = Mapping[Any, Any]
_LISTS_OF_NAMES = (("metrics",), ("seeds",), ("slices",), ("data", "drop"))
_COLUMN_OF_METHOD = {"group": "the column whose groups stay together", "time": "the column to order the rows by"}
_WITHOUT_VERDICT = {
    **dict.fromkeys(("fit_time", "predict_time", "model_size"), "measured once"),
    "max_error": "decided by one row",
}
_KEYWORDS = ("passthrough", "drop")
_NESTED_KEYS = ("estimator", "params")


def cross_check(config: Mapped) -> Iterator[Flaw]:
    """The flaws that lie between keys, one check after the other."""
    for check in _CHECKS:
        yield from check(config)


def _some_model(config: Mapped) -> Iterator[Flaw]:
    if config.get("models") == {}:
        yield Flaw(("models",), "there is no model", "write one like logistic: sklearn.linear_model.LogisticRegression")


def _names_apart(config: Mapped) -> Iterator[Flaw]:
    """Names become file names, and some file systems do not tell capitals from small letters."""
    seen: dict[str, str] = {}
    for name in _mapping(config, "models"):
        if (other := seen.setdefault(str(name).casefold(), name)) is not name:
            yield Flaw(("models", name), f"differs from '{other}' in capitals only", "give one of them another name")


def _parameters(config: Mapped) -> Iterator[Flaw]:
    for name, model in _mapping(config, "models").items():
        if not isinstance(model, Mapping):
            continue
        yield from _entries(model.get("params"), ("models", name, "params"))
        for index, step in enumerate(_list(model, "preprocess")):
            if isinstance(step, Mapping):
                yield from _transformer(step.get("apply"), ("models", name, "preprocess", index, "apply"))


def _nested(value: Any, path: KeyPath) -> Iterator[Flaw]:
    """Inner estimators, wherever they are: `{estimator: PATH, params: …}`."""
    if isinstance(value, Mapping) and isinstance(value.get("estimator"), str):
        yield from _inner_estimator(value, path)
        yield from _entries(value.get("params"), (*path, "params"))
    else:
        yield from _entries(value, path)


def _entries(value: Any, path: KeyPath) -> Iterator[Flaw]:
    """What is in a mapping or a list. In `params`, `estimator` is a parameter of that name, and no inner form."""
    if isinstance(value, Mapping):
        yield from _torn_tuples(value, path)
    entries = value.items() if isinstance(value, Mapping) else enumerate(value) if isinstance(value, list) else ()
    for key, entry in entries:
        yield from _nested(entry, (*path, key))


def _torn_tuples(value: Mapped, path: KeyPath) -> Iterator[Flaw]:
    """A tuple as Python writes it, in braces: `{sizes: (10, 5)}` is the keys sizes and `5)` to YAML."""
    keys = list(value)
    for at, key in enumerate(keys):
        if not (isinstance(value[key], str) and value[key].startswith("(") and ")" not in value[key]):
            continue
        rest = [str(other) for other in takewhile(lambda other: value[other] is None, keys[at + 1 :])]
        end = next((place for place, other in enumerate(rest) if other.endswith(")")), None)
        if end is not None:
            parts = [value[key][1:], *rest[:end], rest[end][:-1]]
            inside = ", ".join(part for part in parts if part)
            yield Flaw((*path, key), "YAML has no tuples", f"write a list in brackets: `{key}: [{inside}]`")


def _inner_estimator(value: Mapped, path: KeyPath) -> Iterator[Flaw]:
    if (flaw := path_flaw(value["estimator"])) is not None:
        yield Flaw((*path, "estimator"), *flaw)
    for key in value:
        if key not in _NESTED_KEYS:
            hint = nearest(str(key), _NESTED_KEYS) or "an inner estimator is {estimator: PATH, params: …}"
            yield Flaw((*path, key), "unknown key", hint)
    if not isinstance(value.get("params", {}), Mapping):
        yield Flaw((*path, "params"), f"expected a mapping of keys and values, found {shown(value['params'])}")


def _transformer(value: Any, path: KeyPath) -> Iterator[Flaw]:
    if isinstance(value, list):
        if not value:
            yield Flaw(path, "expected at least one transformer, found an empty list", "passthrough leaves columns be")
        for index, entry in enumerate(value):
            yield from _transformer(entry, (*path, index))
    elif isinstance(value, str):
        flaw = None if value in _KEYWORDS else path_flaw(value)
        if flaw is not None:
            yield Flaw(path, flaw[0], nearest(value, _KEYWORDS) or flaw[1])
    elif isinstance(value, Mapping) and isinstance(value.get("estimator"), str):
        yield from _nested(value, path)
    elif has_function_form(value) and isinstance(value["function"], str):
        if (flaw := path_flaw(value["function"], "my_function")) is not None:
            yield Flaw((*path, "function"), *flaw)
    elif value is not None:
        yield Flaw(path, f"expected a transformer by import path or {{estimator: PATH}}, found {shown(value)}")


def _target(config: Mapped) -> Iterator[Flaw]:
    data = config.get("data")
    if not isinstance(data, Mapping) or data.get("target") is not None or data.get("source") is None:
        return
    source = data["source"]
    if not (isinstance(source, str) and source.startswith(("sklearn:", "python:"))):  # these may bring their own
        yield Flaw(("data", "target"), "this key is needed", "name the column to predict")


def _split(config: Mapped) -> Iterator[Flaw]:
    data = _mapping(config, "data")
    split = _mapping(data, "validation")
    path = ("data", "validation")
    method = split.get("method")
    if isinstance(method, str) and method in _COLUMN_OF_METHOD and data.get(method) is None:
        yield Flaw((*path, "method"), f"method {method} needs data.{method}", f"name {_COLUMN_OF_METHOD[method]}")
    if split.get("stratify") is True and split.get("shuffle") is False and method != "folds":
        yield Flaw((*path, "stratify"), "rows that are not shuffled cannot be stratified", "remove one of the two")
    yield from _folds(config, split, path) if method == "folds" else _no_folds(split, path)


def _no_folds(split: Mapped, path: KeyPath) -> Iterator[Flaw]:
    if split.get("folds") is not None and "source" not in split:
        yield Flaw((*path, "folds"), "`folds` goes with the method folds", "write it like {method: folds, folds: 5}")


def _folds(config: Mapped, split: Mapped, path: KeyPath) -> Iterator[Flaw]:
    """What has no meaning where every row validates."""
    data = _mapping(config, "data")
    if data.get("time") is not None:
        hint = "write {method: time}, with `cross_validation: {folds: 5}` for earlier parts; or leave `data.time` out"
        yield Flaw((*path, "method"), "folds would predict rows from later ones, and `data.time` orders them", hint)
    if split.get("size") is not None:
        yield Flaw((*path, "size"), "with folds every row validates: there is no share", "remove it; see `folds`")
    if split.get("stratify") is True:
        yield Flaw((*path, "stratify"), "folds keep the shares of classes by themselves", "remove it")
    for key, why in (
        ("seeds", "the models of folds are fitted once each"),
        ("cross_validation", "every row is predicted by cross-validation already"),
    ):
        if config.get(key):
            yield Flaw((key,), f"`{key}` does not go with `validation: {{method: folds}}`: {why}", "remove one of them")


def _cross_validation(config: Mapped) -> Iterator[Flaw]:
    given = _mapping(config, "cross_validation")
    repeats = given.get("repeats")
    if given.get("shuffle") is False and isinstance(repeats, int) and repeats > 1:
        hint = "remove `repeats`, or `shuffle: false`"
        yield Flaw(("cross_validation", "repeats"), "folds that are not shuffled are the same in each repeat", hint)


def _positive(config: Mapped) -> Iterator[Flaw]:
    if config.get("task") == "regression" and _mapping(config, "data").get("positive") is not None:
        yield Flaw(("data", "positive"), "a regression has no positive class", "remove it, or set task: classification")


def _once_each(config: Mapped) -> Iterator[Flaw]:
    for path in _LISTS_OF_NAMES:
        *parents, key = path
        yield from _repeated(_list(_mapping(config, *parents), key), path)


def _repeated(entries: list[Any], path: KeyPath) -> Iterator[Flaw]:
    seen = []
    for index, entry in enumerate(entries):
        if isinstance(entry, (str, int)) and entry in seen:
            yield Flaw((*path, index), f"{shown(entry)} is given twice", "remove one of them")
        seen.append(entry)


def _gates(config: Mapped) -> Iterator[Flaw]:
    for index, gate in enumerate(_list(config, "gates")):
        if isinstance(gate, Mapping):
            yield from _bounds(gate, ("gates", index))
            yield from _gated_models(gate, _mapping(config, "models"), ("gates", index, "models"))


def _bounds(gate: Mapped, path: KeyPath) -> Iterator[Flaw]:
    given = [key for key in ("min", "max", "not") if gate.get(key) is not None]
    if not given:
        yield Flaw(path, "a gate needs min, max or not", "write it like {metric: accuracy, min: 0.85}")
    if len(given) > 1:
        yield Flaw(path, f"a gate has one of min, max and not, here are {' and '.join(given)}", "make two gates of it")
    if "not" not in given and gate.get("margin") is not None:
        yield Flaw((*path, "margin"), "a margin goes with `not`", "write it like {metric: accuracy, not: worse}")
    if "not" in given:
        yield from _compared_gate(gate, path)


def _compared_gate(gate: Mapped, path: KeyPath) -> Iterator[Flaw]:
    """What head and base can be held against each other by."""
    if gate.get("split") == "train":
        yield Flaw((*path, "split"), "base and head are compared on validation rows only", "remove it")
    metric = gate.get("metric")
    if isinstance(metric, str) and metric in _WITHOUT_VERDICT:
        hint = f"write it like {{metric: {metric}, max: 120}}"
        yield Flaw((*path, "not"), f"{metric} is {_WITHOUT_VERDICT[metric]}, so a change of it has no verdict", hint)


def _primary(config: Mapped) -> Iterator[Flaw]:
    name, models = config.get("primary"), [name for name in _mapping(config, "models") if isinstance(name, str)]
    if isinstance(name, str) and models and name not in models:
        hint = nearest(name, models) or f"the models are {', '.join(models)}"
        yield Flaw(("primary",), f"there is no model '{name}'", hint)


def _gated_models(gate: Mapped, models: Mapped, path: KeyPath) -> Iterator[Flaw]:
    names, only = [name for name in models if isinstance(name, str)], gate.get("models")
    given = (
        [(path, only)]
        if isinstance(only, str)
        else [((*path, at), name) for at, name in enumerate(_list(gate, "models"))]
    )
    for at, name in given:
        if isinstance(name, str) and name not in names:
            hint = nearest(name, names) or (f"the models are {', '.join(names)}" if names else None)
            yield Flaw(at, f"there is no model '{name}'", hint)
    yield from _repeated(_list(gate, "models"), path)


def _mapping(value: Mapped, *keys: str) -> Mapped:
    """What is at a key, if it is a mapping, else an empty one."""
    for key in keys:
        entry = value.get(key)
        value = entry if isinstance(entry, Mapping) else {}
    return value


def _list(value: Mapped, key: str) -> list[Any]:
    entry = value.get(key)
    return entry if isinstance(entry, list) else []


_CHECKS: tuple[Callable[[Mapped], Iterator[Flaw]], ...] = (
    _target,
    _split,
    _cross_validation,
    _positive,
    _some_model,
    _names_apart,
    _parameters,
    _once_each,
    _primary,
    _gates,
)
