"""The fits of both sides with several seeds: what the verdict judges where there are any."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ..core.values import Notice
from .changes import Fits
from .pairs import align

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from ..core.values import ModelRun, Predictions
    from .pairs import Match
    from .result import BaseModel

_FEWEST = 2  # seeds: of one, nothing is known of how much they matter
_OF_FIXED = 2  # times that the one fit of a side counts which no seed can change: it varies by nothing


class Repeats(NamedTuple):
    """The fits that are judged, and their seeds; no fits where those of the configuration are judged, one a side.

    is_fixed : whether it is known that no seed can change either side.
    """

    fits: Fits | None = None
    seeds: tuple[int, ...] = ()
    is_fixed: bool = False


def repeats_of(base: BaseModel, head: ModelRun) -> Repeats:
    """The fits of the seeds that both sides were fitted with; a side that no seed can change has its one fit.

    The fit of the configuration's own seed does not count: its seed was chosen by whoever looked at the results.
    """
    seeds = _common_seeds(base, head)
    if len(seeds) < _FEWEST:
        return Repeats(is_fixed=base.is_fixed and head.is_fixed)
    taken = seeds[:_OF_FIXED]
    theirs = _fits(base.repeats, base.predictions, taken if base.is_fixed else seeds)
    ours = _fits(_repeats(head), head.validation, taken if head.is_fixed else seeds)
    aligned = [align(theirs[i % len(theirs)], ours[i % len(ours)]) for i in range(max(len(theirs), len(ours)))]
    before, after = zip(*aligned, strict=True)
    return Repeats(Fits(before[: len(theirs)], after[: len(ours)]), seeds)


def told_of_seeds(matches: Iterable[Match], runs: Mapping[str, ModelRun]) -> list[Notice]:
    """A warning for each model whose seeds are not judged although it was fitted with some."""
    told = []
    for head, base in matches:
        run = None if head is None else runs.get(head.name)
        if run is None or base is None or base.predictions is None or not (base.repeats or run.seeds):
            continue
        if len(_common_seeds(base, run)) < _FEWEST:
            told.append(Notice(_too_few(len(base.repeats), len(run.seeds)), subject=run.name))
    return told


def _common_seeds(base: BaseModel, head: ModelRun) -> tuple[int, ...]:
    """Those that both sides were fitted with; none where no side is changed by any."""
    before, after = set(base.repeats), set(_repeats(head))
    common = after if base.is_fixed else before if head.is_fixed else before & after
    return tuple(sorted(common))


def _repeats(head: ModelRun) -> dict[int, Predictions]:
    return {fit.seed: fit.validation for fit in head.seeds}


def _fits(repeats: Mapping[int, Predictions], only: Predictions | None, seeds: Sequence[int]) -> list[Predictions]:
    """Of each seed, the fit; the only fit where there is no other."""
    return [fit for seed in seeds if (fit := repeats.get(seed, only)) is not None]


def _too_few(n_base: int, n_head: int) -> str:
    return (
        f"fewer than {_FEWEST} seeds were fitted on both sides (base {n_base}, head {n_head}): luck in training cannot "
        "be told from them, and the verdict is of one fit a side"
    )
