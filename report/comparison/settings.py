"""What a person changed: keys of the configuration, and parameters of models."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ..core.comparison import ValueChange
from ..core.values import Notice

if TYPE_CHECKING:
    from ..core.results import ModelEvaluation

_JUDGING = re.compile(
    r"(gates|metrics|primary)\b|baseline\.(against|margin)|data\.(source|read|target|positive|id|group|time|weight|prepare|validation)\b"
)
_SHOWN = 6


def changed_params(base: ModelEvaluation, head: ModelEvaluation) -> tuple[ValueChange, ...]:
    """The estimator, its parameters and the preprocessing, where they differ."""
    return _differences(_described(base), _described(head))


def changed_config(base: Mapping[str, Any], head: Mapping[str, Any]) -> tuple[ValueChange, ...]:
    """Dotted keys of two plain configurations that differ, those of models left out: pairs tell of these."""
    return _differences(*(dict(_flattened({**side, "models": {}})) for side in (base, head)))


def data_files(config: Mapping[str, Any]) -> Iterator[str]:
    """The paths and patterns of a plain configuration's data: of rows, labels, validation and new rows."""
    data = config.get("data", {})
    validation = data.get("validation")
    parts = [data, validation, *(part.get("target") for part in (data, validation) if isinstance(part, Mapping))]
    sources = [part.get("source") for part in parts if isinstance(part, Mapping)]
    for source in (*sources, data.get("new")):
        yield from [source] if isinstance(source, str) else source or ()


def told_of_judging(changes: Sequence[ValueChange]) -> list[Notice]:
    """A warning when the change of a configuration moves what models are judged by, and not only the models."""
    names = [change.name for change in changes if _JUDGING.match(change.name)]
    if not names:
        return []
    shown = ", ".join(names[:_SHOWN]) + (f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else "")
    return [
        Notice(
            f"this change also changes what it is judged by: {shown}",
            hint="look at base and head of these keys below, in What changed",
        )
    ]


def _described(model: ModelEvaluation) -> dict[str, str]:
    return {"estimator": model.estimator, **model.params, "preprocessing": model.preprocessing}


def _differences(base: Mapping[str, str], head: Mapping[str, str]) -> tuple[ValueChange, ...]:
    return tuple(
        ValueChange(name, base.get(name), head.get(name))
        for name in dict.fromkeys([*head, *base])
        if base.get(name) != head.get(name)
    )


def _flattened(value: Mapping[str, Any], above: str = "") -> list[tuple[str, str]]:
    """Dotted keys with their values; of a list of mappings, such as gates, each entry by its place: `gates[0].min`."""
    pairs: list[tuple[str, str]] = []
    for key, entry in value.items():
        name = f"{above}{key}"
        if isinstance(entry, Mapping):
            pairs += _flattened(entry, f"{name}.")
        elif isinstance(entry, Sequence) and entry and all(isinstance(part, Mapping) for part in entry):
            for place, part in enumerate(entry):
                pairs += _flattened(part, f"{name}[{place}].")
        elif entry is not None:
            pairs.append((name, entry if isinstance(entry, str) else json.dumps(entry, ensure_ascii=False)))
    return pairs
