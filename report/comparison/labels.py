"""Labels of the rows that base and head both have, held against each other: whether they mean the same."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import numpy as np

from .class_maps import class_map
from .quantity_maps import is_changed, quantity_map

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from ..core.rows import MatchTable, RowMatch

    Mask = NDArray[np.bool_]

MANY = 0.02  # of the labels: more than a team corrects in passing
_NUMBERS = "biuf"  # kinds of dtypes
_TRUTH = {"true": 1.0, "false": 0.0}
LabelKind: TypeAlias = Literal["same", "edited", "unrelated", "mapped"]


@dataclass(frozen=True, eq=False)
class MatchedLabels:
    """The labels of rows that both sides have, in the form that each side's data have them in.

    base, head : (n_rows,) or (n_rows, n_outputs). positions : (n_rows,) int64, the rows in head's Dataset.
    """

    base: NDArray[Any]
    head: NDArray[Any]
    positions: NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class LabelChange:
    """How the labels of matched rows differ.

    kind : "same"; "edited": fewer than 2% of them; "unrelated": more, and by no rule; "mapped": they are a function of
    base's. map : the function in words. changed : (n_rows,) bool, rows of which any label changed.
    """

    kind: LabelKind
    changed: Mask
    map: str | None = None

    @property
    def n_rows(self) -> int:
        return len(self.changed)

    @property
    def n_changed(self) -> int:
        return int(np.count_nonzero(self.changed))

    @property
    def reason(self) -> str | None:
        """Why labels of the two sides are not comparable; None where they are, or may be."""
        if self.map is None:
            return None
        return f"the labels mean something else: {self.map} ({self.n_changed:,} of {self.n_rows:,} labels changed)"


def matched_labels(base: MatchTable, head: MatchTable, match: RowMatch) -> MatchedLabels:
    """The labels of the rows that are surely the same."""
    rows = np.flatnonzero((match.base_of_head >= 0) & ~match.doubtful)
    return MatchedLabels(base.labels[match.base_of_head[rows]], head.labels[rows], rows.astype(np.int64))


def label_change(labels: MatchedLabels, names: Sequence[str], *, classes: bool) -> LabelChange:
    """Hold the labels of both sides against each other, each output by itself.

    names : of the outputs. classes : whether labels are classes, else they are quantities.
    """
    n_rows = len(labels.positions)
    base, head = (side.reshape(n_rows, len(names)) for side in (labels.base, labels.head))
    changed, maps = np.zeros(n_rows, dtype=np.bool_), []
    for name, before, after in zip(names, base.T, head.T, strict=True):
        with np.errstate(all="ignore"):  # functions are tried on labels that they have no value of
            differ, function = _output(before, after, classes)
        changed |= differ
        if function is not None:
            maps.append(function if len(names) == 1 else f"of '{name}', {function}")
    if maps:
        return LabelChange("mapped", changed, "; ".join(maps))
    share = changed.mean() if n_rows else 0.0
    return LabelChange("same" if not share else "edited" if share < MANY else "unrelated", changed)


def _output(base: NDArray[Any], head: NDArray[Any], classes: bool) -> tuple[Mask, str | None]:
    """Which labels of one output changed, and by which function."""
    if base.dtype == head.dtype and np.array_equal(base, head):
        return np.zeros(len(base), dtype=np.bool_), None
    before, after = comparable(base, head)
    if before.dtype.kind == "f":
        changed = is_changed(before, after)
        if not classes:
            return changed, quantity_map(before, after) if changed.any() else None
    else:
        changed = np.asarray(before != after, dtype=np.bool_)
    if not changed.any():
        return changed, None
    names = {**_named(after, head), **_named(before, base)}
    return changed, class_map(
        *(np.array([names[label] for label in side.tolist()], object) for side in (before, after))
    )


def _named(labels: NDArray[Any], said: NDArray[Any]) -> dict[Any, str]:
    """Each label in the words of its side."""
    return dict(zip(labels.tolist(), map(str, said.tolist()), strict=True))


def comparable(base: NDArray[Any], head: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any]]:
    """Labels of two sides in one form: numbers, float64, where one side has numbers and the other says some; else text.

    So 1, 1.0, "1" and True are the same label, and of two texts "7" and "007" are two.
    """
    if base.dtype.kind not in _NUMBERS and head.dtype.kind not in _NUMBERS:
        return _as_text(base), _as_text(head)
    sides = [_as_numbers(side) for side in (base, head)]
    if sides[0] is not None and sides[1] is not None:
        return sides[0], sides[1]
    return _as_text(base), _as_text(head)


def _as_numbers(labels: NDArray[Any]) -> NDArray[np.float64] | None:
    """(n_rows,) float64; None where any label is no number."""
    if labels.dtype.kind in _NUMBERS:
        return labels.astype(np.float64)
    try:
        return np.array([_TRUTH.get(str(label).casefold(), label) for label in labels.tolist()], dtype=np.float64)
    except (TypeError, ValueError):
        return None


def _as_text(labels: NDArray[Any]) -> NDArray[Any]:
    return np.array([str(label) for label in labels.tolist()], dtype=object)
