"""Which model of base is the one of head, and which rows both of them answered."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd
from scipy import sparse
from scipy.sparse import csgraph

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from ..core.results import ModelEvaluation
    from ..core.values import ModelRun, Predictions
    from .result import BaseModel


class Match(NamedTuple):
    """A model of head and its like in base, either of which there may not be."""

    head: ModelEvaluation | None
    base: BaseModel | None

    @property
    def is_renamed(self) -> bool:
        """Whether both are there under different names."""
        return self.head is not None and self.base is not None and self.head.name != self.base.evaluation.name


def match_models(head: Sequence[ModelEvaluation], base: Sequence[BaseModel]) -> tuple[Match, ...]:
    """Models by name; those left by equal estimator and parameters, or as the only ones that are left on both sides.

    Head's in their order, then what only base has.
    """
    by_name = {model.evaluation.name: model for model in base}
    left = [model for name, model in by_name.items() if all(name != other.name for other in head)]
    matches = []
    for model in head:
        found = by_name.get(model.name) or _like(model, left)
        if found in left:
            left.remove(found)
        matches.append(Match(model, found))
    new = [match.head for match in matches if match.base is None]
    if len(new) == len(left) == 1:  # a model that was renamed and changed at once, or put in another's place
        return tuple(Match(head, found or left[0]) for head, found in matches)
    return (*matches, *(Match(None, model) for model in left))


def align(base: Predictions, head: Predictions) -> tuple[Predictions, Predictions]:
    """Both on the rows that both have, in head's order; weight zero is no row.

    Truth, weights and groups are head's; the groups as codes 0 … n_groups − 1, int64.
    """
    places = _places(base.positions, head.positions)
    kept = places >= 0
    if head.weight is not None:
        kept &= head.weight > 0
    ours = head if kept.all() else head.take(kept)
    if ours.group is not None:
        ours = replace(ours, group=pd.factorize(ours.group, use_na_sentinel=False)[0])
    theirs = base.take(places[kept])
    theirs = replace(theirs, positions=ours.positions, y_true=ours.y_true, weight=ours.weight, group=ours.group)
    return theirs, ours


def some_rows(answers: Predictions, chosen: NDArray[np.bool_]) -> Predictions:
    """Those of the chosen rows, (n_rows,), with groups as codes from 0 again."""
    some = answers.take(chosen)
    return some if some.group is None else replace(some, group=np.unique(some.group, return_inverse=True)[1])


def with_copies(runs: Sequence[ModelRun], contents: NDArray[np.int64]) -> tuple[ModelRun, ...]:
    """The runs whose validation rows of equal content are of one group: they are one observation.

    contents : (n_rows of the Dataset,), equal for rows that are one observation.
    """
    return tuple(
        replace(
            run,
            validation=None if run.validation is None else _with_copies(run.validation, contents),
            seeds=tuple(replace(fit, validation=_with_copies(fit.validation, contents)) for fit in run.seeds),
        )
        for run in runs
    )


def _with_copies(answers: Predictions, contents: NDArray[np.int64]) -> Predictions:
    return replace(answers, group=observations(answers.group, contents[answers.positions]))


def observations(group: NDArray[Any] | None, contents: NDArray[np.int64]) -> NDArray[np.int64] | None:
    """Codes 0 … n − 1 of rows that tell the same, (n_rows,) int64; None where each row tells something of its own.

    Rows of one group, rows of equal content, and what these two together join.
    """
    groups = None if group is None else pd.factorize(group, use_na_sentinel=False)[0].astype(np.int64)
    copies = None if pd.Index(contents).is_unique else pd.factorize(contents)[0].astype(np.int64)
    if groups is None or copies is None:
        return copies if groups is None else groups
    n_groups, n_copies = int(groups.max()) + 1, int(copies.max()) + 1
    links = sparse.coo_array((np.ones(len(groups)), (groups, n_groups + copies)), (n_groups + n_copies,) * 2)
    joined: NDArray[np.int64] = csgraph.connected_components(links, directed=False)[1].astype(np.int64)
    return joined[groups]


def _like(model: ModelEvaluation, others: Sequence[BaseModel]) -> BaseModel | None:
    """The first of equal estimator and parameters, and of equal preprocessing if there is such a one."""
    alike = [other for other in others if _is_alike(model, other.evaluation)]
    same = [other for other in alike if other.evaluation.preprocessing == model.preprocessing]
    return next(iter((*same, *alike)), None)


def _is_alike(model: ModelEvaluation, other: ModelEvaluation) -> bool:
    return model.estimator == other.estimator and dict(model.params) == dict(other.params)


def _places(base: np.ndarray, head: np.ndarray) -> np.ndarray:
    """Where in `base` each entry of `head` is, (n_head,) int64; −1 where it is not."""
    if not len(head):
        return np.empty(0, dtype=np.int64)
    places = np.full(int(max(head.max(), base.max(initial=0))) + 1, -1, dtype=np.int64)
    places[base] = np.arange(len(base))
    found: np.ndarray = places[head]
    return found
