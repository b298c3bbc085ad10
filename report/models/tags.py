"""What an estimator says of itself, whether or not it knows scikit-learn's tags."""

from __future__ import annotations

import warnings
from typing import Any


def estimator_type(estimator: Any) -> str | None:
    """classifier, regressor, clusterer, …; None when the object does not say."""
    tags = tags_of(estimator)
    kind = getattr(estimator, "_estimator_type", None) if tags is None else tags.estimator_type
    return kind if isinstance(kind, str) else None


def takes_missing_values(estimator: Any) -> bool:
    """Whether NaN may be in the columns: every step of a pipeline takes it, up to one that fills gaps."""
    if type(estimator).__name__.endswith("SearchCV") and hasattr(estimator, "estimator"):
        return takes_missing_values(estimator.estimator)
    for step in _steps(estimator):
        tags = tags_of(step)
        if tags is None or not tags.input_tags.allow_nan:
            return False
        if "Imputer" in type(step).__name__:
            break
    return True


def _steps(estimator: Any) -> list[Any]:
    """Those of a pipeline, and of pipelines in it."""
    if not hasattr(estimator, "steps"):
        return [estimator]
    return [inner for _, step in estimator.steps if not isinstance(step, str) for inner in _steps(step)]


def takes_sparse(estimator: Any) -> bool:
    """Whether sparse columns may go in."""
    tags = tags_of(estimator)
    return bool(tags is not None and tags.input_tags.sparse)


def takes_several_outputs(estimator: Any) -> bool:
    """Whether several target columns may be fitted at once; True when the object does not say."""
    tags = tags_of(estimator)
    return tags is None or bool(tags.target_tags.multi_output)


def takes_one_column(transformer: Any) -> bool:
    """Whether a transformer wants one column of texts, not a table, as the text vectorisers do."""
    tags = tags_of(first_step(transformer))
    return bool(tags is not None and tags.input_tags.string and not tags.input_tags.two_d_array)


def first_step(estimator: Any) -> Any:
    """What gets the columns first: the inside of a search object, the first step of a pipeline."""
    while True:
        if hasattr(estimator, "steps") and estimator.steps and not isinstance(estimator.steps[0][1], str):
            estimator = estimator.steps[0][1]
        elif type(estimator).__name__.endswith("SearchCV") and hasattr(estimator, "estimator"):
            estimator = estimator.estimator
        else:
            return estimator


def tags_of(estimator: Any) -> Any:
    """scikit-learn's tags; None for objects that have none."""
    if not hasattr(estimator, "__sklearn_tags__"):  # scikit-learn 1.6 would make some up
        return None
    from sklearn.utils import get_tags

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return get_tags(estimator)
    except Exception:  # noqa: BLE001 — third-party objects fail here in ways of their own
        return None
