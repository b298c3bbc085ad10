"""Gates of base's configuration that head removes or weakens: they hold beside head's own."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from .change_gates import named_verdicts

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ..config.schema import Gate
    from ..core.comparison import BaseSide
    from ..core.results import Evaluation


class GatedModel(NamedTuple):
    """A gate and one model that it holds for; `is_removed` where head has no such model any more."""

    gate: Gate
    model: str
    is_removed: bool = False


def held_gates(
    held: tuple[Gate, ...],
    own: Iterable[GatedModel],
    evaluation: Evaluation,
    base: BaseSide | None,
    margin: float | str = 0.0,
) -> tuple[GatedModel, ...]:
    """The gates of base for each model, without those that one of head's own is at least as strict as.

    own : head's gates. margin : that of gates without one of their own. A model that head has renamed goes by its new
    name.
    """
    given = list(own)
    wanted = [GatedModel(gate, *model) for gate in held for model in _models(gate, evaluation, base)]
    return tuple(
        each
        for each in wanted
        if not any(ours.model == each.model and is_as_strict(ours.gate, each.gate, margin) for ours in given)
    )


def is_as_strict(gate: Gate, other: Gate, margin: float | str = 0.0) -> bool:
    """Whether whatever breaks the other gate breaks this one too, in the same way; margin : as in `held_gates`."""
    if (gate.metric, gate.split) != (other.metric, other.split):
        return False
    if gate.severity == "warn" and other.severity == "fail":
        return False
    if other.not_ is not None:
        return set(named_verdicts(gate)) >= set(named_verdicts(other)) and _allows_no_more(gate, other, margin)
    if other.min is not None:
        return gate.min is not None and gate.min >= other.min
    return gate.max is not None and other.max is not None and gate.max <= other.max


def _allows_no_more(gate: Gate, other: Gate, margin: float | str) -> bool:
    ours, theirs = (margin if side.margin is None else side.margin for side in (gate, other))
    sizes = [_size(side) for side in (ours, theirs)]
    return isinstance(ours, str) == isinstance(theirs, str) and sizes[0] <= sizes[1]


def _size(margin: float | str) -> float:
    return float(margin.removesuffix("%")) if isinstance(margin, str) else margin


def _models(gate: Gate, evaluation: Evaluation, base: BaseSide | None) -> list[tuple[str, bool]]:
    """Names in head of the models that a gate of base holds for; of removed ones, in base."""
    pairs = base.pairs if base is not None else ()
    removed = [pair.base for pair in pairs if pair.status == "removed" and pair.base is not None]
    if gate.models is None:
        return [(model.name, False) for model in evaluation.models] + [(name, True) for name in removed]
    renamed = {pair.base: pair.head for pair in pairs if pair.head is not None}
    return [(renamed.get(name) or name, name in removed) for name in gate.models]
