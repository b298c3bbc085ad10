"""Luck in training: a model that answers otherwise although nothing that decides its answers has changed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from ..core.values import Notice

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ..core.comparison import ModelPair, ValueChange
    from ..core.values import Dataset
    from .base.pairing import MatchedRows
    from .measuring import Sides
    from .result import BaseResult

_OF_TRAINING = ("data", "prepare", "compute")
_ROUNDING = 1e-6  # answers that differ by less, of their size, differ by the order of sums


def trains_alike(
    result: BaseResult, matched: MatchedRows, dataset: Dataset, config: Sequence[ValueChange], same_code: bool
) -> bool:
    """Whether both sides train on the same rows, with the same code, packages and settings of data.

    config : the keys that changed. same_code : whether no Python file did.
    """
    if not same_code or result.packages or dataset.weight is not None:
        return False
    if set(result.kinds) != {str(name) for name in dataset.features.columns}:
        return False
    settings = [change.name for change in config if change.name.split(".", maxsplit=1)[0] in _OF_TRAINING]
    return not settings and matched.train_alike


def same_models(base: Mapping[str, Any], head: Mapping[str, Any]) -> tuple[str, ...]:
    """The models that two plain configurations describe in the same words."""
    before, after = base.get("models", {}), head.get("models", {})
    return tuple(name for name, model in after.items() if before.get(name) == model)


def without_luck(pair: ModelPair, sides: Sides) -> ModelPair:
    """The pair with a warning, and nothing concluded, when equal models that train alike give different answers."""
    if pair.params or pair.status != "paired" or _agree(*sides):
        return pair
    changes = tuple(
        replace(change, verdict="unclear", interval=None, p_value=None, detectable=None) for change in pair.changes
    )
    return replace(pair, changes=changes, is_luck=True)


def told_of_luck(pairs: Sequence[ModelPair]) -> list[Notice]:
    """A warning for each model whose training is not deterministic."""
    return [
        Notice(
            "it answers otherwise than in base, with the same parameters, code, packages and training rows: its "
            "training is not deterministic, and a change of it may be luck",
            hint="seed all random numbers that it draws; `seeds: [0, 1, 2]` shows the luck of estimators that "
            "have a random_state",
            subject=pair.head,
        )
        for pair in pairs
        if pair.is_luck
    ]


def _agree(base: object, head: object) -> bool:
    return all(_is_close(getattr(base, name), getattr(head, name)) for name in ("y_pred", "y_score"))


def _is_close(before: np.ndarray | None, after: np.ndarray | None) -> bool:
    if before is None or after is None:
        return before is after
    return before.shape == after.shape and np.allclose(before, after, rtol=_ROUNDING, atol=_ROUNDING, equal_nan=True)
