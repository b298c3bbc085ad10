"""Searches over parameters: a candidate that fails is no reason to stop for scikit-learn, but one to tell."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ..core.values import Notice

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_SCORE = "mean_test_"


def told_of_searches(fitted: Any) -> tuple[Notice, ...]:
    """How many candidates have no score, of each search that an estimator is or has inside. fitted : the estimator."""
    return tuple(
        Notice(
            f"{failed:,} of {tried:,} candidates of {type(search).__name__} failed: it chose among the others",
            hint="error_score: raise, in the search's params, tells why",
        )
        for search in _searches(fitted)
        for failed, tried in [_failures(search.cv_results_)]
        if failed
    )


def _failures(results: Mapping[str, Any]) -> tuple[int, int]:
    scores = [np.asarray(values, dtype=float) for name, values in results.items() if name.startswith(_SCORE)]
    if not scores:
        return 0, 0
    return int(np.isnan(scores).any(axis=0).sum()), len(scores[0])


def _searches(fitted: Any) -> Iterator[Any]:
    """What has the results of a search; in pipelines, each step may be one."""
    if isinstance(getattr(fitted, "cv_results_", None), dict):
        yield fitted
    for _, step in getattr(fitted, "steps", None) or ():
        yield from _searches(step)
    for name in ("best_estimator_", "regressor_"):
        if (inside := getattr(fitted, name, None)) is not None:
            yield from _searches(inside)
