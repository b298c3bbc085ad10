"""Seeds: an estimator whose `random_state` is left unset gets one, or luck would be reported as a change."""

from __future__ import annotations

import inspect
import random
import sys
from typing import TYPE_CHECKING, Any

import numpy as np

from ..core.values import Notice

if TYPE_CHECKING:
    from collections.abc import Iterator

DEFAULT_SEED = 0
_NAMES = ("random_state", "random_seed", "seed")  # as libraries call it; the first that a class has is the one
_SEEDED = (
    "sklearn.",
    "imblearn.",
    "lightgbm.",
    "xgboost.",
    "catboost.",
)  # nothing in them is random without a parameter


def seed_unset(estimator: Any, model: str, *, has_seeds: bool = False) -> tuple[Notice, ...]:
    """Give every unset `random_state`, nested ones too, the default seed; a note says which.

    has_seeds : whether the model is fitted with several seeds as well.
    """
    unset = [name for name, value in _random_states(estimator).items() if value is None]
    if not unset:
        return ()
    estimator.set_params(**dict.fromkeys(unset, DEFAULT_SEED))
    names = ", ".join(sorted(unset, key=len)[:3]) + (", …" if len(unset) > 3 else "")
    return (
        Notice(
            f"{names} was not set: {DEFAULT_SEED} is used, so that two runs give the same result",
            hint="set it in the model's params" + ("" if has_seeds else ", or fit with several seeds: `seeds: 5`"),
            severity="note",
            subject=model,
        ),
    )


def set_seed(estimator: Any, seed: int) -> bool:
    """Set every `random_state`, and what else draws; False when it is known that nothing in the estimator is random.

    Classes that are no library's may draw from the random numbers of numpy, Python or torch: these are seeded too.
    """
    names = list(_random_states(estimator)) or _named_by_its_class(estimator)
    if names:
        estimator.set_params(**dict.fromkeys(names, seed))
    own = any(not f"{type(part).__module__}.".startswith(_SEEDED) for part in _parts(estimator))
    if own:
        _seed_globally(seed)
    return bool(names) or own


def _random_states(estimator: Any) -> dict[str, Any]:
    return {name: value for name, value in _params(estimator).items() if name.rpartition("__")[2] in _NAMES}


def _named_by_its_class(estimator: Any) -> list[str]:
    """The parameter that a class has although `get_params` leaves it out, as CatBoost's does while it is unset."""
    if not hasattr(estimator, "set_params"):
        return []
    try:
        known = inspect.signature(type(estimator)).parameters
    except (TypeError, ValueError):
        return []
    return [name for name in _NAMES if name in known][:1]


def _parts(estimator: Any) -> Iterator[Any]:
    """The estimator and those inside it."""
    yield estimator
    yield from (value for value in _params(estimator).values() if hasattr(value, "fit"))


def _params(estimator: Any) -> dict[str, Any]:
    try:
        return dict(estimator.get_params(deep=True))
    except Exception:  # noqa: BLE001 — not every object of a repository knows scikit-learn's parameters
        return {}


def _seed_globally(seed: int) -> None:
    random.seed(seed)
    np.random.seed(seed)  # noqa: NPY002 — what the repository's code draws from
    if (torch := sys.modules.get("torch")) is not None:
        torch.manual_seed(seed)
