"""Answers that no model gave: whether two definitions of a metric mean the same shows in what they say of these too.

A definition that differs only where a better model would be, such as one that adds something to values above base's,
says the same as base's of the answers of base's own model.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from .values import Predictions, Target, Task

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from .values import Label, ScoreKind

MOST = 64
_SPREAD = np.uint64(0x9E3779B97F4A7C15)  # 2⁶⁴ divided by the golden ratio: multiples of it are far from each other
_OF_WORSE = 4  # of so many probes one is worse than the model


def probes(answers: Predictions, target: Target) -> Iterator[Predictions]:
    """At most 64 variants of a model's answers: all right, all wrong, and shares of the way to both.

    They are the same in every process for the same answers. Weights and groups are left out.
    """
    plain = replace(answers, weight=None, group=None)
    order = _scattered(len(answers.y_pred))
    for number in range(MOST):
        yield _moved(plain, target, _share(number), order)


def weighed_probes(answers: Predictions, target: Target) -> Iterator[Predictions]:
    """Some of `probes` with weights, which a definition may treat in a way of its own."""
    weight = (1 + np.arange(len(answers.y_pred)) % 5).astype(np.float64)
    variants = probes(answers, target)
    for _ in range(_OF_WORSE):
        yield replace(next(variants), weight=weight)


def made_up(n_rows: int, classes: tuple[Label, ...], kind: ScoreKind | None) -> tuple[Predictions, Target]:
    """Answers about as many rows of these classes in turn, three of four right, for sides whose labels differ."""
    truth = np.arange(n_rows) % len(classes)
    task = Task.BINARY if len(classes) == 2 else Task.MULTICLASS
    values = np.array(classes, dtype=object)[truth]
    target = Target(task, ("made up",), values, truth, classes, 1 if task is Task.BINARY else None)
    y_pred = np.where(_scattered(n_rows) % 4 > 0, truth, (truth + 1) % len(classes))
    score = None if kind is None else 0.6 * np.eye(len(classes))[y_pred] + 0.4 / len(classes)
    if score is not None and kind == "decision":
        score = score - 0.5
    return Predictions(y_pred, np.arange(n_rows), truth, score, kind), target


def _share(number: int) -> float:
    """How far a probe goes to the truth, negative: away from it; (−1, 1], finer and finer."""
    if number == 0:
        return 1.0
    rest, worse = divmod(number, _OF_WORSE)
    if worse == 1:
        return -_halved(rest) if rest else -1.0
    return _halved(number - (number + 2) // _OF_WORSE)


def _halved(number: int) -> float:
    """1/2, 1/4, 3/4, 1/8, 5/8, … for 1, 2, 3, 4, 5, … (van der Corput's sequence)."""
    return int(bin(number)[:1:-1], 2) / (1 << number.bit_length())


def _scattered(n_rows: int) -> NDArray[np.int64]:
    """An order of rows without a pattern, the same for every version of the libraries."""
    return np.argsort(np.arange(n_rows, dtype=np.uint64) * _SPREAD, kind="stable")


def _moved(answers: Predictions, target: Target, share: float, order: NDArray[np.int64]) -> Predictions:
    truth = answers.y_true
    if truth is None:
        raise ValueError("these rows have no labels")
    if not target.task.is_classification:
        way = share * (truth - answers.y_pred)
        return replace(answers, y_pred=truth.copy() if share == 1 else answers.y_pred + way)
    goal = truth if share > 0 else 1 - truth if target.task.is_multi else (truth + 1) % len(target.classes)
    return replace(
        answers,
        y_pred=_answered(answers.y_pred, goal, abs(share), order),
        y_score=None if answers.y_score is None else _scored(answers, goal, target, abs(share)),
    )


def _answered(y_pred: NDArray[Any], goal: NDArray[Any], share: float, order: NDArray[np.int64]) -> NDArray[Any]:
    """The labels with a share of those that are not the goal replaced by it; where the goal is wrong, all count."""
    others = y_pred != goal
    rows = order[(others.any(axis=1) if others.ndim > 1 else others)[order]]
    moved = y_pred.copy()
    moved[rows[: math.ceil(share * len(rows))]] = goal[rows[: math.ceil(share * len(rows))]]
    return moved


def _scored(answers: Predictions, goal: NDArray[Any], target: Target, share: float) -> NDArray[np.float64]:
    score = np.asarray(answers.y_score)
    aim = goal.astype(np.float64) if target.task.is_multi else np.eye(len(target.classes))[goal]
    if answers.score_kind == "decision":
        aim = (2 * aim - 1) * max(1.0, float(np.abs(score).max(initial=0)))
    return aim if share == 1 else (1 - share) * score + share * aim
