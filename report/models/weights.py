"""Row weights on their way into `fit`, through pipelines and searches."""

from __future__ import annotations

import inspect
from typing import Any

_NAME = "sample_weight"
# These hand all of `**fit_params` to the one estimator inside, which may be a pipeline.
_PASSES_ALL_ON = ("SearchCV", "TransformedTargetRegressor")
# These take weights for their inner estimators by way of `**fit_params`.
_PASSES_ON = ("StackingClassifier", "StackingRegressor", "VotingClassifier", "VotingRegressor")


def weight_parameter(estimator: Any) -> str | None:
    """The name by which `fit` takes row weights, such as `model__sample_weight`; None when it does not."""
    steps = getattr(estimator, "steps", None)
    if steps:
        name, final = steps[-1]
        inner = None if isinstance(final, str) else weight_parameter(final)
        return None if inner is None else f"{name}__{inner}"
    inner_estimators = _inner(estimator)
    if type(estimator).__name__.endswith(_PASSES_ALL_ON) and inner_estimators:
        return weight_parameter(inner_estimators[0])
    if any(weight_parameter(inner) != _NAME for inner in inner_estimators):
        return None
    return _NAME if type(estimator).__name__ in _PASSES_ON or _takes(estimator.fit) else None


def _inner(estimator: Any) -> list[Any]:
    single = [value for name in ("estimator", "regressor") if hasattr(value := getattr(estimator, name, None), "fit")]
    entries = getattr(estimator, "estimators", None)
    several = entries if isinstance(entries, (list, tuple)) else []
    return single + [entry[1] for entry in several if isinstance(entry, (list, tuple)) and hasattr(entry[1], "fit")]


def _takes(fit: Any) -> bool:
    try:
        return _NAME in inspect.signature(fit).parameters
    except (TypeError, ValueError):
        return False
