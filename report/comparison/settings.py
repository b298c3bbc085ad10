"""What a person changed: keys of the configuration, and parameters of models."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ..core.comparison import ValueChange

if TYPE_CHECKING:
    from ..core.results import ModelEvaluation


def changed_params(base: ModelEvaluation, head: ModelEvaluation) -> tuple[ValueChange, ...]:
    """The estimator, its parameters and the preprocessing, where they differ."""
    return _differences(_described(base), _described(head))


def changed_config(base: Mapping[str, Any], head: Mapping[str, Any]) -> tuple[ValueChange, ...]:
    """Dotted keys of two plain configurations that differ, those of models left out: pairs tell of these."""
    return _differences(*(dict(_flattened({**side, "models": {}})) for side in (base, head)))


def _described(model: ModelEvaluation) -> dict[str, str]:
    return {"estimator": model.estimator, **model.params, "preprocessing": model.preprocessing}


def _differences(base: Mapping[str, str], head: Mapping[str, str]) -> tuple[ValueChange, ...]:
    return tuple(
        ValueChange(name, base.get(name), head.get(name))
        for name in dict.fromkeys([*head, *base])
        if base.get(name) != head.get(name)
    )


def _flattened(value: Mapping[str, Any], above: str = "") -> list[tuple[str, str]]:
    pairs: list[tuple[str, str]] = []
    for key, entry in value.items():
        name = f"{above}{key}"
        if isinstance(entry, Mapping):
            pairs += _flattened(entry, f"{name}.")
        elif entry is not None:
            pairs.append((name, entry if isinstance(entry, str) else json.dumps(entry, ensure_ascii=False)))
    return pairs
