"""Seeds: an estimator whose `random_state` is left unset gets one, or luck would be reported as a change."""

from __future__ import annotations

from typing import Any

from ..core.values import Notice

DEFAULT_SEED = 0
_NAME = "random_state"


def seed_unset(estimator: Any, model: str) -> tuple[Notice, ...]:
    """Give every unset `random_state`, nested ones too, the default seed; a note says which."""
    unset = [name for name, value in _random_states(estimator).items() if value is None]
    if not unset:
        return ()
    estimator.set_params(**dict.fromkeys(unset, DEFAULT_SEED))
    names = ", ".join(sorted(unset, key=len)[:3]) + (", …" if len(unset) > 3 else "")
    return (
        Notice(
            f"{names} was not set: {DEFAULT_SEED} is used, so that two runs give the same result",
            hint="set it in the model's params, or fit with several seeds: `seeds: [0, 1, 2]`",
            severity="note",
            subject=model,
        ),
    )


def set_seed(estimator: Any, seed: int) -> bool:
    """Set every `random_state`; False when the estimator has none."""
    names = list(_random_states(estimator))
    if names:
        estimator.set_params(**dict.fromkeys(names, seed))
    return bool(names)


def _random_states(estimator: Any) -> dict[str, Any]:
    try:
        params = estimator.get_params(deep=True)
    except Exception:  # noqa: BLE001 — not every object of a repository knows scikit-learn's parameters
        return {}
    return {name: value for name, value in params.items() if name == _NAME or name.endswith(f"__{_NAME}")}
