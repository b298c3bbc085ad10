"""Classes that only one side has: models are compared on the rows of the classes that both have."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from ..core.values import Task
from .labels import comparable
from .pairs import some_rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from ..core.values import Label, Predictions, Target

    Codes = NDArray[np.int64]

_SHOWN = 5  # classes


@dataclass(frozen=True, eq=False)
class SharedClasses:
    """The classes of both sides, numbered: head's as in head's Target, then those that only base has.

    of_base : (n_base_classes,) int64, the number of each of base's classes. common : (n_classes,) int64, for each
    number the index among the classes that both have, in head's order, or -1.
    """

    base: tuple[Label, ...]
    head: tuple[Label, ...]
    of_base: Codes
    common: Codes

    @property
    def are_equal(self) -> bool:
        """Whether both sides have the same classes, of whatever type."""
        return bool((self.common >= 0).all())

    @property
    def labels(self) -> tuple[Label, ...]:
        """The classes that both have, as head has them."""
        return tuple(label for label, code in zip(self.head, self.common, strict=False) if code >= 0)

    @property
    def difference(self) -> str:
        """Which classes only one side has, in words."""
        n_head = len(self.head)
        only_head = [label for label, code in zip(self.head, self.common, strict=False) if code < 0]
        only_base = [label for label, number in zip(self.base, self.of_base, strict=True) if number >= n_head]
        sides = (("base", only_base), ("head", only_head))
        return "; ".join(f"only {side} has {_listed(labels)}" for side, labels in sides if labels)

    def target(self, target: Target) -> Target:
        """Head's target with the classes that both have; rows of the others are encoded as -1."""
        if self.are_equal:
            return target
        positive = None if target.positive is None else int(self.common[target.positive])
        task = Task.BINARY if len(self.labels) == 2 else Task.MULTICLASS
        encoded = self.common[target.encoded]
        positive = None if task is not Task.BINARY or positive is None or positive < 0 else positive
        return replace(target, task=task, classes=self.labels, encoded=encoded, positive=positive)

    def read(self, base: Predictions) -> Predictions:
        """Predictions of base, whose classes are numbered as in base, by the common numbers; scores get columns."""
        if len(self.of_base) == len(self.head) and (self.of_base == np.arange(len(self.head))).all():
            return base
        score = base.y_score
        if score is not None:
            wide = np.zeros((len(score), len(self.common)))
            if base.score_kind == "decision":
                wide[:] = score.min(axis=1, keepdims=True)
            wide[:, self.of_base] = score
            score = wide
        return replace(base, y_pred=self.of_base[base.y_pred], y_score=score)

    def restrict(self, answers: Predictions) -> Predictions:
        """Predictions of the rows whose label is a class that both have; an answer of another class is a wrong one.

        The wrong answer is the first class that is not the row's. Probabilities are those of the common classes, not
        scaled up: what goes to another class is lost. Decision values are left out, since they count in relation.
        """
        if self.are_equal or answers.y_true is None:
            return answers
        truth = self.common[answers.y_true]
        answers = some_rows(answers, truth >= 0)
        truth, predicted = truth[truth >= 0], self.common[answers.y_pred]
        wrong = np.where(truth == 0, 1, 0)
        answers = replace(answers, y_true=truth, y_pred=np.where(predicted < 0, wrong, predicted))
        if answers.y_score is None or answers.score_kind != "probability":
            return replace(answers, y_score=None, score_kind=None)
        numbers = np.flatnonzero(self.common >= 0)  # all of them head's: its scores have no column for others
        return replace(answers, y_score=answers.y_score[:, numbers])


def shared_classes(base: Sequence[Label], head: Sequence[Label]) -> SharedClasses:
    """Which of base's classes are which of head's: 1, 1.0, "1" and True are the same one."""
    sides = comparable(class_array(base), class_array(head))
    theirs, ours = (side.tolist() for side in sides)
    new = [label for label in theirs if label not in ours]
    numbers = {label: number for number, label in enumerate([*ours, *new])}
    of_base = np.array([numbers[label] for label in theirs], dtype=np.int64)
    is_common = np.isin(np.arange(len(numbers)), of_base) & (np.arange(len(numbers)) < len(ours))
    common = np.where(is_common, np.cumsum(is_common) - 1, -1).astype(np.int64)
    return SharedClasses(tuple(base), tuple(head), of_base, common)


def why_not_shared(shared: SharedClasses, truth: Codes) -> str | None:
    """Why the common classes are too little to compare by, or None; truth : (n_rows,) numbers of validation rows."""
    if shared.are_equal:
        return None
    n_rows, n_common = len(truth), int(np.count_nonzero(shared.common[truth] >= 0))
    if len(shared.labels) < 2:
        return f"the classes differ: {shared.difference}"
    if 2 * n_common < n_rows:
        return f"the classes differ: {shared.difference}; {n_common:,} of {n_rows:,} validation rows are of common ones"
    return None


def class_array(labels: Sequence[Label]) -> NDArray[Any]:
    """Classes as labels are kept: text as objects, others by their own dtype."""
    kinds = {type(label) for label in labels}
    return np.array(labels) if len(kinds) == 1 and kinds != {str} else np.array(labels, dtype=object)


def _listed(labels: Sequence[Label]) -> str:
    names = [f"'{label}'" for label in labels[:_SHOWN]]
    return ", ".join(names) + (f" and {len(labels) - _SHOWN:,} more" if len(labels) > _SHOWN else "")
