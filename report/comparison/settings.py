"""What a person changed: keys of the configuration, and parameters of models."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from ..config.schema import Config, SplitConfig
from ..core.comparison import ValueChange
from .model_values import model_values, shown_value

if TYPE_CHECKING:
    from ..core.comparison import DataChange
    from ..core.results import ModelEvaluation

_SOURCE = re.compile(r"data\.(source|read)\b")
_SHOWN = 6


def changed_params(
    base: ModelEvaluation, head: ModelEvaluation, models: tuple[Mapping[str, Any], Mapping[str, Any]] = ({}, {})
) -> tuple[ValueChange, ...]:
    """The estimator, its parameters and the preprocessing with the parameters of its transformers, where they differ.

    models : those of base's and of head's plain configuration, whose values are compared; without these, what the
    evaluations say of them. Of preprocessing that is not listed on both sides, what it came to is told too.
    """
    before, after = model_values(models[0].get(base.name)), model_values(models[1].get(head.name))
    if before is None or after is None:
        return _differences(_described(base), _described(head))
    is_listed = "preprocess" not in before and "preprocess" not in after
    if base.preprocessing and head.preprocessing and not is_listed:  # of a model that failed there is none
        before["preprocessing"], after["preprocessing"] = base.preprocessing, head.preprocessing
    return _differences(before, after)


def changed_config(base: Mapping[str, Any], head: Mapping[str, Any]) -> tuple[ValueChange, ...]:
    """Dotted keys of two plain configurations that differ, those of models left out: pairs tell of these.

    A default that one side writes out is no difference, nor is another form of the same value.
    """
    filled = [_filled(side) for side in (base, head)]
    sides = [side for side in filled if side is not None]
    compared = sides if len(sides) == len(filled) else [base, head]
    before, after = (dict(_flattened({**side, "models": {}})) for side in compared)
    return _differences(before, after, _as_in_file)


def data_files(config: Mapping[str, Any]) -> Iterator[str]:
    """The paths and patterns of a plain configuration's data: of rows, labels, validation and new rows."""
    data = config.get("data", {})
    validation = data.get("validation")
    parts = [data, validation, *(part.get("target") for part in (data, validation) if isinstance(part, Mapping))]
    sources = [part.get("source") for part in parts if isinstance(part, Mapping)]
    for source in (*sources, data.get("new")):
        yield from [source] if isinstance(source, str) else source or ()


def told_of_sources(changes: Sequence[ValueChange], data: DataChange | None) -> list[str]:
    """That the data come from elsewhere, or are read otherwise, and are others.

    The same rows are no change, and one more file of new rows is what more rows in the same file are.
    """
    names = [change.name for change in changes if _SOURCE.match(change.name)]
    if not names or data is None or not (data.n_removed or data.n_edited):
        return []
    counts = {"added": data.n_added, "removed": data.n_removed, "edited": data.n_edited}
    rows = ", ".join(f"{count:,} {what}" for what, count in counts.items() if count)
    return [f"the data come from elsewhere ({', '.join(names[:_SHOWN])}), and their rows are others: {rows}"]


def _filled(plain: Mapping[str, Any]) -> dict[str, Any] | None:
    """A plain configuration with all defaults, and one form for each value; None of what is no configuration."""
    try:
        config = Config.model_validate(dict(plain))
    except ValidationError:
        return None
    filled = config.model_dump(mode="json", exclude_none=True)  # options of readers keep theirs: it is a value there
    data = filled["data"]
    if isinstance(data["validation"], (int, float)):
        data["validation"] = SplitConfig(size=data["validation"]).model_dump(mode="json")
    data["source"] = [data["source"]] if isinstance(data["source"], str) else data["source"]
    return filled


def _described(model: ModelEvaluation) -> dict[str, Any]:
    return {"estimator": model.estimator, **model.params, "preprocessing": model.preprocessing}


def _differences(
    base: Mapping[str, Any], head: Mapping[str, Any], shown: Callable[[Any], str] = shown_value
) -> tuple[ValueChange, ...]:
    """What differs in value: 1, 1.0, "1" and true are four values."""
    changes = []
    for name in dict.fromkeys([*head, *base]):
        exact = [_exact(side, name) for side in (base, head)]
        texts = [shown(side[name]) if name in side else None for side in (base, head)]
        if exact[0] != exact[1]:
            changes.append(ValueChange(name, *(exact if texts[0] == texts[1] else texts)))
    return tuple(changes)


def _as_in_file(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _exact(side: Mapping[str, Any], name: str) -> str | None:
    return json.dumps(side[name], sort_keys=True, ensure_ascii=False, default=str) if name in side else None


def _flattened(value: Mapping[str, Any], above: str = "") -> list[tuple[str, Any]]:
    """Dotted keys with their values; of a list of mappings, such as gates, each entry by its place: `gates[0].min`."""
    pairs: list[tuple[str, Any]] = []
    for key, entry in value.items():
        name = f"{above}{key}"
        if isinstance(entry, Mapping):
            pairs += _flattened(entry, f"{name}.")
        elif isinstance(entry, Sequence) and entry and all(isinstance(part, Mapping) for part in entry):
            for place, part in enumerate(entry):
                pairs += _flattened(part, f"{name}[{place}].")
        else:
            pairs.append((name, entry))
    return pairs
