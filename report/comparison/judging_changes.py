"""What a change would alter of the way in which it is judged, in sentences for the top of the report."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..config.schema import SplitConfig

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ..config.schema import Config, MetricEntry


def metric_name(entry: MetricEntry) -> str:
    """What the report calls a metric of a configuration."""
    if isinstance(entry, str):
        return entry
    return entry.name or entry.function.replace(":", ".").rpartition(".")[2]


def union_of_metrics(base: Sequence[MetricEntry], head: Sequence[MetricEntry]) -> tuple[MetricEntry, ...]:
    """The metrics of both sides: base's in their order and by their definition, then those that only head has."""
    known = {metric_name(entry) for entry in base}
    return (*base, *(entry for entry in head if metric_name(entry) not in known))


def told_of_metrics(
    base: Sequence[MetricEntry], head: Sequence[MetricEntry], lost: Mapping[str, str], usual: Sequence[str]
) -> list[str]:
    """That head removes or redefines metrics of base, or names another one first; one that it adds is no such change.

    lost : metrics of base that cannot be computed any more, with why. usual : those of a side that names none.
    """
    before = {metric_name(entry): entry for entry in base or usual}
    after = {metric_name(entry): entry for entry in head or usual}
    first, now = next(iter(before)), next(iter(after))
    told = [f"the metric '{name}' of base cannot be computed any more: {why}" for name, why in lost.items()]
    if first != now and first not in lost:
        told.append(f"the primary metric is '{now}' in head: base's, '{first}', judges")
    removed = [name for name in before if name not in after and name not in lost]
    if removed:
        told.append(f"head's configuration has no {_listed(removed)} among its metrics: measured all the same")
    other = [name for name, entry in before.items() if after.get(name, entry) != entry]
    return [*told, *(f"the metric '{name}' is defined otherwise in head: base's definition judges" for name in other)]


def told_of_settings(base: Config, head: Config) -> list[str]:
    """That head would be compared with another commit, margin or number of seeds, other weights or rows."""
    told = []
    for key in ("against", "margin"):
        before, after = getattr(base.baseline, key), getattr(head.baseline, key)
        if before != after:
            told.append(f"`baseline.{key}` is {after} in head: base's, {before}, holds")
    if base.data.weight != head.data.weight:
        told.append(f"rows are weighed {_by(head.data.weight)} in head: base's weights judge ({_by(base.data.weight)})")
    if base.seeds and len(base.seeds) != len(head.seeds):
        told.append(f"`seeds` are {len(head.seeds) or 'not set'} in head: base's, {len(base.seeds)}, hold")
    return [*told, *_told_of_rows(base, head)]


def _told_of_rows(base: Config, head: Config) -> list[str]:
    """That head validates on rows that are chosen, or held together, in another way."""
    told = []
    if (before := _split(base)) != (after := _split(head)):
        told.append(f"`data.validation` is {_text(after)} in head, {_text(before)} in base")
    if base.data.group != head.data.group:
        told.append(f"`data.group` is {head.data.group} in head, {base.data.group} in base")
    is_by_time = any(isinstance(side, SplitConfig) and side.method == "time" for side in (_split(base), _split(head)))
    if is_by_time and base.data.time != head.data.time:
        told.append(f"`data.time`, by which rows validate, is {head.data.time} in head, {base.data.time} in base")
    return told


def _split(config: Config) -> Any:
    """How rows validate, a share written out."""
    given = config.data.validation
    return SplitConfig(size=given) if isinstance(given, (int, float)) else given


def _text(split: Any) -> str:
    said = split.model_dump(mode="json", exclude_none=True)
    if isinstance(split, SplitConfig):
        apart = ("size", "stratify") if split.method == "folds" else ("folds",)
        said = {key: value for key, value in said.items() if key not in apart}
    return ", ".join(f"{key} {value}" for key, value in said.items())


def _by(weight: str | None) -> str:
    return "alike" if weight is None else f"by '{weight}'"


def _listed(names: Sequence[str]) -> str:
    return ", ".join(f"'{name}'" for name in names)
